"""Stored numbers and dates as Excel shows them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.sheets.table import column_number, letter
from factory_erp.sheets.values import Shape, iso_text, moment_text, number_text, percent_text, plain
from factory_erp.sheets.workbook import shape_of


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("12", "12"),
        ("007", "7"),
        ("0", "0"),
        ("-0", "0"),
        ("1.0", "1"),
        ("0.50", "0.5"),
        ("-5", "-5"),
        ("43.649999999999999", "43.65"),
        ("0.30000000000000004", "0.3"),
        ("9.949999999999999", "9.95"),
        ("1E-3", "0.001"),
        ("1.5E+5", "150000"),
        ("123456789012345", "123456789012345"),
        ("1234567.1234567891", "1234567.12345679"),
        ("1E-300", "0." + "0" * 299 + "1"),
    ],
)
def test_numbers_have_the_digits_that_excel_shows(stored: str, shown: str) -> None:
    assert number_text(stored) == shown


@pytest.mark.parametrize(
    "stored", ["1234567890123456", "1.2345678901234501E+17", "-9999999999999999", "1E+15"]
)
def test_whole_numbers_beyond_15_digits_have_lost_some(stored: str) -> None:
    with pytest.raises(InvalidValue, match=r"15 that Excel keeps.*as text and enter it again"):
        number_text(stored)


@pytest.mark.parametrize(
    "stored",
    ["", "NaN", "Infinity", "1_000", "１２", "1,5", "0x10", "1e99999", "1E+400", "1E-999", "9" * 500, "٣"],
)
def test_what_is_no_number_is_refused(stored: str) -> None:
    with pytest.raises(InvalidValue):
        number_text(stored)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_15_digits_survive_the_binary_float_that_excel_stores(value: Decimal) -> None:
    assert number_text(f"{float(value):.17g}") == plain(value)


@pytest.mark.parametrize(
    ("stored", "shape", "shown"),
    [
        ("46349", Shape.DATE, "2026-11-23"),
        ("46349.354166666664", Shape.DATE, "2026-11-23 08:30:00"),
        ("46349.354166666664", Shape.TIME, "2026-11-23 08:30:00"),
        ("0.35416666666666669", Shape.TIME, "08:30:00"),
        ("0", Shape.TIME, "00:00:00"),
        ("1.5", Shape.DURATION, "36:00:00"),
        ("1", Shape.DATE, "1900-01-01"),
        ("59", Shape.DATE, "1900-02-28"),
        ("61", Shape.DATE, "1900-03-01"),
        ("2958465.999", Shape.DATE, "9999-12-31 23:58:34"),
    ],
)
def test_days_are_counted_as_excel_does(stored: str, shape: Shape, shown: str) -> None:
    assert moment_text(stored, shape) == shown


def test_days_of_old_mac_workbooks_count_from_1904() -> None:
    assert moment_text("0", Shape.DATE, from_1904=True) == "1904-01-01"
    assert moment_text("44887", Shape.DATE, from_1904=True) == "2026-11-23"


@pytest.mark.parametrize("stored", ["-1", "60", "2958466", "1E+14", "1E+300", "x"])
def test_days_outside_the_calendar_are_refused(stored: str) -> None:
    with pytest.raises(InvalidValue):
        moment_text(stored, Shape.DATE)


def test_days_outside_the_calendar_of_1904_are_refused() -> None:
    assert moment_text("2957003", Shape.DATE, from_1904=True) == "9999-12-31"
    with pytest.raises(InvalidValue):
        moment_text("2957004", Shape.DATE, from_1904=True)


def test_percentages_are_those_on_the_screen() -> None:
    assert percent_text("0.13") == "13%"
    assert percent_text("0.035000000000000003") == "3.5%"


def test_iso_dates() -> None:
    assert iso_text("2026-11-23") == "2026-11-23"
    assert iso_text("2026-11-23T08:30:00.000Z") == "2026-11-23 08:30:00"
    with pytest.raises(InvalidValue, match="not a date"):
        iso_text("2026-13-01")


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("General", Shape.NUMBER),
        ("0.00E+00", Shape.NUMBER),
        ('#,##0.00"件";[Red]-#,##0.00"days"', Shape.NUMBER),
        ("[$¥-804]#,##0.00", Shape.NUMBER),
        ("0\\d", Shape.NUMBER),
        ("@", Shape.NUMBER),
        ("0.0%", Shape.PERCENT),
        ("yyyy/m/d;@", Shape.DATE),
        ('yyyy"年"m"月"d"日"', Shape.DATE),
        ("[$-804]mmm", Shape.DATE),
        ("h:mm AM/PM", Shape.TIME),
        ("mm:ss.0", Shape.TIME),
        ("[h]:mm:ss", Shape.DURATION),
        ("[mm]:ss", Shape.DURATION),
    ],
)
def test_formats_of_dates_times_and_numbers(code: str, shape: Shape) -> None:
    assert shape_of(code) is shape


@given(st.integers(1, 18_278))
def test_columns_have_letters(number: int) -> None:
    assert column_number(letter(number)) == number


def test_letters_of_known_columns() -> None:
    assert [letter(n) for n in (1, 26, 27, 702, 703, 16_384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert [column_number(name) for name in ("", "a", "A1", "ABCD", "Ä")] == [0] * 5
    with pytest.raises(ValueError, match="from 1"):
        letter(0)
