"""The same use cases without a window, for scripts, schedulers and servers: ``factory-erp …``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from rich.console import Console
from rich.text import Text

from factory_erp import __version__, cli_exchange, cli_order_papers, cli_papers, cli_planning, cli_sync
from factory_erp.cli_shared import (
    DataOption,
    JsonOption,
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

app = typer.Typer(
    no_args_is_help=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    help="From the platform order to its packing list.",
)
document_app = typer.Typer(help="Export documents.", no_args_is_help=True)
database_app = typer.Typer(help="The factory's database.", no_args_is_help=True)
cli_sync.add_to(app)
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
    told = journey.as_json()
    said = {name: value for name, value in told.items() if not isinstance(value, list) and name != "papers"}
    say({**said, "documents": len(journey.documents), "screenshots": len(journey.screenshots)}, as_json=False)
    Console().print(_("Documents: {path}", path=(out / "documents").resolve()), soft_wrap=True)
    if journey.papers is not None:
        Console().print(
            _(
                "The whole set of {shipment}: {path}",
                shipment=journey.papers.shipment,
                path=journey.papers.folder,
            ),
            soft_wrap=True,
        )
    Console().print(_("Screenshots: {path}", path=(out / "screenshots").resolve()), soft_wrap=True)


@document_app.command("issue")
def document_issue(
    shipment: Annotated[str, typer.Argument(help="Number of the packed shipment.")],
    language: Annotated[str, typer.Option(help="en, zh_CN or bilingual.")] = "bilingual",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Issue commercial invoice and packing list of a packed shipment."""
    from factory_erp.documents.snapshot import Language
    from factory_erp.services.issuing import issue as issuing
    from factory_erp.services.workbench import views as shipping_views

    if language not in get_args(Language):
        raise DomainError(
            _("'{language}' is not a language of documents.", language=language), field="--language"
        )
    with factory(data):
        shipment_id = shipping_views.shipment_id(shipment)
        issued = issuing.issue(shipment_id, language=cast("Language", language)).value
    say({"documents": [asdict(paper) for paper in issued]}, as_json)


@database_app.command("upgrade")
def database_upgrade(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Make a new factory's database, or back up an old one and bring it to this program's version."""
    from factory_erp.services import base
    from factory_erp.services.upkeep import opening

    with factory(data, upgrade=False, make=True), watched(_("Upgrading")):
        done = opening.bring_up_to_date(base.database())
    say({"upgraded": done}, as_json)


@database_app.command("check")
def database_check(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Prove that database, stock ledger and documents are sound; exit 1 if not."""
    from factory_erp.services.upkeep import backup

    with factory(data), watched(_("Checking")):
        findings = backup.check()
    say({"findings": [asdict(finding) for finding in findings], "sound": not findings}, as_json)
    raise typer.Exit(1 if findings else 0)


@database_app.command("backup")
def database_backup(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Copy the database, while others work, to the workspace's backups folder."""
    from factory_erp.services.upkeep import backup

    with factory(data), watched(_("Backing up")) as progress:
        saved = backup.backup(progress)
    say(asdict(saved), as_json)


cli_exchange.add_to(app)
cli_planning.add_to(app)
cli_papers.add_to(app)
cli_order_papers.add_to(cli_papers.papers_app)


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
