"""The port table against UN/LOCODE, and the codes that the trade writes instead."""

from __future__ import annotations

import csv

import pytest

from factory_erp.domain.countries import COUNTRIES
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.ports import ALIASES, PORTS, port, port_name
from tests.shared import shared_path


def test_every_code_is_a_seaport_of_unlocode() -> None:
    path = shared_path("reference/unlocode/unlocode_2024-1_seaports.csv")
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        seaports = {row["locode"] for row in csv.DictReader(file) if row["function"].startswith("1")}
    assert set(PORTS) <= seaports


def test_the_table_is_whole() -> None:
    chinese = [found for found in PORTS.values() if found.country == "CN"]
    assert len(chinese) >= 40
    assert len(PORTS) - len(chinese) >= 60
    for code, found in PORTS.items():
        assert code == found.code
        assert found.country == code[:2]
        assert found.country in COUNTRIES
        assert found.en.isascii()
        assert found.zh
    assert len({found.en for found in PORTS.values()}) == len(PORTS)
    assert len({found.zh for found in PORTS.values()}) == len(PORTS)


def test_aliases_lead_to_ports_and_are_none_themselves() -> None:
    assert set(ALIASES.values()) <= set(PORTS)
    assert not set(ALIASES) & set(PORTS)


@pytest.mark.parametrize(
    ("code", "official", "zh"),
    [
        ("CNSHA", "CNSGH", "上海"),
        ("CNNGB", "CNNBO", "宁波"),
        ("CNTAO", "CNQIN", "青岛"),
        ("DEHAM", "DEHAM", "汉堡"),
    ],
)
def test_habitual_codes_are_understood(code: str, official: str, zh: str) -> None:
    assert port(code).code == official
    assert port_name(code, "zh_CN") == zh


def test_english_is_the_name_for_other_languages() -> None:
    assert port_name("CNSGH", "en") == port_name("CNSGH", "es") == "Shanghai"


@pytest.mark.parametrize("code", ["XXXXX", "cnsgh", "", None])
def test_unknown_ports_are_refused(code: str) -> None:
    with pytest.raises(InvalidValue, match="port"):
        port(code)
