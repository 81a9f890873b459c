"""The board on paper: which days, how many on a page; looked at, printed, saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.ui.kit import dialogs, figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import ChoiceEdit
from factory_erp.ui.kit.gantt_data import GanttData, Interval
from factory_erp.ui.kit.gantt_inks import Colouring
from factory_erp.ui.kit.gantt_model import GanttIndex
from factory_erp.ui.kit.gantt_print import save_chart
from factory_erp.ui.kit.gantt_scale import DAY
from factory_erp.ui.kit.pdf_preview import PdfPreview

SIZE = QSize(1000, 740)
"""Of the dialog, where the window is large enough."""

SPANS: Mapping[str, str] = {
    "week": N_("This week"),
    "two": N_("Two weeks"),
    "month": N_("Four weeks"),
    "seen": N_("What is seen"),
    "all": N_("All that is planned"),
}
_DAYS = {"week": 7, "two": 14, "month": 28}

PER_PAGE: Mapping[str, tuple[str, int]] = {
    "day": (N_("A day on a page"), DAY),
    "week": (N_("A week on a page"), 7 * DAY),
    "fortnight": (N_("Two weeks on a page"), 14 * DAY),
    "month": (N_("Four weeks on a page"), 28 * DAY),
}

LAST = "board/print"
"""Setting: what was printed last."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be printed: the bars that the filter lets through, and the minutes in sight."""

    index: GanttIndex
    colouring: Colouring
    seen: Interval


def span_of(data: GanttData, name: str, seen: Interval) -> Interval:
    """The minutes of a choice of ``SPANS``; weeks begin on the Monday of the present week."""
    if name == "seen":
        return seen
    today = data.local(data.now).date()
    monday = _midnight(data, today - timedelta(days=today.weekday()))
    if name in _DAYS:
        return monday, monday + _DAYS[name] * DAY
    last = max((bar.end for bar in data.bars), default=data.now)
    return monday, max(last, monday + 7 * DAY)


def _midnight(data: GanttData, day: date) -> int:
    return data.minute(datetime.combine(day, time(), data.zone).astimezone(UTC))


class PrintDialog(QDialog):
    """Draws the board anew for each choice; printing and saving are the preview's."""

    def __init__(self, context: UiContext, sheet: Sheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Print the board"))
        self._context, self._sheet = context, sheet
        self._folder = TemporaryDirectory(prefix="factory-erp-")
        self._asked = 0
        span, page = [*str(context.settings().value(LAST, "")).split(" "), ""][:2]
        self.span = ChoiceEdit([(name, _(title)) for name, title in SPANS.items()])
        self.span.show_value(span if span in SPANS else "two")
        self.per_page = ChoiceEdit([(name, _(title)) for name, (title, _minutes) in PER_PAGE.items()])
        self.per_page.show_value(page if page in PER_PAGE else "week")
        self.preview = PdfPreview(self)
        for edit in (self.span, self.per_page):
            edit.edited.connect(self.draw)
        self._lay_out()
        self.resize(SIZE.boundedTo(parent.size() - QSize(40, 40)) if parent is not None else SIZE)
        self.draw()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        for caption, edit in ((_("Time"), self.span), (_("Pages"), self.per_page)):
            edit.setAccessibleName(caption)
            said = label(caption, muted=True)
            said.setBuddy(edit)
            head.addWidget(said)
            head.addWidget(edit)
        head.addStretch(1)
        head.addWidget(Button(_("Close"), run=self.accept))
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.preview, 1)

    def draw(self) -> None:
        """Draw what is chosen, in the background."""
        span, page = str(self.span.value()), str(self.per_page.value())
        self._context.settings().setValue(LAST, f"{span} {page}")
        self._asked += 1
        path = Path(self._folder.name) / f"{_('Schedule')} {figures.local_day(self._now())} {self._asked}.pdf"
        self._context.jobs.run(
            partial(draw_sheet, path, self._sheet, span, PER_PAGE[page][1]),
            done=partial(self._show, self._asked, path),
            failed=self._refused,
            title=_("Drawing the board"),
            owner=self,
        )

    def _now(self) -> datetime:
        data = self._sheet.index.data
        return data.moment(data.now)

    def _show(self, asked: int, path: Path, _pages: int) -> None:
        if asked == self._asked:
            self.preview.show_document(path)

    def _refused(self, error: Exception) -> None:
        self.preview.clear()
        dialogs.show_problem(self, error)

    def done(self, result: int) -> None:
        """Close the document before its file is removed."""
        self.preview.clear()
        self._folder.cleanup()
        super().done(result)


def draw_sheet(path: Path, sheet: Sheet, span: str, minutes: int) -> int:
    """A job: the board as a PDF at *path*; the pages drawn. Raises DomainError where it cannot be written."""
    start, end = span_of(sheet.index.data, span, sheet.seen)
    whole = -(-(end - start) // minutes) * minutes if end - start > minutes else end - start
    data = sheet.index.data
    title = _("Schedule {day}", day=figures.local_day(data.moment(data.now)))
    try:
        return save_chart(
            path, sheet.index, title, start, start + whole, minutes=minutes, colouring=sheet.colouring
        )
    except OSError as error:
        raise DomainError(
            str(error), remedy=_("Choose another folder, or close the program that has the file open.")
        ) from error
