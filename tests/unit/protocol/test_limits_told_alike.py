"""A limit that the functions hold is told alike by the page and the documents, which cannot import it."""

from typing import Any

import pytest
from pydantic import BaseModel

from infra.repository import ROOT
from infra.topology.file import load_topology
from shared.protocol.frames import CONTENT_LIMIT_CHARACTERS, PAGE_LIMIT_MESSAGES, QUERY_LIMIT_CHARACTERS
from shared.protocol.profile_frames import DISPLAY_NAME_LIMIT_CHARACTERS, STATUS_LIMIT_CHARACTERS
from shared.protocol.refusals import ErrorCode
from shared.protocol.room_frames import (
    REASON_LIMIT_CHARACTERS,
    TITLE_LIMIT_CHARACTERS,
    TOPIC_LIMIT_CHARACTERS,
)
from shared.rate import Bucket
from tests.unit.protocol.test_asyncapi import MESSAGES, MODELS, resolved

HOUR_SECONDS = 60 * 60
DAY_MS = 24 * HOUR_SECONDS * 1000
TOPOLOGY = load_topology()
ENVIRONMENT = TOPOLOGY.environment
README, COMPONENTS = "docs/protocol/README.md", "frontend/src/components"
IN_WORDS = {1: "a second", 2: "two seconds", 3: "three seconds", 5: "five seconds"}
BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")


def _bucket(variable: str) -> Bucket:
    return Bucket.of(str(ENVIRONMENT[variable].user_limit))


def _value(variable: str) -> int:
    source = ENVIRONMENT[variable]
    return int(str(source.value or source.user_limit))


MESSAGE, TYPING, HANDLE = _bucket("MESSAGE_LIMIT"), _bucket("TYPING_LIMIT"), _bucket("HANDLE_LIMIT")
CONVERSATION, SEARCH, ROOM = _bucket("CONVERSATION_LIMIT"), _bucket("SEARCH_LIMIT"), _bucket("NEW_ROOM_LIMIT")
PRESENCE = next(each for each in TOPOLOGY.functions["fanout"].consumes if each.queue == "presence")
PRESENCE_SECONDS = PRESENCE.batching_window_seconds
CONTENT = f"{CONTENT_LIMIT_CHARACTERS:,} characters"
TOLD = [
    ("frontend/src/protocol/frames.ts", f"CONTENT_LIMIT = {CONTENT_LIMIT_CHARACTERS:_};"),
    ("frontend/src/protocol/frames.ts", f"PAGE_LIMIT = {PAGE_LIMIT_MESSAGES};"),
    (README, f"`CONTENT_TOO_LONG` (over {CONTENT})"),
    (
        "frontend/src/conversation/messageActions.ts",
        f"EDIT_WINDOW_MS = {_value('EDIT_WINDOW_SECONDS') // HOUR_SECONDS} * 60 * 60 * 1_000;",
    ),
    ("frontend/src/composables/account/fieldChecks.ts", f"NAME_LIMIT = {DISPLAY_NAME_LIMIT_CHARACTERS};"),
    (f"{COMPONENTS}/people/ProfileForm.vue", f'maxlength="{DISPLAY_NAME_LIMIT_CHARACTERS}"'),
    (f"{COMPONENTS}/people/ProfileForm.vue", f'maxlength="{STATUS_LIMIT_CHARACTERS}"'),
    (f"{COMPONENTS}/rooms/CreateRoomForm.vue", f'maxlength="{TITLE_LIMIT_CHARACTERS}"'),
    (f"{COMPONENTS}/rooms/CreateRoomForm.vue", f'maxlength="{TOPIC_LIMIT_CHARACTERS}"'),
    (f"{COMPONENTS}/rooms/RoomSettingsForm.vue", f'maxlength="{TITLE_LIMIT_CHARACTERS}"'),
    (f"{COMPONENTS}/rooms/RoomSettingsForm.vue", f'maxlength="{TOPIC_LIMIT_CHARACTERS}"'),
    (f"{COMPONENTS}/rooms/RoomDirectory.vue", f'maxlength="{TITLE_LIMIT_CHARACTERS}"'),
    (f"{COMPONENTS}/rooms/ReportForm.vue", f'maxlength="{REASON_LIMIT_CHARACTERS}"'),
    (f"{COMPONENTS}/search/MessageSearch.vue", f'maxlength="{QUERY_LIMIT_CHARACTERS}"'),
    (README, f"{MESSAGE.burst} messages at once and one more every {MESSAGE.every_ms} ms"),
    (README, f"{TYPING.burst} notices of typing and one more every {TYPING.every_ms} ms"),
    (README, f"{_bucket('MOVE_LIMIT').burst} rooms joined or left"),
    (README, f"{_bucket('MEMBERS_LIMIT').burst} looks at who is online"),
    (README, f"{_bucket('HISTORY_LIMIT').burst} pages of history"),
    (README, f"{SEARCH.burst} searches,"),
    ("docs/subsystems/search.md", f"{SEARCH.burst} searches at once and one more every"),
    (README, f"{_bucket('MY_ROOMS_LIMIT').burst} lists of one's rooms"),
    (README, f"{_bucket('MODERATION_LIMIT').burst} acts on members"),
    (README, f"{_bucket('ROOM_ACTION_LIMIT').burst} other actions on rooms"),
    (README, f"{DAY_MS // ROOM.every_ms} reports a day"),
    (README, f"{_bucket('PROFILE_LIMIT').burst} changes of a profile"),
    (README, f"{HANDLE.burst} other handles and one more a week"),
    (
        README,
        f"{CONVERSATION.burst} conversations begun and one more every"
        f" {CONVERSATION.every_ms // 60_000} minutes",
    ),
    (README, f"{DAY_MS // ROOM.every_ms} rooms made a day"),
    (
        README,
        f"{_value('USER_CONNECTION_LIMIT')} connections, {_value('CONNECTION_ROOM_LIMIT')} rooms on each",
    ),
    (README, f"of their user's {_bucket('CONNECT_LIMIT').burst} handshakes"),
    ("docs/subsystems/presence.md", f"presence queue ──{PRESENCE_SECONDS} s──►"),
    ("docs/glossary.md", f"waits up to {IN_WORDS[PRESENCE_SECONDS]} for more"),
    *((README, f"`{code}`") for code in ErrorCode),
]


@pytest.mark.parametrize(("path", "words"), TOLD)
def test_a_limit_is_told_as_the_functions_hold_it(path: str, words: str) -> None:
    told = " ".join((ROOT / path).read_text(encoding="utf-8").split())

    assert words in told, f"{path} does not say {words!r}, as shared/ and infra/topology/topology.yaml do"


@pytest.mark.parametrize("action", ["sendMessage", "editMessage"])
def test_the_document_tells_how_long_a_message_may_be(action: str) -> None:
    content = MESSAGES[action]["payload"]["properties"]["data"]["properties"]["content"]

    assert f"1 to {CONTENT}" in content["description"]


@pytest.mark.parametrize("action", MODELS)
def test_the_document_bounds_a_field_as_its_model_does(action: str) -> None:
    described = MESSAGES[action]["payload"]["properties"]["data"].get("properties", {})
    for name, field in _fields_of(MODELS[action]).items():
        document = resolved(described.get(name, {}))
        for bound in set(BOUNDS) & field.keys() & document.keys():
            assert document[bound] == field[bound], (
                f"{bound} of {name} of {action} in docs/protocol/asyncapi.yaml"
            )


def _fields_of(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Return the JSON schema of each field; of one that may be null that of what it is else."""
    properties: dict[str, dict[str, Any]] = model.model_json_schema(by_alias=True).get("properties", {})
    return {name: {**field.get("anyOf", [{}])[0], **field} for name, field in properties.items()}
