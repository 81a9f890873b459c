"""Import and export on the command line: ``factory-erp import | export | template | kinds``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from factory_erp.cli_shared import DataOption, JsonOption, TerminalProgress, factory, say, watched
from factory_erp.domain.errors import DomainError
from factory_erp.i18n import LANGUAGES, _

SHOWN = 50
"""Rejected cells that are listed for people; --json has them all."""

KindArgument = Annotated[str, typer.Argument(help="Kind of record; factory-erp kinds lists them.")]
FileArgument = Annotated[Path, typer.Argument(help="An .xlsx or .csv file.")]


def import_file(
    kind: Annotated[str, typer.Argument(help="Kind of record; factory-erp kinds lists them.")] = "",
    file: Annotated[Path | None, typer.Argument(help="An .xlsx or .csv file.")] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", help="JSON that says which columns are which fields.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")] = False,
    sheet: Annotated[str, typer.Option(help="Worksheet of a workbook; the first if left out.")] = "",
    encoding: Annotated[str, typer.Option(help="Encoding of a .csv file; detected if left out.")] = "",
    kinds: Annotated[bool, typer.Option("--kinds", help="List the kinds of records.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a file in: all of it or nothing. Exit 1 if a cell was rejected."""
    if kinds:
        list_kinds(as_json)
        return
    if not kind or file is None:
        raise DomainError(
            _("Name the kind of record and the file."), remedy="factory-erp import items items.xlsx"
        )
    with factory(data), watched(_("Importing")) as progress:
        report = _imported(kind, file, mapping, dry_run, sheet, encoding, progress)
    rejected = report["rejected"]
    assert isinstance(rejected, list)
    if as_json:
        say(report, as_json=True)
    else:
        counts = {name: value for name, value in report.items() if name not in ("notes", "rejected")}
        say({**counts, "rejected": len(rejected)}, as_json=False)
        notes = report["notes"]
        assert isinstance(notes, list)
        for note in notes:
            Console().print(Text(note), soft_wrap=True)
        for one in rejected[:SHOWN]:
            line = " · ".join(part for part in (str(one["row"]), one["column"], one["reason"]) if part)
            Console().print(Text(line), soft_wrap=True)
        if len(rejected) > SHOWN:
            more = _("{count} more; --json lists them all.", count=f"{len(rejected) - SHOWN:,}")
            Console().print(Text(more), soft_wrap=True)
    raise typer.Exit(1 if rejected else 0)


def _imported(
    kind: str,
    file: Path,
    mapping: Path | None,
    dry_run: bool,
    sheet: str,
    encoding: str,
    progress: TerminalProgress,
) -> dict[str, object]:
    """The report of an import; a file or mapping that is refused as a whole is one rejection of row 0."""
    from factory_erp.services.exchange import importing, registry
    from factory_erp.services.exchange.mapping import ColumnMap, MappingRefusedError, load
    from factory_erp.sheets.reading import read_file
    from factory_erp.sheets.table import SheetRefused

    registry.kind(kind)
    head: dict[str, object] = {"kind": kind, "dry_run": dry_run, "encoding": encoding}
    try:
        given = load(mapping) if mapping else None
        how = given or ColumnMap({})
        table = read_file(
            file,
            sheet=sheet or how.sheet,
            encoding=encoding or how.encoding,
            delimiter=how.delimiter,
            watch=progress,
        )
        report = importing.import_sheet(
            kind, table, given, dry_run=dry_run, progress=progress, folder=file.absolute().parent
        ).value
    except (SheetRefused, MappingRefusedError) as error:
        refusal = {"row": 0, "column": "", "reason": str(error)}
        counts = {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0}
        return {**head, **counts, "notes": [], "rejected": [refusal]}
    rejected = [{"row": one.row, "column": one.column, "reason": one.reason} for one in report.rejected]
    return {
        **head,
        "encoding": table.source.encoding,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "skipped": report.skipped,
        "notes": [*table.source.notes, *report.notes],
        "rejected": rejected,
    }


def export_file(
    kind: KindArgument,
    file: FileArgument,
    language: Annotated[str, typer.Option(help="Language of headers and words: en or zh_CN.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write every record of a kind to a file that can be imported again."""
    from factory_erp.services.exchange import exporting

    if language and language not in LANGUAGES:
        raise DomainError(
            _("'{language}' is not a language of the program.", language=language),
            field="--language",
            remedy=_("Choose one of: {languages}.", languages=", ".join(LANGUAGES)),
        )
    with factory(data), watched(_("Exporting")) as progress:
        rows = exporting.export_file(kind, file, language=language, progress=progress)
    say({"kind": kind, "rows": rows, "file": file}, as_json)


def template(kind: KindArgument, file: FileArgument, as_json: JsonOption = False) -> None:
    """Write an empty table of a kind to fill in, its headers in both languages."""
    from factory_erp.services.exchange import exporting

    exporting.template_file(kind, file)
    say({"kind": kind, "file": file}, as_json)


def list_kinds(as_json: JsonOption = False) -> None:
    """List the kinds of records that can be imported and exported."""
    from factory_erp.services.exchange.registry import KINDS

    if not as_json:
        say({kind.name: ", ".join(field.key for field in kind.fields) for kind in KINDS.values()}, as_json)
        return
    said = [
        {
            "name": kind.name,
            "title": _(kind.title),
            "needs": list(kind.needs),
            "fields": [
                {"key": one.key, "title": _(one.title), "required": one.required, "key_part": one.key_part}
                for one in kind.fields
            ],
        }
        for kind in KINDS.values()
    ]
    say({"kinds": said}, as_json=True)


def add_to(app: typer.Typer) -> None:
    """Make the commands part of *app*."""
    for name, command in (
        ("import", import_file), ("export", export_file), ("template", template), ("kinds", list_kinds)
    ):  # fmt: skip
        app.command(name)(command)
