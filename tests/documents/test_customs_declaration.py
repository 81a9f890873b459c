from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from factory_erp.documents import render
from factory_erp.documents.customs_declaration import _Declaration, declared
from factory_erp.documents.details.customs import Coded, DeclarationDetails, FeeStated
from factory_erp.documents.page import A4_LANDSCAPE, MM
from factory_erp.documents.pictures import NO_PICTURES
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.stored import from_json, to_json
from factory_erp.documents.typeset import text_width
from factory_erp.domain.customs_codes import CONTAINER_SPECS
from factory_erp.domain.errors import InvalidValue
from tests.documents import customs_samples as samples


def text_of(data: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


def many(count: int, name: str = "真空保温杯") -> DeclarationDetails:
    """A declaration of *count* items."""
    whole = samples.declaration()
    items = [whole.items[index % len(whole.items)] for index in range(count)]
    numbered = (replace(item, item_no=n, name=f"{name}{n:02d}号") for n, item in enumerate(items, 1))
    return replace(whole, items=tuple(numbered))


def items_by_page(document: DocumentSnapshot) -> list[int]:
    drawn = _Declaration(document, declared(document), NO_PICTURES)
    drawn.draw()
    for page in drawn.draft.flow.pages:
        for mark in page.texts:
            assert mark.x >= 14 * MM - 0.5
            assert mark.x + text_width(mark.text, mark.size, mark.bold) <= A4_LANDSCAPE[0] - 14 * MM + 0.5
            assert mark.y <= A4_LANDSCAPE[1] - 6 * MM
    return [sum(bool(re.search("[0-9]{2}号", mark.text)) for mark in p.texts) for p in drawn.draft.flow.pages]


@pytest.mark.parametrize("language", ["zh_CN", "en", "bilingual"])
def test_the_form_states_every_field(language: str):
    details = replace(
        samples.declaration(),
        declared_on=None,
        record_number="B310441A",
        licence="26-AB-1",
        bill_number="NGBAAR123",
        notes="备注一",
    )
    shown = text_of(render(samples.declared(language=language, details=details)))  # type: ignore[arg-type]
    expected = [
        "宁波海悦杯业有限公司", samples.USCC, "北仑海关", "3104", "20260918", "B310441A",
        "Nordlys Hjem & Fritid A/S",
        "水路运输", "MV Example Star / 046W", "NGBAAR123", "一般贸易", "0110", "一般征税", "101", "26-AB-1",
        "HY-SC-2026-118", "德国", "DEU", "丹麦", "DNK", "DNK000", "纸制或纤维板制盒/箱", "135", "1925.55",
        "1738.05",
        "CIF", "USD/1850/3", "USD/214.36/3", "发票", "NORDLYS PO-77120", "CSQU3054383", "MSKU1234565",
        "备注一",
        "9617001900", "真空保温杯", "4|0|日用，盛装饮料|304", "261.15千克", "840件", "334.8千克",
        "1080个", "4.6155",
        "3876.98", "美元", "宁波其他", "33029", "照章征税", "王丽", "33010123", "宁波甬通报关有限公司",
    ]  # fmt: skip
    assert [text for text in expected if re.sub(r"\s", "", text) not in shown] == []
    if language != "en":
        for label in (
            "预录入编号",
            "海关编号",
            "境内货源地",
            "最终目的国",
            "特殊关系确认",
            "自报自缴",
            "海关批注",
        ):
            assert label in shown


@pytest.mark.parametrize(
    ("codes", "stated"),
    [(("11", "21"), "3；CSQU3054383；MSKU1234565"), (("21", "22"), "2；CSQU"), (("11", ""), ": CSQU")],
)
def test_containers_are_counted_in_boxes_of_twenty_feet(codes: tuple[str, str], stated: str):
    specs = tuple(Coded(code, CONTAINER_SPECS[code].name if code else "") for code in codes)
    details = replace(samples.declaration(), container_specs=specs)
    shown = text_of(render(samples.declared(language="en", details=details)))
    assert re.sub(r"\s", "", f"Containers{stated if stated[0] == ':' else ': ' + stated}") in shown


def test_eight_items_stand_on_a_page_and_none_is_lost():
    by_page = items_by_page(samples.declared(details=many(50)))
    assert by_page[0] >= 8
    assert all(count >= 8 for count in by_page[:-1])
    assert sum(by_page) == 50
    assert items_by_page(samples.declared(details=many(8), language="bilingual"))[0] >= 6


@pytest.mark.parametrize("count", range(1, 14))
def test_the_signatures_never_stand_alone(count: int):
    by_page = items_by_page(samples.declared(details=many(count)))
    assert sum(by_page) == count
    assert by_page[-1] > 0


def test_long_names_and_elements_stay_in_their_columns():
    details = many(3, name="高硼硅耐热玻璃制双层真空保温杯" * 6)
    long = tuple(replace(item, elements=(("用途", "日用" * 120),)) for item in details.items)
    details = replace(details, items=long, overseas_consignee="VERY LONG CONSIGNEE NAME " * 12)
    assert sum(items_by_page(samples.declared(details=details))) == 3


def test_a_draft_with_gaps_is_drawn():
    bare = DeclarationDetails(items=(samples.declaration().items[0],), currency="VND", consignor="")
    data = render(replace(samples.declared(details=bare), number=""))
    assert "草稿" in text_of(data)
    assert "VND" in text_of(data)


def test_a_percentage_has_no_currency():
    details = replace(samples.declaration(), insurance=FeeStated("1", Decimal("0.30")))
    assert "000/0.3/1" in text_of(render(samples.declared(details=details)))


def test_it_is_stored_and_drawn_again_alike():
    document = samples.declared()
    assert from_json(to_json(document)) == document
    assert render(from_json(to_json(document))) == render(document)


HOSTILE = st.text(st.characters() | st.sampled_from("\x00\x1b\ud800\ufffe<b>&|\u202e😀\n"), max_size=60)


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(HOSTILE, min_size=8, max_size=8))
def test_hostile_texts_are_drawn_inside_the_page(texts: list[str]):
    details = samples.declaration()
    item = replace(
        details.items[0],
        name=texts[0],
        elements=((texts[1], texts[2]),),
        source_place=Coded(texts[3], texts[4]),
    )
    hostile = replace(
        details,
        items=(item,),
        consignor=texts[5],
        overseas_consignee=texts[6],
        marks=texts[7],
        notes=texts[0],
    )
    items_by_page(samples.declared(details=hostile))
    assert render(samples.declared("declaration_elements", details=hostile)).startswith(b"%PDF")


def test_nothing_to_declare_is_refused():
    empty = replace(samples.declaration(), items=())
    for kind in ("customs_declaration", "declaration_elements"):
        with pytest.raises(InvalidValue):
            render(samples.declared(kind, details=empty))  # type: ignore[arg-type]


def test_elements_sheet_lists_every_answer_and_marks_gaps():
    details = samples.declaration()
    first = details.items[0]
    gap = replace(first, elements=(*first.elements[:2], ("用途", ""), ("材质", "不锈钢" * 60)))
    shown = text_of(render(samples.declared("declaration_elements", details=replace(details, items=(gap,)))))
    for text in (
        "申报要素表",
        "品牌类型",
        "出口享惠情况",
        "用途",
        "待补",
        "规格型号:4|0||不锈钢",
        "9617001900",
        "840件",
    ):
        assert text in shown
    assert "长度365/255" in shown


def test_elements_sheet_without_elements_says_so():
    details = samples.declaration()
    bare = replace(details, items=(replace(details.items[0], elements=(), source_place=Coded()),))
    assert "MISSING" in text_of(render(samples.declared("declaration_elements", 6, "en", bare)))


def test_elements_sheet_runs_over_pages_with_every_item():
    shown = text_of(render(samples.declared("declaration_elements", details=many(20))))
    assert [n for n in range(1, 21) if f"{n:02d}号" not in shown] == []
    glass = text_of(render(samples.declared("declaration_elements", language="bilingual")))
    assert "供应商增值税发票品名:玻璃杯" in glass
