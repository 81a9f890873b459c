from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from factory_erp.documents import render
from factory_erp.documents.details.labels import PurchaseDetails, PurchasedGoods
from factory_erp.documents.stored import from_json, to_json
from factory_erp.domain.errors import InvalidValue
from tests.documents.reading import HOSTILE, said, words_of
from tests.documents.samples import NOTIFY
from tests.documents.samples_cartons import SUPPLIER, purchase, purchase_document


def test_the_order_states_supplier_goods_dates_prices_tax_and_inspection():
    details = replace(purchase(4), deliver_to=NOTIFY)
    shown = words_of(render(purchase_document(details, "bilingual")))
    for text in (
        SUPPLIER.name, SUPPLIER.name_local, NOTIFY.name, "PO-2026-00077", "20 Jul 2026", "RM-LID-003",
        "XD-91", "旋盖 304 不锈钢 拉丝", "1,350 PCS", "6.275", "8,471.25", "CNY 24,602.50", "13 %",
        "3 Aug 2026", "of which tax 其中税额", "CNY 2,830.38", "AQL 1.5", "盐雾 24 小时",
        "人民币贰万肆仟陆佰零贰元伍角",
        "30 days after receipt of the VAT invoice", "独立袋装", "Order accepted",
    ):  # fmt: skip
        assert said(text) in shown, text


def test_tax_on_top_of_the_prices_is_added_below_them():
    details = purchase(2, included=False)
    shown = words_of(render(purchase_document(details, "zh_CN")))
    assert details.goods_minor + details.tax_minor == details.total_minor
    for text in ("不含税合计", "税额", f"CNY {details.total_minor / 100:,.2f}"):
        assert said(text) in shown


def test_an_order_without_tax_has_no_tax_column():
    shown = words_of(render(purchase_document(purchase(2, tax="0"), "en")))
    assert "Tax%" not in shown
    assert "UnitpriceAmount" in shown


@pytest.mark.parametrize("change", [{"total_minor": 1}, {"currency": "XYZ"}])
def test_an_order_that_does_not_add_up_is_refused(change: dict[str, int | str]):
    with pytest.raises(InvalidValue):
        replace(purchase(2), **change)  # type: ignore[arg-type]
    wrong = replace(purchase(1).lines[0], amount_minor=1)
    with pytest.raises(InvalidValue):
        replace(purchase(1), lines=(wrong,), total_minor=1)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.sampled_from(["0", "6", "9", "13", "7.5"])), min_size=1))
def test_the_tax_in_a_price_and_on_it_differ_by_a_cent_per_rate_at_most(rows: list[tuple[int, str]]):
    lines = tuple(
        PurchasedGoods(n, "A", "", (), Decimal(1), "H87", Decimal(minor) / 100, minor, None, Decimal(rate))
        for n, (minor, rate) in enumerate(rows, 1)
    )
    goods = sum(line.amount_minor for line in lines)
    inside = PurchaseDetails(SUPPLIER, lines, "CNY", goods)
    exact = sum(Decimal(line.amount_minor) * line.tax_percent / (100 + line.tax_percent) for line in lines)
    assert abs(inside.tax_minor - exact) <= Decimal("0.5") * len({line.tax_percent for line in lines})


def test_long_and_hostile_orders_flow_over_pages():
    details = purchase(120)
    hostile = replace(details.lines[0], item_number=HOSTILE, supplier_item_number="W" * 90)
    document = purchase_document(replace(details, lines=(hostile, *details.lines[1:])), "bilingual")
    data = render(document)
    assert len(PdfReader(BytesIO(data)).pages) > 4
    assert "W" * 20 in words_of(data)
    assert from_json(to_json(purchase_document(purchase(3)))) == purchase_document(purchase(3))
