from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.answer_reader import BEGINNING_BYTES, LONGEST_ANSWER_BYTES, AnswerReader
from shared.aws.failures import NOT_HTTP, TOO_LONG, Broken

NAMES = b"HRI\r\n"  # what HTTP, RTSP and ICE begin with, and what may stand before
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def framed(body: bytes, chunk_bytes: int | None) -> bytes:
    """Headers and body, in chunks or of a stated length."""
    if chunk_bytes is None:
        return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    chunks = [body[at : at + chunk_bytes] for at in range(0, len(body), chunk_bytes)]
    coded = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"Transfer-Encoding: chunked\r\n\r\n" + coded + b"0\r\n\r\n"


def read(reader: AnswerReader, wire: bytes, cuts: list[int]) -> None:
    """Feed an answer cut into pieces; it must not be whole before its last byte."""
    places = [0, *sorted({cut % len(wire) for cut in cuts} - {0}), len(wire)]
    for start, end in pairwise(places):
        assert reader.status is None
        reader.feed(wire[start:end])


@given(
    status=st.sampled_from([200, 201, 400, 403, 410, 413, 429, 500, 503]),
    body=st.binary(max_size=600),
    chunk_bytes=st.none() | st.integers(1, 300),
    interim=st.lists(st.sampled_from([100, 102, 103]), max_size=2),
    closes=st.booleans(),
    cuts=st.lists(st.integers(0, 10_000), max_size=12),
)
def test_an_answer_reads_the_same_however_it_is_coded_and_cut(
    *, status: int, body: bytes, chunk_bytes: int | None, interim: list[int], closes: bool, cuts: list[int]
) -> None:
    before = b"".join(b"HTTP/1.1 %d Early\r\nLink: </x>\r\n\r\n" % code for code in interim)
    connection = b"Connection: close\r\n" if closes else b""
    wire = before + b"HTTP/1.1 %d Some\r\n%s%s" % (status, connection, framed(body, chunk_bytes))
    reader = AnswerReader()
    read(reader, wire, cuts)

    assert (reader.status, reader.body, reader.is_last) == (status, body[:BEGINNING_BYTES], closes)
    if not closes:
        reader.await_next()
        read(reader, OK, cuts)
        assert (reader.status, reader.body, reader.is_last) == (200, b"", False)


def test_an_answer_that_has_no_body_by_its_status_ends_with_its_head() -> None:
    reader = AnswerReader()
    reader.feed(b"HTTP/1.1 204 No Content\r\n\r\n")

    assert (reader.status, reader.is_last) == (204, False)


@given(start=st.integers(0, 255).filter(lambda byte: byte not in NAMES), rest=st.binary())
def test_what_is_not_http_is_said_to_be_none(start: int, rest: bytes) -> None:
    with pytest.raises(Broken, match=NOT_HTTP):
        AnswerReader().feed(bytes([start]) + rest)


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 2 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfour\r\n",
    ],
)
def test_an_answer_whose_end_could_be_argued_about_is_none(wire: bytes) -> None:
    with pytest.raises(Broken, match=NOT_HTTP):
        AnswerReader().feed(wire)


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Endless: ", b"x" * 4096),
        (b"HTTP/1.1 200 OK\r\n", b"X-Header: again\r\n" * 240),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 160),
    ],
)
def test_an_answer_without_end_is_given_up(start: bytes, more: bytes) -> None:
    reader = AnswerReader()
    reader.feed(start)
    for _ in range((LONGEST_ANSWER_BYTES - len(start)) // len(more)):
        reader.feed(more)

    with pytest.raises(Broken, match=TOO_LONG):
        reader.feed(more)


@given(
    stray=st.sampled_from([OK, b"HTTP/1.1"]) | st.binary(min_size=1).filter(lambda sent: sent.strip(b"\r\n"))
)
def test_a_connection_on_which_more_comes_than_the_answer_is_of_no_more_use(stray: bytes) -> None:
    reader = AnswerReader()
    reader.feed(b"HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone" + stray)

    assert (reader.status, reader.body, reader.is_last) == (410, b"gone", True)
