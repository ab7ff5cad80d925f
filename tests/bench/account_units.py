"""What accounts and rooms take of DynamoDB, counted in moto: names, ends, retention, notices."""

import time
from collections.abc import Callable

from infra.topology.file import load_topology
from services.ingest.erasing import SETTLED_MS, Eraser, erase
from shared.noting import notice_of
from shared.protocol.message import sort_key
from shared.rooms import private_room_id
from shared.stores.blocks import Blocks
from shared.stores.connections import Connections
from shared.stores.erasures import Erasures
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mentioned
from shared.stores.notices import Notices
from shared.stores.old_entries import OldEntries
from shared.stores.profiles import Profile, Profiles
from shared.stores.traces import Traces
from shared.stores.users import Users, status_key
from tests.bench.moto_stack import ALICE, MotoStack
from tests.bench.units import calls_of, read_units, write_units

ASKED_FOR = 100  # profiles, as many as one frame asks for
TEXTS = 10
EXPIRED = 100  # entries of a step


def counted_units(stack: MotoStack) -> dict[str, tuple[float, float]]:
    """Write and read units by what is done; of profiles, texts and entries for each of them."""
    return {
        **_profiles(stack),
        "deletion": _deletion(stack),
        "entry_expired": _expiring(stack),
        "text_erased": _erasing(stack),
        "role_set_and_noted": _noting(stack),
    }


def _profiles(stack: MotoStack) -> dict[str, tuple[float, float]]:
    profiles, now = Profiles(stack.dynamodb, "users"), int(time.time())
    first, second = Profile("bob", "bob.1", "Bob"), Profile("bob", "bob.2", "Bob")
    asked = [f"user-{number}" for number in range(ASKED_FOR)]
    return {
        "first_handle": _units(stack, lambda: profiles.put(first, None, now)),
        "another_handle": _units(stack, lambda: profiles.put(second, first, now)),
        "profile_told": _units(stack, lambda: profiles.find_all(asked), ASKED_FOR),
    }


def _deletion(stack: MotoStack) -> tuple[float, float]:
    return _units(stack, lambda: Erasures(stack.dynamodb, "users").begin("bob", "bob.2", int(time.time())))


def _erasing(stack: MotoStack) -> tuple[float, float]:
    """Erase an account that wrote some texts; the little that is done once for all of them is counted in."""
    for _ in range(TEXTS):
        stack.send("kitchen")
    deleted_at = int(time.time() * 1000)
    erasures = Erasures(stack.dynamodb, "users")
    erasures.finish("bob")
    erasures.begin(ALICE.user_id, None, deleted_at)
    eraser = Eraser(
        erasures=erasures,
        traces=Traces(stack.dynamodb, "messages", "rooms"),
        memberships=Memberships(stack.dynamodb, "memberships"),
        users=Users(stack.dynamodb, "users"),
        notices=Notices("messages"),
        connections=Connections(stack.dynamodb, "connections"),
        blocks=Blocks(stack.dynamodb, "users", "memberships"),
        mentioned=Mentioned(stack.dynamodb, "users"),
        close=lambda _id: None,
        publish=lambda _entry: None,
        now=lambda: (deleted_at + SETTLED_MS) / 1000,
        sleep=lambda _seconds: None,
        random_bytes=bytes,
    )
    with calls_of(stack.dynamodb) as calls:
        taken_back = erase(eraser).taken_back
    assert taken_back >= TEXTS
    units = write_units(calls, load_topology().tables) / taken_back, 0.0
    stack.dynamodb.delete_item(TableName="users", Key=status_key(ALICE.user_id))  # she goes on sending
    return units


def _expiring(stack: MotoStack) -> tuple[float, float]:
    for _ in range(EXPIRED):
        stack.send("hall")
    entries = OldEntries(stack.dynamodb, "messages", "rooms")
    old = entries.of_room("hall", sort_key(int(time.time() * 1000) + 1_000, ""), EXPIRED)
    assert len(old) == EXPIRED
    return _units(stack, lambda: entries.remove("hall", old), EXPIRED)


def _noting(stack: MotoStack) -> tuple[float, float]:
    """Give a member another role: the membership's row and the notice in one transaction."""
    memberships, now = Memberships(stack.dynamodb, "memberships"), int(time.time() * 1000)
    room = private_room_id(bytes(16))
    memberships.join(Membership("bob", room, "Bob", "member", now))
    notice = notice_of("roleSet", room, ALICE, now, about="bob", role="moderator")
    also = Notices("messages").puts(notice)
    return _units(stack, lambda: memberships.set_role("bob", room, "moderator", also=also))


def _units(stack: MotoStack, do: Callable[[], object], shared_by: int = 1) -> tuple[float, float]:
    with calls_of(stack.dynamodb) as calls:
        do()
    return write_units(calls, load_topology().tables) / shared_by, read_units(calls) / shared_by
