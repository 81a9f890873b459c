"""Files that the person chooses, and what is written to them: templates, mappings, reports."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services import clock
from factory_erp.services.exchange.exporting import template_file
from factory_erp.services.exchange.mapping import ColumnMap, to_json
from factory_erp.ui.exchange import words
from factory_erp.ui.exchange.report_file import write_report
from factory_erp.ui.exchange.work import Judged
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.list_export import ask_target, file_name

_FOLDER = "import/folder"


def ask_source(parent: QWidget, context: UiContext) -> Path | None:
    """Ask for a table to import."""
    kinds = _("Excel and text tables") + " (*.xlsx *.xlsm *.csv *.tsv *.txt)"
    return _ask(parent, context, _("Choose the file to import"), f"{kinds};;{_('All files')} (*)")


def ask_mapping(parent: QWidget, context: UiContext) -> Path | None:
    """Ask for a mapping that was saved."""
    return _ask(parent, context, _("Load mapping"), _("Mappings") + " (*.json)")


def _ask(parent: QWidget, context: UiContext, title: str, kinds: str) -> Path | None:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    folder = str(context.settings().value(_FOLDER, documents))
    chosen, _kind = QFileDialog.getOpenFileName(parent, title, folder, kinds)
    if not chosen:
        return None
    context.settings().setValue(_FOLDER, str(Path(chosen).parent))
    return Path(chosen)


def save_mapping(parent: QWidget, context: UiContext, kind: str, mapping: ColumnMap) -> None:
    """Ask where to, and write *mapping* as the command line takes it too."""
    folder = Path(str(context.settings().value(_FOLDER, "")))
    proposed = str(folder / f"{kind}-mapping.json")
    chosen, _kind = QFileDialog.getSaveFileName(
        parent, _("Save mapping"), proposed, _("Mappings") + " (*.json)"
    )
    if chosen:
        path = Path(chosen).with_suffix(".json")
        context.jobs.run(
            partial(_write_mapping, path, mapping),
            done=lambda _value: context.say(_("The mapping is written to {path}.", path=path)),
            title=_("Save mapping"), owner=parent,
        )  # fmt: skip


def _write_mapping(path: Path, mapping: ColumnMap) -> None:
    try:
        path.write_text(to_json(mapping), encoding="utf-8")
    except OSError as error:
        raise DomainError(
            _("{path} cannot be written: {reason}.", path=path, reason=error.strerror or str(error)),
            record=path.name,
            remedy=_("Choose another folder, or close the program that has the file open."),
        ) from error


def save_template(parent: QWidget, context: UiContext, kind: str) -> None:
    """Ask where to, and write an empty table of *kind*."""
    name = _("{title} template", title=words.title(kind))
    path = ask_target(parent, context, _("Save template"), f"{name}.xlsx")
    if path is not None:
        said = _("The template is written to {path}. Fill it in, and import it here.", path=path)
        context.jobs.run(
            partial(template_file, kind, path),
            done=lambda _value: context.say(said), title=_("Save template"), owner=parent,
        )  # fmt: skip


def save_report(parent: QWidget, context: UiContext, judged: Judged) -> None:
    """Ask where to, and write what became of each row."""
    name = _("Import report {title}", title=words.title(judged.report.kind))
    path = ask_target(parent, context, _("Save the import report"), file_name(name, clock.today()))
    if path is not None:
        context.jobs.run(
            partial(write_report, path, judged),
            done=lambda _count: context.say(_("The report is written to {path}.", path=path)),
            title=_("Saving the report"), cancellable=True, owner=parent,
        )  # fmt: skip
