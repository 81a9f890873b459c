"""One suggestion on a card: what, when, why, for whom, and from what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.material.tree import TreeNode
from factory_erp.services.suggestions.accepting import Served, SuggestionView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import ElidedLabel, label
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.material import words
from factory_erp.ui.material.plan_actions import PlanActions
from factory_erp.ui.material.work import Explained

MOST = 8
"""Orders and components on the card; the pegging shows them all."""


class SuggestionCard(DetailCard):
    """Shows a suggestion; several that are selected are told by their number."""

    def __init__(self, actions: PlanActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act = actions
        self.show_nothing(_("Choose a suggestion to see why it is made and for whom."))

    def show_nothing(self, sentence: str) -> None:
        """An empty card that says what to do."""
        self.clear()
        self.add_widget(label(sentence, muted=True, wrap=True))

    def show_suggestion(self, found: Explained) -> None:
        """Fill the card with one suggestion."""
        view = found.view
        pill = words.kind_pill(view.kind)
        self.fill(words.headline(view), view.name, list(_rows(view)), (pill.text, Tone(pill.tone)))
        self.add_section(_("Why"))
        self.add_widget(label(view.why, wrap=True, selectable=True))
        self._add_served(view.served)
        self._add_parts(found.parts)
        self.add_section(_("Go to"))
        self.add_links(_links(view))
        self._add_actions(view)

    def _add_served(self, orders: Sequence[Served]) -> None:
        if not orders:
            return
        self.add_section(_("For whom"))
        for one in orders[:MOST]:
            self.add_links([("order", _order_text(one), f"erp://sales/{one.sales_order_id}")])
            self.add_widget(ElidedLabel(one.customer, muted=True))
        self._add_more(len(orders))

    def _add_parts(self, parts: Sequence[TreeNode]) -> None:
        if not parts:
            return
        self.add_section(_("Made from"))
        self.add_rows((part.sku, _part_text(part)) for part in parts[:MOST])
        self._add_more(len(parts))

    def _add_more(self, count: int) -> None:
        if count > MOST:
            more = ngettext(
                "{number} more", "{number} more", count - MOST, number=figures.number(count - MOST)
            )
            self.add_widget(label(more, muted=True))

    def _add_actions(self, view: SuggestionView) -> None:
        if view.dismissed:
            self.add_action(_("Bring back"), lambda: self._act.restore([view.id]), primary=True)
            return
        accept = partial(self._act.accept_now, [view.id], {view.id: view.version})
        self.add_action(_("Dismiss"), lambda: self._act.dismiss([view.id]))
        button = self.add_action(_("Accept"), accept, primary=True)
        button.setToolTip("Ctrl+Enter")


def _rows(view: SuggestionView) -> Iterator[tuple[str, str]]:
    if view.start is not None:
        yield words.start_title(view.kind), figures.last_day(view.start)
    yield _("Wanted on"), figures.last_day(view.due)
    if view.available is not None:
        there = figures.last_day(view.available)
        yield _("Can be there"), f"{there} · {words.late(view.late_days)}" if view.late_days else there
    if view.supplier:
        yield _("Supplier"), view.supplier


def _order_text(one: Served) -> str:
    said = (one.number, figures.day(one.wanted_on))
    return " · ".join(part for part in said if part)


def _part_text(part: TreeNode) -> str:
    where = " ".join(said for said in (_(words.NODES[part.kind]), part.number) if said)
    said = [figures.quantity(part.quantity, part.unit), where]
    if part.late_days:
        said.append(words.late(part.late_days))
    return " · ".join(said)


def _links(view: SuggestionView) -> Iterator[tuple[str, str, str]]:
    yield "bom", _("Pegging"), words.pegging_link("suggestion", view.id)
    yield "tag", _("Item {sku}", sku=view.sku), words.item_link(view.sku)
    if view.production_order_id is not None:
        yield "factory", view.number, f"erp://production/{view.production_order_id}"
    elif view.purchase_order_id is not None:
        yield "cart", view.number, words.purchase_link(view.number)
