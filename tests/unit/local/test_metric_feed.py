"""Each invocation is handed out once, with what metrics are made of, and the log stays as it is."""

import json
import subprocess
import sys

CODE = """
import asyncio, json
from ministack.services import cloudwatch_logs, lambda_svc
from infra.local.emulator.invocations import PATH
from infra.local.emulator.metric_feed import feed_invocations, with_feed

async def emulator(scope, _receive, send):
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(scope["path"]).encode()})

app = with_feed(emulator, feed_invocations(kept=3))

def ask(path):
    sent = []
    async def send(message):
        sent.append(message)
    asyncio.run(app({"type": "http", "path": path}, None, send))
    return json.loads(sent[1]["body"])

def invoked(number, log=""):
    lambda_svc._emit_lambda_logs({"config": {"FunctionName": "f"}}, f"r{number}", log, False, number)

invoked(1, 'said\\n{"_aws": 1}\\nmore')
first = ask(PATH)
for number in range(2, 6):
    invoked(number)
_, _, body = cloudwatch_logs._filter_log_events({"logGroupName": "/aws/lambda/f"})
logged = [event["message"] for event in json.loads(body)["events"]]
print(json.dumps([first, ask(PATH), ask(PATH), ask("/other"), "said" in logged]))
"""


def test_what_nobody_has_taken_is_handed_out_once() -> None:
    """In a process of its own: the emulator's module is changed."""
    done = subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True, text=True)
    first, then, nothing, other, is_logged = json.loads(done.stdout)

    assert [(each["function"], each["duration"], each["lines"]) for each in first] == [
        ("f", 1, ['{"_aws": 1}'])
    ]
    assert [each["duration"] for each in then] == [3, 4, 5]  # the last three are kept
    assert nothing == []
    assert other == "/other"
    assert is_logged
