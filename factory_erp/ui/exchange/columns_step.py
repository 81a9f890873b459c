"""The second step: how the file is read, and which of its columns is what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.exchange.readers import Day
from factory_erp.services.exchange.registry import KINDS
from factory_erp.sheets.encodings import ENCODINGS
from factory_erp.ui.exchange import words
from factory_erp.ui.exchange.mapping_rows import MappingRows
from factory_erp.ui.exchange.sheet_table import SheetTable
from factory_erp.ui.exchange.work import Opened, Origin, is_headless
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.frames import framed, split

SHOWN_ROWS = 30
"""Rows of the file that are shown: enough to see whether it was read well."""

HEADS = ((False, N_("Headers")), (True, N_("Data, in the order of the template")))


class ReadingBar(QWidget):
    """Encoding, separator and sheet as they were found, to be changed; ``changed`` carries an ``Origin``.

    ``dated`` carries the format of days.
    """

    changed = Signal(object)
    dated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opened: Opened | None = None
        self.encoding = ChoiceEdit([(name, name) for name in ENCODINGS])
        self.delimiter = ChoiceEdit([])
        self.sheet = ChoiceEdit([])
        self.head = ChoiceEdit([(headless, _(title)) for headless, title in HEADS])
        self.dates = ChoiceEdit([])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._pairs = [
            self._pair(row, _("Encoding"), self.encoding),
            self._pair(row, _("Separator"), self.delimiter),
            self._pair(row, _("Sheet"), self.sheet),
            self._pair(row, _("First row"), self.head),
            self._pair(row, _("Dates"), self.dates),
        ]
        row.addStretch(1)
        for edit in (self.encoding, self.delimiter, self.sheet, self.head):
            edit.edited.connect(self._tell)
        self.dates.edited.connect(lambda: self.dated.emit(str(self.dates.value())))

    def _pair(self, row: QHBoxLayout, caption: str, edit: ChoiceEdit) -> tuple[QWidget, ChoiceEdit]:
        words_before = label(caption, muted=True)
        words_before.setBuddy(edit)
        edit.setAccessibleName(caption)
        row.addWidget(words_before)
        row.addWidget(edit)
        row.addSpacing(10)
        return words_before, edit

    def show_opened(self, opened: Opened) -> None:
        """Show how *opened* was read; what does not concern it is hidden."""
        self._opened = opened
        source = opened.sheet.source
        self.encoding.show_value(source.encoding)
        known = words.DELIMITERS if source.delimiter in words.DELIMITERS else {source.delimiter: "{}"}
        separators = [(one, _(title)) for one, title in {**words.DELIMITERS, **known}.items()]
        self.delimiter.set_choices([(one, title.replace("{}", one)) for one, title in separators])
        self.delimiter.show_value(source.delimiter)
        self.sheet.set_choices([(name, name) for name in source.sheets])
        self.sheet.show_value(source.sheet)
        self.head.show_value(is_headless(opened))
        self._show_dates(opened)
        text, dated = source.format == "csv", _has_days(opened.kind)
        shown = (text, text, len(source.sheets) > 1, source.format == "clipboard", dated)
        for (caption, edit), wanted in zip(self._pairs, shown, strict=True):
            caption.setVisible(wanted)
            edit.setVisible(wanted)

    def _show_dates(self, opened: Opened) -> None:
        formats = [(one, _(title)) for one, title in words.DATES.items()]
        written = opened.mapping.date
        if written not in words.DATES:
            formats.append((written, written))
        self.dates.set_choices(formats)
        self.dates.show_value(written)

    def _tell(self) -> None:
        """Only what the person has changed is fixed; the rest is found out again."""
        if self._opened is None:
            return
        origin, source = self._opened.origin, self._opened.sheet.source
        said = origin.reading
        if self.encoding.value() != source.encoding:
            said = replace(said, encoding=str(self.encoding.value()))
        if self.delimiter.value() != source.delimiter:
            said = replace(said, delimiter=str(self.delimiter.value()))
        if source.sheets and self.sheet.value() != source.sheet:
            said = replace(said, sheet=str(self.sheet.value()))
        if source.format == "clipboard":
            said = replace(said, headless=bool(self.head.value()))
        if said != origin.reading:
            self.changed.emit(Origin(origin.path, origin.text, said))


def _has_days(kind: str) -> bool:
    return any(isinstance(field.read, Day) for field in KINDS[kind].fields)


class ColumnsStep(QWidget):
    """Reading, the first rows, and the mapping.

    ``reread`` carries an ``Origin``; ``load_asked``, ``save_asked`` and ``forget_asked`` concern the mapping.
    """

    reread = Signal(object)
    changed = Signal()
    load_asked = Signal()
    save_asked = Signal()
    forget_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reading = ReadingBar()
        self.notes = label(muted=True, wrap=True)
        self.table = SheetTable(_("The first rows of the file"))
        self.rows = MappingRows()
        self.origin_note = ElidedLabel(muted=True)
        self._found = ""
        self.load_button = Button(_("Load mapping…"), kind=Kind.LINK)
        self.save_button = Button(_("Save mapping…"), kind=Kind.LINK)
        self.forget_button = Button(_("Forget mapping"), kind=Kind.LINK)
        self.reading.changed.connect(self.reread)
        self.reading.dated.connect(self.rows.set_date)
        self.rows.changed.connect(self._note_change)
        for button, signal in (
            (self.load_button, self.load_asked),
            (self.save_button, self.save_asked),
            (self.forget_button, self.forget_asked),
        ):
            button.clicked.connect(lambda _on=False, said=signal: said.emit())
        self._lay_out()
        self.setFocusProxy(self.rows)

    def _lay_out(self) -> None:
        above = QWidget()
        upper = QVBoxLayout(above)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(8)
        upper.addWidget(framed(self.table), 1)
        below = QWidget()
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(4)
        line = QHBoxLayout()
        line.addWidget(self.origin_note, 1)
        for button in (self.forget_button, self.load_button, self.save_button):
            line.addWidget(button)
        lower.addLayout(line)
        lower.addWidget(framed(self.rows), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.reading)
        column.addWidget(self.notes)
        column.addWidget(split(above, below, across=False, stretch=(1, 3), sizes=(118, 370)), 1)

    def show_opened(self, opened: Opened) -> None:
        """Show a table that was read."""
        self.reading.show_opened(opened)
        self.reading.setVisible(any(not part.isHidden() for part in self.reading.findChildren(ChoiceEdit)))
        self.table.show_sheet(opened.sheet, range(min(SHOWN_ROWS, len(opened.sheet.rows))))
        self.rows.show_opened(opened)
        notes = [*opened.sheet.source.notes, *skipped(opened)]
        self.notes.setText(" ".join(notes))
        self.notes.setVisible(bool(notes))
        self.forget_button.setVisible(opened.remembered)
        remembered = _("The columns are chosen as at the last import of a file with these headers.")
        guessed = _("The columns were found by their headers. Fields with * are required.")
        self._found = remembered if opened.remembered else guessed
        self._note_change()

    def mapping_problem(self) -> str:
        """Why the file cannot be tried yet, "" if it can."""
        if missing := self.rows.missing():
            return _("Choose where these come from: {names}.", names=words.listed(missing))
        if empty := self.rows.without_value():
            return _("Enter the fixed value of {names}.", names=words.listed(empty))
        return ""

    def _note_change(self) -> None:
        unused = self.rows.unused()
        said = _("Not imported: {names}.", names=words.listed(unused)) if unused else ""
        self.origin_note.setText(f"{self._found} {said}".strip())
        self.changed.emit()


def skipped(opened: Opened) -> Sequence[str]:
    """A sentence for each rule by which the mapping leaves rows out."""
    said = []
    for rule in opened.mapping.skip:
        shown = words.listed([word or _("(empty)") for word in rule.words])
        if rule.wanted:
            said.append(_("Only rows whose {column} is {words} are taken.", column=rule.column, words=shown))
        else:
            said.append(_("Rows whose {column} is {words} are left out.", column=rule.column, words=shown))
    return said
