"""Countries as platforms write them, by code or by English name, to ISO 3166-1 alpha-2."""

from __future__ import annotations

import re

from factory_erp.domain.countries import COUNTRIES
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

_ALIASES = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "usa": "US",
    "united states of america": "US",
    "russian federation": "RU",
    "korea": "KR",
    "republic of korea": "KR",
    "korea south": "KR",
    "viet nam": "VN",
    "czech republic": "CZ",
    "turkiye": "TR",
    "uae": "AE",
    "holland": "NL",
    "the netherlands": "NL",
    "hong kong sar china": "HK",
    "macau": "MO",
    "burma": "MM",
    "ivory coast": "CI",
    "swaziland": "SZ",
    "macedonia": "MK",
    "brunei darussalam": "BN",
}


def _normal(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.casefold()).split())


_CODES = {
    **{_normal(found.en): found.alpha2 for found in COUNTRIES.values()},
    **{found.alpha3.casefold(): found.alpha2 for found in COUNTRIES.values()},
    **{code.casefold(): code for code in COUNTRIES},
    **_ALIASES,
}


def country_code(text: str) -> str:
    """The alpha-2 code of the country called *text*; InvalidValue if there is none of that name."""
    found = _CODES.get(_normal(text))
    if found is None:
        raise InvalidValue(_("'{name}' is not the name of a country.", name=text))
    return found
