import pytest

from shared.settings import ConfigurationError, Settings, Text, load, load_authentication

LOCAL = {"AUTH_MODE": "mock", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
COGNITO = {"COGNITO_ISSUER": "https://issuer.example", "COGNITO_CLIENT_ID": "client"}


class Example(Settings):
    messages_table: Text
    shard_count: int


def test_fields_are_read_from_variables_of_their_name() -> None:
    settings = load(Example, {"MESSAGES_TABLE": "m", "SHARD_COUNT": "4", "OTHER": "x"})

    assert (settings.messages_table, settings.shard_count) == ("m", 4)


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"SHARD_COUNT": "4"}, "MESSAGES_TABLE"),
        ({"MESSAGES_TABLE": "", "SHARD_COUNT": "4"}, "MESSAGES_TABLE"),
        ({"MESSAGES_TABLE": "m", "SHARD_COUNT": "four"}, "SHARD_COUNT"),
    ],
)
def test_start_up_names_the_variable_at_fault(environ: dict[str, str], variable: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{variable}: "):
        load(Example, environ)


@pytest.mark.parametrize("missing", ["COGNITO_ISSUER", "COGNITO_CLIENT_ID"])
def test_cognito_mode_needs_pool_and_client(missing: str) -> None:
    with pytest.raises(ConfigurationError, match=missing):
        load_authentication({name: value for name, value in COGNITO.items() if name != missing})


def test_the_issuer_is_an_address() -> None:
    with pytest.raises(ConfigurationError, match="COGNITO_ISSUER"):
        load_authentication({**COGNITO, "COGNITO_ISSUER": "file:///etc/passwd"})


@pytest.mark.parametrize("url", ["http://127.0.0.1:4566", "http://localhost:4566", "http://[::1]:4566"])
def test_mock_mode_starts_on_this_machine(url: str) -> None:
    assert load_authentication({**LOCAL, "AWS_ENDPOINT_URL": url}).auth_mode == "mock"


@pytest.mark.parametrize(
    "environ",
    [
        {"AUTH_MODE": "mock"},
        {**LOCAL, "AWS_ENDPOINT_URL": "https://sns.eu-central-1.amazonaws.com"},
        {**LOCAL, "AWS_ENDPOINT_URL": "http://127.0.0.1.example.com"},
        {**LOCAL, "AWS_ENDPOINT_URL": "http://10.0.0.1:4566"},
        {**LOCAL, "DYNAMODB_ENDPOINT": "https://dynamodb.eu-central-1.amazonaws.com"},
        {**LOCAL, "AWS_ENDPOINT_URL_DYNAMODB": "https://dynamodb.eu-central-1.amazonaws.com"},
    ],
)
def test_mock_mode_refuses_to_start_anywhere_else(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        load_authentication(environ)
