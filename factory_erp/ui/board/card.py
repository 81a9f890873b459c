"""The card of what is chosen on the board: an operation, a promise that is kept, a late order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from factory_erp.i18n import _
from factory_erp.models.production import OperationState
from factory_erp.services.board.gantt import BarView, HoldView
from factory_erp.services.board.late_orders import LateView
from factory_erp.services.schedule.reasons import Why
from factory_erp.ui.board import words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.theme import Tone


class Reasons(QWidget):
    """Why an order is late, as numbered sentences, the first cause first; each leads to what it names."""

    def __init__(self, reasons: Sequence[Why], follow: Callable[[str], object]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for number, why in enumerate(reasons, 1):
            grid.addWidget(label(f"{number}.", muted=True), number, 0, top)
            grid.addWidget(label(why.text, wrap=True, selectable=True), number, 1)
            link = words.link_of(why.kind, why.record_id)
            if link:
                button = Button(kind=Kind.LINK, icon="chevron-right", run=partial(follow, link))
                button.setToolTip(_("Open"))
                button.setAccessibleName(_("Open what this is about: {reason}", reason=why.text))
                grid.addWidget(button, number, 2, top)


class BoardCard(DetailCard):
    """Shows one thing at a time; ``link_clicked`` carries deep links."""

    def __init__(self, lock: Callable[[], object], open_order: Callable[[], object]) -> None:
        super().__init__()
        self._lock, self._open_order = lock, open_order
        self.setMinimumWidth(270)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self.clear()
        self._add_hint(_("Click an operation to see what it is, for whom, and whether it is late."))

    def show_bar(self, bar: BarView, machine: str, late: LateView | None) -> None:
        """An operation; *late* is what is known about its order where that is late."""
        self.clear()
        pill = words.state_pill(bar)
        shown = (words.days_late(bar.lateness), Tone.DANGER) if words.is_late(bar) else None
        self.set_title(bar.order_number, words.operation_name(bar), shown or (pill.text, Tone(pill.tone)))
        if late is not None:
            self._add_late(late)
        self.add_rows(pair for pair in bar_rows(bar, machine) if pair[1])
        if bar.sales_order_id is not None:
            self.add_links([("order", bar.sales_number, f"erp://sales/{bar.sales_order_id}")])
        if bar.state == OperationState.WAITING:
            self.add_action(_("Unlock") if bar.locked else _("Lock"), self._lock).setToolTip("L")
        self.add_action(_("Open order"), self._open_order, primary=True)

    def show_hold(self, hold: HoldView, machine: str) -> None:
        """Machine time that a promise keeps."""
        pill = (_("Held for a promise"), Tone.INFO)
        rows = [
            (_("Customer"), hold.customer),
            (_("Machine"), machine),
            (_("Time"), words.span(hold.start, hold.end)),
            (_("Promised for"), hold.promised_on.isoformat()),
        ]
        self.fill(hold.quotation or _("Promise"), "", [row for row in rows if row[1]], pill)

    def show_late(self, late: LateView) -> None:
        """A late order that has no operation in the picture."""
        self.clear()
        self.set_title(late.number, late.sku, (words.days_late(late.days_late), Tone.DANGER))
        self._add_late(late)
        self.add_rows([(_("Customer"), late.customer or _("For stock"))])
        self.add_links([("factory", late.number, f"erp://production/{late.order_id}")])

    def _add_late(self, late: LateView) -> None:
        self.add_section(_("Why it is late"))
        self.add_widget(Reasons(late.reasons, self.link_clicked.emit))
        finish = figures.local(late.finish) or _("no place in the schedule yet")
        needed = late.needed.isoformat()
        self.add_rows(
            [
                (_("Needed"), _("{day}, promised", day=needed) if late.promised else needed),
                (_("Order ends"), finish),
                (_("Cost of the delay"), f"{late.currency} {figures.number(late.cost, 2)}"),
            ]
        )

    def _add_hint(self, sentence: str) -> None:
        self.add_widget(label(sentence, muted=True, wrap=True))


def bar_rows(bar: BarView, machine: str) -> list[tuple[str, str]]:
    """An operation in key-value rows."""
    serves = bar.customer or (_("For stock") if bar.sales_order_id is None else "")
    return [
        (_("Item"), words.item_name(bar)),
        (_("Quantity"), figures.number(bar.quantity)),
        (_("Machine"), machine),
        (_("Start"), figures.local(bar.start)),
        (_("Finish"), figures.local(bar.finish)),
        (_("Changeover"), words.minutes(bar.changeover) if bar.changeover else ""),
        (_("Due"), bar.due.isoformat()),
        (_("Customer"), serves),
        (_("Family"), bar.family),
        (_("Campaign"), bar.campaign),
        (_("Moulds and crews"), ", ".join(bar.resources)),
        (_("Stays"), _stays(bar)),
    ]


def _stays(bar: BarView) -> str:
    """Why the next schedule leaves it where it is."""
    if bar.locked:
        return _("locked by the planner")
    return _("begins soon") if bar.frozen else ""
