"""`$connect`: who may open a connection, and which room it is in first."""

import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from services.ingest.admission import Admission, admit, check_again, kept_out
from services.ingest.announcing import announce
from services.ingest.gone import LOOKED_AT, ConnectionLimit
from services.ingest.last_seen import note_seen
from shared.auth.caller import token_verifier
from shared.aws.clients import aws_session, best_effort_sns_client, dynamodb_client
from shared.aws.one_connection import look_at_connection
from shared.jobs import EphemeralEvent
from shared.naming import ensured
from shared.observability import Event, Handler, observability
from shared.protocol.refusals import ErrorCode, Refusal
from shared.publishing import Topic
from shared.refusing import tell
from shared.settings import Count, Limit, Origins, Settings, Text, load, load_authentication
from shared.stores.connections import Connections
from shared.stores.expiries import Expiries, Expiry
from shared.stores.last_seen import LastSeen, is_shown
from shared.stores.memberships import Memberships
from shared.stores.profiles import Profiles, profile_in
from shared.stores.users import Users
from shared.websocket import Answer, handshake_of

_STATUS = {
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.TOKEN_EXPIRED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.BANNED: 403,
    ErrorCode.INVALID_FRAME: 400,
    ErrorCode.RATE_LIMITED: 429,
}


class ConnectSettings(Settings):
    """`ALLOWED_ORIGINS` is a comma-separated list."""

    connections_table: Text
    memberships_table: Text
    users_table: Text
    expiries_table: Text
    connect_limit: Limit
    user_connection_limit: Count
    messages_topic_arn: Text
    shard_count: Count
    allowed_origins: Origins


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(ConnectSettings, environ)
    authentication = load_authentication(environ)
    session = aws_session()
    dynamodb = dynamodb_client(session, environ)
    connections = Connections(dynamodb, settings.connections_table)
    expiries = Expiries(dynamodb, settings.expiries_table)
    memberships = Memberships(dynamodb, settings.memberships_table)
    users = Users(dynamodb, settings.users_table)
    profiles = Profiles(dynamodb, settings.users_table)
    last_seen = LastSeen(dynamodb, settings.users_table)
    topic = Topic(best_effort_sns_client(session), settings.messages_topic_arn, settings.shard_count)
    origins = frozenset(settings.allowed_origins)
    verifier = token_verifier(authentication)
    limit = ConnectionLimit(
        settings.user_connection_limit,
        connections,
        look_at_connection(environ, session),
        ThreadPoolExecutor(LOOKED_AT),
    )
    observe = observability("ingest")

    def handle(event: Event, _context: Any) -> Answer:
        handshake = handshake_of(event)
        observe.logger.append_keys(connectionId=handshake.connection_id)
        try:
            began = _now()
            admission = admit(handshake, origins=origins, verifier=verifier, now_seconds=int(time.time()))
            is_named = wants_it_told = False
            if not verifier:  # nobody proves who they are, and everybody may be "anonymous"
                users.check(admission.user, _now())
            else:
                status = users.spend(admission.user, "connects", settings.connect_limit, _now())
                is_named, wants_it_told = profile_in(status) is not None, is_shown(status)
                limit.check(admission.user.user_id, time.time())
            entered, now = admission.connection.room_id, _now()
            admission = kept_out(admission, memberships.standing(admission.user.user_id, entered, now))
            if admission.user.expires_at is not None:
                expiries.note(Expiry(admission.connection.ttl, handshake.connection_id))
            check_again(admission.user, users, began=began, now=_now())
            connections.put(admission.connection)
        except Refusal as refusal:
            observe.count_by("ConnectsRefused", "code", refusal.code.value)
            tell("handshake refused", refusal, observe)
            return {"statusCode": _STATUS.get(refusal.code, 500)}
        if not is_named:
            with suppress(Refusal):  # the next handshake tries again
                ensured(admission.user, profiles=profiles, now_seconds=now // 1000)
        if admission.connection.room_id == entered:
            joined = EphemeralEvent.of("joined", admission.connection, now)
            announce([joined], origin=handshake.connection_id, topic=topic, observe=observe)
        if wants_it_told:  # of whose end nobody may ever tell
            note_seen(admission.user.user_id, last_seen=last_seen, now=now, observe=observe)
        observe.count("Connects")
        observe.logger.info("connected", protocol=admission.connection.protocol)
        return _accepted(admission)

    return observe.observed(handle)


def _now() -> int:
    return int(time.time() * 1000)


def _accepted(admission: Admission) -> Answer:
    headers = {"Sec-WebSocket-Protocol": admission.subprotocol} if admission.subprotocol else {}
    return {"statusCode": 200, "headers": headers}


handler = build(os.environ)
