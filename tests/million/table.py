"""DynamoDB's connections table and its `roomId-index`: pages of 1 MB, and an index key's read units."""

import random
from collections.abc import Collection

from shared.protocol.refusals import RateLimited
from shared.stores.connections import Connections, Member, MemberPage, Occupant, Occupants, Presence
from tests.million.data import Aws
from tests.million.meters import Meters
from tests.million.population import Population
from tests.simulation.scheduler import Scheduler

READ_UNIT_BYTES = 8 * 1024  # half a unit for 4 KB, eventually consistent


class Table(Connections):
    """`failing` is the share of queries that are throttled without a reason, in a region in trouble."""

    def __init__(
        self, scheduler: Scheduler, aws: Aws, population: Population, meters: Meters, chance: random.Random
    ) -> None:
        self.failing = 0.0
        self._scheduler = scheduler
        self._population = population
        self._meters = meters
        self._chance = chance
        self._page = int(aws.sizes["index_page_items"])
        self._item_bytes = aws.sizes["index_item_bytes"]
        self._units_a_second = aws.quotas["index_key_read_units_per_second"]
        self._query = aws.latencies["query_page"].drawn(chance)
        self._write = aws.latencies["write"].drawn(chance)
        self._read: dict[tuple[str, int], float] = {}

    def members(self, room_id: str, now_seconds: int, after: str | None = None) -> MemberPage:
        """Return a page of a room's members."""
        ids = self._population.rows_of(int(room_id))
        first = int(after) if after else 0
        page = ids[first : first + self._page]
        self._charge(room_id, len(page))
        self._scheduler.sleep(self._query() * max(0.25, len(page) / self._page))
        last = first + len(page)
        return MemberPage([Member(each, "v2") for each in page], str(last) if last < len(ids) else None)

    def occupants(self, room_id: str, now_seconds: int, limit: int) -> Occupants:
        """Return who is in a room, `limit` at most."""
        found = self._population.rows_of(int(room_id), limit + 1)
        self._charge(room_id, len(found))
        self._scheduler.sleep(self._query() / 4)
        return Occupants(
            [Occupant(each, "v2", each.partition(".")[0], "user", ttl=0) for each in found[:limit]],
            more=len(found) > limit,
        )

    def present(self, wanted: Collection[Presence]) -> set[Presence]:
        """Return who is still there: nobody is removed on that day."""
        self._scheduler.sleep(self._query() / 4)
        self._meters.usage["dynamodb_read_unit"] += len(wanted)
        return set(wanted)

    def remove(self, connection_id: str, room_id: str) -> bool:
        """Remove a row."""
        self._scheduler.sleep(self._write())
        self._meters.usage["dynamodb_write_unit"] += 2
        return self._population.remove_row(connection_id)

    def remove_gone(self, connection_id: str, room_id: str, now_seconds: float) -> bool:
        """Remove the row of a connection that is gone."""
        self._meters.counts["rows of gone connections removed"] += 1
        return self.remove(connection_id, room_id)

    def _charge(self, room_id: str, items: int) -> None:
        units = max(0.5, items * self._item_bytes / READ_UNIT_BYTES)
        second = (room_id, int(self._scheduler.now))
        used = self._read.get(second, 0.0) + units
        if len(self._read) > 100_000:
            self._read.clear()
        self._read[second] = used
        self._meters.reached("index_key_read_units_per_second", used)
        if used > self._units_a_second or (self.failing and self._chance.random() < self.failing):
            self._meters.counts["queries throttled"] += 1
            self._scheduler.sleep(self._write())
            raise RateLimited("throttled")
        self._meters.usage["dynamodb_read_unit"] += units
