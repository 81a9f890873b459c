"""Giving every record of a kind out as a file that can be imported again, and empty files to fill in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from factory_erp.i18n import _, in_language, language
from factory_erp.services.base import query
from factory_erp.services.exchange.kind import Intake, Kind
from factory_erp.services.exchange.registry import kind as kind_named
from factory_erp.services.progress import Progress
from factory_erp.sheets.writing import write_file

if TYPE_CHECKING:
    from factory_erp.sheets.writing import Cell


def export_file(kind: str, path: Path, *, language: str = "", progress: Progress | None = None) -> int:
    """Write every record of *kind* to *path* (.xlsx or .csv), headers and words in *language*; rows written.

    The file is there whole or not at all. Raises NotFound for an unknown kind, InvalidValue for another
    suffix, ImportStoppedError where the person stopped it.
    """
    return _export(kind_named(kind), path, language, progress)


@query
def _export(session: Session, kind: Kind, path: Path, wanted: str, progress: Progress | None) -> int:
    spoken = wanted or language()
    with in_language(spoken):
        headers = [_(field.title) for field in kind.fields]
        rows = _rows(session, kind, progress)
        return write_file(path, headers, rows, title=_(kind.title), language=spoken)


def _rows(session: Session, kind: Kind, progress: Progress | None) -> Iterator[list[Cell]]:
    ledger = Intake(progress=progress)
    for number, values in enumerate(kind.give(session), 1):
        ledger.step(number, 0, _("Exporting"))
        yield cells(kind, values)


def cells(kind: Kind, values: Mapping[str, Any]) -> list[Cell]:
    """The record's cells in the order of the kind's fields; None stays an empty cell."""
    return [_shown(field.read.show, values.get(field.key)) for field in kind.fields]


def _shown(show: Any, value: Any) -> Cell:
    shown: Cell = None if value is None or value == "" else show(value)
    return shown


def template_file(kind: str, path: Path) -> None:
    """Write an empty table of *kind*: headers in both languages, hints, and one example row to overwrite."""
    target = kind_named(kind)
    headers = [field.bilingual() for field in target.fields]
    hints = [_hint(field) for field in target.fields]
    write_file(
        path, headers, [[field.example for field in target.fields]], title=_(target.title), hints=hints
    )


def _hint(field: Any) -> str:
    needed = _("Required.") if field.required else ""
    return " ".join(part for part in (needed, _(field.hint) if field.hint else "") if part)
