"""`chatctl users ban`, `unban` and `sign-out` on moto: rows, the user pool, connections, audit."""

import time
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from chatctl.access import DeploymentAccess, DeploymentOptions
from chatctl.cli import cli
from chatctl.revocation import closing
from infra.topology.file import load_topology
from infra.topology.render.tables import table_definition
from shared.auth.identity import Identity
from shared.protocol.refusals import Banned, Unauthenticated
from shared.revocation import PATIENCE_SECONDS, close_connections
from shared.stores.connections import Connections
from shared.stores.erasures import Erasures
from shared.stores.profiles import Profile, Profiles
from shared.stores.users import Users
from tests.unit.examples import connection

EXPIRES_MUCH_LATER = 9_999_999_999


class Gone(Exception):
    """What @connections says of a connection that has ended."""


class Callback:
    """@connections: closes connections, whose rows go with them."""

    exceptions = SimpleNamespace(GoneException=Gone)

    def __init__(self, connections: Connections) -> None:
        self.closed: list[str] = []
        self._connections = connections

    def delete_connection(self, *, ConnectionId: str) -> None:  # noqa: N803 - AWS's name
        if ConnectionId.startswith("gone"):
            raise Gone
        self.closed.append(ConnectionId)
        self._connections.remove_all(ConnectionId)


@pytest.fixture
def stored(access: DeploymentAccess) -> Connections:
    """The deployment's tables; its connections."""
    dynamodb = boto3.client("dynamodb")
    for name in ("connections", "users"):
        dynamodb.create_table(**table_definition(name, load_topology().tables[name], access.deployment))
    return Connections(dynamodb, "chat-test-connections")


@pytest.fixture
def callback(access: DeploymentAccess, stored: Connections, monkeypatch: pytest.MonkeyPatch) -> Callback:
    """`chatctl` finds the deployment; nothing really sleeps."""
    callback = Callback(stored)
    access.clients.logs.create_log_group(logGroupName=access.deployment.audit_log_group)
    monkeypatch.setattr(DeploymentOptions, "open", lambda _options, _topology: access)
    monkeypatch.setattr("chatctl.people.callback_url", lambda *_: "https://api.example/dev")
    monkeypatch.setattr(type(access.clients), "callback", lambda *_: callback)
    monkeypatch.setattr("shared.revocation.LOOK_EVERY_SECONDS", 0)
    return callback


@pytest.fixture
def alice(access: DeploymentAccess) -> Identity:
    """A user of the deployment's pool, with a token of a minute ago."""
    cognito = access.clients.cognito
    pool = cognito.create_user_pool(PoolName="chat-test-users")["UserPool"]["Id"]
    cognito.create_user_pool_client(UserPoolId=pool, ClientName="chat-test-web")
    made = cognito.admin_create_user(UserPoolId=pool, Username="alice")["User"]
    sub = next(each["Value"] for each in made["Attributes"] if each["Name"] == "sub")
    return Identity(sub, "alice", issued_at=int(time.time()) - 60)


def run(*words: str) -> Any:
    return CliRunner().invoke(cli(["users"]), ["users", *words])


def users() -> Users:
    return Users(boto3.client("dynamodb"), "chat-test-users")


def enabled(access: DeploymentAccess) -> bool:
    cognito = access.clients.cognito
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    return cognito.admin_get_user(UserPoolId=pool, Username="alice")["Enabled"]


def test_a_ban_takes_rights_tokens_account_and_connections(
    access: DeploymentAccess, callback: Callback, stored: Connections, alice: Identity
) -> None:
    for number in range(3):
        stored.put(connection(f"c{number}", identity=alice, ttl=EXPIRES_MUCH_LATER))
    stored.put(connection("other", ttl=EXPIRES_MUCH_LATER))

    ran = run("ban", "alice", "--why", "spam", "--yes")

    assert ran.exit_code == 0, ran.output
    assert "3 connections closed" in ran.stdout
    assert sorted(callback.closed) == ["c0", "c1", "c2"]
    with pytest.raises(Banned) as refusal:
        users().check(alice, int(time.time() * 1000))
    assert refusal.value.retry_after_ms is None
    assert not enabled(access)
    assert '"audit": "users ban"' in ran.stderr
    assert '"why": "spam"' in ran.stderr


def test_an_unban_lets_in_again_with_a_new_token(
    access: DeploymentAccess, callback: Callback, alice: Identity
) -> None:
    run("ban", "alice", "--why", "spam", "--yes")

    ran = run("unban", "alice", "--why", "a mistake", "--yes")

    assert ran.exit_code == 0, ran.output
    now = int(time.time())
    with pytest.raises(Unauthenticated):
        users().check(alice, now * 1000)
    users().check(Identity(alice.user_id, "alice", issued_at=now + 2), now * 1000)
    assert enabled(access)


def test_a_ban_for_a_while_leaves_the_account_as_it_is(
    access: DeploymentAccess, callback: Callback, alice: Identity
) -> None:
    assert run("ban", "alice", "--for", "2h", "--why", "spam", "--yes").exit_code == 0

    with pytest.raises(Banned) as refusal:
        users().check(alice, int(time.time() * 1000))
    assert refusal.value.retry_after_ms == pytest.approx(2 * 3_600_000, abs=60_000)
    assert enabled(access)


def test_a_sign_out_ends_tokens_and_connections_and_no_more(
    callback: Callback, stored: Connections, alice: Identity, access: DeploymentAccess
) -> None:
    stored.put(connection("c1", identity=alice, ttl=EXPIRES_MUCH_LATER))

    ran = run("sign-out", "alice", "--why", "a lost phone", "--yes")

    assert ran.exit_code == 0, ran.output
    assert callback.closed == ["c1"]
    with pytest.raises(Unauthenticated):
        users().check(alice, int(time.time() * 1000))
    assert enabled(access)


def test_a_deletion_takes_rights_profile_account_and_connections_for_good(
    access: DeploymentAccess, callback: Callback, stored: Connections, alice: Identity
) -> None:
    profiles = Profiles(boto3.client("dynamodb"), "chat-test-users")
    profiles.put(Profile(alice.user_id, "alice.1", "Alice"), None, int(time.time()))
    stored.put(connection("c1", identity=alice, ttl=EXPIRES_MUCH_LATER))

    ran = run("delete", "alice", "--why", "she asked for it", "--yes")

    assert ran.exit_code == 0, ran.output
    assert callback.closed == ["c1"]
    assert '"audit": "users delete"' in ran.stderr
    assert "hold a text for 14 days at most" in ran.stdout  # the longest retention of a queue
    assert profiles.find_all([alice.user_id]) == []
    erasures = Erasures(boto3.client("dynamodb"), "chat-test-users").pending(10)
    assert [each.user_id for each in erasures] == [alice.user_id]
    with pytest.raises(access.clients.cognito.exceptions.UserNotFoundException):
        enabled(access)
    users().unban(alice.user_id)
    with pytest.raises(Unauthenticated):
        users().check(
            Identity(alice.user_id, "alice", issued_at=int(time.time()) + 60), int(time.time() * 1000)
        )


def test_without_a_pool_a_handle_leads_to_the_account(callback: Callback) -> None:
    profiles = Profiles(boto3.client("dynamodb"), "chat-test-users")
    profiles.put(Profile("b0b", "bobby", "Bob"), None, int(time.time()))

    assert run("delete", "@Bobby", "--why", "he asked for it", "--yes").exit_code == 0

    assert profiles.find_all(["b0b"]) == []


def test_a_handle_that_nobody_has_is_said_to_be_that(callback: Callback) -> None:
    assert "nobody of the handle '@nobody'" in str(run("ban", "@nobody", "--why", "spam", "--yes").exception)


def test_without_a_pool_the_name_is_the_id(callback: Callback) -> None:
    assert run("ban", "b0b", "--why", "spam", "--yes").exit_code == 0

    with pytest.raises(Banned):
        users().check(Identity("b0b", "Bob"), int(time.time() * 1000))


@pytest.mark.parametrize("command", ["ban", "unban", "sign-out"])
def test_nobody_is_found_or_nobody_agrees_and_nothing_changes(
    command: str, callback: Callback, alice: Identity
) -> None:
    unknown = run(command, "nobody", "--why", "spam", "--yes")
    unasked = run(command, "alice", "--why", "spam")

    assert "no user 'nobody'" in str(unknown.exception)
    assert "--yes" in str(unasked.exception)
    assert "audit" not in unknown.stderr + unasked.stderr
    users().check(alice, int(time.time() * 1000))


def test_a_connection_that_the_index_learns_of_late_is_closed_too(
    stored: Connections, callback: Callback
) -> None:
    looks = 0

    def sleep(_seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            stored.put(connection("late", ttl=EXPIRES_MUCH_LATER))

    stored.put(connection("gone1", ttl=EXPIRES_MUCH_LATER))

    assert close_connections("a11ce", stored, closing(callback), sleep=sleep) == 1  # type: ignore[arg-type]  # what it uses of it
    assert callback.closed == ["late"]


def test_it_ends_though_connections_never_do(stored: Connections, callback: Callback) -> None:
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += 1
        stored.put(connection(f"c{now}", ttl=EXPIRES_MUCH_LATER))

    close_connections("a11ce", stored, closing(callback), clock=lambda: now, sleep=sleep)  # type: ignore[arg-type]  # what it uses of it

    assert now <= PATIENCE_SECONDS
