"""Where the parts of a promise come from, as rows of a timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from factory_erp.i18n import ngettext, pgettext
from factory_erp.planning.calendar import to_moment
from factory_erp.services.promise.offer import LineOffer, PromiseOffer
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.theme import Tone

Names = Mapping[int, tuple[str, str]]
"""Item → its SKU and unit."""

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Part:
    """One row: what it is, where it comes from, and from which day to which."""

    name: str
    source: str
    first: date
    last: date
    tone: Tone

    def days(self) -> str:
        """The day, or the first and the last."""
        if self.first == self.last:
            return figures.day(self.last)
        return f"{figures.day(self.first)} – {figures.day(self.last)}"


def parts_of(offer: PromiseOffer, names: Names, today: date) -> tuple[Part, ...]:
    """The lines of the offer, then their parts, what is there last first; parts from stock are one row."""
    made = _made(offer)
    arrives = {need.item_id: need.arrives for need in offer.stock if need.arrives is not None}
    rows = [row for line in offer.lines for row in _line(line, made, arrives, today)]
    parts = sorted(_components(offer, names, made, today), key=lambda part: part.last, reverse=True)
    return (*rows, *parts)


def _made(offer: PromiseOffer) -> dict[int, Span]:
    """Item → the days on which machines work for it."""
    found: dict[int, Span] = {}
    for need in offer.machines:
        first, last = _day(need.start), _day(need.end)
        before = found.get(need.item_id, (first, last))
        found[need.item_id] = (min(before[0], first), max(before[1], last))
    return found


def _day(minute: int) -> date:
    return to_moment(minute).astimezone(figures.ZONE).date()


def _line(
    line: LineOffer, made: Mapping[int, Span], arrives: Mapping[int, date], today: date
) -> Iterator[Part]:
    coming = (today, max(arrives.get(line.item_id, line.day), today))
    sources = (
        (line.from_stock, pgettext("source", "from stock"), (today, today), Tone.SUCCESS),
        (line.from_production, pgettext("source", "in production"), coming, Tone.TEAL),
        (line.from_purchase, pgettext("source", "on order"), coming, Tone.INFO),
        (line.to_buy, pgettext("source", "to be bought"), coming, Tone.WARNING),
        (line.to_make, pgettext("source", "to be made"), made.get(line.item_id, coming), Tone.ACCENT),
    )
    for quantity, words, (first, last), tone in sources:
        if quantity:
            yield Part(line.sku, _said(quantity, line.unit, words), first, last, tone)


def _components(offer: PromiseOffer, names: Names, made: Mapping[int, Span], today: date) -> Iterator[Part]:
    """What is not in stock by itself; what is, in one row together."""
    in_stock = 0
    for need in (need for need in offer.stock if need.component):
        sku, unit = names[need.item_id]
        missing = need.quantity - need.from_stock
        if not missing:
            in_stock += 1
        elif need.item_id in made:
            words = _said(missing, unit, pgettext("source", "to be made"))
            yield Part(sku, words, *made[need.item_id], Tone.ACCENT)
        else:
            words = _said(missing, unit, pgettext("source", "to come"))
            yield Part(sku, words, today, max(need.arrives or offer.day, today), Tone.WARNING)
    if in_stock:
        several = ngettext("{count} part", "{count} parts", in_stock)
        yield Part(several, pgettext("source", "from stock"), today, today, Tone.SUCCESS)


def _said(quantity: Decimal, unit: str, words: str) -> str:
    return f"{figures.quantity(quantity, unit)} {words}"
