"""Plans of both environments, made once.

TFCHECK names an offline stand-in for the provider. Without it the provider of the registry is used if
PLAN_WITH_REGISTRY is set, as `make validate-terraform` does: its 700 MB are not for each `make test`.
With both, what is done with the registry is done offline.
"""

import os

import pytest

from infra.topology.file import load_topology
from infra.topology.model import Topology
from tests.unit.terraform.plan import (
    CONFIGURATION,
    EVERYTHING,
    Plan,
    Planner,
    offline_planner,
    registry_planner,
)


@pytest.fixture(scope="session")
def planned() -> Planner:
    """Plan a configuration with the given variables."""
    tfcheck = os.environ.get("TFCHECK")
    if os.environ.get("PLAN_WITH_REGISTRY"):
        return registry_planner(tfcheck)
    if tfcheck:
        return offline_planner(tfcheck)
    pytest.skip("Terraform is not compared with the topology; `make validate-terraform` does")


@pytest.fixture(scope="session")
def dev(planned: Planner) -> Plan:
    return planned(CONFIGURATION, "-var-file=environments/dev.tfvars")


@pytest.fixture(scope="session")
def networked(planned: Planner) -> Plan:
    """Dev, but in a network of its own."""
    return planned(CONFIGURATION, "-var-file=environments/dev.tfvars", "-var=functions_in_vpc=true")


@pytest.fixture(scope="session")
def prod(planned: Planner) -> Plan:
    return planned(CONFIGURATION, "-var-file=environments/prod.tfvars")


@pytest.fixture(scope="session")
def whole(planned: Planner) -> dict[str, Plan]:
    """Both environments with all that can be asked for: own domains, an address, endpoints."""
    return {
        environment: planned(CONFIGURATION, f"-var-file=environments/{environment}.tfvars", *EVERYTHING)
        for environment in ("dev", "prod")
    }


@pytest.fixture(scope="session")
def bootstrap(planned: Planner) -> Plan:
    return planned(CONFIGURATION / "bootstrap", "-var=repository=someone@1/chat@2")


@pytest.fixture(scope="session")
def topology() -> Topology:
    return load_topology()
