"""Repositories on moto, and on DynamoDB Local where it is at hand; tables as the topology describes them."""

import copy
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import moto.core.models
import pytest
from botocore.loaders import Loader
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from infra.topology.deployment import Deployment
from infra.topology.file import load_topology
from infra.topology.model import Topology
from infra.topology.render.tables import table_definition
from shared.aws import clients
from shared.rate import Bucket
from shared.stores.connections import Connections
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.sends import Sends
from tests.support.dynamodb_local import FOLDER, dynamodb_local
from tests.support.ports import free_ports
from tests.unit.tokens import CLIENT_ID, ISSUER, KEY_ID, jwks

if TYPE_CHECKING:
    from moto.dynamodb.models.table import Table
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import CreateTableInputTypeDef


# Nobody asks AWS by `requests` here: to prepare answers to that takes moto milliseconds for each test.
moto.core.models.RESPONSES_METHODS.clear()


@pytest.fixture(scope="session")
def aws_session() -> boto3.Session:
    """One for all tests: what a session reads of AWS takes it longer than most tests."""
    return boto3.Session()


@pytest.fixture(scope="session")
def loader_of_functions() -> Loader:
    """The one that the functions read AWS's service models by: half of what it takes to build one."""
    return clients._Models()


@pytest.fixture
def aws(
    monkeypatch: pytest.MonkeyPatch, aws_session: boto3.Session, loader_of_functions: Loader
) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", aws_session)
        monkeypatch.setattr(clients, "_Models", lambda: loader_of_functions)
        yield


@pytest.fixture(scope="session")
def dynamodb_local_url() -> Iterator[str]:
    (port,) = free_ports(1)
    with dynamodb_local(Path(FOLDER or ""), port) as url:
        yield url


@pytest.fixture(scope="session")
def table_definitions(topology: Topology) -> "list[CreateTableInputTypeDef]":
    """Say what DynamoDB is asked for to make the tables, each under its name in the topology."""
    deployment = Deployment("chat", "unit", "eu-central-1", "123456789012", "api")
    return [
        table_definition(name, table, deployment) | {"TableName": name}
        for name, table in topology.tables.items()
    ]


@pytest.fixture(scope="session")
def moto_tables(table_definitions: "list[CreateTableInputTypeDef]") -> "dict[str, Table]":
    """Make the tables once, as moto has them: to create them for each test takes longer than most tests."""
    with mock_aws():
        client = boto3.client("dynamodb", "eu-central-1", aws_access_key_id="t", aws_secret_access_key="t")
        for definition in table_definitions:
            client.create_table(**definition)
        return dict(dynamodb_backends["123456789012"]["eu-central-1"].tables)


@pytest.fixture(params=["moto", "dynamodb-local"] if FOLDER else ["moto"])
def dynamodb(request: pytest.FixtureRequest) -> "DynamoDBClient":
    if request.param == "moto":
        tables = request.getfixturevalue("moto_tables")
        request.getfixturevalue("aws")
        dynamodb_backends["123456789012"]["eu-central-1"].tables.update(copy.deepcopy(tables))
        return boto3.client("dynamodb")
    client = boto3.client(
        "dynamodb",
        endpoint_url=request.getfixturevalue("dynamodb_local_url"),
        region_name="eu-central-1",
        aws_access_key_id=uuid.uuid4().hex,
        aws_secret_access_key="test",
    )
    for definition in request.getfixturevalue("table_definitions"):
        client.create_table(**definition)
    return client


@pytest.fixture
def connections(dynamodb: "DynamoDBClient") -> Connections:
    return Connections(dynamodb, "connections")


@pytest.fixture
def messages(dynamodb: "DynamoDBClient") -> Messages:
    return Messages(dynamodb, "messages")


@pytest.fixture
def memberships(dynamodb: "DynamoDBClient") -> Memberships:
    return Memberships(dynamodb, "memberships")


@pytest.fixture(scope="session")
def topology() -> Topology:
    return load_topology()


@pytest.fixture
def deployment() -> Deployment:
    return Deployment("chat", "test", "eu-central-1", "123456789012", "api1")


@pytest.fixture
def sends(dynamodb: "DynamoDBClient") -> Sends:
    return Sends(dynamodb, "messages", "users", "memberships", Bucket(burst=1_000, every_ms=1))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The AWS calls of all clients made from now on, by botocore's event hooks."""
    seen: list[str] = []
    emitter_of = botocore.session.Session.create_client

    def create_client(session: botocore.session.Session, *args: Any, **kwargs: Any) -> Any:
        client = emitter_of(session, *args, **kwargs)
        client.meta.events.register("before-call", lambda model, **_: seen.append(model.name))
        return client

    monkeypatch.setattr(botocore.session.Session, "create_client", create_client)
    return seen


@pytest.fixture
def inbox(dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch) -> str:
    """The environment of the functions; the URL of a queue that is subscribed to their topic."""
    topic = boto3.client("sns").create_topic(Name="messages")["TopicArn"]
    queue = boto3.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    boto3.client("sns").subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint="arn:aws:sqs:eu-central-1:123456789012:inbox",
        Attributes={"RawMessageDelivery": "true"},
    )
    for name, value in {
        "CONNECTIONS_TABLE": "connections",
        "EXPIRIES_TABLE": "expiries",
        "MESSAGES_TABLE": "messages",
        "USERS_TABLE": "users",
        "WORDS_TABLE": "words",
        "MEMBERSHIPS_TABLE": "memberships",
        "MESSAGES_TOPIC_ARN": topic,
        "SHARD_COUNT": "4",
        "ROOMS_TABLE": "rooms",
        "MESSAGE_LIMIT": "50/200",
        "EDIT_WINDOW_SECONDS": "86400",
        "TYPING_LIMIT": "20/500",
        "MOVE_LIMIT": "250/500",
        "MEMBERS_LIMIT": "250/500",
        "HISTORY_LIMIT": "300/100",
        "SEARCH_LIMIT": "40/500",
        "ROOM_ACTION_LIMIT": "100/200",
        "MY_ROOMS_LIMIT": "60/2000",
        "MODERATION_LIMIT": "30/3000",
        "NEW_ROOM_LIMIT": "20/4320000",
        "PROFILE_LIMIT": "10/3600000",
        "HANDLE_LIMIT": "5/604800000",
        "CONVERSATION_LIMIT": "50/600000",
        "CONNECT_LIMIT": "60/1000",
        "USER_CONNECTION_LIMIT": "10",
        "CONNECTION_ROOM_LIMIT": "200",
        "PRESENCE_ROOM_LIMIT": "100",
        "WEBSOCKET_CALLBACK_URL": "http://127.0.0.1:9/dev",  # nobody listens there
        "AWS_REGION": "eu-central-1",
        "ALLOWED_ORIGINS": "https://chat.example",
        "COGNITO_ISSUER": ISSUER,
        "COGNITO_CLIENT_ID": CLIENT_ID,
        "POWERTOOLS_METRICS_NAMESPACE": "Test",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("shared.auth.caller.fetch_jwks", lambda _url: jwks(KEY_ID))
    return queue
