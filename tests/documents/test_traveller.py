"""The traveller: every count, total, step and component is on the paper, inside its frame, on every page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from factory_erp.documents.facts import Texts, texts
from factory_erp.documents.page import MM, Page
from factory_erp.documents.snapshot import Language
from factory_erp.documents.traveller import _Drawing, qr_modules, render
from factory_erp.documents.traveller_facts import Head, Sheet, Traveller, TravellerPart, TravellerStep
from factory_erp.documents.typeset import text_width

COLOURS = (
    ("BK", "Matte black", "哑黑"), ("WH", "Ivory white", "象牙白"), ("RD", "Red", "红"),
    ("NV", "Navy blue", "藏青"), ("GN", "Forest green", "森林绿"), ("PK", "Pink", "粉"),
    ("GY", "Space grey", "太空灰"), ("SV", "Silver", "银"),
)  # fmt: skip


def named(english: str, chinese: str) -> Texts:
    return texts({"en": english, "zh_CN": chinese})


def sizes(count: int) -> tuple[Head, ...]:
    return tuple(
        Head(str(350 + 50 * n), named(f"{350 + 50 * n} ml", f"{350 + 50 * n}毫升")) for n in range(count)
    )


def colours(count: int) -> tuple[Head, ...]:
    made = []
    for n in range(count):
        code, english, chinese = COLOURS[n % len(COLOURS)]
        number = f" {n // len(COLOURS) + 1}" if n >= len(COLOURS) else ""
        made.append(Head(code + number.strip(), named(english + number, chinese + number)))
    return tuple(made)


def counts(rows: int, columns: int) -> tuple[tuple[Decimal | None, ...], ...]:
    """Some cells are empty, some have five digits."""
    return tuple(
        tuple(None if (r + c) % 7 == 3 else Decimal(48 * (r + 1) * (c + 2) ** 2) for c in range(columns))
        for r in range(rows)
    )


def a_traveller(rows: int = 3, columns: int = 5, language: Language = "bilingual") -> Traveller:
    heads = sizes(rows), colours(columns)
    sheet = Sheet((), counts(rows, columns))
    total = sum((count for row in sheet.counts for count in row if count), Decimal(0))
    steps = tuple(
        TravellerStep(
            10 * n, named(english, chinese), named(centre, zh), total, 30, 125 * n,
            f"erp://production/operation/MB-2026-00042/{10 * n}", quality_point=check,
        )
        for n, (english, chinese, centre, zh, check) in enumerate((
            ("Deep drawing", "拉伸", "Hydraulic presses", "液压机组", ""),
            ("Vacuum welding", "抽真空焊接", "Vacuum furnaces", "真空炉", "Leak test, 1 in 50"),
            ("Powder coating", "喷粉", "Coating line", "喷涂线", ""),
            ("Laser engraving of the logo", "激光打标", "Laser benches", "激光台", ""),
            ("Packing", "包装", "Packing benches", "包装台", ""),
        ), start=1)
    )  # fmt: skip
    steps = (
        *steps[:3],
        replace(steps[3], only=("350 / BK", "400 / BK", "400 / RD"), quantity=Decimal(960)),
        steps[4],
    )
    parts = tuple(
        TravellerPart(
            f"LID-{head.code}",
            named(f"Lid, {head.names[0][1]}", f"杯盖 {head.names[1][1]}"),
            total,
            "H87",
            50,
        )
        for head in heads[1]
    )
    sheet_steel = named("Stainless steel 304, 0.5 mm", "304不锈钢板0.5毫米")
    steel = TravellerPart("STEEL-304-0.5", sheet_steel, Decimal("1834.25"), "KGM", 10)
    return Traveller(
        batch="MB-2026-00042", language=language,
        company=named("Ningbo Rivermouth Drinkware Co., Ltd.", "宁波江口杯业有限公司"),
        product_code="TUMBLER", product_names=named("Vacuum tumbler with lid", "带盖真空保温杯"),
        due=date(2026, 12, 18), printed_on=date(2026, 11, 23), unit="H87", row_axis=named("Size", "容量"),
        column_axis=named("Colour", "颜色"),
        rows=heads[0], columns=heads[1], sheets=(sheet,), steps=steps, parts=(steel, *parts),
    )  # fmt: skip


def words_of(data: bytes) -> str:
    """All text of the PDF without spaces and line breaks."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


def pages_of(traveller: Traveller) -> list[Page]:
    drawing = _Drawing(traveller)
    drawing.drawn()
    return drawing.flow.pages


def expected(traveller: Traveller) -> list[str]:
    """What must be readable on the paper, in every language."""
    said = [traveller.batch, traveller.product_code, f"{traveller.total:,}"]
    said += [
        f"{count:,}"
        for sheet in traveller.sheets
        for row in sheet.counts
        for count in row
        if count is not None
    ]
    said += [f"{sum(count or 0 for count in row):,}" for sheet in traveller.sheets for row in sheet.counts]
    said += [head.code for head in (*traveller.rows, *traveller.columns)]
    said += [
        text for step in traveller.steps for text in (str(step.sequence), *step.only, step.quality_point)
    ]
    return said + [part.sku for part in traveller.parts]


SHAPES = [(3, 5), (1, 1), (12, 20), (4, 45), (60, 3)]


@pytest.mark.parametrize("language", ["en", "zh_CN", "bilingual"])
@pytest.mark.parametrize(("rows", "columns"), SHAPES)
def test_every_fact_is_on_the_paper(rows: int, columns: int, language: Language) -> None:
    traveller = a_traveller(rows, columns, language)
    shown = words_of(render(traveller))
    assert [text for text in expected(traveller) if re.sub(r"\s", "", text) not in shown] == []
    code = "zh_CN" if language == "zh_CN" else "en"
    for one in (*traveller.steps, *traveller.parts, *traveller.rows, *traveller.columns):
        assert re.sub(r"\s", "", dict(one.names)[code]) in shown
    assert ("生产流转卡" in shown) is (language != "en")


@pytest.mark.parametrize("language", ["en", "zh_CN", "bilingual"])
@pytest.mark.parametrize(("rows", "columns"), SHAPES)
def test_nothing_reaches_beyond_the_frame(rows: int, columns: int, language: Language) -> None:
    lying = columns > 9
    width, height = (297, 210) if lying else (210, 297)
    for page in pages_of(a_traveller(rows, columns, language)):
        for mark in page.texts:
            assert mark.x >= 14 * MM - 0.5
            assert mark.x + text_width(mark.text, mark.size, mark.bold) <= (width - 14) * MM + 0.5, mark.text
            assert mark.y <= (height - 6) * MM
        for fill in page.fills:
            assert fill.x + fill.width <= (width - 14) * MM + 0.5
            assert fill.y + fill.height <= (height - 15) * MM + 0.5


def test_each_page_says_the_batch_and_its_number_and_repeats_the_head_of_the_table():
    pages = PdfReader(BytesIO(render(a_traveller(60, 3, "en")))).pages
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert "MB-2026-00042" in text
        assert f"Page {number} of {len(pages)}" in text
    assert all("Ivory white" in page.extract_text() for page in pages[:2])


def test_the_same_facts_give_the_same_bytes():
    assert render(a_traveller()) == render(a_traveller())


def test_further_axes_have_a_matrix_each_with_its_title():
    one = a_traveller(language="en")
    sheets = tuple(
        Sheet(named(f"Logo: {name}", f"标志：{name}"), one.sheets[0].counts) for name in ("none", "engraved")
    )
    shown = words_of(render(replace(one, sheets=sheets)))
    assert "Logo:none" in shown
    assert "Logo:engraved" in shown
    assert f"{one.total * 2:,}" in shown


def test_a_batch_without_steps_or_components_is_drawn_too():
    bare = replace(a_traveller(1, 1, "en"), steps=(), parts=())
    assert "PRODUCTIONTRAVELLER" in words_of(render(bare))


def test_a_qr_code_has_its_three_finders_and_another_text_gives_another():
    modules = qr_modules("erp://production/operation/MB-2026-00042/10")
    assert len(modules) == len(modules[0])
    finder = [
        [row[:7] for row in modules[:7]],
        [row[-7:] for row in modules[:7]],
        [row[:7] for row in modules[-7:]],
    ]
    ring = tuple([True] * 7)
    assert all(corner[0] == ring and corner[6] == ring and corner[3][2:5] == (True,) * 3 for corner in finder)
    assert qr_modules("erp://production/operation/MB-2026-00042/20") != modules
