"""What a client has of its rooms, told with a ping; `docs/protocol/README.md`, recovery."""

from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, StrictStr, model_validator

from shared.protocol.message import Wire

MINUTE_MS = 60_000
SPAN_LIMIT_MS = 60 * MINUTE_MS

Minute = Annotated[StrictInt, Field(ge=0, lt=10**13, multiple_of=MINUTE_MS)]
"""The beginning of a minute, epoch ms."""


class Digest(Wire):
    """How many messages of a room a client has with `begin` <= `createdAt` < `until`, and which.

    `xor` is that of the last 16 hex digits of each `messageId`, which the server draws at random. With
    `changes` both are of the changes, too, by the ids in their sort keys.
    """

    begin: Minute = Field(alias="from")
    until: Minute
    count: StrictInt = Field(ge=0)
    xor: StrictStr = Field(pattern=r"^[0-9a-f]{16}$")
    changes: StrictBool = False

    @model_validator(mode="after")
    def _is_a_span(self) -> Self:
        if not 0 < self.until - self.begin <= SPAN_LIMIT_MS:
            raise ValueError("a digest is of 1 to 60 minutes")
        return self
