"""Inquiries by file: each once, found again by its number, tied to the product that it names."""

from __future__ import annotations

from decimal import Decimal

from factory_erp.models.database import Database
from factory_erp.models.inquiries import InquirySource
from factory_erp.services.inquiries import views as inquiry_views
from tests.services.exchange.rows import TextRow, counts, given, reasons, took, unchanged_again
from tests.services.inquiry_samples import Shop


def a_row(**more: str) -> TextRow:
    said = {
        "external_id": "AL-1", "received_on": "2026-11-20", "buyer": "Nordlys", "country": "DK",
        "email": "buyer@nordlys.example", "subject": "Cups", "text": "Best price?", "product": "CUP-500-BLK",
        "quantity": "5000", "unit": "PCS",
    }  # fmt: skip
    return said | more


def test_rows_become_inquiries_and_the_same_rows_change_nothing(db: Database) -> None:
    shop = Shop(db)
    assert counts(took("inquiries", a_row(), a_row(external_id="AL-2", product="CUP-500"))) == (2, 0, 0, 0)
    first = inquiry_views.inquiry_detail(1)
    assert (first.row.source, first.product_id, first.row.quantity) == (
        InquirySource.FILE,
        shop.product,
        5000,
    )
    assert counts(took("inquiries", a_row())) == (0, 0, 1, 0)
    changed = a_row(quantity="6000", text="And in red?")
    assert counts(took("inquiries", changed)) == (0, 1, 0, 0)
    again = inquiry_views.inquiry_detail(1)
    assert again.row.quantity == Decimal(6000)
    assert {one.body for one in again.messages} == {"Best price?", "And in red?"}


def test_what_went_out_comes_in_unchanged(db: Database) -> None:
    Shop(db)
    took("inquiries", a_row(), a_row(external_id="AL-2", text="", received_on="", email=""))
    assert len(given("inquiries")) == 2
    unchanged_again("inquiries")


def test_an_unknown_product_or_address_is_refused(db: Database) -> None:
    Shop(db)
    report = took("inquiries", a_row(product="NOPE", email="nobody"))
    assert len(reasons(report)) == 2
    assert inquiry_views.inquiry_rows() == []
