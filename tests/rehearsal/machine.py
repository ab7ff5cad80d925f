"""Stands in for `terraform`, `aws` and `npm` of the machine that deploys, on an account of moto."""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.rehearsal.account import Account
from tests.rehearsal.apply import Applied, apply, destroy
from tests.unit.terraform.plan import REPOSITORY, Plan, offline_planner
from tests.unit.terraform.rights.needs import ACCOUNT

STAND_IN = """#!{python}
import json, os, sys, urllib.request
call = json.dumps({{"program": {name!r}, "arguments": sys.argv[1:], "folder": os.getcwd()}}).encode()
with urllib.request.urlopen(urllib.request.Request({url!r}, data=call, method="POST"), timeout=600) as answer:
    answer = json.load(answer)
sys.stdout.write(answer["output"])
sys.exit(answer["code"])
"""


class Machine:
    """Keeps what Terraform would keep in its state."""

    def __init__(self, account: Account, planner: str, websocket_url: str) -> None:
        self._account, self._planner, self._websocket_url = account, planner, websocket_url
        self._plans: dict[str, Plan] = {}
        self._applied: dict[str, tuple[Plan, Applied]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()

    def stand_in(self, name: str) -> str:
        """Return the program that asks this machine."""
        url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return STAND_IN.format(python=sys.executable, name=name, url=url)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        machine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                try:
                    answer = {"code": 0, "output": machine.run(call)}
                except Exception as error:  # the caller is told, whatever it is
                    answer = {"code": 1, "output": f"{type(error).__name__}: {error}\n"}
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler

    def run(self, call: dict[str, Any]) -> str:
        """Do what a program was asked for, and return what it prints."""
        match call["program"], call["arguments"]:
            case "terraform", arguments:
                return self._terraform(arguments, Path(call["folder"]))
            case "aws", ["sts", *_]:
                return f"{ACCOUNT}\n"
            case "aws", ["s3", "sync" | "cp" as verb, source, target, *_]:
                self._upload(verb, Path(call["folder"], source), target)
            case "aws", ["cloudfront", "create-invalidation", "--distribution-id", distribution, *_]:
                paths = {"Quantity": 1, "Items": ["/*"]}
                self._account.client("cloudfront").create_invalidation(
                    DistributionId=distribution,
                    InvalidationBatch={"Paths": paths, "CallerReference": "rehearsal"},
                )
            case "npm", [*_, "build"]:
                page = REPOSITORY / "frontend" / "dist" / "index.html"
                page.parent.mkdir(parents=True, exist_ok=True)
                page.write_text("<!doctype html>", encoding="utf-8")
            case "curl", _:
                return json.dumps({"id": 2, "owner": {"id": 1}})
        return ""

    def _terraform(self, arguments: list[str], folder: Path) -> str:
        verb, *options = arguments
        variables = [option for option in options if option.startswith("-var")]
        key = str(folder)
        if verb == "plan":
            (out,) = (option.removeprefix("-out=") for option in options if option.startswith("-out="))
            self._plans[out] = offline_planner(self._planner)(folder, *variables)
        elif verb == "apply":
            saved = next((self._plans[option] for option in options if option in self._plans), None)
            plan = saved or offline_planner(self._planner)(folder, *variables)
            self._applied[key] = plan, apply(plan, self._account.client)
        elif verb == "output":
            plan, applied = self._applied[key]
            outputs = applied.outputs(plan)
            outputs["stack"]["value"]["websocketUrl"] = self._websocket_url
            return json.dumps(outputs)
        elif verb == "destroy":
            destroy(self._applied.pop(key)[1])
        return ""

    def _upload(self, verb: str, source: Path, target: str) -> None:
        bucket, _, prefix = target.removeprefix("s3://").partition("/")
        files = [source] if verb == "cp" else [path for path in source.rglob("*") if path.is_file()]
        for path in files:
            name = prefix if verb == "cp" else f"{prefix}/{path.relative_to(source)}".lstrip("/")
            self._account.client("s3").put_object(Bucket=bucket, Key=name, Body=path.read_bytes())
