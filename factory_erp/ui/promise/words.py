"""What the promise dialog says: the verdict, the ways to choose from, and what a rush would cost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape

from factory_erp.domain.errors import DomainError
from factory_erp.domain.money import Money
from factory_erp.i18n import _, ngettext
from factory_erp.services.promise.offer import PromiseOffer, RushView
from factory_erp.services.promise.shown import CODE, KeptView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone


@dataclass(frozen=True, slots=True)
class Way:
    """A way to ship: something on *first*, all of it on *day*, for *price* (minor units) more.

    Only the *plain* way needs nobody's help: it is what the schedule allows as it stands.
    """

    text: str
    first: date
    day: date
    price: int
    plain: bool = False


def verdict(offer: PromiseOffer) -> PillCell:
    """Whether the wanted day can be kept; of a promise without one, nothing but that there is a day."""
    if offer.wanted is None:
        return PillCell(_("Earliest"), Tone.INFO)
    if offer.feasible:
        return PillCell(_("In time"), Tone.SUCCESS)
    return PillCell(_("Too late"), Tone.DANGER)


def sentence(offer: PromiseOffer) -> str:
    """The verdict in a sentence."""
    if offer.wanted is None:
        return _("This is the earliest day on which everything can ship.")
    wanted = figures.day(offer.wanted)
    if offer.feasible:
        days = (offer.wanted - offer.day).days
        if not days:
            return _("Everything can ship on {wanted}, just in time.", wanted=wanted)
        return ngettext(
            "Everything can ship on {wanted}, with {count} day to spare.",
            "Everything can ship on {wanted}, with {count} days to spare.",
            days,
            wanted=wanted,
        )
    late = (offer.day - offer.wanted).days
    return ngettext(
        "{count} day after the wanted {wanted}.",
        "{count} days after the wanted {wanted}.",
        late,
        wanted=wanted,
    )


def ways(offer: PromiseOffer) -> list[Way]:
    """The plain way first, then the others, the rush last."""
    return [*_ways(offer)]


def _ways(offer: PromiseOffer) -> Iterator[Way]:
    day = max(offer.day, offer.wanted or offer.day)
    yield Way(_("As the schedule stands, nobody waits"), day, day, 0, plain=True)
    for one in offer.alternatives:
        yield Way(one.text, one.first_day, one.day, one.price)
    rush = rush_of(offer)
    if rush is not None:
        yield Way(_rush_text(rush), rush.day, rush.day, rush.cost)


def _rush_text(rush: RushView) -> str:
    if not rush.feasible:
        return _("Rush, and still not on the wanted day")
    return _("Rush: other orders wait") if rush.slips else _("Rush: no other order is finished later")


def rush_of(offer: PromiseOffer) -> RushView | None:
    """The rush, where it brings anything sooner."""
    return offer.rush if offer.rush is not None and offer.rush.day < offer.day else None


def way_price(way: Way, currency: str) -> str:
    """What a way costs more than the plain one, also where that is nothing."""
    return figures.NONE if way.plain else figures.money(Money(way.price, currency))


def price(minor: int, currency: str) -> str:
    """What waiting costs; nothing for nothing."""
    return figures.money(Money(minor, currency)) if minor else figures.NONE


def rush_sum(rush: RushView, currency: str) -> str:
    """Who would wait, how much longer machines would be changed over, and what all of it costs."""
    slips = len(rush.slips)
    said = [ngettext("{count} production order waits", "{count} production orders wait", slips)]
    late = sum(1 for one in rush.slips if one.late_days)
    if late:
        said.append(ngettext("{count} of them past its promise", "{count} of them past their promises", late))
    if rush.changeover_minutes > 0:
        said.append(_("{minutes} min more of changeovers", minutes=figures.number(rush.changeover_minutes)))
    said.append(_("{amount} in all", amount=figures.money(Money(rush.cost, currency))))
    return " · ".join(said)


def linked(text: str, links: Mapping[str, str]) -> str:
    """The sentence as rich text, codes of records as links."""

    def link(found: re.Match[str]) -> str:
        code = found.group()
        target = links.get(code)
        return f'<a href="{escape(target)}">{escape(code)}</a>' if target else escape(code)

    parts, place = [], 0
    for found in CODE.finditer(text):
        parts += [escape(text[place : found.start()]), link(found)]
        place = found.end()
    return "".join([*parts, escape(text[place:])])


def problem(error: DomainError) -> str:
    """A refusal in one line: what is wrong, of which record, and what to do."""
    said = f"{error.message} {error.remedy}".strip()
    return f"{error.record}: {said}" if error.record and error.record not in said else said


def goods(one: KeptView) -> str:
    """What is kept: 100 PCS CUP, 5 PCS BOX."""
    return ", ".join(f"{figures.quantity(quantity, unit)} {sku}" for sku, quantity, unit in one.goods)
