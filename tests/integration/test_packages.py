"""Each handler runs from its package alone."""

import io
import zipfile
from functools import cache

import pytest

from infra.errors import CommandError
from infra.release.package import sample_environment
from infra.release.packaging.archive import archive
from infra.release.packaging.build import build_package
from infra.release.packaging.import_check import fresh_environment
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


@pytest.mark.parametrize("service", SERVICES)
def test_handlers_are_imported_from_their_package_alone(service: str) -> None:
    with fresh_environment(package_of(service)) as environment:
        for name, function in TOPOLOGY.functions.items():
            if function.service == service:
                # Raises what a missing module or a refused setting would raise on Lambda.
                environment.import_seconds(
                    function.handler.rpartition(".")[0], sample_environment(name, TOPOLOGY)
                )


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


def test_a_package_comes_out_the_same_again() -> None:
    assert build_package(ROOT, "history", host_target()) == package_of("history")


def test_a_handler_that_misses_a_module_is_found_out() -> None:
    sources = {path: ROOT / path for path in ("services/__init__.py", "services/history/__init__.py")}
    broken = archive(sources)

    with (
        fresh_environment(broken) as environment,
        pytest.raises(CommandError, match=r"No module named 'services.history.handlers"),
    ):
        environment.import_seconds("services.history.handlers.get_messages", {})
