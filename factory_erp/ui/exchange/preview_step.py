"""The third step: what the import would do, row by row, and what is wrong."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.exchange.importing import ImportReport
from factory_erp.services.exchange.kind import Rejection
from factory_erp.ui.exchange.sheet_table import SheetTable
from factory_erp.ui.exchange.work import Judged
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.edits import CheckEdit
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import StatCard

REASONS = (
    Column("row", N_("Row"), 70, kind="number"),
    Column("column", N_("Column"), 130),
    Column("value", N_("Cell"), 120, priority=1),
    Column("reason", N_("What is wrong"), 520),
)
MOST_REASONS = 2_000
"""Reasons that are listed; the saved report has all."""


class Tiles(QWidget):
    """Created, updated, unchanged, rejected and left out, as big numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        captions = (
            ("created", _("New records"), Tone.SUCCESS),
            ("updated", _("Changed"), Tone.INFO),
            ("unchanged", _("Unchanged"), Tone.NEUTRAL),
            ("rejected", _("Rejected rows"), Tone.DANGER),
            ("skipped", _("Left out"), Tone.NEUTRAL),
        )
        self._captions = {key: (caption, tone) for key, caption, tone in captions}
        self.cards = {key: StatCard("0", caption, tone) for key, caption, tone in captions}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for card in self.cards.values():
            row.addWidget(card)

    def show_report(self, report: ImportReport, rejected: int) -> None:
        """The figures of *report*; *rejected* rows."""
        counts = {
            "created": report.created,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "rejected": rejected,
            "skipped": report.skipped,
        }
        for key, count in counts.items():
            caption, tone = self._captions[key]
            self.cards[key].set(figures.number(count), caption, tone if count else Tone.NEUTRAL)
        self.cards["skipped"].setVisible(bool(report.skipped))


class PreviewStep(QWidget):
    """Tiles, the rows as read with their result, and the list of what is wrong.

    ``reread`` wants the file read again, ``report_asked`` the report saved.
    """

    reread = Signal()
    report_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judged: Judged | None = None
        self._listed: tuple[Rejection, ...] = ()
        self.tiles = Tiles()
        self.only_errors = CheckEdit(_("Only rows with errors"))
        self.reread_button = Button(_("Read the file again"), icon="refresh")
        self.report_button = Button(_("Save report…"), icon="save")
        self.table = SheetTable(_("Rows as read"))
        self.reasons = SimpleTable(REASONS)
        self.reasons.set_name(_("What is wrong"))
        self.more = label(muted=True)
        self._reasons_card = framed(self.reasons)
        self.only_errors.edited.connect(self._show_rows)
        self.reread_button.clicked.connect(lambda: self.reread.emit())
        self.report_button.clicked.connect(lambda: self.report_asked.emit())
        self.reasons.current_changed.connect(self._go_to)
        self.reasons.activated.connect(self._enter)
        self.table.doubleClicked.connect(self._find_reason)
        self._lay_out()
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.only_errors)
        line.addWidget(self.more, 1)
        line.addWidget(self.reread_button)
        line.addWidget(self.report_button)
        self.parts: QSplitter = split(
            framed(self.table), self._reasons_card, across=False, stretch=(3, 2), sizes=(230, 175)
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.tiles)
        column.addLayout(line)
        column.addWidget(self.parts, 1)

    def show_judged(self, judged: Judged) -> None:
        """Show what would become of the rows."""
        report = judged.report
        self._judged = judged
        whole = sum(1 for one in report.rejected if one.row not in judged.places)
        self.tiles.show_report(report, len(judged.bad_rows) + whole)
        self._listed = report.rejected[:MOST_REASONS]
        self.reasons.set_rows([reason_row(one, is_row=one.row in judged.places) for one in self._listed])
        self._reasons_card.setVisible(bool(report.rejected))
        self.only_errors.setVisible(bool(judged.bad_rows))
        self.only_errors.show_value(False)
        self.reread_button.setVisible(judged.opened.origin.path is not None)
        hidden = len(report.rejected) - len(self._listed)
        self.more.setText(
            _("The first {most} faults are listed; the report has all {count}.",
              most=figures.number(MOST_REASONS), count=figures.number(len(report.rejected)))
            if hidden else ""
        )  # fmt: skip
        self._show_rows()

    def _show_rows(self) -> None:
        if self._judged is None:
            return
        sheet = self._judged.opened.sheet
        places = self._judged.bad_rows if self.only_errors.isChecked() else range(len(sheet.rows))
        self.table.show_sheet(sheet, places, self._judged.report.verdicts, self._judged.marks)
        self._go_to(self.reasons.current_key())

    def _go_to(self, key: Hashable | None) -> None:
        """Show the cell of a reason."""
        if self._judged is None or not isinstance(key, int) or key >= len(self._listed):
            return
        one = self._listed[key]
        place = self._judged.places.get(one.row)
        if place is not None:
            columns = sorted(column for row, column in self._marks_of(place))
            named = self._judged.opened.sheet.headers
            wanted = named.index(one.column) if one.column in named else (columns or [-1])[0]
            self.table.go_to(place, wanted)

    def _marks_of(self, place: int) -> list[tuple[int, int]]:
        width = len(self._judged.opened.sheet.headers) if self._judged else 0
        marks = self._judged.marks if self._judged else {}
        return [(place, column) for column in range(-1, width) if (place, column) in marks]

    def _enter(self, key: Hashable) -> None:
        self._go_to(key)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _find_reason(self, index: QModelIndex) -> None:
        """A double click on a faulty cell leads to its reason in the list."""
        if self._judged is None:
            return
        place, column = self.table.sheet_model.place_of(index)
        number = self._judged.opened.sheet.rows[place].number
        header = self._judged.opened.sheet.headers[column] if column >= 0 else ""
        found = [n for n, one in enumerate(self._listed) if one.row == number]
        exact = [n for n in found if self._listed[n].column == header]
        for key in (exact or found)[:1]:
            self.reasons.select_key(key)


def reason_row(one: Rejection, *, is_row: bool) -> Row:
    """A rejection as the list shows it; what is no row of the table is the file (0) or its headers (1)."""
    where = figures.number(one.row) if is_row else (_("Headers") if one.row else _("File"))
    return where, one.column, one.value, one.reason


def refusal(judged: Judged) -> str:
    """Why the file cannot be imported and what to do, "" if it can be."""
    if not judged.report.rejected:
        return ""
    if not judged.bad_rows:
        return _("The file cannot be imported; the list says why. Nothing was changed.")
    count = len(judged.bad_rows)
    said = ngettext(
        "{number} row is refused", "{number} rows are refused", count, number=figures.number(count)
    )
    return _("{refused}, so nothing is imported. Correct the file, save it and read it again.", refused=said)
