"""The containers find one another: one network namespace, the ports of chatctl, one state folder."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.containers.provision import DYNAMODB_PORT
from infra.local.ports import Ports

REPOSITORY = Path(__file__).resolve().parents[3]
OWNER = "network"

Service = dict[str, Any]


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    compose = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))
    found: dict[str, Service] = compose["services"]
    return found


def test_all_containers_share_one_network_namespace(services: dict[str, Service]) -> None:
    assert {name: service.get("network_mode") for name, service in services.items() if name != OWNER} == {
        name: f"service:{OWNER}" for name in services if name != OWNER
    }
    assert [name for name, service in services.items() if "ports" in service] == [OWNER]


def test_nothing_is_published_beyond_this_machine(services: dict[str, Service]) -> None:
    assert all(port.startswith("127.0.0.1:") for port in services[OWNER]["ports"])


def test_each_published_port_leads_to_the_process_of_that_port(services: dict[str, Service]) -> None:
    proxy = (REPOSITORY / "infra/containers/nginx.conf").read_text(encoding="utf-8")
    forwards = {
        int(outside): int(inside)
        for outside, inside in re.findall(r"listen (\d+);\s*proxy_pass 127\.0\.0\.1:(\d+);", proxy)
    }
    published = {}
    for port in services[OWNER]["ports"]:
        _, host, inside = port.split(":")
        published[int(host)] = forwards.get(int(inside), int(inside))

    assert published == {
        port: port for port in (Ports.frontend, Ports.websocket, Ports.emulator, DYNAMODB_PORT)
    }


def test_the_edge_listens_where_the_provisioner_says(services: dict[str, Service]) -> None:
    command = services["edge"]["command"]

    assert command[command.index("--port") + 1] == str(Ports.websocket)
    assert command[command.index("--callback-port") + 1] == str(Ports.callback)


def test_edge_and_front_end_start_once_the_provisioner_has_written_their_files(
    services: dict[str, Service],
) -> None:
    for name in ("edge", "frontend"):
        assert services[name]["depends_on"]["provisioner"] == {"condition": "service_completed_successfully"}
        assert "state:/state:ro" in services[name]["volumes"]
    assert "state:/state" in services["provisioner"]["volumes"]


def test_schedules_are_those_of_what_was_provisioned(services: dict[str, Service]) -> None:
    schedules, provisioner = services["schedules"], services["provisioner"]
    topology = "./infra/topology/topology.yaml:/app/infra/topology/topology.yaml:ro"

    assert schedules["depends_on"]["provisioner"] == {"condition": "service_completed_successfully"}
    assert topology in schedules["volumes"]
    assert topology in provisioner["volumes"]


def test_each_container_of_the_back_end_runs_a_module_that_its_image_has(
    services: dict[str, Service],
) -> None:
    modules = {
        name: each["command"][2] for name, each in services.items() if "python" in each.get("command", ())
    }

    assert modules.keys() == {"provisioner", "edge", "schedules"}
    for module in modules.values():
        assert module.startswith("infra.")
        assert find_spec(module), module


def test_no_container_holds_rights_it_does_not_need(services: dict[str, Service]) -> None:
    for service in services.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
