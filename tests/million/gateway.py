"""API Gateway: `@connections` under the account's request quota, and new connections under theirs."""

import heapq
import json
import random
from collections.abc import Callable
from itertools import count

from shared.aws.callback import Answer, Frame
from shared.aws.failures import TIMED_OUT
from tests.million.data import Aws
from tests.million.meters import Meters
from tests.million.population import Population
from tests.simulation.functions import EPOCH
from tests.simulation.gateway import CAPACITY
from tests.simulation.scheduler import Scheduler

OK, GONE, TOO_MANY, UNAVAILABLE = 200, 410, 429, 500
NAMES = {GONE: "410 Gone", TOO_MANY: "429 Too Many Requests", UNAVAILABLE: "500 Internal Server Error"}
SHORTEST_SHARE = 0.05  # of the quota that posts get however much else there is


class Api:
    """The stage: who is connected, and two token buckets.

    `others` is how many requests a second clients make; they take their share of the bucket. In a region in
    trouble `failing` is the share of posts that are refused, `throttled_to` the share of the quota left.
    """

    def __init__(
        self, scheduler: Scheduler, aws: Aws, population: Population, meters: Meters, chance: random.Random
    ) -> None:
        self.scheduler = scheduler
        self.population = population
        self.meters = meters
        self.others = 0.0
        self.failing = 0.0
        self.throttled_to = 1.0
        self.post_cpu_seconds = aws.sizes["post_cpu_seconds"]
        self.chance = chance
        self.took = aws.latencies["post"].drawn(chance)
        self.refused = aws.latencies["post_refused"].drawn(chance)
        self.watchers: dict[int, Callable[[Frame], None]] = {}
        self._quota = aws.quotas["api_requests_per_second"]
        self._burst = aws.quotas["api_request_burst"]
        self._connecting = aws.quotas["new_connections_per_second"]
        self._tokens, self._filled_at = self._burst, 0.0
        self._slots, self._slots_filled_at = self._connecting, 0.0
        self._created: dict[str, list[float]] = {}

    def admit(self) -> bool:
        """Take one request off the quota; False if there is none left."""
        now = self.scheduler.now
        rate = max(self._quota * SHORTEST_SHARE, self._quota - self.others) * self.throttled_to
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * rate)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def admit_connection(self) -> bool:
        """Take one off the quota of new connections; False if there is none left."""
        now = self.scheduler.now
        self._slots = min(self._connecting, self._slots + (now - self._slots_filled_at) * self._connecting)
        self._slots_filled_at = now
        self.meters.ask("new_connections_per_second", now)
        if self._slots < 1:
            return False
        self._slots -= 1
        return True

    def post(self, connection_id: str, frame: Frame) -> int:
        """Return the status of a post; what arrives is counted with its lag."""
        now = self.scheduler.now
        self.meters.ask("api_requests_per_second", now)
        if not self.admit():
            self.meters.counts["posts throttled"] += 1
            return TOO_MANY
        if self.failing and self.chance.random() < self.failing:
            self.meters.counts["posts failed"] += 1
            return UNAVAILABLE
        if not self.population.is_open(connection_id):
            self.meters.counts["posts gone"] += 1
            return GONE
        self.meters.usage["websocket_message"] += 1
        return OK

    def arrive(self, connection_id: str, frame: Frame) -> None:
        """Count the messages of a frame that was taken."""
        created = self._created_in(frame)
        if not created and not self.watchers:
            return
        number = int(connection_id.partition(".")[0])
        in_largest = number < self.population.sizes[0]
        for created_at in created:
            self.meters.arrived(self.scheduler.now, self.scheduler.now - created_at, in_largest)
        if self.watchers:
            watcher = self.watchers.get(number)
            if watcher:
                watcher(frame)

    def _created_in(self, frame: Frame) -> list[float]:
        known = self._created.get(frame.digest)
        if known is None:
            data = json.loads(frame.body)
            messages = data["data"] if isinstance(data.get("data"), list) else [data.get("data", {})]
            known = [each["createdAt"] / 1000 - EPOCH for each in messages if "createdAt" in each]
            if not known:
                self.meters.counts["presence frames"] += 1
            if len(self._created) > 50_000:
                self._created.clear()
            self._created[frame.digest] = known
        return known


class Callback:
    """One worker's client of `@connections`, as `services.fanout.posting.SupportsCallbacks` wants it."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._coming: list[tuple[float, int, Answer, str, Frame]] = []
        self._order = count()
        self.capacity = CAPACITY
        self._debt = 0.0  # seconds of CPU that this worker has used and not yet spent

    @property
    def in_flight(self) -> int:
        """How many requests are not yet answered."""
        return len(self._coming)

    def post(self, connection_id: str, frame: Frame, *, timeout_seconds: float, tag: object) -> None:
        """Begin a post."""
        api = self._api
        self._debt += api.post_cpu_seconds
        status = api.post(connection_id, frame)
        after = api.took() if status in (OK, GONE) else api.refused()
        answer = Answer(tag, status, NAMES.get(status, ""))
        if after > timeout_seconds:
            after, answer = timeout_seconds, Answer(tag, None, TIMED_OUT)
        due = api.scheduler.now + self._debt + after
        heapq.heappush(self._coming, (due, next(self._order), answer, connection_id, frame))

    def close(self, connection_id: str, *, timeout_seconds: float, tag: object) -> None:
        """Begin to close a connection."""
        api = self._api
        taken = api.admit()
        if taken and api.population.is_open(connection_id):
            api.population.drop(int(connection_id.partition(".")[0]))
            api.meters.counts["connections closed"] += 1
        status = OK if taken else TOO_MANY
        due = api.scheduler.now + api.took()
        answer = Answer(tag, status, NAMES.get(status, ""))
        heapq.heappush(self._coming, (due, next(self._order), answer, connection_id, Frame(b"", "")))

    def answers(self, wait_seconds: float) -> list[Answer]:
        """Wait for at least one answer, `wait_seconds` at most."""
        scheduler, coming = self._api.scheduler, self._coming
        ends = scheduler.now + max(0.0, wait_seconds)
        begins = max(scheduler.now + self._debt, min(coming[0][0], ends) if coming else ends)
        self._debt = 0.0
        if begins > scheduler.now:
            scheduler.sleep(begins - scheduler.now)
        found = []
        while coming and coming[0][0] <= scheduler.now:
            _, _, answer, connection_id, frame = heapq.heappop(coming)
            if answer.status == OK and frame.body:
                self._api.arrive(connection_id, frame)
            found.append(answer)
        return found

    def abandon(self) -> None:
        """Forget what is in flight."""
        self._coming.clear()
