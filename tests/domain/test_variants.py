"""Variant rules: one answer per slot and item, or a refusal that names everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.variant_conditions import Term, format_condition, parse_condition
from factory_erp.domain.variant_outcomes import Charge, Part, fill, filled, price_at, read
from factory_erp.domain.variants import (
    Axis,
    Derived,
    Family,
    Member,
    Rule,
    RulesRefusedError,
    add_prices,
    circle,
    code_places,
    combinations,
    derive,
    examine,
    name_places,
    validate,
)

SIZE = Axis("size", ("350", "500"), {"500": {"en": "500 ml", "zh_CN": "500毫升"}})
COLOUR = Axis(
    "colour", ("BK", "WH", "RD"), {"BK": {"en": "Matte black", "zh_CN": "哑黑"}, "WH": {"en": "White"}}
)
AXES = (SIZE, COLOUR)


def a_family(*rules: Rule, axes: tuple[Axis, ...] = AXES) -> Family:
    """Every combination is a member: CUP-500-BK …"""
    members = [Member("-".join(["CUP", *options.values()]), options) for options in combinations(axes)]
    return Family("CUP", axes, rules, members, names={"en": "Steel cup", "zh_CN": "钢杯"})


def lid(sku: str, condition: str = "", slot: str = "lid", **more: Any) -> Rule:
    return Rule("component", slot, condition, {"sku": sku, **more})


def skus_of(derived: Derived) -> list[str]:
    return [part.sku for _slot, part in derived.parts]


def test_each_item_gets_the_component_of_its_options():
    big = lid("BIG", "size!=350", slot="body", quantity="0.25", scrap_percent="2.5")
    derived = derive(a_family(lid("LID-{colour}"), lid("BODY-{size}", "size=350", slot="body"), big))
    assert skus_of(derived["CUP-350-BK"]) == ["LID-BK", "BODY-350"]
    assert derived["CUP-500-RD"].parts[1] == ("body", Part("BIG", Decimal("0.25"), 25_000))


def test_otherwise_answers_for_those_that_no_condition_meets_and_may_say_nothing():
    rules = (lid("LOGO", "colour=BK|WH; size=500", slot="logo"), Rule("component", "logo"))
    derived = derive(a_family(*rules))
    assert [sku for sku, one in derived.items() if one.parts] == ["CUP-500-BK", "CUP-500-WH"]


def test_a_contradiction_names_both_rules_and_the_items():
    problems = validate(a_family(lid("A", "colour=BK"), lid("B", "size=500"), lid("C")))
    assert [(one.position, one.items) for one in problems] == [(0, ("CUP-500-BK",))]
    assert problems[0].message == "Rules 1 and 2 contradict each other: slot 'lid' of CUP-500-BK."


def test_rules_that_say_the_same_do_not_contradict():
    same = lid("L-BK", "size=500; colour=BK", quantity="1.0")
    derived = derive(a_family(lid("L-{colour}", "colour=BK"), same, lid("PLAIN")))
    assert skus_of(derived["CUP-500-BK"]) == ["L-BK"]


def test_two_otherwise_rules_contradict():
    problems = validate(a_family(lid("A"), lid("B")))
    assert len(problems) == 1
    assert len(problems[0].items) == 6
    assert "CUP-350-BK, CUP-350-WH, CUP-350-RD, CUP-500-BK, CUP-500-WH … (6 items)" in problems[0].message


def test_a_slot_without_an_answer_is_refused_naming_the_items():
    problems = validate(a_family(lid("A", "colour=BK")))
    assert problems[0].items == ("CUP-350-WH", "CUP-350-RD", "CUP-500-WH", "CUP-500-RD")
    assert problems[0].message.startswith("No rule says what stands in slot 'lid' of CUP-350-WH,")


def test_a_rule_that_matches_no_item_is_refused():
    problems = validate(a_family(lid("A", "colour=BK; colour=WH"), lid("B")))
    assert [one.message for one in problems] == ["Rule 1 (slot 'lid') matches no item."]


def test_a_rule_may_be_for_an_item_that_is_possible_but_not_asked_for():
    whole = a_family(lid("A", "colour=BK"), lid("B"))
    some = replace(whole, members=[one for one in whole.members if one.options["colour"] == "WH"],
                   possible=whole.members)  # fmt: skip
    assert validate(some) == []
    assert set(derive(some)) == {"CUP-350-WH", "CUP-500-WH"}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (lid("A", "color=BK"), "no axis 'color'"),
        (lid("A", "colour=BLACK"), "no value 'BLACK'"),
        (lid("A", "colour"), "is not a condition"),
        (lid("A", "colour=BK;"), "is not a condition"),
        (lid("A", "colour==BK"), "is not a condition"),
        (lid("A-{shade}"), "no place {shade}"),
        (lid("A-{colour!r}"), "is not a pattern"),
        (lid("A-{colour"), "is not a pattern"),
        (lid("A", quantity="0"), "quantity"),
        (lid("A", quantity=0.5), "quantity"),
        (lid("A", scrap_percent="100"), "scrap_percent"),
        (lid("A", colour="BK"), "no such field"),
        (lid(""), "sku"),
        (lid("A", phantom="yes"), "true or false"),
        (lid("X" * 55 + "-{colour}{size}{colour}"), "characters"),
        (Rule("operation", "ten", "", {"centre": "P", "name_en": "Press"}), "'ten' cannot be a slot"),
        (Rule("operation", "10", "", {"centre": "P", "name_en": "Press", "setup_minutes": "1.5"}), "whole"),
        (Rule("weight", "body", "", {"net_g": "-1"}), "net_g"),
        (Rule("weight", "body", "", {"gross_g": 3}), "net_g"),
        (Rule("price", "base", "", {"list": "FOB", "tiers": {}}), "tiers"),
        (Rule("price", "base", "", {"list": "FOB", "tiers": {"0": "1"}}), "tiers"),
        (Rule("text", "english", "", {"name": "x"}), "'english' cannot be a slot"),
        (Rule("colour", "x", "", {"name": "x"}), "not a kind of rule"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_read_is_refused_with_its_number(rule: Rule, said: str) -> None:
    problems = validate(a_family(Rule("weight", "all", "", {"net_g": 1}), rule))
    assert [one.position for one in problems] == [1]
    assert problems[0].message.startswith("Rule 2: ")
    assert said in problems[0].message


def test_everything_wrong_is_told_at_once():
    family = a_family(
        lid("A", "color=BK"), lid("B", "colour=BK", slot="body"), lid("CUP-{size}-{colour}", slot="self")
    )
    with pytest.raises(RulesRefusedError) as refused:
        derive(family)
    assert len(refused.value.problems) == 3
    assert "component of itself" in str(refused.value)
    assert refused.value.record == "CUP"


def test_steps_weights_and_texts():
    derived = derive(a_family(
        Rule("operation", "20", "", {"centre": "PAINT", "name_en": "Paint", "name_zh": "喷漆",
                                     "run_seconds": "12.5", "batch_size": "60", "family": "{colour}"}),
        Rule("operation", "10", "", {"centre": "PRESS", "name_en": "Press"}),
        Rule("weight", "body", "size=350", {"net_g": 180}), Rule("weight", "body", "", {"net_g": 250}),
        Rule("weight", "lid", "", {"net_g": 40}),
        Rule("text", "en", "", {"name": "{product}, {size}, {colour}"}),
        Rule("text", "zh_CN", "", {"name": "{product}{size}{colour}", "declaration_name": "不锈钢{{杯}}"}),
    ))["CUP-500-BK"]  # fmt: skip
    assert [sequence for sequence, _step in derived.steps] == [10, 20]
    assert (derived.steps[0][1].name_zh, derived.steps[1][1].family) == ("Press", "BK")
    assert derived.net_g == 290
    assert derived.texts["en"].name == "Steel cup, 500 ml, Matte black"
    assert (derived.texts["zh_CN"].name, derived.texts["zh_CN"].declaration_name) == (
        "钢杯500毫升哑黑",
        "不锈钢{杯}",
    )


def test_a_name_missing_in_a_language_is_taken_in_english_then_as_the_code():
    derived = derive(a_family(Rule("text", "zh_CN", "", {"name": "{size} {colour}"})))
    assert derived["CUP-350-WH"].texts["zh_CN"].name == "350 White"
    assert derived["CUP-350-RD"].texts["zh_CN"].name == "350 RD"


def test_prices_of_the_slots_are_added_wherever_one_changes():
    rules = (
        Rule("price", "base", "", {"list": "FOB", "tiers": {"100": "3.20", "500": "2.95"}}),
        Rule("price", "logo", "colour=BK", {"list": "FOB", "tiers": {"1": "0.15", "300": "0.10"}}),
        Rule("price", "logo"),
    )
    derived = derive(a_family(*rules))
    assert derived["CUP-500-WH"].prices["FOB"] == ((100, Decimal("3.20")), (500, Decimal("2.95")))
    assert derived["CUP-500-BK"].prices["FOB"] == (
        (100, Decimal("3.35")), (300, Decimal("3.30")), (500, Decimal("3.05")),
    )  # fmt: skip


def test_prices_that_do_not_fall_are_refused_naming_the_items():
    base = Rule("price", "base", "", {"list": "FOB", "tiers": {"1": "3", "100": "2.9"}})
    rising = Rule("price", "logo", "colour=RD", {"list": "FOB", "tiers": {"1": "0.1", "100": "0.3"}})
    problems = validate(a_family(base, rising, Rule("price", "logo")))
    assert problems[0].items == ("CUP-350-RD", "CUP-500-RD")
    below = Rule("price", "base", "", {"list": "FOB", "tiers": {"1": "-1"}})
    assert "below zero" in validate(a_family(below))[0].message


def test_braces_stand_for_themselves_when_doubled():
    assert fill("{{{product}}}", {"product": "CUP"}) == "{CUP}"
    with pytest.raises(InvalidValue):
        fill("{0}", {"0": "x"})


def test_a_circle_is_found_with_its_path():
    assert circle({"A": ["B"], "B": ["C"], "C": []}) == ()
    assert circle({"A": ["B"], "B": ["C", "D"], "D": ["B"]}) == ("B", "D", "B")
    deep = {str(i): [str(i + 1)] for i in range(5000)}
    assert circle(deep) == ()
    assert len(circle({**deep, "5000": ["0"]})) == 5002


@given(st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=4), max_size=8))
def test_a_graph_has_a_circle_unless_its_items_can_be_put_in_order(graph: dict[int, list[int]]) -> None:
    named = {str(item): [str(one) for one in below] for item, below in graph.items()}
    path = circle(named)
    if path:
        assert path[0] == path[-1]
        assert all(below in named[item] for item, below in pairwise(path))
        return
    left = dict(named)
    while left:  # take away what consists of nothing that is left
        leaves = [item for item, below in left.items() if not set(below) & left.keys()]
        assert leaves
        for item in leaves:
            del left[item]


CODES = st.sampled_from(["BK", "WH", "RD", "350", "500", "XX"])
TERMS = st.builds(
    Term,
    st.sampled_from(["colour", "size", "shade"]),
    st.lists(CODES, min_size=1, max_size=3).map(tuple),
    st.booleans(),
)


@given(st.lists(TERMS, max_size=3))
def test_a_condition_is_read_as_it_is_written(terms: list[Term]) -> None:
    assert parse_condition(format_condition(terms)) == tuple(terms)


OUTCOMES: dict[str, st.SearchStrategy[Mapping[str, Any] | None]] = {
    "component": st.sampled_from(
        [None, {"sku": "LID-{colour}"}, {"sku": "CUP-{size}-BK"}, {"sku": "A", "quantity": "2"}]
    ),
    "weight": st.sampled_from([None, {"net_g": 10}, {"net_g": 20}, {"net_g": "x"}]),
    "price": st.sampled_from(
        [None, {"list": "FOB", "tiers": {"1": "2", "9": "1"}}, {"list": "FOB", "tiers": {"5": "0.5"}}]
    ),
    "operation": st.sampled_from(
        [None, {"centre": "P", "name_en": "Press"}, {"centre": "Q", "name_en": "{size}"}]
    ),
    "text": st.sampled_from([None, {"name": "{product} {size}"}, {"name": "{nothing}"}]),
}
SLOTS = {"operation": ["10", "20"], "text": ["en", "zh_CN"]}


@st.composite
def rule_sets(draw: st.DrawFn) -> tuple[Rule, ...]:
    """Rules good and bad, few slots, so that they meet."""
    made = []
    for _count in range(draw(st.integers(0, 7))):
        kind = draw(st.sampled_from(sorted(OUTCOMES)))
        slot = draw(st.sampled_from(SLOTS.get(kind, ["one", "two"])))
        condition = format_condition(draw(st.lists(TERMS, max_size=2)))
        made.append(Rule(kind, slot, condition, draw(OUTCOMES[kind])))
    return tuple(made)


@given(rule_sets())
def test_derivation_is_total_deterministic_and_gives_one_answer_per_slot(rules: tuple[Rule, ...]) -> None:
    family = a_family(*rules)
    derived, problems = examine(family)
    assert set(derived) == {member.sku for member in family.members}
    assert (derived, problems) == examine(family)
    if problems:
        with pytest.raises(RulesRefusedError):
            derive(family)
        return
    for member in family.members:
        assert_one_answer(rules, member, derived[member.sku])


def assert_one_answer(rules: tuple[Rule, ...], member: Member, derived: Derived) -> None:
    """By the definition: of those that meet a condition, else of those without one, all say the same."""
    count = 0
    for kind, slot in {(rule.kind, rule.slot) for rule in rules}:
        own = [rule for rule in rules if (rule.kind, rule.slot) == (kind, slot)]
        met = [one for one in own if one.condition
               and all(term.meets(member.options) for term in parse_condition(one.condition))]  # fmt: skip
        places = (
            name_places(a_family(), member.options, slot)
            if kind == "text"
            else code_places("CUP", member.options)
        )
        answers = {
            one.outcome and repr(filled(read(kind, one.outcome), places))
            for one in met or [one for one in own if not one.condition]
        }
        assert len(answers) == 1
        count += answers != {None} and kind in ("component", "operation", "text")
    assert count == len(derived.parts) + len(derived.steps) + len(derived.texts)
    assert member.sku not in skus_of(derived)


CENTS = st.integers(1, 500).map(lambda cents: Decimal(cents) / 100)
TIERS = st.dictionaries(st.integers(1, 50).map(Decimal), CENTS, min_size=1, max_size=4).map(
    lambda tiers: tuple(zip(sorted(tiers), sorted(tiers.values(), reverse=True), strict=True))
)


@given(st.lists(TIERS, min_size=1, max_size=4), st.integers(1, 60))
def test_the_sum_of_prices_is_the_price_of_the_sum_at_every_quantity(tiers: list[Any], quantity: int) -> None:
    total = add_prices(Charge("FOB", one) for one in tiers)["FOB"]
    if quantity >= max(one[0][0] for one in tiers):
        assert price_at(total, Decimal(quantity)) == sum(price_at(one, Decimal(quantity)) for one in tiers)
    else:
        assert quantity < total[0][0]
