"""Token buckets per account and API, so that an account stays below the platform's call limit.

In any second at most *burst* + *rate* calls leave; ``pace`` chooses both so that their sum is the limit. The
buckets of an account live as long as the program: a connector that is opened anew has no fresh burst.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

ACCOUNT = ""
"""Key of the bucket that every call of an account takes from, whatever its API."""


class Buckets:
    """The tokens left under each key, and when they were counted; safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def reserve(self, keys: tuple[str, ...], rate: float, burst: int) -> float:
        """Take a token from the bucket of each of *keys*; the seconds until the last of them is there."""
        # The token is taken at once, into debt if need be: threads that wait are served in turn.
        with self._lock:
            now = self._clock()
            return max(self._take(key, now, rate, burst) for key in keys)

    def _take(self, key: str, now: float, rate: float, burst: int) -> float:
        tokens, seen = self._known.get(key, (float(burst), now))
        tokens = min(float(burst), tokens + (now - seen) * rate) - 1
        self._known[key] = (tokens, now)
        return max(0.0, -tokens / rate)


class Limiter:
    """Lets *rate* calls per second through for each key, *burst* of them at once.

    The clock gives seconds; ``sleep`` may raise to cancel the job that waits. With *buckets* that are shared,
    the calls of all keys together keep to the same pace: a platform counts by API, by application, or both.
    """

    def __init__(
        self,
        rate: float,
        burst: int = 1,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        buckets: Buckets | None = None,
    ) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError("a limiter needs a positive rate and a burst of at least one call")
        self._rate, self._burst = rate, burst
        self._sleep = sleep
        self._shared = buckets is not None
        self._buckets = buckets or Buckets(clock)

    def take(self, key: str) -> float:
        """Wait for the turn of one call under *key*; the seconds waited."""
        keys = (key, ACCOUNT) if self._shared else (key,)
        wait = self._buckets.reserve(keys, self._rate, self._burst)
        if wait > 0:
            self._sleep(wait)
        return wait


def pace(limit: float) -> tuple[float, int]:
    """(rate, burst) for at most *limit* calls in any second as the platform counts it.

    Calls may be long on their way and the next ones short, so that the platform sees more in a second than
    left in it: rate and burst together leave room for one of them, and of a high limit, which many
    connections share on a PC that may be busy, for one in twenty.
    """
    if limit < 2:
        return limit * 0.9, 1
    burst = max(1, int(limit) // 5)
    return float(int(limit) - burst - int(limit) // 20), burst


_accounts: dict[str, Buckets] = {}
_accounts_lock = Lock()


def limiter_for(
    account_key: str, rate: float, burst: int, *, sleep: Callable[[float], object] = time.sleep
) -> Limiter:
    """The limiter of an account: every connector to it in this program takes from the same buckets.

    *account_key* tells accounts apart ("alibaba/<app key>").
    """
    with _accounts_lock:
        buckets = _accounts.setdefault(account_key, Buckets())
    return Limiter(rate, burst, sleep=sleep, buckets=buckets)
