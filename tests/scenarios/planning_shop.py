"""A works that presses and paints red and blue cups for buyers on a platform, and what its people do and see.

The press works at night and the paint line in two halves of the day, so that hours that are open to one are
closed to the other. Working time is counted here by walking the clock, without the calendars' arithmetic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from sqlalchemy import select

from factory_erp.models.catalog import Item, LotRule
from factory_erp.models.database import Database
from factory_erp.models.engineering import WorkCentre
from factory_erp.models.planning import PurchaseLine, Suggestion
from factory_erp.models.platforms import ExceptionKind
from factory_erp.models.production import ProductionOperation, ProductionOrder, ProductionState
from factory_erp.services import planning
from factory_erp.services.engineering import calendars, changeovers
from factory_erp.services.engineering.calendars import CalendarInput, ShiftInput
from factory_erp.services.incoming import Life
from factory_erp.services.material import plan as material_plan
from factory_erp.services.material import tree as material_tree
from factory_erp.services.material.plan import PlanReport
from factory_erp.services.material.tree import NodeKind, TreeNode
from factory_erp.services.order_effects import changed_orders as order_effects
from factory_erp.services.platform_orders import intake
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.sales.orders import confirm
from factory_erp.services.stock import inventory
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import Accepted, SuggestionFilter, SuggestionView
from factory_erp.services.today import lists as today
from factory_erp.services.today.needs import Need
from tests.services.factory import Step, a_bill, a_machine, a_routing, an_item, in_stock
from tests.services.intake_shop import Shop, line, order
from tests.services.material_rules import supplies_pegged_twice, uncovered
from tests.services.schedule_shop import broken_rules

NINGBO = timezone(timedelta(hours=8))
RED_TO_BLUE, BLUE_TO_RED = 90, 45
PLENTY = 100_000
DAY = 24 * 60


@dataclass(frozen=True)
class Hours:
    """When a machine works, in minutes after midnight by weekday; one past midnight is of its first day."""

    spans: dict[int, tuple[tuple[int, int], ...]]
    closed: frozenset[date] = frozenset()

    def are_open(self, moment: datetime) -> bool:
        """Whether the minute that begins then is worked."""
        return self._open(moment.astimezone(NINGBO))

    def _open(self, here: datetime) -> bool:
        day, minute = here.date(), here.hour * 60 + here.minute
        return self._covers(day, minute) or self._covers(day - timedelta(days=1), minute + DAY)

    def _covers(self, day: date, minute: int) -> bool:
        spans = () if day in self.closed else self.spans.get(day.weekday(), ())
        return any(begin <= minute < end for begin, end in spans)

    def worked(self, start: datetime, finish: datetime) -> int:
        """Minutes that are worked between two moments, counted one by one."""
        return sum(self.minutes_by_day(start, finish).values())

    def minutes_by_day(self, start: datetime, finish: datetime) -> Counter[date]:
        """The same for each day."""
        here, end, found = start.astimezone(NINGBO), finish.astimezone(NINGBO), Counter[date]()
        while here < end:
            found[here.date()] += self._open(here)
            here += timedelta(minutes=1)
        return found


NIGHTS = Hours(dict.fromkeys(range(5), ((20 * 60, 28 * 60),)))
TWO_HALVES = Hours(dict.fromkeys(range(5), ((480, 720), (780, 1020))) | {5: ((480, 720),)})
ALL_DAY = Hours(dict.fromkeys(range(5), ((480, 1020),)))


class Works(Shop):
    """Cups of two colours: pressed and painted, with a lid that is pressed too; steel and boxes are bought.

    A hundred cups take 30 + 100 minutes on the press and 20 + 50 on the paint line, their lids 15 + 50.
    """

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._later = 0
        with db.session(write=True) as session:
            inventory.ensure_locations(session)
            press, paint = a_machine(session, "PRESS"), a_machine(session, "PAINT")
            lid = an_item(session, "LID")
            steel = an_item(session, "STEEL", buy=True, unit="KGM", step="0.000001", lead_days=5)
            box = an_item(session, "BOX", buy=True, lead_days=2)
            a_bill(session, lid, {steel: "0.05"})
            a_routing(session, lid, Step(press, 30, setup_minutes=15))
            for colour in ("red", "blue"):
                cup = an_item(session, f"CUP-{colour.upper()}")
                a_bill(session, cup, {lid: 1, steel: "0.25", box: 1}, at={box: 20})
                painted = Step(paint, 30, setup_minutes=20, family=colour)
                a_routing(session, cup, Step(press, 60, setup_minutes=30), painted)
            self.press, self.paint = press.id, paint.id
            self.paint_centre, self.press_centre = paint.centre_id, press.centre_id
        pairs = {("red", "blue"): RED_TO_BLUE, ("blue", "red"): BLUE_TO_RED}
        changeovers.save_grid(self.paint_centre, 0, pairs)

    def works_in_shifts(self) -> None:
        """The press at night, the paint line with a break at noon and on Saturday mornings."""
        nights = self.calendar("NIGHT", NIGHTS)
        halves = self.calendar("HALVES", TWO_HALVES)
        with self.db.session(write=True) as session:
            for code, calendar in (("PRESS-CENTRE", nights), ("PAINT-CENTRE", halves)):
                centre = session.scalars(select(WorkCentre).filter_by(code=code)).one()
                for machine in centre.machines:
                    machine.calendar_id = calendar

    @staticmethod
    def calendar(code: str, hours: Hours) -> int:
        shifts = (ShiftInput(day, *span) for day, spans in hours.spans.items() for span in spans)
        return calendars.save_calendar(CalendarInput(code, code.title(), code, tuple(shifts))).value

    def full_store(self) -> None:
        """Steel, lids and boxes for everything."""
        with self.db.session(write=True) as session:
            for sku in ("STEEL", "BOX", "LID"):
                in_stock(session, session.scalars(select(Item).filter_by(sku=sku)).one(), PLENTY)

    def lots(self, sku: str, rule: LotRule, *, days: int = 0, scrap: int = 0) -> None:
        """The lot rule of an item, and how many percent of it are lost."""
        with self.db.session(write=True) as session:
            item = session.scalars(select(Item).filter_by(sku=sku)).one()
            item.lot_rule, item.period_days, item.scrap_percent = rule, days, Decimal(scrap)

    # Sales

    def sells(self, number: str, sku: str, cups: int, day: date) -> int:
        """A buyer's order comes from the platform and is confirmed for the day; our order."""
        self.take(order(number, lines=[line(sku, str(cups))]))
        ours = self.ours(number).id
        confirm(ours, promised=day)
        return ours

    def sells_three(self, day: date, apart: int = 0) -> None:
        """Orders for 100, 150 and 53 red cups for the day, each so many days before the one ahead of it."""
        for number, cups in enumerate((100, 150, 53)):
            self.sells(f"A-{number}", "CUP-RED", cups, day - timedelta(days=number * apart))

    def hears(self, number: str, sku: str, cups: int, *, life: Life = Life.OPEN) -> None:
        """The platform tells what has become of an order."""
        self._later += 1
        told = order(number, lines=[line(sku, str(cups))], later=self._later, life=life, status=life.value)
        self.take(told)

    def buyer_wants(self, number: str, sku: str, cups: int) -> None:
        """The buyer changes the quantity on the platform, and somebody accepts that."""
        self.hears(number, sku, cups)
        [change] = [row.id for row in platforms.open_exceptions() if row.kind == ExceptionKind.CHANGED]
        intake.accept_change(change)

    # Planning

    @staticmethod
    def plan() -> PlanReport:
        """Run the material plan."""
        return material_plan.run_plan().value

    @staticmethod
    def to_do() -> dict[str, SuggestionView]:
        """What the plan suggests to make and buy, by SKU; of several the last to be needed."""
        return {row.sku: row for row in suggestions.suggestions() if row.kind in ("make", "buy")}

    @staticmethod
    def accept_all() -> Accepted:
        """Accept all that is to be made or bought."""
        views = (SuggestionFilter("make"), SuggestionFilter("buy"))
        return suggestions.accept([one for view in views for one in suggestions.suggestion_ids(view)]).value

    def plan_everything(self) -> Accepted:
        """Plan, accept, schedule."""
        self.plan()
        accepted = self.accept_all()
        planning.schedule()
        return accepted

    # What there is

    def making(self, sku: str = "") -> list[ProductionOrder]:
        """Production orders that are not cancelled, of one item or all, the first first."""
        with self.db.session() as session:
            wanted = select(ProductionOrder).join(Item, Item.id == ProductionOrder.item_id)
            wanted = wanted.where(ProductionOrder.state != ProductionState.CANCELLED)
            rows = session.scalars(wanted.order_by(ProductionOrder.id)).all()
            found = [row for row in rows if sku in ("", row.item.sku)]
            assert all(row.operations for row in found)
            assert all(row.materials for row in found)
            return found

    def made_in_all(self, sku: str) -> Decimal:
        """How many of an item all production orders together are for."""
        return sum((row.quantity for row in self.making(sku)), Decimal(0))

    def on_order(self, sku: str) -> Decimal:
        """How much of an item is on order from suppliers."""
        return sum((row.quantity for row in self.purchases(sku)), Decimal(0))

    def bought(self) -> dict[str, Decimal]:
        """How much of steel and boxes is on order."""
        return {sku: self.on_order(sku) for sku in ("STEEL", "BOX")}

    def purchases(self, sku: str) -> Sequence[PurchaseLine]:
        """The purchase lines of an item."""
        with self.db.session() as session:
            rows = select(PurchaseLine).join(Item, Item.id == PurchaseLine.item_id).where(Item.sku == sku)
            return session.scalars(rows.order_by(PurchaseLine.id)).all()

    def steps(self) -> list[ProductionOperation]:
        """All operations by planned start."""
        with self.db.session() as session:
            rows = session.scalars(select(ProductionOperation)).all()
            return sorted(rows, key=lambda row: (planned(row)[0], row.id))

    def on(self, machine: int) -> list[ProductionOperation]:
        """The operations that a machine does, in their order."""
        return [row for row in self.steps() if row.machine_id == machine]

    def troubles(self) -> list[str]:
        """What nobody brings, what is given to two, and which rules the schedule breaks."""
        return [*uncovered(self.db), *supplies_pegged_twice(self.db), *broken_rules(self.db)]

    def end_of(self, machine: int) -> datetime:
        """When a machine is done with all that it has."""
        return max(planned(step)[2] for step in self.on(machine))

    def keep_their_hours(self, press: Hours, paint: Hours) -> None:
        """Every operation is set up and run in exactly its minutes of the hours that its machine works."""
        for machine, hours in ((self.press, press), (self.paint, paint)):
            assert self.on(machine)
            for step in self.on(machine):
                start, ready, finish = planned(step)
                assert hours.are_open(start), "it begins when the machine works"
                assert hours.are_open(finish - timedelta(minutes=1)), "and ends in the last minute it works"
                assert hours.worked(start, ready) == step.setup_minutes
                assert hours.worked(ready, finish) == step.run_minutes

    def everything(self) -> dict[tuple[str, int], int]:
        """Every production order, operation and suggestion → its version."""
        with self.db.session() as session:
            return {
                (kind.__tablename__, row_id): version
                for kind in (ProductionOrder, ProductionOperation, Suggestion)
                for row_id, version in session.execute(select(kind.id, kind.version))
            }

    def wanted_and_covered(self) -> list[tuple[Decimal, Decimal]]:
        """Each order line's quantity, and how much of it the tree below it covers."""
        lines = [line for number in ("A-0", "A-1", "A-2") for line in self.ours(number).lines]
        return [
            (
                line.quantity,
                sum((node.quantity for node in material_tree.where_from(line.id).children), Decimal(0)),
            )
            for line in lines
        ]

    def settle(self, number: str = "A-1") -> None:
        """What the page of the day says of it is looked at and done; plan and schedule follow."""
        ours = self.ours(number)
        assert [row.record_id for row in today.today().needs if row.need is Need.FLOOR] == [ours.id]
        order_effects.apply_effects(ours.id)
        self.plan_everything()
        assert [row for row in today.today().needs if row.need is Need.FLOOR] == []
        assert order_effects.effects(self.ours(number).id).lines == ()

    def on_the_floor(self) -> dict[str, tuple[Decimal, int]]:
        """Item → how many are being made, and the minutes they run on the press."""
        return {
            sku: (
                self.made_in_all(sku),
                sum(step.run_minutes for order in self.making(sku) for step in order.operations[:1]),
            )
            for sku in ("CUP-RED", "LID")
        }


def planned(step: ProductionOperation) -> tuple[datetime, datetime, datetime]:
    """When an operation is set up from, is run from, and ends."""
    assert step.planned_start, "it has no place in the schedule"
    assert step.setup_finish
    assert step.planned_finish
    return step.planned_start, step.setup_finish, step.planned_finish


def buyers(node: TreeNode) -> set[str]:
    """The sales orders at the upper end of what a supply is for."""
    if node.kind == NodeKind.LINE:
        return {node.number}
    return {number for child in node.children for number in buyers(child)}
