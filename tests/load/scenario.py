"""What a swarm does, as a file."""

from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    field_validator,
    model_validator,
)

from shared.protocol.frames import CONTENT_LIMIT_CHARACTERS
from shared.validation import first_fault
from tests.load.faults import FAULTS

FOLDER = Path(__file__).with_name("scenarios")
# API Gateway: new connections a second, for an account and region (developer guide, "WebSocket quotas").
CONNECTIONS_PER_SECOND = 500
Share = Annotated[float, Field(ge=0, le=1)]
Characters = Annotated[int, Field(ge=60, le=CONTENT_LIMIT_CHARACTERS)]


class InvalidScenario(Exception):
    """The scenario cannot be used; the message is one line that names the file and the field."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(_Frozen):
    """A part of the run, at whose end there are `connections`, reached in a straight line.

    Nobody sends during `gather` and `drain`; the other names are for the reader. `drop` is the share of all
    connections that are cut, all at once, when the stage begins, `fault` what is broken while it lasts.
    """

    name: Literal["gather", "ramp", "hold", "spike", "storm", "drain", "fault"]
    seconds: PositiveFloat
    connections: NonNegativeInt
    drop: Share = 0
    fault: str | None = None

    @field_validator("fault")
    @classmethod
    def _fault_is_known(cls, fault: str | None) -> str | None:
        if fault is not None and fault not in FAULTS:
            raise ValueError(f"there is no fault {fault}; there are {', '.join(FAULTS)}")
        return fault


class Rooms(_Frozen):
    """How members are spread over `count` rooms.

    `one-huge` puts every second member into the first room, `zipf` gives room n a share of 1/n.
    """

    count: PositiveInt = 1
    sizes: Literal["uniform", "zipf", "one-huge"] = "uniform"


class Payload(_Frozen):
    """Size of messages in characters, between the two, evenly."""

    smallest: Characters = 60
    largest: Characters = 200

    @model_validator(mode="after")
    def _smallest_is_smallest(self) -> Self:
        if self.smallest > self.largest:
            raise ValueError("smallest is more than largest")
        return self


class Behaviour(_Frozen):
    """What members do besides listening.

    Attributes:
        messages_per_second: of each room, shared by its first `senders` members.
        reconnects_per_minute: of each connection, on average.
        abrupt: share of the reconnects that come without a close frame.
        slow_readers: share of the listeners that sleep `slow_seconds` between reads while messages are sent;
            not in the latencies.
        v1: share of the members that speak the reference's protocol.
        bad_frames_per_minute: of each sender.
        history_reads_per_minute: of each sender.
    """

    messages_per_second: NonNegativeFloat = 1
    senders: PositiveInt = 3
    reconnects_per_minute: NonNegativeFloat = 0
    abrupt: Share = 0.5
    slow_readers: Share = 0
    slow_seconds: PositiveFloat = 1
    v1: Share = 0
    bad_frames_per_minute: NonNegativeFloat = 0
    history_reads_per_minute: NonNegativeFloat = 0


class Thresholds(_Frozen):
    """The service level: beyond any of these the run has failed.

    Latencies are multiples of what the same step takes on the idle system, measured in the same run, so that
    they mean the same on a laptop and on AWS. `duplicates` is a share of the deliveries, `errors` of sends
    and handshakes. What the design promises is no threshold and must hold always: see `results.results_of`.
    """

    delivery_p50: PositiveFloat
    delivery_p99: PositiveFloat
    acknowledgement_p99: PositiveFloat
    connect_p99: PositiveFloat
    duplicates: Share
    errors: Share


class Scenario(_Frozen):
    """A swarm.

    Attributes:
        settle_seconds: how long deliveries may take after the last send.
        local_seconds: how long the stages take at most where the system shares a machine with the swarm.
    """

    description: str = Field(min_length=1)
    stages: tuple[Stage, ...] = Field(min_length=1)
    rooms: Rooms = Rooms()
    payload: Payload = Payload()
    behaviour: Behaviour = Behaviour()
    settle_seconds: PositiveFloat = 30
    local_seconds: PositiveFloat = 100
    thresholds: Thresholds

    @model_validator(mode="after")
    def _ramps_are_within_the_quota(self) -> Self:
        before = 0
        for number, stage in enumerate(self.stages):
            rate = (stage.connections - before) / stage.seconds
            if rate > CONNECTIONS_PER_SECOND:
                raise ValueError(
                    f"stage {number} opens {rate:.0f} connections a second; "
                    f"API Gateway takes {CONNECTIONS_PER_SECOND}"
                )
            before = stage.connections
        return self

    @model_validator(mode="after")
    def _cuts_are_within_the_quota(self) -> Self:
        before = 0
        for number, stage in enumerate(self.stages):
            if before * stage.drop > CONNECTIONS_PER_SECOND:
                raise ValueError(
                    f"stage {number} cuts {before * stage.drop:.0f} connections, which come back at once; "
                    f"API Gateway takes {CONNECTIONS_PER_SECOND} a second"
                )
            before = stage.connections
        return self

    @property
    def has_faults(self) -> bool:
        """Whether any stage breaks something."""
        return any(stage.fault for stage in self.stages)

    @property
    def most_connections(self) -> int:
        return max(stage.connections for stage in self.stages)

    @property
    def seconds(self) -> float:
        """Length of all stages."""
        return sum(stage.seconds for stage in self.stages)

    def seconds_of(self, name: str) -> float:
        """Length of the stages of that name."""
        return sum(stage.seconds for stage in self.stages if stage.name == name)

    def connections_at(self, second: float) -> int:
        """How many connections there should be so long after the start."""
        before = 0
        for stage in self.stages:
            if second < stage.seconds:
                return round(before + (stage.connections - before) * second / stage.seconds)
            second -= stage.seconds
            before = stage.connections
        return before

    def sized(self, scale: float) -> "Scenario":
        """Return the same with connections and rooms times `scale`; durations and rates stay what they are.

        Raises:
            InvalidScenario: the scale is not above 0.
        """
        if scale <= 0:
            raise InvalidScenario(f"--scale must be above 0, not {scale:g}")
        sized = self.model_dump()
        for stage in sized["stages"]:
            stage["connections"] = stage["connections"] and max(2, round(stage["connections"] * scale))
        sized["rooms"]["count"] = max(1, round(self.rooms.count * scale))
        return _validated(sized, f"--scale {scale:g}")

    def scaled(self, scale: float) -> "Scenario":
        """Return the same with connections, rooms and durations times `scale`; rates stay what they are.

        Raises:
            InvalidScenario: the scale is not above 0.
        """
        scaled = self.sized(scale).model_dump()
        for stage in scaled["stages"]:
            stage["seconds"] = max(1.0, stage["seconds"] * scale)
        return _validated(scaled, f"--scale {scale:g}")

    def lasting(self, seconds: float) -> "Scenario":
        """The same with its longest stage shortened or stretched, so that the whole takes that long.

        Raises:
            InvalidScenario: the other stages alone take longer.
        """
        longest = max(range(len(self.stages)), key=lambda number: self.stages[number].seconds)
        left = seconds - self.seconds + self.stages[longest].seconds
        if left <= 0:
            raise InvalidScenario(f"--minutes {seconds / 60:g}: the other stages alone take longer")
        changed = self.model_dump()
        changed["stages"][longest]["seconds"] = left
        return _validated(changed, f"--minutes {seconds / 60:g}")


def names() -> list[str]:
    """The scenarios that come with the project."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_scenario(name: str) -> Scenario:
    """Read a scenario by its name or by the path of a file.

    Raises:
        InvalidScenario: there is none, it is not YAML, or it breaks the model.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidScenario(f"no scenario {name}; there are {', '.join(names())}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidScenario(f"{path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise InvalidScenario(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    return _validated(read, str(path))


def _validated(read: object, source: str) -> Scenario:
    try:
        return Scenario.model_validate(read)
    except ValidationError as error:
        raise InvalidScenario(f"{source}: {first_fault(error, 'scenario')}") from error
