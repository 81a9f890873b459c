"""The inspection order: sampling plans as the standard's table has them, and everything on the paper."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from factory_erp.documents.facts import Party, texts
from factory_erp.documents.inspection_facts import (
    InspectedLine,
    InspectionOrder,
    SamplingPlan,
    sampling_plan,
)
from factory_erp.documents.inspection_order import CHECKS, LABELS, render
from factory_erp.documents.snapshot import Language


@pytest.mark.parametrize(
    ("lot", "sample", "accept"),
    [
        (1, 1, 0), (4, 4, 0), (5, 5, 0), (50, 5, 0), (51, 20, 1), (150, 20, 1), (151, 32, 2), (280, 32, 2),
        (281, 50, 3), (501, 80, 5), (1_200, 80, 5), (1_201, 125, 7), (3_201, 200, 10), (10_001, 315, 14),
        (35_000, 315, 14), (35_001, 500, 21), (900_000, 500, 21),
    ],
)  # fmt: skip
def test_the_plan_is_that_of_the_table(lot: int, sample: int, accept: int) -> None:
    plan = sampling_plan(Decimal(lot))
    assert (plan.sample, plan.accept, plan.refuse) == (sample, accept, accept + 1)


@given(st.integers(1, 10**7))
def test_nobody_looks_at_more_than_there_is(lot: int) -> None:
    plan = sampling_plan(Decimal(lot))
    assert 1 <= plan.sample <= lot
    assert plan.accept < plan.sample


def an_order(lines: int = 3, language: Language = "bilingual") -> InspectionOrder:
    names = texts({"en": "Stainless steel lid, 52 mm thread", "zh_CN": "不锈钢螺旋盖 52 毫米"})
    return InspectionOrder(
        number="PO-2026-00017",
        language=language,
        company=Party("Ningbo Bright Cup Co., Ltd.", "宁波亮杯有限公司", ("8 Harbour Road", "Ningbo"), "CN"),
        supplier=Party("Yongkang Steel Parts Factory", "永康钢件厂", ("Industrial Zone 3",), "CN"),
        ordered_on=date(2026, 11, 20),
        printed_on=date(2026, 11, 23),
        lines=tuple(
            InspectedLine(
                number, f"LID-{number:04}", names, Decimal(1_200 + number), "H87" if number % 2 else "KGM",
                date(2026, 12, 8), SamplingPlan(125, 7) if number % 2 else None,
            )
            for number in range(1, lines + 1)
        ),
        remark="Ask for Mr Wang at the gate.",
    )  # fmt: skip


def words_of(data: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


@pytest.mark.parametrize("language", ["bilingual", "en", "zh_CN"])
def test_all_of_it_is_on_the_paper_in_its_language(language: Language) -> None:
    order = an_order(language=language)
    said = words_of(render(order))
    columns = {"bilingual": (0, 1), "en": (0,), "zh_CN": (1,)}[language]
    expected = [order.number, order.remark, "1,201", "125", "7/8", "LID-0003"]
    expected += [pair[column] for pair in (*CHECKS, LABELS["inspector"]) for column in columns]
    assert [text for text in expected if re.sub(r"\s", "", text) not in said] == []
    assert ("验货单" in said) == (language != "en")


def test_many_lines_go_over_pages_and_the_checks_stay_together() -> None:
    pages = [page.extract_text() for page in PdfReader(BytesIO(render(an_order(120)))).pages]
    assert len(pages) > 3
    assert all("PO-2026-00017" in page for page in pages)
    assert all(check[0].split(",")[0] in " ".join(pages[-1].split()) for check in CHECKS)


def test_goods_that_are_not_counted_have_no_plan_and_no_note_about_it() -> None:
    order = an_order(2)
    weighed = InspectionOrder(
        **{name: getattr(order, name) for name in order.__slots__ if name != "lines"}, lines=order.lines[1:]
    )
    assert "ISO2859" not in words_of(render(weighed))
    assert "ISO2859" in words_of(render(order))


def test_the_same_facts_give_the_same_bytes() -> None:
    assert render(an_order()) == render(an_order())
