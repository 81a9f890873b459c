"""What buyers and platforms do to orders that are ours already, and what becomes of the work on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import ExceptionKind, ExceptionState, SyncException
from factory_erp.models.production import Peg, ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services import planning
from factory_erp.services.incoming import IncomingOrder, Life
from factory_erp.services.platform_orders import intake
from factory_erp.services.platform_orders.changes_accept import ChangePart, change_parts
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ReportInput
from factory_erp.services.sales import orders as sales
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.stock import inventory
from tests.services.factory import Step, a_machine, a_routing, in_stock
from tests.services.intake_shop import ORDERED, Shop, line, order


class Workshop(Shop):
    """The shop with a machine that makes its first item, and the verbs of its people."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        with db.session(write=True) as session:
            inventory.ensure_locations(session)
            item = session.get_one(Item, self.items[0])
            a_routing(session, item, Step(a_machine(session, "PRESS"), 60))

    def sold(self, quantity: str = "100", **values: Any) -> SalesOrder:
        self.take(order(lines=[line(quantity=quantity)], **values))
        self.confirm()
        return self.ours()

    def planned(self, quantity: str = "100") -> SalesOrder:
        planning.plan_order(self.sold(quantity).id)
        return self.ours()

    def stocked(self, quantity: int) -> None:
        with self.db.session(write=True) as session:
            in_stock(session, session.get_one(Item, self.items[0]), quantity)

    def made(self) -> ProductionOrder:
        with self.db.session() as session:
            found = session.scalars(select(ProductionOrder)).one()
            assert found.operations
            return found

    def make(self, good: int) -> None:
        work = self.made()
        production.release([work.id])
        said = ReportInput(work.operations[0].id, Decimal(good), Decimal(0), f"made {good}")
        production.report(said)

    def question(self, kind: ExceptionKind) -> int:
        [found] = [row.id for row in platforms.open_exceptions() if row.kind == kind]
        return found

    def parts(self, kind: ExceptionKind = ExceptionKind.CHANGED) -> dict[str, ChangePart]:
        return {part.key.partition(":")[0]: part for part in change_parts(self.question(kind))}

    def kinds(self) -> set[ExceptionKind]:
        return {kind for _id, kind, _subject in self.waiting()}

    def pegged(self) -> Decimal:
        with self.db.session() as session:
            return session.scalar(select(func.sum(Peg.quantity))) or Decimal(0)


@pytest.fixture
def shop(db: Database) -> Workshop:
    return Workshop(db)


def test_the_buyer_wants_less_while_it_is_being_made(shop: Workshop) -> None:
    before = shop.planned()
    shop.make(40)
    shop.take(order(lines=[line(quantity="60")], later=1))
    part = shop.parts()["quantity"]
    assert (part.group, part.ours, part.theirs, part.allowed) == ("line", "100 PCS", "60 PCS", True)
    assert part.effect.startswith("40 PCS that were reserved or planned for it become free")
    intake.accept_change(shop.question(ExceptionKind.CHANGED))
    ours = shop.ours()
    assert (ours.lines[0].quantity, ours.total_minor, shop.pegged()) == (
        Decimal(60),
        15000,
        Decimal(60),
    )
    assert (ours.ship_by, ours.state) == (before.ship_by, OrderState.IN_PRODUCTION)
    assert shop.waiting() == []


def test_what_is_made_is_made(shop: Workshop) -> None:
    shop.planned()
    shop.make(40)
    shop.take(order(lines=[line(quantity="30", price="3")], later=1))
    parts = shop.parts()
    assert (parts["quantity"].allowed, parts["quantity"].why_not) == (
        False, "40 PCS of SKU-1 are made already.",
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="made already"):
        intake.accept_change(shop.question(ExceptionKind.CHANGED), [parts["quantity"].key])
    # The price follows, the quantity stays open.
    intake.accept_change(shop.question(ExceptionKind.CHANGED))
    assert (shop.ours().lines[0].unit_price, shop.ours().lines[0].quantity) == (
        Decimal(3),
        Decimal(100),
    )
    assert set(shop.parts()) == {"quantity"}


def test_the_buyer_wants_more_of_what_lies_ready(shop: Workshop) -> None:
    shop.stocked(100)
    assert shop.planned().state == OrderState.READY
    shop.take(order(lines=[line(quantity="130"), line("SKU-2", "5", "1")], later=1))
    assert "30 PCS more of SKU-1 have to be found or made" in shop.parts()["quantity"].effect
    intake.accept_change(shop.question(ExceptionKind.CHANGED), [shop.parts()["quantity"].key])
    assert (shop.ours().state, shop.ours().held_from) == (OrderState.IN_PRODUCTION, None)
    assert [row.quantity for row in shop.ours().lines] == [130]
    assert set(shop.parts()) == {"added"}
    intake.accept_change(shop.question(ExceptionKind.CHANGED))
    assert [(row.quantity, row.promised) for row in shop.ours().lines] == [
        (Decimal(130), date(2026, 12, 24)),
        (Decimal(5), date(2026, 12, 24)),
    ]
    assert planning.shortfall(shop.ours().id)
    assert shop.waiting() == []


def test_goods_in_a_shipment_hold_quantity_address_and_line(shop: Workshop) -> None:
    shop.stocked(100)
    ours = shop.planned()
    shipment = shipping.create([ours.id], "form", {ours.lines[0].id: Decimal(80)}).value
    changed = order(lines=[line("SKU-2", "5", "1")], later=1, street="Elsewhere 1", freight=Decimal(7))
    shop.take(replace(changed, total=Decimal("12.00")))
    parts = shop.parts()
    assert {name for name, part in parts.items() if not part.allowed} == {"removed", "ship_to"}
    assert "SH-2026-00001" in parts["removed"].why_not
    assert "SH-2026-00001" in parts["ship_to"].why_not
    assert "documents of SH-2026-00001" in parts["freight"].effect
    shipping.cancel(shipment)
    assert "stands in the papers" in shop.parts()["removed"].why_not
    assert shop.parts()["ship_to"].allowed


def test_an_order_cut_down_to_what_has_left_is_shipped(shop: Workshop) -> None:
    shop.stocked(100)
    ours = shop.planned()
    with shop.db.session(write=True) as session:
        session.get_one(SalesOrder, ours.id).lines[0].shipped = Decimal(60)
    shop.take(order(lines=[line(quantity="50", price="2")], later=1, freight=Decimal(1), total=Decimal(101)))
    parts = shop.parts()
    assert parts["quantity"].why_not == "60 PCS of SKU-1 have left already."
    assert "invoiced" in parts["price"].why_not
    assert "invoiced" in parts["freight"].why_not
    shop.take(order(lines=[line(quantity="60")], later=2))
    intake.accept_change(shop.question(ExceptionKind.CHANGED))
    assert (shop.ours().state, shop.ours().lines[0].quantity) == (OrderState.SHIPPED, Decimal(60))


def test_each_part_is_decided_by_itself_and_the_total_follows(shop: Workshop) -> None:
    shop.sold()
    later = order(
        lines=[line(quantity="120")], later=1, freight=Decimal("20.00"), discount=Decimal("5.00"),
        total=Decimal("314.99"), remark="gift boxes", ship_by=date(2026, 12, 10), street="Neue Strasse 1",
        incoterm="DAP", payment_terms="T/T 50% deposit, 50% before shipment",
    )  # fmt: skip
    shop.take(later)
    parts = shop.parts()
    assert [(part.group, name) for name, part in parts.items()] == [
        ("line", "quantity"), ("head", "ship_to"), ("head", "terms"), ("head", "payment_terms"),
        ("head", "requested_ship"), ("head", "remark"),
        ("money", "freight"), ("money", "discount"), ("money", "adjustment"),
    ]  # fmt: skip
    waiting = shop.question(ExceptionKind.CHANGED)
    intake.accept_change(waiting, [parts["freight"].key, parts["remark"].key])
    ours = shop.ours()
    assert (ours.state, ours.freight_minor, ours.total_minor, ours.remark) == (
        OrderState.CONFIRMED, 2000, 27000, "gift boxes",
    )  # fmt: skip
    assert len(change_parts(waiting)) == 7
    intake.accept_change(waiting)
    ours = shop.ours()
    assert (ours.total_minor, ours.adjustment_minor, ours.place) == (31499, -1, "Hamburg")
    assert (ours.state, ours.requested_ship) == (OrderState.DRAFT, date(2026, 12, 10))
    assert "Neue Strasse 1" in ours.ship_to
    assert shop.waiting() == []


def test_a_part_that_was_changed_again_is_not_taken_over_unseen(shop: Workshop) -> None:
    shop.sold()
    shop.take(order(lines=[line(quantity="200")], later=1))
    seen = shop.parts()["quantity"].key
    shop.take(order(lines=[line(quantity="300")], later=2))
    with pytest.raises(Conflict, match="changed again"):
        intake.accept_change(shop.question(ExceptionKind.CHANGED), [seen])
    assert shop.ours().lines[0].quantity == 100


def test_a_refused_change_is_not_asked_again_until_something_else_is_said(shop: Workshop) -> None:
    shop.sold()
    changed = order(lines=[line(quantity="200")], later=1)
    shop.take(changed)
    waiting = shop.question(ExceptionKind.CHANGED)
    intake.refuse_change(waiting, "Agreed by phone: 100 it is.")
    assert intake.refuse_change(waiting, "again").changes == {}
    shop.take(changed, replace(changed, modified_at=changed.modified_at.replace(minute=59)))
    assert shop.waiting() == []
    with shop.db.session() as session:
        kept = session.get_one(SyncException, waiting)
        assert (kept.state, kept.detail) == (ExceptionState.DISMISSED, "Agreed by phone: 100 it is.")
    # Back to what we have: nothing to decide; then the wish comes again.
    shop.take(order(later=3))
    assert shop.waiting() == []
    shop.take(order(lines=[line(quantity="200")], later=4))
    assert shop.kinds() == {ExceptionKind.CHANGED}


def test_the_platform_cancels_while_it_is_being_made(shop: Workshop) -> None:
    shop.planned()
    shop.make(10)
    shop.take(order(life=Life.CLOSED, status="trade_close", later=1))
    assert shop.ours().platform_block == "closed"
    [part] = shop.parts(ExceptionKind.CANCELLED).values()
    assert (part.group, part.ours, part.theirs) == ("state", "In production", "trade_close")
    assert "has begun" in part.why_not
    with pytest.raises(NotAllowed, match="has begun"):
        intake.accept_change(shop.question(ExceptionKind.CANCELLED))
    shop.make(90)
    intake.accept_change(shop.question(ExceptionKind.CANCELLED))
    assert (shop.ours().state, shop.pegged(), shop.waiting()) == (
        OrderState.CANCELLED,
        Decimal(0),
        [],
    )
    assert shop.made().state == ProductionState.DONE


def test_a_refund_in_part_is_noted_and_one_in_full_cancels(shop: Workshop) -> None:
    shop.sold()
    shop.take(order(refunded=Decimal("50.00"), later=1))
    [part] = shop.parts(ExceptionKind.REFUNDED).values()
    assert (part.group, part.theirs) == ("money", "USD 50.00")
    assert "USD 200.00" in part.effect
    intake.accept_change(shop.question(ExceptionKind.REFUNDED))
    assert (shop.ours().state, shop.ours().refunded_minor, shop.waiting()) == ("confirmed", 5000, [])
    shop.take(order(refunded=Decimal("50.00"), remark="thanks", later=2))
    assert shop.kinds() == {ExceptionKind.CHANGED}
    shop.take(order(refunded=Decimal("250.00"), later=3))
    assert shop.kinds() == {ExceptionKind.REFUNDED}
    intake.accept_change(shop.question(ExceptionKind.REFUNDED))
    assert (shop.ours().state, shop.waiting()) == (OrderState.CANCELLED, [])


def test_frozen_goods_stay_until_the_platform_lets_them_go(shop: Workshop) -> None:
    shop.stocked(100)
    ours = shop.planned()
    shop.take(order(life=Life.FROZEN, status="frozen", later=1))
    assert (shop.ours().platform_block, shop.ours().platform_status) == ("frozen", "frozen")
    assert shop.kinds() == {ExceptionKind.FROZEN}
    with pytest.raises(NotAllowed, match=r"SO-2026-00001 is frozen on its platform") as refusal:
        shipping.create([ours.id], "form")
    assert refusal.value.remedy
    shop.take(order(later=2))
    assert (shop.ours().platform_block, shop.waiting()) == ("", [])
    assert shipping.create([ours.id], "form").value


def test_a_shipment_does_not_leave_with_goods_that_were_frozen_since(shop: Workshop) -> None:
    shop.stocked(100)
    shipment = shipping.create([shop.planned().id], "form").value
    with shop.db.session(write=True) as session:
        session.get_one(Shipment, shipment).state = ShipmentState.DOCUMENTED
    for life in (Life.FROZEN, Life.DISPUTED, Life.RISK, Life.CLOSED):
        shop.take(order(life=life, status=life.value, later=1 + list(Life).index(life)))
        with pytest.raises(NotAllowed, match="nothing of it may leave") as refusal:
            shipping.ship(shipment)
        assert (refusal.value.record, bool(refusal.value.remedy)) == ("SO-2026-00001", True)


def test_a_disputed_order_is_held_and_the_dispute_ends(shop: Workshop) -> None:
    shop.sold()
    shop.take(order(life=Life.DISPUTED, status="106002", later=1))
    assert (shop.ours().platform_block, shop.kinds()) == ("disputed", {ExceptionKind.DISPUTED})
    assert "disputes order SO-2026-00001" in platforms.open_exceptions()[0].detail
    with pytest.raises(NotAllowed, match="platform itself"):
        intake.release_risk(shop.ours().id, "he is right")
    intake.accept_change(shop.question(ExceptionKind.DISPUTED))
    assert shop.ours().state == OrderState.ON_HOLD
    shop.take(order(life=Life.DISPUTED, status="106002", remark="hurry", later=2))
    assert shop.kinds() == {ExceptionKind.CHANGED}
    shop.take(order(later=3))
    assert (shop.ours().platform_block, shop.waiting()) == ("", [])
    # A person's hold is lifted by a person.
    assert shop.ours().state == OrderState.ON_HOLD


def test_a_person_releases_what_the_platform_warns_of(shop: Workshop) -> None:
    ours = shop.sold()
    warned = order(life=Life.RISK, status="103001", later=1)
    shop.take(warned)
    assert (shop.ours().platform_block, shop.kinds()) == ("risk", {ExceptionKind.DISPUTED})
    with pytest.raises(InvalidValue, match="grounds"):
        intake.release_risk(ours.id, " ")
    intake.release_risk(ours.id, "Paid in full, bank slip seen.")
    assert intake.release_risk(ours.id, "once more").changes == {}
    assert (shop.ours().platform_block, shop.waiting()) == ("", [])
    with shop.db.session() as session:
        kept = session.scalars(select(SyncException.detail).where(SyncException.subject.contains("released")))
        assert list(kept) == ["Paid in full, bank slip seen."]
    # The same warning with other words stays released; one that comes back does not.
    shop.take(replace(warned, remark="hurry", modified_at=warned.modified_at.replace(minute=59)))
    assert (shop.ours().platform_block, shop.kinds()) == ("", {ExceptionKind.CHANGED})
    shop.take(order(later=3), order(life=Life.RISK, status="103001", later=4))
    assert (shop.ours().platform_block, shop.kinds()) == ("risk", {ExceptionKind.DISPUTED})


def test_a_draft_follows_in_everything(shop: Workshop) -> None:
    shop.take(order(), order(life=Life.DISPUTED, status="106001", later=1))
    assert (shop.ours().state, shop.ours().platform_block) == (OrderState.ON_HOLD, "disputed")
    shop.take(order(life=Life.RISK, status="103001", later=2, refunded=Decimal(9)))
    assert (shop.ours().state, shop.ours().platform_block) == (OrderState.DRAFT, "risk")
    assert (shop.ours().refunded_minor, shop.waiting()) == (900, [])
    sales.confirm(shop.ours().id, promised=date(2026, 12, 24))
    intake.release_risk(shop.ours().id, "known for years")
    assert shop.ours().platform_block == ""


def test_the_status_follows_even_where_nothing_else_is_new(shop: Workshop) -> None:
    shop.sold()
    shop.take(order(status="delivering", later=2), order(status="undeliver", later=1))
    assert (shop.ours().platform_status, shop.waiting()) == ("delivering", [])


def test_a_cancelled_order_does_not_come_in_by_an_older_version(shop: Workshop) -> None:
    shop.take(order(life=Life.CLOSED, status="trade_close", later=2))
    shop.take(order(), order(later=1, remark="late"))
    assert shop.count(SalesOrder) == 0


NUMBERS = count()

versions = st.lists(
    st.fixed_dictionaries(
        {
            "quantity": st.sampled_from(["100", "200", "300"]),
            "price": st.sampled_from(["2.50", "2.40"]),
            "second": st.booleans(),
            "remark": st.sampled_from(["", "hurry"]),
            "life": st.sampled_from([Life.OPEN, Life.OPEN, Life.FROZEN, Life.DISPUTED, Life.RISK]),
            "refunded": st.sampled_from(["0", "0", "50.00"]),
        }
    ),
    min_size=1,
    max_size=4,
)


def history(name: str, drawn: Sequence[dict[str, Any]], *, closed: bool) -> list[IncomingOrder]:
    """The versions of an order in the order of their times; the last may be its end."""
    found = []
    for hour, said in enumerate(drawn, 1):
        last = closed and hour == len(drawn)
        rows = [line(quantity=said["quantity"], price=said["price"])]
        rows += [line("SKU-2", "7", "1")] * said["second"]
        life = Life.CLOSED if last else said["life"]
        found.append(
            order(name, lines=rows, later=hour, life=life, status=life.value, remark=said["remark"],
                  refunded=Decimal(said["refunded"]))
        )  # fmt: skip
    return found


def nameless(payload: str) -> IncomingOrder:
    """What the version says, without whose it is and when the platform said it."""
    said = IncomingOrder.from_json(payload)
    return replace(said, external_id="", payload_sha256="", modified_at=ORDERED)


def shown(shop: Shop, name: str) -> tuple[object, ...]:
    """All that a person sees of the order and of what waits about it; a cancelled order is none."""
    with shop.db.session() as session:
        ours = session.scalar(select(SalesOrder).filter_by(external_id=name))
        asked = select(SyncException).filter_by(external_id=name, state=ExceptionState.OPEN)
        waiting = [
            (
                row.kind,
                replace(
                    IncomingOrder.from_json(row.payload),
                    external_id="",
                    payload_sha256="",
                    modified_at=ORDERED,
                ),
            )
            for row in session.scalars(asked.order_by(SyncException.kind))
        ]
        if ours is None or ours.state == OrderState.CANCELLED:
            return (None, waiting)
        lines = [(row.item_id, row.quantity, row.unit_price) for row in ours.lines]
        facts = ours.platform_status, ours.platform_block, ours.refunded_minor
        return (ours.state, ours.held_from, lines, ours.total_minor, ours.remark, facts, waiting)


@pytest.mark.parametrize("confirmed", [False, True])
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=versions, closed=st.booleans(), data=st.data())
def test_however_versions_arrive_the_newest_decides(
    shop: Workshop, confirmed: bool, drawn: list[dict[str, Any]], closed: bool, data: st.DataObject
) -> None:
    number = next(NUMBERS)
    mixed, alone = f"M-{number}", f"N-{number}"
    if confirmed:
        shop.take(order(mixed), order(alone))
        for name in (mixed, alone):
            shop.confirm(name)
    all_of_them = history(mixed, drawn, closed=closed)
    repeated = data.draw(st.lists(st.sampled_from(all_of_them), max_size=4))
    shop.take(*data.draw(st.permutations([*all_of_them, *repeated])))
    shop.take(history(alone, drawn, closed=closed)[-1])
    assert shown(shop, mixed) == shown(shop, alone)
