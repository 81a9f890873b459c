"""What the promise dialog is asked for, and what it reads away from the UI thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from factory_erp.services.clock import today
from factory_erp.services.directory import ItemRef
from factory_erp.services.floor.planning_settings import planning_settings
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import shown as promise_shown
from factory_erp.services.promise.offer import PromiseOffer
from factory_erp.services.promise.shown import KeptView
from factory_erp.services.sales import entry as order_entry
from factory_erp.ui.promise.parts import Part, parts_of

Wanted = tuple[int, Decimal]
"""An item and how much of it, in its unit."""


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line of the order or quotation that is promised; *unit* is a Rec 20 code."""

    sku: str
    name: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What to promise: an order's or quotation's lines as they are stored, or what is typed in.

    *title* says for whom. ``take`` is called with the day that was chosen, under the button *act*
    (translated, with ``{day}``); without it the dialog only answers and keeps. ``other`` is called where no
    day that is offered will do. *keep*: whether the promise can be kept, until *keep_until* unless another
    day is typed.
    """

    title: str = ""
    order_id: int | None = None
    quotation_id: int | None = None
    lines: tuple[AskedLine, ...] = ()
    item_id: int | None = None
    wanted: date | None = None
    keep: bool = True
    keep_until: date | None = None
    act: str = ""
    take: Callable[[date], object] | None = field(default=None, compare=False)
    other: Callable[[], object] | None = field(default=None, compare=False)

    @property
    def typed(self) -> bool:
        """Whether the lines are typed in."""
        return self.order_id is None and self.quotation_id is None


@dataclass(frozen=True, slots=True)
class Start:
    """What the dialog begins with: items to choose from, and the day until which a promise is kept."""

    items: Sequence[ItemRef]
    keep_until: date


@dataclass(frozen=True, slots=True)
class Answer:
    """The offer with what is drawn of it: where its parts come from, and links for codes in sentences."""

    offer: PromiseOffer
    parts: tuple[Part, ...]
    links: Mapping[str, str]


def start(asked: Asked) -> Start:
    """Items are read only where lines are typed."""
    items = order_entry.items_to_order() if asked.typed else []
    until = asked.keep_until or today() + timedelta(days=planning_settings().hold_days)
    return Start(items, until)


def answer(asked: Asked, lines: Sequence[Wanted], wanted: date | None) -> Answer:
    """When it could ship. Raises what ``promise.asking.promise_lines`` does."""
    offer = _offer(asked, lines, wanted)
    items = {need.item_id for need in offer.stock} | {need.item_id for need in offer.machines}
    names = promise_shown.part_names(items)
    return Answer(offer, parts_of(offer, names, today()), promise_shown.links_in(offer.binding))


def _offer(asked: Asked, lines: Sequence[Wanted], wanted: date | None) -> PromiseOffer:
    if asked.order_id is not None:
        return promise.promise_order(asked.order_id, wanted)
    if asked.quotation_id is not None:
        return promise.promise_quotation(asked.quotation_id, wanted)
    return promise.promise_lines(lines, wanted)


def kept(asked: Asked) -> tuple[KeptView, ...]:
    """What is kept for the one who asks; where lines are typed, what is kept for no quotation or order."""
    found = promise_shown.kept(asked.quotation_id, asked.order_id)
    return tuple(one for one in found if not one.number) if asked.typed else found
