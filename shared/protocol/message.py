"""A chat message, as it is stored, published and shown."""

from functools import partial
from operator import is_
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag
from pydantic.alias_generators import to_camel

from shared.rooms import Role


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


_unless_none = partial(is_, None)
"""Leaves a field out of what is stored, sent and shown as long as there is nothing to tell."""


class Reactor(Wire):
    """Somebody who reacted, by the name that they had then."""

    user_id: str
    username: str


class Reaction(Wire):
    """An emoji under a message, and who put it there: one user at least."""

    emoji: str
    users: tuple[Reactor, ...]


class Message(Wire):
    """A message as it is now.

    `sort_key` is `<epoch ms, 13 digits>#<message_id>`; `created_at` is that time, epoch ms. Both are the
    server's. `client_message_id` is how the author's client names it; no dump holds it, so that it is shown
    only where that is meant (`replies.new_message`). `reply_to` is the sort key of the message that it
    answers, `mentions_here` that `@here` in its text addresses everybody who is there. What became of it is
    told by the epoch ms at which it did; `changed_at` is the newest of these, and the message's version. Of
    one that was deleted there is no text left.
    """

    room_id: str
    sort_key: str
    message_id: str
    user_id: str
    username: str
    content: str
    created_at: int
    client_message_id: str | None = Field(default=None, exclude=True)
    reply_to: str | None = Field(default=None, exclude_if=_unless_none)
    mentions_here: bool | None = Field(default=None, exclude_if=_unless_none)
    edited_at: int | None = Field(default=None, exclude_if=_unless_none)
    deleted_at: int | None = Field(default=None, exclude_if=_unless_none)
    pinned_at: int | None = Field(default=None, exclude_if=_unless_none)
    changed_at: int | None = Field(default=None, exclude_if=_unless_none)
    reactions: tuple[Reaction, ...] | None = Field(default=None, exclude_if=_unless_none)


ChangeKind = Literal["edit", "deletion", "reaction", "pin"]


class Change(Message):
    """A change of a message: an entry of the room's log with a place, an author and a time of its own.

    `target` is the sort key of the message. `content` is the new text of an edit, and else empty; the stored
    entry has none. A reaction has its `emoji`; `on` is whether a reaction or a pin is there from now on.
    """

    kind: ChangeKind
    target: str
    emoji: str | None = Field(default=None, exclude_if=_unless_none)
    on: bool | None = Field(default=None, exclude_if=_unless_none)


NoticeEvent = Literal[
    "created",
    "titled",
    "topicSet",
    "retentionSet",
    "joined",
    "added",
    "removed",
    "banned",
    "unbanned",
    "roleSet",
]


class Notice(Message):
    """What happened in a room other than that somebody said something: an entry of its log.

    `user_id` is who did it, `about` to whom it was done, `role` which one they have from then on. It has no
    names: people are called what they are called when it is read. `text` is the new title or topic, for those
    who are there; the stored entry has none, so that what is taken back is in no log. `days` is for
    how long the room keeps what is said, 0 for good.
    """

    kind: Literal["notice"] = "notice"
    event: NoticeEvent
    about: str | None = Field(default=None, exclude_if=_unless_none)
    role: Role | None = Field(default=None, exclude_if=_unless_none)
    text: str | None = Field(default=None, exclude_if=_unless_none)
    days: int | None = Field(default=None, exclude_if=_unless_none)
    username: Literal[""] = ""
    content: Literal[""] = ""


def is_message(entry: Message) -> bool:
    """Tell whether an entry is a message, not a change of one and not a notice."""
    return not isinstance(entry, Change | Notice)


def _tag_of(value: Any) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    if kind is None:
        return "message"
    return "notice" if kind == "notice" else "change"


Entry = Annotated[
    Annotated[Change, Tag("change")] | Annotated[Notice, Tag("notice")] | Annotated[Message, Tag("message")],
    Discriminator(_tag_of),
]
"""What a room's log holds: messages, the changes that were made to them, and notices."""


def sort_key(created_at: int, message_id: str) -> str:
    """Return the place of a message in its room: by time (epoch ms), then by id."""
    return f"{created_at:013d}#{message_id}"
