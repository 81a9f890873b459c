"""DHgate's answers: what is inside, or which error they mean.

Two shapes of failure are understood: the status envelope of the services
(``{"status": {"code": "44", "message": …, "subErrors": […]}}``) and the flat objects of the gateway and of
OAuth (``{"code": "40", "message": …}``, ``{"error_code": …}``, ``{"error": …, "errorDescription": …}``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from factory_erp.i18n import _
from factory_erp.sync.http.client import Json
from factory_erp.sync.http.errors import (
    AccessDenied,
    PlatformError,
    PlatformUnavailable,
    ReauthoriseNeeded,
    Refused,
    Throttled,
    WrongCredentials,
)

_SUCCESS = {"00000000", "00000001", "0", "200"}
# "00000001" is a success that found nothing.
_BUSINESS = "44"
# Flat codes that clients answer with a new token where the text says nothing else.
_TOKEN_CODES = {"40", "2", "invalid_grant", "invalid_token", "expired_token", "invalid_code", "access_denied"}
_CREDENTIAL_CODES = {"invalid_client", "unauthorized_client"}

_QUOTA = re.compile(r"次数超限|调用次数|频率|rate limit|too many|invoke.*limit|quota", re.IGNORECASE)
_DAILY = re.compile(r"当天|每天|当日|每日|今日|daily|per day", re.IGNORECASE)
_TOKEN = re.compile(r"令牌|access ?_?token|refresh ?_?token|session", re.IGNORECASE)
_AWAY = re.compile(
    r"超时|time ?-?out|系统(繁忙|异常|错误)|服务不可用|unavailable|internal (server )?error|system error",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"时间戳|timestamp", re.IGNORECASE)
_ACCESS = re.compile(r"权限|白名单|permission|white ?list", re.IGNORECASE)

_QUOTA_ZONE = timezone(timedelta(hours=8))
_SHORT_PAUSE = 60
"""Seconds to wait on a quota whose period the platform does not name."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """What an answer says went wrong."""

    code: str
    message: str
    details: tuple[tuple[str, str], ...] = ()
    """(code, message) of each entry of ``subErrors``."""

    @property
    def internal(self) -> bool:
        """Whether the platform says that it failed itself."""
        return any(code.startswith("isp.") for code, _message in self.details)

    @property
    def words(self) -> str:
        """Everything that can be read."""
        return "; ".join(filter(None, [self.message, *(message for _code, message in self.details)]))


def unwrap(answer: Json, now: datetime) -> Json:
    """The payload of *answer*; raises the error that it carries. *now* dates the end of a daily quota."""
    failure = _failure(answer)
    if failure is not None:
        raise _classified(failure, now)
    return answer


def _failure(answer: Json) -> _Failure | None:
    status = answer.get("status")
    if isinstance(status, Mapping):
        code = _text(status, "code")
        return None if code in _SUCCESS else _Failure(code, _text(status, "message", "msg"), _details(status))
    code = _text(answer, "error_code", "error", "code")
    if not code or code in _SUCCESS:
        return None
    words = _text(answer, "errorDescription", "error_description", "message", "msg")
    return _Failure(code, words, _details(answer))


def _details(status: Json) -> tuple[tuple[str, str], ...]:
    rows = status.get("subErrors")
    found = rows if isinstance(rows, list) else []
    return tuple(
        (_text(row, "code"), _text(row, "message", "msg")) for row in found if isinstance(row, Mapping)
    )


def _classified(failure: _Failure, now: datetime) -> PlatformError:
    """The typed error; the text decides before the code, whose numbers are hardly documented."""
    words = failure.words
    if _QUOTA.search(words):
        return Throttled(_seconds_left(now) if _DAILY.search(words) else _SHORT_PAUSE)
    if failure.code == _BUSINESS or failure.internal:
        return _business(failure)
    if failure.code in _CREDENTIAL_CODES:
        return WrongCredentials(failure.code)
    if _ACCESS.search(words) or _CLOCK.search(words):
        return AccessDenied(failure.code, words, remedy=_access_remedy(words))
    if _TOKEN.search(words) or failure.code in _TOKEN_CODES:
        return ReauthoriseNeeded()
    if _AWAY.search(words) or failure.code.startswith("5"):
        return PlatformUnavailable(f"{failure.code} {words}".strip())
    return Refused(failure.code, words)


def _business(failure: _Failure) -> PlatformError:
    """Code 44: the service behind the gateway failed, or refused the call and says in ``subErrors`` why.

    Without a reason, or with a time-out as the reason, a write may have been carried out all the same.
    """
    if not failure.details or failure.internal or _AWAY.search(failure.words):
        return PlatformUnavailable(f"{failure.code} {failure.words}".strip())
    reasons = "; ".join(message or code for code, message in failure.details)
    return Refused(failure.details[0][0] or failure.code, reasons)


def _access_remedy(words: str) -> str:
    if _CLOCK.search(words):
        return _("Set this computer's clock, or the clock offset in the account's settings.")
    return _("Apply for the permission of this call in the app console of open.dhgate.com.")


def _seconds_left(now: datetime) -> int:
    """Seconds until the quota of a day begins anew, at midnight in China."""
    local = now.astimezone(_QUOTA_ZONE)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - local).total_seconds()) + 1


def _text(body: Json, *names: str) -> str:
    for name in names:
        value = body.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""
