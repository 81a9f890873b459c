"""The one HTTP client: timeouts on every call, retries of reads only, JSON without floats."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NewConnectionError

from factory_erp.i18n import _
from factory_erp.sync.http.errors import PlatformUnavailable, Throttled

log = logging.getLogger(__name__)

T = TypeVar("T")
Json = Mapping[str, object]
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, and for each part of the answer."""

    connect: float = 10
    read: float = 30


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how patiently a read is repeated; all times in seconds."""

    attempts: int = 8
    first_pause: float = 0.5
    longest_pause: float = 30
    longest_ban: int = 120
    """A throttling ban longer than this is reported instead of waited for."""

    def pauses(self) -> Iterator[float]:
        """The pause after each failed attempt but the last: doubling, bounded."""
        for attempt in range(self.attempts - 1):
            yield min(self.first_pause * 2**attempt, self.longest_pause)


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One call as it went over the wire, secrets removed; ``status`` 0 where no answer came.

    ``outcome`` is "" where the transport succeeded, else what failed.
    """

    api: str
    subject: str
    acts: bool
    started_at: datetime
    milliseconds: int
    status: int
    outcome: str
    request: str
    response: str


class HttpClient:
    """A requests session that raises ``PlatformUnavailable`` or ``Throttled`` and nothing else.

    ``sleep`` takes seconds; one that raises cancels the job that waits. Close it when done.
    """

    def __init__(
        self,
        *,
        timeouts: Timeouts | None = None,
        retry: Retry | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._timeouts = timeouts or Timeouts()
        self._retry = retry or Retry()
        self._sleep = sleep
        self._session = requests.Session()
        # Without an auth of its own requests would add a password found in the user's .netrc.
        self._session.auth = _no_auth

    def close(self) -> None:
        """Release the connections."""
        self._session.close()

    def post_form(
        self, url: str, form: Mapping[str, str], *, label: str, timeouts: Timeouts | None = None
    ) -> Json:
        """One POST of *form*, its JSON object; *label* stands in the log instead of the parameters."""
        limits = timeouts or self._timeouts
        began = time.monotonic()
        try:
            response = self._session.post(
                url,
                data=dict(form),
                timeout=(limits.connect, limits.read),
                allow_redirects=False,
                proxies=_proxies(url),
            )
        except requests.RequestException as failure:
            log.warning("%s: no answer (%s)", label, type(failure).__name__)
            raise PlatformUnavailable(_reason(failure), reached=not _never_sent(failure)) from failure
        log.debug("%s: HTTP %d in %d ms", label, response.status_code, (time.monotonic() - began) * 1000)
        return _read(response, label)

    def reading(self, call: Callable[[], T], *, label: str = "") -> T:
        """The result of *call*, repeated while the platform is away or throttles. Never for writes."""
        for pause in self._retry.pauses():
            try:
                return call()
            except PlatformUnavailable as failure:
                log.info("%s: again in %.1f s (%s)", label, pause, failure.message)
            except Throttled as ban:
                if ban.seconds > self._retry.longest_ban:
                    raise
                # One second more than the platform says: its clock and ours do not agree to the second.
                pause = ban.seconds + 1
                log.info("%s: throttled, again in %.1f s", label, pause)
            self._sleep(pause)
        return call()


def parse_json(content: bytes) -> object:
    """JSON with fractions and NaN kept as the text that was sent, so that no amount becomes a float.

    Raises ValueError for anything else than JSON.
    """
    try:
        return json.loads(content, parse_float=str, parse_constant=str)
    except RecursionError as failure:
        raise ValueError("JSON nested too deeply") from failure


def _read(response: requests.Response, label: str) -> Json:
    status = response.status_code
    if status == 429:
        raise Throttled(_retry_after(response))
    if status >= 500 or 300 <= status < 400:
        log.warning("%s: HTTP %d", label, status)
        raise PlatformUnavailable(f"HTTP {status}")
    try:
        answer = parse_json(response.content)
    except ValueError as failure:
        log.warning("%s: answer of %d bytes is not JSON", label, len(response.content))
        raise PlatformUnavailable(_("the answer is not readable")) from failure
    if not isinstance(answer, dict):
        raise PlatformUnavailable(_("the answer is not readable"))
    return answer


def _retry_after(response: requests.Response) -> int:
    value = response.headers.get("Retry-After", "")
    return int(value) if value.isascii() and value.isdigit() else 1


def _never_sent(failure: requests.RequestException) -> bool:
    """Whether the request certainly never left: the connection itself could not be made."""
    if isinstance(failure, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    cause = getattr(failure.args[0], "reason", None) if failure.args else None
    return isinstance(cause, NewConnectionError)


def _reason(failure: requests.RequestException) -> str:
    if isinstance(failure, requests.Timeout):
        return _("no answer in time")
    if isinstance(failure, requests.exceptions.SSLError):
        return _("the secure connection failed")
    return _("no connection")


def _proxies(url: str) -> dict[str, str] | None:
    """No proxy between us and a sandbox on this computer; the system's setting for the rest."""
    return {"http": "", "https": ""} if urlsplit(url).hostname in _LOOPBACK else None


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
