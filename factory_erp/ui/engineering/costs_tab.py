"""Standard costs: what items would cost after a roll-up of everything, and which of it is taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.engineering import costing
from factory_erp.services.engineering.costing import StandardCost
from factory_erp.ui.engineering.cost_rows import COLUMNS, arranged, cost_row
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.forms import CheckEdit, ChoiceEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.jobs import Job
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import SearchBox

CONCERNS = frozenset(
    {"bill", "bill_line", "routing", "routing_operation", "work_centre", "price_line", "item"}
)
"""Kinds of record that costs are worked out from."""

BY_DIFFERENCE, BY_SKU = "difference", "sku"
NAMED = 3
"""Items named in a question before it says how many more there are."""


class CostsTab(QWidget):
    """Nothing is written until somebody takes costs over."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._rows: Sequence[StandardCost] = ()
        self._shown: list[StandardCost] = []
        self._job: Job | None = None
        self._turn = 0
        self._worked_out = False
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Standard costs"))
        self.search = SearchBox(_("Search SKU or name…"))
        self.search.setAccessibleName(_("Search SKU or name…"))
        self.only_changed = CheckEdit(_("Only what changes"))
        self.only_changed.setChecked(True)
        self.order = ChoiceEdit([(BY_DIFFERENCE, _("Largest difference first")), (BY_SKU, _("By SKU"))])
        self.order.setAccessibleName(_("Order"))
        self.work_button = Button(_("Work out again"), icon="refresh", run=self.work_out)
        self.take_all_button = Button(_("Take over all"), run=self.take_over_all)
        self.take_button = Button(_("Take over selected"), kind=Kind.PRIMARY, run=self.take_over)
        self.said = label(muted=True, wrap=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(_("How far the costs are worked out"))
        self.cancel_button = Button(_("Cancel"), run=self.cancel)
        self._connect()
        self._lay_out()
        self._show()

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self._show())
        self.only_changed.edited.connect(self._show)
        self.order.edited.connect(self._show)
        self.table.view.selectionModel().selectionChanged.connect(lambda _now, _before: self._show_actions())
        self.table.activated.connect(self._open_item)
        self.context.jobs.progress.connect(self._show_progress)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(10)
        for part, stretch in ((self.search, 1), (self.order, 0), (self.only_changed, 0)):
            top.addWidget(part, stretch)
        for button in (self.work_button, self.take_all_button, self.take_button):
            top.addWidget(button)
        self.work_part = QWidget()
        row = QHBoxLayout(self.work_part)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.work_part)
        column.addWidget(self.said)
        column.addWidget(framed(self.table), 1)
        self.work_part.hide()

    # what the page asks

    def refresh(self) -> None:
        """Work the costs out the first time; later only when asked: it may take a while."""
        if not self._worked_out and self._job is None:
            self.work_out()

    def on_changes(self, changes: Mapping[str, object]) -> None:
        """Say that the figures may be old."""
        if self._worked_out and self._job is None and not CONCERNS.isdisjoint(changes):
            self.said.setText(_("Bills, routings, rates or prices have changed since: work out again."))

    def is_dirty(self) -> bool:
        """Never: figures that were not taken over are no draft."""
        return False

    def discard(self) -> None:
        """There is no draft."""

    def save(self) -> bool:
        """There is nothing to save."""
        return True

    def show_one(self, sku: str) -> None:
        """Look for an item."""
        self.search.setText(sku)
        self._show()

    # working out

    def work_out(self) -> None:
        """Roll everything up, in the background."""
        self._start(costing.roll_up_everything, self._take, _("Work out costs"))

    def _start(self, function: object, done: object, title: str, *, write: bool = False) -> None:
        self._turn += 1
        self._job = self.context.jobs.run(
            function, done=done, failed=self._failed, finally_=partial(self._end, self._turn), title=title,  # type: ignore[arg-type]
            write=write, cancellable=True, owner=self,
        )  # fmt: skip
        self.progress.setRange(0, 0)
        self.work_part.show()
        self._show_actions()

    def cancel(self) -> None:
        """Stop; nothing is written."""
        if self._job is not None:
            self._job.cancel()

    def _show_progress(self, job: Job) -> None:
        if job is self._job:
            done, total, text = job.steps
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self.progress.setAccessibleDescription(text)

    def _end(self, turn: int) -> None:
        """The work of *turn* has ended; its answer may have begun the next already."""
        if turn != self._turn:
            return
        self._job = None
        self.work_part.hide()
        self._show()

    def _failed(self, error: Exception) -> None:
        show_problem(self, error)

    def _take(self, rows: Sequence[StandardCost]) -> None:
        self._rows, self._worked_out = rows, True

    # showing

    def _show(self) -> None:
        self._shown = arranged(
            self._rows, self.search.text(), only_changed=self.only_changed.isChecked(),
            by_sku=self.order.value() == BY_SKU,
        )  # fmt: skip
        self.table.set_rows([cost_row(one) for one in self._shown], [one.item_id for one in self._shown])
        self.table.set_empty_text(self._empty_text())
        changed = sum(one.old != one.new for one in self._rows)
        if self._worked_out:
            self.said.setText(
                ngettext(
                    "{count} item is worked out; {changed} would change.",
                    "{count} items are worked out; {changed} would change.",
                    len(self._rows),
                    changed=figures.number(changed),
                )
            )
        self._show_actions()

    def _empty_text(self) -> str:
        if self._job is not None or not self._worked_out:
            return _("Costs are worked out from bills, routings, rates and purchase prices.")
        if self._rows and not self.search.text():
            return _("Every standard cost is what the roll-up says.")
        return _("No item fits.")

    def _show_actions(self) -> None:
        busy, count = self._job is not None, len(self._chosen())
        self.work_button.setEnabled(not busy)
        self.take_all_button.setEnabled(not busy and any(one.old != one.new for one in self._rows))
        self.take_button.setEnabled(not busy and count > 0)
        text = _("Take over selected") if count == 0 else ngettext(
            "Take over {count} cost", "Take over {count} costs", count
        )  # fmt: skip
        self.take_button.setText(text)
        self.take_button.setAccessibleName(text)

    def _chosen(self) -> list[StandardCost]:
        keys = set(self.table.selected_keys())
        return [one for one in self._shown if one.item_id in keys and one.old != one.new]

    def _open_item(self, key: object) -> None:
        sku = next((one.sku for one in self._shown if one.item_id == key), "")
        self.context.navigate(f"erp://catalog/{sku}")

    # taking over

    def take_over(self) -> None:
        """Take the selected costs over, as they come out without the others."""
        chosen = self._chosen()
        if chosen:
            ids = [one.item_id for one in chosen]
            read = partial(costing.roll_up_everything, item_ids=ids)
            self._start(read, partial(self._ask_some, ids, chosen), _("Work out costs"))

    def _ask_some(
        self, ids: Sequence[int], shown: Sequence[StandardCost], fresh: Sequence[StandardCost]
    ) -> None:
        """Ask, and say which cost differs from what the list shows: its components keep their old one."""
        before = {one.item_id: one.new for one in shown}
        other = [one for one in fresh if one.new != before[one.item_id]]
        text = self._question(len(ids))
        if other:
            named = ", ".join(f"{one.sku} {figures.cost(one.new)}" for one in other[:NAMED])
            more = " …" if len(other) > NAMED else ""
            text += "\n\n" + _(
                "As their components are not all taken over with them, some come out differently: {items}.",
                items=named + more,
            )
        # A question must not hold up the answer that it came with.
        QTimer.singleShot(0, self, partial(self._confirm_and_set, text, ids))

    def take_over_all(self) -> None:
        """Take all costs over."""
        self._confirm_and_set(self._question(sum(one.old != one.new for one in self._rows)), None)

    def _question(self, count: int) -> str:
        return ngettext(
            "{count} item gets its new standard cost. The old one is not kept.",
            "{count} items get their new standard cost. The old ones are not kept.",
            count,
        )

    def _confirm_and_set(self, text: str, ids: Sequence[int] | None) -> None:
        if confirm(self, _("Take over standard costs?"), text, _("Take costs over")):
            self._start(
                partial(costing.set_standard_costs, ids), self._set, _("Take over standard costs"), write=True
            )

    def _set(self, count: int) -> None:
        self.context.say(
            ngettext("{count} standard cost is changed.", "{count} standard costs are changed.", count)
        )
        self.work_out()
