"""The client against a server of the same library, which keeps to RFC 6455."""

import threading
from collections.abc import Iterator

import pytest
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tests.load.connection import Closed, Refused, open_connection


def _answer(socket: ServerConnection) -> None:
    for text in socket:
        match text:
            case "bye":
                socket.close(4001)
            case "pieces":
                socket.send(["one ", "two ", "three"])
            case "burst":
                for number in range(50):
                    socket.send(str(number))
            case _:
                socket.send(text)


@pytest.fixture
def url() -> Iterator[str]:
    with serve(_answer, "127.0.0.1", 0, subprotocols=[Subprotocol("chat.v2")]) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/local?roomId=r"
        server.shutdown()
        thread.join()


def test_what_is_sent_comes_back(url: str) -> None:
    connection = open_connection(url, ["chat.v2"], 10)
    connection.send("Grüße")
    assert connection.receive() == "Grüße"
    assert connection.subprotocol == "chat.v2"
    connection.abort()


def test_a_message_in_pieces_is_one_message(url: str) -> None:
    connection = open_connection(url, ["chat.v2"], 10)
    connection.send("pieces")
    assert connection.receive() == "one two three"
    connection.abort()


def test_many_messages_in_one_read_come_one_by_one(url: str) -> None:
    connection = open_connection(url, ["chat.v2"], 10)
    connection.send("burst")
    assert [connection.receive() for _ in range(50)] == [str(number) for number in range(50)]
    connection.abort()


def test_the_servers_close_code_is_told(url: str) -> None:
    connection = open_connection(url, ["chat.v2"], 10)
    connection.send("bye")
    with pytest.raises(Closed) as closed:
        connection.receive()
    assert closed.value.code == 4001
    with pytest.raises(Closed):
        connection.send("too late")
    connection.abort()


def test_a_closed_connection_ends_with_a_close_frame(url: str) -> None:
    connection = open_connection(url, ["chat.v2"], 10)
    connection.close()
    with pytest.raises(Closed) as closed:
        connection.receive()
    assert closed.value.code == 1000
    connection.abort()


def test_a_refused_handshake_tells_its_status(url: str) -> None:
    with pytest.raises(Refused) as refused:
        open_connection(url, ["other"], 10)
    assert refused.value.status == 400


def test_nobody_listening_is_a_refusal_without_status() -> None:
    with pytest.raises(Refused) as refused:
        open_connection("ws://127.0.0.1:1/", [], 10)
    assert refused.value.status == 0
