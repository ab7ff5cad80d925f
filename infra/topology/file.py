"""Reads `infra/topology/topology.yaml` and refuses a wrong file with the line at fault."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from infra.topology.model import Topology
from shared.validation import first_fault

TOPOLOGY_FILE = Path(__file__).with_name("topology.yaml")


class TopologyError(Exception):
    """The topology file is wrong; the message names the file, the line and the fault."""


def load_topology(path: Path = TOPOLOGY_FILE) -> Topology:
    """Read and check a topology file.

    Raises:
        TopologyError: the file cannot be read, is not YAML, repeats a key, or does not fit the model.
    """
    try:
        loader = yaml.CSafeLoader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
    except OSError as error:
        raise TopologyError(f"{path}: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TopologyError(f"{path}:{line}: {error.problem}") from error
    if root is None:
        raise TopologyError(f"{path}:1: the file is empty")
    _refuse_repeated_keys(root, path)
    try:
        return Topology.model_validate(loader.construct_document(root))
    except ValidationError as error:
        line = _line_of(root, error.errors()[0]["loc"])
        raise TopologyError(f"{path}:{line}: {first_fault(error, 'topology')}") from error


def _refuse_repeated_keys(node: yaml.Node, path: Path) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise TopologyError(f"{path}:{key.start_mark.line + 1}: {key.value} is given twice")
            seen.add(key.value)
            _refuse_repeated_keys(value, path)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_repeated_keys(item, path)


def _line_of(node: yaml.Node, location: tuple[int | str, ...]) -> int:
    """Return the line (from 1) of the deepest node on the way to `location` that the file holds."""
    line = node.start_mark.line + 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
