from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.documents.facts import Charge, texts
from factory_erp.documents.stored import from_json, to_json
from factory_erp.domain.errors import InvalidValue
from tests.documents.samples import facts, goods_line, snapshot


def test_json_comes_back_equal_and_is_canonical():
    before = snapshot(count=7, language="bilingual")
    text = to_json(before)
    assert from_json(text) == before
    assert to_json(from_json(text)) == text
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(max_size=80),
    marks=st.lists(st.text(max_size=20), max_size=4),
    remarks=st.dictionaries(st.sampled_from(["en", "zh_CN", "de"]), st.text(min_size=1, max_size=40)),
    charge=st.integers(-(10**9), 10**9),
    count=st.integers(1, 5),
    revision=st.integers(1, 99),
)
def test_any_snapshot_survives_json(name, marks, remarks, charge, count, revision):
    stated = facts(count, charges=(Charge(texts({"en": name}), charge),))
    stated = replace(
        stated, company=replace(stated.company, name=name), marks=tuple(marks), remarks=texts(remarks)
    )
    before = replace(snapshot(), facts=stated, revision=revision)
    assert from_json(to_json(before)) == before
    assert to_json(from_json(to_json(before))) == to_json(before)


def test_equal_decimals_give_equal_json():
    line = goods_line(0)
    padded = replace(line, quantity=Decimal("480.000"), unit_price=Decimal("3.850"))
    one = replace(facts(1), lines=(line,))
    other = replace(one, lines=(padded,))
    assert to_json(replace(snapshot(), facts=one)) == to_json(replace(snapshot(), facts=other))


def test_another_fact_gives_other_json():
    assert to_json(snapshot()) != to_json(snapshot(forwarder="Someone else"))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format":1,"document":{"kind":"packing_list"}}', '{"format":2}']
)
def test_what_is_no_snapshot_is_refused(text):
    with pytest.raises(InvalidValue):
        from_json(text)


def test_amount_must_be_quantity_times_price():
    line = replace(goods_line(0), amount_minor=goods_line(0).amount_minor + 1)
    with pytest.raises(InvalidValue, match=r"1,848\.00"):
        replace(facts(1), lines=(line,), total_minor=line.amount_minor, charges=())


def test_total_must_be_lines_and_charges():
    stated = facts(3)
    with pytest.raises(InvalidValue, match="total"):
        replace(stated, total_minor=stated.total_minor + 1)


def cartons(*changes: dict[str, object]):
    """The carton lines of three goods lines (1-10, 11-25, 26-45), changed."""
    lines = facts(3).cartons
    return tuple(replace(line, **change) for line, change in zip(lines, changes, strict=True))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (({}, {"carton_ranges": "12-26"}, {"carton_ranges": "27-46"}), "missing 11"),
        (({}, {"carton_ranges": "10-24"}, {"carton_ranges": "25-44"}), "double 10"),
        (({"carton_ranges": "1-9"}, {}, {}), "number of cartons"),
        (({"net_g_per_carton": 17_000, "net_g": 170_000}, {}, {}), "above the gross weight"),
        (({"net_g": 1}, {}, {}), "net weight per carton"),
        (({"gross_g": 1}, {}, {}), "gross weight per carton"),
        (({"volume_mm3": 1}, {}, {}), "volume"),
        (({"quantity": Decimal(1)}, {}, {}), "pieces per carton"),
        (({}, {"mixed_with_previous": True}, {}), "mixed"),
    ],
)
def test_carton_lines_that_disagree_are_refused(changes, message):
    with pytest.raises(InvalidValue, match=message):
        replace(facts(3), cartons=cartons(*changes))


@pytest.mark.parametrize("ranges", [("A1-A10", "A11-A25", "B1-B20"), ("A1-A10", "B11-B25", "C26-C45")])
def test_prefixed_numbers_run_through_or_begin_again(ranges):
    lines = cartons(*({"carton_ranges": text} for text in ranges))
    assert replace(facts(3), cartons=lines).carton_count == 45


def test_a_mixed_carton_is_counted_once():
    first, second, _third = facts(3).cartons
    mixed = replace(
        second,
        carton_ranges=first.carton_ranges,
        cartons=first.cartons,
        quantity=second.per_carton * first.cartons,
        net_g_per_carton=100,
        net_g=100 * first.cartons,
        gross_g_per_carton=0,
        gross_g=0,
        volume_mm3=0,
        mixed_with_previous=True,
    )
    stated = replace(facts(3), cartons=(first, mixed))
    assert stated.carton_count == 10
    assert stated.gross_g == first.gross_g
    assert stated.net_g == first.net_g + 1000


def test_a_document_without_goods_is_refused():
    with pytest.raises(InvalidValue, match="no goods"):
        snapshot("packing_list", cartons=())
