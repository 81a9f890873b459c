"""The card of one item: beside the list with its bill, on its own page without."""

from __future__ import annotations

from collections.abc import Callable

from factory_erp.i18n import _
from factory_erp.services.catalogue.views import ItemDetail
from factory_erp.services.engineering.structure import BillNode
from factory_erp.ui.catalog import words
from factory_erp.ui.catalog.bill import item_of, small_tree, tree_node
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import label

TREE_HEIGHT = 240
"""Room for the bill on the card, px: six lines and the header."""


class ItemCard(DetailCard):
    """What there is to know about an item, at a glance."""

    def show_nothing(self) -> None:
        """No item is chosen."""
        self.clear()
        self.add_widget(label(_("Choose an item to see it here."), muted=True, wrap=True))

    def show_item(
        self,
        item: ItemDetail,
        bill: BillNode | None = None,
        open_item: Callable[[int], object] | None = None,
        *,
        headed: bool = True,
    ) -> None:
        """The item, with its *bill* if one is given; Enter in the bill calls *open_item* (an item id).

        Not *headed* where its SKU and name stand above already.
        """
        self.clear()
        if headed:
            pill = words.kind_pill(item.kind) if item.active else PillCell(_("Inactive"), Tone.DANGER)
            self.set_title(item.sku, item.name, (pill.text, Tone(pill.tone)))
        self.add_rows(_facts(item))
        self._add_pairs(_("Prices"), [words.tier_row(tier, item.unit) for tier in item.tiers])
        self._add_pairs(_("Packaging levels"), [words.pack_row(pack, item.unit) for pack in item.packs])
        self._add_pairs(_("Container"), [words.load_row(load, item.unit) for load in item.loads])
        if bill is not None and open_item is not None:
            self._add_bill(bill, open_item)
        self._add_pairs(_("Names"), _names(item))

    def _add_bill(self, bill: BillNode, open_item: Callable[[int], object]) -> None:
        """The bill for one unit, where the item consists of anything."""
        if not bill.children:
            return
        self.add_section(_("Made of, for {quantity}", quantity=figures.quantity(bill.quantity, bill.unit)))
        tree = small_tree()
        tree.setFixedHeight(TREE_HEIGHT)
        tree.opened.connect(lambda key: open_item(item_of(key)))
        self.add_widget(tree)
        nodes = [tree_node(child, with_name=False, row=row) for row, child in enumerate(bill.children)]
        tree.set_nodes(nodes, depth=1)

    def _add_pairs(self, title: str, rows: list[tuple[str, str]]) -> None:
        if rows:
            self.add_section(title)
            self.add_rows(rows)


def _facts(item: ItemDetail) -> list[tuple[str, str]]:
    rows = [
        (_("Options"), item.options),
        (_("Make or buy"), words.procurement(item.procurement)),
        (_("On hand"), figures.quantity(item.on_hand, item.unit)),
        (_("Free"), figures.quantity(item.available, item.unit)),
        (_("HS code"), words.hs(item.hs_code)),
        (_("Origin"), figures.country(item.origin)),
        (_("Net weight"), str(item.net) if item.net else ""),
        (_("Lead time"), _("{days} days", days=item.lead_days) if item.lead_days else ""),
        (_("Standard cost"), figures.cost(item.standard_cost) if item.standard_cost.amount else ""),
    ]
    return [(key, value) for key, value in rows if value]


def _names(item: ItemDetail) -> list[tuple[str, str]]:
    rows = [(words.language_name(name.language), name.name) for name in item.names]
    customs = [
        (_("Customs name, {language}", language=words.language_name(name.language)), name.declaration_name)
        for name in item.names
        if name.declaration_name
    ]
    return rows + customs
