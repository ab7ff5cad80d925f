from chatctl.pace import progress_at


class Clock:
    """Time that passes only by sleeping and by `work`."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds

    def work(self, seconds: float) -> None:
        self.now += seconds


def test_batches_wait_for_their_turn() -> None:
    clock = Clock()
    with progress_at(5, 25, lambda: clock.now, clock.sleep) as pace:
        pace(10)
        pace(10)
        pace(5)

    assert clock.slept == [2, 2]


def test_the_time_that_work_takes_is_not_waited_for_again() -> None:
    clock = Clock()
    with progress_at(5, 20, lambda: clock.now, clock.sleep) as pace:
        pace(10)
        clock.work(1.5)
        pace(10)

    assert clock.slept == [0.5]


def test_work_that_is_slower_than_the_rate_never_waits() -> None:
    clock = Clock()
    with progress_at(5, 20, lambda: clock.now, clock.sleep) as pace:
        pace(10)
        clock.work(3)
        pace(10)

    assert clock.slept == []
