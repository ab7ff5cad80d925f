"""What the functions of a stack logged, shown beside a failing test."""

import boto3

from infra.local.stack_file import StackFile

_SHOWN_EVENTS = 60


def function_logs(stack: StackFile, since_ms: int) -> str:
    """The log lines of all functions since then (epoch ms), the last ones of each."""
    logs = boto3.client(
        "logs",
        endpoint_url=stack.aws_endpoint_url,
        region_name=stack.region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    lines = []
    for function in stack.functions.values():
        try:
            found = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}", startTime=since_ms)
        except logs.exceptions.ResourceNotFoundException:
            continue
        lines += [f"{function}: {each['message'].rstrip()}" for each in found["events"][-_SHOWN_EVENTS:]]
    return "\n".join(lines)
