"""A clerk makes the whole set for a letter of credit: nothing is wrong with it, and every slip is found."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from factory_erp.checking.engine import check
from factory_erp.checking.papers import Container, PaperSet
from factory_erp.documents.snapshot import Language
from factory_erp.models.catalog import PackagingLevel
from factory_erp.models.credits import LetterOfCredit
from factory_erp.models.database import Database
from factory_erp.models.documents import Document
from factory_erp.models.sales import SalesLine
from factory_erp.models.shipping import Shipment
from factory_erp.services.clock import today
from factory_erp.services.customs.origins import CRITERION
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing.compose import Desk
from factory_erp.services.issuing.forms import save_paper_form
from factory_erp.services.issuing.loading import ContainerInput, set_containers
from factory_erp.services.paper_checks.foreign_papers import foreign_paper
from factory_erp.services.paper_checks.papers import paper_of
from factory_erp.services.paper_checks.reading import CHECKED
from factory_erp.services.shipping import cartons as shipping_cartons
from factory_erp.services.shipping.facts import load
from tests.services.papers.credit_set import CONTAINER, MESSAGE, ON_BOARD, PRESENTED, SEAL, CreditSet
from tests.services.papers.declared import GLASS, STEEL, Declared

EVERYWHERE = MESSAGE.replace(
    "+COMMERCIAL INVOICE AND PACKING LIST MUST BEAR THIS L/C NUMBER",
    "+ALL DOCUMENTS MUST BEAR THE NUMBER AND DATE OF THIS CREDIT",
)


@pytest.mark.parametrize("language", ["en", "bilingual", "de"])
def test_the_set_that_the_program_makes_has_no_finding(db: Database, language: Language) -> None:
    """Invoice, packing list, certificates, draft, booking, VGM and declaration; bill and policy typed."""
    shown = CreditSet(db, language).presented().check()
    assert [(finding.rule, finding.message) for finding in shown.findings] == []
    assert not [paper for paper in shown.papers if paper.drafted or paper.problem]
    assert {"customs_declaration", "vgm_declaration", "bill_of_lading", "insurance", "bill_of_exchange"} <= {
        paper.kind for paper in shown.papers
    }
    assert shown.credit == "LC26110815"


def test_every_paper_bears_what_the_credit_wants_on_it(db: Database) -> None:
    shop = CreditSet(db, message=EVERYWHERE).presented()
    for kind in ("bill_of_lading", "insurance"):
        shop.retype(kind, lc_date=date(2026, 10, 20))
    assert shop.rules() == set()
    (sheet,) = [row.snapshot for row in shop.all(Document) if row.kind == "origin_general"]
    assert "L/C NO. LC26110815 DATED 20 OCT 2026" in sheet


def test_before_anything_is_issued_the_drafts_agree_too(db: Database) -> None:
    """Only what others have to write is missing, and what reports the shipment comes too early."""
    shop = CreditSet(db)
    shop.others()
    found = shop.check()
    assert {paper.kind for paper in found.papers if paper.drafted} >= {"commercial_invoice", "origin_general"}
    assert {finding.rule for finding in found.findings} == {16}


Slip = Callable[[CreditSet], None]


def _port_spelt_otherwise(shop: CreditSet) -> None:
    """The carrier writes another port of discharge."""
    shop.retype("bill_of_lading", port_of_discharge="ROTTERDAM")


def _shipped_late(shop: CreditSet) -> None:
    """On board a day after the latest date of shipment, insured, certified and presented by then."""
    late = date(2026, 12, 11)
    shop.retype("bill_of_lading", date=late, on_board=late)


def _amount_above(shop: CreditSet) -> None:
    """The bank's amount is a dollar less than what is drawn."""
    shop.change(LetterOfCredit, shop.credit, amount_minor=57_900)


def _copy_missing(shop: CreditSet) -> None:
    """The insurer sent one original only."""
    shop.retype("insurance", originals=1, copies=0)


def _weight_on_the_bill(shop: CreditSet) -> None:
    """The carrier weighed otherwise."""
    shop.retype("bill_of_lading", gross_kg=Decimal("31.5"))


def _container_digit(shop: CreditSet) -> None:
    """Two digits of the container number are exchanged."""
    shop.retype("bill_of_lading", containers=(Container("CSQU3054833", SEAL, "40HQ"),))


def _underinsured(shop: CreditSet) -> None:
    """Insured for the invoice's value without the tenth above it."""
    cover = foreign_paper(shop.shipment_id, "insurance").paper.insurance
    assert cover is not None
    shop.retype("insurance", insurance=replace(cover, insured=Decimal(580)))


def _one_carton_less(shop: CreditSet) -> None:
    """The carrier counted a package less."""
    bill = foreign_paper(shop.shipment_id, "bill_of_lading").paper
    assert bill.packages is not None
    shop.retype("bill_of_lading", packages=bill.packages - 1)


def _presented_late(shop: CreditSet) -> None:
    """The papers lie on the desk for more than 21 days."""
    shop.change(Shipment, shop.shipment_id, presented_on=ON_BOARD + timedelta(days=22))


def _buyer_misspelt(shop: CreditSet) -> None:
    """The notify party's name has a letter too few."""
    bill = foreign_paper(shop.shipment_id, "bill_of_lading").paper
    assert bill.notify is not None
    shop.retype("bill_of_lading", notify=replace(bill.notify, name="NORDLICHT HANDELS GMB"))


def _other_name(shop: CreditSet) -> None:
    """Cups are declared by another name than their supplier invoiced."""
    shop.invoice(shop.shipment_id, shop.cup, goods_name="*金属制品*不锈钢杯")
    shop.issue("customs_declaration")


def _freight_forgotten(shop: CreditSet) -> None:
    """CIF is declared without its freight."""
    save_paper_form(
        shop.shipment_id, "customs_declaration", {"freight.mark": "", "freight.amount": Decimal(0)}
    )
    shop.issue("customs_declaration")


TYPED: dict[Slip, set[tuple[int, str]]] = {
    _port_spelt_otherwise: {(12, "E")},
    # presented before it sailed; what reports the shipment is dated before it
    _shipped_late: {(10, "E"), (16, "E"), (16, "W")},
    _amount_above: {(2, "E")},
    _copy_missing: {(13, "E")},
    _weight_on_the_bill: {(20, "E")},
    _container_digit: {(25, "E")},
    _underinsured: {(17, "E")},
    _one_carton_less: {(19, "E")},
    _presented_late: {(11, "E")},
    _buyer_misspelt: {(28, "W")},
}
"""Slip → the rules that it breaks, and no others."""


def test_a_slip_is_found_by_its_rule(db: Database) -> None:
    shop = CreditSet(db).presented()
    right = [foreign_paper(shop.shipment_id, kind).paper for kind in ("bill_of_lading", "insurance")]
    found = {}
    for slip in TYPED:
        slip(shop)
        found[slip] = shop.rules()
        shop.change(LetterOfCredit, shop.credit, amount_minor=58_000)
        shop.change(Shipment, shop.shipment_id, presented_on=PRESENTED)
        for paper in right:
            shop.type_paper(paper)
    assert found == TYPED
    assert shop.rules() == set()


@pytest.mark.parametrize(("slip", "found"), [(_other_name, {(33, "E")}), (_freight_forgotten, {(31, "E")})])
def test_a_slip_on_the_declaration_is_found(db: Database, slip: Slip, found: set[tuple[int, str]]) -> None:
    shop = CreditSet(db).presented()
    slip(shop)
    assert shop.rules() == found


def _random_shop(db: Database, seed: int) -> int:
    """A packed shipment of one to three orders, mixed cartons, odd weights; its id."""
    choose = random.Random(seed)
    shop = Declared(db)
    customer = shop.customer()
    items = [
        shop.goods(f"ITEM-{number}", choose.choice((STEEL, GLASS)), f"货物{number}", **{CRITERION: "WO"})
        for number in range(choose.randint(2, 5))
    ]
    for item in items:
        (level,) = shop.all(PackagingLevel, item_id=item)
        net = choose.randint(900, 30_000)
        shop.change(
            PackagingLevel, level.id, quantity=choose.randint(2, 40), net_g=net,
            gross_g=net + choose.randint(1, 2_000), length_mm=choose.randint(150, 900),
            width_mm=choose.randint(151, 600), height_mm=choose.randint(97, 600),
        )  # fmt: skip
    orders = [
        shop.order(
            customer,
            [
                (item, str(choose.randint(1, 300)), f"{choose.randint(1, 99_999) / 1000:.3f}")
                for item in items
            ],
            customer_po=f"PO-{seed}-{number}",
        )
        for number in range(choose.randint(1, 3))
    ]
    for order in orders:
        issuing.issue_for_order(order, "sales_contract")
    shipment = shop.packed(*orders)
    shipping_cartons.pack(shipment, mix_remainders=choose.random() < 0.7)
    set_containers(shipment, [ContainerInput("40HQ", CONTAINER, SEAL, tare_g=3_800_000, dunnage_g=12_345)])
    shop.change(Shipment, shipment, vessel_voyage="EVER GLORY / 068W", port_of_loading="CNNBO", etd=ON_BOARD)
    return shipment


@pytest.mark.parametrize("seed", range(6))
def test_all_papers_of_any_shipment_agree(db: Database, seed: int) -> None:
    """Cartons, pieces, weights, volume, amounts, ports, marks: on every kind of paper the same."""
    shipment_id = _random_shop(db, seed)
    with db.session() as session:
        desk = Desk(session, load(session, shipment_id))
        kinds = [kind for kind in CHECKED if kind != "origin_form_a"]  # Germany takes none
        made = [paper_of(desk.snapshot(kind, day=today())) for kind in kinds]
    bill = replace(foreign_paper(shipment_id, "bill_of_lading").paper, on_board=today())
    papers = tuple(paper for paper in made if paper is not None)
    assert len(papers) == len(kinds)
    found = check(PaperSet(papers=(*papers, bill)))
    # drafts have no numbers yet
    assert [one for one in found if (one.rule, one.fields) != (41, ("number",))] == []


def test_an_issued_paper_is_checked_as_it_was_issued(db: Database) -> None:
    """What cannot be drafted any more says why; what was issued before stays in the set."""
    shop = CreditSet(db)
    shop.issue("commercial_invoice", "packing_list")
    shop.others()
    assert {paper.ref for paper in shop.check().papers if paper.problem} == set()
    (line,) = shop.all(SalesLine, item_id=shop.cup)
    shop.change(SalesLine, line.id, unit_price=Decimal(11))
    states = {paper.kind: paper for paper in shop.check().papers}
    assert (states["commercial_invoice"].number, states["commercial_invoice"].problem) == (
        "CI-2026-00001",
        "",
    )
    assert states["bill_of_exchange"].drafted
    assert shop.order_number() in states["bill_of_exchange"].problem
    assert (13, "E") in shop.rules(), "a paper that cannot be made is missing"
