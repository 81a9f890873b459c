"""Customs: the list of tariff codes with dated rates, and what each item answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.i18n import in_language
from factory_erp.models.catalog import ItemText
from factory_erp.models.database import Database
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.catalogue.customs import (
    ELEMENT_CHOICES,
    customs_sheet,
    save_declaration,
)
from factory_erp.services.catalogue.tariff import (
    ELEMENTS_OF_ALL,
    RateView,
    TariffInput,
    elements_in,
    rate,
    rates_on,
    remove_tariff_code,
    save_tariff_code,
    tariff_code,
    tariff_codes,
)
from tests.services.factory import an_item

OLD = RateView(date(2020, 1, 1), Decimal(13), Decimal(13))
NEW = RateView(date(2026, 12, 1), Decimal(13), Decimal(9))
FLASK = TariffInput(
    "9617.0019.00",
    "Vacuum flasks",
    "保温瓶",
    "C62",
    "KGM",
    (*ELEMENTS_OF_ALL, "用途", " 材质 ", "用途", ""),
    (NEW, OLD),
)
BRAND, PREFERENCE = ELEMENTS_OF_ALL


@pytest.fixture
def cup(db: Database) -> int:
    with db.session(write=True) as session:
        item = an_item(session, "CUP")
        item.texts.append(ItemText(language="de", name="Becher"))
        for text in item.texts:
            text.declaration_name = f"declared {text.language}"
        return item.id


def test_a_code_is_saved_once_with_its_elements_in_order(db: Database) -> None:
    first = save_tariff_code(FLASK)
    assert save_tariff_code(FLASK).value == first.value
    assert save_tariff_code(FLASK).changes == {}
    view = tariff_code("9617001900")
    assert view is not None
    assert (view.name, view.unit_1, view.unit_2) == ("Vacuum flasks", "C62", "KGM")
    assert view.elements == (BRAND, PREFERENCE, "用途", "材质")
    assert view.rates == (OLD, NEW)
    assert view.rate == OLD
    with in_language("zh_CN"):
        assert tariff_codes()[0].name == "保温瓶"


@pytest.mark.parametrize(
    "text",
    [
        "0:品牌类型;1:出口享惠情况;2:3D打印用途;",
        "1.品牌类型； 2.出口享惠情况；3、3D打印用途",
        "品牌类型\n出口享惠情况\n\n3D打印用途",
    ],
)
def test_elements_are_read_as_tariff_tables_write_them(text: str) -> None:
    assert elements_in(text) == (BRAND, PREFERENCE, "3D打印用途")


def test_a_change_is_made_over_the_version_that_was_read(db: Database) -> None:
    made = save_tariff_code(FLASK).value
    change = replace(FLASK, id=made, version=1, name_en="Flasks", rates=(OLD,))
    save_tariff_code(change)
    assert save_tariff_code(change).changes == {}
    assert tariff_codes()[0].rates == (OLD,)
    with pytest.raises(Conflict):
        save_tariff_code(replace(change, name_en="Bottles"))
    with pytest.raises(InvalidValue):
        save_tariff_code(FLASK)
    remove_tariff_code(made)
    assert remove_tariff_code(made).changes == {}
    assert tariff_codes() == []


def test_codes_are_found_by_digits_and_names(db: Database) -> None:
    save_tariff_code(FLASK)
    save_tariff_code(TariffInput("7323930000", "Household articles of stainless steel", "不锈钢制家用器具"))
    for words, found in (
        ("9617.00", ["9617001900"]),
        ("steel", ["7323930000"]),
        ("保温", ["9617001900"]),
        ("0019", []),
        ("", ["7323930000", "9617001900"]),
    ):
        assert [view.code for view in tariff_codes(words)] == found


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "12"}, "code"),
        ({"name_en": "x" * 301}, "name_en"),
        ({"unit_1": "???"}, "unit_1"),
        ({"unit_2": "PIECE"}, "unit_2"),
        ({"elements": ("a|b",)}, "elements"),
        ({"elements": ("x" * 121,)}, "elements"),
        ({"rates": (replace(OLD, vat_percent=Decimal(-1)),)}, "vat_percent"),
        ({"rates": (replace(OLD, rebate_percent=Decimal(17)),)}, "rebate_percent"),
        ({"rates": (OLD, replace(OLD, rebate_percent=Decimal(0)))}, "valid_from"),
    ],
)
def test_what_cannot_be_saved_says_where(db: Database, change: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        save_tariff_code(replace(FLASK, **change))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert tariff_codes() == []


def test_the_rate_of_a_day_is_the_latest_that_has_begun(db: Database) -> None:
    save_tariff_code(FLASK)
    with db.session() as session:
        assert rates_on(session, "9617.0019.00", date(2019, 12, 31)) is None
        assert rates_on(session, "9617001900", date(2020, 1, 1)) == OLD
        assert rates_on(session, "1234567890", date(2020, 1, 1)) is None
    assert rate("9617001900", date(2026, 11, 30)) == OLD
    assert rate("9617001900", date(2026, 12, 1)) == NEW


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.dates(date(2015, 1, 1), date(2030, 1, 1)), max_size=5, unique=True),
    asked=st.dates(date(2014, 1, 1), date(2031, 1, 1)),
)
def test_the_rate_of_any_day_is_that_of_the_last_change(db: Database, days: list[date], asked: date) -> None:
    rates = tuple(RateView(day, Decimal(13), Decimal(number)) for number, day in enumerate(days))
    found = tariff_code("9405210090")
    save_tariff_code(
        TariffInput(
            "9405210090",
            rates=rates,
            id=found.id if found else None,
            version=found.version if found else None,
        )
    )
    begun = [view for view in rates if view.valid_from <= asked]
    assert rate("9405210090", asked) == (max(begun, key=lambda view: view.valid_from) if begun else None)


def test_an_item_says_what_it_has_not_answered(cup: int) -> None:
    sheet = customs_sheet(cup)
    assert (sheet.hs_code, sheet.known, sheet.origin, sheet.line) == ("", False, "CN", "")
    assert sheet.missing == ELEMENTS_OF_ALL
    assert sheet.declaration_name == "declared zh_CN"
    assert sheet.elements[0].choices == ELEMENT_CHOICES[BRAND]


def test_answers_are_printed_in_the_order_of_the_tariff(db: Database, cup: int) -> None:
    save_tariff_code(FLASK)
    values = {"材质": "304不锈钢", BRAND: "境内自主品牌", "型号": "VF-50", PREFERENCE: "  "}
    save_declaration(cup, "9617.0019.00", "cn", values)
    assert save_declaration(cup, "9617001900", "CN", values).changes == {}
    sheet = customs_sheet(cup)
    assert (sheet.code_name, sheet.known, sheet.unit_1, sheet.unit_2) == ("Vacuum flasks", True, "C62", "KGM")
    assert sheet.rate == OLD
    assert sheet.missing == (PREFERENCE, "用途")
    assert [answer.element for answer in sheet.others] == ["型号"]
    assert sheet.line == "品牌类型:境内自主品牌|材质:304不锈钢"
    assert list(catalog.item_ids(words="9617001900")) == [cup]


def test_somebody_elses_answers_are_not_overwritten(cup: int) -> None:
    read = customs_sheet(cup)
    save_declaration(cup, "9617001900", "CN", {BRAND: "无品牌"}, read.version, read.values())
    with pytest.raises(Conflict):
        save_declaration(cup, "7323930000", "CN", {BRAND: "无品牌"}, read.version)
    with pytest.raises(Conflict):
        save_declaration(cup, "9617001900", "CN", {BRAND: "境内自主品牌"}, read.version, read.values())
    now = customs_sheet(cup)
    save_declaration(cup, "9617001900", "CN", {}, now.version, now.values())
    assert customs_sheet(cup).values() == {}


@pytest.mark.parametrize(
    ("hs_code", "origin", "values", "field"),
    [
        ("12", "CN", {}, "hs_code"),
        ("9617001900", "XX", {}, "origin"),
        ("9617001900", "CN", {BRAND: "a|b"}, BRAND),
        ("9617001900", "CN", {BRAND: "a\nb"}, BRAND),
        ("9617001900", "CN", {BRAND: "x" * 301}, BRAND),
    ],
)
def test_a_declaration_that_cannot_be_printed_is_refused(
    cup: int, hs_code: str, origin: str, values: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        save_declaration(cup, hs_code, origin, values)
    assert (refused.value.field, refused.value.record) == (field, "CUP")
    assert customs_sheet(cup).hs_code == ""


def test_a_list_of_codes_is_a_few_statements(db: Database) -> None:
    for number in range(10):
        save_tariff_code(TariffInput(f"96170019{number:02}", "Flasks", rates=(OLD,)))
    said: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: said.append(statement)
    )
    assert len(tariff_codes()) == 10
    assert len(said) < 5
