"""Words, names and places of papers, compared as a document checker reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.checking.firm import Firm
from factory_erp.checking.parties import compare_firms, compare_names
from factory_erp.checking.places import countries_in, country_code, country_in, port_fits, ports_in
from factory_erp.checking.texts import (
    MAX_WORDS,
    carries,
    compare,
    contains,
    folded,
    joined_initials,
    keys,
    marks_key,
    normalised,
    package_line,
    spelling,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Stainless-steel pots, 18 cm", "STAINLESS STEEL POTS 18 CM"),
        ("São Paulo ５", "SAO PAULO 5"),
        ("1,000.00 PCS", "1000 PCS"),
        ("1.000,50", "1000.5"),
        ("5PCS", "5 PCS"),
        ("2026.05.15", "2026.05.15"),
        ("4,50", "4.5"),
        ("不锈钢 pot", "不 锈 钢 POT"),
        ("007", "007"),
    ],
)
def test_words_are_folded(text: str, found: str) -> None:
    assert normalised(text) == found


def test_initials_are_one_word() -> None:
    assert keys(joined_initials("P.R. CHINA")) == ["PR", "CHINA"]
    assert folded("ﬁn") == "FIN"


def missing(first: str, second: str) -> list[str]:
    """The words of *first* that *second* has nowhere."""
    return [word.key for word in compare(first, second).missing]


def test_a_description_is_contained_wherever_its_words_stand() -> None:
    assert missing("COTTON SHIRTS, BLUE, 100 PCS", "100 PCS of blue cotton shirts with buttons") == []
    assert missing("COTTON SHIRTS", "cotton skirts") == ["SHIRTS"]
    assert missing("TWO TWO", "TWO") == ["TWO"]
    assert missing("", "ANYTHING") == []


def test_a_comparison_shows_both_texts_in_parts() -> None:
    parts = compare("Blue cotton shirts", "Blue silk shirts, long").parts
    assert [(part.kind, part.text) for part in parts] == [
        ("same", "Blue"),
        ("missing", "cotton"),
        ("extra", "silk"),
        ("same", "shirts"),
        ("extra", "long"),
    ]


def test_long_texts_are_compared_as_bags() -> None:
    long = " ".join(f"W{number}" for number in range(MAX_WORDS))
    assert missing(long, f"EXTRA {long}") == []
    assert missing(f"{long} MORE", long) == ["MORE"]
    assert spelling(long, f"{long} X") == "different"


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("MODEL 123", "MODEL 321", "digits"),
        ("SEWING MACHINE", "SEWING MASHINE", "letters"),
        ("SEWING MACHINE", "Sewing-machine", "same"),
        ("WOOD WORK", "WOODWORK", "same"),
        ("MODEL K-99T", "MODEL K-99P", "digits"),
        ("1,000 PCS", "1000 PCS", "same"),
        ("RED SHOES", "HOUSEHOLD ARTICLES OF STEEL", "different"),
        ("RED SHOES", "RED BOOTS", "different"),
        ("12345", "67890", "different"),
        ("", "", "same"),
    ],
)
def test_digits_matter_more_than_letters(first: str, second: str, kind: str) -> None:
    assert spelling(first, second) == kind
    assert spelling(second, first) == kind


def test_phrases_and_numbers_are_found_in_texts() -> None:
    assert contains("We state: GOODS OF CHINESE ORIGIN.", "goods of chinese origin")
    assert not contains("GOODS OF ORIGIN CHINESE", "CHINESE ORIGIN")
    assert carries("L/C NO. LC 2026/18 DATED", "LC-2026/18")
    assert carries("P/O4500018", "4500018")
    assert not carries("P/O45000181", "4500018")
    assert carries("PO NO.4500018.", "4500018")
    assert not carries("LC-2026/180", "LC-2026/18")


def test_marks_are_compared_without_spaces_and_package_numbers() -> None:
    assert marks_key(("A.B.C.", "C/NO. 1-50")) == marks_key(("ABC", "CTN NO.: 1-UP"))
    assert marks_key(("N/M",)) == marks_key(()) == ()
    assert package_line(("ABC", "C/NO. 1-50")) == "C/NO. 1-50"
    assert package_line(("ABC", "1/25")) == "1/25"
    assert package_line(("ABC", "C/NO.:")) == ""
    assert package_line(("PO 4500018",)) == ""


@pytest.mark.parametrize(
    ("first", "second", "likeness"),
    [
        ("NINGBO HAI CO., LTD.", "Ningbo Hai Co Ltd", "same"),
        ("NINGBO HAI CO., LTD.", "NINGBO HAI COMPANY LIMITED", "abbreviated"),
        ("HAI IMP. & EXP. CORP.", "HAI IMPORT AND EXPORT CORPORATION", "abbreviated"),
        (
            "88 JIANG RD., NINGBO, P.R. CHINA",
            "No 88 Jiang Road, Ningbo, PR China".replace("No ", ""),
            "abbreviated",
        ),
        ("NINGBO HAIYUE LTD", "NINGBO HAIYEU LTD", "misspelt"),
        ("NINGBO HAI LTD", "SHANGHAI MOON GMBH", "different"),
        ("NINGBO HAI LTD", "", "unknown"),
    ],
)
def test_names_that_are_only_abbreviated_are_the_same_firm(first: str, second: str, likeness: str) -> None:
    assert compare_names(first, second) == likeness
    assert compare_names(second, first) == likeness


def test_firms_are_compared_with_country_and_without_telephones() -> None:
    one = Firm("HAI LTD", ("88 JIANG RD", "NINGBO, CHINA", "TEL 0574 1234"), "CN")
    other = Firm("HAI LIMITED", ("88 JIANG ROAD, NINGBO, CHINA",))
    assert compare_firms(one, other).name == "abbreviated"
    assert compare_firms(one, other).address == "abbreviated"
    assert compare_firms(one, other).same_country
    assert not compare_firms(one, Firm("HAI LTD", ("HANOI, VIETNAM",))).same_country
    assert (
        compare_firms(Firm("GREAT LONG NAME", ("CO., LTD",)), Firm("GREAT LONG NAME CO LTD")).name
        == "abbreviated"
    )
    assert compare_firms(Firm("NINGBO HAI", name_local="宁波海"), Firm("宁波海")).name == "same"
    assert compare_firms(Firm("宁波海"), Firm("NINGBO HAI", name_local="宁波海")).name == "same"


def test_countries_by_code_name_and_nationality() -> None:
    assert [country_code(text) for text in ("cn", "CHN", "P.R. China", "中国", "Narnia")] == [
        "CN",
        "CN",
        "CN",
        "CN",
        "",
    ]
    assert countries_in("ANY CHINESE OR VIETNAMESE PORT") == ("CN", "VN")
    assert country_in("5 CHINA STREET, LONDON, U.K.") == "GB"


def test_ports_by_any_of_their_names() -> None:
    assert [port.code for port in ports_in("XINGANG, CHINA")] == ["CNTXG"]
    assert [port.code for port in ports_in("CNSHA or 宁波")] == ["CNSGH", "CNNBO"]
    assert [port.code for port in ports_in("宁波")] == ["CNNBO"]
    assert ports_in("NOWHERE") == ()


@pytest.mark.parametrize(
    ("asked", "stated"),
    [
        ("NINGBO, CHINA", "NINGBO"),
        ("NINGBO", "NINGBO PORT, P.R. CHINA"),
        ("ANY CHINESE PORT", "QINGDAO, CHINA"),
        ("ANY PORT IN CHINA", "TIANJIN"),
        ("CHINA MAIN PORTS", "SHEKOU"),
        ("SHANGHAI OR NINGBO, CHINA", "NINGBO"),
        ("SHANGHAI/QINGDAO", "Qingdao"),
        ("ANY EUROPEAN PORT", "HAMBURG"),
        ("ANY PORT", "SOMEWHERE"),
        ("ANY CHINESE PORT", "SANSHAN"),
        ("SANSHAN, CHINA", "SANSHAN PORT"),
        ("", "NINGBO"),
        ("NINGBO", ""),
        ("DJIBOUTI", "DJIBOUTI"),
        ("HO CHI MINH CITY", "SAIGON"),
    ],
)
def test_a_port_fits_what_is_asked(asked: str, stated: str) -> None:
    assert port_fits(asked, stated)


@pytest.mark.parametrize(
    ("asked", "stated"),
    [
        ("NINGBO, CHINA", "SHANGHAI, CHINA"),
        ("ANY CHINESE PORT", "HAIPHONG, VIETNAM"),
        ("ANY CHINESE PORT", "ANY CHINESE PORT"),
        ("ANY EUROPEAN PORT", "SHANGHAI"),
        ("SANSHAN", "FOSHAN"),
        ("SHANGHAI OR NINGBO", "XIAMEN"),
    ],
)
def test_another_port_does_not(asked: str, stated: str) -> None:
    assert not port_fits(asked, stated)


@given(st.text(max_size=120), st.text(max_size=120))
def test_no_text_is_too_strange(first: str, second: str) -> None:
    assert missing(first, first) == []
    assert spelling(first, second) == spelling(second, first) or spelling(first, second) != "same"
    assert compare_names(first, second) in ("same", "abbreviated", "misspelt", "different", "unknown")
    assert port_fits(first, second) in (True, False)
    assert carries(first, second) in (True, False)
    assert marks_key((first, second)) is not None
