"""The card beside the list: the selected order at a glance, or the sum of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu

from factory_erp.domain.money import Money
from factory_erp.i18n import _, ngettext
from factory_erp.services.sales.views import OrderDetail, OrderRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Button, DetailCard, label
from factory_erp.ui.sales import parts, texts
from factory_erp.ui.sales.actions import Act, Offer
from factory_erp.ui.sales.effects_banner import FITS, FloorWord
from factory_erp.ui.sales.platform_word import NO_WORD, PlatformWord

WIDTH = 344
"""The card's natural width, px."""

MADE_SHOWN = 3
"""Production orders that the card names; the order's own page has them all."""


class OrderCard(DetailCard):
    """Shows one order with its next step, or what several selected orders have in common."""

    def show_nothing(self, sentence: str) -> None:
        """No order is selected: say what to do."""
        self.clear()
        self.add_widget(label(sentence, muted=True, wrap=True))

    def show_order(
        self,
        detail: OrderDetail,
        offer: Offer,
        open_page: Callable[[], object],
        platform: PlatformWord = NO_WORD,
        floor: FloorWord = FITS,
    ) -> None:
        """The order at a glance; *open_page* leads to all of it."""
        self.clear()
        pill = texts.state_pill(detail.state, detail.late)
        self.set_title(detail.number, detail.customer, (pill.text, Tone(pill.tone)))
        journey = parts.CompactJourney()
        journey.set_steps(parts.journey_steps(detail))
        for banner in (*platform.banners(narrow=True), *floor.banners(narrow=True)):
            self.add_widget(banner)
        self.add_widget(journey)
        self.add_widget(label(parts.where_it_stands(detail), wrap=True))
        self.add_rows(parts.facts(detail, platform.order))
        self.add_section(_("Goods"))
        self.add_widget(parts.LineList(detail))
        self.add_widget(parts.AmountsGrid(detail.amounts))
        links = parts.links(detail, MADE_SHOWN)
        if links:
            self.add_section(_("Documents, shipments, production"))
            self.add_links(links)
        rest = len(detail.linked.production) - MADE_SHOWN
        if rest > 0:
            more = ngettext("and {count} more production order", "and {count} more production orders", rest)
            self.add_widget(label(more, muted=True))
        self._add_offer(offer, open_page)

    def _add_offer(self, offer: Offer, open_page: Callable[[], object]) -> None:
        more = self.add_action(_("More"), lambda: None)
        menu = QMenu(more)
        for act in (Act(_("Open order"), open_page), *offer.others):
            menu.addAction(act.text, act.run)
        more.setMenu(menu)
        if offer.primary is not None:
            self.add_action(offer.primary.text, offer.primary.run, primary=True)

    def show_selection(
        self, count: int, rows: Sequence[OrderRow], drafts: int, confirm: Callable[[], object]
    ) -> Button:
        """What *count* selected orders come to, by currency; those to review can be confirmed at once."""
        self.clear()
        self.set_title(ngettext("{count} order selected", "{count} orders selected", count))
        self.add_rows([(_("To review"), figures.number(drafts)), *_totals(rows)])
        text = ngettext("Confirm {count} order…", "Confirm {count} orders…", drafts)
        reason = "" if drafts else _("None of the selected orders waits for review.")
        return self.add_action(text, confirm, primary=True, enabled=bool(drafts), reason=reason)


def _totals(rows: Sequence[OrderRow]) -> list[tuple[str, str]]:
    """Sum of the amounts in each currency."""
    sums: dict[str, Money] = {}
    for row in rows:
        currency = row.total.currency
        sums[currency] = sums.get(currency, Money.zero(currency)) + row.total
    return [(currency, figures.amount(sums[currency])) for currency in sorted(sums)]
