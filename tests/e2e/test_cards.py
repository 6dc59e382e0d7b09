# SPDX-License-Identifier: MIT
"""People in the address book who are no Messenger users."""

from __future__ import annotations

import live_soap as soap
from test_live_lists import AMY, BOB, web



def test_who_is_taken_from_messenger_keeps_the_card(server):
    """soap 4.4: false is "remove from Messenger but keep the card"; what
    WLM then writes about that person is kept, too."""
    amy = web(server)
    guid = amy.contact_add(BOB)
    amy.annotate(guid, AB_NickName="Bobby")
    amy.contact_update(guid, "<isMessengerUser>false</isMessengerUser>",
                       "IsMessengerUser")
    amy.contact_update(guid, "<comment>of old</comment>", "Comment")
    amy.annotate(guid, AB_Spouse="Eve")
    server.restart()
    amy = web(server)
    bob = amy.find_all().contacts[BOB]
    assert (bob.id, bob.user) == (guid, False)
    assert bob.annotations == {"AB.NickName": "Bobby", "AB.Spouse": "Eve"}
    assert "Reverse" not in web(server, BOB).role_of(AMY)
    # a name alone is enough
    got = amy.call(soap.BOOK, "ABContactAdd", (
        f'<abId>{soap.OWN}</abId><contacts><Contact xmlns="{soap.AB}">'
        "<contactInfo><contactType>Regular</contactType><firstName>Ann"
        "</firstName><phones><ContactPhone><contactPhoneType>"
        "ContactPhonePersonal</contactPhoneType><number>555 1</number>"
        "<isMessengerEnabled>false</isMessengerEnabled></ContactPhone>"
        "</phones></contactInfo></Contact></contacts>"))
    ann = soap.the_guid(got, "ABContactAdd")
    amy.annotate(ann, AB_NickName="Annie")
    found = {c.id: c for c in amy.find_paged().contacts.values()}
    assert (found[ann].display, found[ann].user) == ("Ann", False)
    amy.contact_delete(ann)
    amy.contact_delete(guid)
    assert amy.find_all().contacts == {}
