"""Ports and countries as papers and credits write them, and whether one fits the other.

A credit may name a port, several, or a region ("any Chinese port"); the paper must name one real port
(UCP 600 article 20a iii, ISBP 821 paragraphs E6 to E8).
"""

from __future__ import annotations

import re
from functools import cache

from factory_erp.checking.texts import contains, folded, joined_initials, keys, normalised
from factory_erp.domain.countries import COUNTRIES
from factory_erp.domain.ports import ALIASES, PORTS, Port

_COUNTRY_NAMES = {
    "CN": "P R CHINA|PRC|PR CHINA|PEOPLES REPUBLIC OF CHINA|CHINESE|中国",
    "US": "USA|U S A|UNITED STATES OF AMERICA|AMERICAN|AMERICA",
    "GB": "UK|U K|ENGLAND|GREAT BRITAIN|SCOTLAND|BRITISH",
    "AE": "UAE|U A E|EMIRATES",
    "KR": "KOREA|REPUBLIC OF KOREA|S KOREA|KOREAN",
    "VN": "VIET NAM|VIETNAMESE",
    "RU": "RUSSIAN FEDERATION|RUSSIAN",
    "TR": "TURKEY|TURKISH",
    "NL": "HOLLAND|THE NETHERLANDS|DUTCH",
    "CZ": "CZECH REPUBLIC",
    "SA": "KSA|KINGDOM OF SAUDI ARABIA|SAUDI",
    "HK": "HONGKONG|HK",
    "MO": "MACAU",
    "TW": "TAIWAN CHINA",
    "DE": "GERMAN",
    "FR": "FRENCH",
    "IT": "ITALIAN",
    "ES": "SPANISH",
    "PT": "PORTUGUESE",
    "JP": "JAPANESE",
    "IN": "INDIAN",
    "TH": "THAI",
    "ID": "INDONESIAN",
    "MY": "MALAYSIAN",
    "PK": "PAKISTANI|PAKISTAN",
    "BD": "BANGLADESHI",
    "BR": "BRASIL|BRAZILIAN",
    "MX": "MEXICAN",
    "EG": "EGYPTIAN",
    "CI": "IVORY COAST|COTE D IVOIRE",
    "LA": "LAO",
    "IR": "IRANIAN",
}
_EUROPEAN = "NL DE BE GB IE FR ES PT IT GR SI HR RO BG MT CY PL DK SE NO FI EE LV LT AL ME"
_EUROPE = frozenset(_EUROPEAN.split())
_REGIONS = {"EUROPE": _EUROPE, "EUROPEAN": _EUROPE, "EU": _EUROPE}
_PORT_NAMES = {
    "CNTXG": "XINGANG|TIANJIN|TIANJIN XINGANG|XIN GANG",
    "CNNBO": "NINGBO ZHOUSHAN|NINGBO",
    "CNFAN": "FANGCHENGGANG",
    "CNXAM": "AMOY",
    "CNSTG": "SWATOW",
    "HKHKG": "HONGKONG|HK",
    "TWKEL": "CHILUNG|JILONG",
    "VNSGN": "HO CHI MINH|HOCHIMINH|HOCHIMINH CITY|SAIGON|HCMC",
    "VNHPH": "HAI PHONG",
    "THLCH": "LAEMCHABANG",
    "MYPKG": "PORT KELANG|KLANG",
    "INBOM": "BOMBAY",
    "INMAA": "MADRAS",
    "INCCU": "CALCUTTA",
    "INNSA": "JNPT|JAWAHARLAL NEHRU",
    "BDCGP": "CHITTAGONG",
    "BEANR": "ANTWERPEN|ANVERS",
    "FRLEH": "HAVRE|LEHAVRE",
    "FRFOS": "FOS SUR MER",
    "ITGOA": "GENOVA",
    "ITLIV": "LEGHORN",
    "ESBIO": "VIZCAYA",
    "ESVLC": "VALENCIA SPAIN",
    "GRPIR": "PIREAUS",
    "KRPUS": "PUSAN",
    "KRINC": "INCHON",
    "RULED": "ST PETERSBURG|SANKT PETERBURG",
    "UAODS": "ODESSA",
    "AEJEA": "JEBELALI",
    "EGSOK": "AIN SOKHNA|SOKHNA",
    "DEHAM": "HAMBOURG",
    "COCTG": "CARTAGENA COLOMBIA",
    "USNYC": "NEW YORK NEW JERSEY",
    "NLRTM": "ROTERDAM",
}
_GENERIC_WORDS = """
    ANY MAIN PORT PORTS SEAPORT SEAPORTS SEA AIRPORT AIRPORTS IN OF THE A ONE BASE OR AND FROM MAINLAND OTHER
    S VIA TERMINAL CITY HARBOR HARBOUR
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
_ALTERNATIVE = re.compile(r"\s+(?:AND\s*/\s*OR|OR)\s+|/|;")


@cache
def _country_by_name() -> dict[str, str]:
    """Normalised English and Chinese name to alpha-2 code."""
    found = {normalised(one.en): code for code, one in COUNTRIES.items()}
    found |= {normalised(one.zh): code for code, one in COUNTRIES.items()}
    found |= {normalised(name): code for code, names in _COUNTRY_NAMES.items() for name in names.split("|")}
    return {name: code for name, code in found.items() if name}


@cache
def _country_pattern() -> re.Pattern[str]:
    names = sorted(_country_by_name(), key=len, reverse=True)
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, names))})(?!\S)")


def countries_in(text: str) -> tuple[str, ...]:
    """Alpha-2 codes of the countries that *text* names, in its order, a nationality too ("Chinese port")."""
    plain = normalised(joined_initials(text))
    return tuple(_country_by_name()[name] for name in _country_pattern().findall(plain))


def country_in(text: str) -> str:
    """The country named last, as an address ends with it; empty if none is."""
    return (countries_in(text) or ("",))[-1]


def country_code(text: str) -> str:
    """Alpha-2 code of a country given by code (two or three letters) or name; empty where it is not known."""
    plain = text.strip().upper()
    if plain in COUNTRIES:
        return plain
    return _alpha2_by_alpha3().get(plain) or country_in(text)


@cache
def _alpha2_by_alpha3() -> dict[str, str]:
    return {one.alpha3: code for code, one in COUNTRIES.items()}


@cache
def _port_by_name() -> dict[str, str]:
    found = {normalised(one.en): code for code, one in PORTS.items()}
    found |= {normalised(one.zh): code for code, one in PORTS.items()}
    found |= {normalised(name): code for code, names in _PORT_NAMES.items() for name in names.split("|")}
    found |= {code: code for code in PORTS} | dict(ALIASES)
    return found


@cache
def _port_pattern() -> re.Pattern[str]:
    names = sorted(_port_by_name(), key=len, reverse=True)
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, names))})(?!\S)")


def ports_in(text: str) -> tuple[Port, ...]:
    """The known ports that *text* names, by any of their names or codes, each once."""
    found = dict.fromkeys(_port_by_name()[name] for name in _port_pattern().findall(normalised(text)))
    return tuple(PORTS[code] for code in found)


def port_fits(asked: str, stated: str) -> bool:
    """Whether the port *stated* on a paper is the one *asked* for, or one of those or of the region asked.

    What cannot be told, as nothing is asked or stated, or a port of a region is not known, fits. A paper
    that itself says "any port" does not.
    """
    if not keys(asked) or not keys(stated):
        return True
    if "ANY" in keys(stated):
        return False
    if contains(stated, asked):
        return True
    return any(_fits_one(one, stated) for one in _ALTERNATIVE.split(folded(asked)) if keys(one))


def _fits_one(asked: str, stated: str) -> bool:
    wanted, found = ports_in(asked), ports_in(stated)
    if wanted and found:
        return bool(set(wanted) & set(found))
    if _only_region(asked):
        return _in_region(asked, stated, found)
    left, right = set(_own_words(asked)), set(_own_words(stated))
    return bool(left and right) and (left <= right or right <= left)


def _in_region(asked: str, stated: str, found: tuple[Port, ...]) -> bool:
    region = _region(asked)
    countries = {one.country for one in found} or set(countries_in(stated))
    return not region or not countries or bool(region & countries)


def _region(text: str) -> frozenset[str]:
    """The countries that "any … port" means; none where the region is not known here."""
    regions = [_REGIONS[word] for word in keys(text) if word in _REGIONS]
    return frozenset(countries_in(text)).union(*regions)


def _only_region(text: str) -> bool:
    """Whether *text* names no port of its own: "ANY PORT IN CHINA", "CHINA MAIN PORTS"."""
    return not ports_in(text) and not _own_words(text)


def _own_words(text: str) -> list[str]:
    plain = _country_pattern().sub(" ", normalised(joined_initials(text)))
    return [word for word in plain.split() if word not in _GENERIC and word not in _REGIONS]
