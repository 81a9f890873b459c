"""Papers of other hands: what they begin with, how they are kept, and who changed them meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Certificate, Paper
from factory_erp.domain.errors import Conflict, InvalidValue, NotFound
from factory_erp.models.database import Database
from factory_erp.models.documents import ForeignPaper
from factory_erp.services.paper_checks.checks import check_shipment
from factory_erp.services.paper_checks.foreign_papers import (
    FOREIGN,
    foreign_paper,
    foreign_papers,
    remove_foreign,
    save_foreign,
)
from tests.services.papers.credit_set import CONTAINER, MESSAGE, SEAL, CreditSet
from tests.services.papers.declared import Declared


def test_a_bill_of_lading_begins_with_what_was_booked(db: Database) -> None:
    shop = CreditSet(db)
    view = foreign_paper(shop.shipment_id, "bill_of_lading")
    bill = view.paper
    assert (view.version, view.name) == (0, "Bill of lading")
    assert bill.shipper is not None
    assert bill.shipper.name == "Ningbo Bright Cup Co., Ltd."
    assert str(bill.consignee) == "TO ORDER OF SHIPPER", "as the credit has it"
    assert bill.notify is not None
    assert bill.notify.name == "NORDLICHT HANDELS GMBH"
    assert (bill.packages, bill.freight, bill.originals) == (5, "prepaid", 3)
    assert (bill.vessel, bill.voyage, bill.port_of_discharge) == ("EVER GLORY", "068W", "Hamburg")
    assert [(one.number, one.seal) for one in bill.containers] == [(CONTAINER, SEAL)]
    assert (bill.on_board, bill.date, bill.signed) == (None, None, None)
    assert bill.lc_number == "", "this credit does not want its number there"


def test_without_a_credit_the_consignee_is_the_buyer(db: Database) -> None:
    bill = foreign_paper(Declared(db).shipment(), "bill_of_lading").paper
    assert bill.consignee is not None
    assert bill.consignee.name == bill.notify.name == "Nordlicht Handels GmbH"  # type: ignore[union-attr]  # both are there
    assert bill.freight == "collect"


def test_the_number_of_the_credit_stands_where_it_wants_it(db: Database) -> None:
    shop = CreditSet(
        db, message=MESSAGE.replace("COMMERCIAL INVOICE AND PACKING LIST MUST", "ALL DOCUMENTS MUST")
    )
    for kind in ("bill_of_lading", "insurance"):
        assert foreign_paper(shop.shipment_id, kind).paper.lc_number == "LC26110815"


def test_an_insurance_begins_without_what_is_insured(db: Database) -> None:
    shop = CreditSet(db)
    cover = foreign_paper(shop.shipment_id, "insurance").paper
    assert cover.insurance is not None
    assert (cover.insurance.insured, cover.insurance.currency) == (None, "USD")
    assert (cover.insurance.covers_from, cover.insurance.covers_to) == ("Ningbo", "Hamburg")


def test_what_is_typed_is_kept_whole(db: Database) -> None:
    shipment = Declared(db).shipment()
    typed = Paper(
        "certificate", ref="whatever", title="检验证书", number="QC-1", date=date(2026, 11, 20), signed=True,
        gross_kg=Decimal("12.345"), issuer=Firm("SGS", ("1 Road",), "CN"), text='line\n"quoted"\0',
        certificate=Certificate(inspected_on=date(2026, 11, 19), ticks=("exhibition",)),
    )  # fmt: skip
    save_foreign(shipment, "certificate", typed)
    view = foreign_paper(shipment, "certificate")
    assert view.paper == replace(typed, ref="")
    assert view.version == 1
    save_foreign(shipment, "certificate", replace(typed, number="QC-2"), "2")
    assert [(one.variant, one.paper.number) for one in foreign_papers(shipment)] == [
        ("", "QC-1"),
        ("2", "QC-2"),
    ]


def test_saving_again_changes_nothing_and_an_old_form_is_a_conflict(db: Database) -> None:
    shipment = Declared(db).shipment()
    paper = foreign_paper(shipment, "bill_of_lading").paper
    first = save_foreign(shipment, "bill_of_lading", paper, version=0)
    again = save_foreign(shipment, "bill_of_lading", paper, version=0)
    assert (again.value, dict(again.changes)) == (first.value, {})
    with pytest.raises(Conflict):
        save_foreign(shipment, "bill_of_lading", replace(paper, number="B-1"), version=0)
    save_foreign(shipment, "bill_of_lading", replace(paper, number="B-1"), version=1)
    with pytest.raises(Conflict):
        save_foreign(shipment, "bill_of_lading", replace(paper, number="B-2"), version=1)
    with pytest.raises(Conflict):
        remove_foreign(shipment, "bill_of_lading", version=1)
    assert foreign_paper(shipment, "bill_of_lading").paper.number == "B-1"


def test_a_paper_is_forgotten(db: Database) -> None:
    shop = CreditSet(db)
    shop.others()
    remove_foreign(shop.shipment_id, "insurance")
    remove_foreign(shop.shipment_id, "insurance")
    assert [one.kind for one in foreign_papers(shop.shipment_id)] == ["bill_of_lading"]


def test_a_paper_of_a_later_version_is_told_and_the_others_are_checked(db: Database) -> None:
    shop = CreditSet(db)
    shop.others()
    (cover,) = (one for one in shop.all(ForeignPaper) if one.kind == "insurance")
    shop.change(ForeignPaper, cover.id, stated='{"format": 99, "papers": [{"hologram": true}]}')
    with pytest.raises(InvalidValue, match="Insurance document") as refused:
        foreign_paper(shop.shipment_id, "insurance")
    assert "newest version" in str(refused.value.remedy)
    view = check_shipment(shop.shipment_id)
    problems = {one.ref: one.problem for one in view.papers if one.problem}
    assert list(problems) == ["insurance"]
    assert "cannot be read by this version" in problems["insurance"]
    assert {"commercial_invoice", "bill_of_lading"} <= {one.ref for one in view.papers}


@pytest.mark.parametrize(
    ("kind", "paper", "field"),
    [
        ("commercial_invoice", Paper("commercial_invoice"), "kind"),
        ("insurance", Paper("insurance", total=Decimal("NaN")), "total"),
        ("insurance", Paper("insurance", total=Decimal("0.0000000000001")), "total"),
        ("other", Paper("other", text="x" * 200_001), "text"),
    ],
)
def test_what_cannot_be_kept_is_refused(db: Database, kind: str, paper: Paper, field: str) -> None:
    shop = Declared(db)
    shipment = shop.shipment()
    with pytest.raises(InvalidValue) as refused:
        save_foreign(shipment, kind, paper)
    assert refused.value.field == field
    assert refused.value.remedy
    assert shop.all(ForeignPaper) == []


def test_hostile_texts_are_kept_and_checked(db: Database) -> None:
    shop = Declared(db)
    shipment = shop.shipment()
    for kind in FOREIGN:
        nasty = '\ud800<!ENTITY x SYSTEM "file:///etc/passwd">{0}%s\u202e\0' + kind
        paper = Paper(kind, number=nasty, text=nasty, vessel=nasty, consignee=Firm(nasty), marks=(nasty,))
        save_foreign(shipment, kind, paper)
    assert len(foreign_papers(shipment)) == len(FOREIGN)
    assert {paper.ref for paper in check_shipment(shipment).papers} >= set(FOREIGN)


def test_there_must_be_a_shipment(db: Database) -> None:
    with pytest.raises(NotFound):
        save_foreign(4711, "insurance", Paper("insurance"))
