"""Plans of both environments, made once by tfcheck, which the variable TFCHECK names."""

import os

import pytest

from infra.topology.file import load_topology
from infra.topology.model import Topology
from tests.unit.terraform.plan import CONFIGURATION, Plan, make_plan


@pytest.fixture(scope="session")
def tfcheck() -> str:
    """The offline planner. Without it `terraform test` (infra/terraform/tests) checks the same rules."""
    path = os.environ.get("TFCHECK")
    if not path:
        pytest.skip("TFCHECK names no tfcheck")
    return path


@pytest.fixture(scope="session")
def dev(tfcheck: str) -> Plan:
    return make_plan(tfcheck, CONFIGURATION, "-var-file=environments/dev.tfvars")


@pytest.fixture(scope="session")
def networked(tfcheck: str) -> Plan:
    """Dev, but in a network of its own."""
    return make_plan(
        tfcheck, CONFIGURATION, "-var-file=environments/dev.tfvars", "-var=functions_in_vpc=true"
    )


@pytest.fixture(scope="session")
def prod(tfcheck: str) -> Plan:
    return make_plan(tfcheck, CONFIGURATION, "-var-file=environments/prod.tfvars")


@pytest.fixture(scope="session")
def bootstrap(tfcheck: str) -> Plan:
    return make_plan(tfcheck, CONFIGURATION / "bootstrap", "-var=repository=someone@1/chat@2")


@pytest.fixture(scope="session")
def topology() -> Topology:
    return load_topology()
