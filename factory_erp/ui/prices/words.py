"""How the price pages say lists, prices, costs and margins, in the user's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from factory_erp.domain.figures import format_figure
from factory_erp.domain.money import exponent
from factory_erp.i18n import N_, _, language, ngettext, pgettext
from factory_erp.models.pricing import PriceKind
from factory_erp.services.price_lists import term_of
from factory_erp.services.pricing.prices import PriceListView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.grid_cells import shown
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

KINDS = {PriceKind.SALES: N_("Sales prices"), PriceKind.PURCHASE: N_("Purchase prices")}
"""The two switches of the page."""

COST_PLACES = 4
"""Decimals of a cost on the screen."""


def everybody() -> str:
    """For whom a list is that is for no partner or shop alone."""
    return pgettext("price list", "General")


def whom(one: PriceListView) -> str:
    """Whose list it is."""
    return one.partner or one.account or everybody()


def state(valid_from: date, valid_to: date | None, day: date) -> PillCell:
    """Whether a list is valid on *day*."""
    if valid_to is not None and valid_to < day:
        return PillCell(_("Expired"), Tone.NEUTRAL)
    if valid_from > day:
        return PillCell(_("Not yet"), Tone.INFO)
    return PillCell(_("Valid"), Tone.SUCCESS)


def validity(valid_from: date, valid_to: date | None) -> str:
    """From when until when."""
    if valid_to is None:
        return _("from {day}", day=figures.day(valid_from))
    return _("{start} to {end}", start=figures.day(valid_from), end=figures.day(valid_to))


def facts(one: PriceListView) -> str:
    """Currency, term, for whom, when, and how many items, on one line."""
    items = ngettext("{number} item", "{number} items", one.items, number=figures.number(one.items))
    term, days = term_of(one.incoterm, one.place), validity(one.valid_from, one.valid_to)
    return " · ".join((one.currency, term, whom(one), days, items))


def counts(lists: Sequence[PriceListView]) -> str:
    """How many lists and prices there are."""
    prices, number = sum(one.lines for one in lists), len(lists)
    return " · ".join(
        (
            ngettext("{number} list", "{number} lists", number, number=figures.number(number)),
            ngettext("{number} price", "{number} prices", prices, number=figures.number(prices)),
        )
    )


def no_rows(partial: bool, too_long: bool) -> str:
    """Why a list shows no prices, and what to do."""
    if too_long:
        return _("This list is long. Search for the items whose prices you want to see or change (Ctrl+F).")
    if partial:
        return _("No item of this list fits the search.")
    return _("No prices yet. Add a line (F7), paste a block from Excel, or import a file.")


def price(amount: Decimal, currency: str) -> str:
    """A price as one would type it: no grouping, at least the currency's decimals."""
    places = exponent(currency)
    plain = shown(amount)
    digits = len(plain.partition(".")[2])
    return plain if digits >= places else f"{amount:.{places}f}"


def cost(amount: Decimal | None, currency: str) -> str:
    """A cost with its currency; nothing where it is not known."""
    if amount is None:
        return ""
    return f"{currency} {format_figure(amount, language(), exponent(currency), COST_PLACES)}"


def margin(percent: Decimal | None, least: Decimal) -> str:
    """A margin in percent; a low one is called so."""
    if percent is None:
        return ""
    said = f"{format_figure(percent, language(), 2, 2)} %"
    if percent < 0:
        return _("{margin} loss", margin=said)
    return _("{margin} low", margin=said) if percent < least else said


def change(old: Decimal, new: Decimal) -> str:
    """How much a price rises or falls, in percent; nothing where it does neither, or was nothing."""
    if not old or new == old:
        return ""
    percent = (new - old) / old * 100
    return f"{'+' if percent > 0 else ''}{format_figure(percent, language(), 1, 1)} %"


def margin_tone(percent: object, least: Decimal) -> Tone | None:
    """The tone in which a margin that is too low is said; None for one that is not."""
    if not isinstance(percent, Decimal) or percent >= least:
        return None
    return Tone.DANGER if percent < 0 else Tone.WARNING
