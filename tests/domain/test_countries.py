"""The country table is complete and agrees with the published lists."""

from __future__ import annotations

import csv

import pytest

from factory_erp.domain.countries import COUNTRIES, country, country_name
from factory_erp.domain.errors import InvalidValue
from tests.shared import shared_path

RENAMED_SINCE = {
    "俄罗斯联邦",
    "北马里亚纳自由联邦",
    "圣马丁(法国)",
    "塞尔维亚共和国",
    "孟加拉",
    "密克罗尼西亚(联邦)",
    "库腊索岛",
    "斯瓦尔巴岛和扬马延岛",
    "福克兰群岛(马尔维纳斯)",
    "阿兰群岛（波罗的海中芬兰所属群岛）",
    "加勒比海圣巴特岛",
    "博内尔岛、圣尤斯特歇斯岛和萨巴岛",
    "马其顿",
    "黑山共和国",
    "香港",
    "澳门",
    "台湾",
}
"""Names of the customs table that are longer, older or less official than everyday use."""


def test_codes_are_those_of_iso_3166() -> None:
    path = shared_path("reference/countries/country-codes.csv")
    with path.open(encoding="utf-8", newline="") as file:
        published = {row["ISO3166-1-Alpha-2"]: row["ISO3166-1-Alpha-3"] for row in csv.DictReader(file)}
    assert {code: found.alpha3 for code, found in COUNTRIES.items()} == published


def test_chinese_names_are_those_of_customs() -> None:
    path = shared_path("reference/cn-customs/BaseCountry.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        customs = {row["code"]: row["name_zh"].strip() for row in csv.DictReader(file)}
    differing = {
        customs[found.alpha3]
        for found in COUNTRIES.values()
        if found.alpha3 in customs and customs[found.alpha3] != found.zh
    }
    assert differing == RENAMED_SINCE


def test_the_table_is_whole() -> None:
    assert len(COUNTRIES) == 249
    for code, found in COUNTRIES.items():
        assert code == found.alpha2
        assert found.en.isascii()
        assert found.en == found.en.strip()
        assert found.zh
    for names in (
        [found.en for found in COUNTRIES.values()],
        [found.zh for found in COUNTRIES.values()],
        [found.alpha3 for found in COUNTRIES.values()],
    ):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("code", "en", "zh"),
    [
        ("US", "United States", "美国"),
        ("DE", "Germany", "德国"),
        ("CN", "China", "中国"),
        ("RU", "Russia", "俄罗斯"),
    ],
)
def test_everyday_names(code: str, en: str, zh: str) -> None:
    assert country_name(code, "en") == en
    assert country_name(code, "fr") == en
    assert country_name(code, "zh_CN") == zh


@pytest.mark.parametrize("code", ["de", "UK", "XX", "", None])
def test_unknown_codes_are_refused(code: str) -> None:
    with pytest.raises(InvalidValue, match="country"):
        country(code)
