"""What holds of every factory that is planned and scheduled, looked at from the records alone.

Days are counted in Ningbo. Work that ends at midnight ends on the day before; what is bought is there when
the day on which it is expected is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.database import Database
from factory_erp.models.planning import PlanPeg, PurchaseLine, Suggestion
from factory_erp.models.production import Peg, PegSource, ProductionMaterial, ProductionOrder, ProductionState
from factory_erp.models.sales import SalesLine
from factory_erp.services import planning
from factory_erp.services.board import late_orders
from factory_erp.services.material import plan as material_plan
from factory_erp.services.material.plan import PlanReport
from factory_erp.services.material.shortages import shortages
from factory_erp.services.planning import ScheduleOutcome
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import Accepted, SuggestionFilter
from tests.services.material_rules import supplies_pegged_twice, uncovered
from tests.services.schedule_shop import broken_rules

NINGBO = timezone(timedelta(hours=8))
OPEN = (ProductionState.PLANNED, ProductionState.RELEASED, ProductionState.IN_PROGRESS)


@dataclass(frozen=True)
class Planned:
    """What planning everything said: the plan, what was accepted of it, the schedule."""

    report: PlanReport
    accepted: Accepted
    outcome: ScheduleOutcome


def plan_everything() -> Planned:
    """Run the material plan, accept all that is to be made or bought, and schedule it."""
    report = material_plan.run_plan().value
    views = (SuggestionFilter("make"), SuggestionFilter("buy"))
    ids = [one for view in views for one in suggestions.suggestion_ids(view)]
    return Planned(report, suggestions.accept(ids).value, planning.schedule().value)


def troubles(db: Database) -> list[str]:
    """Everything that must never be: in the plan, in the schedule, and between the two."""
    return [
        *uncovered(db),
        *supplies_pegged_twice(db),
        *broken_rules(db),
        *begun_without_material(db),
        *late_without_a_reason(db),
    ]


def finished_on(order: ProductionOrder) -> date:
    """The day on which its last step ends."""
    ends = [step.planned_finish for step in order.operations if step.planned_finish]
    assert len(ends) == len(order.operations) > 0, f"{order.number} has no place in the schedule"
    return (max(ends) - timedelta(minutes=1)).astimezone(NINGBO).date()


@dataclass(frozen=True)
class Supply:
    """What a demand is pegged to; neither an order nor a purchase: stock."""

    order: ProductionOrder | None = None
    purchase: PurchaseLine | None = None

    @property
    def there_from(self) -> datetime | None:
        """From when on it can be used; None: at once."""
        if self.order is not None:
            return max(step.planned_finish for step in self.order.operations if step.planned_finish)
        if self.purchase is not None:
            after = self.purchase.expected_on + timedelta(days=1)
            return datetime(after.year, after.month, after.day, tzinfo=NINGBO)
        return None

    @property
    def day(self) -> date | None:
        """The day on which it is there; None: today."""
        if self.order is not None:
            return finished_on(self.order)
        return self.purchase.expected_on if self.purchase is not None else None


def _supply(session: Session, peg: Peg | PlanPeg) -> Supply:
    order = session.get(ProductionOrder, peg.production_order_id) if peg.production_order_id else None
    purchase = session.get(PurchaseLine, peg.purchase_line_id) if peg.purchase_line_id else None
    if isinstance(peg, Peg):
        assert peg.source == PegSource.STOCK or order or purchase, "it has still to be ordered"
    else:
        assert peg.suggestion_id is None or session.get(Suggestion, peg.suggestion_id) is None
    return Supply(order, purchase)


def supplies_of(session: Session, column: str) -> Iterator[tuple[int, Supply]]:
    """Demand (order line or production material, as *column* says) and each of its supplies."""
    for peg in (*session.scalars(select(Peg)), *session.scalars(select(PlanPeg))):
        demand: int | None = getattr(peg, column)
        if demand is not None:
            yield demand, _supply(session, peg)


def begun_without_material(db: Database) -> list[str]:
    """Steps that begin before what they consume is there: made here, or on order."""
    with db.session() as session:
        found = []
        for number, supply in supplies_of(session, "material_id"):
            part = session.get_one(ProductionMaterial, number)
            order = session.get_one(ProductionOrder, part.order_id)
            if order.state not in OPEN:
                continue
            step = next((s for s in order.operations if s.sequence == part.operation), order.operations[0])
            assert step.planned_start is not None
            there = supply.there_from
            if there is not None and step.planned_start < there:
                found.append(
                    f"{order.number}/{step.sequence} begins {step.planned_start} without {part.item.sku}"
                )
        return found


def late_lines(db: Database) -> dict[tuple[int, str], tuple[int, int]]:
    """(Order line, supply) that comes after the promised day → (production order, item); 0: a purchase."""
    with db.session() as session:
        found = {}
        for number, supply in supplies_of(session, "sales_line_id"):
            line, day = session.get_one(SalesLine, number), supply.day
            if day is not None and line.promised is not None and day > line.promised:
                at = supply.order.id if supply.order else 0
                found[number, f"order {at}" if at else "purchase"] = (at, line.item_id)
        return found


def late_without_a_reason(db: Database) -> list[str]:
    """Order lines that will be late and of which nobody says why."""
    made = {row.order_id: row for row in late_orders.late_list()}
    bought = {(row.item_id, row.sales_order_id) for row in shortages() if all(row.why)}
    found = []
    with db.session() as session:
        for (number, supply), (order, item) in late_lines(db).items():
            line = session.get_one(SalesLine, number)
            said = (
                order in made and made[order].reasons and all(why.text for why in made[order].reasons)
                if order
                else (item, line.order_id) in bought
            )  # fmt: skip
            if not said:
                found.append(f"line {number} waits for {supply}, and nobody says why")
    return found
