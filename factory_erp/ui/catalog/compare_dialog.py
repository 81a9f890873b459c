"""Two revisions of a bill side by side: what was added, removed and changed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _, ngettext, pgettext
from factory_erp.services.engineering import bill_changes
from factory_erp.services.engineering.bill_changes import (
    ADDED,
    CHANGED,
    REMOVED,
    SAME,
    Comparison,
    DifferenceRow,
)
from factory_erp.services.engineering.bills import RevisionView
from factory_erp.ui.catalog.bill_parts import title_of
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.edits import CheckEdit, ChoiceEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone

COLUMNS = (
    Column("change", N_("Change"), 120, kind="pill"),
    Column("sku", N_("Component"), 150),
    Column("name", N_("Name"), 170, priority=1),
    Column("before", N_("Before"), 230),
    Column("after", N_("After"), 230),
)


def change_pill(change: str) -> PillCell:
    """What became of a line: a sign and a word, never the colour alone."""
    known = {
        ADDED: ("+", pgettext("bill line", "Added"), Tone.SUCCESS),
        REMOVED: ("−", pgettext("bill line", "Removed"), Tone.DANGER),
        CHANGED: ("≠", pgettext("bill line", "Changed"), Tone.WARNING),
        SAME: ("=", pgettext("bill line", "Same"), Tone.NEUTRAL),
    }
    sign, word, tone = known[change]
    return PillCell(f"{sign} {word}", tone)


class CompareDialog(QDialog):
    """Starts with the revision *chosen* (an id) after the one that was valid before it."""

    def __init__(
        self,
        context: UiContext,
        revisions: Sequence[RevisionView],
        chosen: int | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Compare revisions"))
        self._context = context
        self._rows: tuple[DifferenceRow, ...] = ()
        ids = [one.id for one in revisions]
        place = ids.index(chosen) if chosen in ids else 0
        right = min(place, max(len(ids) - 2, 0))  # the oldest has nothing before it
        self.before, self.after = self._chooser(revisions, _("Before")), self._chooser(revisions, _("After"))
        self.before.show_value(ids[right + 1] if right + 1 < len(ids) else ids[right])
        self.after.show_value(ids[right])
        self.only = CheckEdit(_("Only what differs"))
        self.only.edited.connect(self._show)
        self.summary = label(bold=True)
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Differences"))
        self._lay_out()
        self.resize(940, 560)
        self._ask()

    def _chooser(self, revisions: Sequence[RevisionView], name: str) -> ChoiceEdit:
        edit = ChoiceEdit([(one.id, title_of(one)) for one in revisions])
        edit.setAccessibleName(name)
        edit.setMinimumWidth(220)
        edit.edited.connect(self._ask)
        return edit

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(_("Before"), muted=True))
        head.addWidget(self.before)
        head.addSpacing(12)
        head.addWidget(label(_("After"), muted=True))
        head.addWidget(self.after)
        head.addStretch(1)
        head.addWidget(self.only)
        close = Button(_("Close"), kind=Kind.PRIMARY, run=self.accept)
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(self.summary, 1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(framed(self.table), 1)
        column.addLayout(foot)

    def _ask(self) -> None:
        before, after = self.before.value(), self.after.value()
        if isinstance(before, int) and isinstance(after, int):
            compared = partial(bill_changes.compare, before, after)
            take = partial(self._take, (before, after))
            self._context.jobs.run(compared, done=take, failed=self._failed, owner=self)

    def _take(self, asked: tuple[int, int], found: Comparison) -> None:
        if asked == (self.before.value(), self.after.value()):
            self._rows = found.rows
            self._show()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, DomainError):  # one of them was removed meanwhile
            self._rows = ()
            self._show()
        show_problem(self, error)

    def _show(self) -> None:
        shown = [one for one in self._rows if one.change != SAME or not self.only.value()]
        self.table.set_empty_text(_("Both have the same lines.") if self._rows else _("Neither has lines."))
        self.table.set_rows([_row(one) for one in shown])
        self.summary.setText(summary(self._rows))


def _row(one: DifferenceRow) -> Row:
    return change_pill(one.change), one.sku, one.name, one.before, one.after


def summary(rows: Sequence[DifferenceRow]) -> str:
    """What differs, counted: "1 added, 2 changed"."""
    counts = {change: sum(row.change == change for row in rows) for change in (ADDED, REMOVED, CHANGED)}
    said = [
        ngettext("{count} added", "{count} added", counts[ADDED]) if counts[ADDED] else "",
        ngettext("{count} removed", "{count} removed", counts[REMOVED]) if counts[REMOVED] else "",
        ngettext("{count} line changed", "{count} lines changed", counts[CHANGED]) if counts[CHANGED] else "",
    ]
    return ", ".join(part for part in said if part) or _("No difference.")
