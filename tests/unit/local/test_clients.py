"""Whoever works here may have an AWS account, whatever their shell and files say of it."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from botocore.session import Session

from infra.local.clients import local_clients

EMULATOR = "http://127.0.0.1:4566"
VARIABLES = sorted(
    name
    for _, names, _, _ in Session.SESSION_VARIABLES.values()
    for name in (names if isinstance(names, list) else [names])
    if name
)
OTHERS = ("AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS", "http_proxy")
CONFIG = """
[default]
region = nowhere-1
role_arn = arn:aws:iam::123456789012:role/nobody
source_profile = missing
use_fips_endpoint = true
use_dualstack_endpoint = true
endpoint_url = http://192.0.2.1
retry_mode = none-such
ca_bundle = /nowhere
"""


def _where_a_call_goes() -> tuple[str, str]:
    """Return the address, and whose key it is signed with for which place."""
    url = local_clients(EMULATOR, "eu-central-1").sqs.generate_presigned_url("list_queues")
    address, query = url.split("?")
    parameters = parse_qs(query)
    assert "X-Amz-Security-Token" not in parameters
    (credential,) = parameters["X-Amz-Credential"]
    key, _, region, *_ = credential.split("/")
    return address, f"{key} {region}"


@pytest.mark.parametrize("value", ["nobody", "true"])
def test_no_variable_of_the_shell_leads_a_call_elsewhere(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*VARIABLES, *OTHERS):
        monkeypatch.setenv(variable, value)

    assert _where_a_call_goes() == (f"{EMULATOR}/", "test eu-central-1")


def test_no_file_of_the_user_leads_a_call_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text(CONFIG)
    for variable in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(variable, str(tmp_path / "config"))

    assert _where_a_call_goes() == (f"{EMULATOR}/", "test eu-central-1")
