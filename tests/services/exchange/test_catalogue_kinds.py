"""Each kind of the catalogue: taken in, given out again, and what it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import in_language
from factory_erp.models.catalog import (
    Item,
    ItemNumber,
    ItemText,
    PackagingLevel,
    Product,
    ProductText,
    UnitConversion,
)
from factory_erp.models.customs import ItemDeclaration, TariffCode, TariffRate
from factory_erp.models.database import Database
from factory_erp.models.media import Certificate
from factory_erp.models.partners import Partner
from factory_erp.models.variants import OptionAxis, OptionText, OptionValue
from factory_erp.services.exchange.exporting import export_file, template_file
from factory_erp.services.exchange.importing import import_sheet
from factory_erp.services.exchange.readers import tidy
from factory_erp.services.exchange.registry import kind
from factory_erp.sheets.reading import read_file
from tests.services.exchange.tables import counts, refused, take
from tests.services.factory import an_item, in_stock

CATALOGUE = (
    "products", "product-texts", "option-values", "items", "item-texts", "packaging", "conversions",
    "item-numbers", "certificates", "tariff-codes", "tariff-rates", "declarations",
)  # fmt: skip
PACK = "sku level quantity length_mm width_mm height_mm net_g gross_g"


@pytest.fixture
def catalogue(db: Database) -> Database:
    """Something of every kind of the catalogue, brought in by files."""
    with db.session(write=True) as session:
        session.add(Partner(code="ACME", name="Acme", country="DE"))
        session.add(Partner(code="BOLT", name="Bolt", country="US"))
    take(
        "products",
        "product category brand material sku_pattern name_en name_zh",
        ("CUP", "Drinkware", "Steelo", "304", "{product}-{colour}", "Steel cup", "不锈钢杯"),
        ("LID", *[""] * 6),
    )
    take(
        "product-texts",
        "product language name description keywords",
        ("CUP", "de", "Becher", "Hält warm,\nhält kalt", "becher,tasse"),
        ("CUP", "en", "Steel cup", "Keeps", ""),
    )
    take(
        "option-values",
        "product axis axis_name_en axis_name_zh value name_en name_zh",
        ("CUP", "colour", "Colour", "颜色", "BK", "Black", "黑"),
        ("CUP", "colour", "Colour", "颜色", "WH", "White", ""),
        ("CUP", "size", "Size", "", "500", "500 ml", "500毫升"),
    )
    take(
        "items",
        "sku product kind unit name_en name_zh net_g standard_cost gtin min_order hs_code options active",
        (
            "CUP-BK",
            "CUP",
            "成品",
            "件",
            "Cup black",
            "黑杯",
            "320",
            "12.5",
            "4006381333931",
            "500",
            "7323930000",
            "Black",
            "yes",
        ),
        ("STEEL", "", "raw", "KGS", "Steel", "", "1000", "18.123456", "", "0", "", "", "no"),
    )
    take(
        "item-texts",
        "sku language name declaration_name description keywords",
        ("CUP-BK", "de", "Becher schwarz", "Vakuumbecher", "Text", "a,b"),
        ("STEEL", "fr", "Acier", "", "", ""),
    )
    take(
        "packaging",
        PACK,
        ("CUP-BK", "内盒", "1", "80", "80", "200", "320", "360"),
        ("CUP-BK", "Master carton", "24", "480", "320", "260", "7680", "8640"),
    )
    take("conversions", "sku unit factor", ("CUP-BK", "DZN", "12"), ("STEEL", "G", "0.001"))
    take(
        "item-numbers",
        "partner sku code name",
        ("ACME", "CUP-BK", "A-1", "Mug"),
        ("BOLT", "CUP-BK", "A-1", ""),
    )
    take(
        "certificates",
        "product certificate number issuer valid_from valid_to note",
        ("CUP", "CE", "CE-1", "TÜV", "2026-01-01", "2030-12-31", "note"),
        ("CUP", "FDA", "", "", "", "", ""),
    )
    take(
        "tariff-codes",
        "hs_code name_en name_zh unit_1 unit_2 elements",
        ("7323930000", "Steel ware", "钢铁餐具", "KGS", "", "品牌类型|出口享惠情况|材质"),
        ("8714910000", *[""] * 5),
    )
    take(
        "tariff-rates",
        "hs_code valid_from vat_percent rebate_percent",
        ("7323930000", "2026-01-01", "13", "9"),
        ("7323930000", "2026-04-01", "13", "13"),
    )
    take(
        "declarations",
        "sku element value",
        ("CUP-BK", "品牌类型", "境内自主品牌"),
        ("CUP-BK", "材质", "不锈钢304"),
    )
    return db  # fmt: skip


def rows(db: Database, *columns: Any) -> list[tuple[Any, ...]]:
    with db.session() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(*columns))]


# In


def test_products_and_items_have_what_the_files_say(catalogue: Database) -> None:
    assert rows(catalogue, ProductText.language, ProductText.name) == [
        ("de", "Becher"), ("en", "Steel cup"), ("zh_CN", "不锈钢杯"),
    ]  # fmt: skip
    wanted = (
        Item.sku,
        Item.kind,
        Item.procurement,
        Item.unit,
        Item.step,
        Item.sellable,
        Item.active,
        Item.net_g,
    )
    assert rows(catalogue, *wanted) == [
        ("CUP-BK", "finished", "make", "H87", Decimal(1), True, True, 320),
        ("STEEL", "raw", "buy", "KGM", Decimal("0.000001"), False, False, 1000),
    ]
    assert rows(catalogue, ItemText.language, ItemText.name) == [
        ("de", "Becher schwarz"), ("en", "Cup black"), ("en", "Steel"), ("fr", "Acier"), ("zh_CN", "黑杯"),
    ]  # fmt: skip


def test_the_parts_of_items_have_what_the_files_say(catalogue: Database) -> None:
    assert rows(catalogue, PackagingLevel.kind, PackagingLevel.quantity, PackagingLevel.gross_g) == [
        ("inner", 1, 360), ("master", 24, 8640),
    ]  # fmt: skip
    assert rows(catalogue, UnitConversion.unit, UnitConversion.factor) == [
        ("DZN", 12),
        ("GRM", Decimal("0.001")),
    ]
    assert rows(catalogue, ItemNumber.code, ItemNumber.name) == [("A-1", ""), ("A-1", "Mug")]
    assert rows(catalogue, Certificate.kind, Certificate.number, Certificate.valid_to) == [
        ("CE", "CE-1", date(2030, 12, 31)), ("FDA", "", None),
    ]  # fmt: skip
    assert rows(catalogue, TariffCode.code, TariffCode.unit_1, TariffCode.elements) == [
        ("7323930000", "KGM", "品牌类型\n出口享惠情况\n材质"), ("8714910000", "", ""),
    ]  # fmt: skip
    assert rows(catalogue, TariffRate.valid_from, TariffRate.rebate_percent) == [
        (date(2026, 1, 1), 9), (date(2026, 4, 1), 13),
    ]  # fmt: skip
    assert ("材质", "不锈钢304") in rows(catalogue, ItemDeclaration.element, ItemDeclaration.value)


def test_options_stand_in_the_order_of_the_file(catalogue: Database) -> None:
    assert rows(catalogue, OptionAxis.position, OptionAxis.code, OptionAxis.name_zh) == [
        (1, "colour", "颜色"), (2, "size", ""),
    ]  # fmt: skip
    assert rows(catalogue, OptionText.language, OptionText.name) == [
        ("en", "500 ml"), ("en", "Black"), ("en", "White"), ("zh_CN", "500毫升"), ("zh_CN", "黑"),
    ]  # fmt: skip


def test_a_new_option_stands_behind_and_a_whole_list_is_put_in_its_order(catalogue: Database) -> None:
    def colours() -> list[str]:
        found = rows(catalogue, OptionValue.position, OptionValue.code, OptionValue.axis_id)
        axis = rows(catalogue, OptionAxis.code, OptionAxis.id)[0][1]
        return [code for _position, code, at in found if at == axis]

    assert counts(take("option-values", "product axis value", ("CUP", "colour", "AB"))) == (1, 0, 0)
    assert colours() == ["BK", "WH", "AB"]
    every = [("CUP", "colour", code) for code in ("AB", "WH", "BK")]
    assert counts(take("option-values", "product axis value", *every)) == (0, 2, 1)
    assert colours() == ["AB", "WH", "BK"]
    assert counts(take("option-values", "product axis value", *every)) == (0, 0, 3)


# Out and in again


def written(path: Path, names: Sequence[str], suffix: str, language: str) -> dict[str, Path]:
    """Each kind in a file of its own."""
    files = {name: path / f"{name}.{suffix}" for name in names}
    for name, file in files.items():
        export_file(name, file, language=language)
    return files


@pytest.mark.parametrize(("suffix", "language"), [("xlsx", "en"), ("csv", "zh_CN"), ("csv", "en")])
def test_what_is_given_out_comes_in_unchanged(
    catalogue: Database, tmp_path: Path, suffix: str, language: str
) -> None:
    for name, file in written(tmp_path, CATALOGUE, suffix, language).items():
        sheet = read_file(file)
        report = import_sheet(name, sheet).value
        assert counts(report) == (0, 0, len(sheet.rows)), name
        assert len(sheet.rows) > 0
        assert len(sheet.headers) == len(kind(name).fields)


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_is_given_out_makes_the_same_catalogue_elsewhere(
    catalogue: Database, tmp_path: Path, suffix: str
) -> None:
    files = written(tmp_path, CATALOGUE, suffix, "en")
    before = {name: read_file(file).rows for name, file in files.items()}
    with catalogue.session(write=True) as session:
        for model in (Certificate, Item, Product, TariffCode):
            for record in session.scalars(select(model)):
                session.delete(record)
    for name, file in files.items():
        assert counts(import_sheet(name, read_file(file)).value)[0] > 0
    again = written(tmp_path, CATALOGUE, suffix, "en")
    assert {name: read_file(file).rows for name, file in again.items()} == before


def takeable(text: str) -> bool:
    try:
        return bool(tidy(text))
    except InvalidValue:
        return False


HOSTILE = st.one_of(
    st.text(min_size=1, max_size=20),
    st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''", "0012", "1E5", "TRUE",
                     "2026-01-01", '"', '","', "a\tb", "a\nb", "\ufeffx", "_x0041_",
                     "=cmd|' /C calc'!A0", "#REF!", "sep=;",
                     "1.0", "\N{CJK UNIFIED IDEOGRAPH-20000}"]),
).filter(takeable)  # fmt: skip


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@given(texts=st.lists(HOSTILE, min_size=4, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_texts_survive_a_file(
    catalogue: Database, tmp_path: Path, suffix: str, texts: list[str]
) -> None:
    name, description, keywords, declared = texts
    given_texts = ("STEEL", "fr", name, declared, description, keywords)
    report = take("item-texts", "sku language name declaration_name description keywords", given_texts)
    assert report.rejected == ()
    for one in ("item-texts", "items"):
        file = tmp_path / f"{one}.{suffix}"
        export_file(one, file)
        assert counts(import_sheet(one, read_file(file)).value)[:2] == (0, 0)
    held = rows(catalogue, ItemText.language, ItemText.name, ItemText.description, ItemText.keywords)
    assert ("fr", tidy(name), tidy(description), tidy(keywords)) in held


@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_template_has_headers_in_both_languages_that_are_understood(
    catalogue: Database, tmp_path: Path, name: str, suffix: str
) -> None:
    file = tmp_path / f"template.{suffix}"
    template_file(name, file)
    sheet = read_file(file)
    assert sheet.headers == tuple(field.bilingual() for field in kind(name).fields)
    report = import_sheet(name, sheet, dry_run=True).value
    assert all(one.row > 1 for one in report.rejected)


def test_words_are_given_out_in_the_readers_language(catalogue: Database, tmp_path: Path) -> None:
    export_file("items", tmp_path / "items.csv", language="zh_CN")
    with in_language("zh_CN"):
        title = next(kind("items").field("unit").titles())
    sheet = read_file(tmp_path / "items.csv")
    units = {row.cells[[field.key for field in kind("items").fields].index("unit")] for row in sheet.rows}
    assert title
    assert units == {"件", "千克"}


# What is refused


def test_a_reference_to_what_is_not_there_is_refused(catalogue: Database) -> None:
    assert refused(take("item-texts", "sku language name", ("NONE", "en", "x"))) == [(2, "sku")]
    assert refused(take("product-texts", "product language name", ("NONE", "en", "x"))) == [(2, "product")]
    assert refused(take("tariff-rates", "hs_code valid_from vat_percent rebate_percent",
                        ("9999990000", "2026-01-01", "1", "1"))) == [(2, "hs_code")]  # fmt: skip
    numbers = take("item-numbers", "partner sku code", ("NONE", "CUP-BK", "1"), ("ACME", "NONE", "2"))
    assert refused(numbers) == [(2, "partner"), (3, "sku")]


def test_packaging_that_cannot_be_is_refused(catalogue: Database) -> None:
    def level(*cells: str) -> list[tuple[int, str]]:
        return refused(take("packaging", PACK, ("CUP-BK", *cells)))

    assert level("master", "24", "480", "320", "260", "7680", "7000") == [(2, "gross_g")]
    assert level("master", "24", "0", "320", "260", "7680", "8000") == [(2, "length_mm")]
    take("packaging", PACK, ("CUP-BK", "inner", "6", "480", "320", "260", "1", "2"))
    assert level("master", "25", "480", "320", "260", "7680", "8000") == [(2, "quantity")]


def test_a_text_needs_a_name(catalogue: Database) -> None:
    assert refused(take("item-texts", "sku language name", ("CUP-BK", "it", ""))) == [(2, "name")]
    assert refused(take("item-texts", "sku language name", ("CUP-BK", "de", ""))) == [(2, "name")]
    assert refused(take("item-texts", "sku language keywords", ("CUP-BK", "it", "x"))) == [(1, "Name")]
    assert counts(take("item-texts", "sku language keywords", ("CUP-BK", "de", "neu"))) == (0, 1, 0)


def test_an_empty_name_leaves_the_text_of_that_language_alone(catalogue: Database) -> None:
    assert counts(take("items", "sku name_en name_zh", ("CUP-BK", "", "黑杯"))) == (0, 0, 1)


def test_the_unit_stays_while_anything_counts_in_it(catalogue: Database) -> None:
    with catalogue.session(write=True) as session:
        in_stock(session, session.scalars(select(Item).filter_by(sku="STEEL")).one(), 5)
        an_item(session, "FREE")
    taken = take("items", "sku unit", ("STEEL", "TNE"), ("CUP-BK", "SET"), ("FREE", "SET"))
    assert refused(taken) == [(2, "unit"), (3, "unit")]
    steel, cup = taken.rejected
    assert steel.reason == (
        "STEEL is counted in KGS by stock moves, unit conversions, so its unit cannot change."
    )
    assert "by packaging, unit conversions, so" in cup.reason


def test_a_bar_code_belongs_to_one_item(catalogue: Database) -> None:
    assert refused(take("items", "sku gtin", ("STEEL", "4006381333931"))) == [(2, "gtin")]
    moved = take("items", "sku gtin", ("STEEL", "4006381333931"), ("CUP-BK", ""))
    assert counts(moved) == (0, 2, 0)


def test_quantities_are_multiples_of_the_smallest(catalogue: Database) -> None:
    assert refused(take("items", "sku min_order", ("CUP-BK", "1.5"))) == [(2, "min_order")]
    assert refused(take("items", "sku step", ("CUP-BK", "300"))) == [(2, "step")]


def test_a_partners_number_stands_for_one_item_and_may_be_swapped(catalogue: Database) -> None:
    taken = take("item-numbers", "partner sku code", ("ACME", "STEEL", "A-1"))
    assert refused(taken) == [(2, "code")]
    twice = take("item-numbers", "partner sku code", ("BOLT", "STEEL", "B-2"), ("BOLT", "CUP-BK", "B-2"))
    assert refused(twice) == [(3, "code")]
    assert counts(take("item-numbers", "partner sku code", ("ACME", "STEEL", "A-2"))) == (1, 0, 0)
    swap = (("ACME", "STEEL", "A-1"), ("ACME", "CUP-BK", "A-2"))
    assert counts(take("item-numbers", "partner sku code", *swap)) == (0, 2, 0)
    assert counts(take("item-numbers", "partner sku code", *swap)) == (0, 0, 2)


LOTS = "sku lot_rule lot_size lot_minimum lot_multiple period_days safety_stock scrap_percent supplier"


def test_how_items_are_planned_comes_in_and_goes_out(catalogue: Database, tmp_path: Path) -> None:
    take("partners", "partner name country roles", ("SINO", "Sino Steel", "CN", "supplier"))
    lots = (("CUP-BK", "固定批量", "480", "240", "24", "", "48", "2.5%", ""),
            ("STEEL", "POQ", "", "0.5", "", "7", "", "", "SINO"))  # fmt: skip
    assert counts(take("items", LOTS, *lots)) == (0, 2, 0)
    assert rows(catalogue, Item.sku, Item.lot_rule, Item.lot_size, Item.lot_multiple, Item.period_days,
                Item.scrap_percent) == [
        ("CUP-BK", "fixed", 480, 24, 0, Decimal("2.5")), ("STEEL", "period", 0, 0, 7, 0),
    ]  # fmt: skip
    assert counts(take("items", LOTS, *lots)) == (0, 0, 2)
    path = tmp_path / "items.xlsx"
    with in_language("zh_CN"):
        export_file("items", path)
    report = import_sheet("items", read_file(path)).value
    assert (report.unchanged, report.rejected) == (2, ())
    assert counts(take("items", "sku net_g", ("STEEL", "2"))) == (0, 1, 0), "other columns stay"
    assert counts(take("items", "sku supplier", ("STEEL", ""))) == (0, 1, 0)


def test_an_item_without_these_columns_is_planned_per_order(catalogue: Database) -> None:
    assert rows(catalogue, Item.lot_rule, Item.period_days, Item.safety_stock) == [("per_order", 0, 0)] * 2


@pytest.mark.parametrize(
    ("headers", "cells", "column"),
    [
        ("lot_rule", ("fixed",), "lot_rule"),
        ("lot_rule lot_size", ("fixed", ""), "lot_size"),
        ("lot_rule", ("period",), "lot_rule"),
        ("lot_rule period_days", ("period", "0"), "period_days"),
        ("lot_rule lot_size lot_minimum", ("fixed", "10", "11"), "lot_minimum"),
        ("lot_rule lot_size lot_multiple", ("fixed", "10", "3"), "lot_multiple"),
        ("lot_rule", ("often",), "lot_rule"),
        ("lot_minimum", ("0.5",), "lot_minimum"),
        ("safety_stock", ("-1",), "safety_stock"),
        ("scrap_percent", ("100",), "scrap_percent"),
        ("scrap_percent", ("0.00001",), "scrap_percent"),
        ("supplier", ("NOBODY",), "supplier"),
        ("supplier", ("ACME",), "supplier"),
    ],
)
def test_lots_and_suppliers_that_cannot_be_are_refused(
    catalogue: Database, headers: str, cells: tuple[str, ...], column: str
) -> None:
    before = rows(catalogue, Item.lot_rule, Item.lot_minimum, Item.supplier_id)
    assert refused(take("items", f"sku {headers}", ("CUP-BK", *cells))) == [(2, column)]
    assert rows(catalogue, Item.lot_rule, Item.lot_minimum, Item.supplier_id) == before


def test_what_customs_does_not_know_is_refused(catalogue: Database) -> None:
    rates = take("tariff-rates", "hs_code valid_from vat_percent rebate_percent",
                 ("7323930000", "2027-01-01", "9", "13"),
                 ("7323930000", "2027-02-01", "101", "13"))  # fmt: skip
    assert refused(rates) == [(2, "rebate_percent"), (3, "vat_percent")]
    assert refused(take("declarations", "sku element value", ("CUP-BK", "a|b", "x"))) == [(2, "element")]


def test_a_certificate_ends_after_it_begins(catalogue: Database) -> None:
    report = take("certificates", "product certificate number valid_to", ("CUP", "CE", "CE-1", "2025-12-31"))
    assert refused(report) == [(2, "valid_to")]


@pytest.mark.parametrize(
    ("axis", "value"), [("product", "A"), ("1a", "A"), ("a b", "A"), ("a", "x|y"), ("a", "x y")]
)
def test_an_option_code_that_no_rule_could_name_is_refused(
    catalogue: Database, axis: str, value: str
) -> None:
    assert refused(take("option-values", "product axis value", ("CUP", axis, value)))
