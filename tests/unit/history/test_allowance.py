import pytest

from services.history import allowance
from services.history.allowance import Allowance
from shared.protocol.refusals import RateLimited
from shared.rate import Bucket
from tests.unit.examples import NOW


def test_each_connection_has_a_bucket_of_its_own_that_fills_again() -> None:
    spent = Allowance(Bucket(burst=2, every_ms=1_000))
    for now in (NOW, NOW + 1):
        spent.spend("a=", now)

    with pytest.raises(RateLimited) as refusal:
        spent.spend("a=", NOW + 2)
    spent.spend("b=", NOW + 2)

    wait = refusal.value.retry_after_ms
    assert wait
    spent.spend("a=", NOW + 2 + wait)


def test_as_many_are_kept_as_there_is_room_for_the_last_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "CONNECTIONS_KEPT", 2)
    spent = Allowance(Bucket(burst=1, every_ms=1_000))
    for connection_id in ("a=", "b=", "c="):
        spent.spend(connection_id, NOW)

    spent.spend("a=", NOW)  # forgotten
    with pytest.raises(RateLimited):
        spent.spend("c=", NOW)
