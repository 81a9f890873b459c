from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.documents.customs_answers import DeclarationAnswers, ItemAnswers
from factory_erp.documents.customs_building import build_declarations
from factory_erp.documents.customs_loads import shared_out
from factory_erp.documents.customs_split import split_items
from factory_erp.documents.details.customs import Coded, FeeStated
from factory_erp.documents.facts import ContainerFacts, ShipmentFacts
from tests.documents.customs_samples import USCC, answers, declaration, item_answers
from tests.documents.samples import facts


def build(stated: ShipmentFacts, **changes: object):
    return build_declarations(stated, answers(stated, **changes))


def lacking(stated: ShipmentFacts, told: DeclarationAnswers) -> set[tuple[str, str]]:
    return {(one.record, one.field) for one in build_declarations(stated, told).missing}


def test_a_complete_shipment_lacks_nothing_and_adds_up():
    stated = facts(6)
    built = build(stated)
    assert built.missing == ()
    (declared,) = built.declarations
    assert [item.item_no for item in declared.items] == [1, 2, 3, 4, 5]
    assert [item.name for item in declared.items][:2] == ["真空保温杯", "真空咖啡杯"]
    assert sum(item.total for item in declared.items) == Decimal(stated.total_minor) / 100
    assert sum(item.net_g for item in declared.items) == declared.net_g == stated.net_g
    assert sum(item.gross_g for item in declared.items) == declared.gross_g == stated.gross_g
    assert sum(item.packages for item in declared.items) == declared.packages == stated.carton_count


def test_lines_of_one_name_are_one_item_with_both_models():
    first, *_rest = declaration(6).items
    assert first.transaction.quantity == 840
    assert first.transaction.unit == Coded("011", "件")
    assert first.first.quantity == Decimal("261.15")
    assert first.first.unit == Coded("035", "千克")
    assert first.second is None
    assert first.elements_line == "4|0|日用，盛装饮料|304 不锈钢，食品级聚丙烯杯盖|HAIYUE|TB-500-BK/TB-750-WH"
    assert first.unit_price == Decimal("4.6155")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "保温壶"},
        {"hs_code": "9617009000"},
        {"unit": "007"},
        {"source_place": Coded("44199", "东莞")},
        {"levy": Coded("3", "全免")},
    ],
)
def test_another_answer_makes_another_item(change: dict[str, object]):
    stated = facts(2)
    told = answers(stated)
    items = {**told.items, "TB-750-WH": replace(item_answers("TB-750-WH"), **change)}
    (declared,) = build(stated, items=items).declarations
    assert len(declared.items) == 2


def test_another_origin_makes_another_item():
    stated = facts(2)
    lines = (stated.lines[0], replace(stated.lines[1], origin_country="VN"))
    (declared,) = build(replace(stated, lines=lines)).declarations
    assert [item.origin.code for item in declared.items] == ["CHN", "VNM"]


def test_head_says_what_facts_and_codes_say():
    stated = facts(6)
    containers = (ContainerFacts("CSQU3054383", type_code="40HQ"), ContainerFacts("MSKU1234565"))
    (declared,) = build(replace(stated, containers=containers)).declarations
    assert declared.consignor == declared.producer == "宁波海悦杯业有限公司"
    assert declared.producer_uscc == USCC
    assert declared.overseas_consignee == stated.consignee.name
    assert declared.exit_customs == Coded("3104", "北仑海关")
    assert declared.supervision == Coded("0110", "一般贸易")
    assert declared.trade_country == Coded("DEU", "德国")
    assert declared.destination_country == Coded("DNK", "丹麦")
    assert declared.destination_port == Coded("DNK000", "丹麦")
    assert declared.terms == Coded("1", "CIF")
    assert (declared.transport_name, declared.voyage) == ("MV Example Star", "046W")
    assert declared.container_numbers == ("CSQU3054383", "MSKU1234565")
    assert [spec.code for spec in declared.container_specs] == ["11", ""]
    assert declared.marks.startswith("NORDLYS PO-77120 AARHUS")


@pytest.mark.parametrize(
    ("term", "code", "freight", "insurance"),
    [("FOB", "3", 0, 0), ("EXW", "7", 0, 0), ("CFR", "2", 1, 0), ("CIF", "1", 1, 1), ("DDP", "1", 1, 1)],
)
def test_costs_are_stated_where_the_price_contains_them(term: str, code: str, freight: int, insurance: int):
    stated = replace(facts(2), trade_term_code=term, trade_term_place="Ningbo")
    built = build(stated)
    (declared,) = built.declarations
    assert declared.terms.code == code
    assert (bool(declared.freight.mark), bool(declared.insurance.mark)) == (bool(freight), bool(insurance))
    assert (
        len([one for one in built.missing if one.field in ("Freight", "Insurance")])
        == 2 - freight - insurance
    )
    silent = build(stated, freight=FeeStated(), insurance=FeeStated())
    assert len(silent.missing) == freight + insurance


def test_a_cost_without_currency_is_asked_for():
    stated = facts(2)
    built = build(stated, freight=FeeStated("3", Decimal(1850)))
    assert [(one.field, one.remedy) for one in built.missing] == [("Freight", "Enter its currency.")]
    assert build(stated, freight=FeeStated("1", Decimal("0.3"))).missing == ()


def test_every_missing_answer_is_named():
    stated = replace(facts(1), contract_number="")
    assert lacking(stated, DeclarationAnswers()) == {
        ("TB-500-BK", "Declared name"),
        ("TB-500-BK", "Source place"),
        ("TB-500-BK", "Declaration elements"),
        ("TB-500-BK", "First statutory quantity"),
        ("Export declaration", "Contract number"),
        ("Export declaration", "Social credit code of the consignor"),
        ("Export declaration", "Exit customs office"),
        ("Export declaration", "Exit port"),
        ("Export declaration", "Freight"),
        ("Export declaration", "Insurance"),
    }


def test_an_element_without_answer_and_one_that_would_divide_are_named():
    stated = facts(1)
    elements = (("品牌类型", "4"), ("用途", " "), ("材质", "钢|塑料"))
    items = {"TB-500-BK": replace(item_answers("TB-500-BK"), elements=elements)}
    assert lacking(stated, answers(stated, items=items)) == {("TB-500-BK", "用途"), ("TB-500-BK", "材质")}
    (declared,) = build(stated, items=items).declarations
    assert declared.items[0].elements_line == "4||钢/塑料"


def test_a_short_tariff_code_and_unpacked_goods_are_named():
    stated = facts(1)
    lines = (replace(stated.lines[0], hs_code="9617.00"),)
    stated = replace(stated, lines=lines, cartons=())
    assert lacking(stated, answers(stated)) == {("TB-500-BK", "HS code"), ("TB-500-BK", "Net weight")}


def test_pieces_of_a_set_are_what_the_item_says():
    stated = facts(4)
    told = answers(stated)
    asked = replace(item_answers("LB-1000-SS"), second_unit="007")
    items = {**told.items, "LB-1000-SS": asked}
    assert lacking(stated, replace(told, items=items)) == {("LB-1000-SS", "Second statutory quantity")}
    items["LB-1000-SS"] = replace(asked, second_each=Decimal(3))
    built = build_declarations(stated, replace(told, items=items))
    assert built.missing == ()
    second = built.declarations[0].items[-1].second
    assert second is not None
    assert second.quantity == 1800
    assert second.unit == Coded("007", "个")


def test_a_unit_of_sale_that_cannot_be_counted_is_named():
    stated = facts(1)
    items = {"TB-500-BK": replace(item_answers("TB-500-BK"), unit="030")}
    assert lacking(stated, answers(stated, items=items)) == {("TB-500-BK", "Unit of sale")}


def test_weights_below_a_kilogram_are_declared_as_one():
    stated = facts(1)
    carton = replace(
        stated.cartons[0], carton_ranges="1", cartons=1, per_carton=Decimal(480),
        net_g_per_carton=400, gross_g_per_carton=900, net_g=400, gross_g=900, volume_mm3=520 * 395 * 285,
    )  # fmt: skip
    (declared,) = build(replace(stated, cartons=(carton,))).declarations
    assert (declared.net_g, declared.gross_g) == (1000, 1000)
    assert declared.items[0].first.quantity == Decimal("0.4")


def test_a_mixed_carton_is_counted_once():
    stated = facts(2)
    first, second = stated.cartons
    mixed = replace(
        second, carton_ranges="1-15", gross_g=0, gross_g_per_carton=0, volume_mm3=0, mixed_with_previous=True
    )
    full = replace(
        first, carton_ranges="1-15", cartons=15, per_carton=Decimal(32),
        net_g_per_carton=10_000, net_g=150_000, gross_g_per_carton=20_000, gross_g=300_000,
        volume_mm3=520 * 395 * 285 * 15,
    )  # fmt: skip
    (declared,) = build(replace(stated, cartons=(full, mixed))).declarations
    assert declared.packages == 15
    assert sum(item.packages for item in declared.items) == 15
    assert declared.gross_g == 300_000


def test_goods_without_value_take_no_charges():
    stated = facts(1)
    free = replace(stated.lines[0], unit_price=Decimal(0), amount_minor=0)
    total = sum(charge.amount_minor for charge in stated.charges)
    stated = replace(stated, lines=(free,), total_minor=total)
    assert lacking(stated, answers(stated)) == {("Export declaration", "Amount")}


@settings(max_examples=40, deadline=None)
@given(
    prices=st.lists(st.integers(1, 10**7), min_size=1, max_size=30),
    charge=st.integers(-(10**4), 10**6),
    most=st.integers(1, 12),
)
def test_declarations_add_up_to_the_shipment(prices: list[int], charge: int, most: int):
    base = facts(len(prices), charges=())
    lines = tuple(
        replace(line, quantity=Decimal(100), unit_price=Decimal(price) / 100, amount_minor=price * 100)
        for line, price in zip(base.lines, prices, strict=True)
    )
    charges = (replace(facts(1).charges[0], amount_minor=charge),)
    stated = replace(base, lines=lines, charges=charges, total_minor=sum(prices) * 100 + charge)
    told = answers(stated)
    named = {number: replace(one, name=f"{one.name} {number}") for number, one in told.items.items()}
    (whole,) = build_declarations(stated, replace(told, items=named)).declarations
    assert len(whole.items) == len(prices)
    parts = split_items(whole, most)
    assert all(len(part.items) <= most for part in parts)
    assert [item.item_no for part in parts for item in part.items] == [
        number % most + 1 for number in range(len(prices))
    ]
    for total in ("gross_g", "net_g", "packages"):
        assert sum(getattr(part, total) for part in parts) == getattr(whole, total)
    assert sum(item.total for part in parts for item in part.items) == Decimal(stated.total_minor) / 100
    assert sum(part.freight.amount for part in parts) == whole.freight.amount


def test_fifty_items_are_one_declaration_and_one_more_is_two():
    stated = facts(51)
    told = answers(stated)
    named = {number: replace(one, name=f"{one.name} {number}") for number, one in told.items.items()}
    built = build_declarations(stated, replace(told, items=named))
    assert [len(part.items) for part in built.declarations] == [50, 1]
    assert sum(part.packages for part in built.declarations) == stated.carton_count
    fewer = facts(50)
    assert len(build_declarations(fewer, replace(told, items=named)).declarations) == 1


def test_a_rate_is_not_divided():
    whole = declaration(6, freight=FeeStated("1", Decimal("0.3")))
    assert {part.freight.amount for part in split_items(whole, 2)} == {Decimal("0.3")}


def test_items_without_weights_of_their_own_share_by_net_weight():
    whole = declaration(6)
    bare = tuple(replace(item, gross_g=0, packages=0) for item in whole.items)
    parts = split_items(replace(whole, items=bare), 3)
    assert sum(part.gross_g for part in parts) == whole.gross_g
    assert sum(part.packages for part in parts) == whole.packages


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_shares_add_up_and_keep_proportion(whole: int, weights: list[int]):
    shares = shared_out(whole, weights)
    assert sum(shares) == whole
    total = sum(weights)
    if total:
        assert all(
            abs(share - whole * weight / total) <= 1.001
            for share, weight in zip(shares, weights, strict=True)
        )


def test_no_answers_still_give_a_draft():
    built = build_declarations(facts(3), DeclarationAnswers(items={"TB-500-BK": ItemAnswers(unit="MMT")}))
    assert len(built.declarations) == 1
    assert ("TB-500-BK", "Unit of sale") in {(one.record, one.field) for one in built.missing}
