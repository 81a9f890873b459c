"""A production order on a card: its operations, materials, and what it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtWidgets import QSizePolicy, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.production.orders import MaterialRow, PegRow, ProductionDetail, StepRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind
from factory_erp.ui.kit.delegates import ROW_HEIGHT
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.table_header import HEADER_HEIGHT
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.production import steps, words
from factory_erp.ui.production.actions import ProductionActions

OPERATIONS = (
    Column("operation", N_("Operation"), 210),
    Column("machine", N_("Machine"), 78, kind="number", align="left", priority=1),
    Column("good", N_("Good"), 64, kind="number", priority=2),
    Column("progress", N_("Done"), 62, kind="number"),
    Column("state", N_("State"), 84, kind="pill"),
)

MATERIALS = (
    Column("sku", N_("Material"), 120, narrowest=104),
    Column("unit", N_("Unit"), 52, priority=3),
    Column("need", N_("Need"), 76, kind="number", tooltip=N_("Still to be issued")),
    Column("held", N_("On hand"), 78, kind="number", priority=2),
    Column("state", N_("State"), 96, kind="pill"),
)


BY_PRODUCTS = (
    Column("sku", N_("By-product"), 120, narrowest=104),
    Column("unit", N_("Unit"), 52, priority=3),
    Column("expected", N_("Expected"), 84, kind="number"),
    Column("booked", N_("Booked in"), 88, kind="number", tooltip=N_("With the good pieces reported so far")),
)


class OrderCard(DetailCard):
    """Shows one production order."""

    def __init__(self, actions: ProductionActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(330)
        self._act = actions
        self.operations: SimpleTable | None = None
        self.materials: SimpleTable | None = None
        self.by_products: SimpleTable | None = None

    def show_nothing(self, sentence: str) -> None:
        """An empty card that says what to do."""
        self.operations = self.materials = self.by_products = None
        self.fill("", sentence, ())

    def show_order(self, detail: ProductionDetail) -> None:
        """The order with its operations, materials and pegs."""
        row = detail.row
        pill = words.order_pill(row.state, late=row.late)
        self.clear()
        name = words.either(row.item_name_en, row.item_name_zh)
        self.set_title(row.number, f"{row.sku} · {name}", (pill.text, Tone(pill.tone)))
        self.add_rows(pair for pair in order_rows(detail) if pair[1])
        self.add_links(_sales_link(detail))
        self._add_papers(detail)
        self.add_section(_("Operations"))
        self.operations = _table(OPERATIONS, _("Operations"))
        keys = [step.id for step in detail.operations]
        self._fill_table(self.operations, [operation_row(s, detail) for s in detail.operations], keys)
        self.operations.activated.connect(lambda key: self._act.ask_report(row.id, key))
        self._show_remarks(detail)
        self._show_materials(detail)
        self._show_by_products(detail)
        self.add_section(_("Serves"))
        self.add_links(_peg_links(detail.serves))
        self._add_actions(detail)

    def _add_papers(self, detail: ProductionDetail) -> None:
        """Its traveller; and what is done with all cells of the matrix batch at once."""
        order = detail.row.id
        if detail.batch:
            self.add_section(_("Batch {number}", number=detail.batch))
        self._add_link("print", _("Print traveller…"), partial(self._act.print_traveller, [order]))
        if detail.batch:
            self._add_link("play", _("Release the whole batch"), partial(self._act.release_batch, order))

    def _add_link(self, icon: str, text: str, run: Callable[[], object]) -> None:
        button = Button(text, kind=Kind.LINK, icon=icon, run=run)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.add_widget(button)

    def _show_remarks(self, detail: ProductionDetail) -> None:
        """What there is to know of single operations: who does them elsewhere, what to look at."""
        for title, rows in ((_("At subcontractors"), outside_rows), (_("Quality points"), quality_rows)):
            if found := rows(detail.operations):
                self.add_section(title)
                self.add_rows(found)

    def _show_materials(self, detail: ProductionDetail) -> None:
        self.materials = None
        used = [part for part in detail.materials if not part.by_product]
        if used:
            self.add_section(_("Materials"))
            self.materials = _table(MATERIALS, _("Materials"))
            self._fill_table(
                self.materials, [material_row(part) for part in used], [part.id for part in used]
            )

    def _show_by_products(self, detail: ProductionDetail) -> None:
        self.by_products = None
        out = [part for part in detail.materials if part.by_product]
        if out:
            self.add_section(_("By-products"))
            self.by_products = _table(BY_PRODUCTS, _("By-products"))
            self._fill_table(self.by_products, [by_product_row(one) for one in out], [one.id for one in out])

    def _fill_table(self, table: SimpleTable, rows: list[Row], keys: list[int]) -> None:
        table.set_rows(rows, keys)
        table.setFixedHeight(HEADER_HEIGHT + ROW_HEIGHT * max(1, len(rows)) + 4)
        self.add_widget(table)

    def _add_actions(self, detail: ProductionDetail) -> None:
        row = detail.row
        if steps.has_purchases(detail):
            self.add_action(_("Receive material…"), lambda: self._act.receive(detail))
        if steps.can_resize(detail):
            self.add_action(_("Change quantity…"), lambda: self._act.ask_quantity(row.id))
        if steps.can_release(row.state):
            self.add_action(_("Release"), lambda: self._act.release([row.id]), primary=True)
            return
        able = bool(steps.open_steps(detail))
        self.add_action(
            _("Report…"), lambda: self._act.ask_report(row.id, self._chosen()), primary=True, enabled=able,
            reason="" if able else _("There is nothing left to report."),
        )  # fmt: skip

    def _chosen(self) -> int | None:
        """The operation chosen in the table, to be reported."""
        key = self.operations.current_key() if self.operations else None
        return key if isinstance(key, int) else None


def order_rows(detail: ProductionDetail) -> list[tuple[str, str]]:
    """The order in key-value rows."""
    row = detail.row
    made = _("{good} good, {scrap} scrap", good=figures.number(row.good), scrap=figures.number(row.scrap))
    return [
        (_("Quantity"), figures.quantity(row.quantity, row.unit)),
        (_("Made"), made if row.good or row.scrap else ""),
        (_("Due"), row.due.isoformat()),
        (_("Planned time"), _span(figures.local(row.planned_start), figures.local(row.planned_finish))),
        (_("Material there"), figures.local(detail.material_at)),
        (_("Customer"), detail.customer),
    ]


def _days(count: int) -> str:
    return ngettext("{count} day", "{count} days", count)


def outside_rows(operations: Iterable[StepRow]) -> list[tuple[str, str]]:
    """The operations that subcontractors do: who, and how many days it takes there."""
    return [
        (_operation(step), f"{step.subcontractor} · {_days(step.subcontract_days)}")
        for step in operations
        if step.subcontract_days
    ]


def quality_rows(operations: Iterable[StepRow]) -> list[tuple[str, str]]:
    """The operations after which something has to be looked at, and what."""
    return [(_operation(step), step.quality_point) for step in operations if step.quality_point]


def _operation(step: StepRow) -> str:
    return f"{step.sequence}  {words.either(step.name_en, step.name_zh)}"


def operation_row(step: StepRow, detail: ProductionDetail) -> Row:
    """An operation as a row of the card's table."""
    return (
        _operation(step),
        _("outside") if step.subcontract_days else step.machine_code or step.centre_code,
        figures.number(step.good),
        f"{steps.percent(step, detail.row.quantity)}%",
        words.step_pill(step.state),
    )


def material_row(part: MaterialRow) -> Row:
    """A material with what is still needed and what there is; what is short is said in red."""
    need = max(part.quantity - part.issued, part.quantity * 0)
    if not need:
        state = PillCell(_("Issued to the floor"), Tone.SUCCESS)
    elif part.on_hand < need:
        state = PillCell(_("{missing} short", missing=figures.number(need - part.on_hand, 3)), Tone.DANGER)
    else:
        state = PillCell(_("There"), Tone.NEUTRAL)
    return part.sku, figures.unit(part.unit), figures.number(need, 3), figures.number(part.on_hand, 3), state


def by_product_row(part: MaterialRow) -> Row:
    """A by-product with what is expected of it and what came in so far."""
    return part.sku, figures.unit(part.unit), figures.number(part.quantity, 3), figures.number(part.issued, 3)


def _peg_links(pegs: Iterable[PegRow]) -> list[tuple[str, str, str]]:
    """What the output is for: an order line of a customer, or another production order."""
    links = []
    for peg in pegs:
        noun = "sales" if peg.number.startswith("SO") else "production"
        text = _(
            "{number}: {quantity} of {sku}",
            number=peg.number,
            quantity=figures.number(peg.quantity),
            sku=peg.sku,
        )
        links.append(("order" if noun == "sales" else "factory", text, f"erp://{noun}/{peg.record_id}"))
    return links


def _sales_link(detail: ProductionDetail) -> list[tuple[str, str, str]]:
    row = detail.row
    if row.sales_order_id is None:
        return []
    return [("order", row.sales_number, f"erp://sales/{row.sales_order_id}")]


def _table(columns: tuple[Column, ...], name: str) -> SimpleTable:
    table = SimpleTable(columns)
    table.set_name(name)
    return table


def _span(start: str, finish: str) -> str:
    return f"{start} – {finish}" if start and finish else start or finish
