"""Calls leave so that no second, wherever it begins, holds more of them than the platform allows."""

from __future__ import annotations

import uuid
from bisect import bisect_left
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.sync.http.limiter import Buckets, Limiter, limiter_for, pace


class Street:
    """A clock that only waiting and the calls themselves move on, and a platform that notes arrivals."""

    def __init__(self) -> None:
        self.now = 0.0
        self.arrivals: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def call(self, limiter: Limiter, api: str, there: float = 0.0, back: float = 0.0) -> None:
        limiter.take(api)
        self.now += there
        self.arrivals.append(self.now)
        self.now += back


def most_in_a_second(arrivals: list[float]) -> int:
    """The largest number of arrivals in [t, t + 1) for any t; a hair less for the clock's rounding."""
    return max(number + 1 - bisect_left(arrivals, at - 1 + 1e-6) for number, at in enumerate(arrivals))


@given(
    limit=st.integers(2, 60),
    journeys=st.lists(
        st.tuples(st.floats(0, 0.6), st.floats(0, 0.3), st.booleans()), min_size=1, max_size=150
    ),
)
def test_the_platform_never_counts_more_than_its_limit(
    limit: int, journeys: Iterable[tuple[float, float, bool]]
) -> None:
    """Calls one after the other, some long on their way and some short, some after a rest."""
    street = Street()
    rate, burst = pace(limit)
    limiter = Limiter(rate, burst, sleep=street.sleep, buckets=Buckets(street.clock))
    for number, (there, back, rests) in enumerate(journeys):
        street.now += 2.0 if rests else 0.0
        street.call(limiter, f"api {number % 3}", there / 10, back / 10)
    assert most_in_a_second(street.arrivals) <= limit


def test_ten_thousand_calls_are_never_above_the_limit_and_not_far_below_it() -> None:
    street = Street()
    rate, burst = pace(10)
    limiter = Limiter(rate, burst, sleep=street.sleep, buckets=Buckets(street.clock))
    for number in range(10_000):
        street.call(limiter, ("list", "detail")[number % 2])
    assert most_in_a_second(street.arrivals) <= 10
    assert street.now < 10_000 / 7.9


def test_a_limit_below_two_is_one_call_after_the_other() -> None:
    assert pace(1) == (0.9, 1)
    assert pace(0.5) == (0.45, 1)


@given(st.floats(2, 100_000))
def test_burst_and_rate_together_are_the_limit(limit: float) -> None:
    rate, burst = pace(limit)
    assert burst >= 1
    assert rate >= 1
    assert rate + burst <= limit


def test_a_connector_that_is_opened_anew_has_no_fresh_burst() -> None:
    key = f"alibaba/{uuid.uuid4().hex}"
    waits: list[float] = []
    for _connector in range(3):
        limiter = limiter_for(key, rate=0.001, burst=2, sleep=waits.append)
        limiter.take("list")
    assert [round(wait) for wait in waits] == [1000]
    limiter_for(f"{key}2", rate=0.001, burst=2, sleep=waits.append).take("list")
    assert len(waits) == 1


def test_the_calls_of_all_apis_together_keep_the_pace() -> None:
    street = Street()
    limiter = Limiter(1, 2, sleep=street.sleep, buckets=Buckets(street.clock))
    for api in ("a", "b", "c", "d"):
        street.call(limiter, api)
    assert street.arrivals == [0, 0, 1, 2]


def test_a_wait_that_is_cancelled_is_told_to_who_waits() -> None:
    def cancelled(_seconds: float) -> None:
        raise KeyboardInterrupt

    limiter = Limiter(1, 1, sleep=cancelled)
    limiter.take("a")
    with pytest.raises(KeyboardInterrupt):
        limiter.take("a")
