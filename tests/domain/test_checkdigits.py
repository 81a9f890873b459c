"""Check digits: known numbers, and that a slip of the finger is found."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from factory_erp.domain.checkdigits import (
    gs1_check_digit,
    is_container_number,
    is_gtin,
    is_sscc,
    is_uscc,
    iso6346_check_digit,
    make_sscc,
)
from factory_erp.domain.errors import InvalidValue

digits17 = st.text("0123456789", min_size=17, max_size=17)
container_bodies = st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True)


@pytest.mark.parametrize("gtin", ["96385074", "036000291452", "4006381333931", "10012345678902"])
def test_known_article_numbers(gtin: str) -> None:
    assert is_gtin(gtin)
    assert not is_gtin(gtin[:-1] + str((int(gtin[-1]) + 1) % 10))


@pytest.mark.parametrize(
    "text", ["", "4006381333932", "400638133393", "４００６３８１３３３９３１", "40063813339 31"]
)
def test_what_is_no_article_number(text: str) -> None:
    assert not is_gtin(text)


def test_an_sscc_is_built_from_its_parts() -> None:
    sscc = make_sscc(3, "6901234", 7)
    assert sscc[:-1] == "36901234000000007"
    assert is_sscc(sscc)
    assert make_sscc("0", "123456789012", "9999").startswith("01234567890129999")
    assert is_sscc("106141412345678908")


@pytest.mark.parametrize(
    ("extension", "prefix", "serial"),
    [(10, "6901234", 1), (-1, "6901234", 1), (0, "690", 1), (0, "69012AB", 1), (0, "123456789012", 10_000)],
)
def test_parts_that_do_not_fit_an_sscc_are_refused(extension: int, prefix: str, serial: int) -> None:
    with pytest.raises(InvalidValue):
        make_sscc(extension, prefix, serial)


@pytest.mark.parametrize("serial", [-1, "12a", ""])
def test_a_serial_is_a_number(serial: int | str) -> None:
    with pytest.raises(InvalidValue):
        make_sscc(0, "6901234", serial)


@given(digits17, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(body: str, place: int, shift: int) -> None:
    sscc = body + gs1_check_digit(body)
    assert is_sscc(sscc)
    wrong = str((int(sscc[place]) + shift) % 10)
    assert not is_sscc(sscc[:place] + wrong + sscc[place + 1 :])


@pytest.mark.parametrize("text", ["", "12a", "１２", "-1"])
def test_check_digits_are_of_digits(text: str) -> None:
    with pytest.raises(InvalidValue):
        gs1_check_digit(text)


def test_known_containers() -> None:
    assert iso6346_check_digit("CSQU305438") == "3"
    assert is_container_number("CSQU3054383")
    assert is_container_number("MSKU0000000") == (iso6346_check_digit("MSKU000000") == "0")


@pytest.mark.parametrize(
    "text", ["", "CSQU3054384", "csqu3054383", "CSQX3054383", "CSQU305438", "CSQU30543833"]
)
def test_what_is_no_container(text: str) -> None:
    assert not is_container_number(text)


def test_a_malformed_beginning_is_refused() -> None:
    with pytest.raises(InvalidValue):
        iso6346_check_digit("CSQ3054383")


@given(container_bodies)
def test_letters_count_as_the_standard_lists_them(body: str) -> None:
    values = [n for n in range(10, 39) if n % 11]
    table = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", values, strict=True)) | {str(n): n for n in range(10)}
    total = sum(table[character] * 2**place for place, character in enumerate(body))
    assert iso6346_check_digit(body) == str(total % 11)[-1]
    assert is_container_number(body + iso6346_check_digit(body))


@pytest.mark.parametrize("code", ["91330100799655058B", "914403001922038216"])
def test_known_company_codes(code: str) -> None:
    assert is_uscc(code)


@pytest.mark.parametrize(
    "text", ["", "91330100799655058A", "9133010079965505", "91330100799655O58B", "91330100799655058b"]
)
def test_what_is_no_company_code(text: str) -> None:
    assert not is_uscc(text)


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_company_code_is_found(place: int, character: str) -> None:
    code = "91330100799655058B"
    assume(code[place] != character)
    assert not is_uscc(code[:place] + character + code[place + 1 :])
