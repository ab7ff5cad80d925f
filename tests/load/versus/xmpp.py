"""The stanzas of XMPP that a swarm writes and reads: a stream over WebSocket, a room, its archive. Pure.

A WebSocket message is one stanza and an XML document of its own (RFC 7395). Rooms are those of XEP-0045, ids
those of XEP-0359, the archive that of XEP-0313.
"""

from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape, quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tests.load.accounting import Sent, Stored

SUBPROTOCOL = "xmpp"
PAGE_MESSAGES = 100
FRAMING = "urn:ietf:params:xml:ns:xmpp-framing"
STREAM = "http://etherx.jabber.org/streams"
CLIENT = "jabber:client"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"
MUC = "http://jabber.org/protocol/muc"
MUC_USER = "http://jabber.org/protocol/muc#user"
STANZA_ID = "urn:xmpp:sid:0"
ARCHIVE = "urn:xmpp:mam:2"
FORWARD = "urn:xmpp:forward:0"
RESULT_SET = "http://jabber.org/protocol/rsm"
ONESELF = "110"  # the status of one's own presence in a room (XEP-0045)


class NotXmpp(Exception):
    """The text is no stanza: not XML, or XML with a document type, which XMPP forbids (RFC 6120, 11.1)."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message as a room passes it on; `room` is the room's name, `message_id` that of the archive."""

    room: str
    message_id: str
    sent: Sent


@dataclass(frozen=True, slots=True)
class PageEnd:
    """The end of a page of an archive, after which `after` asks for the next; None if there is no more."""

    after: str | None


def open_stream(domain: str) -> str:
    return f"<open xmlns='{FRAMING}' to={quoteattr(domain)} version='1.0'/>"


def authenticate_anonymously() -> str:
    return f"<auth xmlns='{SASL}' mechanism='ANONYMOUS'/>"


def bind() -> str:
    return f"<iq xmlns='{CLIENT}' type='set' id='bind'><bind xmlns='{BIND}'/></iq>"


def join(room: str, nickname: str) -> str:
    """Enter a room (a bare JID) without its latest messages: the archive has them."""
    history = f"<x xmlns='{MUC}'><history maxstanzas='0'/></x>"
    return f"<presence xmlns='{CLIENT}' to={quoteattr(f'{room}/{nickname}')}>{history}</presence>"


def say(room: str, stanza_id: str, text: str) -> str:
    to, body = f"to={quoteattr(room)} id={quoteattr(stanza_id)}", f"<body>{escape(text)}</body>"
    return f"<message xmlns='{CLIENT}' type='groupchat' {to}>{body}</message>"


def read_archive(room: str, query_id: str, after: str | None) -> str:
    """Ask for the page of a room's archive behind the message `after`, from the beginning if None."""
    cursor = "" if after is None else f"<after>{escape(after)}</after>"
    page = f"<set xmlns='{RESULT_SET}'><max>{PAGE_MESSAGES}</max>{cursor}</set>"
    query = f"<query xmlns='{ARCHIVE}' queryid={quoteattr(query_id)}>{page}</query>"
    return f"<iq xmlns='{CLIENT}' type='set' to={quoteattr(room)} id={quoteattr(query_id)}>{query}</iq>"


def parse(text: str) -> Element:
    """Return the stanza.

    Raises:
        NotXmpp: see there.
    """
    try:
        stanza: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise NotXmpp(str(error)) from error
    return stanza


def is_own_presence(stanza: Element) -> bool:
    """Return whether the room says with it that one is in."""
    if stanza.tag != f"{{{CLIENT}}}presence" or stanza.get("type") is not None:
        return False
    return any(
        status.get("code") == ONESELF for status in stanza.iterfind(f"{{{MUC_USER}}}x/{{{MUC_USER}}}status")
    )


def said_in(stanza: Element) -> Said | None:
    """Return the message of the swarm that a room passes on in it, with the id of this room; else None."""
    if stanza.tag != f"{{{CLIENT}}}message" or stanza.get("type") != "groupchat":
        return None
    sent = _sent(stanza)
    room, _, _ = stanza.get("from", "").partition("/")
    ids = [each.get("id") for each in stanza.iterfind(f"{{{STANZA_ID}}}stanza-id") if each.get("by") == room]
    if sent is None or not ids or not ids[0]:
        return None
    return Said(name_of(room), ids[0], sent)


def archived_in(stanza: Element) -> Stored | None:
    """Return the swarm's message of an archive that is in it; else None."""
    result = stanza.find(f"{{{ARCHIVE}}}result")
    if stanza.tag != f"{{{CLIENT}}}message" or result is None:
        return None
    message, message_id = result.find(f"{{{FORWARD}}}forwarded/{{{CLIENT}}}message"), result.get("id")
    sent = None if message is None else _sent(message)
    # XMPP has no sort key: a room's archive is in the order in which it passed messages on.
    return Stored(message_id, "", sent) if message_id and sent else None


def page_end_in(stanza: Element, query_id: str) -> PageEnd | None:
    """Return where the page that was asked for ends; None if the stanza is not its end."""
    fin = stanza.find(f"{{{ARCHIVE}}}fin")
    if stanza.tag != f"{{{CLIENT}}}iq" or stanza.get("id") != query_id or fin is None:
        return None
    last = fin.findtext(f"{{{RESULT_SET}}}set/{{{RESULT_SET}}}last")
    return PageEnd(None if fin.get("complete") == "true" else last or None)


def name_of(room: str) -> str:
    """Return the name of a room's JID."""
    return room.partition("@")[0]


def _sent(message: Element) -> Sent | None:
    return Sent.of_content(message.findtext(f"{{{CLIENT}}}body") or "")
