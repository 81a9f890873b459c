"""The documentation of the set file and the rules names everything that there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from factory_erp.checking.credit import Credit
from factory_erp.checking.findings import RULES
from factory_erp.checking.papers import (
    Cartons,
    Certificate,
    Charge,
    Container,
    Customs,
    Draft,
    Goods,
    Insurance,
    Paper,
    PaperSet,
    SupplierInvoice,
)
from factory_erp.checking.set_file import from_json

PAGE = (Path(__file__).parents[2] / "docs" / "checking.md").read_text(encoding="utf-8")
RECORDS = (
    Cartons,
    Certificate,
    Charge,
    Container,
    Credit,
    Customs,
    Draft,
    Goods,
    Insurance,
    Paper,
    PaperSet,
    SupplierInvoice,
)


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_of_the_file_is_documented(record: type) -> None:
    assert [field.name for field in fields(record) if f"`{field.name}`" not in PAGE] == []


def test_every_rule_is_documented_with_its_severity_and_source() -> None:
    rows = re.findall(r"^\| (\d+) \| ([EWI]) \| .+ \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows == [(str(rule.number), rule.severity, rule.article) for rule in RULES.values()]


def test_the_example_of_a_set_file_is_read() -> None:
    examples = re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)
    papers, unread = from_json(examples[1])
    assert [paper.name for paper in papers.papers] == ["CI", "packing_list"]
    assert papers.credit is not None
    assert papers.credit.number == "LC26081234"
    assert unread == ()
