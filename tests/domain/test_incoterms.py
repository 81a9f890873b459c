"""The Incoterms table against the reference table, and terms with their place."""

from __future__ import annotations

import csv

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.incoterms import INCOTERMS, TradeTerm, incoterm
from tests.shared import shared_path


def test_every_rule_agrees_with_the_reference_table() -> None:
    with shared_path("reference/incoterms2020.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(INCOTERMS)
    for code, row in rows.items():
        term = INCOTERMS[code]
        assert term.sea_only == (row["mode"] == "sea"), code
        assert term.seller_pays_freight == (row["main_carriage_by"] == "seller"), code
        assert term.seller_insures == row["insurance_by"].startswith("seller"), code
        assert term.customs_cn == row["cn_customs_transmode"], code


@pytest.mark.parametrize("code", sorted(INCOTERMS))
def test_the_place_lies_where_the_sellers_freight_ends(code: str) -> None:
    term = incoterm(code)
    assert (term.named_place == "destination") == term.seller_pays_freight
    assert term.seller_pays_freight or not term.seller_insures
    assert term.en
    assert term.zh


@pytest.mark.parametrize("code", ["DAT", "fob", "C&F", "", None])
def test_codes_outside_the_2020_rules_are_refused(code: str) -> None:
    with pytest.raises(InvalidValue, match="Incoterms 2020"):
        incoterm(code)


def test_a_term_is_printed_with_place_and_edition() -> None:
    assert str(TradeTerm("FOB", "Ningbo")) == "FOB Ningbo (Incoterms 2020)"
    assert TradeTerm("CIF", "Hamburg").rule.seller_insures


def test_a_term_without_its_place_is_refused() -> None:
    with pytest.raises(InvalidValue, match="named place"):
        TradeTerm("FOB", "  ")
    with pytest.raises(InvalidValue):
        TradeTerm("DAT", "Hamburg")
