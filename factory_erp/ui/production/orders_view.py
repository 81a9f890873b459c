"""Production orders: the list by saved view, and the card of the current one."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ProductionDetail, ProductionRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.kit.widgets import ChipBar, SearchBox
from factory_erp.ui.production import words
from factory_erp.ui.production.actions import ProductionActions
from factory_erp.ui.production.order_card import OrderCard

VIEW_NAMES = {
    "open": N_("Open"),
    "late": N_("Late"),
    "in_progress": N_("In progress"),
    "done": N_("Done"),
    "all": N_("All"),
}
"""Saved views of ``services.production.views`` and what their chips say."""

COLUMNS = (
    Column("number", N_("Production order"), 128, kind="number", align="left"),
    Column("item", N_("Item"), 250, narrowest=220),
    Column("quantity", N_("Quantity"), 80, kind="number", priority=2),
    Column("progress", N_("Progress"), 76, kind="number", sortable=False, priority=3),
    Column("due", N_("Due"), 96, kind="date", priority=1),
    Column("planned_start", N_("Planned start"), 132, kind="date", priority=6),
    Column("planned_finish", N_("Planned finish"), 132, kind="date", priority=5),
    Column("sales_order", N_("Sales order"), 124, kind="number", align="left", priority=4),
    Column("state", N_("State"), 104, kind="pill"),
)


class ProductionList:
    """Production orders by saved view and search, for a ``RecordTable``."""

    columns: Sequence[Column] = COLUMNS

    def ids(self, *, view: str, search: str, sort: str, descending: bool) -> array[int]:
        """Ids of the production orders of *view* that contain *search*."""
        return production.production_ids(view or "open", search, sort, descending)

    def rows(self, ids: Sequence[int]) -> Sequence[Row]:
        """The rows of *ids*, empty cells for an order that is not there any more."""
        found = {row.id: _cells(row) for row in production.production_rows(ids)}
        return [found.get(wanted, ("",) * len(COLUMNS)) for wanted in ids]


class OrdersView(QWidget):
    """The list at the left, the card of the current order at the right; *search* is the page's box."""

    def __init__(
        self,
        context: UiContext,
        actions: ProductionActions,
        search: SearchBox,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._detail: ProductionDetail | None = None
        self._wanted: int | None = None
        self.chips = ChipBar(self)
        source = ProductionList()
        self.table = RecordTable(source, context.jobs, self)
        self.views = ViewBar(
            context, "production", VIEW_NAMES, source, chips=self.chips, table=self.table, search=search
        )
        self.table.set_name(_("Production orders"))
        self.table.set_empty_text(_("No production order here. Planning a confirmed order makes them."))
        self.table.current_changed.connect(self._load)
        self.table.activated.connect(lambda order: actions.ask_report(order))
        self.table.refused.connect(context.say)
        self.table.count_changed.connect(self._go_to_wanted)
        self.card = OrderCard(actions)
        self.card.link_clicked.connect(lambda link: context.navigate(link))
        self.card.show_nothing(_("Choose a production order to see its operations and materials."))
        self.table.restore_state({"sort": "due"})
        self._lay_out()
        self.views.recall()

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember chip and columns for the next start."""
        super().hideEvent(event)
        self.views.remember()

    def refresh(self) -> None:
        """Read the list and the card again."""
        self.views.refresh()
        self._load(self.table.current_id())

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Counts of the saved views."""
        self.views.set_counts(counts)

    def open_order(self, order_id: int) -> None:
        """Make a production order current, in the view of all if it is not in this one."""
        if not self.table.select_id(order_id):
            self._wanted = order_id
            self.chips.select("all")
        self._load(order_id)

    def detail(self) -> ProductionDetail | None:
        """The order on the card."""
        return self._detail

    def _go_to_wanted(self, _count: object) -> None:
        if self._wanted is not None:
            self.table.select_id(self._wanted)
            self._wanted = None

    def _load(self, order_id: int | None) -> None:
        if order_id is None:
            return
        read = partial(production.production_detail, order_id)
        self._context.jobs.run(read, done=self._show, owner=self)

    def _show(self, detail: ProductionDetail) -> None:
        if self.table.current_id() in (detail.row.id, None):
            self._detail = detail
            self.card.show_order(detail)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.chips)
        column.addWidget(split(framed(self.table), self.card, stretch=(2, 1), sizes=(770, 420)), 1)


def _cells(row: ProductionRow) -> Row:
    return (
        row.number,
        f"{row.sku}  {words.either(row.item_name_en, row.item_name_zh)}",
        figures.number(row.quantity),
        f"{row.progress}%",
        row.due.isoformat(),
        figures.local(row.planned_start),
        figures.local(row.planned_finish),
        row.sales_number,
        words.order_pill(row.state, late=row.late),
    )


def id_of(key: str) -> int | None:
    """Id of the production order that a deep link names by its id or its number; None where there is none."""
    if key.isdecimal():
        return int(key)
    rows = production.production_rows(production.production_ids("all", key))
    return next((row.id for row in rows if row.number == key), None)
