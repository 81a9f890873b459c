"""By what the bars of the board are coloured."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType

from factory_erp.i18n import N_, _
from factory_erp.services.board.gantt import BarView
from factory_erp.ui.board import words
from factory_erp.ui.board.board_data import Chart
from factory_erp.ui.kit.gantt_inks import Colouring, ColourKey, Palette
from factory_erp.ui.kit.theme import Tone

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "customer": N_("Customer"),
        "item": N_("Item"),
        "order": N_("Order"),
        "family": N_("Family"),
        "lateness": N_("Lateness"),
        "state": N_("State"),
    }
)
"""Ways to colour, and what the choice calls them; the first is the usual one."""

SOON = 2
"""Days before an order is needed from which it is said to be close."""


class Colours:
    """Makes colourings of charts; a customer keeps the colour for as long as the window lives."""

    def __init__(self) -> None:
        self._palettes = {name: Palette() for name in NAMES}

    def of(self, chart: Chart, name: str) -> Colouring:
        """The colouring of *chart* by *name*, one of ``NAMES``."""
        key = _KEYS[name]
        keys: dict[Hashable, ColourKey] = {number: key(bar) for number, bar in chart.bars.items()}
        held = ColourKey("hold", _("Held for a promise"), Tone.NEUTRAL)
        keys |= dict.fromkeys(chart.holds, held)
        return Colouring(keys, self._palettes[name])


def _item(bar: BarView) -> ColourKey:
    return ColourKey(bar.item_name_en or bar.item_name_zh, words.item_name(bar))


def _customer(bar: BarView) -> ColourKey:
    if not bar.customer:
        return ColourKey("", _("For stock"), Tone.NEUTRAL)
    return ColourKey(bar.customer, bar.customer)


def _order(bar: BarView) -> ColourKey:
    number = bar.sales_number or bar.order_number
    return ColourKey(number, number)


def _family(bar: BarView) -> ColourKey:
    if not bar.family:
        return ColourKey("", _("No family"), Tone.NEUTRAL)
    return ColourKey(bar.family, bar.family)


def _lateness(bar: BarView) -> ColourKey:
    if words.is_late(bar):
        return ColourKey("late", _("Late"), Tone.DANGER)
    if bar.lateness > -SOON:
        return ColourKey("close", _("Just in time"), Tone.WARNING)
    return ColourKey("early", _("In time"), Tone.SUCCESS)


def _state(bar: BarView) -> ColourKey:
    pill = words.state_pill(bar)
    return ColourKey(bar.state, pill.text, Tone(pill.tone))


_KEYS: Mapping[str, Callable[[BarView], ColourKey]] = MappingProxyType(
    {
        "item": _item,
        "customer": _customer,
        "order": _order,
        "family": _family,
        "lateness": _lateness,
        "state": _state,
    }
)
