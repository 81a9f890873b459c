"""From ready goods to the moment they leave."""

from __future__ import annotations

import json
import threading
from contextvars import copy_context
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from factory_erp.domain.money import Money
from factory_erp.models.catalog import Item, PackagingLevel
from factory_erp.models.database import Database
from factory_erp.models.documents import DocumentState
from factory_erp.models.inventory import StockMove
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import OutboxMessage
from factory_erp.models.production import Peg, PegSource, ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services import search
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.sales import orders as sales
from factory_erp.services.shipping import documents
from factory_erp.services.shipping import ready as shipping_ready
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping.facts import split_weight
from factory_erp.services.shipping.marks import short_name
from factory_erp.services.stock import inventory
from factory_erp.services.workbench import views as shipping_views
from tests.services.shipping_factory import Factory


@pytest.fixture
def factory(db: Database) -> Factory:
    return Factory(db)


@pytest.fixture
def cups(factory: Factory) -> int:
    item = factory.item("CUP-1")
    factory.stock(item, 5000)
    return item


@pytest.fixture
def buyer(factory: Factory) -> int:
    return factory.customer()


def peg(factory: Factory, line: int, item: int, quantity: int) -> None:
    """Keep stock for an order line."""
    with factory.db.session(write=True) as session:
        session.add(Peg(sales_line_id=line, item_id=item, source=PegSource.STOCK, quantity=Decimal(quantity)))


class TestCreate:
    def test_takes_the_terms_and_what_remains(self, factory: Factory, cups: int, buyer: int) -> None:
        order = factory.order(buyer, [(cups, "100", "2.35")])
        shipment = shipping.create([order], "form-1").value
        seen = shipping_views.detail(shipment)
        assert seen.number == "SH-2026-00001"
        assert (seen.currency, seen.incoterm, seen.place) == ("USD", "FOB", "Ningbo")
        assert (seen.port_of_loading, seen.port_of_discharge) == ("CNNBO", "DEHAM")
        assert [(line.sku, line.quantity) for line in seen.lines] == [("CUP-1", Decimal(100))]

    def test_the_same_form_makes_one_shipment(self, factory: Factory, cups: int, buyer: int) -> None:
        order = factory.order(buyer, [(cups, "100", "2.35")])
        assert shipping.create([order], "form-1").value == shipping.create([order], "form-1").value
        assert len(factory.all(Shipment)) == 1

    def test_goods_of_another_open_shipment_are_not_taken_twice(
        self, factory: Factory, cups: int, buyer: int
    ) -> None:
        order = factory.order(buyer, [(cups, "100", "2.35")])
        line = factory.line_ids(order)[0]
        first = shipping.create([order], "a", {line: Decimal(30)}).value
        second = shipping.create([order], "b").value
        assert shipping_views.detail(second).lines[0].quantity == 70
        with pytest.raises(NotAllowed, match="Nothing of SO-2026-00001 is left"):
            shipping.create([order], "c")
        shipping.cancel(first)
        assert shipping_views.detail(shipping.create([order], "d").value).lines[0].quantity == 30

    def test_more_than_is_ready_is_refused(self, factory: Factory, cups: int, buyer: int) -> None:
        order = factory.order(buyer, [(cups, "100", "2.35")])
        with pytest.raises(NotAllowed, match="101 of CUP-1"):
            shipping.create([order], "a", {factory.line_ids(order)[0]: Decimal(101)})

    def test_of_an_order_in_production_goes_what_lies_in_the_warehouse(
        self, factory: Factory, buyer: int
    ) -> None:
        item = factory.item("CUP-9")
        factory.stock(item, 48)
        order = factory.order(buyer, [(item, "100", "2.35")], OrderState.IN_PRODUCTION)
        shipment = shipping.create([order], "a").value
        assert shipping_views.detail(shipment).lines[0].quantity == 48
        with pytest.raises(NotAllowed, match="Nothing of"):
            shipping.create([order], "b")

    @pytest.mark.parametrize(
        ("field", "other", "said"),
        [
            ("currency", "EUR", "currency"),
            ("incoterm", "CIF", "terms of delivery"),
            ("ship_to", "Lyon", "address"),
            ("port_of_discharge", "NLRTM", "port of discharge"),
        ],
    )
    def test_orders_that_do_not_go_together_are_refused(
        self, factory: Factory, cups: int, buyer: int, field: str, other: str, said: str
    ) -> None:
        one = factory.order(buyer, [(cups, "10", "1")])
        changed: dict[str, Any] = {field: other}
        two = factory.order(buyer, [(cups, "10", "1")])
        factory.change(SalesOrder, two, **changed)
        with pytest.raises(NotAllowed, match=said) as refused:
            shipping.create([one, two], "a")
        assert refused.value.record == "SO-2026-00002"
        assert refused.value.field == field

    def test_a_held_order_is_refused(self, factory: Factory, cups: int, buyer: int) -> None:
        order = factory.order(buyer, [(cups, "10", "1")], OrderState.ON_HOLD)
        with pytest.raises(NotAllowed, match="'On hold'"):
            shipping.create([order], "a")

    def test_suggestions_group_what_can_go_together(self, factory: Factory, cups: int, buyer: int) -> None:
        other = factory.customer("SUD", name="Sud SARL")
        factory.order(buyer, [(cups, "10", "1")])
        factory.order(other, [(cups, "10", "1")])
        factory.order(buyer, [(cups, "20", "1")])
        factory.order(buyer, [(cups, "20", "1")], OrderState.CONFIRMED)
        rows = shipping_ready.ready_orders()
        assert [(row.number[-1], row.group, row.whole) for row in rows] == [
            ("1", 1, True), ("3", 1, True), ("2", 2, True),
        ]  # fmt: skip
        shipping.create([row.order_id for row in rows if row.group == 1], "a")
        assert [row.number for row in shipping_ready.ready_orders()] == ["SO-2026-00002"]


class TestPack:
    def test_full_cartons_and_the_rest(self, factory: Factory, cups: int, buyer: int) -> None:
        shipment = shipping.create([factory.order(buyer, [(cups, "100", "2.35")])], "a").value
        view = shipping.pack(shipment).value
        assert (view.cartons, view.pieces, view.net_g) == (5, 100, 25_000)
        assert view.marks.splitlines() == ["NORDLICHT HANDELS", "SO-2026-00001", "HAMBURG", "C/NO. 1-5"]
        assert shipping_views.detail(shipment).state == ShipmentState.PACKED

    def test_packing_again_replaces_the_cartons(self, factory: Factory, cups: int, buyer: int) -> None:
        other = factory.item("LID-1", per_carton=100, net_g=20)
        factory.stock(other, 500)
        order = factory.order(buyer, [(cups, "100", "2.35"), (other, "130", "0.4")])
        shipment = shipping.create([order], "a").value
        assert shipping.pack(shipment).value.cartons == 7
        assert shipping.pack(shipment, mix_remainders=True).value.cartons == 6
        cartons = shipping_views.detail(shipment).cartons
        assert cartons[-1].contents == (("LID-1", 30), ("CUP-1", 4)) or cartons[-1].contents == (
            ("CUP-1", 4), ("LID-1", 30),
        )  # fmt: skip
        assert sum(row.pieces for row in cartons) == 230

    def test_an_item_without_master_carton_is_named(self, factory: Factory, buyer: int) -> None:
        bare = factory.item("CUP-BARE", per_carton=None)
        factory.stock(bare, 10)
        shipment = shipping.create([factory.order(buyer, [(bare, "10", "1")])], "a").value
        with pytest.raises(InvalidValue, match="CUP-BARE"):
            shipping.pack(shipment)
        assert shipping_views.detail(shipment).state == ShipmentState.DRAFT

    def test_a_master_carton_without_weight_is_named(self, factory: Factory, cups: int, buyer: int) -> None:
        box = factory.one(PackagingLevel, item_id=cups)
        factory.change(PackagingLevel, box.id, net_g=0, gross_g=0)
        shipment = shipping.create([factory.order(buyer, [(cups, "10", "1")])], "a").value
        with pytest.raises(InvalidValue, match="CUP-1"):
            shipping.pack(shipment)

    def test_the_customers_marks_are_used(self, factory: Factory, cups: int, buyer: int) -> None:
        factory.change(
            Partner, buyer, marks_template="NL {orders}\nvia {destination}\n{cartons}\nMADE IN CHINA {x}"
        )
        order = factory.order(buyer, [(cups, "24", "1")], customer_po="PO 77")
        shipment = shipping.create([order], "a").value
        assert factory.one(Shipment).marks.splitlines()[2] == "C/NO. 1-UP"
        assert shipping.pack(shipment).value.marks.splitlines() == [
            "NL PO 77", "via HAMBURG", "C/NO. 1", "MADE IN CHINA {x}",
        ]  # fmt: skip

    def test_a_weighed_carton_needs_a_reason_and_the_version_read(
        self, factory: Factory, cups: int, buyer: int
    ) -> None:
        shipment = factory.packed(factory.order(buyer, [(cups, "100", "2.35")]))
        before = shipping_views.detail(shipment)
        with pytest.raises(InvalidValue, match="reason"):
            shipping.correct_carton(shipment, 1, 6100, 7000, " ")
        with pytest.raises(InvalidValue, match="gross weight"):
            shipping.correct_carton(shipment, 1, 6100, 6000, "scale")
        with pytest.raises(NotFound, match="number 3"):
            shipping.correct_carton(shipment, 3, 6100, 7000, "scale")
        shipping.correct_carton(shipment, 1, 6100, 7000, "scale", before.version)
        after = shipping_views.detail(shipment)
        assert after.totals.gross_g == before.totals.gross_g + 4 * 100
        assert after.cartons[0].weighed_reason == "scale"
        with pytest.raises(Conflict):
            shipping.correct_carton(shipment, 1, 6100, 7100, "scale", before.version)

    @pytest.mark.parametrize(
        ("grams", "weights"), [(10, [1, 1, 1]), (7, [0, 0]), (1, [5, 3]), (999, [1, 997])]
    )
    def test_a_carton_weight_is_shared_exactly(self, grams: int, weights: list[int]) -> None:
        shares = split_weight(grams, weights)
        assert sum(shares) == grams
        assert all(share >= 0 for share in shares)

    @pytest.mark.parametrize(
        ("name", "short"),
        [
            ("Nordlicht Handels GmbH", "NORDLICHT HANDELS"),
            ("Acme Co., Ltd.", "ACME"),
            ("The Very Long Trading House", "THE VERY LONG"),
            ("Donaudampfschifffahrtsgesellschaft", "DONAUDAMPFSCHIFFF"),
        ],
    )
    def test_the_short_name_fits_a_line_of_marks(self, name: str, short: str) -> None:
        assert short_name(name) == short


class TestTransport:
    def test_container_numbers_are_checked(self, factory: Factory, cups: int, buyer: int) -> None:
        shipment = factory.packed(factory.order(buyer, [(cups, "100", "2.35")]))
        with pytest.raises(InvalidValue, match="CSQU3054384"):
            shipping.set_transport(shipment, shipping.TransportInput(container_numbers=("CSQU3054384",)))
        shipping.set_transport(
            shipment,
            shipping.TransportInput(container_numbers=("csqu 305438-3", ""), vessel_voyage=" EVER 12W "),
        )
        seen = shipping_views.detail(shipment)
        assert (seen.container_numbers, seen.vessel_voyage) == (("CSQU3054383",), "EVER 12W")
        assert [hit.title for hit in search.find("CSQU3054383")] == [seen.number]

    def test_an_old_form_does_not_overwrite(self, factory: Factory, cups: int, buyer: int) -> None:
        shipment = factory.packed(factory.order(buyer, [(cups, "100", "2.35")]))
        version = shipping_views.detail(shipment).version
        shipping.set_transport(shipment, shipping.TransportInput(tracking_number="1"), version)
        with pytest.raises(Conflict):
            shipping.set_transport(shipment, shipping.TransportInput(tracking_number="2"), version)

    def test_an_unknown_kind_of_transport_is_refused(self, factory: Factory, cups: int, buyer: int) -> None:
        shipment = factory.packed(factory.order(buyer, [(cups, "100", "2.35")]))
        with pytest.raises(InvalidValue, match="PIGEON"):
            shipping.set_transport(shipment, shipping.TransportInput(logistics_type="PIGEON"))


class TestShip:
    def test_goods_leave_once(self, factory: Factory, cups: int, buyer: int) -> None:
        order = factory.order(
            buyer,
            [(cups, "100", "2.35"), (cups, "20", "2")],
            account_id=factory.account(),
            external_id="88001",
        )
        shipment = factory.documented(order)
        shipping.set_transport(
            shipment,
            shipping.TransportInput(port_of_loading="CNNBO", port_of_discharge="DEHAM", carrier_code="DHL",
                                    tracking_number="JD01"),
        )  # fmt: skip
        first, second = shipping.ship(shipment).value, shipping.ship(shipment)
        assert first == second.value
        assert not second.changes
        assert first.orders_shipped == ("SO-2026-00001",)
        assert first.messages == 1
        moves = [move for move in factory.all(StockMove) if move.reference == "SH-2026-00001"]
        assert [move.quantity for move in moves] == [100, 20]
        with factory.db.session() as session:
            assert inventory.on_hand(session, [cups])[cups] == 4880
            assert inventory.prove(session) == []
        assert factory.one(SalesOrder).state == OrderState.SHIPPED
        message = factory.one(OutboxMessage)
        assert (message.client_key, message.record_id) == (f"ship:{shipment}:{order}", shipment)
        assert json.loads(message.payload) == {
            "external_order_id": "88001", "carrier_code": "DHL", "logistics_type": "EXPRESS",
            "tracking_number": "JD01", "partial": False, "completes": True,
            "lines": [{"sku_id": "s1", "quantity": "100"}, {"sku_id": "s2", "quantity": "20"}],
        }  # fmt: skip

    def test_two_clicks_at_once_ship_once(self, factory: Factory, cups: int, buyer: int) -> None:
        order = factory.order(buyer, [(cups, "24", "1")], account_id=factory.account(), external_id="9")
        shipment = factory.packed(order)
        shipping.set_transport(shipment, shipping.TransportInput(carrier_code="DHL", tracking_number="1"))
        issuing.issue(shipment)
        outcomes: list[object] = []

        def click() -> None:
            outcomes.append(shipping.ship(shipment).value)

        threads = [threading.Thread(target=copy_context().run, args=(click,)) for _click in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(outcomes) == 4
        assert outcomes.count(outcomes[0]) == 4
        assert len(factory.all(OutboxMessage)) == 1
        assert len(factory.all(StockMove, cause="delivery")) == 1
        assert factory.one(SalesLine).shipped == 24

    def test_documents_come_first(self, factory: Factory, cups: int, buyer: int) -> None:
        shipment = factory.packed(factory.order(buyer, [(cups, "100", "2.35")]))
        with pytest.raises(NotAllowed, match="'Packed' and cannot leave"):
            shipping.ship(shipment)
        issuing.issue(shipment, kinds=["commercial_invoice"])
        with pytest.raises(NotAllowed, match="Packing list: it is not issued"):
            shipping.ship(shipment)

    def test_documents_must_still_be_true(self, factory: Factory, cups: int, buyer: int) -> None:
        shipment = factory.documented(factory.order(buyer, [(cups, "100", "2.35")]))
        shipping.correct_carton(shipment, 1, 6100, 7000, "scale")
        assert not shipping_views.detail(shipment).documents_current
        with pytest.raises(NotAllowed, match="no longer says"):
            shipping.ship(shipment)
        issuing.issue(shipment)
        assert shipping.ship(shipment).value.orders_shipped

    @pytest.mark.parametrize("state", [OrderState.ON_HOLD, OrderState.CANCELLED])
    def test_a_stopped_order_stops_the_shipment(
        self, factory: Factory, cups: int, buyer: int, state: OrderState
    ) -> None:
        order = factory.order(buyer, [(cups, "100", "2.35")])
        shipment = factory.documented(order)
        factory.change(SalesOrder, order, state=state)
        with pytest.raises(NotAllowed, match="must not leave") as refused:
            shipping.ship(shipment)
        assert refused.value.record == "SO-2026-00001"
        assert shipping_views.detail(shipment).state == ShipmentState.DOCUMENTED

    def test_a_platform_order_needs_its_tracking(self, factory: Factory, cups: int, buyer: int) -> None:
        order = factory.order(buyer, [(cups, "24", "1")], account_id=factory.account(), external_id="9")
        shipment = factory.documented(order)
        with pytest.raises(NotAllowed, match=r"Main shop.*carrier") as refused:
            shipping.ship(shipment)
        assert refused.value.field == "carrier_code"
        shipping.set_transport(
            shipment, shipping.TransportInput("", (), "CNNBO", "DEHAM", carrier_code="DHL")
        )
        with pytest.raises(NotAllowed, match="tracking number") as refused:
            shipping.ship(shipment)
        assert (refused.value.field, bool(refused.value.remedy)) == ("tracking_number", True)
        assert factory.all(OutboxMessage) == []

    def test_short_stock_changes_nothing(self, factory: Factory, buyer: int) -> None:
        one, two = factory.item("A-1"), factory.item("B-1")
        factory.stock(one, 24)
        factory.stock(two, 24)
        order = factory.order(buyer, [(one, "24", "1"), (two, "24", "1")])
        shipment = factory.documented(order)
        inventory.adjust(two, Decimal(-4), "counted", "count-1")
        with pytest.raises(NotAllowed, match=r"not enough B-1.*20 are free for it, 24 are needed") as refused:
            shipping.ship(shipment)
        assert (refused.value.record, bool(refused.value.remedy)) == ("B-1", True)
        assert {line.shipped for line in factory.all(SalesLine)} == {Decimal(0)}
        assert shipping_views.detail(shipment).state == ShipmentState.DOCUMENTED

    def test_goods_kept_for_another_order_stay(self, factory: Factory, buyer: int) -> None:
        item = factory.item("CUP-9")
        factory.stock(item, 48)
        mine, other = (factory.order(buyer, [(item, n, "1")]) for n in ("24", "48"))
        shipment = factory.documented(mine)
        line = factory.line_ids(other)[0]
        peg(factory, line, item, 40)
        with pytest.raises(NotAllowed, match=r"not enough CUP-9.*SO-2026-00001: 8 are free") as refused:
            shipping.ship(shipment)
        assert (refused.value.record, bool(refused.value.remedy)) == ("CUP-9", True)
        assert factory.all(StockMove, cause="delivery") == []
        peg(factory, factory.line_ids(mine)[0], item, 24)
        inventory.receive(item, Decimal(16), "more", "more-1")
        assert shipping.ship(shipment).value.orders_shipped == ("SO-2026-00001",)

    def test_two_lines_of_an_item_share_what_is_free(self, factory: Factory, buyer: int) -> None:
        item = factory.item("CUP-9")
        factory.stock(item, 88)
        mine, other = (factory.order(buyer, [(item, n, "1"), (item, n, "1")]) for n in ("24", "48"))
        one, two = factory.line_ids(mine)
        shipment = factory.documented(mine, quantities={one: Decimal(10), two: Decimal(24)})
        peg(factory, factory.line_ids(other)[0], item, 48)
        shipping.ship(shipment)
        assert [line.shipped for line in factory.all(SalesLine, order_id=mine)] == [10, 24]
        rest = factory.documented(mine)
        peg(factory, factory.line_ids(other)[1], item, 6)
        with pytest.raises(NotAllowed, match="0 are free for it, 6 are needed"):
            shipping.ship(rest)

    def test_finished_production_of_a_shipped_order_is_closed(
        self, factory: Factory, cups: int, buyer: int
    ) -> None:
        order = factory.order(buyer, [(cups, "24", "1")])
        made = ProductionOrder(
            number="MO-1", client_key="mo-1", state=ProductionState.DONE, item_id=cups, sales_order_id=order,
            quantity=Decimal(24), good=Decimal(24), due=date(2026, 12, 1),
        )  # fmt: skip
        with factory.db.session(write=True) as session:
            session.add(made)
        shipping.ship(factory.documented(order))
        assert factory.one(ProductionOrder).state == ProductionState.CLOSED

    def test_an_order_is_shipped_with_its_last_part(self, factory: Factory, cups: int, buyer: int) -> None:
        order = factory.order(buyer, [(cups, "100", "2.35")], account_id=factory.account(), external_id="9")
        travel = shipping.TransportInput(
            port_of_loading="CNNBO", port_of_discharge="DEHAM", carrier_code="DHL", tracking_number="1"
        )
        for part, state in ((40, OrderState.READY), (60, OrderState.SHIPPED)):
            shipment = factory.documented(order, quantities={factory.line_ids(order)[0]: Decimal(part)})
            shipping.set_transport(shipment, travel)
            shipping.ship(shipment)
            assert factory.one(SalesOrder).state == state
        payloads = [json.loads(message.payload) for message in factory.all(OutboxMessage)]
        assert [(p["partial"], p["lines"][0]["quantity"]) for p in payloads] == [(True, "40"), (True, "60")]
        assert [p["completes"] for p in payloads] == [False, True]

    def test_a_shipped_shipment_stays(self, factory: Factory, cups: int, buyer: int) -> None:
        shipment = factory.documented(factory.order(buyer, [(cups, "100", "2.35")]))
        shipping.ship(shipment)
        for change in (shipping.pack, shipping.cancel):
            with pytest.raises(NotAllowed, match="'Shipped' and cannot be"):
                change(shipment)
        with pytest.raises(NotAllowed):
            shipping.set_transport(shipment, shipping.TransportInput())


class TestChangeOfMind:
    """After documents are issued, before the goods leave."""

    def test_a_documented_shipment_is_cancelled_with_its_documents(
        self, factory: Factory, cups: int, buyer: int
    ) -> None:
        order = factory.order(buyer, [(cups, "100", "2.35")])
        shipment = factory.documented(order)
        paper = shipping_views.detail(shipment).documents[0]
        changed = shipping.cancel(shipment).changes
        assert order in changed["sales_order"]
        seen = shipping_views.detail(shipment)
        assert seen.state == ShipmentState.CANCELLED
        assert {(row.number, row.state) for row in seen.documents} == {
            ("CI-2026-00001", DocumentState.CANCELLED), ("PL-2026-00001", DocumentState.CANCELLED),
        }  # fmt: skip
        assert documents.document_bytes(paper.id) == paper.path.read_bytes()
        assert not shipping.cancel(shipment).changes
        for act in (shipping.pack, shipping.ship, issuing.issue):
            with pytest.raises(NotAllowed):
                act(shipment)
        assert [row.order_id for row in shipping_ready.ready_orders()] == [order]

    def test_a_cancelled_shipment_asks_for_no_part_of_the_order(
        self, factory: Factory, cups: int, buyer: int
    ) -> None:
        order = factory.order(buyer, [(cups, "100", "2.35")], freight_minor=1001)
        shipping.cancel(factory.documented(order))
        cancelled = factory.packed(order)
        shipping.cancel(cancelled)
        again = factory.documented(order)
        seen = shipping_views.detail(again)
        assert seen.totals.total == Money(factory.one(SalesOrder).total_minor, "USD")
        assert seen.documents[0].number == "CI-2026-00002"
        assert shipping.ship(again).value.orders_shipped == ("SO-2026-00001",)
        gone = shipping_views.detail(cancelled)
        assert (gone.totals.total, gone.problem) == (None, "")

    def test_more_papers_than_those_needed_do_not_hinder_leaving(
        self, factory: Factory, cups: int, buyer: int
    ) -> None:
        shipment = factory.documented(factory.order(buyer, [(cups, "100", "2.35")]))
        issuing.issue(shipment, ["shipping_marks"])
        assert shipping_views.detail(shipment).documents_current

    def test_packing_again_asks_for_new_documents(self, factory: Factory, cups: int, buyer: int) -> None:
        lids = factory.item("LID-1", per_carton=100, net_g=20)
        factory.stock(lids, 500)
        shipment = factory.documented(factory.order(buyer, [(cups, "100", "2.35"), (lids, "130", "0.4")]))
        shipping.pack(shipment, mix_remainders=True)
        seen = shipping_views.detail(shipment)
        assert (seen.state, seen.documents_current) == (ShipmentState.PACKED, False)
        with pytest.raises(NotAllowed, match="'Packed' and cannot leave"):
            shipping.ship(shipment)
        revised = issuing.issue(shipment).value
        assert [(paper.number, paper.revision) for paper in revised] == [
            ("CI-2026-00001", 2), ("PL-2026-00001", 2),
        ]  # fmt: skip
        assert shipping.ship(shipment).value.orders_shipped

    def test_the_same_cartons_again_keep_their_documents(
        self, factory: Factory, cups: int, buyer: int
    ) -> None:
        shipment = factory.documented(factory.order(buyer, [(cups, "100", "2.35")]))
        shipping.pack(shipment)
        assert {paper.revision for paper in issuing.issue(shipment).value} == {1}
        assert shipping_views.detail(shipment).state == ShipmentState.DOCUMENTED
        assert shipping.ship(shipment).value.orders_shipped


def test_a_part_delivered_order_is_closed_short(factory: Factory, cups: int, buyer: int) -> None:
    order = factory.order(buyer, [(cups, "100", "2.35")], OrderState.IN_PRODUCTION)
    line = factory.line_ids(order)[0]
    peg(factory, line, cups, 100)
    with pytest.raises(NotAllowed, match="Nothing of order SO-2026-00001 has left"):
        shipping.close_short([order])
    shipment = factory.documented(order, quantities={line: Decimal(96)})
    shipping.ship(shipment)
    assert shipping_views.detail(shipment).short == ((order, "SO-2026-00001"),)
    rest = shipping.create([order], "rest").value
    with pytest.raises(NotAllowed, match="SH-2026-00002 still holds goods"):
        shipping.close_short([order])
    shipping.cancel(rest)
    shipping.close_short([order])
    assert factory.one(SalesOrder).state == OrderState.SHIPPED
    assert shipping_views.detail(shipment).short == ()
    assert not shipping.close_short([order]).changes
    with factory.db.session() as session:
        assert inventory.available(session, [cups])[cups] == 4904


def test_lists_count_find_and_sort(factory: Factory, cups: int, buyer: int) -> None:
    other = factory.customer("SUD", name="Sud SARL")
    draft = shipping.create([factory.order(other, [(cups, "10", "1")])], "a").value
    packed = factory.packed(factory.order(buyer, [(cups, "48", "1")], customer_po="PO-4711"))
    gone = factory.documented(factory.order(buyer, [(cups, "24", "1")]))
    shipping.ship(gone)
    counts = {"all": 3, "to_pack": 1, "to_document": 1, "to_ship": 0, "shipped": 1}
    assert shipping_views.shipment_counts() == counts
    assert {view: len(shipping_views.shipment_ids(view)) for view in shipping_views.VIEWS} == counts
    assert list(shipping_views.shipment_ids(sort="consignee", descending=False)) == [packed, gone, draft]
    assert list(shipping_views.shipment_ids(words="PO-4711")) == [packed]
    assert list(shipping_views.shipment_ids(words="CI-2026")) == [gone]
    rows = shipping_views.shipment_rows([gone, draft, 999])
    assert [row.id for row in rows] == [gone, draft]
    assert (rows[0].cartons, rows[0].gross_g, rows[0].orders) == (1, 6900, ("SO-2026-00003",))
    assert rows[0].state is ShipmentState.SHIPPED


def test_a_held_order_goes_on(factory: Factory, cups: int, buyer: int) -> None:
    order = factory.order(buyer, [(cups, "24", "1")])
    shipment = factory.documented(order)
    sales.hold(order)
    with pytest.raises(NotAllowed):
        shipping.ship(shipment)
    sales.lift_hold(order)
    assert shipping.ship(shipment).value.orders_shipped == ("SO-2026-00001",)


def test_names_on_screen_follow_the_interface(factory: Factory, cups: int, buyer: int) -> None:
    shipment = factory.packed(factory.order(buyer, [(cups, "24", "1")]))
    assert shipping_views.detail(shipment).lines[0].name == "Bottle CUP-1"
    assert factory.one(Item).sku == "CUP-1"
