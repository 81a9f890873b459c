"""What the page's buttons start in the background.

A pull spends its time waiting for the network, so it runs beside the writers' lane and not in it: every
page of orders is a short transaction of its own, and a clerk's "Confirm" must not queue behind it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from factory_erp.domain.errors import InvalidValue, NotAllowed, NotFound
from factory_erp.i18n import _
from factory_erp.models.platforms import AccountState
from factory_erp.services import outbox, platforms
from factory_erp.services.base import Result
from factory_erp.services.intake import Applied
from factory_erp.services.outbox import OutboxRow
from factory_erp.services.platforms import AccountView, ExceptionView
from factory_erp.sync import engine
from factory_erp.sync.connectors.base import Connector, SignIn
from factory_erp.sync.credentials import KeptToken, SecretStore
from factory_erp.sync.engine import Pushed, SecretName, account_key, open_connector
from factory_erp.ui.kit.jobs import JobCancelledError, Progress

CALLBACK = "https://localhost/"
"""The callback address that is suggested: it need not answer, its address line shows the code."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the page shows, read together."""

    accounts: list[AccountView]
    exceptions: list[ExceptionView]
    messages: list[OutboxRow]


@dataclass(frozen=True, slots=True)
class Brought:
    """What a pull applied; ``complete`` is False when it was stopped in between."""

    applied: Applied
    complete: bool


@dataclass(frozen=True, slots=True)
class AccountInput:
    """What the account form holds; an empty secret keeps the one that is stored."""

    platform: str
    name: str
    gateway: str
    app_key: str
    app_secret: str


class _Gentle:
    """Progress that lets the engine end its page after a cancel, instead of breaking out of it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @property
    def cancelled(self) -> bool:
        return self._progress.cancelled

    def report(self, done: int, total: int, text: str = "") -> None:
        with suppress(JobCancelledError):
            self._progress.report(done, total, text)


def read() -> Snapshot:
    """Accounts, what waits for a person, and the newest messages."""
    return Snapshot(platforms.accounts(), platforms.open_exceptions(), outbox.rows())


def account(account_id: int) -> AccountView:
    """The account as it is now. Raises NotFound."""
    for view in platforms.accounts():
        if view.id == account_id:
            return view
    raise NotFound(_("The platform account is not there any more."), remedy=_("Reload the page."))


def pull(account_id: int, secrets: SecretStore, progress: Progress) -> Result[Brought]:
    """Bring what changed on the platform. What was applied before a cancel stays and is told."""
    with open_connector(account(account_id), secrets) as connector:
        pulled = engine.pull(account_id, connector, _Gentle(progress))
    changes = {**pulled.changes, "platform_account": frozenset({account_id})}
    return Result(Brought(pulled.applied, pulled.complete), changes)


def push(account_id: int, secrets: SecretStore, progress: Progress) -> Result[Pushed]:
    """Send what is due."""
    with open_connector(account(account_id), secrets) as connector:
        pushed = engine.push(account_id, connector, _Gentle(progress))
    own = frozenset(row.id for row in outbox.rows(account_id))
    return Result(pushed, {"outbox_message": own, "platform_account": frozenset({account_id})})


def send_again(message: OutboxRow, secrets: SecretStore, progress: Progress) -> Result[Pushed]:
    """Make the message due, then send what is due."""
    outbox.send_again(message.id)
    return push(message.account_id, secrets, progress)


def save_account(given: AccountInput, secrets: SecretStore) -> Result[AccountView]:
    """Add or change the account; its secret goes to the secret store, never into the database.

    Without a token it waits for the sign-in. Raises InvalidValue where a new account has no secret.
    """
    known = next((view for view in platforms.accounts() if _same(view, given)), None)
    stored = known is not None and secrets.get(SecretName.APP_SECRET.of(account_key(known)))
    if not given.app_secret and not (stored and known and known.app_key == given.app_key):
        raise InvalidValue(
            _("The account needs its app secret."),
            field="app_secret",
            remedy=_("Copy it from the platform's developer console."),
        )
    added = platforms.add_account(given.platform, given.name, given.gateway, given.app_key)
    view = account(added.value)
    if given.app_secret:
        secrets.set(SecretName.APP_SECRET.of(account_key(view)), given.app_secret)
    if view.state is not AccountState.PAUSED:
        has_token = _token(view, secrets).load() is not None
        state = AccountState.CONNECTED if has_token else AccountState.REAUTHORISE
        platforms.note_problem(view.id, "", state)
    return Result(account(view.id), {"platform_account": frozenset({view.id})})


def _same(view: AccountView, given: AccountInput) -> bool:
    return (view.platform, view.name) == (given.platform, given.name)


def _token(view: AccountView, secrets: SecretStore) -> KeptToken:
    return KeptToken(secrets, SecretName.TOKEN.of(account_key(view)))


def authorise_url(view: AccountView, secrets: SecretStore, callback: str, state: str) -> str:
    """The page on which the shop's owner permits the program to act; asks nothing of the network."""
    with open_connector(view, secrets) as connector:
        return _sign_in(connector).authorise_url(callback, state)


def _sign_in(connector: Connector) -> SignIn:
    if connector.sign_in is None:
        raise NotAllowed(_("The platform '{platform}' needs no sign-in.", platform=connector.platform))
    return connector.sign_in


def authorise(account_id: int, secrets: SecretStore, code: str) -> Result[AccountView]:
    """Exchange the code for a token, kept in the secret store. Raises PlatformError."""
    view = account(account_id)
    with open_connector(view, secrets) as connector:
        _sign_in(connector).exchange_code(code)
    noted = platforms.note_problem(account_id, "", AccountState.CONNECTED)
    return Result(account(account_id), noted.changes)


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
