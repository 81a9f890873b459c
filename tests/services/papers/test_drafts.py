"""Drafts: nothing is issued by looking, what is typed is seen, and what is not translated is said before."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, DocumentInput
from factory_erp.models.partners import Partner
from factory_erp.models.planning import PurchaseLine, PurchaseOrder
from factory_erp.services.issuing import drafts, inspection, register
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing.drafts import Draft
from factory_erp.services.issuing.order_terms import TermsInput
from factory_erp.services.papers.lacking import Lacking
from tests.services.papers.papers_factory import PapersFactory
from tests.services.papers.test_issue import purchase


@pytest.fixture
def factory(db: Database) -> PapersFactory:
    return PapersFactory(db)


@pytest.fixture
def order(factory: PapersFactory) -> int:
    cups = [(factory.cup(), "120", "3.5"), (factory.cup("CUP-2"), "48", "4"), (1, "24", "3.5")]
    return factory.order(factory.customer(), cups)


def text_of(draft: Draft) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(draft.content)).pages)


def test_a_draft_says_that_it_is_one_and_issues_nothing(factory: PapersFactory, order: int) -> None:
    draft = drafts.order_draft(order, "proforma_invoice", "en")
    assert "DRAFT" in text_of(draft)
    assert draft.language == "en"
    assert drafts.order_draft(order, "sales_contract").language == "bilingual", "as the partner's option is"
    assert factory.all(Document) == []


def test_what_is_typed_is_seen_before_it_is_saved(factory: PapersFactory, order: int) -> None:
    typed = TermsInput(packing="Sturdy export cartons")
    assert "Sturdy export cartons" in text_of(drafts.order_draft(order, "sales_contract", "en", typed))
    assert "Sturdy" not in text_of(drafts.order_draft(order, "sales_contract", "en"))
    assert factory.all(DocumentInput) == []
    with pytest.raises(InvalidValue) as error:
        drafts.order_draft(order, "sales_contract", "en", TermsInput(clauses="no heading"))
    assert error.value.field == "clauses"
    with pytest.raises(NotAllowed, match="not a document of an order"):
        drafts.order_draft(order, "packing_list")


def test_items_without_a_name_in_the_language_are_named_once_each(order: int) -> None:
    (german,) = drafts.order_draft(order, "proforma_invoice", "de").lacking
    assert german == Lacking("de", ("CUP-1", "CUP-2"), ("30 % deposit",))
    assert drafts.order_draft(order, "proforma_invoice", "en").lacking == ()
    assert drafts.order_draft(order, "proforma_invoice", "zh_CN").lacking == (
        Lacking("zh_CN", (), ("30 % deposit",)),
    )
    assert drafts.order_draft(order, "proforma_invoice", "bilingual").lacking == (), "it is there in one"


def test_a_text_typed_in_chinese_is_not_said_to_be_english(factory: PapersFactory) -> None:
    bought = purchase(factory)
    factory.change(Partner, factory.one(Partner, code="STEEL").id, payment_terms="月结30天")
    assert drafts.purchase_draft(bought, "zh_CN").lacking == ()
    assert drafts.purchase_draft(bought, "en").lacking == (Lacking("en", (), ("月结30天",)),)


def test_papers_of_a_shipment_and_of_a_purchase_say_it_too(factory: PapersFactory, order: int) -> None:
    shipment = factory.loaded(order)
    for kind in ("commercial_invoice", "packing_list", "carton_labels", "origin_rcep"):
        (german,) = drafts.shipment_draft(shipment, kind, "de").lacking
        assert german.goods == ("CUP-1", "CUP-2"), kind
    assert drafts.shipment_draft(shipment, "vgm_declaration", "en").lacking == ()
    (vietnamese,) = drafts.purchase_draft(purchase(factory), "vi").lacking
    assert (vietnamese.language, vietnamese.goods) == ("vi", ("STEEL-1",))


def test_all_that_was_issued_for_an_order_is_listed_the_latest_first(
    factory: PapersFactory, order: int
) -> None:
    issuing.issue_for_order(order, "proforma_invoice", "en")
    issuing.issue_for_order(order, "proforma_invoice", "de", reason="in German, please")
    issuing.issue_for_order(order, "sales_contract")
    rows = register.papers_of_order(order)
    assert [(row.number, row.revision, str(row.state), row.language) for row in rows] == [
        ("SC-2026-00001", 1, "issued", "bilingual"),
        ("PI-2026-00001", 2, "issued", "de"),
        ("PI-2026-00001", 1, "superseded", "en"),
    ]
    assert rows[1].reason == "in German, please"
    bought = purchase(factory)
    assert register.papers_of_purchase(bought) == []
    issuing.issue_for_purchase(bought)
    assert [row.number for row in register.papers_of_purchase(bought)] == ["PU-1"]


def test_an_inspection_order_is_of_what_is_still_to_come(factory: PapersFactory) -> None:
    bought = purchase(factory, priced=False)
    draft = inspection.inspection_paper(bought, "en")
    said = text_of(draft)
    for text in ("PU-1", "Ningbo Steel Co., Ltd.", "STEEL-1", "400", "50", "3 / 4"):
        assert text in said
    line = factory.one(PurchaseLine)
    factory.change(PurchaseLine, line.id, received=Decimal(360))
    assert "5 0 / 1" in " ".join(text_of(inspection.inspection_paper(bought, "en")).split()), "40 of 400"
    factory.change(PurchaseLine, line.id, received=Decimal(400))
    with pytest.raises(NotAllowed, match="Nothing of PU-1 is still to come"):
        inspection.inspection_paper(bought)
    factory.change(PurchaseLine, line.id, received=Decimal(0))
    factory.change(PurchaseOrder, bought, supplier_id=None)
    with pytest.raises(NotAllowed, match="names no supplier"):
        inspection.inspection_paper(bought)
