"""Who is mentioned is who the text names by now, may read it, and did not write it; however records come."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.search.mentioning import HERE_LIMIT_CONNECTIONS, People, note_mentions
from services.search.revisions import Revision
from shared.auth.identity import Identity
from shared.protocol.mentions import mentions_in
from shared.protocol.message import Message
from shared.rooms import private_room_id
from shared.stores.blocks import Blocks
from shared.stores.connections import Connections
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mention, Mentioned
from shared.stores.profiles import Profile, Profiles
from tests.support.share_of_examples import of_fifty
from tests.unit.examples import ALICE, BOB, NOW, NOW_SECONDS, connection, message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CAROL = Identity("car0l", "Carol")
EVERYBODY = (ALICE, BOB, CAROL)
PRIVATE = private_room_id(bytes(16))


@pytest.fixture
def mentioned(dynamodb: "DynamoDBClient") -> Mentioned:
    return Mentioned(dynamodb, "users")


@pytest.fixture
def people(dynamodb: "DynamoDBClient", memberships: Memberships, connections: Connections) -> People:
    profiles = Profiles(dynamodb, "users")
    for each in EVERYBODY:
        profiles.put(Profile(each.user_id, each.username.lower(), each.username), None, NOW_SECONDS)
    return People(profiles, memberships, connections, Blocks(dynamodb, "users", "memberships"))


def written(mentioned: Mentioned) -> list[Mention]:
    """The mentions of everybody."""
    found = (
        mentioned.of_user(each.user_id, before=None, limit=100, now_seconds=NOW_SECONDS) for each in EVERYBODY
    )
    return list(chain.from_iterable(found))


def rows(mentioned: Mentioned) -> list[tuple[str, str, str]]:
    """The mentions of everybody as user, place and what they are mentioned by."""
    return [(each.user_id, each.sort_key, each.handle) for each in written(mentioned)]


def states(said: Message, texts: Sequence[str | None]) -> list[Revision]:
    """The records of a message that says one text after the other; None deletes it.

    Its edits are at 1, 2 and so on, ms.
    """
    messages = [
        said.model_copy(
            update={
                "content": text or "",
                "deleted_at": NOW if text is None else None,
                "edited_at": number or None,
            }
        )
        for number, text in enumerate(texts)
    ]
    return [Revision(None, messages[0]), *(Revision(*each) for each in pairwise(messages))]


def test_whoever_is_called_so_is_mentioned_and_nobody_by_themselves(
    mentioned: Mentioned, people: People
) -> None:
    said = message(1, content="@BOB and @alice, @nobody, `@carol`")

    assert note_mentions([Revision(None, said)], mentioned, people, NOW) == 1
    assert rows(mentioned) == [(BOB.user_id, said.sort_key, "bob")]


def test_what_looks_like_a_handle_is_not_it(mentioned: Mentioned, people: People) -> None:
    note_mentions([Revision(None, message(1, content="@b0b @bоb"))], mentioned, people, NOW)  # noqa: RUF001 - they look alike, which is the point

    assert rows(mentioned) == []


def test_only_those_are_mentioned_who_may_read_it(
    mentioned: Mentioned, people: People, memberships: Memberships
) -> None:
    for room in (PRIVATE, "global"):
        memberships.join(Membership(BOB.user_id, room, "Bob", "member", NOW))
        memberships.join(Membership(CAROL.user_id, room, "Carol", "member", NOW))
        memberships.ban(CAROL.user_id, room, NOW + 60_000, NOW)
    closed, public = message(1, room=PRIVATE, content="@bob @carol"), message(2, content="@bob @carol")
    memberships.leave(BOB.user_id, PRIVATE, NOW)

    note_mentions([Revision(None, closed), Revision(None, public)], mentioned, people, NOW)

    assert rows(mentioned) == [(BOB.user_id, public.sort_key, "bob")]


def test_nobody_is_told_of_whom_they_block(
    mentioned: Mentioned, people: People, connections: Connections
) -> None:
    for place, user in enumerate((BOB, CAROL)):
        connections.put(replace(connection(f"c{place}=", identity=user), ttl=NOW_SECONDS + 60))
    people.blocks.put(BOB.user_id, ALICE.user_id, NOW)
    named, called = message(1, content="@bob @carol"), message(2, content="@here")
    called = called.model_copy(update={"mentions_here": True})

    note_mentions([Revision(None, named), Revision(None, called)], mentioned, people, NOW)

    assert rows(mentioned) == [
        (CAROL.user_id, called.sort_key, "here"),
        (CAROL.user_id, named.sort_key, "carol"),
    ]


def test_here_mentions_whoever_is_there_each_once(
    mentioned: Mentioned, people: People, connections: Connections
) -> None:
    for place, user in enumerate((ALICE, BOB, BOB, CAROL)):
        connections.put(replace(connection(f"c{place}=", identity=user), ttl=NOW_SECONDS + 60))
    said = message(1, content="@here @carol").model_copy(update={"mentions_here": True})

    note_mentions([Revision(None, said)], mentioned, people, NOW)

    assert rows(mentioned) == [
        (BOB.user_id, said.sort_key, "here"),
        (CAROL.user_id, said.sort_key, "carol"),
    ]


def test_here_is_a_word_where_its_author_may_not(
    mentioned: Mentioned, people: People, connections: Connections
) -> None:
    connections.put(connection("c1=", identity=BOB))

    assert note_mentions([Revision(None, message(1, content="@here"))], mentioned, people, NOW) == 0


def test_here_looks_at_so_many_and_no_more(
    mentioned: Mentioned, people: People, connections: Connections
) -> None:
    for number in range(HERE_LIMIT_CONNECTIONS + 10):
        connections.put(connection(f"c{number:03}=", identity=Identity(f"user-{number}", "U")))
    said = message(1, content="@here").model_copy(update={"mentions_here": True})

    assert note_mentions([Revision(None, said)], mentioned, people, NOW) == HERE_LIMIT_CONNECTIONS


def test_a_reaction_or_a_text_without_mentions_costs_no_call(
    calls: list[str], mentioned: Mentioned, people: People
) -> None:
    said = message(1, content="@bob")
    calls.clear()

    note_mentions([Revision(said, said), Revision(None, message(2))], mentioned, people, NOW)

    assert calls == []


def test_here_that_an_edit_adds_is_since_then(
    mentioned: Mentioned, people: People, connections: Connections
) -> None:
    connections.put(connection("c1=", identity=BOB))
    meant = message(1).model_copy(update={"mentions_here": True})

    note_mentions(states(meant, ["all", "@here", "@here!"]), mentioned, people, NOW)

    assert written(mentioned) == [Mention(BOB.user_id, "global", meant.sort_key, "here", 1)]


def test_a_mention_runs_out(mentioned: Mentioned) -> None:
    mentioned.write([Mention(BOB.user_id, "global", message(1).sort_key, "bob")], [])

    later = NOW_SECONDS + 90 * 24 * 60 * 60 + 1
    assert mentioned.of_user(BOB.user_id, before=None, limit=9, now_seconds=later) == []


TEXTS = st.one_of(
    st.none(),
    st.lists(st.sampled_from(["@bob", "@carol", "@alice", "@x", "`@bob`", "so"]), max_size=3).map(" ".join),
)


def batches(done: Sequence[Revision], cuts: Sequence[int]) -> Iterator[Sequence[Revision]]:
    """The records in parts, each of which comes twice."""
    for start, end in pairwise(sorted({0, len(done), *(cut % (len(done) + 1) for cut in cuts)})):
        yield done[start:end]
        yield done[start:end]


@given(texts=st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=4), cuts=st.lists(st.integers(0, 99)))
@settings(max_examples=of_fifty(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_are_what_the_texts_say_however_often_and_in_whatever_parts_records_come(
    mentioned: Mentioned, people: People, texts: list[list[str | None]], cuts: list[int]
) -> None:
    number = abs(hash((str(texts), str(cuts)))) % 10**9
    said = [message(number + place) for place in range(len(texts))]
    done = [revision for each, those in zip(said, texts, strict=True) for revision in states(each, those)]

    for part in batches(done, cuts):
        note_mentions(part, mentioned, people, NOW)

    places = {each.sort_key for each in said}
    naive = {
        Mention(user.user_id, "global", each.sort_key, handle, since)
        for each, those in zip(said, texts, strict=True)
        for user, handle in ((BOB, "bob"), (CAROL, "carol"))
        if (since := said_since(handle, those)) is not None
    }
    assert {each for each in written(mentioned) if each.sort_key in places} == naive


def said_since(handle: str, texts: Sequence[str | None]) -> int | None:
    """Since which edit a message that said these texts mentions somebody; 0 from its start, None if not."""
    since = None
    for edit, text in enumerate(texts):
        if handle not in mentions_in(text or "").handles:
            since = None
        elif since is None:
            since = edit
    return since
