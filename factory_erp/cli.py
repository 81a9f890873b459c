"""The same use cases without a window, for scripts, schedulers and servers: ``factory-erp …``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from factory_erp import __version__, cli_exchange
from factory_erp.cli_shared import (
    DataOption,
    JsonOption,
    TerminalProgress,
    chosen,
    errors,
    factory,
    given,
    say,
    watched,
)
from factory_erp.domain.errors import DomainError
from factory_erp.i18n import LANGUAGES, _, set_language
from factory_erp.services.base import storage_error

if TYPE_CHECKING:
    from factory_erp.sync.connectors.base import Connector
    from factory_erp.sync.sandbox.alibaba import SandboxServer


app = typer.Typer(
    no_args_is_help=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    help="From the platform order to its packing list.",
)
sandbox_app = typer.Typer(help="Practice servers that speak a platform's protocol.", no_args_is_help=True)
sync_app = typer.Typer(help="Pull orders and push shipments.", no_args_is_help=True)
document_app = typer.Typer(help="Export documents.", no_args_is_help=True)
database_app = typer.Typer(help="The factory's database.", no_args_is_help=True)
app.add_typer(sandbox_app, name="sandbox")
app.add_typer(sync_app, name="sync")
app.add_typer(document_app, name="document")
app.add_typer(database_app, name="database")


DatabaseOption = Annotated[
    str, typer.Option("--database", help="URL of a PostgreSQL database, for a new workspace.")
]


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    data: DataOption = None,
    language: Annotated[str, typer.Option(help="Language of messages: en or zh_CN.")] = "en",
    _show: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """Without a command: open the window."""
    set_language(language if language in LANGUAGES else "en")
    given.set(data)
    if context.invoked_subcommand is None:
        open_window(data, "")


@app.command("open")
def open_window(data: DataOption = None, database: DatabaseOption = "") -> None:
    """Open the window on your own factory."""
    from factory_erp.app import run_own

    raise typer.Exit(run_own(chosen(data), database))


@app.command()
def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="Run the whole journey without a window.")
    ] = False,
    out: Annotated[Path, typer.Option("--out", help="Where papers and pictures go.")] = Path("demo-out"),
    pictures: Annotated[bool, typer.Option(help="Photograph every page.")] = True,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open the demo factory, or run its whole journey with --headless."""
    if not headless:
        from factory_erp.app import run_demo

        raise typer.Exit(run_demo(chosen(data)))
    from factory_erp import showcase

    with watched(_("Building the demo factory…")) as progress:
        journey = showcase.run(out, progress, pictures=pictures)
    if as_json:
        say(journey.as_json(), as_json=True)
        return
    said = {name: value for name, value in journey.as_json().items() if not isinstance(value, list)}
    say({**said, "documents": len(journey.documents), "screenshots": len(journey.screenshots)}, as_json=False)
    Console().print(_("Documents: {path}", path=(out / "documents").resolve()), soft_wrap=True)
    Console().print(_("Screenshots: {path}", path=(out / "screenshots").resolve()), soft_wrap=True)


@sandbox_app.command("alibaba")
def sandbox_alibaba(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 0,
    orders: Annotated[
        Path | None, typer.Option("--orders-from", help="JSON file with the orders to serve.")
    ] = None,
    faults: Annotated[str, typer.Option(help="Fault profile.")] = "none",
    seed: Annotated[int, typer.Option(help="Seed of orders and faults.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Serve Alibaba.com's order protocol on this computer until Ctrl+C."""
    from factory_erp.demo.orders import demo_orders
    from factory_erp.demo.sandbox import APP_KEY, APP_SECRET
    from factory_erp.services.clock import now
    from factory_erp.sync.sandbox.alibaba import SandboxServer
    from factory_erp.sync.sandbox.faults import FaultProfile

    try:
        profile = FaultProfile(faults, probability=0.3, seed=seed)
    except ValueError as error:
        raise DomainError(str(error), field="--faults") from error
    payloads = _orders_in(orders) if orders else demo_orders(now(), seed)
    server = SandboxServer(payloads, app_key=APP_KEY, app_secret=APP_SECRET, faults=profile, port=port)
    with _listening(server, port):
        served = {
            "url": server.url,
            "orders": len(payloads),
            "app_key": APP_KEY,
            "app_secret": APP_SECRET,
            "code": server.state.new_code(),
            "state": f"{server.url}/_sandbox/state",
        }
        say(served, as_json)
        sys.stdout.flush()
        _until_stopped()


def _orders_in(file: Path) -> list[dict[str, object]]:
    from factory_erp.sync.sandbox.alibaba import load_orders

    try:
        return load_orders(file)
    except (OSError, ValueError) as error:
        raise DomainError(
            _("The orders in {path} cannot be read: {reason}", path=file, reason=error),
            field="--orders-from",
            remedy=_("Name a JSON file with a list of orders in the platform's own shape."),
        ) from error


def _until_stopped() -> None:
    """Wait for Ctrl+C or a supervisor's SIGTERM; both are an ordinary end."""
    import signal
    import threading

    stop = threading.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda _number, _frame: stop.set())
    # On Windows a wait without an end hears no Ctrl+C.
    while not stop.wait(0.5):
        pass


@contextmanager
def _listening(server: SandboxServer, port: int) -> Iterator[None]:
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


@sync_app.command("pull")
def sync_pull(
    account: Annotated[str, typer.Option(help="Name of the account; all if left out.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring every order that changed on the platforms."""
    from factory_erp.sync import engine

    def pull(account_id: int, connector: Connector, progress: TerminalProgress) -> dict[str, object]:
        pulled = engine.pull(account_id, connector, progress)
        return {"complete": pulled.complete, **asdict(pulled.applied)}

    say({"accounts": _with_each(account, data, _("Pulling orders"), pull)}, as_json)


@sync_app.command("push")
def sync_push(
    account: Annotated[str, typer.Option(help="Name of the account; all if left out.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send what waits in the outbox."""
    from factory_erp.sync import engine

    def push(account_id: int, connector: Connector, progress: TerminalProgress) -> dict[str, object]:
        return asdict(engine.push(account_id, connector, progress))

    say({"accounts": _with_each(account, data, _("Reporting shipments"), push)}, as_json)


def _with_each(
    account: str,
    data: Path | None,
    title: str,
    talk: Callable[[int, Connector, TerminalProgress], dict[str, object]],
) -> list[dict[str, object]]:
    """Talk to the accounts of that name (all if it is empty), one after the other; a report for each."""
    from factory_erp.sync import engine
    from factory_erp.sync.credentials import system_secrets

    reports = []
    with factory(data) as workspace, watched(title) as progress:
        secrets = system_secrets(workspace.path)
        for view in _accounts(account):
            with engine.open_connector(view, secrets) as connector:
                reports.append({"account": view.name, **talk(view.id, connector, progress)})
    return reports


@sync_app.command("status")
def sync_status(data: DataOption = None, as_json: JsonOption = False) -> None:
    """How each account is, what waits and what needs a person."""
    from factory_erp.services import platforms

    with factory(data):
        views, waiting = platforms.accounts(), platforms.open_exceptions()
    say(
        {"accounts": [asdict(view) for view in views], "exceptions": [asdict(one) for one in waiting]},
        as_json,
    )


def _accounts(name: str) -> list[Any]:
    from factory_erp.services import platforms

    found = [view for view in platforms.accounts() if not name or view.name == name]
    if not found:
        raise DomainError(
            _("There is no platform account '{name}'.", name=name or "–"),
            remedy=_("Add one on the Platforms page."),
        )
    return found


@app.command()
def plan(
    order: Annotated[
        list[str] | None, typer.Argument(help="Numbers of orders; all confirmed ones if left out.")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan the material of confirmed orders and schedule every open operation."""
    from factory_erp.services import planning, sales_views, scheduling

    with factory(data), watched(_("Planning")) as progress:
        ids = (
            [sales_views.order_numbered(number) for number in order]
            if order
            else list(sales_views.unplanned())
        )
        planned, short = 0, []
        for number, order_id in enumerate(ids):
            progress.report(number, len(ids), _("Planning"))
            outcome = planning.plan_order(order_id).value
            planned += len(outcome.production_orders)
            short += [asdict(shortage) for shortage in outcome.shortages]
        schedule = scheduling.schedule(progress=progress).value
    say(
        {
            "orders": len(ids),
            "production_orders": planned,
            "shortages": short,
            "operations": schedule.operations,
            "late_orders": [asdict(late) for late in schedule.late_orders],
            "seconds": round(schedule.seconds, 3),
        },
        as_json,
    )


@document_app.command("issue")
def document_issue(
    shipment: Annotated[str, typer.Argument(help="Number of the packed shipment.")],
    language: Annotated[str, typer.Option(help="en, zh_CN or bilingual.")] = "bilingual",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Issue commercial invoice and packing list of a packed shipment."""
    from factory_erp.services import documents, shipping_views

    if language not in {"en", "zh_CN", "bilingual"}:
        raise DomainError(
            _("'{language}' is not a language of documents.", language=language), field="--language"
        )
    with factory(data):
        shipment_id = shipping_views.shipment_id(shipment)
        issued = documents.issue(shipment_id, language=language).value  # type: ignore[arg-type]
    say({"documents": [asdict(paper) for paper in issued]}, as_json)


@database_app.command("upgrade")
def database_upgrade(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Make a new factory's database, or back up an old one and bring it to this program's version."""
    from factory_erp.services import base, opening

    with factory(data, upgrade=False, make=True), watched(_("Upgrading")):
        done = opening.bring_up_to_date(base.database())
    say({"upgraded": done}, as_json)


@database_app.command("check")
def database_check(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Prove that database, stock ledger and documents are sound; exit 1 if not."""
    from factory_erp.services import backup

    with factory(data), watched(_("Checking")):
        findings = backup.check()
    say({"findings": [asdict(finding) for finding in findings], "sound": not findings}, as_json)
    raise typer.Exit(1 if findings else 0)


@database_app.command("backup")
def database_backup(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Copy the database, while others work, to the workspace's backups folder."""
    from factory_erp.services import backup

    with factory(data), watched(_("Backing up")) as progress:
        saved = backup.backup(progress)
    say(asdict(saved), as_json)


cli_exchange.add_to(app)


def main() -> None:
    """Entry point: a domain error is a sentence on the error stream and exit status 1."""
    try:
        app()
    except DomainError as error:
        _complain(error)
        sys.exit(1)
    except OSError as error:
        # A folder or disk that a command met on its way (--out, a backup): said like any other problem.
        _complain(storage_error(error) or DomainError(str(error)))
        sys.exit(1)


def _complain(error: DomainError) -> None:
    """The sentence in one piece however narrow the terminal, so that a path in it can be copied."""
    record = f"{error.record}: " if error.record and error.record not in error.message else ""
    errors.print(Text(record + error.message, style="bold red"), soft_wrap=True)
    if error.remedy:
        errors.print(Text(error.remedy), soft_wrap=True)


if __name__ == "__main__":
    main()
