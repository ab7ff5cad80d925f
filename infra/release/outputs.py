"""What Terraform tells of an environment: the file that `terraform output -json` wrote."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from shared.validation import first_fault


class OutputsError(Exception):
    """The file cannot be read or is not what the configuration puts out; the message says why."""


class _CamelModel(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, frozen=True
    )


class Cognito(_CamelModel):
    """Where users of the environment sign in."""

    user_pool_id: str
    client_id: str


class Stack(_CamelModel):
    """The output `stack`, as far as the deployment needs it.

    Attributes:
        functions: full name by the topology's name.
    """

    environment: str
    region: str
    websocket_url: str
    callback_url: str
    frontend_url: str
    cognito: Cognito
    tables: dict[str, str]
    functions: dict[str, str] = Field(min_length=1)

    @property
    def prefix(self) -> str:
        """First part of every name, such as `chat-dev`."""
        return self.tables["connections"].removesuffix("-connections")


class _Output(BaseModel):
    value: Stack


def read_stack(path: Path) -> Stack:
    """Read the output `stack`.

    Raises:
        OutputsError: there is no such file, or it is not Terraform's.
    """
    try:
        outputs = TypeAdapter(dict[str, object]).validate_json(path.read_bytes())
        return _Output.model_validate(outputs.get("stack")).value
    except OSError as error:
        raise OutputsError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise OutputsError(f"{path}: {first_fault(error)}") from error
