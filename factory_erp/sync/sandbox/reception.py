"""Every call to a sandbox passes here: counted, held back, spoilt or answered."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from random import Random
from threading import Lock

from factory_erp.sync.sandbox.faults import (
    ACTED_BEFORE,
    PROFILES,
    CallTraits,
    Fault,
    FaultProfile,
    FaultSource,
)
from factory_erp.sync.sandbox.pages import PageMangler, skew
from factory_erp.sync.sandbox.platform import Form, Payload, Reply, SandboxPlatform

JSON = "application/json;charset=UTF-8"
HTML = "text/html;charset=UTF-8"
_SORRY = b"<html><body><h1>Please try again later</h1></body></html>"
_LONGEST_LOG = 50_000
_REFUSING = ("expired_token", "dead_refresh")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What goes on the wire. ``hang`` seconds None sends it; else the connection dies after them, unanswered.

    ``pause`` is seconds before it goes out, ``clock_off`` seconds by which its Date is wrong.
    """

    status: int = 200
    body: bytes = b""
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: float | None = None
    pause: float = 0.0
    clock_off: int = 0


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call received; ``acted`` is whether the platform carried it out before the fault befell it."""

    number: int
    api: str
    fault: str
    code: str
    acted: bool


class CallCounter:
    """When each call came in, so that a test can ask how many came too fast."""

    def __init__(self) -> None:
        self._arrivals: dict[str, list[float]] = {}
        self._accepted: deque[float] = deque()
        self._lock = Lock()

    def count(self, api: str, limit: int) -> bool:
        """Note a call; whether it is one too many for *limit* calls in a second (0: no limit)."""
        with self._lock:
            now = time.monotonic()
            self._arrivals.setdefault(api, []).append(now)
            while self._accepted and self._accepted[0] <= now - 1:
                self._accepted.popleft()
            over = 0 < limit <= len(self._accepted)
            if not over:
                self._accepted.append(now)
            return over

    def arrivals(self, api: str = "") -> list[float]:
        """Seconds of a steady clock at which the calls of *api* ("" for all) came, in order."""
        with self._lock:
            wanted = [self._arrivals.get(api, [])] if api else list(self._arrivals.values())
            return sorted(moment for moments in wanted for moment in moments)

    def over_limit(self, limit: int, api: str = "") -> int:
        """How many calls came when *limit* others had come in the second before; 0 for no limit."""
        moments = self.arrivals(api)
        return (
            sum(late - early < 1 for early, late in zip(moments, moments[limit:], strict=False))
            if limit
            else 0
        )


class Reception:
    """Decides what becomes of a call to *platform*."""

    def __init__(self, platform: SandboxPlatform, profile: FaultProfile) -> None:
        self.platform = platform
        self.faults = FaultSource(profile)
        self.counter = CallCounter()
        self.log: deque[LoggedCall] = deque(maxlen=_LONGEST_LOG)
        self._pages = PageMangler()
        self._received = 0
        self._lock = Lock()

    def receive(self, path: str, form: Form, files: Mapping[str, bytes], limit: int) -> Delivery:
        """Carry the call out, or not, as the limit and the faults have it."""
        api = self.platform.api(path, form)
        source = self.faults
        drawn = self._drawn(source, api, form, self.counter.count(api, limit))
        kind = self._upset(drawn.kind, form)
        reply = self.platform.answer(path, form, files) if kind in ACTED_BEFORE else None
        if reply is not None:
            kind = self._spoil(kind, api, form, reply, drawn.random)
        self._note(api, kind, reply)
        return self._delivery(Fault(kind, drawn.random), api, reply, source.profile)

    def state(self) -> Payload:
        """What the platform shows of itself, and every call with its fault."""
        return {**self.platform.snapshot(), "log": [asdict(call) for call in list(self.log)]}

    def _drawn(self, source: FaultSource, api: str, form: Form, too_fast: bool) -> Fault:
        if too_fast:
            return Fault("throttle", Random(0))
        platform = self.platform
        # Whether a call acts is asked only by profiles that are limited to such calls.
        acts = source.profile.acting_only and platform.acts(api)
        paged = platform.page(form) is not None
        return source.draw(CallTraits(api, platform.is_sign_in(api), acts, paged))

    def _upset(self, kind: str, form: Form) -> str:
        """Do to the tokens what *kind* says; "none" where the token was too fresh to expire."""
        if kind == "dead_refresh":
            self.platform.kill_refresh()
            self.platform.expire(form)
        elif kind == "expired_token" and not self.platform.expire(form):
            return "none"
        return kind

    def _spoil(self, kind: str, api: str, form: Form, reply: Reply, chance: Random) -> str:
        """Mangle the rows of a page; the fault that is left, "none" where there was nothing to mangle."""
        page, rows = self.platform.page(form), self.platform.rows(api, reply.body)
        touches = kind in PROFILES["paging"]
        if page is None or rows is None:
            return "none" if touches else kind
        reader = f"{api} {form.get('access_token') or form.get('session', '')}"
        changed = self._pages.spoil(kind if touches else "none", reader, page, rows, chance)
        return kind if changed or not touches else "none"

    def _note(self, api: str, kind: str, reply: Reply | None) -> None:
        code = reply.logged_code() if reply else ""
        with self._lock:
            self._received += 1
            acted = reply is not None and kind not in _REFUSING
            self.log.append(LoggedCall(self._received, api, kind, code, acted))
        self.platform.record(api, code, kind)

    def _delivery(self, fault: Fault, api: str, reply: Reply | None, profile: FaultProfile) -> Delivery:
        if fault.kind.startswith("timeout"):
            return Delivery(hang=profile.hang_seconds)
        if reply is None:
            return self._refusal(fault.kind, api, profile)
        off = _off_by(fault, profile)
        if off:
            skew(self.platform.rows(api, reply.body) or [], off)
        body = as_json(reply.body)
        return Delivery(
            reply.status,
            body[: len(body) // 2] if fault.kind == "truncated_json" else body,
            HTML if fault.kind == "wrong_content_type" else JSON,
            pause=profile.slow_seconds if fault.kind == "slow" else 0.0,
            clock_off=off * 60,
        )

    def _refusal(self, kind: str, api: str, profile: FaultProfile) -> Delivery:
        """The answer to a call that was not carried out."""
        if kind == "throttle":
            return _plain(self.platform.throttled(profile.ban_seconds))
        if kind == "error_inside_200":
            return _plain(self.platform.fault_inside(api))
        if kind == "http429":
            return Delivery(429, _SORRY, HTML, {"Retry-After": str(profile.ban_seconds)})
        return Delivery({"http500": 500, "html_502": 502}.get(kind, 200), _SORRY, HTML)


def _off_by(fault: Fault, profile: FaultProfile) -> int:
    """Minutes by which the clock of this answer is wrong."""
    most = profile.skew_minutes if fault.kind == "clock_skew" else 0
    return fault.random.choice((-1, 1)) * fault.random.randint(1, most) if most else 0


def _plain(reply: Reply) -> Delivery:
    return Delivery(reply.status, as_json(reply.body))


def as_json(value: Payload) -> bytes:
    """*value* as the platforms write it: UTF-8 with no escapes."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8")
