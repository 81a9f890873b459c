"""What the plan gives of production that nobody is firmly pegged to is not too much of it."""

from decimal import Decimal

from factory_erp.models.database import Database
from factory_erp.models.production import ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services.material import plan as material_plan
from factory_erp.services.order_effects.changed_orders import apply_effects, effects
from factory_erp.services.production.quantity import change_quantity
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.today import lists as today
from factory_erp.services.today.needs import Need
from tests.services.factory import an_order, an_order_for_cups
from tests.services.test_suggestions import ids


def lids_first(db: Database) -> tuple[int, int]:
    """An order for 100 cups of which only the lids were accepted; it and their production order."""
    _shop, order = an_order_for_cups(db, 100)
    material_plan.run_plan()
    (lids,) = suggestions.accept(ids("LID")).value.production_orders
    return order, lids


def on_the_floor() -> list[int]:
    return [row.record_id for row in today.today().needs if row.need is Need.FLOOR]


def test_parts_that_were_accepted_before_what_they_go_into_are_wanted(db: Database) -> None:
    order, lids = lids_first(db)
    assert effects(order).lines == ()
    assert on_the_floor() == []
    material_plan.run_plan()
    assert effects(order).lines == ()
    assert apply_effects(order).value == 0
    suggestions.accept(ids("CUP"))
    assert effects(order).lines == ()
    with db.session() as session:
        made = session.get_one(ProductionOrder, lids)
        assert (made.quantity, made.state) == (100, ProductionState.PLANNED)


def test_what_is_made_beyond_the_plan_is_still_too_much(db: Database) -> None:
    order, lids = lids_first(db)
    change_quantity(lids, Decimal(130))
    material_plan.run_plan()
    (line,) = effects(order).lines
    assert (line.what, line.before, line.after) == ("LID", "130 PCS", "100 PCS")
    assert on_the_floor() == [order]
    apply_effects(order)
    material_plan.run_plan()
    assert effects(order).lines == ()


def test_parts_are_not_wanted_when_the_only_order_that_they_are_for_is_cancelled(db: Database) -> None:
    order, lids = lids_first(db)
    (line, made) = effects(order, cancel=True).lines
    assert (line.key, made.key, made.recommended) == ("order", f"production:{lids}", "cancel")
    apply_effects(order, cancel=True)
    with db.session() as session:
        assert session.get_one(ProductionOrder, lids).state == ProductionState.CANCELLED
        assert session.get_one(SalesOrder, order).state == OrderState.CANCELLED


def test_what_the_plan_gives_to_another_order_is_kept_for_that(db: Database) -> None:
    order, lids = lids_first(db)
    with db.session(write=True) as session:
        mine = session.get_one(SalesOrder, order)
        mine.lines[0].quantity = Decimal(40)
        an_order(session, {mine.lines[0].item: 60}, number="SO-2026-00009")
    material_plan.run_plan()
    assert effects(order).lines == ()
    (_order, made) = effects(order, cancel=True).lines
    assert (made.key, made.before, made.after) == (f"production:{lids}", "100 PCS", "60 PCS")
