"""Rules 31 to 34: the China export declaration, broken and nearly."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.checking.papers import PaperSet
from factory_erp.checking.rules.customs import terms_code
from factory_erp.checking.rules.purchases import unit_name
from tests.checking.samples import GOOD, SUPPLIERS, findings, with_line, with_paper, with_part

D = Decimal


def declaration(**fields: object) -> PaperSet:
    return with_paper("customs_declaration", **fields)


def customs(**fields: object) -> PaperSet:
    return with_part("customs_declaration", "customs", **fields)


def item(**fields: object) -> PaperSet:
    return with_line("customs_declaration", 0, **fields)


@pytest.mark.parametrize(
    ("papers", "field"),
    [
        (declaration(contract_number="SC2026-018"), "contract_number"),
        (
            customs(terms="3", freight=None, freight_mark="", insurance=None, insurance_mark=""),
            "customs.terms",
        ),
        (customs(freight=None, freight_mark=""), "customs.freight"),
        (customs(insurance=None, insurance_mark=""), "customs.insurance"),
        (declaration(total=D("10200.01")), "total"),
        (declaration(currency="EUR"), "currency"),
    ],
)
def test_the_declaration_follows_contract_and_invoice(papers: PaperSet, field: str) -> None:
    found = findings(31, papers)
    assert [finding.severity for finding in found] == ["E"]
    assert field in found[0].fields


def fob() -> PaperSet:
    return with_paper(
        "commercial_invoice",
        customs(terms="3", freight=None, freight_mark="", insurance=None, insurance_mark=""),
        trade_term="FOB NINGBO INCOTERMS 2020",
    )


@pytest.mark.parametrize(
    "papers",
    [
        declaration(contract_number="S/C SC2026-081"),
        customs(terms="1"),
        fob(),
        with_paper("commercial_invoice", fob(), trade_term="EXW NINGBO"),
        declaration(total=None),
        declaration(customs=None),
        customs(terms="MARKET"),
        declaration(contract_number=""),
        with_paper("commercial_invoice", declaration(total=D(9000)), total=None),
    ],
)
def test_the_declaration_may_put_it_otherwise(papers: PaperSet) -> None:
    assert not findings(31, papers)


@pytest.mark.parametrize("cost", ["freight", "insurance"])
def test_fob_declares_no_costs(cost: str) -> None:
    with_cost = with_part("customs_declaration", "customs", fob(), **{f"{cost}_mark": "3", cost: D(100)})
    assert [finding.fields[0] for finding in findings(31, with_cost)] == [f"customs.{cost}"]


@pytest.mark.parametrize(
    ("papers", "field"),
    [
        (item(first_quantity=None), "goods[0].first_quantity"),
        (item(first_unit=""), "goods[0].first_quantity"),
        (item(first_quantity=D(961)), "goods[0].first_quantity"),
        (item(second_unit="个"), "goods[0].second_quantity"),
        (item(second_quantity=D(2400)), "goods[0].second_unit"),
        (item(second_unit="035", second_quantity=D(959)), "goods[0].second_quantity"),
    ],
)
def test_statutory_units_are_filled_and_weigh_the_item(papers: PaperSet, field: str) -> None:
    found = findings(32, papers)
    assert [finding.severity for finding in found] == ["E"]
    assert found[0].places[0].field == field


@pytest.mark.parametrize(
    "papers",
    [
        item(second_unit="007", second_quantity=D(2400)),
        item(net_kg=D("0.4"), first_quantity=D(1)),
        item(first_unit="个", first_quantity=D(2400)),
    ],
)
def test_less_than_a_kilogram_is_declared_as_one(papers: PaperSet) -> None:
    assert not findings(32, papers)


def test_the_net_weight_comes_from_the_packing_list_where_the_item_has_none() -> None:
    assert not findings(32, item(net_kg=None, item_number="BTL-500"))
    found = findings(32, item(net_kg=None, item_number="BTL-500", first_quantity=D(900)))
    assert [place.document for place in found[0].places] == ["customs_declaration", "packing_list"]


def test_a_single_item_weighs_what_the_declaration_does() -> None:
    one = declaration(goods=(replace(GOOD.papers[10].goods[0], net_kg=None),), net_kg=D(960))
    assert not findings(32, one)
    assert findings(32, with_paper("customs_declaration", one, net_kg=D(961)))


def suppliers(**fields: Any) -> PaperSet:
    return replace(GOOD, supplier_invoices=(replace(SUPPLIERS[0], **fields), SUPPLIERS[1]))


@pytest.mark.parametrize(
    ("papers", "field"),
    [
        (suppliers(name="不锈钢瓶"), "goods[0].description"),
        (suppliers(unit="件"), "goods[0].unit"),
        (suppliers(holder="义乌市恒通贸易有限公司"), "customs.consignor"),
        (item(description="不锈钢保温杯|1|0"), "goods[0].description"),
        (item(supplier_name="宁波兴达五金厂"), "goods[0].description"),
    ],
)
def test_the_declared_goods_are_those_that_were_bought(papers: PaperSet, field: str) -> None:
    found = findings(33, papers)
    assert [finding.severity for finding in found] == ["E"]
    assert found[0].fields[0] == field


@pytest.mark.parametrize(
    "papers",
    [
        item(description="不锈钢水瓶|品牌类型:0|用途:盛水", unit="007"),
        suppliers(unit="千克"),
        suppliers(holder=""),
        replace(GOOD, supplier_invoices=()),
        with_line("customs_declaration", 1, item(supplier_name="永康市恒发金属制品厂"), description="自产杯"),
    ],
)
def test_elements_codes_and_own_make_are_no_difference(papers: PaperSet) -> None:
    assert not findings(33, papers)


@pytest.mark.parametrize(
    ("papers", "field"),
    [
        (customs(exit_office="2248"), "customs.exit_office"),
        (customs(exit_office="上海海关"), "customs.exit_office"),
        (customs(exit_port="上海"), "customs.exit_port"),
        (customs(trade_country="HKG"), "customs.trade_country"),
        (customs(arrival_country="中国"), "customs.arrival_country"),
    ],
)
def test_exit_payer_and_arrival_make_sense(papers: PaperSet, field: str) -> None:
    found = findings(34, papers)
    assert [finding.severity for finding in found] == ["W"]
    assert found[0].fields[0] == field


@pytest.mark.parametrize(
    "papers",
    [
        customs(exit_office="3104 北仑海关", exit_port="380001 宁波"),
        customs(exit_office="9999"),
        customs(trade_country="DEU", arrival_country="CHE"),
        replace(customs(trade_country="HKG"), payer_country="HK"),
        with_paper("bill_of_lading", port_of_loading="BEILUN, NINGBO"),
        with_paper("commercial_invoice", customs(trade_country="DE"), addressee=None),
        replace(with_paper("commercial_invoice", addressee=None), credit=None),
    ],
)
def test_offices_by_code_and_payers_elsewhere(papers: PaperSet) -> None:
    assert not findings(34, papers)


def test_terms_and_units_by_code_and_word() -> None:
    words = ("1", "cif", "C&F", "CNF", "FOB", "C&I", "EXW", "market")
    assert [terms_code(word) for word in words] == ["1", "1", "2", "2", "3", "4", "7", ""]
    assert [unit_name(word) for word in ("007", "H87", "035", "台")] == ["个", "件", "千克", "台"]
