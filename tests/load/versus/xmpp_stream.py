"""An XMPP stream of an anonymous user over a WebSocket, ready for stanzas (RFC 7395, RFC 6120)."""

from xml.etree.ElementTree import Element

import gevent

from tests.load.connection import Connection, Refused, open_connection
from tests.load.versus import xmpp
from tests.load.versus.prosody import DOMAIN


def open_stream(url: str, timeout_seconds: float) -> Connection:
    """Connect, sign in as nobody and bind.

    Raises:
        Refused: any of it failed, or took longer than `timeout_seconds`.
        Closed: the server hung up.
    """
    connection = open_connection(url, [xmpp.SUBPROTOCOL], timeout_seconds)
    try:
        with gevent.Timeout(timeout_seconds, Refused(0, "the stream was not opened in time")):
            _ask(connection, xmpp.open_stream(DOMAIN), f"{{{xmpp.STREAM}}}features")
            _ask(connection, xmpp.authenticate_anonymously(), f"{{{xmpp.SASL}}}success")
            _ask(connection, xmpp.open_stream(DOMAIN), f"{{{xmpp.STREAM}}}features")
            bound = _ask(connection, xmpp.bind(), f"{{{xmpp.CLIENT}}}iq")
            if bound.get("type") != "result":
                raise Refused(0, "no resource was bound")
    except BaseException:
        connection.abort()
        raise
    return connection


def next_stanza(connection: Connection) -> Element:
    """Return the next stanza.

    Raises:
        Closed: the connection ended.
        xmpp.NotXmpp: what came is none.
    """
    return xmpp.parse(connection.receive())


def _ask(connection: Connection, text: str, answer: str) -> Element:
    """Send a text and return the answer of that name, before which only the stream may be opened."""
    connection.send(text)
    stanza = next_stanza(connection)
    while stanza.tag == f"{{{xmpp.FRAMING}}}open":
        stanza = next_stanza(connection)
    if stanza.tag != answer:
        raise Refused(0, f"{stanza.tag} in place of {answer}")
    return stanza
