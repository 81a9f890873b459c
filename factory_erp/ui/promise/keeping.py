"""What is kept already, and the day until which the promise at hand would be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, pgettext
from factory_erp.services.promise.shown import KeptView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.forms import DateEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.promise import words

KEPT = (
    Column("goods", N_("Kept"), 150, sortable=False),
    Column("day", N_("Ships on"), 96, kind="date", sortable=False),
    Column("until", N_("Kept until"), 96, kind="date", sortable=False),
)

HEIGHT = 118
"""Of the table of what is kept, px: two or three rows."""


class Keeping(QWidget):
    """``release_asked`` carries the id of what is to be kept no longer."""

    release_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[int, KeptView] = {}
        self.until = DateEdit()
        self.until.setAccessibleName(_("Keep until"))
        self.table = SimpleTable(KEPT)
        self.table.set_name(_("Kept now"))
        self.table.setFixedHeight(HEIGHT)
        self.table.current_changed.connect(lambda _key: self._look())
        self.release_button = Button(pgettext("promise", "Release"), run=self._release)
        row = QHBoxLayout()
        row.setSpacing(10)
        self._until_label = label(_("Keep until"))
        row.addWidget(self._until_label)
        row.addWidget(self.until, 1)
        self._now = QWidget()
        inside = QVBoxLayout(self._now)
        inside.setContentsMargins(0, 6, 0, 0)
        inside.setSpacing(6)
        inside.addWidget(label(_("Kept now"), bold=True, muted=True))
        inside.addWidget(framed(self.table))
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.release_button)
        inside.addLayout(foot)
        self._now.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self._now)

    def set_possible(self, on: bool) -> None:
        """Whether anything can be kept for the one who asks."""
        self.until.setVisible(on)
        self._until_label.setVisible(on)

    def show_kept(self, rows: Sequence[KeptView]) -> None:
        """Show what is kept."""
        self._rows = {one.id: one for one in rows}
        cells = [
            (words.goods(one), figures.day(one.promised_on), figures.day(last_day(one.expires_at)))
            for one in rows
        ]
        self.table.set_rows(cells, list(self._rows))
        if rows and self.table.current_key() is None:
            self.table.select_key(rows[0].id)
        self._now.setVisible(bool(rows))
        self._look()

    def _look(self) -> None:
        one = self._current()
        self.release_button.setEnabled(one is not None and not one.used)
        taken = one is not None and one.used
        self.release_button.setToolTip(_("An order has taken it over.") if taken else "")

    def _current(self) -> KeptView | None:
        key = self.table.current_key()
        return self._rows.get(key) if isinstance(key, int) else None

    def _release(self) -> None:
        one = self._current()
        if one is not None:
            self.release_asked.emit(one.id)


def last_day(expires_at: datetime) -> date:
    """The last day on which it is kept; an end at midnight belongs to the day before."""
    return (expires_at.astimezone(figures.ZONE) - timedelta(seconds=1)).date()


def end_of(day: date) -> datetime:
    """When a promise that is kept until *day* ends: with that day."""
    return datetime.combine(day + timedelta(days=1), time(), figures.ZONE)
