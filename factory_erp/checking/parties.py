"""Names and addresses of firms: what is only written differently, and what is another firm.

UCP 600 article 14j: addresses of applicant and beneficiary need not be the same in every paper if the
country is; telephone, fax and e-mail do not count. Usual abbreviations are no misspelling
(ISBP 821 paragraphs A1 and A2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from factory_erp.checking.firm import Firm
from factory_erp.checking.places import country_in
from factory_erp.checking.texts import folded, joined_initials, keys, normalised, spelling

Likeness = Literal["same", "abbreviated", "misspelt", "different", "unknown"]
"""How a name compares with another; unknown where one of them is not stated."""

_ABBREVIATIONS = {
    short: long
    for long, shorts in {
        "COMPANY": "CO COY",
        "LIMITED": "LTD LTDA",
        "CORPORATION": "CORP",
        "INCORPORATED": "INC",
        "PRIVATE": "PTE PVT PTY",
        "INTERNATIONAL": "INTL INTERNATL",
        "IMPORT": "IMP",
        "EXPORT": "EXP",
        "INDUSTRY": "IND INDUSTRIES INDUSTRIAL INDS",
        "MANUFACTURING": "MFG MANUF MANUFACTURER MANUFACTURERS MFR",
        "TECHNOLOGY": "TECH TECHNOLOGIES",
        "TRADING": "TRDG TRAD",
        "MACHINERY": "MACH",
        "ELECTRIC": "ELEC",
        "ENTERPRISE": "ENT ENTERPRISES",
        "BROTHERS": "BROS",
        "GROUP": "GRP GP",
        "HOLDING": "HLDG HLDGS HOLDINGS",
        "DEVELOPMENT": "DEV",
        "ROAD": "RD",
        "STREET": "ST STR",
        "AVENUE": "AVE AV",
        "BOULEVARD": "BLVD",
        "LANE": "LN",
        "DRIVE": "DR",
        "BUILDING": "BLDG BLD",
        "FLOOR": "FL FLR F",
        "ROOM": "RM",
        "NUMBER": "NO NOS NUM NR",
        "DISTRICT": "DIST",
        "PROVINCE": "PROV",
        "TOWN": "TWN",
        "ZONE": "ZN",
        "NORTH": "N",
        "SOUTH": "S",
        "EAST": "E",
        "WEST": "W",
        "CENTRE": "CTR CENTER",
    }.items()
    for short in shorts.split()
}
_PASSED_OVER = frozenset(("AND", "THE", "MESSRS", "MS", "OF"))
_RUN = (("P R CHINA", "CHINA"), ("PR CHINA", "CHINA"), ("PRC", "CHINA"), ("INT L", "INTERNATIONAL"))
_REACHED_BY = re.compile(
    r"\b(?:TEL|TELEPHONE|PHONE|FAX|MOBILE|MOB|E-?MAIL|WWW|HTTPS?|WECHAT|ATTN|电话|传真|邮箱)\b.*", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class FirmLikeness:
    """How a firm on one paper compares with the firm on another, or in the credit."""

    name: Likeness
    address: Likeness
    same_country: bool
    """Whether the countries agree, or cannot be told from what is written."""


def name_key(text: str) -> tuple[str, ...]:
    """The words of a name or address in full: "Ningbo Hai Imp. & Exp. Co., Ltd." as COMPANY, LIMITED …"""
    plain = normalised(joined_initials(folded(text)))
    for short, long in _RUN:
        plain = f" {plain} ".replace(f" {short} ", f" {long} ").strip()
    return tuple(_ABBREVIATIONS.get(word, word) for word in plain.split() if word not in _PASSED_OVER)


def compare_names(first: str, second: str) -> Likeness:
    """How two names, or two addresses, compare."""
    if not keys(first) or not keys(second):
        return "unknown"
    if normalised(first) == normalised(second):
        return "same"
    left, right = name_key(first), name_key(second)
    if left == right or "".join(left) == "".join(right):
        return "abbreviated"
    return "misspelt" if spelling(" ".join(left), " ".join(right)) == "letters" else "different"


def compare_firms(first: Firm, second: Firm) -> FirmLikeness:
    """How two firms compare; a name that runs on into the first address line is put together again."""
    left, right = postal(first), postal(second)
    countries = (_country(first), _country(second))
    return FirmLikeness(
        _names(first, second),
        compare_names(left, right),
        not all(countries) or countries[0] == countries[1],
    )


def _names(first: Firm, second: Firm) -> Likeness:
    found = compare_names(first.name, second.name)
    if found != "different":
        return found
    # a SWIFT line holds 35 characters, so a long name goes on in the line below it
    for one, other in ((first, second), (second, first)):
        if one.address and compare_names(f"{one.name} {one.address[0]}", other.name) in (
            "same",
            "abbreviated",
        ):
            return "abbreviated"
    if first.name_local and normalised(first.name_local) == normalised(second.name):
        return "same"
    return "same" if second.name_local and normalised(second.name_local) == normalised(first.name) else found


def postal(firm: Firm) -> str:
    """The address without telephone, fax and e-mail, which UCP 600 article 14j disregards."""
    return " ".join(_REACHED_BY.sub("", line) for line in firm.address).strip()


def _country(firm: Firm) -> str:
    return firm.country or country_in(" ".join(firm.address))
