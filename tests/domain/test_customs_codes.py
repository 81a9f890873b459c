from __future__ import annotations

import csv

import pytest

from factory_erp.domain import customs_codes as codes
from factory_erp.domain.customs_codes import (
    CURRENCIES,
    LEVY_NATURES,
    PACKINGS,
    SUPERVISION_MODES,
    TERMS,
    TRANSPORT_MODES,
    container_spec,
    country_code,
    stored_length,
    terms_of,
)
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.incoterms import INCOTERMS
from factory_erp.domain.packages import PACKAGES
from tests.shared import shared_path

REFERENCE = {
    "BaseTrade": (TERMS,),
    "BaseTransport": (TRANSPORT_MODES,),
    "BaseWrapType": (PACKINGS,),
    "BaseMonitorWay": (SUPERVISION_MODES,),
    "BaseLevy": (LEVY_NATURES,),
    "BaseContainer": (codes.CONTAINER_SPECS,),
    "Currency": (CURRENCIES,),
}


@pytest.mark.parametrize("name", REFERENCE)
def test_the_tables_agree_with_the_customs_own(name: str):
    known: dict[str, str] = {}
    for path in shared_path("reference/cn-customs").glob(f"{name}*.csv"):
        for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), ["code", "name"]):
            known[row["code"].strip()] = row["name"].strip()
    for table in REFERENCE[name]:
        assert {code: entry.name for code, entry in table.items()}.items() <= known.items()


def test_every_incoterm_is_declared_and_freight_follows_the_price():
    declared = {code: terms_of(code).name for code in INCOTERMS}
    assert declared == {
        "EXW": "EXW",
        "FCA": "FOB",
        "FAS": "FOB",
        "FOB": "FOB",
        "CFR": "C&F",
        "CPT": "C&F",
        "CIF": "CIF",
        "CIP": "CIF",
        "DAP": "CIF",
        "DPU": "CIF",
        "DDP": "CIF",
    }
    for code, term in INCOTERMS.items():
        assert (terms_of(code).code in codes.WITH_FREIGHT) == term.seller_pays_freight


def test_every_package_has_a_customs_packing():
    assert {kind.customs_cn for kind in PACKAGES.values()} <= set(PACKINGS)


def test_countries_are_alpha_3():
    assert country_code("DK") == codes.CustomsCode("DNK", "丹麦")
    with pytest.raises(InvalidValue):
        country_code("XX")


@pytest.mark.parametrize(
    ("type_code", "spec"),
    [
        ("20GP", "21"), ("40GP", "11"), ("40HQ", "11"), ("45HQ", "11"), ("20RF", "22"), ("40RH", "12"),
        ("20TK", "23"), ("20OT", "31"), ("40FR", "32"), ("LCL", ""), ("", ""),
    ],
)  # fmt: skip
def test_container_specs(type_code: str, spec: str):
    found = container_spec(type_code)
    assert (found.code if found else "") == spec


def test_length_counts_chinese_twice():
    assert stored_length("304 不锈钢") == 4 + 6
    assert stored_length("") == 0


def test_currency_names_fall_back_to_the_code():
    assert codes.currency_name("USD") == "美元"
    assert codes.currency_name("VND") == "VND"
