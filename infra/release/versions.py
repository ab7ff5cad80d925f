"""Versions of the Lambda functions: publishing them, and switching all functions to those of a release."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from infra.release.aliases import CLOSED, LIVE, PREVIOUS, Pointer, move, point, pointer_of, version_of
from infra.topology.parts.functions import Function
from infra.topology.render.functions import ARCHITECTURE

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

Report = Callable[[str], None]
Published = Mapping[str, str]  # version by the function's full name


def consumers_first(functions: Mapping[str, Function], deployed: Iterable[str]) -> list[str]:
    """Return the order of a release: what reads jobs understands new ones before any are written.

    A roll-back goes the other way round. Names are the topology's.
    """
    return sorted(deployed, key=lambda name: (not functions[name].consumes, name))


def publish(functions: LambdaClient, packages: Mapping[str, Path]) -> Published:
    """Give every function its zip as a new version; none is live yet.

    Args:
        functions: client of AWS Lambda.
        packages: zip of each function, by the function's full name, in the order of switching.
    """
    return {name: _publish(functions, name, package) for name, package in packages.items()}


def switch(functions: LambdaClient, published: Published, report: Report) -> None:
    """Make the versions live, one function after the other, and forget those that nobody can return to.

    A function that the release left as it was counts as released by it, so that it stays when the release is
    taken back. The same release once more goes on where it ended.

    Args:
        functions: client of AWS Lambda.
        published: what `publish` gave.
        report: takes one line about each step.
    """
    release = _name_of(published)
    for name, version in published.items():
        to = Pointer(version, release)
        if (live := pointer_of(functions, name, LIVE)) == to:
            point(functions, name, LIVE, to)
        else:
            move(functions, name, to)
        is_new = live is None or live.version != version
        was = live.version if live else "none"
        report(f"{name}: version {was} → {version}" if is_new else f"{name}: version {version} stays live")
        _forget_old_versions(functions, name)


def _name_of(published: Published) -> str:
    versions = ",".join(f"{name}={version}" for name, version in sorted(published.items()))
    return f"release {sha256(versions.encode()).hexdigest()[:12]}"


def _publish(functions: LambdaClient, name: str, package: Path) -> str:
    # Not named, the architecture would be x86_64.
    functions.update_function_code(
        FunctionName=name, ZipFile=package.read_bytes(), Architectures=[ARCHITECTURE]
    )
    functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.get_waiter("published_version_active").wait(FunctionName=name, Qualifier=version)
    return version


def _forget_old_versions(functions: LambdaClient, name: str) -> None:
    # A region keeps 75 GB of code for an account, old versions included.
    kept = {"$LATEST", *(version_of(functions, name, alias) for alias in (LIVE, PREVIOUS, CLOSED))}
    for page in functions.get_paginator("list_versions_by_function").paginate(FunctionName=name):
        for version in page["Versions"]:
            if version["Version"] not in kept:
                functions.delete_function(FunctionName=name, Qualifier=version["Version"])
