"""Papers of every kind: issued with their numbers, again as they stand, and as revisions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from factory_erp.documents.stored import from_json
from factory_erp.domain.errors import NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, DocumentState
from factory_erp.models.partners import Partner
from factory_erp.models.planning import PurchaseLine, PurchaseOrder
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.models.shipping import Shipment
from factory_erp.services.issuing import drafts
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.papers.kinds import OF_ORDER, OF_SHIPMENT, PAPERS
from factory_erp.services.papers.patterns import set_pattern
from factory_erp.services.shipping import documents
from factory_erp.services.shipping import shipments as shipping
from tests.services.papers.papers_factory import PapersFactory

EASY = tuple(kind for kind in OF_SHIPMENT if kind != "loading_plan")


@pytest.fixture
def factory(db: Database) -> PapersFactory:
    return PapersFactory(db)


def paper_of(factory: PapersFactory, kind: str) -> Document:
    """The one document of *kind*."""
    (found,) = (row for row in factory.all(Document) if row.kind == kind)
    assert isinstance(found, Document)
    return found


@pytest.fixture
def order(factory: PapersFactory) -> int:
    return factory.order(
        factory.customer(), [(factory.cup(), "120", "3.5"), (factory.cup("CUP-2"), "48", "4")]
    )


@pytest.fixture
def shipment(factory: PapersFactory, order: int) -> int:
    return factory.loaded(order)


def test_every_kind_is_issued_with_a_number_of_its_series(factory: PapersFactory, shipment: int) -> None:
    issued = issuing.issue(shipment, EASY, "en").value
    assert [one.kind for one in issued] == list(EASY)
    assert {one.number for one in issued} == {f"{PAPERS[kind].prefix}-2026-00001" for kind in EASY}
    assert all(one.path.read_bytes().startswith(b"%PDF") for one in issued)


def test_issuing_again_gives_the_same_papers(factory: PapersFactory, shipment: int) -> None:
    first = issuing.issue(shipment, EASY).value
    again = issuing.issue(shipment, EASY)
    assert again.value == first
    assert not again.changes


def test_papers_name_the_invoice_that_is_issued_with_them(factory: PapersFactory, shipment: int) -> None:
    issuing.issue(shipment, ("bill_of_exchange", *documents.KINDS))
    paper = paper_of(factory, "bill_of_exchange")
    assert '"invoice_number":"CI-2026-00001"' in paper.snapshot


def test_a_bill_number_makes_the_advice_out_of_date_and_not_the_invoice(
    factory: PapersFactory, shipment: int
) -> None:
    issuing.issue(shipment, (*documents.KINDS, "shipping_advice"))
    factory.change(Shipment, shipment, bill_number="OOLU99999")
    issuing.issue(shipment, (*documents.KINDS, "shipping_advice"))
    assert {d.kind: d.revision for d in factory.all(Document, state=DocumentState.ISSUED)} == {
        "commercial_invoice": 1,
        "packing_list": 1,
        "shipping_advice": 2,
    }


def test_a_revision_keeps_its_number_and_says_why(factory: PapersFactory, shipment: int) -> None:
    issuing.issue(shipment, ("vgm_declaration",))
    factory.change(Shipment, shipment, booking_number="NGB777")
    (paper,) = issuing.issue(shipment, ("vgm_declaration",), reason="new booking").value
    assert (paper.number, paper.revision) == ("VG-2026-00001", 2)
    old, new = factory.all(Document)
    assert (old.state, new.state, new.reason) == (
        DocumentState.SUPERSEDED,
        DocumentState.ISSUED,
        "new booking",
    )


def test_two_certificates_of_one_kind_have_numbers_of_their_own(
    factory: PapersFactory, shipment: int
) -> None:
    issued = issuing.issue(
        shipment, [("beneficiary_certificate", ""), ("beneficiary_certificate", "2")]
    ).value
    assert [one.number for one in issued] == ["BC-2026-00001", "BC-2026-00002"]
    assert [one.variant for one in issued] == ["", "2"]


def test_a_vgm_without_a_container_is_refused_and_uses_no_number(factory: PapersFactory, order: int) -> None:
    bare = factory.packed(order)
    with pytest.raises(NotAllowed, match="has no container yet"):
        issuing.issue(bare, (*documents.KINDS, "vgm_declaration"))
    assert factory.all(Document) == []
    assert issuing.issue(bare).value[0].number == "CI-2026-00001"


def test_a_pattern_gives_the_numbers_from_then_on(factory: PapersFactory, shipment: int) -> None:
    set_pattern("commercial_invoice", "BRIGHT{yy}{month}-{number:04}")
    invoice, packing = issuing.issue(shipment).value
    assert (invoice.number, packing.number) == ("BRIGHT2611-0001", "PL-2026-00001")


def test_a_packing_list_follows_its_invoice_later(factory: PapersFactory, shipment: int) -> None:
    issuing.issue(shipment, ("commercial_invoice",))
    (packing,) = issuing.issue(shipment, ("packing_list",)).value
    assert packing.number == "PL-2026-00001"
    snapshot = from_json(paper_of(factory, "packing_list").snapshot)
    assert snapshot.invoice_number == "CI-2026-00001"


def test_papers_of_an_order_are_refused_for_a_shipment(shipment: int) -> None:
    with pytest.raises(NotAllowed, match="is not a document of a shipment"):
        issuing.issue(shipment, ("sales_contract",))


@pytest.mark.parametrize("kind", OF_ORDER)
def test_an_order_has_its_papers(factory: PapersFactory, order: int, kind: str) -> None:
    first = issuing.issue_for_order(order, kind).value
    assert first.number == f"{PAPERS[kind].prefix}-2026-00001"
    assert issuing.issue_for_order(order, kind).value == first
    factory.change(Partner, factory.one(Partner, code="NORD").id, name="Nordlicht GmbH")
    assert issuing.issue_for_order(order, kind).value.revision == 2
    assert drafts.order_draft(order, kind, "zh_CN").content.startswith(b"%PDF")


def test_the_invoice_names_the_contract(factory: PapersFactory, order: int) -> None:
    issuing.issue_for_order(order, "sales_contract")
    issuing.issue(factory.loaded(order))
    facts = from_json(paper_of(factory, "commercial_invoice").snapshot).facts
    assert facts.contract_number == "SC-2026-00001"


def purchase(factory: PapersFactory, *, priced: bool = True) -> int:
    supplier = factory.customer("STEEL", name="Ningbo Steel Co., Ltd.", country="CN", currency="CNY")
    item = factory.item("STEEL-1", None)
    if priced:
        factory._add(
            PriceList(
                code="BUY", kind="purchase", currency="CNY", incoterm="DAP", partner_id=supplier,
                valid_from=date(2026, 1, 1), lines=[PriceLine(item_id=item, price=Decimal("12.5"))],
            )
        )  # fmt: skip
    line = PurchaseLine(
        position=1, item_id=item, quantity=Decimal(400), needed_on=date(2026, 12, 1),
        expected_on=date(2026, 12, 1),
    )  # fmt: skip
    return factory._add(
        PurchaseOrder(number="PU-1", supplier_id=supplier, ordered_on=date(2026, 11, 20), lines=[line])
    )


def test_a_supplier_gets_his_order_at_the_prices_of_his_list(factory: PapersFactory) -> None:
    paper = issuing.issue_for_purchase(purchase(factory)).value
    assert paper.number == "PU-1"
    assert '"total_minor":500000' in paper_of(factory, "purchase_order").snapshot


def test_an_order_without_a_price_is_refused(factory: PapersFactory) -> None:
    with pytest.raises(NotAllowed, match="has no price for STEEL-1 in CNY"):
        issuing.issue_for_purchase(purchase(factory, priced=False))


def test_a_cancelled_paper_does_not_hold_and_its_number_is_used(
    factory: PapersFactory, shipment: int
) -> None:
    (paper,) = issuing.issue(shipment, ("shipping_advice",)).value
    issuing.cancel(paper.id, "sent to the wrong buyer")
    row = factory.one(Document)
    assert (row.state, row.reason) == (DocumentState.CANCELLED, "sent to the wrong buyer")
    with pytest.raises(NotAllowed, match="does not hold any more"):
        issuing.cancel(paper.id, "again")
    (again,) = issuing.issue(shipment, ("shipping_advice",)).value
    assert (again.number, again.revision) == ("SA-2026-00001", 2)


def test_packing_again_makes_the_papers_of_the_cartons_out_of_date(
    factory: PapersFactory, shipment: int
) -> None:
    issuing.issue(shipment, EASY)
    shipping.correct_carton(shipment, 1, 6100, 7000, "weighed on the floor scale")
    issued = issuing.issue(shipment, EASY).value
    by_kind = {str(one.kind): one.revision for one in issued}
    assert by_kind["packing_list"] == by_kind["carton_labels"] == by_kind["vgm_declaration"] == 2
