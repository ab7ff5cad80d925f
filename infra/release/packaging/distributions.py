"""Which locked distributions a service needs: those of the modules it imports, and what these require."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import packages_distributions, requires
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.errors import CommandError

RUNTIME_BRINGS = Requirement("boto3")  # with all it requires, as Lambda's Python runtime does
LOCKED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)( ; (?P<marker>.+?))? \\$")


def needed_distributions(
    modules: Iterable[str], declared: Iterable[Requirement], environment: Mapping[str, str]
) -> frozenset[str]:
    """Return the distributions behind top-level `modules`, with all they require but what Lambda brings.

    `declared` says with which extras the project uses a distribution, `environment` what markers see.

    Raises:
        CommandError: a module belongs to no declared distribution.
    """
    extras = {canonicalize_name(each.name): each for each in declared}
    owners = packages_distributions()
    roots = []
    for module in sorted(modules):
        names = {canonicalize_name(owner) for owner in owners.get(module, ())}
        roots += [extras[name] for name in names & extras.keys()]
        if names and not names & (extras.keys() | _closure(extras.values(), environment)):
            raise CommandError(f"a service imports {module}, which pyproject.toml does not list")
    return _closure(roots, environment) - runtime_distributions(environment)


def runtime_distributions(environment: Mapping[str, str]) -> frozenset[str]:
    """Return what Lambda's Python runtime brings along: boto3 and all it requires."""
    return _closure([RUNTIME_BRINGS], environment)


def declared_dependencies(pyproject: Path) -> list[Requirement]:
    """`[project] dependencies`: what the Lambda functions need."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    return [Requirement(text) for text in project["dependencies"]]


def locked_requirements(lock: Path, names: Iterable[str], environment: Mapping[str, str]) -> str:
    """Return the part of a hashed lock file that pins `names`, without markers: they are decided here.

    Raises:
        CommandError: the lock file does not pin one of them.
    """
    missing = set(names)
    kept: list[str] = []
    keeping = False
    for line in lock.read_text(encoding="utf-8").splitlines():
        if entry := LOCKED.match(line):
            marker = entry["marker"]
            keeping = entry["name"] in names and (
                marker is None or Marker(marker).evaluate(dict(environment))
            )
            if keeping:
                missing.discard(entry["name"])
                kept.append(f"{entry['name']}=={entry['version']} \\")
        elif keeping:
            kept.append(line)
    if missing:
        raise CommandError(f"{lock} does not pin {', '.join(sorted(missing))}; run `make lock`")
    return "\n".join(kept) + "\n"


def _closure(roots: Iterable[Requirement], environment: Mapping[str, str]) -> frozenset[str]:
    found: set[tuple[str, str]] = set()
    pending = [(canonicalize_name(root.name), extra) for root in roots for extra in ("", *root.extras)]
    while pending:
        name, extra = pending.pop()
        if (name, extra) not in found:
            found.add((name, extra))
            for text in requires(name) or ():
                required = Requirement(text)
                if required.marker is None or required.marker.evaluate({**environment, "extra": extra}):
                    pending += [(canonicalize_name(required.name), each) for each in ("", *required.extras)]
    return frozenset(str(name) for name, _ in found)
