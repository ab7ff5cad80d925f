"""Releases switch all functions or none, and can be taken back."""

import io
import json
import re
import runpy
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.awslambda.utils import get_backend

from infra.release.aliases import CLOSED, LIVE
from infra.release.rollback import NothingToReturnTo, roll_back
from infra.release.shift import AlarmsCameOn, share_then_watch
from infra.release.versions import Published, consumers_first, publish, switch
from infra.topology.file import load_topology

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

REGION = "eu-central-1"
NAMES = ("chat-test-connect", "chat-test-fanout")


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator["LambdaClient"]:
    """Two functions as Terraform leaves them: version 1 is closed, and `live`."""
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
                Code={"ZipFile": _zip("closed")},
                Publish=True,
            )
            for alias in (LIVE, CLOSED):
                client.create_alias(FunctionName=name, Name=alias, FunctionVersion="1")
        _refuse_a_share_of_what_has_all(client)
        _publish_the_same_code_once(client)
        yield client


def _refuse_a_share_of_what_has_all(client: "LambdaClient") -> None:
    """Refuse weights as Lambda does and moto does not: a version has all of the calls, or a share."""

    def check(params: dict[str, Any], **_: object) -> None:
        weights = params.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
        alias = {"FunctionName": params["FunctionName"], "Name": params["Name"]}
        main = params.get("FunctionVersion") or client.get_alias(**alias)["FunctionVersion"]
        if main in weights:
            told = f"Function version {main} is already included in routing configuration."
            raise ClientError(
                {"Error": {"Code": "InvalidParameterValueException", "Message": told}}, "UpdateAlias"
            )

    client.meta.events.register("provide-client-params.lambda.UpdateAlias", check)


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
    release(functions, _packages(tmp_path, "second"), print)

    roll_back(functions, list(NAMES), print)
    roll_back(functions, list(NAMES), print)

    assert _live(functions) == dict.fromkeys(NAMES, "3")


def test_only_the_live_the_previous_and_the_closed_version_are_kept(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    for content in ("first", "second", "third"):
        release(functions, _packages(tmp_path, content), print)

    for name in NAMES:
        versions = functions.list_versions_by_function(FunctionName=name)["Versions"]
        assert {version["Version"] for version in versions} == {"$LATEST", "1", "3", "4"}


def test_a_release_that_fails_half_way_leaves_the_old_one_live(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    packages = {**_packages(tmp_path, "first"), "chat-test-missing": tmp_path / "first.zip"}

    with pytest.raises(ClientError):
        release(functions, packages, print)

    assert _live(functions) == dict.fromkeys(NAMES, "1")


def test_a_first_release_that_fails_leaves_the_functions_closed(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    release(functions, _packages(tmp_path, "first"), print)

    with pytest.raises(NothingToReturnTo, match="no release before this one"):
        roll_back(functions, list(NAMES), print)

    assert _live(functions) == dict.fromkeys(NAMES, "1")


def test_the_release_after_a_failed_first_one_has_nothing_to_return_to_either(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    release(functions, _packages(tmp_path, "first"), print)
    with pytest.raises(NothingToReturnTo):
        roll_back(functions, list(NAMES), print)

    release(functions, _packages(tmp_path, "second"), print)

    with pytest.raises(NothingToReturnTo):
        roll_back(functions, list(NAMES), print)


def test_the_packages_are_released_for_the_processor_they_were_built_for(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    asked: list[list[str]] = []  # moto keeps the old one whatever is asked for
    functions.meta.events.register(
        "provide-client-params.lambda.UpdateFunctionCode",
        lambda params, **_: asked.append(params["Architectures"]),
    )

    release(functions, _packages(tmp_path, "first"), print)

    assert asked == [["arm64"]] * len(NAMES)


def test_new_versions_get_a_tenth_of_the_calls_while_the_alarms_are_watched(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    release(functions, _packages(tmp_path, "first"), print)
    published = publish(functions, _packages(tmp_path, "second"))
    seen: list[dict[str, dict[str, float]]] = []

    _shift(functions, published, lambda _: seen.append(_weights(functions)))

    assert seen == [{name: {"3": 0.1} for name in NAMES}] * 20
    assert _live(functions) == dict.fromkeys(NAMES, "2")
    switch(functions, published, print)
    assert _live(functions) == dict.fromkeys(NAMES, "3")
    assert _weights(functions) == {name: {} for name in NAMES}


def test_an_alarm_that_comes_on_gives_all_traffic_back_to_the_old_versions(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    release(functions, _packages(tmp_path, "first"), print)
    published = publish(functions, _packages(tmp_path, "second"))
    _set_alarm("chat-test-fanout-lag", "ALARM")
    _set_alarm("chat-test-function-errors-connect", "OK")
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            _set_alarm("chat-test-function-errors-connect", "ALARM")

    with pytest.raises(AlarmsCameOn, match=r"^chat-test-function-errors-connect:"):
        _shift(functions, published, sleep)

    assert len(looks) == 3
    assert _live(functions) == dict.fromkeys(NAMES, "2")
    assert _weights(functions) == {name: {} for name in NAMES}


def test_a_release_of_some_functions_shares_the_calls_of_those_alone(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    first, second = _packages(tmp_path, "first"), _packages(tmp_path, "second")
    release(functions, first, print)
    published = publish(functions, {**first, NAMES[1]: second[NAMES[1]]})
    seen: list[dict[str, dict[str, float]]] = []

    _shift(functions, published, lambda _: seen.append(_weights(functions)))

    assert seen[0] == {NAMES[0]: {}, NAMES[1]: {"3": 0.1}}


def test_a_release_of_nothing_new_waits_for_nothing(functions: "LambdaClient", tmp_path: Path) -> None:
    release(functions, _packages(tmp_path, "first"), print)
    published = publish(functions, _packages(tmp_path, "first"))

    _shift(functions, published, lambda _: pytest.fail("there is nothing to wait for"))


def test_a_function_that_a_release_left_as_it_was_stays_so_when_that_is_taken_back(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    first, second, third = (_packages(tmp_path, content) for content in ("first", "second", "third"))
    release(functions, first, print)
    release(functions, second, print)
    release(functions, {**second, NAMES[1]: third[NAMES[1]]}, print)

    roll_back(functions, list(NAMES), print)

    assert _live(functions) == dict.fromkeys(NAMES, "3")


def test_a_second_release_of_one_function_alone_does_not_close_the_others_when_it_is_taken_back(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    first, second = _packages(tmp_path, "first"), _packages(tmp_path, "second")
    release(functions, first, print)
    release(functions, {**first, NAMES[1]: second[NAMES[1]]}, print)

    roll_back(functions, list(NAMES), print)

    assert _live(functions) == dict.fromkeys(NAMES, "2")


def test_a_function_that_a_release_brought_is_closed_again_and_no_other(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    first, second = _packages(tmp_path, "first"), _packages(tmp_path, "second")
    release(functions, {NAMES[0]: first[NAMES[0]]}, print)
    release(functions, second, print)

    roll_back(functions, list(NAMES), print)
    taken_back = _live(functions)
    roll_back(functions, list(NAMES), print)

    assert taken_back == {NAMES[0]: "2", NAMES[1]: "1"}
    assert _live(functions) == {NAMES[0]: "3", NAMES[1]: "2"}


def test_the_same_release_once_more_leaves_what_it_is_taken_back_to(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    release(functions, _packages(tmp_path, "first"), print)
    release(functions, _packages(tmp_path, "second"), print)
    release(functions, _packages(tmp_path, "second"), print)

    roll_back(functions, list(NAMES), print)

    assert _live(functions) == dict.fromkeys(NAMES, "2")


@pytest.mark.parametrize("ending", ["finished", "taken back"])
def test_a_release_that_switched_some_functions_can_be(
    functions: "LambdaClient", tmp_path: Path, ending: str
) -> None:
    for content in ("first", "second"):
        release(functions, _packages(tmp_path, content), print)
    third = publish(functions, _packages(tmp_path, "third"))
    with _the_second_call_failing(functions), pytest.raises(ClientError):
        switch(functions, third, print)
    assert _live(functions) == {NAMES[0]: "4", NAMES[1]: "3"}

    if ending == "finished":
        switch(functions, third, print)
        assert _live(functions) == dict.fromkeys(NAMES, "4")
    roll_back(functions, list(reversed(NAMES)), print)

    assert _live(functions) == dict.fromkeys(NAMES, "3")


def test_a_roll_back_that_ended_half_way_is_finished_by_another(
    functions: "LambdaClient", tmp_path: Path
) -> None:
    for content in ("first", "second"):
        release(functions, _packages(tmp_path, content), print)
    backwards = list(reversed(NAMES))
    with _the_second_call_failing(functions), pytest.raises(ClientError):
        roll_back(functions, backwards, print)
    assert _live(functions) == {NAMES[0]: "3", NAMES[1]: "2"}

    roll_back(functions, backwards, print)

    assert _live(functions) == dict.fromkeys(NAMES, "2")


def test_a_first_release_is_not_shared_with_anything(functions: "LambdaClient", tmp_path: Path) -> None:
    published = publish(functions, _packages(tmp_path, "first"))

    _shift(functions, published, lambda _: pytest.fail("there is nothing to wait for"))

    assert _weights(functions) == {name: {} for name in NAMES}


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ({"requestContext": {"eventType": "CONNECT"}}, {"statusCode": 503}),
        ({"Records": [{"messageId": "1"}]}, {"batchItemFailures": [{"itemIdentifier": "1"}]}),
    ],
)
def test_the_closed_version_refuses_handshakes_and_leaves_jobs_in_their_queue(
    event: dict[str, Any], answer: dict[str, Any]
) -> None:
    closed = runpy.run_path("infra/terraform/modules/functions/closed.py")

    assert closed["handler"](event, None) == answer


def test_terraform_leaves_alone_what_a_release_changes() -> None:
    text = Path("infra/terraform/modules/functions/main.tf").read_text(encoding="utf-8")
    ignored = {
        name: {
            word for list_ in re.findall(r"ignore_changes = \[(.*?)\]", block) for word in list_.split(", ")
        }
        for name, block in re.findall(r'(?ms)^resource "(\w+" "\w+)" \{(.*?)^\}', text)
        if "ignore_changes" in block
    }

    assert ignored['aws_lambda_function" "main'] >= {"filename", "source_code_hash"}
    assert ignored['aws_lambda_alias" "live'] >= {"function_version", "routing_config", "description"}


def release(functions: "LambdaClient", packages: dict[str, Path], report: Callable[[str], None]) -> None:
    switch(functions, publish(functions, packages), report)


def _shift(functions: "LambdaClient", published: Published, sleep: Callable[[float], None]) -> None:
    cloudwatch = boto3.client("cloudwatch", region_name=REGION)
    share_then_watch(functions, cloudwatch, published, prefix="chat-test", report=print, sleep=sleep)


def _publish_the_same_code_once(client: "LambdaClient") -> None:
    """Make no version of what is no other than the last, as Lambda: moto goes by whether code was sent."""

    def check(params: dict[str, Any], **_: object) -> None:
        name = params["FunctionName"]
        versions = client.list_versions_by_function(FunctionName=name)["Versions"]
        newest = max((each for each in versions if each["Version"] != "$LATEST"), key=_number)
        latest = client.get_function_configuration(FunctionName=name)
        if newest["CodeSha256"] == latest["CodeSha256"]:
            account = latest["FunctionArn"].split(":")[4]
            get_backend(account, REGION).get_function(name).code_or_config_updated = False

    client.meta.events.register("provide-client-params.lambda.PublishVersion", check)


def _number(version: Any) -> int:
    return int(version["Version"])


@contextmanager
def _the_second_call_failing(functions: "LambdaClient") -> Iterator[None]:
    """Let the second function's `live` not be moved."""

    def check(params: dict[str, Any], **_: object) -> None:
        moved.add(params["FunctionName"])
        if len(moved) > 1:
            raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "UpdateAlias")

    moved: set[str] = set()
    functions.meta.events.register("provide-client-params.lambda.UpdateAlias", check, "failing")
    yield
    functions.meta.events.unregister("provide-client-params.lambda.UpdateAlias", unique_id="failing")


def _set_alarm(name: str, state: Literal["ALARM", "OK"]) -> None:
    cloudwatch = boto3.client("cloudwatch", region_name=REGION)
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Namespace="N",
        MetricName="M",
        Period=60,
        Statistic="Sum",
        Threshold=1,
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")


def _weights(functions: "LambdaClient") -> dict[str, dict[str, float]]:
    return {
        name: functions.get_alias(FunctionName=name, Name=LIVE)
        .get("RoutingConfig", {})
        .get("AdditionalVersionWeights", {})
        for name in NAMES
    }


def _packages(folder: Path, content: str) -> dict[str, Path]:
    package = folder / f"{content}.zip"
    package.write_bytes(_zip(content))
    return dict.fromkeys(NAMES, package)


def _zip(content: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr(zipfile.ZipInfo("app.py"), content)  # of no time: the same bytes every time
    return buffer.getvalue()


def _live(functions: "LambdaClient") -> dict[str, str]:
    return {name: functions.get_alias(FunctionName=name, Name=LIVE)["FunctionVersion"] for name in NAMES}
