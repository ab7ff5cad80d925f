"""The model of `infra/topology/topology.yaml`: what exists, locally and on AWS."""

import re
from collections.abc import Container, Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Action = Annotated[str, Field(pattern=r"^[a-z0-9-]+:[A-Za-z]+$")]


class Model(BaseModel):
    """A part of the topology: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Index(Model):
    """A global secondary index; `projection` lists non-key attributes: none, keys alone; None, all."""

    partition_key: str
    sort_key: str
    projection: tuple[str, ...] | None = None


class Table(Model):
    """A DynamoDB table, billed on demand; all keys are strings. `stream` tells what becomes of items."""

    partition_key: str
    sort_key: str
    ttl_attribute: str | None = None
    deletion_protection: bool = False
    stream: bool = False
    indexes: dict[str, Index] = {}


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


class Reference(Model):
    """Where a value comes from; exactly one field is set."""

    table: str | None = None
    index: str | None = None
    topic: str | None = None
    queue: str | None = None
    function: str | None = None
    websocket: Literal["url", "callback_url", "api_id", "stage", "connections"] | None = None
    identity: Literal["user_pool_id", "client_id", "issuer"] | None = None
    deployment: Literal["auth_mode", "allowed_origins", "log_level", "metrics_namespace"] | None = None
    topology: Literal["shards"] | None = None
    user_limit: str | None = None
    value: str | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("name exactly one source")
        return self


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


class Route(Model):
    """What a frame of an action goes to, and whether the function's answer goes back."""

    function: Name
    route_response: bool


class Metric(Model):
    """A CloudWatch metric; without `namespace` it is one of our own (`Place.metrics_namespace`)."""

    namespace: str | None = None
    name: str
    dimensions: dict[str, Reference]
    statistic: str = Field(pattern=r"^(Sum|Average|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d+)?)$")


EACH = "each"  # in a reference: the function, table or index that an alarm or line is made for
Each = Literal["shard", "function", "table", "index"]


class Alarm(Model):
    """A CloudWatch alarm on one metric or on an expression over several.

    It is on while `datapoints_to_alarm` of the last `evaluation_periods` breach; all of them if not given.
    `threshold_of` makes `threshold` a share: of the function's time-out, or of the account's concurrency.
    `scheduled` names a function: the alarm exists only where that is called by its schedule.
    """

    description: str
    severity: Literal["page", "tell"]
    each: Each | None = None
    scheduled: Name | None = None
    metric: Metric | None = None
    expression: str | None = None
    metrics: dict[Name, Metric] = {}
    period_seconds: int = Field(ge=10)
    evaluation_periods: int = Field(ge=1)
    datapoints_to_alarm: int | None = Field(default=None, ge=1)
    comparison: Literal[
        "GreaterThanThreshold",
        "GreaterThanOrEqualToThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
    ]
    threshold: float
    threshold_of: Literal["timeout_ms", "account_concurrency"] | None = None
    missing_data: Literal["breaching", "notBreaching", "ignore", "missing"]

    @model_validator(mode="after")
    def _metric_or_expression(self) -> Self:
        if (self.metric is None) == (self.expression is None) or bool(self.metrics) != bool(self.expression):
            raise ValueError("give either metric, or expression with metrics")
        if self.threshold_of == "timeout_ms" and self.each != "function":
            raise ValueError("threshold_of: timeout_ms needs each: function")
        return self

    @model_validator(mode="after")
    def _missing_data_is_said(self) -> Self:
        """Refuse what CloudWatch would leave undecided.

        Math over a metric without a value has none either: one quiet metric would blind an expression.
        Alarms on `AWS/DynamoDB` keep their state while there is no data, whatever they say.
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
        """
        if self.metric and self.metric.namespace == "AWS/DynamoDB":
            raise ValueError("a metric of AWS/DynamoDB goes into an expression, as FILL(name, 0)")
        expression = self.expression or ""
        for name in self.metrics:
            filled = len(re.findall(rf"\bFILL\({name}, 0\)", expression))
            if filled == 0 or filled != len(re.findall(rf"\b{name}\b", expression)):
                raise ValueError(f"in the expression {name} stands as FILL({name}, 0)")
        if (
            self.expression
            and (self.datapoints_to_alarm or self.evaluation_periods) == self.evaluation_periods > 1
        ):
            # The newest minute is often not told yet, and filled with nothing it would never breach.
            raise ValueError("an expression needs fewer datapoints_to_alarm than evaluation_periods")
        return self


class CompositeAlarm(Model):
    """An alarm that is on while any alarm of one severity is."""

    description: str
    any_of_severity: Literal["page", "tell"]


class Line(Metric):
    """A metric drawn in a chart; `{each}` in the label is the shard, function or table it is drawn for."""

    label: str
    each: Each | None = None


class Chart(Model):
    """Lines over time; `unit` is empty for counts."""

    title: str
    unit: Literal["", "ms", "s"] = ""
    lines: tuple[Line, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _labels_tell_lines_apart(self) -> Self:
        if len({line.label for line in self.lines}) < len(self.lines):
            raise ValueError("two lines of a chart have the same label")
        if any((line.each is None) == ("{each}" in line.label) for line in self.lines):
            raise ValueError("a label has {each} if its line has `each`, and only then")
        return self


class Stage(Model):
    """A column of the dashboard: a part of the way of a message."""

    title: str
    charts: tuple[Chart, ...] = Field(min_length=1)


class Topology(Model):
    """All of it. Every name that is referred to exists."""

    project: Name
    metrics_namespace: str
    runbooks: str
    shards: int = Field(ge=1, le=200)
    account_concurrency: int = Field(ge=10)
    audit_retention_days: Literal[
        30, 60, 90, 120, 180, 365, 400, 545, 731
    ]  # of those that CloudWatch Logs takes
    tables: dict[Name, Table]
    topic: Name
    queues: dict[Name, Queue]
    environment: dict[Variable, Reference]
    functions: dict[Name, Function]
    routes: dict[str, Route]
    alarms: dict[Name, Alarm]
    composite_alarms: dict[Name, CompositeAlarm]
    dashboard: tuple[Stage, ...] = Field(min_length=1, max_length=6)

    def instances(self, each: Each | None) -> tuple[str | None, ...]:
        """Return what an alarm or line is made for, in Terraform's order; None for one without `each`."""
        match each:
            case None:
                return (None,)
            case "shard":
                return tuple(map(str, range(self.shards)))
            case "function":
                return tuple(sorted(self.functions))
            case "table":
                return tuple(sorted(self.tables))
            case "index":
                return tuple(sorted(self.indexes))

    @property
    def indexes(self) -> dict[str, tuple[str, str]]:
        """Table and index by the name that alarms and lines give an index."""
        return {
            f"{name}-{index}": (name, index) for name, table in self.tables.items() for index in table.indexes
        }

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        faults = [
            *_unknown_names(self),
            *_unknown_schedules(self),
            *_unknown_in_metrics(self),
            *_weak_queues(self),
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self


def _unknown_names(topology: Topology) -> Iterator[str]:
    for name, queue in topology.queues.items():
        yield from _unknown(f"queue {name}", "queue", queue.dead_letter_queue, topology.queues)
    for name, function in topology.functions.items():
        user = f"function {name}"
        for variable in function.environment:
            yield from _unknown(user, "environment variable", variable, topology.environment)
        for grant in function.grants:
            yield from _unknown(user, "table", grant.table, topology.tables)
            yield from _unknown(user, "queue", grant.queue, topology.queues)
            yield from _unknown(user, "topic", grant.topic, (topology.topic,))
            if grant.table in topology.tables:
                yield from _unknown(user, "index", grant.index, topology.tables[grant.table].indexes)
        for source in function.consumes:
            yield from _unknown(user, "queue", source.queue, topology.queues)
            streams = [table for table, definition in topology.tables.items() if definition.stream]
            yield from _unknown(user, "stream of table", source.stream, streams)
    for key, route in topology.routes.items():
        yield from _unknown(f"route {key}", "function", route.function, topology.functions)


def _unknown_schedules(topology: Topology) -> Iterator[str]:
    scheduled = [name for name, function in topology.functions.items() if function.schedule_minutes]
    for name, alarm in topology.alarms.items():
        yield from _unknown(f"alarm {name}", "scheduled function", alarm.scheduled, scheduled)


def _unknown_in_metrics(topology: Topology) -> Iterator[str]:
    watched = [
        *(
            (f"alarm {name}", metric)
            for name, alarm in topology.alarms.items()
            for metric in (*alarm.metrics.values(), *([alarm.metric] if alarm.metric else []))
        ),
        *(
            (f"chart {chart.title!r}", line)
            for stage in topology.dashboard
            for chart in stage.charts
            for line in chart.lines
        ),
    ]
    for user, metric in watched:
        for reference in metric.dimensions.values():
            yield from _unknown(user, "queue", reference.queue, topology.queues)
            yield from _unknown(user, "topic", reference.topic, (topology.topic,))
            yield from _unknown(user, "table", reference.table, (*topology.tables, EACH))
            yield from _unknown(user, "function", reference.function, (*topology.functions, EACH))
            yield from _unknown(user, "index", reference.index, (EACH,))


def _unknown(user: str, kind: str, name: str | None, known: Container[str]) -> Iterator[str]:
    if name is not None and name not in known:
        yield f"{user}: there is no {kind} {name}"


def _weak_queues(topology: Topology) -> Iterator[str]:
    for name, function in topology.functions.items():
        for source in function.consumes:
            queue = topology.queues.get(source.queue or "")
            # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: six times the time-out
            if queue and queue.visibility_timeout_seconds < 6 * function.timeout_seconds:
                yield f"function {name}: its queue's visibility time-out is under six times its own time-out"
