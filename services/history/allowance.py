"""How often a connection may have its rooms compared, counted in this process alone: that costs no call.

A comparison writes nothing, and an idle client is to cost nothing but its reads: a bucket in the user's row
would be a write for each. A flood is spread over as many processes as it keeps busy, each of which refuses
it.
"""

from shared.protocol.refusals import RateLimited
from shared.rate import Bucket
from shared.recent import Recent

# A client compares when it connects, then every five minutes.
COMPARISONS = Bucket(burst=20, every_ms=3_000)
CONNECTIONS_KEPT = 10_000  # some 2 MB


class Allowance:
    """The buckets of the connections that compared last."""

    def __init__(self, bucket: Bucket = COMPARISONS) -> None:
        self._bucket = bucket
        self._spent_until = Recent[str, int](CONNECTIONS_KEPT)

    def spend(self, connection_id: str, now: int) -> None:
        """Let a connection do it once more at `now`, epoch ms.

        Raises:
            RateLimited: it does it too often.
        """
        spent_until = self._spent_until.get(connection_id) or 0
        if wait := self._bucket.wait_ms(spent_until, now):
            raise RateLimited("too many comparisons at once", retry_after_ms=wait)
        self._spent_until.put(connection_id, self._bucket.after_one(spent_until, now))
