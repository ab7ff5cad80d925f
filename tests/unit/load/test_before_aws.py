"""`run` where it is billed: quotas, price, question and budget, before a connection is opened."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
HOST = "chat.own.invalid"  # nobody can be reached there
CONCURRENCY = {"plenty": 1000.0, "young": 10.0}


class ServiceQuotas(BaseHTTPRequestHandler):
    """Answers `ListServiceQuotas` for the account that the path names."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        quotas = []
        if asked["ServiceCode"] == "lambda":
            quotas = [{"QuotaName": "Concurrent executions", "Value": CONCURRENCY[self.path.strip("/")]}]
        body = json.dumps({"Quotas": quotas}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def service_quotas() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), ServiceQuotas) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def refused(folder: Path, endpoint: str, *arguments: str) -> str:
    """Run against the own host; return the one line of its refusal."""
    own = folder / ".local" / "own-targets.txt"
    own.parent.mkdir()
    own.write_text(f"{HOST}\n")
    done = subprocess.run(
        [sys.executable, "-m", "tests.load", "run", *arguments, "--target", f"wss://{HOST}/prod"],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "AWS_ENDPOINT_URL_SERVICE_QUOTAS": endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_without_anybody_to_ask_nothing_is_spent(tmp_path: Path, service_quotas: str) -> None:
    assert "nobody agreed to the cost" in refused(tmp_path, f"{service_quotas}/plenty", "smoke")


def test_an_agreement_does_not_lift_the_budget(tmp_path: Path, service_quotas: str) -> None:
    said = refused(tmp_path, f"{service_quotas}/plenty", "steady", "--yes", "--budget", "0.001")
    assert "the budget is 0.00" in said


def test_a_quota_of_the_account_stops_a_run_that_is_agreed_to(tmp_path: Path, service_quotas: str) -> None:
    said = refused(tmp_path, f"{service_quotas}/young", "spike", "--yes")
    assert "invocations at once, the quota is 10" in said
