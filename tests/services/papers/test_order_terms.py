"""Terms of proforma invoice and contract: what is typed over what the order says, kept and refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.documents.details.trade import ContractTerms
from factory_erp.documents.stored import from_json
from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, DocumentInput
from factory_erp.models.sales import SalesOrder
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing import order_terms
from factory_erp.services.issuing.order_terms import LONGEST, TermsInput
from tests.services.shipping_factory import Factory

SHIP_BY = date(2026, 12, 18)
PROFORMA, CONTRACT = "proforma_invoice", "sales_contract"


@pytest.fixture
def factory(db: Database) -> Factory:
    return Factory(db)


@pytest.fixture
def order(factory: Factory) -> int:
    """Over USD 282.00, promised for SHIP_BY."""
    made = factory.order(factory.customer(), [(factory.item("CUP"), "120", "2.35")])
    factory.change(SalesOrder, made, ship_by=SHIP_BY)
    return made


def shown(order: int, kind: str = PROFORMA) -> TermsInput:
    return order_terms.order_terms(order, kind).given


def stated(factory: Factory, kind: str) -> ContractTerms:
    (row,) = (one for one in factory.all(Document) if one.kind == kind)
    details = from_json(row.snapshot).details
    assert isinstance(details, ContractTerms)
    return details


TYPED = TermsInput(
    valid_until=date(2026, 12, 1),
    shipment_time="30 days after the deposit",
    shipment_time_zh="收到定金后30天",
    packing="Export cartons",
    packing_zh="出口纸箱",
    insurance="By the buyer",
    insurance_zh="由买方办理",
    partial_shipment="allowed",
    transshipment="not allowed",
    tolerance=Decimal("5.00"),
    deposit=Decimal("84.60"),
    signed_at="Ningbo",
    clauses="Claims: within 30 days: in writing\nLaw: of China",
    clauses_zh="索赔：30天内书面提出\n法律：中国法律",
    confirmation=True,
)


def test_nothing_typed_the_form_says_what_the_order_does(order: int) -> None:
    form = order_terms.order_terms(order, PROFORMA)
    assert (form.version, form.currency, form.given) == (0, "USD", form.usual)
    assert form.given.shipment_time == "Not later than 18 Dec 2026"
    assert form.given.shipment_time_zh.startswith("不迟于")
    assert form.given == replace(
        TermsInput(), shipment_time=form.given.shipment_time, shipment_time_zh=form.given.shipment_time_zh
    )


@pytest.mark.parametrize("kind", [PROFORMA, CONTRACT])
def test_what_is_typed_is_shown_again_and_stands_on_the_paper(
    factory: Factory, order: int, kind: str
) -> None:
    order_terms.save_order_terms(order, kind, TYPED, 0)
    assert shown(order, kind) == TYPED
    issuing.issue_for_order(order, kind, "bilingual")
    terms = stated(factory, kind)
    assert (terms.deposit_minor, terms.tolerance_percent, terms.signed_at) == (8460, 5, "Ningbo")
    assert dict(terms.packing) == {"en": "Export cartons", "zh_CN": "出口纸箱"}
    assert [dict(one.heading) for one in terms.clauses] == [
        {"en": "Claims", "zh_CN": "索赔"},
        {"en": "Law", "zh_CN": "法律"},
    ]
    assert dict(terms.clauses[0].text)["en"] == "within 30 days: in writing"


def test_each_paper_of_the_order_has_terms_of_its_own(order: int) -> None:
    order_terms.save_order_terms(order, PROFORMA, TYPED, 0)
    assert shown(order, CONTRACT) == order_terms.order_terms(order, CONTRACT).usual


def test_only_what_is_typed_is_kept_and_the_rest_follows_the_order(factory: Factory, order: int) -> None:
    order_terms.save_order_terms(order, PROFORMA, replace(shown(order), packing="Export cartons"), 0)
    factory.change(SalesOrder, order, ship_by=date(2027, 1, 8))
    now = shown(order)
    assert (now.packing, now.shipment_time) == ("Export cartons", "Not later than 8 Jan 2027")
    order_terms.save_order_terms(order, PROFORMA, order_terms.order_terms(order, PROFORMA).usual, 1)
    assert factory.all(DocumentInput) == [], "nothing is kept where nothing differs"


def test_saving_the_same_again_changes_nothing(order: int) -> None:
    order_terms.save_order_terms(order, PROFORMA, TYPED, 0)
    before = order_terms.order_terms(order, PROFORMA).version
    again = order_terms.save_order_terms(order, PROFORMA, replace(TYPED, packing=" Export cartons \n"), 0)
    assert not again.changes
    assert order_terms.order_terms(order, PROFORMA).version == before


def test_terms_that_a_colleague_changed_are_not_written_over(order: int) -> None:
    order_terms.save_order_terms(order, PROFORMA, TYPED, 0)
    with pytest.raises(Conflict):
        order_terms.save_order_terms(order, PROFORMA, replace(TYPED, packing="Pallets"), 0)
    assert shown(order) == TYPED
    version = order_terms.order_terms(order, PROFORMA).version
    order_terms.save_order_terms(order, PROFORMA, replace(TYPED, packing="Pallets"), version)
    assert shown(order).packing == "Pallets"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tolerance", Decimal(100)),
        ("tolerance", Decimal(-1)),
        ("tolerance", Decimal("NaN")),
        ("deposit", Decimal("282.01")),
        ("deposit", Decimal("-1")),
        ("deposit", Decimal("1.005")),
        ("deposit", Decimal("1e30")),
        ("partial_shipment", "perhaps"),
        ("transshipment", "yes"),
        ("packing", "x" * (LONGEST + 1)),
        ("signed_at", "Ning\0bo"),
        ("clauses", "no heading"),
        ("clauses", "Heading:"),
        ("clauses_zh", "索赔：三十天\n法律：中国\n"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(factory: Factory, order: int, field: str, value: Any) -> None:
    given = replace(TermsInput(clauses="Claims: within 30 days"), **{field: value})
    with pytest.raises(InvalidValue) as error:
        order_terms.save_order_terms(order, PROFORMA, given, 0)
    assert (error.value.field, error.value.record) == (field, "SO-2026-00001")
    assert error.value.remedy
    assert factory.all(DocumentInput) == []


def test_clauses_may_be_in_one_language_and_use_either_colon(order: int) -> None:
    order_terms.save_order_terms(
        order, CONTRACT, replace(TermsInput(), clauses_zh="索赔：三十天\n法律: 中国"), 0
    )
    assert shown(order, CONTRACT).clauses_zh == "索赔：三十天\n法律：中国"
    assert shown(order, CONTRACT).clauses == ""


def test_other_papers_and_other_orders_are_refused(order: int) -> None:
    with pytest.raises(NotAllowed, match="not a document of an order"):
        order_terms.order_terms(order, "packing_list")
    with pytest.raises(NotAllowed, match="not a document of an order"):
        order_terms.save_order_terms(order, "packing_list", TYPED)
    with pytest.raises(NotFound):
        order_terms.order_terms(order + 100, PROFORMA)
