"""The file of Terraform's outputs is read, or refused in one line."""

import json
from pathlib import Path

import pytest

from infra.release.outputs import OutputsError, read_stack

STACK = {
    "environment": "dev",
    "region": "eu-central-1",
    "websocketUrl": "wss://api/dev",
    "callbackUrl": "https://api/dev",
    "frontendUrl": "https://page",
    "cognito": {"endpoint": "https://cognito", "userPoolId": "pool", "clientId": "client"},
    "functions": {"connect": "chat-dev-connect"},
    "tables": {"connections": "chat-dev-connections"},
}


def test_the_output_stack_is_read(tmp_path: Path) -> None:
    path = _written(tmp_path, {"stack": {"value": STACK}, "web": {"value": {}}})

    stack = read_stack(path)

    assert stack.functions == {"connect": "chat-dev-connect"}
    assert stack.cognito.client_id == "client"
    assert stack.prefix == "chat-dev"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputsError, match=r"outputs.json: No such file"):
        read_stack(tmp_path / "outputs.json")


@pytest.mark.parametrize("outputs", [{}, {"stack": {"value": {**STACK, "functions": {}}}}])
def test_outputs_of_something_else_are_refused(tmp_path: Path, outputs: dict[str, object]) -> None:
    with pytest.raises(OutputsError):
        read_stack(_written(tmp_path, outputs))


def _written(folder: Path, outputs: object) -> Path:
    path = folder / "outputs.json"
    path.write_text(json.dumps(outputs))
    return path
