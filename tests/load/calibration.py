"""What a place does: how long each step takes on the idle system, and how much it carries."""

from pydantic import BaseModel, ConfigDict, PositiveFloat

# Shorter is not told apart from the swarm's own scheduling, one busy Python process.
SHORTEST_MS = 10.0
CALIBRATION_ROOM = 10  # members; the size that capacity is measured in


class IdleTimes(BaseModel):
    """Medians on the idle system, in ms, `SHORTEST_MS` at least: what thresholds are multiples of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connect_ms: PositiveFloat
    acknowledgement_ms: PositiveFloat
    delivery_ms: PositiveFloat


class Capacity(BaseModel):
    """What the place carries for a few seconds at its limit, per second.

    Attributes:
        handshakes: connections opened, with their first page of history, and closed again.
        messages: messages brought to all members of rooms of `CALIBRATION_ROOM`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    handshakes: PositiveFloat
    messages: PositiveFloat


class Calibration(BaseModel):
    """`capacity` is None where sizes are not scaled by it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    idle: IdleTimes
    capacity: Capacity | None = None

    def __str__(self) -> str:
        idle = self.idle
        times = (
            f"idle: connect {idle.connect_ms:.0f} ms, acknowledgement {idle.acknowledgement_ms:.0f} ms, "
            f"delivery {idle.delivery_ms:.0f} ms"
        )
        if self.capacity is None:
            return times
        return (
            f"this machine carries {self.capacity.handshakes:.0f} handshakes or {self.capacity.messages:.0f} "
            f"messages a second in rooms of {CALIBRATION_ROOM}; {times}"
        )


# For servers that are no chat system, where thresholds are then in seconds.
IN_SECONDS = Calibration(idle=IdleTimes(connect_ms=1000, acknowledgement_ms=1000, delivery_ms=1000))
