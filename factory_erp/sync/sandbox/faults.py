"""Faults on demand: which of a sandbox's answers go wrong, and how, the same way for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from threading import Lock

KINDS = (
    "http500",
    "timeout_before",
    "timeout_after_acting",
    "truncated_json",
    "html_200",
    "throttle",
    "expired_token",
)
"""Every fault: server error, no answer without or after acting, half an answer, a proxy's page, and so on."""


@dataclass(frozen=True, slots=True)
class FaultProfile:
    """One kind of fault (or "none", or "mixed": any of them) with its probability for each call.

    ``apis`` limits it to some API paths; empty means every path but the token calls. A timeout holds the
    connection for ``hang_seconds`` and then closes it without an answer. ``times`` ends the faults after so
    many (0: never).
    """

    kind: str = "none"
    probability: float = 1.0
    seed: int = 1
    apis: tuple[str, ...] = ()
    ban_seconds: int = 1
    hang_seconds: float = 0.0
    times: int = 0

    def __post_init__(self) -> None:
        if self.kind not in (*KINDS, "none", "mixed"):
            raise ValueError(f"there is no fault {self.kind!r}; choose from none, mixed, {', '.join(KINDS)}")
        if not 0 <= self.probability <= 1:
            raise ValueError("a probability lies between 0 and 1")


class FaultSource:
    """Draws the fault of each call from a profile; safe for several threads."""

    def __init__(self, profile: FaultProfile) -> None:
        self.profile = profile
        self._random = Random(profile.seed)
        self._left = profile.times
        self._lock = Lock()

    def draw(self, api: str) -> str:
        """The fault for the next call of *api*, "none" for most."""
        profile = self.profile
        exempt = api not in profile.apis if profile.apis else api.startswith("/auth/")
        if profile.kind == "none" or exempt:
            return "none"
        with self._lock:
            return self._drawn()

    def _drawn(self) -> str:
        profile = self.profile
        spent = profile.times > 0 and self._left == 0
        if spent or self._random.random() >= profile.probability:
            return "none"
        self._left -= 1
        return self._random.choice(KINDS) if profile.kind == "mixed" else profile.kind
