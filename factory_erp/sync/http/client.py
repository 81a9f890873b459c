"""The one HTTP client: timeouts on every call, retries of reads only, JSON without floats.

Whoever watches is told of every call that was made, with its secrets removed.
"""

from __future__ import annotations

import json
import logging
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NewConnectionError

from factory_erp.i18n import _
from factory_erp.sync.http.errors import PlatformError, PlatformUnavailable, Throttled
from factory_erp.sync.http.redact import Files, request_text, response_text, without_echo

log = logging.getLogger(__name__)

T = TypeVar("T")
Json = Mapping[str, object]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names of this computer, where only a sandbox listens."""


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
    answered_at: datetime | None = None
    """When the platform answered, by its own clock and in whole seconds; None where it does not say."""


Watch = Callable[[CallFacts], None]
"""Told of each call; what it raises is logged and harms nothing."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call on its way: what is sent, and what is noted of it."""

    url: str
    form: Mapping[str, str]
    files: Files | None
    api: str
    subject: str
    acts: bool
    started_at: datetime
    began: float

    def facts(self, response: requests.Response | None, outcome: str) -> CallFacts:
        """The call as it may be kept."""
        return CallFacts(
            api=self.api,
            subject=self.subject,
            acts=self.acts,
            started_at=self.started_at,
            milliseconds=round((time.monotonic() - self.began) * 1000),
            status=response.status_code if response is not None else 0,
            outcome=outcome,
            request=request_text(self.form, self.files),
            response=response_text(response.content, self.form) if response is not None else "",
            answered_at=_http_date(response.headers.get("Date", "")) if response is not None else None,
        )


class HttpClient:
    """A requests session that raises ``PlatformUnavailable`` or ``Throttled`` and nothing else.

    ``sleep`` takes seconds; one that raises cancels the job that waits. ``watch`` is told of every call,
    ``now`` dates it. Close it when done.
    """

    def __init__(
        self,
        *,
        timeouts: Timeouts | None = None,
        retry: Retry | None = None,
        sleep: Callable[[float], object] = time.sleep,
        watch: Watch | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._timeouts = timeouts or Timeouts()
        self._retry = retry or Retry()
        self._sleep = sleep
        self._watch = watch
        self._now = now
        self._session = requests.Session()
        # Without an auth of its own requests would add a password found in the user's .netrc.
        self._session.auth = _no_auth

    def close(self) -> None:
        """Release the connections."""
        self._session.close()

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        label: str,
        timeouts: Timeouts | None = None,
        files: Files | None = None,
        subject: str = "",
        acts: bool = False,
    ) -> Json:
        """One POST of *form*, its JSON object; *label* stands in the log instead of the parameters.

        With *files* it is sent as multipart/form-data. *subject* is the external id of what it is about,
        *acts* whether it changes something on the platform: both are only noted.
        """
        call = _Call(url, form, files, label, subject, acts, self._now(), time.monotonic())
        response = self._sent(call, timeouts or self._timeouts)
        try:
            answer = without_echo(_read(response, label), form)
        except PlatformError as failure:
            self._tell(call, response, _outcome(failure))
            raise
        self._tell(call, response, "")
        return answer

    def _sent(self, call: _Call, limits: Timeouts) -> requests.Response:
        try:
            response = self._session.post(
                call.url,
                data=dict(call.form),
                files=dict(call.files) if call.files else None,
                timeout=(limits.connect, limits.read),
                allow_redirects=False,
                proxies=_proxies(call.url),
            )
        except requests.RequestException as failure:
            log.info("%s: no answer (%s)", call.api, type(failure).__name__)
            self._tell(call, None, _reason(failure))
            raise PlatformUnavailable(_reason(failure), reached=not _never_sent(failure)) from failure
        took = (time.monotonic() - call.began) * 1000
        log.debug("%s: HTTP %d in %d ms", call.api, response.status_code, took)
        return response

    def _tell(self, call: _Call, response: requests.Response | None, outcome: str) -> None:
        if self._watch is None:
            return
        try:
            self._watch(call.facts(response, outcome))
        except Exception:
            # The record of a call must not change what becomes of the call itself.
            log.exception("%s: the call could not be noted", call.api)

    def reading(self, call: Callable[[], T], *, label: str = "") -> T:
        """The result of *call*, repeated while the platform is away or throttles. Never for writes."""
        for pause in self._retry.pauses():
            try:
                return call()
            except PlatformUnavailable as failure:
                if failure.seconds > self._retry.longest_ban:
                    raise
                wait = max(pause, failure.seconds)
                log.info("%s: again in %.1f s (%s)", label, wait, failure.message)
            except Throttled as ban:
                if ban.seconds > self._retry.longest_ban:
                    raise
                # One second more than the platform says: its clock and ours do not agree to the second.
                wait = ban.seconds + 1
                log.info("%s: throttled, again in %.1f s", label, wait)
            self._sleep(wait)
        return call()


def parse_json(content: bytes) -> object:
    """JSON with fractions and NaN kept as the text that was sent, so that no amount becomes a float.

    Texts come without what no database and no file takes: NUL, and halves of surrogate pairs as they are left
    where a platform cuts a name in the middle of an emoji. Raises ValueError for anything else than JSON.
    """
    try:
        read = json.loads(content, parse_float=str, parse_constant=str)
        # They come as an escape, as bytes that are no UTF-8, or in UTF-16, where each ASCII letter has a NUL.
        return _storable(read) if _ODD.search(content) else read
    except RecursionError as failure:
        raise ValueError("JSON nested too deeply") from failure


_ODD = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\xed[\xa0-\xbf]|\x00")


def _storable(read: object) -> object:
    if isinstance(read, str):
        # By way of UTF-16, in which two halves that belong together become their character again.
        whole = read.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return whole.replace("\0", "\ufffd")
    if isinstance(read, list):
        return [_storable(one) for one in read]
    if isinstance(read, dict):
        return {_storable(name): _storable(one) for name, one in read.items()}
    return read


def _read(response: requests.Response, label: str) -> Json:
    status = response.status_code
    if status == 429:
        raise Throttled(retry_after(response.headers) or 1)
    if status >= 500 or 300 <= status < 400:
        log.info("%s: HTTP %d", label, status)
        raise PlatformUnavailable(f"HTTP {status}", seconds=retry_after(response.headers))
    try:
        answer = parse_json(response.content)
    except ValueError as failure:
        log.info("%s: answer of %d bytes is not JSON", label, len(response.content))
        raise PlatformUnavailable(_("the answer is not readable")) from failure
    if not isinstance(answer, dict):
        raise PlatformUnavailable(_("the answer is not readable"))
    return answer


def retry_after(headers: Mapping[str, str]) -> int:
    """Seconds that ``Retry-After`` asks to wait (RFC 9110 section 10.2.3), 0 without one.

    A date is measured against the answer's own ``Date``: the platform's clock may differ from ours.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return int(value[:9])
    wanted, present = _http_date(value), _http_date(headers.get("Date", "")) or _utc_now()
    if wanted is None or wanted <= present:
        return 0
    return math.ceil((wanted - present) / timedelta(seconds=1))


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _outcome(failure: PlatformError) -> str:
    if isinstance(failure, PlatformUnavailable):
        return failure.reason
    return f"HTTP 429 ({failure.seconds} s)" if isinstance(failure, Throttled) else type(failure).__name__


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
    return {"http": "", "https": ""} if urlsplit(url).hostname in LOOPBACK else None


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
