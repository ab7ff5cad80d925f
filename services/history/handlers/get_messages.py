"""`getMessages`: a page of what was said.

`listPins`, `listVersions`, `listMentions`: what is pinned, what was edited, what mentions the user.
"""

import os
import time
from collections.abc import Mapping

from services.history.mentioned import mentions_of
from services.history.reading import pinned, read, versions_of
from shared.auth.caller import identify_from
from shared.auth.identity import Identity
from shared.aws.clients import aws_session, dynamodb_client
from shared.observability import Handler, observability
from shared.protocol.frames import Frame, ListMentions, ListPins, ListVersions, data_of, get_messages_of
from shared.protocol.replies import Reply, mentions, message_history, message_history_v1, versions
from shared.settings import Limit, Settings, Text, load, load_authentication
from shared.stores.connections import Connections
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mentioned
from shared.stores.messages import Messages
from shared.stores.pins import Pins
from shared.stores.users import Users
from shared.tolerance import tolerance_of
from shared.websocket import answering


class GetMessagesSettings(Settings):
    """Tables that reading history needs."""

    connections_table: Text
    messages_table: Text
    memberships_table: Text
    users_table: Text
    rooms_table: Text
    history_limit: Limit


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(GetMessagesSettings, environ)
    session = aws_session()
    dynamodb = dynamodb_client(session, environ)
    identify = identify_from(load_authentication(environ), Connections(dynamodb, settings.connections_table))
    messages = Messages(dynamodb, settings.messages_table)
    pins = Pins(dynamodb, settings.rooms_table)
    memberships = Memberships(dynamodb, settings.memberships_table)
    mentioned = Mentioned(dynamodb, settings.users_table)
    users = Users(dynamodb, settings.users_table)
    observe = observability("history")

    def act(frame: Frame, connection_id: str) -> Reply | None:
        caller = identify(frame, connection_id)
        observe.logger.append_keys(userId=caller.identity.user_id)
        now = int(time.time() * 1000)
        users.spend(caller.identity, "history", settings.history_limit, now)
        if frame.action in others:
            caller.require_v2(frame)
            return others[frame.action](frame, caller.identity, now)
        wanted, is_v1 = get_messages_of(frame), caller.speaks_v1(frame)
        page = read(
            wanted,
            caller.identity,
            messages=messages,
            memberships=memberships,
            now=now,
            knows_changes=not is_v1,
        )
        if is_v1:
            return message_history_v1(page.messages)
        reply = message_history(
            page.messages,
            reader=caller.identity.user_id,
            made=page.changes,
            changed=page.changed,
            notices=page.notices,
        )
        return {**reply, "roomId": wanted.room_id, "nextCursor": page.next_cursor}

    def list_pins(frame: Frame, reader: Identity, now: int) -> Reply:
        wanted = data_of(frame, ListPins)
        page = pinned(wanted, reader, messages=messages, pins=pins, memberships=memberships, now=now)
        reply = message_history(page.messages, reader=reader.user_id)
        return {**reply, "roomId": wanted.room_id, "nextCursor": page.next_cursor}

    def list_versions(frame: Frame, reader: Identity, now: int) -> Reply:
        wanted = data_of(frame, ListVersions)
        texts = versions_of(wanted, reader, messages=messages, memberships=memberships, now=now)
        return versions(wanted.room_id, wanted.sort_key, texts)

    def list_mentions(frame: Frame, reader: Identity, now: int) -> Reply:
        wanted = data_of(frame, ListMentions)
        page = mentions_of(
            wanted, reader, mentioned=mentioned, messages=messages, memberships=memberships, now=now
        )
        return mentions(page.messages, reader=reader.user_id, next_cursor=page.next_cursor, added=page.added)

    others = {"listPins": list_pins, "listVersions": list_versions, "listMentions": list_mentions}
    return answering(act, observe, tolerance_of(environ, session, dynamodb))


handler = build(os.environ)
