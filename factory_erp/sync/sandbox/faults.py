"""Faults on demand: which of a sandbox's answers go wrong, and how, the same way for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from threading import Lock

KINDS = (
    "http500",
    "html_502",
    "timeout_before",
    "timeout_after_acting",
    "truncated_json",
    "html_200",
    "wrong_content_type",
    "error_inside_200",
    "throttle",
    "http429",
    "expired_token",
)
"""What may befall any call and what a client gets over by itself: errors, silence, half answers, bans."""

PAGE_KINDS = ("duplicate_page", "reordered_page", "shifting_page")
"""What may befall a page of a list without a row being lost to a client that reads on to the end."""

HARD_KINDS = ("cursor_repeat", "clock_skew", "slow", "dead_refresh")
"""What needs more of a client: to read again, to doubt a clock, to wait, to call a person."""

ALL_KINDS = (*KINDS, *PAGE_KINDS, *HARD_KINDS)

PROFILES: dict[str, tuple[str, ...]] = {
    "none": (),
    "mixed": (*KINDS, *PAGE_KINDS),
    "network": ("http500", "html_502", "timeout_before", "timeout_after_acting", "truncated_json", "slow"),
    "answers": ("truncated_json", "html_200", "wrong_content_type", "error_inside_200"),
    "lost_answers": ("timeout_after_acting", "truncated_json", "wrong_content_type"),
    "limits": ("throttle", "http429"),
    "paging": (*PAGE_KINDS, "cursor_repeat"),
    "tokens": ("expired_token",),
    "clock": ("clock_skew",),
    "storm": (*KINDS, *PAGE_KINDS, "cursor_repeat", "clock_skew", "slow"),
}
"""Names for several kinds at once. None of them has ``dead_refresh``, after which nothing works any more."""

ACTED_BEFORE = frozenset(
    {"timeout_after_acting", "truncated_json", "wrong_content_type", "clock_skew", "slow", *PAGE_KINDS}
) | {"cursor_repeat", "expired_token", "dead_refresh", "none"}
"""The faults under which the platform carries the call out; a call with a dead token it then refuses."""


@dataclass(frozen=True, slots=True)
class FaultProfile:
    """A kind of fault, or a name of ``PROFILES`` (any of its kinds), with its probability for each call.

    ``apis`` limits it to some APIs; empty means every one but the sign-in. ``acting_only`` limits it to
    calls that change something. A timeout holds the connection for ``hang_seconds`` and then closes it
    without an answer; "slow" answers after ``slow_seconds``; bans last ``ban_seconds``; clocks are off by up
    to ``skew_minutes`` either way. ``times`` ends the faults after so many (0: never).
    """

    kind: str = "none"
    probability: float = 1.0
    seed: int = 1
    apis: tuple[str, ...] = ()
    ban_seconds: int = 1
    hang_seconds: float = 0.0
    times: int = 0
    acting_only: bool = False
    slow_seconds: float = 0.05
    skew_minutes: int = 5

    def __post_init__(self) -> None:
        if self.kind not in PROFILES and self.kind not in ALL_KINDS:
            known = ", ".join((*PROFILES, *ALL_KINDS))
            raise ValueError(f"there is no fault {self.kind!r}; choose from {known}")
        if not 0 <= self.probability <= 1:
            raise ValueError("a probability lies between 0 and 1")

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind that it may draw."""
        return PROFILES.get(self.kind, (self.kind,))


@dataclass(frozen=True, slots=True)
class CallTraits:
    """What decides whether a profile concerns a call."""

    api: str
    sign_in: bool = False
    acts: bool = False
    paged: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """The fault of one call, "none" for most, and the chance that decides its details."""

    kind: str
    random: Random


class FaultSource:
    """Draws the fault of each call from a profile; safe for several threads.

    The n-th call that the profile concerns fares the same for the same seed, whatever was called between.
    """

    def __init__(self, profile: FaultProfile) -> None:
        self.profile = profile
        self._number = 0
        self._left = profile.times
        self._lock = Lock()

    def draw(self, call: CallTraits) -> Fault:
        """The fault for the next call."""
        kinds = self._fitting(call)
        if not kinds:
            return Fault("none", Random(0))
        with self._lock:
            self._number += 1
            chance = Random(f"{self.profile.seed}/{self._number}")
            return Fault(self._drawn(kinds, chance), chance)

    def _fitting(self, call: CallTraits) -> tuple[str, ...]:
        profile = self.profile
        exempt = call.api not in profile.apis if profile.apis else call.sign_in
        if exempt or (profile.acting_only and not call.acts):
            return ()
        paging = PROFILES["paging"]
        return tuple(kind for kind in profile.kinds if call.paged or kind not in paging)

    def _drawn(self, kinds: tuple[str, ...], chance: Random) -> str:
        spent = self.profile.times > 0 and self._left == 0
        if spent or chance.random() >= self.profile.probability:
            return "none"
        self._left -= 1
        return chance.choice(kinds)
