"""What all parts share: names, and where a value comes from."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Action = Annotated[str, Field(pattern=r"^[a-z0-9-]+:[A-Za-z]+$")]


class Model(BaseModel):
    """A part of the topology: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reference(Model):
    """Where a value comes from; exactly one field is set."""

    table: str | None = None
    index: str | None = None
    topic: str | None = None
    queue: str | None = None
    function: str | None = None
    websocket: Literal["url", "callback_url", "api_id", "connections"] | None = None
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
