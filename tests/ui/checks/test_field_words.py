"""The fields of checked papers have words."""

from __future__ import annotations

import dataclasses

import pytest

from factory_erp.checking import papers
from factory_erp.i18n import set_language
from factory_erp.ui.checks.field_words import NAMES, field_name


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("goods[1].unit_price", "goods 2, unit price"),
        ("lc_number", "number of the credit"),
        ("containers[0].vgm_kg", "containers 1, verified gross mass, kg"),
        ("", ""),
    ],
)
def test_field_paths_are_read_by_people(path: str, said: str) -> None:
    assert field_name(path) == said


def test_in_chinese_too() -> None:
    set_language("zh_CN")
    assert field_name("goods[1].unit_price") == "货物2，单价"


def test_every_field_of_a_checked_paper_has_a_word() -> None:
    records = [
        one for one in vars(papers).values() if isinstance(one, type) and dataclasses.is_dataclass(one)
    ]
    fields = {field.name for one in records for field in dataclasses.fields(one)}
    assert fields == set(NAMES)
