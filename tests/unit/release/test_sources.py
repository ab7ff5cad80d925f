"""A package holds what a service imports, and nothing else of the repository."""

from pathlib import Path

import pytest

from infra.release.packaging.sources import service_sources, third_party_modules

FILES = {
    "services/__init__.py": "",
    "services/ingest/__init__.py": "",
    "services/ingest/connect.py": "import jwt\nfrom shared.identity import verify\n",
    "services/history/__init__.py": "",
    "services/history/get_messages.py": "from shared import messages\n",
    "shared/__init__.py": "",
    "shared/identity.py": "from shared.protocol.frames import Frame\n",
    "shared/messages.py": (
        "from typing import TYPE_CHECKING\n"
        "import boto3\n"
        "if TYPE_CHECKING:\n    from types_boto3_dynamodb import DynamoDBClient\n"
        "def late():\n    import zstandard\n"
    ),
    "shared/gateway.py": "import pycurl\n",
    "shared/protocol/__init__.py": "",
    "shared/protocol/frames.py": "import json\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_imports_are_followed_through_shared(root: Path) -> None:
    assert [path.as_posix() for path in service_sources(root, "ingest")] == [
        "services/__init__.py",
        "services/ingest/__init__.py",
        "services/ingest/connect.py",
        "shared/__init__.py",
        "shared/identity.py",
        "shared/protocol/__init__.py",
        "shared/protocol/frames.py",
    ]


def test_a_module_imported_from_its_package_is_found(root: Path) -> None:
    assert Path("shared/messages.py") in service_sources(root, "history")


def test_imports_inside_functions_count_and_those_for_type_checkers_do_not(root: Path) -> None:
    modules = third_party_modules(root, service_sources(root, "history"))

    assert {"boto3", "zstandard"} <= modules
    assert not {"types_boto3_dynamodb", "shared", "services"} & modules
