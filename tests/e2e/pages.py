# SPDX-License-Identifier: MIT
"""Reading a page as a strict browser of 1999 would: HTML 4, no script."""

from __future__ import annotations

import html.parser
import urllib.parse

EMPTY = {"br", "img", "input", "link", "meta", "param"}
# What Internet Explorer 5 and a text browser both know.
KNOWN = EMPTY | {
    "a", "b", "body", "code", "div", "form", "h1", "h2", "h3", "head", "html",
    "i", "label", "li", "object", "ol", "option", "p", "pre", "select", "span", "style",
    "table", "td", "textarea", "th", "title", "tr", "ul"}
# A paragraph ends where one of these begins.
BLOCKS = {"div", "form", "h1", "h2", "h3", "ol", "p", "pre", "table", "ul"}


class Page(html.parser.HTMLParser):
    """Fails on what is not well nested, has no label, or would run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[str] = []
        self.options: dict[str, list[str]] = {}
        self.selected: dict[str, list[str]] = {}
        self.select = ""
        self.words = ""
        self.rows: list[list[str]] = []
        self.row_links: list[list[str]] = []
        assert text.startswith("<!DOCTYPE HTML PUBLIC")
        self.feed(text)
        self.close()
        assert not self.open, self.open
        assert len(self.ids) == len(set(self.ids)), self.ids
        for field in self.fields:
            assert field in self.labels, f"{field} has no label"
        for link in self.links:
            if link.startswith("#"):
                assert link[1:] in self.ids, link

    def handle_starttag(self, tag: str,
                        attrs: list[tuple[str, str | None]]) -> None:
        assert tag in KNOWN, tag
        given = {k: v or "" for k, v in attrs}
        assert not [k for k in given if k.startswith("on") or k == "style"]
        if tag in BLOCKS:
            assert "p" not in self.open, f"{tag} in a paragraph"
        if tag not in EMPTY:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
            if self.row_links and "tr" in self.open:
                self.row_links[-1].append(given["href"])
        elif tag == "img":
            assert "alt" in given
            self.pictures.append(given["src"])
        elif tag == "label":
            self.labels.add(given["for"])
        elif tag in ("select", "textarea") or (
                tag == "input" and given["type"] in ("text", "password")):
            self.fields.append(given["id"])
        if tag == "select":
            self.select = given["name"]
            self.options[self.select] = []
            self.selected[self.select] = []
        elif tag == "option":
            self.options[self.select].append(given["value"])
            if "selected" in given:
                self.selected[self.select].append(given["value"])
        elif tag == "tr":
            self.rows.append([])
            self.row_links.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words += data
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data


def anchor(link: str) -> tuple[str, str]:
    """Where a link leads, and the place on that page."""
    url, _, fragment = link.partition("#")
    return url, fragment


def arguments(link: str) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link).query))
