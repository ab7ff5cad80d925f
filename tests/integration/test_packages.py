"""Each handler runs from its package alone.

A package takes seconds to build: they are built each night and before each deployment. In each run what they
would hold is looked at.
"""

import io
import zipfile
from functools import cache
from pathlib import Path

import pytest

from infra.errors import CommandError
from infra.release.package import sample_environment
from infra.release.packaging.archive import archive
from infra.release.packaging.build import build_package
from infra.release.packaging.distributions import (
    declared_dependencies,
    needed_distributions,
    runtime_distributions,
)
from infra.release.packaging.import_check import FreshEnvironment, fresh_environment, link_distribution
from infra.release.packaging.sources import service_sources, third_party_modules
from infra.release.packaging.targets import host_target
from infra.repository import ROOT
from infra.topology.file import load_topology

TOPOLOGY = load_topology()
SERVICES = sorted({function.service for function in TOPOLOGY.functions.values()})
LIMIT_BYTES = 15_000_000

pytestmark = pytest.mark.xdist_group("packages")  # each is built once


@cache
def package_of(service: str) -> bytes:
    return build_package(ROOT, service, host_target())


def import_handlers(environment: FreshEnvironment, service: str) -> None:
    """Raise what a missing module or a refused setting would raise on Lambda."""
    for name, function in TOPOLOGY.functions.items():
        if function.service == service:
            environment.import_seconds(
                function.handler.rpartition(".")[0], sample_environment(name, TOPOLOGY)
            )


@pytest.mark.parametrize("service", SERVICES)
def test_handlers_need_no_more_than_their_package_would_hold(service: str, tmp_path: Path) -> None:
    markers = host_target().markers
    environment = FreshEnvironment(tmp_path / "task", tmp_path / "runtime")
    sources = service_sources(ROOT, service)
    for path in sources:
        (environment.task / path).parent.mkdir(parents=True, exist_ok=True)
        (environment.task / path).symlink_to(ROOT / path)
    environment.runtime.mkdir()
    modules, declared = third_party_modules(ROOT, sources), declared_dependencies(ROOT / "pyproject.toml")
    for distribution in needed_distributions(modules, declared, markers):
        link_distribution(distribution, environment.task)
    for distribution in runtime_distributions(markers):
        link_distribution(distribution, environment.runtime)

    import_handlers(environment, service)


@pytest.mark.nightly
@pytest.mark.parametrize("service", SERVICES)
def test_handlers_are_imported_from_their_package_alone(service: str) -> None:
    with fresh_environment(package_of(service)) as environment:
        import_handlers(environment, service)


@pytest.mark.nightly
@pytest.mark.parametrize("service", SERVICES)
def test_a_package_is_small_compiled_and_has_no_needless_files(service: str) -> None:
    names = zipfile.ZipFile(io.BytesIO(package_of(service))).namelist()
    sources = [name for name in names if name.endswith(".py")]
    compiled = [name for name in names if name.endswith(".pyc")]

    assert len(package_of(service)) <= LIMIT_BYTES
    assert len(sources) == len(compiled) > 0
    assert not [name for name in names if name.startswith(("boto3/", "botocore/", "infra/"))]
    assert not [name for name in names if "/tests/" in name or name.endswith(".pyi")]
    assert {name.split("/")[1] for name in names if name.startswith("services/")} - {
        "__init__.py",
        "__pycache__",
    } == {service}


@pytest.mark.nightly
def test_a_package_comes_out_the_same_again() -> None:
    assert build_package(ROOT, "ingest", host_target()) == package_of("ingest")


def test_a_handler_that_misses_a_module_is_found_out() -> None:
    sources = {path: ROOT / path for path in ("services/__init__.py", "services/history/__init__.py")}
    broken = archive(sources)

    with (
        fresh_environment(broken) as environment,
        pytest.raises(CommandError, match=r"No module named 'services.history.handlers"),
    ):
        environment.import_seconds("services.history.handlers.get_messages", {})
