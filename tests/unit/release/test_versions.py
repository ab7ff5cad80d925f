"""Releases switch all functions or none, and can be taken back."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.release.versions import LIVE, NothingToReturnTo, consumers_first, release, roll_back
from infra.topology.file import load_topology

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

REGION = "eu-central-1"
NAMES = ("chat-test-connect", "chat-test-fanout")


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator["LambdaClient"]:
    """Two functions as Terraform leaves them: version 1 without code, `live` on it."""
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "test")
    with mock_aws(config={"lambda": {"use_docker": False}}):
        iam = boto3.client("iam", region_name=REGION)
        trust = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
        role = iam.create_role(RoleName="test", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
        client = boto3.client("lambda", region_name=REGION)
        for name in NAMES:
            client.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Role=role["Role"]["Arn"],
                Handler="app.handler",
                Code={"ZipFile": _zip("raise RuntimeError")},
                Publish=True,
            )
            client.create_alias(FunctionName=name, Name=LIVE, FunctionVersion="1")
        yield client


def test_a_release_makes_the_new_version_of_every_function_live(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    said: list[str] = []

    release(functions, _packages(tmp_path, "first"), said.append)

    assert _live(functions) == dict.fromkeys(NAMES, "2")
    assert said == [f"{name}: version 1 → 2" for name in NAMES]


def test_what_reads_jobs_is_released_before_what_writes_them() -> None:
    functions = load_topology().functions

    order = consumers_first(functions, functions)

    assert order[0] == "fanout"
    assert sorted(order) == sorted(functions)


def test_a_roll_back_makes_the_release_before_live_again(functions: "LambdaClient", tmp_path: Path) -> None:
    release(functions, _packages(tmp_path, "first"), print)
    release(functions, _packages(tmp_path, "second"), print)

    roll_back(functions, list(NAMES), print)

    assert _live(functions) == dict.fromkeys(NAMES, "2")


def test_a_second_roll_back_undoes_the_first(functions: "LambdaClient", tmp_path: Path) -> None:
    release(functions, _packages(tmp_path, "first"), print)

    roll_back(functions, list(NAMES), print)
    roll_back(functions, list(NAMES), print)

    assert _live(functions) == dict.fromkeys(NAMES, "2")


def test_only_the_live_and_the_previous_version_are_kept(functions: "LambdaClient", tmp_path: Path) -> None:
    for content in ("first", "second"):
        release(functions, _packages(tmp_path, content), print)

    for name in NAMES:
        versions = functions.list_versions_by_function(FunctionName=name)["Versions"]
        assert {version["Version"] for version in versions} == {"$LATEST", "2", "3"}


def test_a_release_that_fails_half_way_leaves_the_old_one_live(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    packages = {**_packages(tmp_path, "first"), "chat-test-missing": tmp_path / "first.zip"}

    with pytest.raises(ClientError):
        release(functions, packages, print)

    assert _live(functions) == dict.fromkeys(NAMES, "1")


def test_without_a_release_before_there_is_nothing_to_return_to(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    first, second = NAMES
    release(functions, {first: _packages(tmp_path, "first")[first]}, print)

    with pytest.raises(NothingToReturnTo, match=second):
        roll_back(functions, list(NAMES), print)

    assert _live(functions) == {first: "2", second: "1"}


def _packages(folder: Path, content: str) -> dict[str, Path]:
    package = folder / f"{content}.zip"
    package.write_bytes(_zip(content))
    return dict.fromkeys(NAMES, package)


def _zip(content: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("app.py", content)
    return buffer.getvalue()


def _live(functions: "LambdaClient") -> dict[str, str]:
    return {name: functions.get_alias(FunctionName=name, Name=LIVE)["FunctionVersion"] for name in NAMES}
