"""Configuration from environment variables; start-up refuses what is missing or wrong, and says which."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_snake

from shared.rate import Bucket


class ConfigurationError(Exception):
    """A variable is missing or wrong; the message names it."""


class Settings(BaseModel):
    """Fields are named after their variables, in lower case."""

    model_config = ConfigDict(
        alias_generator=lambda field: to_snake(field).upper(), frozen=True, hide_input_in_errors=True
    )


def _web_address(text: str) -> str:
    if urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname:
        raise ValueError("is not an http(s) address")
    return text.rstrip("/")


def _origin(address: str) -> str:
    if urlsplit(address)[2:] != ("", "", "") or any(map(str.isspace, address)):
        raise ValueError("is not the origin of a page, which is https://host or https://host:port")
    return address


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")]


WebAddress = Annotated[str, AfterValidator(_web_address)]
WebAddresses = Annotated[tuple[WebAddress, ...], BeforeValidator(_listed)]
"""Comma-separated."""
Origins = Annotated[tuple[Annotated[WebAddress, AfterValidator(_origin)], ...], BeforeValidator(_listed)]
"""Comma-separated."""
Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=1)]
Limit = Annotated[Bucket, BeforeValidator(Bucket.of)]


class Authentication(Settings):
    """How senders prove who they are."""

    auth_mode: Literal["cognito", "mock"] = "cognito"
    cognito_issuer: WebAddress | None = None
    cognito_client_id: Text | None = None
    cognito_jwks_url: WebAddress | None = None


S = TypeVar("S", bound=Settings)


def load(model: type[S], environ: Mapping[str, str]) -> S:
    """Read `model` from the environment.

    Raises:
        ConfigurationError: names the variable at fault.
    """
    try:
        return model.model_validate(dict(environ))
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        raise ConfigurationError(f"{fault['loc'][0]}: {fault['msg']}") from None


def load_authentication(environ: Mapping[str, str]) -> Authentication:
    """Read how senders prove who they are.

    Mock mode believes what clients say, so it starts only where every AWS endpoint is this machine.

    Raises:
        ConfigurationError: names the variable at fault.
    """
    authentication = load(Authentication, environ)
    if authentication.auth_mode == "mock":
        _refuse_mock_beyond_loopback(environ)
    for variable in ("COGNITO_ISSUER", "COGNITO_CLIENT_ID"):
        if authentication.auth_mode == "cognito" and not environ.get(variable):
            raise ConfigurationError(f"{variable}: needed where AUTH_MODE is cognito")
    return authentication


def _refuse_mock_beyond_loopback(environ: Mapping[str, str]) -> None:
    endpoints = {name: url for name, url in environ.items() if name.startswith("AWS_ENDPOINT_URL")}
    if "AWS_ENDPOINT_URL" not in endpoints:
        raise ConfigurationError("AUTH_MODE: mock needs AWS_ENDPOINT_URL to be a loopback address")
    if "DYNAMODB_ENDPOINT" in environ:
        endpoints["DYNAMODB_ENDPOINT"] = environ["DYNAMODB_ENDPOINT"]
    for name, url in endpoints.items():
        if not _is_loopback(urlsplit(url).hostname):
            raise ConfigurationError(f"{name}: not a loopback address, so AUTH_MODE may not be mock")


def _is_loopback(host: str | None) -> bool:
    if host is None:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
