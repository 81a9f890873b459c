"""How the material page says kinds, states, links and what an acceptance comes to.  No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from factory_erp.i18n import N_, _, ngettext, pgettext
from factory_erp.models.planning import PurchaseState, SuggestionKind
from factory_erp.services import clock
from factory_erp.services.material.tree import NodeKind
from factory_erp.services.purchasing.orders import AffectedOrder
from factory_erp.services.suggestions.accepting import KIND_NAMES, Accepted, Served, SuggestionView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.material.work import Overview

TITLES: Mapping[str, Callable[[], str]] = {
    "suggestions": lambda: pgettext("material plan", "Suggestions"),
    "shortages": lambda: _("Shortages"),
    "pegging": lambda: _("Pegging"),
    "purchases": lambda: _("Purchases"),
}
"""Parts of the page, and what their tabs say."""

SEARCHED = {
    "suggestions": N_("Search by item…"),
    "shortages": N_("Search shortages…"),
    "purchases": N_("Search purchases…"),
}
"""Parts in which one searches, and what stands in the box."""

SUGGESTION_VIEWS = {
    "open": N_("All"),
    "make": KIND_NAMES[SuggestionKind.MAKE],
    "buy": KIND_NAMES[SuggestionKind.BUY],
    "late": N_("Late"),
    "expedite": KIND_NAMES[SuggestionKind.EXPEDITE],
    "delay": KIND_NAMES[SuggestionKind.DELAY],
    "cancel": KIND_NAMES[SuggestionKind.CANCEL],
    "merge": KIND_NAMES[SuggestionKind.MERGE],
    "dismissed": N_("Dismissed"),
}
"""Views of ``services.suggestions.accepting`` and what their chips say."""

PURCHASE_VIEWS = {
    "open": N_("To come"),
    "late": N_("Late"),
    "received": N_("All received"),
    "cancelled": N_("Cancelled"),
    "all": N_("All"),
}
"""Views of ``services.purchasing.orders`` and what their chips say."""

EMPTY_SUGGESTIONS = {
    "open": N_("Nothing is suggested. Plan now after orders, stock or purchases have changed."),
    "dismissed": N_("Nothing is put away."),
}
NO_SUGGESTION = N_("Nothing of this kind is suggested.")

_TONES = {
    SuggestionKind.MAKE: Tone.INFO,
    SuggestionKind.BUY: Tone.TEAL,
    SuggestionKind.EXPEDITE: Tone.WARNING,
    SuggestionKind.DELAY: Tone.NEUTRAL,
    SuggestionKind.CANCEL: Tone.DANGER,
    SuggestionKind.MERGE: Tone.ACCENT,
}
_STATES = {
    PurchaseState.ORDERED: (N_("On order"), Tone.INFO),
    PurchaseState.RECEIVED: (N_("All received"), Tone.SUCCESS),
    PurchaseState.CANCELLED: (N_("Cancelled"), Tone.NEUTRAL),
}
NODES = {
    NodeKind.LINE: N_("Order line"),
    NodeKind.PRODUCTION: N_("Production order"),
    NodeKind.SUGGESTION: N_("Suggestion"),
    NodeKind.PURCHASE: N_("Purchase"),
    NodeKind.STOCK: N_("Stock"),
    NodeKind.SAFETY: N_("Safety stock"),
    NodeKind.TO_BUY: N_("To be bought"),
    NodeKind.MISSING: N_("Not covered"),
}
"""What stands at either end of a peg."""


def ago(moment: datetime) -> str:
    """How long ago that was, roughly."""
    minutes = int(max(clock.now() - moment, timedelta(0)).total_seconds()) // 60
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("{count} minute ago", "{count} minutes ago", minutes)
    if minutes < 48 * 60:
        return ngettext("{count} hour ago", "{count} hours ago", minutes // 60)
    return ngettext("{count} day ago", "{count} days ago", minutes // (24 * 60))


def kind_pill(kind: str) -> PillCell:
    """What is suggested, as a pill."""
    return PillCell(_(KIND_NAMES[SuggestionKind(kind)]), _TONES[SuggestionKind(kind)])


def state_pill(state: str, *, late: bool = False) -> PillCell:
    """The state of a purchase order; one of which something is overdue says so instead."""
    if late:
        return PillCell(_("Late"), Tone.DANGER)
    title, tone = _STATES[PurchaseState(state)]
    return PillCell(_(title), tone)


def late_pill(days: int) -> PillCell | str:
    """How late it is; nothing where it is in time."""
    return PillCell(late(days), Tone.DANGER) if days > 0 else ""


def late(days: int) -> str:
    """How many days late."""
    return ngettext("{count} day late", "{count} days late", days)


def item(sku: str, name: str) -> str:
    """An item as lists name it."""
    return f"{sku}  {name}".rstrip()


def served(orders: Sequence[Served]) -> str:
    """The first order that something is for, its customer, and how many more there are."""
    if not orders:
        return _("Stock")
    first = orders[0]
    said = " · ".join(part for part in (first.number, first.customer) if part)
    return f"{said}  +{len(orders) - 1}" if len(orders) > 1 else said


def waiting(orders: Sequence[AffectedOrder]) -> str:
    """Who waits for a purchase line, in short."""
    numbers = list(dict.fromkeys(one.number for one in orders if one.number))
    planned = sum(not one.number for one in orders)
    more = len(numbers) - 2 + planned
    said = ", ".join(numbers[:2])
    return f"{said}  +{more}" if more > 0 and said else said


def headline(view: SuggestionView) -> str:
    """What is proposed, in a line."""
    amount = figures.quantity(view.quantity, view.unit)
    said = {
        SuggestionKind.MAKE: _("Make {quantity} of {sku}", quantity=amount, sku=view.sku),
        SuggestionKind.BUY: _("Buy {quantity} of {sku}", quantity=amount, sku=view.sku),
        SuggestionKind.EXPEDITE: _("Hurry {number}", number=view.number),
        SuggestionKind.DELAY: _("Put {number} off", number=view.number),
        SuggestionKind.CANCEL: _("Cancel {quantity} of {number}", quantity=amount, number=view.number),
        SuggestionKind.MERGE: _("Make {number} and others together", number=view.number),
    }
    return said[SuggestionKind(view.kind)]


def coming(views: Iterable[SuggestionView]) -> str:
    """What accepting *views* comes to: 12 production orders, 3 purchase orders."""
    found = list(views)
    made = sum(view.kind == SuggestionKind.MAKE for view in found)
    suppliers = {view.supplier_id for view in found if view.kind == SuggestionKind.BUY}
    changed = len(
        {view.number for view in found if view.kind not in (SuggestionKind.MAKE, SuggestionKind.BUY)}
    )
    return counted_orders(made, len(suppliers), changed)


def counted_orders(made: int, bought: int, changed: int) -> str:
    """New production and purchase orders, and those that change; what there is none of is left out."""
    parts = [
        ngettext(
            "{number} production order", "{number} production orders", made, number=figures.number(made)
        ),
        ngettext(
            "{number} purchase order", "{number} purchase orders", bought, number=figures.number(bought)
        ),
        ngettext(
            "{number} order changed", "{number} orders changed", changed, number=figures.number(changed)
        ),
    ]
    return ", ".join(part for part, count in zip(parts, (made, bought, changed), strict=True) if count)


def accepted(what: Accepted) -> str:
    """What an acceptance came to, for the status bar."""
    said = counted_orders(len(what.production_orders), len(what.purchase_orders), len(what.changed))
    return _("Accepted: {orders}.", orders=said) if said else _("There was nothing left to do.")


def start_title(kind: str) -> str:
    """What the first day of a suggestion means: to begin it, or to order it."""
    return _("Order by") if kind == SuggestionKind.BUY else _("Begin by")


def open_lines(open_count: int, count: int) -> str:
    """How many lines, and how many of them are to come."""
    if open_count in (0, count):
        return figures.number(count)
    return pgettext("lines", "{open} of {count}", open=open_count, count=count)


def item_link(sku: str) -> str:
    """Deep link to an item."""
    return f"erp://catalog/{quote(sku, safe='')}"


def purchase_link(number: str) -> str:
    """Deep link to a purchase order."""
    return f"erp://material/purchases/{quote(number)}"


def pegging_link(kind: str, record_id: int) -> str:
    """Deep link to the tree of a line, production order, purchase line, item or suggestion."""
    return f"erp://material/pegging/{kind}/{record_id}"


def summary(read: Overview) -> str:
    """Planned 2 minutes ago · 1,170 to make · 60 to buy · 12 late."""
    if read.report is None:
        return _("not planned yet")
    counts = read.suggestions
    make, buy, late = counts["make"], counts["buy"], counts["late"]
    parts = [
        _("planned {ago}", ago=ago(read.report.ran_at)),
        ngettext("{number} to make", "{number} to make", make, number=figures.number(make)),
        ngettext("{number} to buy", "{number} to buy", buy, number=figures.number(buy)),
        ngettext("{number} late", "{number} late", late, number=figures.number(late))
        if late
        else _("nothing late"),
    ]
    return " · ".join(parts)
