"""What can go wrong between us and a platform, each with the step that mends it.

The classes differ by what the caller may do next: wait, sign in again, mend the settings, mend the
record, or look the outcome up before trying again.
"""

from __future__ import annotations

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _


class PlatformError(DomainError):
    """Any failure in the conversation with a platform."""


class PlatformUnavailable(PlatformError):
    """No usable answer: no connection, HTTP 5xx, or an answer that is not the promised JSON.

    ``reached`` is False only when the request certainly never left this computer, so that even a
    write may be repeated. Reads may always be repeated, after ``seconds`` where the platform named a time.
    """

    def __init__(self, reason: str, *, reached: bool = True, seconds: int = 0) -> None:
        super().__init__(
            _("The platform gave no usable answer ({reason}).", reason=reason),
            remedy=_("Check the internet connection; the program tries again by itself."),
        )
        self.reason = reason
        self.reached = reached
        self.seconds = seconds


class Stopped(PlatformError):
    """The work was asked to end while it waited for its turn; nothing was sent."""

    def __init__(self) -> None:
        super().__init__(_("The sync was stopped."), remedy=_("Start it again when it suits you."))


class Throttled(PlatformError):
    """Too many calls: the platform refuses, without acting, for ``seconds`` more seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            _("The platform limits the number of calls for another {seconds} seconds.", seconds=seconds),
            remedy=_("Wait; the program goes on by itself."),
        )
        self.seconds = seconds


class ReauthoriseNeeded(PlatformError):
    """The account's permission has run out or was withdrawn; only a person can renew it."""

    def __init__(self, account: str = "") -> None:
        super().__init__(
            _("The platform no longer accepts the sign-in of this account."),
            record=account,
            remedy=_("Open the platform account and authorise the program again."),
        )


class WrongCredentials(PlatformError):
    """The application key or secret is not the one that the platform knows."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("The platform does not accept the app key or the signature ({code}).", code=code),
            field="app_secret",
            remedy=_("Check the app key and the app secret in the account's settings."),
        )
        self.code = code


class Refused(PlatformError):
    """The platform understood the call and said no; it did not act."""

    def __init__(self, code: str, message: str, *, record: str = "", remedy: str = "") -> None:
        super().__init__(
            _("The platform refused the call: {answer} (code {code}).", answer=message or "–", code=code),
            record=record,
            remedy=remedy or _("Mend what the message names, then try again."),
        )
        self.code = code
        self.platform_message = message


class AccessDenied(Refused):
    """The application may not make this call at all (permission, address list, clock)."""


class OutcomeUnknown(PlatformError):
    """A write was sent but its answer never came or cannot be read: it may have been done.

    Look it up on the platform before sending it again.
    """

    def __init__(self, reason: str, *, record: str = "") -> None:
        super().__init__(
            _("It is not known whether the platform carried out the call ({reason}).", reason=reason),
            record=record,
            remedy=_("The program looks it up on the platform before it tries again."),
        )


class NoWayToKnow(OutcomeUnknown):
    """The platform has no call that would tell: only a person can look."""
