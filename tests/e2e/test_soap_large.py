# SPDX-License-Identifier: MIT
"""Answers of some hundred kilobytes, several at once and slowly taken."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import live_rst as rst
import live_soap as soap
import msn

METHODS = ("ABFindAll", "ABFindContactsPaged")
NUMBERS = {f"+1555{n:04d}" for n in range(150)}


def add_telephone(client: soap.Client, number: str) -> None:
    client.call(soap.BOOK, "ABContactAdd", (
        f'<abId>{soap.OWN}</abId><contacts><Contact xmlns="{soap.AB}">'
        "<contactInfo><phones><ContactPhone><contactPhoneType>"
        f"ContactPhoneMobile</contactPhoneType><number>{number}</number>"
        "<isMessengerEnabled>true</isMessengerEnabled></ContactPhone>"
        "</phones></contactInfo></Contact></contacts>"))


def ask(client: soap.Client, method: str) -> None:
    body = soap.envelope(f'<{method} xmlns="{soap.AB}"/>', client.ticket)
    assert client.web is not None
    client.web.send(soap.head(soap.BOOK, len(body), None, client.host) + body)


def telephones(got: ET.Element) -> set[str | None]:
    return {n.text for n in got.iter(f"{soap.A}number")}


def test_large_answers_that_wait_to_be_read_do_not_mix(server):
    ticket = rst.tokens(server, "amy@example.com")[rst.CONTACTS].text
    clients = [soap.Client(server, ticket, tls=n > 3) for n in range(6)]
    for client in clients:
        client.web = msn.Web(server, client.host if client.tls else None)
    for number in NUMBERS:
        add_telephone(clients[0], number)
    for _ in range(3):
        for n, client in enumerate(clients):
            ask(client, METHODS[n % 2])
        for n, client in reversed([*enumerate(clients)]):
            reply = client.web.answer()
            assert len(reply.body) > 128 * 1024
            got = client.read(METHODS[n % 2], reply)
            assert telephones(got) == NUMBERS
