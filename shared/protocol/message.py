"""A chat message, as it is stored, published and shown."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Wire(BaseModel):
    """A frozen model with camelCase JSON names; its errors never quote the input, which may be secret.

    It is built when it is first used: a function that starts would else build those of all its frames.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        hide_input_in_errors=True,
        defer_build=True,
    )


class Message(Wire):
    """`sort_key` is `<epoch ms, 13 digits>#<message_id>`; `created_at` is that time, epoch ms.

    Both are the server's. `client_message_id` is how the author's client names it; no dump holds it, so that
    it is shown only where that is meant (`replies.new_message`).
    """

    room_id: str
    sort_key: str
    message_id: str
    user_id: str
    username: str
    content: str
    created_at: int
    client_message_id: str | None = Field(default=None, exclude=True)


def sort_key(created_at: int, message_id: str) -> str:
    """Return the place of a message in its room: by time (epoch ms), then by id."""
    return f"{created_at:013d}#{message_id}"
