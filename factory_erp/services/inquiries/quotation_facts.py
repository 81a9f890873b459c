"""What a quotation states, for its paper and in words."""

from __future__ import annotations

from typing import get_args

from sqlalchemy.orm import Session

from factory_erp.documents.facts import Charge, GoodsLine, Party, texts
from factory_erp.documents.quotation import QuotationFacts, lead_sentences, offer_sentences
from factory_erp.documents.snapshot import DocumentSnapshot, Language
from factory_erp.documents.text import Wording, figure, places
from factory_erp.domain.money import Money, UnitPrice
from factory_erp.models.catalog import Item
from factory_erp.models.inquiries import Quotation, QuotationLine
from factory_erp.models.partners import Partner
from factory_erp.services.base import get
from factory_erp.services.papers.options import chosen_for
from factory_erp.services.shipping.facts import (
    bank_for,
    charge_label,
    company_party,
    description,
    own_company,
)
from factory_erp.services.shipping.parties import text_lines

LANGUAGES: tuple[Language, ...] = get_args(Language)
"""Languages that a quotation can be written in."""


def snapshot(session: Session, quotation: Quotation, language: str = "") -> DocumentSnapshot:
    """The quotation's paper in *language*, else in its own, set as the customer wants his papers.

    Raises NotAllowed where the company is not set up, InvalidValue where it offers nothing.
    """
    options = chosen_for(session, quotation.customer_id, "quotation", own_company(session)).options
    return DocumentSnapshot(
        "quotation", quotation.number, 1, quotation.quoted_on, language_of(quotation, language),
        facts(session, quotation), options=options,
    )  # fmt: skip


def buyers_language(customer: Partner) -> Language:
    """The language that is spoken there, where papers can be written in it; else English."""
    spoken = "zh_CN" if customer.language.startswith("zh") else customer.language[:2]
    return next((known for known in LANGUAGES if known == spoken), "en")


def language_of(quotation: Quotation, language: str = "") -> Language:
    """*language*, else the quotation's own, else English."""
    wanted = language or quotation.language
    return next((known for known in LANGUAGES if known == wanted), "en")


def facts(session: Session, quotation: Quotation) -> QuotationFacts:
    """Everything that the paper states."""
    company = own_company(session)
    lines = tuple(_line(session, line) for line in quotation.lines)
    charges = _charges(quotation)
    origins = {line.origin_country for line in lines}
    return QuotationFacts(
        company=company_party(company),
        consignee=_buyer(session, quotation),
        currency=quotation.currency,
        trade_term_code=quotation.incoterm,
        trade_term_place=quotation.place,
        lines=lines,
        total_minor=quotation.total_minor,
        bank=bank_for(company, quotation.currency),
        charges=charges,
        payment_terms=texts({"en": quotation.payment_terms}),
        origin_country=origins.pop() if len(origins) == 1 else "",
        destination_country=quotation.buyer_country,
        remarks=texts({"en": quotation.remark}),
        valid_until=quotation.valid_until,
        lead_days=quotation.lead_days,
    )


def _buyer(session: Session, quotation: Quotation) -> Party:
    customer = get(session, Partner, quotation.customer_id) if quotation.customer_id else None
    return Party(
        name=quotation.buyer_name,
        name_local=customer.name_local if customer else "",
        address_lines=text_lines(quotation.buyer_address),
        country=quotation.buyer_country,
        email=quotation.buyer_email,
        tax_id=customer.tax_id if customer else "",
    )


def _line(session: Session, line: QuotationLine) -> GoodsLine:
    item = get(session, Item, line.item_id)
    return GoodsLine(
        line_no=line.position,
        order_number="",
        customer_po="",
        item_number=item.sku,
        customer_item_number="",
        description=description(item),
        hs_code=item.hs_code,
        origin_country=item.origin,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        amount_minor=line.amount_minor,
    )


def _charges(quotation: Quotation) -> tuple[Charge, ...]:
    amounts = {"freight": quotation.freight_minor, "discount": -quotation.discount_minor}
    return tuple(Charge(charge_label(kind), minor) for kind, minor in amounts.items() if minor)


def in_words(session: Session, quotation: Quotation, language: str = "") -> str:
    """The quotation as a message, for buyers who are written to in plain text."""
    said = facts(session, quotation)
    words = Wording(language_of(quotation, language))
    rows = [
        " / ".join(words.sentences("offer_greeting")),
        "",
        *(_goods_row(line, said.currency, words) for line in said.lines),
        *(f"{words.inline(one.label)}: {Money(one.amount_minor, said.currency)}" for one in said.charges),
        f"{words.label('total')}: {Money(said.total_minor, said.currency)}",
        "",
        *_term_rows(said, words),
        f"{words.label('quotation_no')}: {quotation.number}",
    ]
    if quotation.remark:
        rows += ["", quotation.remark]
    return "\n".join((*rows, "", said.company.name))


def _goods_row(line: GoodsLine, currency: str, words: Wording) -> str:
    quantity = f"{figure(line.quantity, places([line.quantity]))} {words.unit(line.unit)}"
    price, amount = UnitPrice(line.unit_price, currency), Money(line.amount_minor, currency)
    named = words.inline(line.description)
    return f"{line.line_no}. {line.item_number} {named}: {quantity} × {price} = {amount}"


def _term_rows(said: QuotationFacts, words: Wording) -> list[str]:
    lead = " / ".join(lead_sentences(words, said.lead_days))
    payment = words.inline(said.payment_terms)
    rows = [(words.label("payment"), payment), (words.label("lead_time"), lead)]
    stands = offer_sentences(words, said.valid_until, str(said.trade_term)) if said.valid_until else []
    return [*(f"{label}: {text}" for label, text in rows if text), *stands]
