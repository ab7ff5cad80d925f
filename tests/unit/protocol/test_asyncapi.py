"""The AsyncAPI document against the models that the functions use; the front end tests its own against it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from infra.topology.model import Topology
from services.rooms.finding import Liveliness, Unread
from services.rooms.shown import (
    block_shown,
    invite_shown,
    listed_shown,
    member_shown,
    own_shown,
    profile_shown,
    room_shown,
)
from shared.jobs import DeliveryJob
from shared.protocol import replies
from shared.protocol.block_frames import Blocking, ListBlocked
from shared.protocol.change_frames import DeleteMessage, EditMessage, PinMessage, React
from shared.protocol.frames import (
    ListMentions,
    ListPins,
    ListVersions,
    SearchMessages,
    get_messages_of,
    parse_frame,
    ping_of,
    room_request_of,
    send_message_of,
)
from shared.protocol.message import Message, Reaction, Reactor, Wire
from shared.protocol.presence import PresenceChange, User
from shared.protocol.profile_frames import DeleteAccount, GetProfiles, SetProfile
from shared.protocol.refusals import ErrorCode, RateLimited, Refusal, TokenExpired
from shared.protocol.replies import (
    Reply,
    acknowledgement,
    block_changed,
    change,
    changes,
    encode,
    error,
    members,
    membership_changed,
    mentions,
    message_history,
    message_history_v1,
    new_message,
    new_messages,
    pong,
    presence,
    read_to,
    search_results,
    typing,
    versions,
)
from shared.protocol.room_frames import (
    AcceptInvite,
    CreateInvite,
    CreateRoom,
    ListMembers,
    ListRooms,
    MarkRead,
    MyRooms,
    OfMember,
    ReportMessage,
    Restrict,
    SetChoices,
    SetNotify,
    SetRole,
    StartDirect,
    UpdateRoom,
    data_of,
    page,
)
from shared.stores.blocks import Block
from shared.stores.membership_rows import Membership
from shared.stores.profiles import Profile
from shared.stores.rooms import Invite, Room
from tests.unit.examples import NOW, change_of, message, notice

DOCUMENT = yaml.load(Path("docs/protocol/asyncapi.yaml").read_bytes(), yaml.CSafeLoader)
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]
IN = {
    "sendMessage": send_message_of,
    "getMessages": get_messages_of,
    "ping": ping_of,
    "authenticate": lambda frame: frame,  # its token is all there is to it
    **dict.fromkeys(("joinRoom", "leaveRoom", "typing", "getMembers"), room_request_of),
}
MODELS: dict[str, type[Wire]] = {
    "editMessage": EditMessage,
    "deleteMessage": DeleteMessage,
    "react": React,
    "pinMessage": PinMessage,
    "listPins": ListPins,
    "listMentions": ListMentions,
    "listVersions": ListVersions,
    "searchMessages": SearchMessages,
    "createRoom": CreateRoom,
    "updateRoom": UpdateRoom,
    "listRooms": ListRooms,
    "myRooms": MyRooms,
    "listMembers": ListMembers,
    "startDirect": StartDirect,
    "markRead": MarkRead,
    "setNotify": SetNotify,
    "setChoices": SetChoices,
    "reportMessage": ReportMessage,
    "createInvite": CreateInvite,
    "acceptInvite": AcceptInvite,
    "setRole": SetRole,
    "listBlocked": ListBlocked,
    "setProfile": SetProfile,
    "getProfiles": GetProfiles,
    "deleteAccount": DeleteAccount,
    **dict.fromkeys(("inviteMember", "removeMember", "unban"), OfMember),
    **dict.fromkeys(("muteMember", "banMember"), Restrict),
    **dict.fromkeys(("blockUser", "unblockUser"), Blocking),
}
# In the document a name is given once; `typing` goes both ways.
DESCRIBED_AS = {"typing": "typingUsers"}
EDIT, DELETION = change_of(message(1), "edit", content="Hi"), change_of(message(1), "deletion")
REACTION = change_of(message(1), "reaction", emoji="\U0001f44d", on=True)
CHANGED = message(1).model_copy(
    update={
        "reply_to": message(0).sort_key,
        "edited_at": NOW + 5,
        "changed_at": NOW + 5,
        "pinned_at": NOW + 5,
        "reactions": (Reaction(emoji="\U0001f44d", users=(Reactor(user_id="b0b", username="Bob"),)),),
    }
)
DELETED = message(0).model_copy(update={"content": "", "deleted_at": NOW + 5, "changed_at": NOW + 5})
OWN = message(1).model_copy(update={"client_message_id": "7f5b0a2e-4f4d-4c58-9d4c-2b1f6d1e0a55"})
BOB = User(user_id="b0b", username="Bob")
KITCHEN = Room("kitchen", "Kitchen", "What is for lunch", "b0b", NOW)
BOBS = Membership("b0b", "kitchen", "Bob", "member", joined_at=NOW, muted_until=NOW + 1)
UNREAD = Unread(3, more=False)
INVITE = Invite("A" * 22, "kitchen", "b0b", NOW // 1000, 5)
PROFILE = Profile("b0b", "bob", "Bob", "", shows_last_seen=True, last_seen_at=1_763_856_000_000)
EXAMPLES = [
    (name, example["payload"]) for name, described in MESSAGES.items() for example in described["examples"]
]


def check(name: str, payload: Any) -> None:
    schema = {**MESSAGES[name]["payload"], "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(schema).validate(payload)


@pytest.mark.parametrize(("name", "payload"), EXAMPLES)
def test_examples_fit_their_schema(name: str, payload: Any) -> None:
    check(name, payload)


@pytest.mark.parametrize(("name", "payload"), [e for e in EXAMPLES if "action" in e[1]])
def test_the_functions_take_every_frame_that_is_described(name: str, payload: Any) -> None:
    frame = parse_frame(json.dumps(payload))

    assert frame.action == name
    if name in MODELS:
        taken = data_of(frame, MODELS[name]).model_dump(mode="json", by_alias=True, exclude_unset=True)
        assert taken == payload["data"]
    else:
        IN[name](frame)


def read(payload: Any) -> object:
    """Return what the functions make of a frame; raise as they do."""
    frame = parse_frame(json.dumps(payload))
    return data_of(frame, MODELS[frame.action]) if frame.action in MODELS else IN[frame.action](frame)


def fields_of(name: str) -> dict[str, Any]:
    """Return what the document says of the fields of a frame's `data`."""
    fields: dict[str, Any] = resolved(resolved(MESSAGES[name]["payload"])["properties"]["data"])["properties"]
    return fields


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema refers to, or is."""
    place = schema.get("$ref", "").rsplit("/", 1)[-1]
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][place] if place else schema
    return found


def of_another_type(described: dict[str, Any]) -> list[object]:
    """Return values that are none of those which the document allows for a field."""
    schema = {**described, "components": DOCUMENT["components"]}
    allows = jsonschema.Draft202012Validator(schema).is_valid
    return [value for value in ("yes", 1, 0, True, 1.5, [7], {"a": 1}) if not allows(value)]


@pytest.mark.parametrize(("name", "payload"), [e for e in EXAMPLES if "action" in e[1] and e[1].get("data")])
def test_a_field_of_another_type_than_described_is_refused(name: str, payload: Any) -> None:
    for field, described in fields_of(name).items():
        for value in of_another_type(described):
            if isinstance(value, str):  # what a text has to be is more than its type
                continue
            with pytest.raises(Refusal):
                assert read({**payload, "data": {**payload["data"], field: value}}) is None, (field, value)


def test_every_message_is_sent_or_received_by_an_operation() -> None:
    def of(operation: dict[str, Any]) -> list[dict[str, str]]:
        return [*operation["messages"], *operation.get("reply", {}).get("messages", [])]

    used = {ref["$ref"].rsplit("/", 1)[1] for each in DOCUMENT["operations"].values() for ref in of(each)}
    assert used == set(DOCUMENT["channels"]["chat"]["messages"])


def test_every_route_is_described(topology: Topology) -> None:
    described = {example["action"] for _, example in EXAMPLES if "action" in example}
    assert described == {route for route in topology.routes if not route.startswith("$")}


@pytest.mark.parametrize(("name", "payload"), [e for e in EXAMPLES if e[0].startswith("newMessage")])
def test_the_functions_read_the_messages_that_are_described(name: str, payload: Any) -> None:
    data = payload["data"] if isinstance(payload["data"], list) else [payload["data"]]

    replies = [new_message(Message.model_validate(each), reader=each["userId"]) for each in data]
    assert [reply["data"] for reply in replies] == data


@pytest.mark.parametrize(
    "reply",
    [
        new_message(message(1)),
        new_message(OWN, reader=OWN.user_id),
        message_history([message(2), OWN], reader=OWN.user_id),
        new_messages([message(1), message(2)]),
        message_history_v1([]),
        message_history_v1([message(1)]),
        {**message_history([CHANGED], reader="b0b"), "roomId": "global", "nextCursor": EDIT.sort_key},
        message_history([CHANGED], reader="b0b", made=[EDIT.sort_key], changed=[DELETED]),
        versions("global", EDIT.target, ["Helo", "Hallo"]),
        mentions(
            [CHANGED, OWN],
            reader=OWN.user_id,
            next_cursor=OWN.sort_key,
            added={CHANGED.sort_key: EDIT.created_at},
        ),
        search_results([CHANGED, OWN], reader="b0b", more_in=["global"], next_cursor=None),
        search_results([], reader="b0b", more_in=[], next_cursor=f"{EDIT.target}~"),
        change(EDIT),
        changes([EDIT, DELETION, REACTION]),
        replies.notice(notice(3)),
        replies.notice(notice(3, about=None).model_copy(update={"event": "created"})),
        message_history([message(2)], reader="b0b", made=[notice(3).sort_key], notices=[notice(3)]),
        members("global", [BOB], online=1, more=False, at=NOW),
        members("global", None, online=1_000, more=True, at=NOW),
        presence("global", [PresenceChange(user_id="b0b", username="Bob", online=False, at=NOW)]),
        typing("global", [BOB]),
        {"type": "room", "data": room_shown(KITCHEN)},
        {"type": "room", "data": room_shown(Room(f"~d{'0' * 32}", "", "", "b0b", NOW, other="a11ce"))},
        page(
            "rooms",
            [listed_shown(KITCHEN, Liveliness(3, more=False, last_activity_at=NOW))],
            None,
            by="roomId",
        ),
        page(
            "rooms",
            [listed_shown(KITCHEN, Liveliness(0, more=False, last_activity_at=None))],
            None,
            by="roomId",
        ),
        page(
            "memberships", [own_shown(BOBS, room, UNREAD, NOW) for room in (KITCHEN, None)], None, by="roomId"
        ),
        page("memberships", [member_shown(BOBS, NOW)], "next", by="userId"),
        {"type": "invite", "data": invite_shown(INVITE)},
        {"type": "profile", "data": profile_shown(PROFILE, "b0b")},
        {"type": "profiles", "data": {"profiles": [profile_shown(PROFILE, "a11ce")]}},
        {"type": "profiles", "data": {"profiles": [profile_shown(PROFILE, "a11ce")], "left": ["a11ce"]}},
        read_to("kitchen", message(1).sort_key),
        membership_changed("kitchen"),
        block_changed("b0b", is_blocked=False),
        page("blocked", [block_shown(Block("b0b", NOW))], "b0b", by="userId"),
        acknowledgement(),
        pong(NOW),
        pong(NOW, differs=["kitchen"], unsettled=[]),
        {**error(TokenExpired("the token has expired")), "requestId": "r1"},
        {**error(RateLimited("too much at once", retry_after_ms=3_000)), "requestId": "r1"},
    ],
)
def test_what_the_functions_answer_is_described(reply: Reply) -> None:
    name = str(reply["type"])
    check(DESCRIBED_AS.get(name, name), json.loads(encode(reply)))


def test_every_error_code_is_described() -> None:
    assert DOCUMENT["components"]["schemas"]["ErrorCode"]["enum"] == [code.value for code in ErrorCode]


def test_how_the_authors_client_names_a_message_is_told_to_nobody_else() -> None:
    shown = [new_message(OWN)["data"], new_message(OWN, reader=BOB.user_id)["data"]]
    shown += message_history_v1([OWN])["data"] + message_history([OWN], reader=BOB.user_id)["data"]
    shown += new_messages([OWN, message(2)])["data"]

    assert not any("clientMessageId" in each for each in shown)
    assert "lientMessageId" not in DeliveryJob(message=OWN).encode()
