"""A token bucket per key, so that an account stays below the platform's call limit."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class Limiter:
    """Lets *rate* calls per second through for each key, *burst* of them at once.

    The clock gives seconds; ``sleep`` may raise to cancel the job that waits.
    """

    def __init__(
        self,
        rate: float,
        burst: int = 1,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError("a limiter needs a positive rate and a burst of at least one call")
        self._rate, self._burst = rate, burst
        self._clock, self._sleep = clock, sleep
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, key: str) -> float:
        """Wait for the turn of one call under *key*; the seconds waited."""
        wait = self._reserve(key)
        if wait > 0:
            self._sleep(wait)
        return wait

    def _reserve(self, key: str) -> float:
        # The token is taken at once, into debt if need be: threads that wait are served in turn.
        with self._lock:
            now = self._clock()
            tokens, seen = self._buckets.get(key, (float(self._burst), now))
            tokens = min(float(self._burst), tokens + (now - seen) * self._rate) - 1
            self._buckets[key] = (tokens, now)
            return max(0.0, -tokens / self._rate)
