"""Working out a promise: sources, the floor, other ways, and put together to an offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.planning.promise.insert import Promise
from factory_erp.planning.promise.rush import rush
from factory_erp.planning.promise.ways import Prices, alternatives
from factory_erp.planning.schedule.result import Assignment
from factory_erp.services import clock, working_time
from factory_erp.services.floor.reading import HALL
from factory_erp.services.names import ItemNames
from factory_erp.services.price_lists import company_currency
from factory_erp.services.promise.floor import Bench, on_floor
from factory_erp.services.promise.offer import (
    LineOffer,
    MachineTimeNeed,
    OtherOffer,
    PromiseOffer,
    RushView,
    StockNeed,
)
from factory_erp.services.promise.supply import Share, Sourcing
from factory_erp.services.promise.words import (
    Ways,
    binding,
    partial,
    rush_view,
    supply_sentences,
    worthwhile,
)
from factory_erp.services.stock.promise_open import Besides

CENTS = 100
MOST_WAYS = 3
"""Alternatives that an offer shows at most."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One promise being worked out for a *wanted* day, if any."""

    session: Session
    sourcing: Sourcing
    wanted: date | None
    besides: Besides

    def plain(self) -> PromiseOffer:
        """Day, binding and needs, without other ways."""
        if not self.sourcing.explosion.made:
            return self._offer(self._lines({}), None, None)
        return on_floor(self.session, self.sourcing, self._plain_on, self.besides)

    def full(self) -> PromiseOffer:
        """With other ways, and what a rush would take where the wanted day cannot be met otherwise."""
        if not self.sourcing.explosion.made:
            lines = self._lines({})
            first = partial(lines, self._last(lines))
            return self._offer(lines, None, None, (first,) if first else ())
        return on_floor(self.session, self.sourcing, self._full_on, self.besides)

    def _plain_on(self, bench: Bench) -> PromiseOffer:
        found = bench.inserter.earliest(bench.imagined.orders, bench.imagined.operations)
        return self._offer(self._lines(self._finishes(bench, found)), bench, found)

    def _full_on(self, bench: Bench) -> PromiseOffer:
        imagined = bench.imagined
        found = bench.inserter.earliest(imagined.orders, imagined.operations)
        lines = self._lines(self._finishes(bench, found))
        day = self._last(lines)
        if day <= (self.wanted or clock.today()):
            return self._offer(lines, bench, found)
        return self._offer(lines, bench, found, self._ways(bench, found, lines), self._rush(bench, day))

    def _ways(self, bench: Bench, found: Promise, lines: tuple[LineOffer, ...]) -> tuple[OtherOffer, ...]:
        words = Ways(bench, lines, self._last(lines), self._arrival())
        settings = bench.floor.settings
        prices = Prices(int(settings.changeover_cost * CENTS), int(settings.overtime_cost * CENTS))
        end = None if self.wanted is None else working_time.end_of_day(self.wanted, bench.floor.place)
        imagined = bench.imagined
        ways = alternatives(bench.inserter, imagined.orders, imagined.operations, end, prices, found)
        offers = [one for one in (partial(lines, words.day), *map(words.other, ways)) if one is not None]
        return worthwhile(offers, words.day)[:MOST_WAYS]

    def _rush(self, bench: Bench, day: date) -> RushView | None:
        """What is sooner than *day* if others slip; nobody need for what waits for its parts anyway."""
        if self.wanted is None or self._arrival() > self.wanted:
            return None
        end = working_time.end_of_day(self.wanted, bench.floor.place)
        found = rush(bench.inserter, bench.imagined.orders, bench.imagined.operations, end)
        if found is None:
            return None
        view = rush_view(self.session, bench, found, self._arrival(), self.wanted)
        return view if view.day < day else None

    def _arrival(self) -> date:
        """The day on which the last of what is not made here is there."""
        shares = (s for n in range(len(self.sourcing.lines)) for s in self.sourcing.shares(n))
        last = max((share.at for share in shares if share.kind != "make"), default=0)
        return self._day(last)

    def _day(self, minute: int) -> date:
        if not minute:
            return clock.today()
        return max(clock.today(), working_time.day_of(minute, working_time.zone(self.session)))

    @staticmethod
    def _last(lines: tuple[LineOffer, ...]) -> date:
        return max(line.day for line in lines)

    @staticmethod
    def _finishes(bench: Bench, found: Promise) -> dict[str, int]:
        """Planned order → when it would be finished."""
        return {key: found.finishes[number] for key, number in bench.imagined.keys.items()}

    def _lines(self, finishes: Mapping[str, int]) -> tuple[LineOffer, ...]:
        names = ItemNames(self.session, [item for item, _quantity in self.sourcing.lines])
        return tuple(self._line(number, finishes, names) for number in range(len(self.sourcing.lines)))

    def _line(self, number: int, finishes: Mapping[str, int], names: ItemNames) -> LineOffer:
        item, quantity = self.sourcing.lines[number]
        facts, shares = self.sourcing.explosion.parts.items[item], self.sourcing.shares(number)
        last = max((finishes.get(share.key, share.at) for share in shares), default=0)
        return LineOffer(
            item, facts.sku, names.of(item), facts.unit, quantity, self._day(last),
            *(_sum(shares, kind) for kind in ("stock", "purchase", "production", "buy", "make")),
        )  # fmt: skip

    def _offer(
        self,
        lines: tuple[LineOffer, ...],
        bench: Bench | None,
        found: Promise | None,
        ways: tuple[OtherOffer, ...] = (),
        rushed: RushView | None = None,
    ) -> PromiseOffer:
        day = self._last(lines)
        return PromiseOffer(
            day=day,
            wanted=self.wanted,
            feasible=self.wanted is None or day <= self.wanted,
            lines=lines,
            binding=tuple(dict.fromkeys(self._binding(bench, found))),
            alternatives=ways,
            rush=rushed,
            currency=company_currency(self.session),
            stock=tuple(self._stock(lines)),
            machines=tuple(_machines(bench, found.assignments)) if bench and found else (),
        )

    def _binding(self, bench: Bench | None, found: Promise | None) -> Iterator[str]:
        if not self.sourcing.explosion.plan.planned and self.sourcing.slowest() is None:
            yield _("Everything is in stock.")
            return
        yield from supply_sentences(self.session, self.sourcing)
        if bench and found:
            yield from binding(bench, found)

    def _stock(self, lines: tuple[LineOffer, ...]) -> Iterator[StockNeed]:
        arrives = {item: self._day(at) for item, at in self.sourcing.arrivals().items()}
        for line in lines:
            yield StockNeed(line.item_id, line.quantity, line.from_stock, False, arrives.get(line.item_id))
        for item, quantity, there in self.sourcing.components():
            yield StockNeed(item, quantity, there, True, arrives.get(item))


def _sum(shares: list[Share], kind: str) -> Decimal:
    return sum((share.quantity for share in shares if share.kind == kind), Decimal(0))


def _machines(bench: Bench, rows: Mapping[int, Assignment]) -> Iterator[MachineTimeNeed]:
    families = {number: family for family, number in bench.floor.families.numbers.items()}
    operations = {one.id: one for one in bench.imagined.operations}
    for number, row in rows.items():
        if row.machine != HALL:
            yield MachineTimeNeed(
                row.machine, bench.floor.machines[row.machine].code, bench.imagined.items[number],
                families.get(operations[number].family, ""), row.start, row.end,
            )  # fmt: skip
