"""The frames about rooms and their members."""

import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from services.rooms.actions import ACTIONS
from services.rooms.asked import Asked
from services.rooms.finding import Lookout
from services.rooms.leaving import Leaving
from services.rooms.making import Stores
from services.rooms.telling import Telling
from shared.auth.caller import identify_from
from shared.aws.clients import aws_session, best_effort_sns_client, dynamodb_client
from shared.aws.one_connection import close_connection, post_to_connection
from shared.noting import Log
from shared.observability import Handler, observability
from shared.protocol.frames import Frame
from shared.protocol.message import Notice
from shared.protocol.replies import Reply
from shared.publishing import Topic
from shared.settings import Count, Limit, Settings, Text, load, load_authentication
from shared.stores.blocks import Blocks
from shared.stores.choices import Choices
from shared.stores.connections import Connections
from shared.stores.erasures import Erasures
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.notices import Notices
from shared.stores.profiles import Profiles
from shared.stores.rooms import Rooms
from shared.stores.users import Users
from shared.tolerance import tolerance_of
from shared.websocket import answering

_ROOMS_AT_ONCE = 8  # below botocore's pool of 10 connections
ON_OTHERS = ("startDirect", "inviteMember", "removeMember", "setRole", "muteMember", "banMember", "unban")
"""Actions that others are told of, each of whose devices asks for its rooms then."""


class RoomsSettings(Settings):
    """Tables and topic of the rooms service."""

    connections_table: Text
    messages_table: Text
    rooms_table: Text
    memberships_table: Text
    users_table: Text
    messages_topic_arn: Text
    shard_count: Count
    room_action_limit: Limit
    my_rooms_limit: Limit
    moderation_limit: Limit
    new_room_limit: Limit
    profile_limit: Limit
    handle_limit: Limit
    conversation_limit: Limit


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(RoomsSettings, environ)
    session = aws_session()
    dynamodb = dynamodb_client(session, environ)
    connections = Connections(dynamodb, settings.connections_table)
    # What is not published here is published by the sweeper: nobody waits for it.
    topic = Topic(best_effort_sns_client(session), settings.messages_topic_arn, settings.shard_count)

    def publish(notice: Notice) -> None:
        topic.publish(notice, exclude=None, accepted_at=notice.created_at)

    users = Users(dynamodb, settings.users_table)
    stores = Stores(
        Rooms(dynamodb, settings.rooms_table, settings.memberships_table),
        Memberships(dynamodb, settings.memberships_table),
        Choices(dynamodb, settings.memberships_table),
        Log(Notices(settings.messages_table), publish),
        users,
        Blocks(dynamodb, settings.users_table, settings.memberships_table),
    )
    profiles = Profiles(dynamodb, settings.users_table)
    messages = Messages(dynamodb, settings.messages_table)
    executor = ThreadPoolExecutor(_ROOMS_AT_ONCE)
    lookout = Lookout(connections, messages, executor)
    post, close = post_to_connection(environ, session), close_connection(environ, session)
    telling = Telling(connections, post, executor)
    leaving = Leaving(Erasures(dynamodb, settings.users_table), connections, post, close, time.sleep)
    limits = {
        "createRoom": ("newRooms", settings.new_room_limit),
        "reportMessage": ("reports", settings.new_room_limit),
        "myRooms": ("myRooms", settings.my_rooms_limit),
        "setProfile": ("profileChanges", settings.profile_limit),
        "deleteAccount": ("profileChanges", settings.profile_limit),
    }
    limits |= dict.fromkeys(ON_OTHERS, ("moderation", settings.moderation_limit))
    buckets = {"handles": settings.handle_limit, "conversations": settings.conversation_limit}
    identify = identify_from(load_authentication(environ), connections)
    observe = observability("rooms")

    def act(frame: Frame, connection_id: str) -> Reply | None:
        caller = identify(frame, connection_id)
        observe.logger.append_keys(userId=caller.identity.user_id)
        caller.require_v2(frame)
        now = int(time.time() * 1000)
        counted_as, bucket = limits.get(frame.action, ("roomActions", settings.room_action_limit))
        users.spend(caller.identity, counted_as, bucket, now)
        asked = Asked(
            frame,
            caller.identity,
            now,
            stores,
            profiles,
            lookout,
            telling,
            connections.evict,
            leaving,
            connection_id,
            lambda what: users.spend(caller.identity, what, buckets[what], now),
        )
        return ACTIONS[frame.action](asked)

    return answering(act, observe, tolerance_of(environ, session, dynamodb))


handler = build(os.environ)
