"""The price of a million deliveries, by the size of the room, from counted calls and infra/prices.yaml.

A delivery is a message brought to a member of its room, the sender's echo included. What the reference posts
to members of other rooms is no delivery, but is paid. Calls are counted as in `make bench ONLY=calls`, in a
stack of 10,000 connections; read units follow from the bytes of an item. Messages are under 1 KB.

Assumed, since it takes AWS to measure: a post is answered after 10 ms, our worker has 64 in flight, the
reference's function makes 2,000 posts a second, and storing and publishing take 20 ms. Connection minutes are
the same on both sides and left out, as are logs and metrics.

`usd_per_million_sends` is what storing a message costs: `transaction` ours, which also keeps the client's id
and decides who may write, `reference` the reference's put. `delivery` is one post, to see it beside, and
`index` what it takes to find a message of eight different words by them.
`usd_per_million_changes` is the same for a change, by its kind: the rows of its transaction are counted.

`usd_per_million_profiles` is what names cost: a `first_handle`, `another_handle`, one `profile_told`.
`usd_per_million_goings` is what an end costs: the `deletion` of an account, each `text_erased` after it, each
`entry_expired` in a room with a retention. Deliveries and the index of words come to that.
`usd_per_million_notices` is what an act in a room costs that its history tells of, as that a role was set.

Below that the price of a million events by the connections of the room, 100 being the limit: `typing` is
the frame with its answer and the telling, `presence` what telling adds to a connect, join, leave or
disconnect, `members` the answer to a getMembers.
"""

from collections import Counter
from pathlib import Path

import yaml

from chatctl.estimate import WORDS_A_MESSAGE
from services.search.indexing import index
from services.search.revisions import Revision
from shared.stores.words import Words
from tests.bench.account_units import counted_units
from tests.bench.calls import CONNECTIONS, counted, counted_changes, counted_events
from tests.bench.moto_stack import moto_stack
from tests.bench.reference_send import SCANS
from tests.unit.examples import message

ITEM_BYTES = 150  # of a connection, as `moto_stack` writes them
READ_UNIT_BYTES = 8 * 1024  # an eventually consistent read of 4 KB is half a unit
POST_SECONDS, POSTS_IN_FLIGHT = 0.010, 64
REFERENCE_POSTS_PER_SECOND = 2_000  # docs/adr/0004: AWS's client for Node on one core
SEND_SECONDS = 0.020
WRITE_UNITS_OF_THE_REFERENCE = 2  # the table and its index
INDEXED_BY_A_CHANGE = 2  # the message's row and the entry's
GROUPS = dict.fromkeys(("first_handle", "another_handle", "profile_told"), "profiles") | {
    "role_set_and_noted": "notices"
}
PUBLISH_SECONDS, QUERY_SECONDS = 0.010, 0.005  # an event is not stored
SEND_GB, WORKER_GB = (
    0.5,
    1769 / 1024,
)  # infra/topology/topology.yaml; the reference's function gets as much as our worker


def run() -> dict[str, float]:
    prices = {
        name: float(entry["usd_per_million"]) / 1e6
        for name, entry in yaml.safe_load(Path("infra/prices.yaml").read_text(encoding="utf-8"))[
            "prices"
        ].items()
    }
    counts = counted()
    reference = _usd(_of_the_reference(counts.reference), prices)
    figures: dict[str, float] = {}
    for size, calls in counts.ours.items():
        name = f"usd_per_million_deliveries.{size}"
        figures[f"{name}.ours"] = _usd(_of_ours(calls, size), prices) / size * 1e6
        figures[f"{name}.reference"] = reference / size * 1e6
    name = "usd_per_million_sends"
    figures[f"{name}.transaction"] = prices["dynamodb_write_unit"] * _write_units(counts.ours[10]) * 1e6
    figures[f"{name}.reference"] = prices["dynamodb_write_unit"] * WRITE_UNITS_OF_THE_REFERENCE * 1e6
    figures[f"{name}.delivery"] = prices["websocket_message"] * 1e6
    figures[f"{name}.index"] = prices["dynamodb_write_unit"] * _index_units() * 1e6
    for kind, (_calls, rows) in counted_changes().items():
        units = 2 * rows + INDEXED_BY_A_CHANGE
        figures[f"usd_per_million_changes.{kind}"] = prices["dynamodb_write_unit"] * units * 1e6
    with moto_stack() as stack:
        of_accounts = counted_units(stack)
    for done, (written, read) in of_accounts.items():
        group = GROUPS.get(done, "goings")
        usd = prices["dynamodb_write_unit"] * written + prices["dynamodb_read_unit"] * read
        figures[f"usd_per_million_{group}.{done}"] = usd * 1e6
    for size, calls in counted_events().items():
        name = f"usd_per_million_events.{size}"
        telling = _of_an_event(calls, size)
        figures[f"{name}.typing"] = (_usd(telling, prices) + _usd(_of_a_frame(0), prices)) * 1e6
        figures[f"{name}.presence"] = _usd(telling, prices) * 1e6
        figures[f"{name}.members"] = _usd(_of_members(size), prices) * 1e6
    return figures


def _usd(usage: dict[str, float], prices: dict[str, float]) -> float:
    return sum(prices[name] * amount for name, amount in usage.items())


def _of_ours(calls: Counter[str], size: int) -> dict[str, float]:
    posting = calls["Post"] / POSTS_IN_FLIGHT * POST_SECONDS
    return {
        "websocket_message": 2 + calls["Post"],  # the frame in, the echo out
        "dynamodb_write_unit": _write_units(calls),
        "dynamodb_read_unit": max(1.0, size * ITEM_BYTES / READ_UNIT_BYTES),
        "sns_publish": calls["Publish"],
        "sqs_request": calls["ReceiveMessage"] + calls["DeleteMessageBatch"] + calls["SendMessageBatch"],
        "lambda_request": 1 + calls["Invoke"],
        "lambda_gb_second": SEND_SECONDS * SEND_GB + posting * WORKER_GB,
    }


def _write_units(calls: Counter[str]) -> float:
    """A transaction costs twice the units of its rows; the index of messages is written after it."""
    rows = 4  # the message, the client's id, the sender's status, their membership, which is only looked at
    return (2 * rows + 1) * calls["TransactWriteItems"]


def _index_units() -> int:
    """Return how many rows of less than a KB the index writes, counted."""
    said = message(content=" ".join("abcdefgh"[:WORDS_A_MESSAGE]))
    with moto_stack() as stack:
        return index([Revision(None, said)], Words(stack.dynamodb, "words"))


def _of_an_event(calls: Counter[str], size: int) -> dict[str, float]:
    posting = calls["Post"] / POSTS_IN_FLIGHT * POST_SECONDS
    return {
        "websocket_message": calls["Post"],
        "dynamodb_read_unit": calls["Query"] * _read_units(size),
        "sns_publish": calls["Publish"],
        "sqs_request": calls["ReceiveMessage"] + calls["DeleteMessageBatch"],
        "lambda_request": calls["Invoke"],
        "lambda_gb_second": PUBLISH_SECONDS * SEND_GB + (QUERY_SECONDS + posting) * WORKER_GB,
    }


def _of_a_frame(seconds: float) -> dict[str, float]:
    """A frame in and its answer out, by a function of the size of ingest's."""
    return {"websocket_message": 2, "lambda_request": 1, "lambda_gb_second": seconds * SEND_GB}


def _of_members(size: int) -> dict[str, float]:
    return {**_of_a_frame(QUERY_SECONDS), "dynamodb_read_unit": _read_units(size)}


def _read_units(size: int) -> float:
    return max(0.5, size * ITEM_BYTES / READ_UNIT_BYTES)


def _of_the_reference(calls: Counter[str]) -> dict[str, float]:
    posts = calls["PostToConnection"]
    return {
        "websocket_message": 1 + posts,  # the sender's own comes as a post
        "dynamodb_write_unit": WRITE_UNITS_OF_THE_REFERENCE * calls["PutItem"],
        "dynamodb_read_unit": SCANS * CONNECTIONS * ITEM_BYTES / READ_UNIT_BYTES,
        "lambda_request": 1,
        "lambda_gb_second": (SEND_SECONDS + POST_SECONDS + posts / REFERENCE_POSTS_PER_SECOND) * WORKER_GB,
    }
