"""Quotations: prices from the lists, drafts over versions, sending once, revising, an order from a yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.inquiries import InquiryState, QuotationState
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import Binding, OutboxState
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import clock
from factory_erp.services.base import get
from factory_erp.services.inquiries import inbox as inquiries
from factory_erp.services.inquiries import (
    quotation_delivery,
    quotation_outcomes,
    quotation_sending,
    quotation_views,
    quotations,
)
from factory_erp.services.inquiries import views as inquiry_views
from factory_erp.services.inquiries.inbox import InquiryForm
from factory_erp.services.inquiries.intake import apply_inquiries
from factory_erp.services.inquiries.quotation_lines import QuoteLineForm
from factory_erp.services.inquiries.quotation_views import QuotationFilter
from factory_erp.services.papers.options import OptionInput, set_option
from factory_erp.services.sales.entry import LineRefusedError
from tests.conftest import MONDAY
from tests.services.inquiry_samples import Shop, a_message, an_inquiry, settle


@pytest.fixture
def shop(db: Database) -> Shop:
    return Shop(db)


def asked(shop: Shop) -> int:
    apply_inquiries(shop.account, [an_inquiry()])
    return inquiry_views.inquiry_rows()[0].id


def offered(shop: Shop) -> int:
    return quotations.new_quotation((), "q", inquiry_id=asked(shop)).value


def detail(quotation: int) -> quotation_views.QuotationDetail:
    return quotation_views.quotation_detail(quotation)


def pdf_text(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_a_quotation_begins_with_what_is_asked_and_what_the_price_list_says(shop: Shop) -> None:
    quotation = offered(shop)
    assert quotations.new_quotation((), "q", inquiry_id=1).value == quotation
    said = detail(quotation)
    [line] = said.lines
    assert (line.quantity, line.unit_price, line.amount.minor) == (600, Decimal("2.95"), 177_000)
    assert "500" in line.note
    assert (said.row.number, said.form.lead_days) == ("QT-2026-00001", 20)
    assert said.row.valid_until == clock.today() + timedelta(days=15)
    assert (said.form.incoterm, said.form.place, said.form.currency) == ("FOB", "Ningbo", "USD")
    assert said.editable


def test_a_customer_is_offered_on_his_usual_terms(shop: Shop) -> None:
    lines = [
        QuoteLineForm(shop.cup, Decimal(100)),
        QuoteLineForm(shop.cup, Decimal(5), Decimal("9.99"), "sample"),
    ]
    said = detail(quotations.new_quotation(lines, "q", customer_id=shop.customer).value)
    assert said.form.payment_terms == "T/T 30 days"
    assert said.row.total.minor == 32_000 + 4_995
    with pytest.raises(InvalidValue):
        quotations.new_quotation(lines, "other")


def test_a_form_saves_over_the_version_that_it_read(shop: Shop) -> None:
    quotation = offered(shop)
    before = detail(quotation)
    form = replace(before.form, freight=Decimal("150.50"), discount=Decimal(20), remark="Samples free.")
    version = quotations.save_quotation(quotation, form, before.version).value
    after = detail(quotation)
    assert (after.version, after.form) == (version, form)
    assert after.row.total.minor == 177_000 + 15_050 - 2_000
    with pytest.raises(Conflict):
        quotations.save_quotation(quotation, form, before.version)


def test_a_note_on_a_line_is_a_change_that_nobody_overwrites_unseen(shop: Shop) -> None:
    quotation = offered(shop)
    before = detail(quotation)
    noted = replace(before.form, lines=(replace(before.form.lines[0], note="by air"),))
    quotations.save_quotation(quotation, noted, before.version)
    with pytest.raises(Conflict):
        quotations.save_quotation(quotation, before.form, before.version)


@pytest.mark.parametrize(
    ("field", "value"),
    [("currency", "XXX"), ("incoterm", "ABC"), ("buyer_country", "??"), ("discount", Decimal(9999)),
     ("freight", Decimal("0.001")), ("freight", Decimal(-1)), ("lead_days", -1), ("language", "tlh"),
     ("buyer_name", ""), ("buyer_email", "nobody"), ("place", "x" * 81)],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_changes(shop: Shop, field: str, value: object) -> None:
    quotation = offered(shop)
    before = detail(quotation)
    with pytest.raises(InvalidValue) as refused:
        quotations.save_quotation(quotation, replace(before.form, **{field: value}), before.version)
    assert refused.value.field == field
    assert detail(quotation) == before


def test_a_wrong_line_is_named_by_its_place(shop: Shop) -> None:
    good = QuoteLineForm(shop.cup, Decimal(1))
    for bad, field in (
        (replace(good, quantity=Decimal("0.5")), "quantity"),
        (replace(good, quantity=Decimal(0)), "quantity"),
        (replace(good, unit_price=Decimal(-1)), "unit_price"),
        (replace(good, quantity=Decimal(10**7), unit_price=Decimal(10**6)), "unit_price"),
        (replace(good, note="x" * 301), "note"),
    ):
        with pytest.raises(LineRefusedError) as refused:
            quotations.new_quotation([good, bad], "q", customer_id=shop.customer)
        assert (refused.value.line, refused.value.field) == (1, field)


def test_sending_to_a_platform_is_done_when_the_platform_has_it(shop: Shop) -> None:
    quotation = offered(shop)
    sent = quotation_sending.send_quotation(quotation).value
    assert sent.outbox_id is not None
    assert quotation_sending.send_quotation(quotation).value == sent
    on_its_way = detail(quotation)
    assert (on_its_way.row.state, on_its_way.row.delivery) == (QuotationState.DRAFT, OutboxState.NEW)
    with pytest.raises(NotAllowed):
        quotations.save_quotation(quotation, on_its_way.form, on_its_way.version)
    with pytest.raises(NotAllowed):
        quotation_outcomes.decline_quotation(quotation)
    settle(sent.outbox_id, OutboxState.DONE, "QUOTE-1")
    assert detail(quotation).row.state is QuotationState.SENT
    assert inquiry_views.inquiry_rows()[0].state is InquiryState.QUOTED
    assert quotation_sending.send_quotation(quotation).value.outbox_id == sent.outbox_id


def test_an_inquiry_waits_again_when_the_buyer_writes_after_the_quotation(shop: Shop) -> None:
    def waits() -> tuple[bool, int, inquiry_views.Urgency]:
        row = inquiry_views.inquiry_rows()[0]
        return row.waiting, inquiry_views.inquiry_counts().waiting, row.urgency

    due = {"answer_by": MONDAY + timedelta(hours=5)}
    apply_inquiries(shop.account, [an_inquiry(**due)])
    inquiry = inquiry_views.inquiry_rows()[0].id
    assert waits() == (True, 1, inquiry_views.Urgency.SOON)
    quotation = quotations.new_quotation((), "q", inquiry_id=inquiry).value
    quotation_sending.send_quotation(quotation, by_hand=True)
    assert inquiry_views.inquiry_rows()[0].state is InquiryState.QUOTED
    assert waits() == (False, 0, inquiry_views.Urgency.NONE)

    later = (a_message("Q-1-1"), a_message("Q-1-2", "Could you do 2.80?", hours=-1))
    news = an_inquiry("Q-1", *later, modified_at=MONDAY + timedelta(hours=1), **due)
    apply_inquiries(shop.account, [news])
    assert waits() == (True, 1, inquiry_views.Urgency.SOON)


def test_a_refused_quotation_is_mended_and_goes_out_as_the_same_message(shop: Shop) -> None:
    quotation = offered(shop)
    first = quotation_sending.send_quotation(quotation).value.outbox_id or 0
    settle(first, OutboxState.FAILED)
    refused = detail(quotation)
    assert refused.editable
    quotations.save_quotation(quotation, replace(refused.form, place="Shanghai"), refused.version)
    assert quotation_sending.send_quotation(quotation).value.outbox_id == first
    offer = quotation_delivery.offer(quotation)
    assert (offer.inquiry_id, offer.place, offer.total) == ("Q-1", "Shanghai", Decimal("1770.00"))
    assert "600 PCS × USD 2.95 = USD 1,770.00" in offer.text
    assert "FOB Shanghai" in offer.text


def test_a_quotation_by_hand_is_sent_at_once_with_its_paper_and_mail(shop: Shop) -> None:
    inquiry = inquiries.add_inquiry(InquiryForm("Anna", "?", "Cups", "DE", "anna@x.example"), "f").value
    line = [QuoteLineForm(shop.cup, Decimal(500))]
    quotation = quotations.new_quotation(line, "q", inquiry_id=inquiry).value
    assert "QT-2026-00001" not in pdf_text(quotation_views.quotation_paper(quotation).content)
    sent = quotation_sending.send_quotation(quotation).value
    assert sent.outbox_id is None
    assert sent.mailto.startswith("mailto:anna@x.example?subject=Quotation%20QT-2026-00001")
    paper = sent.pdf.read_bytes()
    assert quotation_views.quotation_paper(quotation).content == paper
    text = pdf_text(paper)
    assert all(word in text for word in ("QT-2026-00001", "QUOTATION", "1,475.00", "Anna", "8 Dec 2026"))
    sent.pdf.unlink()
    assert quotation_views.quotation_paper(quotation).content == paper
    assert "报价单" in pdf_text(quotation_views.quotation_paper(quotation, "zh_CN").content)
    assert "草稿" not in pdf_text(quotation_views.quotation_paper(quotation, "zh_CN").content)
    with pytest.raises(NotAllowed):
        quotations.save_quotation(quotation, detail(quotation).form, detail(quotation).version)


def test_nothing_is_sent_without_goods_prices_place_or_time(shop: Shop) -> None:
    quotation = offered(shop)
    whole = detail(quotation)
    free = replace(whole.form.lines[0], unit_price=Decimal(0))
    for changes, field in (
        ({"lines": ()}, "lines"), ({"lines": (free,)}, "lines"), ({"place": ""}, "place"),
        ({"valid_until": clock.today() - timedelta(days=1)}, "valid_until"),
    ):  # fmt: skip
        quotations.save_quotation(quotation, replace(whole.form, **changes), detail(quotation).version)
        with pytest.raises(InvalidValue) as refused:
            quotation_sending.send_quotation(quotation)
        assert refused.value.field == field
    with pytest.raises(Conflict):
        quotation_sending.send_quotation(quotation, version=1)


def test_a_sent_quotation_is_revised_under_a_new_number(shop: Shop) -> None:
    quotation = offered(shop)
    with pytest.raises(NotAllowed):
        quotations.revise_quotation(quotation, "r")
    quotation_sending.send_quotation(quotation, by_hand=True)
    with clock.at(MONDAY + timedelta(days=30)):
        revised = quotations.revise_quotation(quotation, "r").value
        assert quotations.revise_quotation(quotation, "r").value == revised
        new = detail(revised)
        assert (new.row.number, new.row.state) == ("QT-2026-00002", QuotationState.DRAFT)
        assert new.row.days_left == 15
        assert [line.unit_price for line in new.lines] == [Decimal("2.95")]


@pytest.mark.parametrize(
    ("spoken", "written"), [("de", "de"), ("pt-BR", "pt"), ("zh-TW", "zh_CN"), ("da", "en"), ("en", "en")]
)
def test_a_quotation_is_written_in_the_buyers_language_and_says_what_it_lacks(
    shop: Shop, db: Database, spoken: str, written: str
) -> None:
    with db.session(write=True) as session:
        session.get_one(Partner, shop.customer).language = spoken
    line = [QuoteLineForm(shop.cup, Decimal(500))]
    quotation = quotations.new_quotation(line, "q", customer_id=shop.customer).value
    assert detail(quotation).form.language == written
    lacks = quotation_views.quotation_lacking(quotation)
    assert lacks == quotation_views.quotation_paper(quotation).lacking
    named = written in ("en", "zh_CN")
    assert [one.language for one in lacks if one.goods] == ([] if named else [written])


def test_a_quotation_is_set_as_the_customer_wants_his_papers(shop: Shop) -> None:
    line = [QuoteLineForm(shop.cup, Decimal(500))]
    quotation = quotations.new_quotation(line, "q", customer_id=shop.customer).value
    set_option(shop.customer, "", OptionInput(clauses=({"en": "Third-party inspection is welcome."},)))
    paper = quotation_views.quotation_paper(quotation)
    assert "Third-party inspection is welcome." in pdf_text(paper.content)


def test_a_yes_makes_the_order_and_the_customer_once(shop: Shop) -> None:
    quotation = offered(shop)
    with pytest.raises(NotAllowed):
        quotation_outcomes.accept_quotation(quotation)
    quotation_sending.send_quotation(quotation, by_hand=True)
    order_id = quotation_outcomes.accept_quotation(quotation).value
    assert quotation_outcomes.accept_quotation(quotation).value == order_id
    with shop.db.session() as session:
        order = get(session, SalesOrder, order_id)
        assert (order.state, order.total_minor, order.incoterm) == (OrderState.DRAFT, 177_000, "FOB")
        assert [(line.quantity, line.unit_price) for line in order.lines] == [(600, Decimal("2.95"))]
        customer = get(session, Partner, order.customer_id)
        assert (customer.name, customer.code, customer.country) == ("Anna Berg", "ANNA-BERG", "DE")
        bound = session.scalars(select(Binding).filter_by(kind="buyer")).one()
        assert (bound.external_id, bound.record_id) == ("B-7", customer.id)
    assert inquiry_views.inquiry_rows()[0].state is InquiryState.WON
    assert detail(quotation).row.sales_order == "SO-2026-00001"


def test_a_known_customer_is_found_by_his_mail_and_an_unknown_country_is_asked_for(shop: Shop) -> None:
    line = [QuoteLineForm(shop.cup, Decimal(500))]
    for mail, outcome in (("BUYER@acme.example", shop.customer), ("new@x.example", None)):
        inquiry = inquiries.add_inquiry(InquiryForm("Anna", "?", buyer_email=mail), mail).value
        with shop.db.session(write=True) as session:
            get(session, inquiry_views.Inquiry, inquiry).customer_id = None
        quotation = quotations.new_quotation(line, f"q{mail}", inquiry_id=inquiry).value
        quotation_sending.send_quotation(quotation)
        if outcome is None:
            with pytest.raises(InvalidValue) as refused:
                quotation_outcomes.accept_quotation(quotation)
            assert refused.value.field == "buyer_country"
            assert detail(quotation).row.state is QuotationState.SENT
        else:
            order = quotation_outcomes.accept_quotation(quotation).value
            assert (
                shop.see(lambda session, order=order: get(session, SalesOrder, order).customer_id) == outcome
            )


def test_what_lapses_is_shown_so_before_it_is_written_down(shop: Shop) -> None:
    quotation = offered(shop)
    quotation_sending.send_quotation(quotation, by_hand=True)
    counts = inquiry_views.inquiry_counts()
    assert (counts.quotations_open, counts.quotations_expiring) == (1, 0)
    with clock.at(MONDAY + timedelta(days=13)):
        assert inquiry_views.inquiry_counts().quotations_expiring == 1
    with clock.at(MONDAY + timedelta(days=16)):
        expired = QuotationFilter(states=frozenset({QuotationState.EXPIRED}))
        assert [row.days_left for row in quotation_views.quotation_rows(expired)] == [-1]
        assert inquiry_views.inquiry_counts().quotations_open == 0
        assert quotation_outcomes.expire_quotations().value == 1
        assert quotation_outcomes.expire_quotations().value == 0
        assert len(quotation_views.quotation_rows(expired)) == 1
        assert quotation_outcomes.accept_quotation(quotation).value
    sent = QuotationFilter(states=frozenset({QuotationState.SENT}), words="anna")
    assert quotation_views.quotation_rows(sent) == []


def test_a_no_is_final(shop: Shop) -> None:
    quotation = offered(shop)
    quotation_outcomes.decline_quotation(quotation)
    quotation_outcomes.decline_quotation(quotation)
    with pytest.raises(NotAllowed):
        quotation_outcomes.accept_quotation(quotation)
    assert quotation_views.quotation_rows(QuotationFilter(customer_id=shop.customer)) == []
