"""The facts of an inquiry: who asks, for what, by when, and what was offered."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.inquiries.quotation_suggestions import Suggestion
from factory_erp.services.inquiries.views import InquiryDetail
from factory_erp.ui.inquiries import words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable

WIDTH = 412
"""Wished width of the card, px."""

_ROW, _HEAD = 34, 38
_MOST_ROWS = 6

CUSTOMER, PRODUCT = "ask:customer", "ask:product"
"""Targets of the links that ask rather than lead somewhere."""

COLUMNS = (
    Column("sku", N_("Item"), 112, narrowest=80),
    Column("price", N_("Unit price"), 104, kind="number"),
    Column("ready", N_("Ready"), 96, kind="date"),
)


class FactsCard(DetailCard):
    """``link_clicked`` also carries CUSTOMER and PRODUCT; ``chosen_changed`` comes of picking items."""

    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: SimpleTable | None = None

    def show_inquiry(self, detail: InquiryDetail) -> None:
        """Show the facts."""
        row = detail.row
        picked = set(self.picked())
        country = figures.country(row.buyer_country) if row.buyer_country else ""
        self.clear()
        self._items = None
        self.set_title(words.buyer(row), _(", ").join(p for p in (country, detail.buyer_email) if p))
        self.add_rows(_rows(detail))
        self.add_widget(self._links(_links(detail)))
        if detail.quotations:
            self.add_section(_("Quotations"))
            self.add_links(
                ("document", _("{number} · {total} · {state}", number=one.number,
                               total=figures.money(one.total), state=words.quotation_pill(one).text),
                 f"erp://inquiries/quotation/{one.id}")
                for one in detail.quotations
            )  # fmt: skip
        if detail.suggestions:
            self._suggest(detail.suggestions, picked)

    def _links(self, links: list[tuple[str, str, str]]) -> QWidget:
        """Links two by two."""
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        for place, (icon_name, text, target) in enumerate(links):
            follow = partial(self.link_clicked.emit, target)
            grid.addWidget(Button(text, kind=Kind.LINK, icon=icon_name, run=follow), *divmod(place, 2))
        return box

    def _suggest(self, suggestions: tuple[Suggestion, ...], picked: set[int]) -> None:
        self.add_section(_("What could be offered"))
        self._items = table = SimpleTable(COLUMNS)
        table.set_name(_("What could be offered"))
        table.set_rows([_cells(one) for one in suggestions], [one.item_id for one in suggestions])
        table.setFixedHeight(_HEAD + _ROW * min(len(suggestions), _MOST_ROWS) + 4)
        table.setToolTip(_("Select the items that Quote… is to begin with."))
        for item in picked:
            table.select_key(item)
        table.view.selectionModel().selectionChanged.connect(lambda *_changed: self.chosen_changed.emit())
        self.add_widget(framed(table))

    def picked(self) -> list[int]:
        """The items that were selected among those that could be offered."""
        keys = self._items.selected_keys() if self._items is not None else []
        return [key for key in keys if isinstance(key, int)]


def _rows(detail: InquiryDetail) -> list[tuple[str, str]]:
    row = detail.row
    found = [
        (_("Number"), row.number),
        (_("Source"), words.source(row)),
        (_("Received"), figures.local(row.received_at)),
        (_("Answer by"), figures.local(row.answer_by)),
        (_("Quantity"), words.wanted(row.quantity, row.unit)),
        (_("Wanted by"), figures.day(detail.wanted_by)),
        (_("Customer"), row.customer or _("not assigned")),
        (_("Product"), row.product or _("not assigned")),
    ]
    return [(name, value) for name, value in found if value]


def _links(detail: InquiryDetail) -> list[tuple[str, str, str]]:
    links = [
        ("user", _("Choose customer…"), CUSTOMER),
        ("tag", _("Choose product…"), PRODUCT),
    ]
    if detail.product_id is not None:
        links.append(("box", _("Open product"), f"erp://products/{detail.product_id}"))
    if detail.listing_id is not None:
        links.append(("store", _("Open listing"), f"erp://listings/{detail.listing_id}"))
    orders = {one.sales_order_id: one.sales_order for one in detail.quotations if one.sales_order_id}
    links += [("order", _("Order {number}", number=number), f"erp://sales/{key}")
              for key, number in orders.items()]  # fmt: skip
    return links


def _cells(one: Suggestion) -> Row:
    price = figures.money(one.price.price) if one.price is not None else figures.NONE
    ready = figures.NONE if one.earliest is None else figures.day(one.earliest)
    return (one.sku, price, _("in stock") if one.lead_days == 0 else ready)
