"""Queues."""

from typing import Self

from pydantic import Field, model_validator

from infra.topology.parts.fields import Model, Name


class Queue(Model):
    """An SQS standard queue.

    `per_shard` makes one for every shard. `subscribed` has each take its shard's jobs from the topic, and one
    that is not `per_shard` the jobs of no shard.
    """

    per_shard: bool = False
    subscribed: bool = False
    visibility_timeout_seconds: int = Field(ge=0, le=43_200)
    retention_seconds: int = Field(ge=60, le=1_209_600)
    max_receive_count: int | None = Field(default=None, ge=1, le=1_000)
    dead_letter_queue: Name | None = None

    @model_validator(mode="after")
    def _redrive_is_whole(self) -> Self:
        if (self.max_receive_count is None) != (self.dead_letter_queue is None):
            raise ValueError("max_receive_count and dead_letter_queue go together")
        return self
