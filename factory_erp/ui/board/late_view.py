"""The tab of late orders: how late each one is, what that costs, why, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.money import Money
from factory_erp.i18n import N_, _
from factory_erp.services.board import late_orders
from factory_erp.services.board.late_orders import LateView as LateOrder
from factory_erp.ui.board import words
from factory_erp.ui.board.card import Reasons
from factory_erp.ui.board.searching import Searching
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import label

CONCERNS = frozenset(
    {
        "production_order", "production_operation", "machine", "machine_time", "work_centre", "calendar",
        "sales_order", "purchase_order", "purchase_line", "setting",
    }
)  # fmt: skip
"""Kinds of records whose changes may make an order late, or in time."""

COLUMNS = (
    Column("order", N_("Production order"), 128, kind="number", align="left"),
    Column("item", N_("Item"), 130, priority=3),
    Column("customer", N_("Customer"), 150, priority=1, narrowest=100),
    Column("needed", N_("Needed"), 100, kind="date"),
    Column("finish", N_("Finish"), 128, kind="date", priority=2),
    Column("late", N_("Late"), 106, kind="pill"),
    Column("cost", N_("Cost a day"), 112, kind="number"),
)

SUGGESTED = "erp://material/suggestions"
"""Where what is still to be ordered is ordered."""


class LateView(QWidget):
    """The late orders, the dearest first; beside them the causes of the chosen one."""

    opened = Signal(str)
    """Deep link to a record that shall be shown."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self.search = Searching(context, self)
        self._late: dict[int, LateOrder] = {}
        self._read = 0
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Late orders"))
        self.table.set_empty_text(_("Loading…"))
        self.table.current_changed.connect(self._show)
        self.table.activated.connect(lambda key: self.opened.emit(f"erp://production/{key}"))
        self.total = label(muted=True)
        self.total.setContentsMargins(12, 10, 12, 8)
        self.card = DetailCard()
        self.card.link_clicked.connect(self.opened)
        self.search.started.connect(lambda: self._show(self.table.current_key()))
        self.search.ended.connect(self._search_over)
        listed = framed(self.total, self.table)
        column = listed.layout()
        assert isinstance(column, QVBoxLayout)
        column.setStretch(0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(split(listed, self.card, stretch=(3, 1), sizes=(800, 340)))
        self.setFocusProxy(self.table)
        self._show(None)

    def refresh(self) -> None:
        """Read who is late, and why."""
        self._read += 1
        number = self._read
        self.context.jobs.run(
            late_orders.late_list,
            done=lambda found: self._take(number, found),
            failed=lambda error: self._cannot(number, error),
            owner=self,
        )

    def on_changes(self, changes: object) -> None:
        """Read again where something that matters was written."""
        if not isinstance(changes, Mapping) or not CONCERNS.isdisjoint(changes):
            self.refresh()

    def late(self) -> Sequence[LateOrder]:
        """What is listed."""
        return tuple(self._late.values())

    def reschedule(self) -> None:
        """Look for a schedule in which fewer are late; a second call stops it and keeps the best."""
        if self.search.running:
            self.search.stop()
        elif any(job.title == _("Scheduling") for job in self.context.jobs.running()):
            self.context.say(_("A better schedule is being looked for already."))
        else:
            self.search.start()

    def _search_over(self) -> None:
        self.refresh()
        self._show(self.table.current_key())

    def _cannot(self, number: int, error: Exception) -> None:
        if number == self._read:
            self._late = {}
            self.total.setText("")
            self.table.set_rows([], [])
            self.table.set_empty_text(str(error))

    def _take(self, number: int, found: Sequence[LateOrder]) -> None:
        if number != self._read:
            return
        self._late = {one.order_id: one for one in found}
        self.total.setText(total_text(found))
        self.table.set_empty_text(_("Every order ends before it is needed."))
        self.table.set_rows([late_row(one) for one in found], list(self._late))
        if self.table.current_key() is None and found:
            self.table.select_key(found[0].order_id)
        self._show(self.table.current_key())

    def _show(self, key: object) -> None:
        late = self._late.get(key) if isinstance(key, int) else None
        self.card.clear()
        if late is None:
            hint = _("Choose an order to see why it is late, and what can be done about it.")
            self.card.add_widget(label(hint, muted=True, wrap=True))
            return
        pill = (words.days_late(late.days_late), Tone.DANGER)
        self.card.set_title(late.number, late.sku, pill)
        self.card.add_section(_("Why it is late"))
        self.card.add_widget(Reasons(late.reasons, self.opened.emit))
        self.card.add_section(_("What can be done"))
        self.card.add_links(remedies(late))
        self.card.add_rows(late_facts(late))
        self.card.add_action(_("Show on the board"), lambda: self._go_to_board(late))
        text = _("Stop") if self.search.running else _("Re-schedule")
        self.card.add_action(text, self.reschedule)

    def _go_to_board(self, late: LateOrder) -> None:
        self.opened.emit(f"erp://board/order/{late.number}")


def late_row(late: LateOrder) -> Row:
    """A late order in a row."""
    return (
        late.number,
        late.sku,
        late.customer or _("For stock"),
        late.needed.isoformat(),
        figures.local(late.finish) or figures.NONE,
        PillCell(words.days_late(late.days_late), Tone.DANGER),
        money(a_day(late), late.currency),
    )


def late_facts(late: LateOrder) -> list[tuple[str, str]]:
    """A late order in key-value rows."""
    needed = late.needed.isoformat()
    return [
        (_("Customer"), late.customer or _("For stock")),
        (_("Needed"), _("{day}, promised", day=needed) if late.promised else needed),
        (_("Order ends"), figures.local(late.finish) or _("no place in the schedule yet")),
        (_("Cost a day"), money(a_day(late), late.currency)),
        (_("Cost of the delay"), money(late.cost, late.currency)),
    ]


def remedies(late: LateOrder) -> Iterator[tuple[str, str, str]]:
    """Icon, words and deep link of what may help, by the causes; each place once."""
    said: set[str] = set()
    for why in late.reasons:
        text = _remedy(why.kind)
        link = SUGGESTED if why.kind == "item" else words.link_of(why.kind, why.record_id)
        if text and link and link not in said:
            said.add(link)
            yield "truck" if why.kind in ("purchase_order", "item") else "factory", text, link
    if late.sales_order_id is not None:
        text = _("Promise {number} anew", number=late.sales_number)
        yield "calendar", text, f"erp://sales/{late.sales_order_id}"
    yield (
        "order",
        _("Split or hurry {number}", number=late.number),
        f"erp://production/{late.order_id}",
    )
    yield "chart", _("Try overtime in a what-if"), "erp://board/whatif"


def _remedy(kind: str) -> str:
    """What can be done about a cause that names such a record; "" where that is said elsewhere."""
    return {
        "purchase_order": _("Hurry the purchase"),
        "item": _("Order the material now"),
        "machine": _("Open the machine's hours"),
        "production_operation": _("Unlock the operation on the board"),
    }.get(kind, "")


def a_day(late: LateOrder) -> Decimal:
    """What each day of the delay costs."""
    return late.cost / late.days_late if late.days_late else late.cost


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency, in whole minor units."""
    return figures.money(Money.rounded(amount, currency))


def total_text(found: Sequence[LateOrder]) -> str:
    """What all delays cost together, each day of them."""
    if not found:
        return ""
    a_day_of_all = sum((a_day(one) for one in found), Decimal(0))
    return _(
        "{orders} orders · {cost} a day, {total} until they are done",
        orders=figures.number(len(found)),
        cost=money(a_day_of_all, found[0].currency),
        total=money(sum((one.cost for one in found), Decimal(0)), found[0].currency),
    )
