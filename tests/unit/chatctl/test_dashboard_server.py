"""The dashboard's server: figures read once for all pages, errors told, strangers refused."""

import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest

from chatctl.access import DeploymentAccess
from chatctl.commands.dashboard import reader
from chatctl.dashboard_server import FILES, HOST, PAGE, Source, dashboard_server
from chatctl.figures import Figures
from infra.errors import CommandError
from infra.repository import ROOT
from infra.topology.model import Topology

FIGURES = Figures(prefix="chat-test", at=0, minutes=30, alarms=(), stages=())


@contextmanager
def serving(source: Source) -> Iterator[int]:
    with dashboard_server(0, source) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def get(port: int, path: str, host: str | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection(HOST, port)
    connection.request("GET", path, headers={"Host": host or f"{HOST}:{port}"})
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def test_figures_are_read_once_an_interval_however_often_they_are_asked_for() -> None:
    now, reads = [0.0], []

    def read() -> Figures:
        reads.append(now[0])
        return FIGURES

    source = Source(read, 5, lambda: now[0])
    for now[0] in (0, 1, 4.9, 5, 9.9):
        assert source.current()["prefix"] == "chat-test"

    assert reads == [0, 5]


def test_what_cannot_be_read_is_told_with_its_reason_until_it_can_again() -> None:
    answers: list[Figures | None] = [None, FIGURES]

    def read() -> Figures:
        if found := answers.pop(0):
            return found
        raise CommandError("no stack is running")

    source = Source(read, 0, lambda: 0)

    assert source.current()["error"] == "no stack is running"
    assert "error" not in source.current()


def test_a_deployment_is_looked_for_anew_only_after_a_failure(
    access: DeploymentAccess, topology: Topology
) -> None:
    found: list[DeploymentAccess] = []

    def find() -> DeploymentAccess:
        found.append(access)
        if len(found) == 2:
            raise CommandError("no stack is running")
        return access

    read = reader(find, topology)
    read()
    read()
    assert len(found) == 1
    access.clients.cloudwatch.meta.events.register("before-call.cloudwatch", _refuse)
    with pytest.raises(CommandError, match="went away"):
        read()
    access.clients.cloudwatch.meta.events.unregister("before-call.cloudwatch", _refuse)
    with pytest.raises(CommandError, match="no stack"):
        read()
    read()

    assert len(found) == 3


def _refuse(**_: object) -> None:
    raise CommandError("went away")


def test_every_file_of_the_page_and_the_figures_are_served_and_nothing_else() -> None:
    with serving(Source(lambda: FIGURES, 5, lambda: 0)) as port:
        assert {path: get(port, path)[0] for path in FILES} == dict.fromkeys(FILES, HTTPStatus.OK)
        assert json.loads(get(port, "/figures")[1])["intervalSeconds"] == 5
        assert get(port, "/../dashboard.py")[0] == HTTPStatus.NOT_FOUND


def test_every_script_and_style_of_the_page_is_among_its_files() -> None:
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    scripts = "".join(path.read_text(encoding="utf-8") for path in PAGE.glob("*.js"))
    wanted = re.findall(r'(?:src|href)="([^":]+)"', page) + re.findall(r"from '\./([^']+)'", scripts)

    assert {f"/{name}" for name in wanted} == FILES.keys() - {"/"}


def test_the_charting_library_is_the_one_that_is_locked() -> None:
    copy, locked = PAGE / "uplot", ROOT / "frontend" / "node_modules" / "uplot"

    for name, original in {
        "uPlot.iife.min.js": "dist/uPlot.iife.min.js",
        "uPlot.min.css": "dist/uPlot.min.css",
        "LICENSE": "LICENSE",
    }.items():
        assert (copy / name).read_bytes() == (locked / original).read_bytes()


def test_a_foreign_name_that_leads_here_gets_nothing() -> None:
    with serving(Source(lambda: FIGURES, 5, lambda: 0)) as port:
        status, text = get(port, "/figures", host=f"evil.example:{port}")

    assert status == HTTPStatus.MISDIRECTED_REQUEST
    assert "chat-test" not in text
