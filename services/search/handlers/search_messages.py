"""`searchMessages`: what was said with these words, in a room or in all rooms of the account."""

import os
import time
from collections.abc import Mapping

from services.search.finding import Index
from services.search.searching import search
from shared.auth.caller import identify_from
from shared.aws.clients import aws_session, dynamodb_client
from shared.observability import Handler, observability
from shared.protocol.frames import Frame, SearchMessages, data_of
from shared.protocol.replies import Reply, search_results
from shared.settings import Limit, Settings, Text, load, load_authentication
from shared.stores.connections import Connections
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.users import Users
from shared.stores.words import Words
from shared.tolerance import tolerance_of
from shared.websocket import answering


class SearchSettings(Settings):
    """Tables that searching needs, and how often a user may."""

    connections_table: Text
    messages_table: Text
    memberships_table: Text
    users_table: Text
    words_table: Text
    search_limit: Limit


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(SearchSettings, environ)
    session = aws_session()
    dynamodb = dynamodb_client(session, environ)
    identify = identify_from(load_authentication(environ), Connections(dynamodb, settings.connections_table))
    index = Index(Words(dynamodb, settings.words_table), Messages(dynamodb, settings.messages_table))
    memberships = Memberships(dynamodb, settings.memberships_table)
    users = Users(dynamodb, settings.users_table)
    observe = observability("search")

    def act(frame: Frame, connection_id: str) -> Reply | None:
        caller = identify(frame, connection_id)
        reader = caller.identity
        observe.logger.append_keys(userId=reader.user_id)
        caller.require_v2(frame)
        now = int(time.time() * 1000)
        users.spend(reader, "search", settings.search_limit, now)
        found = search(data_of(frame, SearchMessages), reader, index=index, memberships=memberships, now=now)
        return search_results(
            found.messages, reader=reader.user_id, more_in=found.more_in, next_cursor=found.next_cursor
        )

    return answering(act, observe, tolerance_of(environ, session, dynamodb))


handler = build(os.environ)
