"""What the demo's export clerk has done: credits, a set that agrees and one that does not, options, mail."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.demo import lookup
from factory_erp.demo.papers import ISSUED, shipment_of
from factory_erp.demo.papers_marks import pictures
from factory_erp.demo.papers_orders import DEALS, SIGHT, USANCE, Deal
from factory_erp.demo.partners import BUYERS
from factory_erp.documents.stored import from_json
from factory_erp.domain.checkdigits import iso6346_check_digit
from factory_erp.models.credits import CreditState
from factory_erp.models.documents import Document, DocumentState, MailState
from factory_erp.models.partners import Company
from factory_erp.services import clock
from factory_erp.services.base import query
from factory_erp.services.credits import views
from factory_erp.services.customs.rebate_months import rebate_month
from factory_erp.services.customs.rebates import rebate_sheet
from factory_erp.services.issuing import loading
from factory_erp.services.issuing.sets import set_files, set_pdf, set_zip
from factory_erp.services.issuing.twins import TwinForm
from factory_erp.services.mail import sending
from factory_erp.services.paper_checks.checks import check_shipment
from factory_erp.services.papers import options
from tests.demo.conftest import Prepared


@query
def papers(session: Session, partner: int, kind: str) -> list[Document]:
    """The papers of that kind that the partner got and that hold."""
    found = select(Document).filter_by(kind=kind, state=DocumentState.ISSUED)
    return [one for one in session.scalars(found) if one.partner_id == partner]


def test_the_set_under_the_first_credit_is_whole_and_agrees(factory: Prepared) -> None:
    shipment = shipment_of(SIGHT.code)
    found = check_shipment(shipment)
    assert (found.credit, found.findings) == ("SHB26LC004471", ())
    names = [file.name for file in set_files(shipment)]
    assert len(names) == len(ISSUED)
    assert set_pdf(shipment).content.startswith(b"%PDF-")
    assert set_zip(shipment).content.startswith(b"PK")


def test_the_set_has_every_twin_of_its_papers(factory: Prepared) -> None:
    wanted = [form for form in TwinForm if form != TwinForm.PDFA]
    kinds = ("commercial_invoice", "packing_list", "customs_declaration")
    names = [file.name for file in set_files(shipment_of(SIGHT.code), kinds, wanted)]
    for form in wanted:
        assert any(name.endswith(form.ending) for name in names), form


def test_the_drafts_under_the_second_credit_have_three_findings_of_different_weight(
    factory: Prepared,
) -> None:
    found = check_shipment(shipment_of(USANCE.code)).findings
    assert sorted(one.severity for one in found) == ["E", "I", "W"]
    (refused,) = [one for one in found if one.severity == "E"]
    assert refused.rule == 12
    assert "SHANGHAI" in refused.message


def test_both_credits_are_open_and_the_second_ends_soon(factory: Prepared) -> None:
    rows = {row.number: row for row in views.credit_rows(views.credit_ids())}
    assert {row.state for row in rows.values()} == {CreditState.ADVISED}
    assert rows["SHB26LC004471"].latest_shipment == clock.today() + timedelta(days=6)
    assert rows["BMC-LCI-260793"].latest_shipment == clock.today() + timedelta(days=9)


@pytest.mark.parametrize("deal", DEALS, ids=lambda deal: deal.code)
def test_containers_have_numbers_that_prove_themselves(factory: Prepared, deal: Deal) -> None:
    (box,) = loading.containers(shipment_of(deal.code))
    assert box.number[-1] == iso6346_check_digit(box.number[:-1])
    assert box.seal
    assert 0 < box.tare_g < box.max_gross_g


def test_papers_are_in_the_readers_language(factory: Prepared) -> None:
    arabic, german = lookup.partner(SIGHT.code), lookup.partner(BUYERS[0].name)
    (contract,) = papers(arabic, "sales_contract")
    (proforma,) = papers(german, "proforma_invoice")
    (declaration,) = papers(arabic, "customs_declaration")
    said = from_json(contract.snapshot)
    languages = [from_json(one.snapshot).language for one in (contract, proforma, declaration)]
    assert languages == ["ar", "de", "zh_CN"]
    assert all("ar" in dict(line.description) for line in said.facts.lines)


def test_the_german_proforma_has_the_buyers_numbers_alone(factory: Prepared) -> None:
    german = lookup.partner(BUYERS[0].name)
    assert options.option_list(german)[0].chosen.hidden == ("our_item",)
    (proforma,) = papers(german, "proforma_invoice")
    lines = from_json(proforma.snapshot).facts.lines
    assert all(line.customer_item_number for line in lines)


def test_one_message_was_sent_and_one_refused(factory: Prepared) -> None:
    states = [row.state for row in sending.mails(shipment_of(SIGHT.code))]
    assert sorted(states) == [MailState.FAILED, MailState.SENT]


def test_the_rebate_is_worked_out(factory: Prepared) -> None:
    sheet = rebate_sheet(shipment_of(SIGHT.code))
    assert not [line.problems for line in sheet.lines if line.problems]
    assert len(sheet.invoices) == 2
    today = factory.moment.date()
    month = rebate_month(today.year, today.month)
    assert month.taxes.input_tax == Decimal("86420.15")


def test_the_companys_pictures_are_pictures(factory: Prepared) -> None:
    with factory.database.session() as session:
        company = session.scalars(select(Company)).one()
        assert company.logo
        assert company.signature
        assert company.chop
    drawn = pictures("宁波澜杯家居用品有限公司", "3302050188921", "LANBEI")
    assert all(content.startswith(b"\x89PNG") for content in drawn.values())
