"""Stanzas as the swarm writes and reads them: a text is a text; what is no stanza is refused."""

from xml.etree.ElementTree import Element, SubElement, tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.accounting import Sent, Stored
from tests.load.versus import xmpp

ROOM = "swarm-a-0@rooms.localhost"
SENT = Sent("member-1", 7, 1_763_856_000.25)
# XML has no way to write the others (XML 1.0, 2.2).
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
BOMB = """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><message>&b;</message>"""
FILE = """<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><message>&a;</message>"""


def passed_on(body: str, *, by: str = ROOM, kind: str = "groupchat") -> Element:
    message = Element(f"{{{xmpp.CLIENT}}}message", {"type": kind, "from": f"{ROOM}/member-1"})
    SubElement(message, f"{{{xmpp.CLIENT}}}body").text = body
    SubElement(message, f"{{{xmpp.STANZA_ID}}}stanza-id", {"by": by, "id": "archived-1"})
    return message


@given(text=TEXT, nickname=TEXT)
def test_whatever_is_said_is_text_and_no_markup(text: str, nickname: str) -> None:
    said = xmpp.parse(xmpp.say(ROOM, nickname, text))
    assert [child.tag for child in said] == [f"{{{xmpp.CLIENT}}}body"]
    assert said.findtext(f"{{{xmpp.CLIENT}}}body") == text
    assert said.get("id") == nickname
    assert xmpp.parse(xmpp.join(ROOM, nickname)).get("to") == f"{ROOM}/{nickname}"
    assert xmpp.parse(xmpp.read_archive(ROOM, nickname, text)).get("id") == nickname


@given(text=st.text())
def test_any_text_is_a_stanza_or_refused(text: str) -> None:
    try:
        stanza = xmpp.parse(text)
    except xmpp.NotXmpp:
        return
    assert xmpp.said_in(stanza) is None


@pytest.mark.parametrize("text", [BOMB, FILE, "", "<message>", "<a/><b/>", "{}", "<message>\x00</message>"])
def test_entities_and_what_is_no_xml_are_refused(text: str) -> None:
    with pytest.raises(xmpp.NotXmpp):
        xmpp.parse(text)


def test_a_message_has_the_id_that_its_room_gave_it() -> None:
    stanza = xmpp.parse(tostring(passed_on(SENT.content(80)), encoding="unicode"))
    assert xmpp.said_in(stanza) == xmpp.Said("swarm-a-0", "archived-1", SENT)


@pytest.mark.parametrize(
    "stanza",
    [
        passed_on("Hello"),
        passed_on(SENT.content(80), by="other@rooms.localhost"),
        passed_on(SENT.content(80), by=f"{ROOM}/member-1"),
        passed_on(SENT.content(80), kind="chat"),
        passed_on(SENT.content(80), kind="error"),
        Element("message", {"type": "groupchat"}),
        Element(f"{{{xmpp.CLIENT}}}message", {"type": "groupchat"}),
    ],
    ids=[
        "of nobody",
        "id of another room",
        "id of a member",
        "whispered",
        "refused",
        "no namespace",
        "empty",
    ],
)
def test_what_is_no_message_of_the_swarm_is_none(stanza: Element) -> None:
    assert xmpp.said_in(stanza) is None


def test_an_archived_message_is_read_as_stored() -> None:
    said = f"<message xmlns='{xmpp.CLIENT}'><body>{SENT.content(60)}</body></message>"
    forwarded = f"<forwarded xmlns='{xmpp.FORWARD}'>{said}</forwarded>"
    result = f"<result xmlns='{xmpp.ARCHIVE}' id='archived-1'>{forwarded}</result>"
    stanza = xmpp.parse(f"<message xmlns='{xmpp.CLIENT}'>{result}</message>")
    assert xmpp.archived_in(stanza) == Stored("archived-1", "", SENT)
    assert xmpp.said_in(stanza) is None


@pytest.mark.parametrize(
    ("fin", "end"),
    [
        ("<fin xmlns='{ARCHIVE}'>{LAST}</fin>", xmpp.PageEnd("m9")),
        ("<fin xmlns='{ARCHIVE}' complete='true'>{LAST}</fin>", xmpp.PageEnd(None)),
        ("<fin xmlns='{ARCHIVE}'/>", xmpp.PageEnd(None)),
        ("<error/>", None),
    ],
)
def test_a_page_says_where_the_next_one_begins(fin: str, end: xmpp.PageEnd | None) -> None:
    last = f"<set xmlns='{xmpp.RESULT_SET}'><last>m9</last></set>"
    inner = fin.format(ARCHIVE=xmpp.ARCHIVE, LAST=last)
    stanza = xmpp.parse(f"<iq xmlns='{xmpp.CLIENT}' type='result' id='q1'>{inner}</iq>")
    assert xmpp.page_end_in(stanza, "q1") == end
    assert xmpp.page_end_in(stanza, "q2") is None


def test_only_ones_own_presence_says_that_one_is_in() -> None:
    def presence(inner: str, attributes: str = "") -> Element:
        return xmpp.parse(f"<presence xmlns='{xmpp.CLIENT}' {attributes}>{inner}</presence>")

    own = f"<x xmlns='{xmpp.MUC_USER}'><status code='100'/><status code='110'/></x>"
    others = f"<x xmlns='{xmpp.MUC_USER}'><item role='participant'/></x>"
    assert xmpp.is_own_presence(presence(own))
    assert not xmpp.is_own_presence(presence(others))
    assert not xmpp.is_own_presence(presence(own, "type='unavailable'"))
