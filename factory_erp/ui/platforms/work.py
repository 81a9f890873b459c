"""What the page's buttons start in the background.

A sync spends its time waiting for the network, so it runs beside the writers' lane and not in it: every
page of orders is a short transaction of its own, and a clerk's "Confirm" must not queue behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.platforms import AccountState, RunTrigger
from factory_erp.services import outbox
from factory_erp.services.base import Result
from factory_erp.services.outbox import OutboxRow
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import sync_leases, sync_runs
from factory_erp.services.platforms.accounts import AccountForm, AccountView, ExceptionView
from factory_erp.services.platforms.sync_leases import Held
from factory_erp.services.platforms.sync_runs import RunRow
from factory_erp.sync import runs
from factory_erp.sync.connectors import registry
from factory_erp.sync.connectors.base import Connector, SignIn
from factory_erp.sync.connectors.spec import Capability
from factory_erp.sync.credentials import KeptToken, SecretStore
from factory_erp.sync.engine import SecretName, account_key, open_connector
from factory_erp.sync.runs import ALL_PARTS, Part, RunReport
from factory_erp.ui.kit.jobs import JobCancelledError, Progress

CALLBACK = "https://localhost/"
"""The callback address that is suggested: it need not answer, its address line shows the code."""

CALLBACK_OPTION = "callback"
"""Option of an account whose platform knows one callback address."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the page shows, read together. ``held`` is who talks to an account at the moment."""

    accounts: list[AccountView]
    exceptions: list[ExceptionView]
    messages: list[OutboxRow]
    runs: list[RunRow]
    held: Mapping[int, Held]

    def last_runs(self) -> dict[int, RunRow]:
        """The newest run of each account."""
        return {run.account_id: run for run in reversed(self.runs)}


class Gentle:
    """Progress that lets a run end its page after a cancel, instead of breaking out of it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @property
    def cancelled(self) -> bool:
        """Whether the person asked to stop."""
        return self._progress.cancelled

    def report(self, done: int, total: int, text: str = "") -> None:
        """Pass it on while nobody asked to stop."""
        with suppress(JobCancelledError):
            self._progress.report(done, total, text)


def read() -> Snapshot:
    """Accounts, what waits for a person, the newest messages and runs."""
    accounts = platforms.accounts()
    held = {view.id: sync_leases.held(view.id) for view in accounts}
    return Snapshot(
        accounts,
        platforms.open_exceptions(),
        outbox.rows(),
        sync_runs.runs(),
        {account_id: found for account_id, found in held.items() if found is not None},
    )


def next_run(view: AccountView, last: RunRow | None) -> datetime | None:
    """When the program syncs the account by itself; None where it waits for a person."""
    if not view.every_minutes or view.state in (AccountState.PAUSED, AccountState.REAUTHORISE):
        return None
    regular = last.started_at + timedelta(minutes=view.every_minutes) if last else None
    return view.retry_at or regular


def parts_of(view: AccountView) -> tuple[Part, ...]:
    """What a run can do on the account's platform, in its order."""
    known = registry.PLATFORMS.get(view.platform)
    able = known.capabilities if known else frozenset()
    needed = {
        Part.ORDERS: {Capability.ORDERS},
        Part.INQUIRIES: {Capability.MESSAGES, Capability.RFQS},
        Part.CHANGES: {Capability.STOCK, Capability.PRICES, Capability.LEAD_TIMES},
        Part.OUTBOX: set(Capability),
        Part.LISTINGS: {Capability.LISTINGS},
    }
    return tuple(part for part in ALL_PARTS if able & needed[part])


def sync(
    account_id: int, secrets: SecretStore, progress: Progress, parts: Sequence[Part] = ALL_PARTS
) -> Result[RunReport]:
    """Talk to the platform. What was done before a cancel stays and is told.

    Raises NotAllowed where the account has to be left alone or another PC talks to it.
    """
    report = runs.sync_account(
        account_id, secrets, trigger=RunTrigger.HAND, progress=Gentle(progress), parts=parts
    )
    return Result(report, report.changes)


def send_again(message: OutboxRow, secrets: SecretStore, progress: Progress) -> Result[RunReport]:
    """Make the message due, then send what is due."""
    outbox.send_again(message.id)
    return sync(message.account_id, secrets, progress, (Part.OUTBOX,))


def save_account(
    form: AccountForm, secret: str, secrets: SecretStore, version: int | None = None
) -> Result[AccountView]:
    """Add or change the account; its secret goes to the secret store, never into the database.

    An empty *secret* keeps the stored one. Without a token the account waits for the sign-in. Raises
    InvalidValue where the platform needs a secret and there is none, and as
    ``platforms.accounts.save_account``.
    """
    known = platforms.account(form.id) if form.id else None
    same_key = known is not None and known.app_key == form.app_key.strip()
    stored = known is not None and same_key and secrets.get(SecretName.APP_SECRET.of(account_key(known)))
    if registry.spec(form.platform).needs_secret and not (secret or stored):
        raise InvalidValue(
            _("The account needs its app secret."),
            field="app_secret",
            remedy=_("Copy it from the platform's developer console."),
        )
    saved = platforms.save_account(form, version)
    view = platforms.account(saved.value)
    if secret:
        secrets.set(SecretName.APP_SECRET.of(account_key(view)), secret)
    if secret or not same_key:
        _settle_sign_in(view, secrets)
    return Result(platforms.account(view.id), saved.changes)


def _settle_sign_in(view: AccountView, secrets: SecretStore) -> None:
    """After other keys: whether a person has to sign in first. A pause is not ended by it."""
    if view.state is AccountState.PAUSED or not needs_sign_in(view):
        return
    has_token = _token(view, secrets).load() is not None
    platforms.note_problem(view.id, "", AccountState.CONNECTED if has_token else AccountState.REAUTHORISE)


def needs_sign_in(view: AccountView) -> bool:
    """Whether a person signs in on the account's platform."""
    known = registry.PLATFORMS.get(view.platform)
    return known is not None and Capability.SIGN_IN in known.capabilities


def _token(view: AccountView, secrets: SecretStore) -> KeptToken:
    return KeptToken(secrets, SecretName.TOKEN.of(account_key(view)))


def callback_of(view: AccountView) -> str:
    """The callback address to suggest for the sign-in."""
    return view.options.get(CALLBACK_OPTION, "").strip() or CALLBACK


def authorise_url(view: AccountView, secrets: SecretStore, callback: str, state: str) -> str:
    """The page on which the shop's owner permits the program to act; asks nothing of the network."""
    with open_connector(view, secrets) as connector:
        return _sign_in(connector).authorise_url(callback, state)


def _sign_in(connector: Connector) -> SignIn:
    if connector.sign_in is None:
        raise NotAllowed(_("The platform '{platform}' needs no sign-in.", platform=connector.platform))
    return connector.sign_in


def authorise(account_id: int, secrets: SecretStore, code: str, callback: str = "") -> Result[AccountView]:
    """Exchange the code for a token, kept in the secret store; *callback* is the address it came to.

    Raises PlatformError.
    """
    view = platforms.account(account_id)
    with open_connector(view, secrets) as connector:
        _sign_in(connector).exchange_code(code, callback)
    noted = platforms.note_problem(account_id, "", AccountState.CONNECTED)
    return Result(platforms.account(account_id), noted.changes)


def code_in(pasted: str, state: str) -> str:
    """The code in what was pasted: the code itself, or the whole address of the callback page.

    Raises InvalidValue for an address without a code, and for one that answers another request (RFC 6749
    section 10.12: a foreign *state* means that somebody else's permission is being slipped in).
    """
    text = pasted.strip()
    if "://" not in text:
        return text
    asked = parse_qs(urlsplit(text).query)
    code, answered = asked.get("code", [""])[0], asked.get("state", [state])[0]
    if not code:
        raise InvalidValue(
            _("This address holds no code."),
            field="code",
            remedy=_("Copy the address of the page that opens after you have agreed."),
        )
    if answered != state:
        raise InvalidValue(
            _("This address belongs to another request."),
            field="code",
            remedy=_("Open the sign-in page again from here, and paste the address that follows."),
        )
    return code
