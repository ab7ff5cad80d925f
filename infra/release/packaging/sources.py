"""Which files of this repository a service needs: its folder, and what that imports from `shared`."""

import ast
from collections.abc import Iterator
from pathlib import Path

FIRST_PARTY = ("services", "shared")


def service_sources(root: Path, service: str) -> tuple[Path, ...]:
    """Return the files of a service and of the `shared` modules it imports, relative to `root`, sorted."""
    pending = [path.relative_to(root) for path in (root / "services" / service).rglob("*.py")]
    found: set[Path] = set()
    while pending:
        path = pending.pop()
        if path not in found:
            found.add(path)
            pending += _packages_of(path)
            pending += [
                file
                for module in imported_modules(root / path)
                if (file := _file_of(module, root)) is not None
            ]
    return tuple(sorted(file for file in found if (root / file).exists()))


def third_party_modules(root: Path, sources: tuple[Path, ...]) -> frozenset[str]:
    """Return the top-level names of the modules that `sources` import from outside this repository."""
    names = {module.partition(".")[0] for path in sources for module in imported_modules(root / path)}
    return frozenset(names - set(FIRST_PARTY))


def imported_modules(file: Path) -> Iterator[str]:
    """Every name an import statement of `file` may load as a module at run time, also inside functions."""
    for node in _run_time_nodes(ast.parse(file.read_text(encoding="utf-8"), filename=str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _run_time_nodes(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    is_for_types = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
    for child in () if is_for_types else ast.iter_child_nodes(node):
        yield from _run_time_nodes(child)


def _packages_of(path: Path) -> list[Path]:
    return [parent / "__init__.py" for parent in path.parents if parent != Path()]


def _file_of(module: str, root: Path) -> Path | None:
    if module.partition(".")[0] not in FIRST_PARTY:
        return None
    path = Path(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if (root / file).is_file():
            return file
    return None
