"""An AWS account on this machine: moto's server, which checks the rights of whoever calls."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

import boto3

from tests.unit.terraform.plan import REGION
from tests.unit.terraform.rights.needs import ACCOUNT

START_SECONDS = 60


@dataclass(frozen=True)
class Account:
    """Where the account is, and as whom to call it."""

    url: str
    credentials: tuple[str, str, str | None] = ("administrator", "administrator", None)

    def client(self, service: str) -> Any:
        """Return a client of a service; botocore checks its parameters."""
        key, secret, token = self.credentials
        make: Any = boto3.client
        return make(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
        )

    def environment(self) -> dict[str, str]:
        """Return the variables for programs that are to call it."""
        key, secret, token = self.credentials
        named = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token or ""}
        return {
            **os.environ,
            **named,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def take_no_containers(self) -> None:
        """Keep functions as data: their code runs elsewhere."""
        self._tell("config", b'{"lambda": {"use_docker": false}}')

    def _tell(self, what: str, body: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.url}/moto-api/{what}", data=body, headers=headers, method="POST")
        with urlopen(request, timeout=10):
            pass


@contextmanager
def empty_account() -> Iterator[Account]:
    """Yield an account that ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "MOTO_ACCOUNT_ID": ACCOUNT, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        account = Account(f"http://127.0.0.1:{port}")
        account.take_no_containers()
        yield account
    finally:
        server.kill()
        server.wait(10)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return
