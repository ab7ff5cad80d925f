"""Calls a function of a stack, as its schedule does."""

import json
from typing import Any

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile


def invoke(stack: StackFile, function: str, event: object = None) -> Any:
    """Return what the function answers.

    Raises:
        AssertionError: it failed; with what it said.
    """
    functions = local_clients(stack.aws_endpoint_url, stack.region).functions
    called = functions.invoke(FunctionName=stack.functions[function], Payload=json.dumps(event))
    answer = called["Payload"].read()  # or its socket stays open
    assert "FunctionError" not in called, answer
    return json.loads(answer or "null")
