import pytest

from services.ingest.sending import CLOCK_SKEW_LIMIT_MS, send
from shared.auth.identity import Identity
from shared.protocol.frames import SendMessage
from shared.protocol.message import Message
from shared.protocol.refusals import ClockSkew, ContentTooLong, Forbidden, InvalidContent, Unavailable
from shared.stores.messages import Messages, Span
from tests.unit.examples import ALICE, BOB, NOW, identifier


@pytest.fixture
def published() -> list[Message]:
    return []


def sent(
    frame: SendMessage,
    messages: Messages,
    published: list[Message],
    *,
    sender: Identity = ALICE,
    now: int = NOW,
) -> Message:
    return send(
        frame,
        sender,
        messages=messages,
        publish=published.append,
        now=now,
        random_bytes=bytes(10),
    )


def test_a_message_is_stored_and_then_published(messages: Messages, published: list[Message]) -> None:
    message = sent(SendMessage(content=" Hello "), messages, published)

    assert (message.content, message.user_id, message.username) == ("Hello", "a11ce", "Alice")
    assert message.created_at == NOW
    assert message.sort_key == f"{NOW}#{message.message_id}"
    assert messages.of_room("global", Span(10)).messages == published == [message]


def test_a_repeated_send_is_stored_once_and_answered_the_same(
    messages: Messages, published: list[Message]
) -> None:
    frame = SendMessage(content="Hello", client_message_id=identifier(1))

    first = sent(frame, messages, published)
    again = sent(frame, messages, published, now=NOW + 2_000)

    assert first == again
    assert first.message_id == str(identifier(1))
    assert messages.of_room("global", Span(10)).messages == [first]
    assert published == [first, first]


def test_the_same_id_cannot_be_taken_by_someone_else(messages: Messages, published: list[Message]) -> None:
    frame = SendMessage(content="Hello", client_message_id=identifier(1))
    sent(frame, messages, published)

    with pytest.raises(Forbidden):
        sent(frame, messages, published, sender=BOB)
    assert len(published) == 1


@pytest.mark.parametrize("skew", [-CLOCK_SKEW_LIMIT_MS, CLOCK_SKEW_LIMIT_MS])
def test_a_client_clock_may_be_a_minute_off(messages: Messages, published: list[Message], skew: int) -> None:
    frame = SendMessage(content="Hello", client_message_id=identifier(1, NOW + skew))

    assert sent(frame, messages, published).created_at == NOW + skew


@pytest.mark.parametrize("skew", [-CLOCK_SKEW_LIMIT_MS - 1, CLOCK_SKEW_LIMIT_MS + 1])
def test_a_client_clock_further_off_is_refused(
    messages: Messages, published: list[Message], skew: int
) -> None:
    frame = SendMessage(content="Hello", client_message_id=identifier(1, NOW + skew))

    with pytest.raises(ClockSkew):
        sent(frame, messages, published)
    assert published == messages.of_room("global", Span(10)).messages == []


@pytest.mark.parametrize(
    ("content", "refusal"), [("", InvalidContent), (" ", InvalidContent), ("x" * 4001, ContentTooLong)]
)
def test_what_is_no_message_is_neither_stored_nor_published(
    messages: Messages, published: list[Message], content: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        sent(SendMessage(content=content), messages, published)
    assert published == messages.of_room("global", Span(10)).messages == []


def test_what_could_not_be_published_is_repeated_by_the_client(
    messages: Messages, published: list[Message]
) -> None:
    def broken(_message: Message) -> None:
        raise Unavailable("no topic")

    frame = SendMessage(content="Hello", client_message_id=identifier(1))
    with pytest.raises(Unavailable):
        send(frame, ALICE, messages=messages, publish=broken, now=NOW, random_bytes=bytes(10))

    assert sent(frame, messages, published).content == "Hello"
    assert len(published) == 1
