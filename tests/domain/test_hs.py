"""Commodity codes in the ways people write them."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.hs import HsCode
from tests.shared import shared_path


@pytest.mark.parametrize(
    "text", ["7323.93.00.00", "7323930000", "7323.93.0000", " 7323 93 00 00 ", "7323-93-0000"]
)
def test_one_code_written_in_many_ways(text: str) -> None:
    code = HsCode.parse(text)
    assert code.digits == "7323930000"
    assert code.format() == str(code) == "7323.93.0000"
    assert (code.six, code.chapter) == ("732393", "73")


@pytest.mark.parametrize(("digits", "printed"), [("732393", "7323.93"), ("73239300", "7323.93.00")])
def test_shorter_codes(digits: str, printed: str) -> None:
    assert HsCode(digits).format() == printed


@pytest.mark.parametrize(
    "text", ["", "7323", "73239", "73239300001", "7323.93.OO", "７３２３９３", "770000", "001234"]
)
def test_what_is_no_code(text: str) -> None:
    with pytest.raises(InvalidValue, match="HS code"):
        HsCode.parse(text)


def test_every_subheading_of_the_harmonized_system_is_accepted() -> None:
    path = shared_path("reference/hs/data/harmonized-system.csv")
    with path.open(encoding="utf-8", newline="") as file:
        codes = [row["hscode"] for row in csv.DictReader(file) if len(row["hscode"]) == 6]
    assert len(codes) > 5000
    assert [HsCode.parse(code).six for code in codes] == codes


@given(st.from_regex(r"[1-6][0-9]{5,9}", fullmatch=True))
def test_the_printed_form_reads_back(digits: str) -> None:
    assert HsCode.parse(HsCode(digits).format()) == HsCode(digits)
