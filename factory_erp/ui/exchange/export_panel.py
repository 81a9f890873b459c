"""Export: every record of a kind to a file that can be imported again."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import LANGUAGES, _, language, ngettext
from factory_erp.services import clock
from factory_erp.services.exchange.exporting import export_file
from factory_erp.services.progress import Progress
from factory_erp.ui.exchange import files, words
from factory_erp.ui.exchange.calm import calm
from factory_erp.ui.exchange.foot import Foot
from factory_erp.ui.exchange.kind_card import KindCard
from factory_erp.ui.exchange.kind_list import WIDTH, KindList
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.list_export import ask_target, file_name


class ExportPanel(QWidget):
    """The kinds at the left; language and file at the right."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._written: Path | None = None
        self.kinds = KindList()
        self.language = ChoiceEdit(list(LANGUAGES.items()))
        self.language.show_value(language())
        self.language.setAccessibleName(_("Language of headers and words"))
        self.export_button = Button(_("Export…"), kind=Kind.PRIMARY, icon="document", run=self.export)
        self.export_button.setToolTip("Ctrl+Enter")
        self.template_button = Button(_("Save template…"), icon="save", run=self.save_template)
        self.answer = label(wrap=True, selectable=True)
        self.open_button = Button(_("Open file"), icon="document", run=self._open_file)
        self.folder_button = Button(_("Open folder"), icon="box", run=self._open_folder)
        self.foot = Foot(context)
        self.foot.offer("", "")
        self.card = KindCard(self._middle(), importing=False)
        self.kinds.chosen.connect(self.card.show_kind)
        self.foot.locked.connect(lambda locked: self.export_button.setEnabled(not locked))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(split(framed(self.kinds), self.card, stretch=(0, 1), sizes=(WIDTH, 640)))
        self.setFocusProxy(self.kinds)
        self._show_written(None, "")
        self.kinds.select(self.kinds.names()[0])

    def _middle(self) -> QWidget:
        caption = label(_("Language of headers and words"), muted=True)
        caption.setBuddy(self.language)
        line = QHBoxLayout()
        line.setSpacing(10)
        for part in (caption, self.language, self.export_button, self.template_button):
            line.addWidget(part)
        line.addStretch(1)
        after = QHBoxLayout()
        after.setSpacing(10)
        after.addWidget(self.answer, 1)
        after.addWidget(self.folder_button)
        after.addWidget(self.open_button)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(
            label(_("All records, as .xlsx or .csv. The file can be imported again."), wrap=True)
        )
        column.addLayout(line)
        column.addWidget(self.foot)
        column.addLayout(after)
        return framed(inner)

    def kind(self) -> str:
        """Name of the kind that is exported."""
        return self.kinds.current()

    def export(self) -> None:
        """Ask where to, and write every record of the kind."""
        if self.foot.busy():
            return
        name = file_name(words.title(self.kind()), clock.today())
        path = ask_target(self, self._context, _("Export {title}", title=words.title(self.kind())), name)
        if path is not None:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Write every record of the kind to *path*."""
        self._show_written(None, "")
        write = partial(_export, self.kind(), path, str(self.language.value()))
        self.foot.run(write, partial(self._tell_written, path), _("Exporting"))

    def save_template(self) -> None:
        """Ask where to, and write an empty table of the kind."""
        files.save_template(self, self._context, self.kind())

    def _tell_written(self, path: Path, count: int) -> None:
        said = ngettext(
            "{number} row is written to {path}.",
            "{number} rows are written to {path}.",
            count,
            number=figures.number(count),
            path=path,
        )
        self._show_written(path, said)
        self._context.say(said)

    def _show_written(self, path: Path | None, said: str) -> None:
        self._written = path
        self.answer.setText(said)
        for part in (self.answer, self.open_button, self.folder_button):
            part.setVisible(path is not None)

    def _open_file(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    def _open_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))


@calm()
def _export(kind: str, path: Path, spoken: str, *, progress: Progress) -> int:
    return export_file(kind, path, language=spoken, progress=progress)
