"""What one edge serves: an API, a stage, its routes and its limits."""

import json
from pathlib import Path
from typing import Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)

from shared.validation import first_fault


class InvalidSettings(Exception):
    """The settings file cannot be used; the message is one line that names the file and the field."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Throttle(_Frozen):
    """A token bucket: `rate` messages a second, at most `burst` at once."""

    rate: PositiveFloat
    burst: PositiveInt


class Route(_Frozen):
    """The Lambda function behind a route key; `route_response` lets its body go back to the client."""

    function: str = Field(min_length=1)
    route_response: bool = False
    throttle: Throttle | None = None


class Limits(_Frozen):
    """API Gateway's quotas, AWS's values by default, shortened in tests.

    Source: API Gateway developer guide, "Quotas for configuring and running a WebSocket API" (the first five)
    and "Amazon API Gateway quotas" (requests an account and region).
    """

    idle_seconds: PositiveFloat = 600
    connection_seconds: PositiveFloat = 7200
    integration_seconds: float = Field(default=29, gt=0, le=29)
    frame_bytes: PositiveInt = 32 * 1024
    message_bytes: PositiveInt = 128 * 1024
    requests_per_second: PositiveFloat = 10_000
    request_burst: PositiveInt = 5_000
    # AWS says that a full client buffer answers 429, not how large the buffer is.
    send_buffer_bytes: PositiveInt = 1024 * 1024


class EdgeSettings(_Frozen):
    """Everything the edge must know, as one JSON file.

    `credentials` maps access key ids to secret keys: if there are any, `@connections` calls must carry a
    correct Signature Version 4 of one of them; if there are none, a well-formed one for this region will do.
    """

    api_id: str = Field(default="localedge1", pattern=r"^[a-z0-9]+$")
    stage: str = Field(default="local", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    region: str = Field(default="us-east-1", min_length=1)
    lambda_endpoint: str = Field(default="http://127.0.0.1:4566", pattern=r"^https?://[^/]+$")
    routes: dict[str, Route] = Field(min_length=1)
    limits: Limits = Limits()
    credentials: dict[str, str] = {}

    @model_validator(mode="after")
    def _only_known_dollar_routes(self) -> Self:
        unknown = {key for key in self.routes if key.startswith("$")} - {
            "$connect",
            "$disconnect",
            "$default",
        }
        if unknown:
            raise ValueError(
                f"routes: {', '.join(sorted(unknown))} is none of $connect, $disconnect, $default"
            )
        return self

    @property
    def domain_name(self) -> str:
        """Host name that events carry."""
        return f"{self.api_id}.execute-api.{self.region}.amazonaws.com"


def load_settings(path: Path) -> EdgeSettings:
    """Read a settings file (JSON).

    Raises:
        InvalidSettings: the file cannot be read, is not JSON, or breaks the model.
    """
    try:
        return EdgeSettings.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InvalidSettings(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise InvalidSettings(f"{path}: {first_fault(error)}") from error
    except ValueError as error:
        raise InvalidSettings(f"{path}: not JSON: {error}") from error
