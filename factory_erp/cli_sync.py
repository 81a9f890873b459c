"""Talking to platforms on the command line: ``factory-erp sync …`` and ``factory-erp sandbox …``."""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from factory_erp.cli_shared import (
    DataOption,
    JsonOption,
    TerminalProgress,
    errors,
    factory,
    say,
    stopper,
    watched,
)
from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _

if TYPE_CHECKING:
    from factory_erp.services.platforms.accounts import AccountView
    from factory_erp.sync.connectors.base import Connector
    from factory_erp.sync.credentials import SecretStore
    from factory_erp.sync.runs import RunReport
    from factory_erp.sync.sandbox.faults import FaultProfile

log = logging.getLogger(__name__)

sandbox_app = typer.Typer(help="Practice servers that speak a platform's protocol.", no_args_is_help=True)
sync_app = typer.Typer(help="Talk to the platforms: orders in, messages out.", no_args_is_help=True)

AccountOption = Annotated[str, typer.Option(help="Name of the account; all if left out.")]
PortOption = Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)]
OrdersOption = Annotated[
    Path | None, typer.Option("--orders-from", help="JSON file with the orders to serve.")
]
FaultsOption = Annotated[str, typer.Option(help="Fault profile.")]
SeedOption = Annotated[int, typer.Option(help="Seed of orders and faults.")]


# Practice servers


class _Sandbox(Protocol):
    """What the command needs of a sandbox server."""

    @property
    def url(self) -> str: ...

    def start(self) -> object: ...

    def stop(self) -> None: ...


@sandbox_app.command("alibaba")
def sandbox_alibaba(
    port: PortOption = 0,
    orders: OrdersOption = None,
    faults: FaultsOption = "none",
    seed: SeedOption = 7,
    as_json: JsonOption = False,
) -> None:
    """Serve Alibaba.com's protocol on this computer until Ctrl+C."""
    from factory_erp.demo.orders import demo_orders
    from factory_erp.demo.sandbox import APP_KEY, APP_SECRET
    from factory_erp.services.clock import now
    from factory_erp.sync.sandbox.alibaba import SandboxServer, load_orders

    profile = _profile(faults, seed)
    payloads = _orders_in(orders, load_orders) if orders else demo_orders(now(), seed)
    server = SandboxServer(payloads, app_key=APP_KEY, app_secret=APP_SECRET, faults=profile, port=port)
    _serve(server, port, len(payloads), server.state.new_code, as_json)


@sandbox_app.command("dhgate")
def sandbox_dhgate(
    port: PortOption = 0,
    orders: OrdersOption = None,
    faults: FaultsOption = "none",
    seed: SeedOption = 7,
    as_json: JsonOption = False,
) -> None:
    """Serve DHgate's protocol on this computer until Ctrl+C."""
    from factory_erp.demo.dhgate_orders import dhgate_orders
    from factory_erp.demo.sandbox import APP_KEY, APP_SECRET
    from factory_erp.services.clock import now
    from factory_erp.sync.sandbox.dhgate import SandboxServer, load_orders

    profile = _profile(faults, seed)
    payloads = _orders_in(orders, load_orders) if orders else dhgate_orders(now(), seed)
    server = SandboxServer(payloads, app_key=APP_KEY, app_secret=APP_SECRET, faults=profile, port=port)
    _serve(server, port, len(payloads), server.state.new_code, as_json)


def _profile(faults: str, seed: int) -> FaultProfile:
    from factory_erp.sync.sandbox.faults import FaultProfile

    try:
        return FaultProfile(faults, probability=0.3, seed=seed)
    except ValueError as error:
        raise DomainError(str(error), field="--faults") from error


def _orders_in(file: Path, load: Callable[[Path], list[dict[str, object]]]) -> list[dict[str, object]]:
    try:
        return load(file)
    except (OSError, ValueError) as error:
        raise DomainError(
            _("The orders in {path} cannot be read: {reason}", path=file, reason=error),
            field="--orders-from",
            remedy=_("Name a JSON file with a list of orders in the platform's own shape."),
        ) from error


def _serve(server: _Sandbox, port: int, orders: int, new_code: Callable[[], str], as_json: bool) -> None:
    from factory_erp.demo.sandbox import APP_KEY, APP_SECRET

    # Heard from the first line on: whoever reads it may end the server at once.
    with _listening(server, port), stopper() as stop:
        served = {
            "url": server.url,
            "orders": orders,
            "app_key": APP_KEY,
            "app_secret": APP_SECRET,
            "code": new_code(),
            "state": f"{server.url}/_sandbox/state",
        }
        say(served, as_json)
        sys.stdout.flush()
        while not _stopped_within(stop, 3600):
            pass


def _stopped_within(stop: threading.Event, seconds: float) -> bool:
    """Wait *seconds* or until the end is asked for; whether it was."""
    end = time.monotonic() + seconds
    # On Windows a long wait hears no Ctrl+C.
    while (left := end - time.monotonic()) > 0:
        if stop.wait(min(left, 0.5)):
            return True
    return stop.is_set()


@contextmanager
def _listening(server: _Sandbox, port: int) -> Iterator[None]:
    try:
        server.start()
    except OSError as error:
        raise DomainError(
            _("Port {port} cannot be used: {reason}.", port=port, reason=error.strerror or error),
            field="--port",
            remedy=_("Name another port, or leave it out to get a free one."),
        ) from error
    try:
        yield
    finally:
        server.stop()


# Platforms


@sync_app.command("pull")
def sync_pull(account: AccountOption = "", data: DataOption = None, as_json: JsonOption = False) -> None:
    """Bring every order that changed on the platforms."""
    from factory_erp.sync import engine

    def pull(account_id: int, connector: Connector, progress: TerminalProgress) -> dict[str, object]:
        pulled = engine.pull(account_id, connector, progress)
        return {"complete": pulled.complete, **asdict(pulled.applied)}

    say({"accounts": _with_each(account, data, _("Pulling orders"), pull)}, as_json)


@sync_app.command("push")
def sync_push(account: AccountOption = "", data: DataOption = None, as_json: JsonOption = False) -> None:
    """Send what waits in the outbox."""
    from factory_erp.sync import engine

    def push(account_id: int, connector: Connector, progress: TerminalProgress) -> dict[str, object]:
        return asdict(engine.push(account_id, connector, progress))

    say({"accounts": _with_each(account, data, _("Sending messages"), push)}, as_json)


def _with_each(
    account: str,
    data: Path | None,
    title: str,
    talk: Callable[[int, Connector, TerminalProgress], dict[str, object]],
) -> list[dict[str, object]]:
    """Talk to the accounts of that name (all if it is empty), one after the other; a report for each."""
    from factory_erp.sync import runs
    from factory_erp.sync.credentials import system_secrets

    reports = []
    with factory(data) as workspace, watched(title) as progress:
        secrets = system_secrets(workspace.path)
        for view in _accounts(account):
            with runs.opened(view, secrets, progress) as connector:
                reports.append({"account": view.name, **talk(view.id, connector, progress)})
    return reports


@sync_app.command("status")
def sync_status(data: DataOption = None, as_json: JsonOption = False) -> None:
    """How each account is, what waits and what needs a person."""
    from factory_erp.services.platforms import accounts as platforms

    with factory(data):
        views, waiting = platforms.accounts(), platforms.open_exceptions()
    say(
        {"accounts": [asdict(view) for view in views], "exceptions": [asdict(one) for one in waiting]},
        as_json,
    )


@sync_app.command("calls")
def sync_calls(
    account: AccountOption = "",
    subject: Annotated[str, typer.Option(help="The platform's id of an order, listing or inquiry.")] = "",
    limit: Annotated[int, typer.Option(help="How many, the newest first.", min=1, max=20_000)] = 50,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the archived calls to the platforms; no secret is in them."""
    from factory_erp.services.platforms import sync_runs

    with factory(data):
        views = _accounts(account)
        account_id = views[0].id if account else None
        rows = sync_runs.calls(account_id, subject=subject, limit=limit)
    say({"calls": [asdict(row) for row in rows]}, as_json)


@sync_app.command("run")
def sync_run(
    account: AccountOption = "",
    every: Annotated[str, typer.Option(help="Again and again: 30s, 5m, 1h. Once if left out.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sync everything: orders and inquiries in, messages out. With --every until Ctrl+C, whatever is away.

    Exit 1 if an account could not be synced in a single run. Paused accounts are left out.
    """
    from factory_erp.sync.credentials import system_secrets

    seconds = _interval(every) if every else 0
    with factory(data) as workspace:
        secrets = system_secrets(workspace.path)
        _accounts(account)
        with stopper() as stop:
            while True:
                lines = _tried_round(account, secrets, stop, again=seconds > 0)
                _say_round(lines, as_json)
                if not seconds or _stopped_within(stop, seconds):
                    break
    failed = any(line["outcome"] in ("failed", "busy", "waits") for line in lines)
    raise typer.Exit(1 if failed and not every else 0)


def _interval(text: str) -> float:
    """Seconds of "30s", "5m" or "1h". Raises InvalidValue."""
    found = re.fullmatch(r"(\d{1,5})(s|m|h)", text.strip())
    if found is None or int(found[1]) == 0:
        raise InvalidValue(
            _("'{text}' is no span of time.", text=text),
            field="--every",
            remedy=_("Write it like {example}.", example="30s, 5m, 1h"),
        )
    return float(int(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]])


class _Stoppable:
    """Progress of a command that Ctrl+C ends after the page at hand."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def report(self, done: int, total: int, text: str = "") -> None:
        """Say nothing: each run has its line."""


def _tried_round(
    account: str, secrets: SecretStore, stop: threading.Event, *, again: bool
) -> list[dict[str, object]]:
    """The lines of a round. One that is done *again* later survives that the database is away meanwhile."""
    from sqlalchemy.exc import SQLAlchemyError

    lines: list[dict[str, object]] = []
    try:
        lines.extend(_round(account, secrets, stop))
    except (DomainError, SQLAlchemyError) as error:
        if not again:
            raise
        # Nothing is lost: what was not committed is read, or looked up, in the next round.
        reason = str(getattr(error, "orig", None) or error).strip()
        log.warning("a round of syncs broke off: %s", reason)
        lines.append({"account": account or "–", "outcome": "failed", "problem": reason})
    return lines


def _round(account: str, secrets: SecretStore, stop: threading.Event) -> Iterator[dict[str, object]]:
    """Sync each account once; a line for each."""
    from factory_erp.models.platforms import AccountState, RunTrigger
    from factory_erp.sync import runs

    for view in _accounts(account):
        if stop.is_set():
            return
        if view.state is AccountState.PAUSED:
            yield {"account": view.name, "outcome": "paused"}
            continue
        try:
            report = runs.sync_account(view.id, secrets, trigger=RunTrigger.SERVER, progress=_Stoppable(stop))
        except runs.AccountWaits as waiting:
            yield {"account": view.name, "outcome": "waits", "problem": str(waiting)}
        except runs.AccountBusy as busy:
            yield {"account": view.name, "outcome": "busy", "problem": str(busy)}
        except DomainError as error:
            yield {"account": view.name, "outcome": "failed", "problem": str(error)}
        else:
            yield _line(report)


def _line(report: RunReport) -> dict[str, object]:
    return {
        "account": report.account,
        "outcome": report.outcome.value,
        **asdict(report.counts),
        "queued": report.queued,
        "listings": report.listings,
        "problem": report.problem,
    }


def _say_round(lines: list[dict[str, object]], as_json: bool) -> None:
    """One JSON object for the round, or a line for each account."""
    if as_json:
        say({"accounts": lines}, as_json=True)
    for line in lines if not as_json else []:
        figures = ", ".join(
            f"{name} {value}" for name, value in line.items() if isinstance(value, int) and value
        )
        print(" · ".join(text for text in (str(line["account"]), str(line["outcome"]), figures) if text))
        if line.get("problem"):
            errors.print(str(line["problem"]), markup=False, soft_wrap=True)
    sys.stdout.flush()


def _accounts(name: str) -> list[AccountView]:
    from factory_erp.services.platforms import accounts as platforms

    found = [view for view in platforms.accounts() if not name or view.name == name]
    if not found:
        raise DomainError(
            _("There is no platform account '{name}'.", name=name or "–"),
            remedy=_("Add one on the Platforms page."),
        )
    return found


def add_to(app: typer.Typer) -> None:
    """Make the commands part of *app*."""
    app.add_typer(sandbox_app, name="sandbox")
    app.add_typer(sync_app, name="sync")
