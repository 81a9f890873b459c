from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.checkdigits import gs1_check_digit, make_sscc
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.gs1 import (
    IDENTIFIERS,
    SEPARATOR,
    Element,
    arranged,
    conflicts,
    content,
    dated,
    human_readable,
    message,
    parse,
    sscc,
)
from tests.shared import shared_path

GTIN = "04012345000023"[:-1] + gs1_check_digit("0401234500002")


def test_a_logistic_label_reads_as_gs1_writes_it():
    label = (sscc("006141411234567890"), *content(GTIN, 48), Element("10", "L-7"))
    assert human_readable(label) == f"(00) 006141411234567890 (02) {GTIN} (37) 48 (10) L-7"
    assert message(label) == f"0000614141123456789002{GTIN}3748{SEPARATOR}10L-7"
    assert conflicts(label) == ()


@pytest.mark.parametrize(
    ("ai", "value"),
    [
        ("00", "006141411234567891"), ("00", "00614141123456789"), ("01", "04012345000024"),
        ("37", "123456789"), ("37", ""), ("10", "lot 7"), ("10", "批号"), ("10", "x" * 21), ("17", "261301"),
        ("17", "260230"), ("410", "4012345000022"), ("99", "A"),
        ("00", "٠٠٦١٤١٤١١٢٣٤٥٦٧٨٩٠"), ("21", "a\x1db"),
    ],
)  # fmt: skip
def test_an_element_refuses_what_its_identifier_does_not_take(ai: str, value: str):
    with pytest.raises(InvalidValue):
        Element(ai, value)


def test_dates_are_days_of_the_calendar_and_day_zero_is_the_last_of_its_month():
    assert dated("17", date(2028, 2, 29)) == Element("17", "280229")
    assert Element("15", "260200").text == "(15) 260200"


@pytest.mark.parametrize(
    ("elements", "wrong"),
    [
        ((Element("02", GTIN),), "(37)"),
        ((Element("37", "5"),), "(00) + (02)"),
        ((Element("10", "A"),), "(01) / (02)"),
        ((Element("01", GTIN), *content(GTIN, 5), sscc("006141411234567890")), "(01)"),
        ((Element("400", "A"), Element("400", "B")), "two different values"),
        ((Element("21", "A"), *content(GTIN, 5), sscc("006141411234567890")), "(21)"),
    ],
)  # fmt: skip
def test_identifiers_that_need_or_bar_each_other_are_told(elements: tuple[Element, ...], wrong: str):
    assert any(wrong in told for told in conflicts(elements))


def test_a_symbol_holds_48_characters():
    with pytest.raises(InvalidValue):
        message((Element("400", "A" * 30), Element("420", "B" * 18)))


values = {
    "00": st.integers(0, 10**9).map(lambda n: make_sscc(3, "6901234", n % 10**9)),
    "10": st.text("ABZ019-/.", min_size=1, max_size=6),
    "400": st.text("abc019_", min_size=1, max_size=6),
    "37": st.integers(1, 99_999_999).map(str),
    "420": st.text("0123456789", min_size=1, max_size=5),
}
elements = st.sampled_from(sorted(values)).flatmap(lambda ai: values[ai].map(lambda v: Element(ai, v)))


@given(st.lists(elements, min_size=1, max_size=3, unique_by=lambda one: one.ai))
def test_what_is_written_is_read_back_in_any_order(listed: list[Element]):
    for order in (listed, listed[::-1], arranged(listed)):
        assert parse(message(order)) == tuple(order)


@pytest.mark.parametrize("data", ["99X", "0012", "3712" + SEPARATOR, "1"])
def test_other_data_is_refused(data: str):
    if data.startswith("37"):
        assert parse(data) == (Element("37", "12"),)
    else:
        with pytest.raises(InvalidValue):
            parse(data)


def test_the_rules_are_those_of_the_gs1_syntax_dictionary():
    told = shared_path("reference/gs1-syntax-dictionary/gs1-syntax-dictionary.txt").read_text("utf-8")
    lines = {line.split()[0]: line.split("#")[0].split() for line in told.splitlines() if line[:1].isdigit()}
    for ai, rules in IDENTIFIERS.items():
        flags_or_type, *_rest = lines[ai][1:]
        spec = next(
            part for part in lines[ai][1:] if part[0] in "NX" and part[1:2] in ("", ".", *"0123456789")
        )
        kind = spec.split(",")[0]
        assert rules.numeric == (kind[0] == "N")
        assert rules.most == int(kind.lstrip("NX").lstrip("."))
        assert (rules.least == rules.most) == (".." not in kind)
        assert rules.predefined == ("*" in flags_or_type)
        assert rules.checked == ("csum" in spec)
        assert rules.dated == ("yymmd0" in spec)
        needed = next((part[4:].split(",") for part in lines[ai] if part.startswith("req=")), [])
        for group in rules.needs:
            assert "+".join(group) in needed
        barred = next((part[3:].split(",") for part in lines[ai] if part.startswith("ex=")), [])
        assert set(rules.bars) <= {*barred, "02"}
