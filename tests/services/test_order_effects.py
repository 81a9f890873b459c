"""What is under way for an order follows its changes: shown as differences, applied as chosen."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.planning import PurchaseLine
from factory_erp.models.production import Peg, PegSource, ProductionMaterial, ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, PlatformBlock, SalesOrder
from factory_erp.models.shipping import ShipmentState
from factory_erp.services import planning
from factory_erp.services.material.explosion import gaps
from factory_erp.services.material.orders import merge_orders
from factory_erp.services.order_effects.changed_orders import EffectKind, EffectLine, apply_effects, effects
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ReportInput
from factory_erp.services.production.quantity import change_quantity
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.purchasing.orders import NewPurchase, NewPurchaseLine
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.today import lists as today
from factory_erp.services.today.needs import Need
from factory_erp.services.workbench import views as shipping_views
from tests.services.factory import CupFactory, an_order, an_order_for_cups


class Floor:
    """A cup factory with one planned order for cups, and what its people do to it."""

    def __init__(self, db: Database, cups: int = 100, **stock: int) -> None:
        self.db = db
        self.shop: CupFactory
        self.shop, self.order = an_order_for_cups(db, cups, **stock)
        planning.plan_order(self.order)

    def wants(self, cups: int) -> None:
        self.change(lambda order: setattr(order.lines[0], "quantity", Decimal(cups)))

    def promises(self, day: date) -> None:
        def promise(order: SalesOrder) -> None:
            order.ship_by = order.lines[0].promised = day

        self.change(promise)

    def change(self, what: Callable[[SalesOrder], None]) -> None:
        with self.db.session(write=True) as session:
            what(session.get_one(SalesOrder, self.order))

    def made(self, sku: str) -> ProductionOrder:
        """The first production order of the item."""
        with self.db.session() as session:
            mine = (
                select(ProductionOrder).join(Item, Item.id == ProductionOrder.item_id).where(Item.sku == sku)
            )
            found = session.scalars(mine.order_by(ProductionOrder.id)).first()
            assert found is not None
            assert found.operations
            assert found.materials
            return found

    def begin(self, sku: str, good: int) -> None:
        production.receive_shortages(self.order)
        made = self.made(sku)
        production.release([made.id])
        production.report(ReportInput(made.operations[0].id, Decimal(good), Decimal(0), f"{sku}{good}"))

    def lines(self, *, cancel: bool = False) -> dict[str, EffectLine]:
        """Kind and item of each difference."""
        return {f"{line.kind} {line.what}": line for line in effects(self.order, cancel).lines}

    def state(self) -> str:
        with self.db.session() as session:
            return session.get_one(SalesOrder, self.order).state

    def missing(self) -> list[Decimal]:
        with self.db.session() as session:
            return [gap.quantity for gap in gaps(session, session.get_one(SalesOrder, self.order))]

    def pegged(self, source: PegSource, sku: str) -> Decimal:
        with self.db.session() as session:
            sums = select(func.sum(Peg.quantity)).join(Item, Item.id == Peg.item_id)
            return session.scalar(sums.where(Item.sku == sku, Peg.source == source)) or Decimal(0)


@pytest.fixture
def floor(db: Database) -> Floor:
    return Floor(db)


def test_a_planned_order_fits(floor: Floor) -> None:
    assert effects(floor.order).lines == ()
    assert [row for row in today.today().needs if row.need is Need.FLOOR] == []
    assert apply_effects(floor.order).value == 0


def test_less_is_wanted_before_release(floor: Floor) -> None:
    floor.wants(60)
    lines = floor.lines()
    assert set(lines) == {"production CUP", "production LID"}
    cup = lines["production CUP"]
    assert (cup.before, cup.after, cup.recommended) == ("100 PCS", "60 PCS", "reduce:60")
    assert [action.act for action in cup.actions] == ["reduce", "split"]
    [row] = [row for row in today.today().needs if row.need is Need.FLOOR]
    assert (row.record_id, row.title) == (floor.order, "1 order changed")
    assert apply_effects(floor.order).value == 2
    made = floor.made("CUP")
    assert made.quantity == floor.made("LID").quantity == made.operations[0].run_minutes == 60
    assert [part.quantity for part in made.materials] == [60, 15, 60]
    assert floor.pegged(PegSource.PURCHASE, "STEEL") == 18
    assert floor.missing() == []
    assert effects(floor.order).lines == ()
    assert apply_effects(floor.order).value == 0


def test_the_rest_is_made_for_stock_as_an_order_of_its_own(floor: Floor) -> None:
    floor.wants(60)
    key = floor.lines()["production CUP"].key
    apply_effects(floor.order, {key: "split"})
    with floor.db.session() as session:
        orders = session.scalars(select(ProductionOrder).order_by(ProductionOrder.id)).all()
        assert [(one.item.sku, int(one.quantity), one.sales_order_id) for one in orders] == [
            ("CUP", 60, floor.order), ("LID", 100, floor.order), ("CUP", 40, None),
        ]  # fmt: skip
    assert effects(floor.order).lines == ()
    assert floor.missing() == []


def test_a_part_is_not_reduced_while_what_it_goes_into_stays(floor: Floor) -> None:
    floor.wants(60)
    part = floor.lines()["production LID"]
    with pytest.raises(NotAllowed, match="goes into something that stays"):
        apply_effects(floor.order, {part.key: part.recommended})
    assert floor.made("LID").quantity == 100
    whole = floor.lines()["production CUP"]
    apply_effects(floor.order, {whole.key: whole.recommended})
    assert set(floor.lines()) == {"production LID"}
    apply_effects(floor.order)
    assert effects(floor.order).lines == ()


def test_more_is_wanted(floor: Floor) -> None:
    floor.wants(130)
    [line] = floor.lines().values()
    assert (line.kind, line.before, line.after) == (EffectKind.SHORTFALL, "100 PCS", "130 PCS")
    assert [action.id for action in line.actions] == ["raise:130", "plan"]
    apply_effects(floor.order)
    assert floor.made("CUP").quantity == 130
    assert floor.missing() == []
    assert floor.made("CUP").operations[0].run_minutes == 130
    assert effects(floor.order).lines == ()


def test_more_is_wanted_after_release(floor: Floor) -> None:
    production.release([floor.made("CUP").id])
    floor.wants(130)
    [line] = floor.lines().values()
    assert [action.id for action in line.actions] == ["plan"]
    apply_effects(floor.order)
    assert floor.made("CUP").quantity == 100
    assert floor.missing() == []
    assert effects(floor.order).lines == ()


def test_another_day_is_promised(floor: Floor) -> None:
    before = floor.made("LID").due
    floor.promises(date(2026, 12, 11))
    [line] = floor.lines().values()
    assert (line.kind, line.before, line.after) == (EffectKind.DATE, "2026-12-18", "2026-12-11")
    apply_effects(floor.order)
    assert floor.made("CUP").due == date(2026, 12, 11)
    assert floor.made("LID").due == before - timedelta(days=7)
    assert effects(floor.order).lines == ()


def test_an_order_that_is_being_made_is_finished_and_the_rest_is_free(db: Database) -> None:
    floor = Floor(db, 100, lid=100)
    floor.begin("CUP", 40)
    floor.wants(60)
    [kept] = effects(floor.order).open
    assert (kept.kind, kept.recommended) == (EffectKind.RESERVATION, "release")
    apply_effects(floor.order)
    [line] = effects(floor.order).lines
    assert (line.kind, line.actions, line.after) == (EffectKind.PRODUCTION, (), "60 PCS")
    assert line.why_not.startswith("Work has begun, 0 of 2 operations are done")
    assert effects(floor.order).open == ()
    assert floor.made("CUP").quantity == 100


def test_cancelling_before_release_takes_the_plan_along(floor: Floor) -> None:
    lines = floor.lines(cancel=True)
    assert set(lines) == {"order ACME Trading", "production CUP", "production LID"}
    assert lines["production LID"].recommended == "cancel"
    assert effects(floor.order).lines == ()
    apply_effects(floor.order, None, cancel=True)
    assert floor.state() == OrderState.CANCELLED
    assert {floor.made(sku).state for sku in ("CUP", "LID")} == {ProductionState.CANCELLED}
    assert effects(floor.order).lines == ()
    assert apply_effects(floor.order, None, cancel=True).value == 0


def test_cancelling_after_the_start_finishes_for_stock(floor: Floor) -> None:
    """The lids are being pressed: they are finished; the cups, not begun, are cancelled with the order."""
    floor.begin("LID", 40)
    lines = floor.lines(cancel=True)
    assert (lines["production LID"].recommended, lines["production CUP"].recommended) == ("stock", "cancel")
    assert "cannot be cancelled" in lines["production LID"].why_not
    apply_effects(floor.order, None, cancel=True)
    assert floor.state() == OrderState.CANCELLED
    lid, cup = floor.made("LID"), floor.made("CUP")
    assert (lid.state, lid.sales_order_id) == (ProductionState.IN_PROGRESS, None)
    assert lid.quantity == 100
    assert cup.state == ProductionState.CANCELLED
    production.report(ReportInput(lid.operations[0].id, Decimal(60), Decimal(0), "rest"))
    assert floor.made("LID").state == ProductionState.DONE


def test_started_work_is_never_cancelled_silently(floor: Floor) -> None:
    floor.begin("LID", 40)
    with pytest.raises(NotAllowed, match="has begun"):
        apply_effects(floor.order, {"order": "cancel"}, cancel=True)
    assert floor.state() == OrderState.IN_PRODUCTION


def test_cups_made_for_stock_keep_their_lids(floor: Floor) -> None:
    """An order ends; its cups are wanted for stock all the same, so the lids have to be made too."""
    choices = {line.key: line.recommended for line in effects(floor.order, True).lines}
    cup, lid = (floor.lines(cancel=True)[f"production {sku}"].key for sku in ("CUP", "LID"))
    with pytest.raises(NotAllowed, match="goes into something"):
        apply_effects(floor.order, choices | {cup: "stock"}, cancel=True)
    del choices[lid]
    apply_effects(floor.order, choices | {cup: "stock"}, cancel=True)
    assert floor.state() == OrderState.CANCELLED
    assert [(floor.made(sku).state, floor.made(sku).sales_order_id) for sku in ("CUP", "LID")] == [
        (ProductionState.PLANNED, None)
    ] * 2


def test_what_its_platform_closed_is_to_be_cancelled(floor: Floor) -> None:
    floor.change(lambda order: setattr(order, "platform_block", PlatformBlock.CLOSED))
    view = effects(floor.order)
    assert view.ended
    assert {line.kind for line in view.open} == {EffectKind.ORDER, EffectKind.PRODUCTION}
    apply_effects(floor.order)
    assert (floor.state(), effects(floor.order).lines) == (OrderState.CANCELLED, ())


def test_an_order_that_was_closed_short_needs_no_more(floor: Floor) -> None:
    def close_short(order: SalesOrder) -> None:
        order.state, order.lines[0].shipped = OrderState.SHIPPED, Decimal(60)

    floor.change(close_short)
    assert [row.title for row in today.today().needs if row.need is Need.FLOOR] == ["1 order changed"]
    assert set(floor.lines()) == {"production CUP", "production LID"}
    apply_effects(floor.order)
    assert floor.made("CUP").quantity == 60
    assert floor.state() == OrderState.SHIPPED


def test_a_purchase_that_is_too_much(floor: Floor) -> None:
    box = floor.shop.box.id
    bought = purchases.by_hand(
        NewPurchase(None, [NewPurchaseLine(box, Decimal(100), date(2026, 12, 10))], client_key="boxes")
    ).value
    with floor.db.session(write=True) as session:
        line = session.scalars(select(PurchaseLine).filter_by(order_id=bought)).one().id
        session.scalars(select(Peg).filter_by(item_id=box)).one().purchase_line_id = line
    floor.wants(60)
    found = floor.lines()["purchase BOX"]
    assert (found.before, found.after, found.recommended) == ("100 PCS", "60 PCS", "leave")
    with pytest.raises(NotAllowed, match="goes into something"):
        apply_effects(floor.order, {found.key: "reduce:40"})
    choices = {line.key: line.recommended for line in effects(floor.order).lines}
    apply_effects(floor.order, choices | {found.key: "reduce:40"})
    [bought_line] = purchases.purchase(bought).lines
    assert bought_line.quantity == 60
    assert effects(floor.order).lines == ()


def test_goods_in_cartons_and_on_the_shelf(db: Database) -> None:
    floor = Floor(db, 100, cup=100)
    shipment = shipping.create([floor.order], "form").value
    floor.wants(60)
    lines = floor.lines()
    assert (lines["shipment CUP"].before, lines["shipment CUP"].after) == ("100 PCS", "60 PCS")
    assert (lines["reservation CUP"].before, lines["reservation CUP"].after) == ("100 PCS", "60 PCS")
    apply_effects(floor.order)
    assert shipping_views.detail(shipment).state is ShipmentState.CANCELLED
    assert floor.pegged(PegSource.STOCK, "CUP") == 60
    assert effects(floor.order).lines == ()


def test_two_people_apply_the_same(floor: Floor) -> None:
    floor.wants(60)
    seen = {line.key: line.recommended for line in effects(floor.order).lines}
    apply_effects(floor.order, seen)
    assert apply_effects(floor.order, seen).value == 0
    floor.wants(50)
    with pytest.raises(Conflict, match="not as it was"):
        apply_effects(floor.order, seen)
    assert floor.made("CUP").quantity == 60


def test_the_quantity_of_a_production_order_is_changed(floor: Floor) -> None:
    cup = floor.made("CUP").id
    change_quantity(cup, Decimal(40))
    change_quantity(cup, Decimal(40))
    made = floor.made("CUP")
    assert made.quantity == 40
    assert [step.run_minutes for step in made.operations] == [40, 20]
    assert [part.quantity for part in made.materials] == [40, 10, 40]
    with floor.db.session() as session:
        serving = select(func.sum(Peg.quantity))
        assert session.scalar(serving.filter_by(production_order_id=cup)) == 40
        parts = select(func.sum(Peg.quantity)).join(
            ProductionMaterial, ProductionMaterial.id == Peg.material_id
        )
        assert session.scalar(parts.where(ProductionMaterial.order_id == cup)) == 90
    production.release([cup])
    change_quantity(cup, Decimal(50))
    assert floor.made("CUP").quantity == 50
    with pytest.raises(InvalidValue):
        change_quantity(cup, Decimal("0.5"))


def test_the_quantity_stays_once_work_has_begun(floor: Floor) -> None:
    floor.begin("LID", 40)
    with pytest.raises(NotAllowed, match="the floor works by its quantity"):
        change_quantity(floor.made("LID").id, Decimal(60))


def test_an_order_that_shares_its_production_lets_the_other_keep_its_part(floor: Floor) -> None:
    """Two orders were merged into one batch; one of them is cancelled, the other is still made."""
    with floor.db.session(write=True) as session:
        cup = session.get_one(Item, floor.shop.cup.id)
        other = an_order(session, {cup: 30}, number="SO-2026-00002").id
    planning.plan_order(other)
    with floor.db.session(write=True) as session:
        mine = select(ProductionOrder).filter_by(item_id=floor.shop.cup.id).order_by(ProductionOrder.id)
        first, second = session.scalars(mine)
        merge_orders(session, first, [second])
    assert floor.made("CUP").quantity == 130
    assert effects(floor.order).lines == effects(other).lines == ()
    lines = floor.lines(cancel=True)
    assert (lines["production CUP"].before, lines["production CUP"].after) == ("130 PCS", "30 PCS")
    apply_effects(floor.order, None, cancel=True)
    made = floor.made("CUP")
    assert (made.quantity, made.state) == (Decimal(30), ProductionState.PLANNED)
    assert effects(other).lines == ()
    with floor.db.session() as session:
        assert gaps(session, session.get_one(SalesOrder, other)) == []


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=st.lists(st.integers(1, 200), min_size=1, max_size=3), days=st.integers(-10, 10))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_the_buyer_wants_the_plan_follows(floor: Floor, wishes: list[int], days: int) -> None:
    for cups in wishes:
        floor.wants(cups)
        floor.promises(date(2026, 12, 18) + timedelta(days=days))
        apply_effects(floor.order)
        assert effects(floor.order).lines == ()
        assert floor.missing() == []
        assert floor.made("CUP").due == date(2026, 12, 18) + timedelta(days=days)
        made = [floor.pegged(PegSource.PRODUCTION, sku) for sku in ("CUP", "LID")]
        assert made == [cups, cups]
