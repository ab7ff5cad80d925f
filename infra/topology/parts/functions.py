"""Functions: what they may do, what they consume, and the routes that lead to them."""

from typing import Literal, Self

from pydantic import Field, model_validator

from infra.topology.parts.fields import Action, Model, Name, Variable


class Grant(Model):
    """Actions a function may take on one resource."""

    actions: tuple[Action, ...] = Field(min_length=1)
    table: str | None = None
    index: str | None = None
    stream: bool = False
    topic: str | None = None
    queue: str | None = None
    websocket: Literal["connections"] | None = None
    identity: Literal["user_pool"] | None = None
    methods: tuple[Literal["POST", "GET", "DELETE"], ...] = ()

    @model_validator(mode="after")
    def _one_resource_and_no_scan(self) -> Self:
        resources = (self.table, self.topic, self.queue, self.websocket, self.identity)
        if sum(resource is not None for resource in resources) != 1:
            raise ValueError("a grant names exactly one of table, topic, queue, websocket, identity")
        if "dynamodb:Scan" in self.actions:
            raise ValueError("no function may hold dynamodb:Scan")
        return self


class Consumes(Model):
    """Event source mapping: one for every queue of that name, or one for the stream of a table.

    More than ten messages a batch take a window of a second at least (Lambda, CreateEventSourceMapping).
    `events` are the kinds of a stream's records that the function is called for.
    """

    queue: Name | None = None
    stream: Name | None = None
    batch_size: int = Field(ge=1, le=10_000)
    batching_window_seconds: int = Field(default=0, ge=0, le=300)
    maximum_concurrency: int | None = Field(default=None, ge=2, le=1_000)
    events: tuple[Literal["INSERT", "MODIFY", "REMOVE"], ...] = ()

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.queue is None) == (self.stream is None):
            raise ValueError("name exactly one of queue and stream")
        if (self.queue is None) != (self.maximum_concurrency is None):
            raise ValueError("maximum_concurrency is for queues, and needed there")
        if (self.stream is None) == bool(self.events):
            raise ValueError("events are for streams, and needed there")
        return self


class Function(Model):
    """A Lambda function; `environment` names variables, each with a source in `Topology.environment`.

    `traced` functions begin X-Ray traces; the others take part in those that are handed to them. One with
    `schedule_minutes` is called so often; an `optional` one only where an environment asks for it, and from
    outside of its network, as users call.
    """

    handler: str = Field(pattern=r"^services\.[a-z]+(\.[a-z_]+)+\.handler$")
    memory_mb: int = Field(ge=128, le=10_240)
    timeout_seconds: int = Field(ge=1, le=900)
    traced: bool = False
    environment: tuple[Variable, ...]
    grants: tuple[Grant, ...]
    consumes: tuple[Consumes, ...] = ()
    schedule_minutes: int | None = Field(default=None, ge=1, le=60)
    optional: bool = False
    recursive_loop: Literal["Allow", "Terminate"] = "Terminate"

    @property
    def service(self) -> str:
        """The folder under `services/` whose zip holds the handler."""
        return self.handler.split(".")[1]

    @property
    def is_always_scheduled(self) -> bool:
        """Whether every environment calls it by a schedule."""
        return self.schedule_minutes is not None and not self.optional

    @property
    def follows_a_stream(self) -> bool:
        """Whether it is called for the records of a stream."""
        return any(source.stream for source in self.consumes)


class Route(Model):
    """What a frame of an action goes to, and whether the function's answer goes back."""

    function: Name
    route_response: bool
