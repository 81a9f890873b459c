"""A promise in plain words: what binds its day, and other ways to a sooner one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.partners import Partner
from factory_erp.models.sales import SalesOrder
from factory_erp.planning.material.explode import PPM
from factory_erp.planning.promise.insert import Promise
from factory_erp.planning.promise.rush import Rush, Slip
from factory_erp.planning.promise.ways import OtherWay
from factory_erp.services import clock, working_time
from factory_erp.services.engineering.structure import micro, whole
from factory_erp.services.promise.floor import Bench
from factory_erp.services.promise.offer import LineOffer, OfferKind, OtherOffer, RushView, SlipView
from factory_erp.services.promise.supply import Sourcing
from factory_erp.services.schedule import scheduling


def supply_sentences(session: Session, sourcing: Sourcing) -> Iterator[str]:
    """What has to come in, and by when."""
    slowest = sourcing.slowest()
    if slowest is None:
        return
    item, at = slowest
    day = working_time.day_of(at, working_time.zone(session)).isoformat()
    sku = sourcing.explosion.parts.items[item].sku
    if item in sourcing.in_production():
        yield _("{sku} is being made and due on {day}.", sku=sku, day=day)
    elif any(planned.item == item for planned in sourcing.explosion.bought):
        yield _("{sku} has to be bought and can be there on {day}.", sku=sku, day=day)
    else:
        yield _("{sku} is on order and expected on {day}.", sku=sku, day=day)


def binding(bench: Bench, promise: Promise) -> Iterator[str]:
    """What the machines' side of the promise waits for, first cause first, or that it waits for nothing."""
    waits = [reason for reason in promise.reasons if reason.kind != "capacity"]
    if promise.reasons and not waits:
        yield _("It waits for nothing: making it takes that long.")
    for reason in waits:
        yield scheduling.reason_text(bench.floor, bench.inserter.problem, [reason])


def partial(lines: Sequence[LineOffer], day: date) -> OtherOffer | None:
    """What is in stock now, the rest on the *day* of all; None where nothing is gained by it."""
    if day <= clock.today() or not any(line.from_stock for line in lines):
        return None
    single = lines[0].from_stock if len(lines) == 1 else None
    if single is None:
        text = _("What is in stock at once, the rest on {day}.", day=day.isoformat())
    else:
        text = _("{quantity} from stock at once, the rest on {day}.",
                 quantity=f"{single:f}", day=day.isoformat())  # fmt: skip
    return OtherOffer(OfferKind.PARTIAL, clock.today(), day, 0, text, single)


def worthwhile(offers: Iterable[OtherOffer], day: date) -> tuple[OtherOffer, ...]:
    """Those that bring something sooner than all of it on *day*, and that no other of them makes needless."""
    kept: list[OtherOffer] = []
    for one in offers:
        if one.first_day < day and not any(_beats(other, one) for other in kept):
            kept = [*(other for other in kept if not _beats(one, other)), one]
    return tuple(kept)


def _beats(one: OtherOffer, other: OtherOffer) -> bool:
    """Whether *one* brings as much as *other* as soon, and for no more."""
    sooner = one.first_day <= other.first_day and one.day <= other.day
    return sooner and one.price <= other.price and _as_much(one, other)


def _as_much(one: OtherOffer, other: OtherOffer) -> bool:
    """Whether the first part of *one* is no smaller; what cannot be compared is not."""
    if one.first_day == one.day or other.first_day == other.day:
        return True
    if one.first_quantity is not None and other.first_quantity is not None:
        return one.first_quantity >= other.first_quantity
    if one.first_percent is not None and other.first_percent is not None:
        return one.first_percent >= other.first_percent
    return False


@dataclass(frozen=True, slots=True)
class Ways:
    """Words other ways for the lines of an offer that would otherwise be there on *day*."""

    bench: Bench
    lines: tuple[LineOffer, ...]
    day: date
    arrival: date

    def other(self, way: OtherWay) -> OtherOffer | None:
        """The way in words; None where it brings nothing sooner by the day."""
        first, last = self._day(way.first), self._day(way.finish)
        if first >= self.day:
            return None
        if way.kind == "split":
            return self._split(way, first, last)
        machine = self.bench.floor.machines[way.machine or 0].code
        if way.kind == "machine":
            text = _("{day} if a step may run on {machine}.", day=last.isoformat(), machine=machine)
            return OtherOffer(OfferKind.MACHINE, last, last, way.price, text)
        hours = Decimal(sum(end - start for start, end in way.windows)) / 60
        text = _("{day} with {hours} hours of overtime on {machine}.",
                 day=last.isoformat(), hours=f"{hours.normalize():f}", machine=machine)  # fmt: skip
        return OtherOffer(OfferKind.OVERTIME, last, last, way.price, text)

    def _split(self, way: OtherWay, first: date, last: date) -> OtherOffer | None:
        if len(self.lines) > 1:
            percent = Decimal(way.first_ppm) / (PPM // 100)
            text = _("{percent} % on {first}, the rest on {day}.",
                     percent=f"{percent.normalize():f}", first=first.isoformat(),
                     day=last.isoformat())  # fmt: skip
            return OtherOffer(OfferKind.SPLIT, first, last, way.price, text, None, percent)
        line = self.lines[0]
        quantity = line.from_stock + self._part(line.to_make, way.first_ppm)
        if not quantity or quantity >= line.quantity:
            return None
        text = _("{quantity} on {first}, the rest on {day}.",
                 quantity=f"{quantity:f}", first=first.isoformat(), day=last.isoformat())  # fmt: skip
        return OtherOffer(OfferKind.SPLIT, first, last, way.price, text, quantity)

    def _part(self, quantity: Decimal, ppm: int) -> Decimal:
        """The share in whole millionths, rounded down to whole units where the quantity is in whole ones."""
        step = PPM if quantity == quantity.to_integral_value() else 1
        return whole(micro(quantity) * ppm // PPM // step * step)

    def _day(self, minute: int) -> date:
        return max(self.arrival, working_time.day_of(minute, self.bench.floor.place))


def rush_view(session: Session, bench: Bench, rush: Rush, arrival: date, wanted: date) -> RushView:
    """The rush with the orders and customers who would wait."""
    place = bench.floor.place
    day = max(arrival, working_time.day_of(rush.finish, place))
    named = _customers(session, bench, rush)
    slips = tuple(_slip(bench, slip, named) for slip in rush.slips if slip.order in bench.floor.orders)
    return RushView(rush.feasible and day <= wanted, day, slips, rush.changeover_minutes, rush.cost)


def _slip(bench: Bench, slip: Slip, named: Mapping[int, tuple[str, str]]) -> SlipView:
    order, place = bench.floor.orders[slip.order], bench.floor.place
    sales, customer = named.get(order.sales_order_id or 0, ("", ""))
    before, after = working_time.day_of(slip.before, place), working_time.day_of(slip.after, place)
    late = max(0, (after - max(before, order.needed)).days)
    return SlipView(order.id, order.number, sales, customer, before, after, late, slip.cost)


def _customers(session: Session, bench: Bench, rush: Rush) -> dict[int, tuple[str, str]]:
    """Sales order → its number and customer, of those whose production slips."""
    orders = bench.floor.orders
    ids = {orders[slip.order].sales_order_id for slip in rush.slips if slip.order in orders}
    rows = session.execute(
        select(SalesOrder.id, SalesOrder.number, Partner.name)
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .where(SalesOrder.id.in_([number for number in ids if number is not None]))
    )
    return {row[0]: (row[1], row[2]) for row in rows}
