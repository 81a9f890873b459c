"""Families of items: axes, rules, and the items, bills, routings, prices and texts made of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.domain.variants import RulesRefusedError
from factory_erp.models.catalog import Item, ItemText, Product, ProductText
from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill, BillAlternate, BillLine, OperationMachine, Routing
from factory_erp.models.partners import Partner
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.models.variants import ItemOption, OptionAxis, VariantRule
from factory_erp.services import search
from factory_erp.services.engineering import routings
from factory_erp.services.engineering import structure as engineering
from factory_erp.services.progress import Quiet
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import AxisInput, GenerateReport, RuleInput, ValueInput
from tests.services.factory import LONG_AGO, a_bill, a_machine, an_item

SIZES = AxisInput("size", "Size", "容量", (
    ValueInput("350", {"en": "350 ml", "zh_CN": "350毫升"}),
    ValueInput("500", {"en": "500 ml", "zh_CN": "500毫升"}),
))  # fmt: skip
COLOURS = AxisInput("colour", "Colour", "颜色", (
    ValueInput("BK", {"en": "Matte black", "zh_CN": "哑黑"}),
    ValueInput("WH", {"en": "White", "zh_CN": "白"}),
    ValueInput("RD", {"en": "Red", "zh_CN": "红"}),
))  # fmt: skip

RULES = (
    RuleInput("component", "lid", "", {"sku": "LID-{colour}"}),
    RuleInput("component", "body", "size=350", {"sku": "STEEL", "quantity": "0.18", "scrap_percent": "2"}),
    RuleInput("component", "body", "", {"sku": "STEEL", "quantity": "0.25", "operation": 10}),
    RuleInput("operation", "10", "", {"centre": "PRESS-CENTRE", "name_en": "Press", "name_zh": "冲压",
                                      "setup_minutes": 30, "run_seconds": "45"}),
    RuleInput("operation", "20", "colour!=WH", {"centre": "PRESS-CENTRE", "name_en": "Paint",
                                                "family": "{colour}", "run_seconds": 20}),
    RuleInput("operation", "20"),
    RuleInput("weight", "body", "size=350", {"net_g": 180}),
    RuleInput("weight", "body", "", {"net_g": 250}),
    RuleInput("price", "base", "", {"list": "FOB", "tiers": {"100": "3.20", "500": "2.95"}}),
    RuleInput("text", "en", "", {"name": "{product} {size} {colour}"}),
    RuleInput("text", "zh_CN", "", {"name": "{product} {size} {colour}", "declaration_name": "不锈钢杯"}),
)  # fmt: skip


def a_product(session: Session, code: str = "CUP", pattern: str = "") -> int:
    texts = [ProductText(language="en", name="Steel cup"), ProductText(language="zh_CN", name="钢杯")]
    product = Product(code=code, sku_pattern=pattern, texts=texts)
    session.add(product)
    session.flush()
    return product.id


def a_family(db: Database, rules: Sequence[RuleInput] = RULES) -> int:
    """A product with its axes and rules, and what they name; no items yet."""
    with db.session(write=True) as session:
        product_id = a_product(session)
        for colour in ("BK", "WH", "RD"):
            an_item(session, f"LID-{colour}")
        an_item(session, "STEEL", buy=True, unit="KGM", step="0.000001")
        a_machine(session, "PRESS")
        session.add(PriceList(code="FOB", currency="USD", valid_from=LONG_AGO))
    variants.save_axes(product_id, (SIZES, COLOURS))
    variants.save_rules(product_id, rules)
    return product_id


def the_item(session: Session, sku: str) -> Item:
    return session.scalars(select(Item).filter_by(sku=sku)).one()


def count(db: Database, kind: type[Any]) -> int:
    with db.session() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_axes_are_read_as_they_were_saved(db: Database) -> None:
    with db.session(write=True) as session:
        product_id = a_product(session)
    assert variants.save_axes(product_id, (SIZES, COLOURS)).value > 0
    size, colour = variants.axes(product_id)
    assert (size.code, size.name(), size.name("zh_CN")) == ("size", "Size", "容量")
    assert [value.name() for value in colour.values] == ["Matte black", "White", "Red"]
    again = variants.save_axes(product_id, (SIZES, COLOURS))
    assert (again.value, again.changes) == (0, {})


@pytest.mark.parametrize("axis", [
    replace(SIZES, code="product"), replace(SIZES, code="größe"), replace(SIZES, values=()),
    replace(SIZES, values=(ValueInput("A"), ValueInput("A"))), replace(SIZES, values=(ValueInput("A|B"),)),
    replace(SIZES, code="colour"), replace(SIZES, values=tuple(ValueInput(str(n)) for n in range(3400))),
])  # fmt: skip
def test_axes_that_cannot_be_are_refused(db: Database, axis: AxisInput) -> None:
    with db.session(write=True) as session:
        product_id = a_product(session)
    with pytest.raises(InvalidValue):
        variants.save_axes(product_id, (axis, COLOURS))
    assert variants.axes(product_id) == ()


def test_a_form_saves_only_over_the_version_that_it_read(db: Database) -> None:
    product_id = a_family(db)
    with pytest.raises(Conflict):
        variants.save_axes(product_id, (SIZES,), version=1)
    with pytest.raises(Conflict):
        variants.save_rules(product_id, RULES[:1], version=1)


def test_every_combination_becomes_an_item_with_all_that_the_rules_say(db: Database) -> None:
    product_id = a_family(db)
    report = variants.generate(product_id).value
    assert report == GenerateReport(6, 0, 0, (
        "CUP-350-BK", "CUP-350-WH", "CUP-350-RD", "CUP-500-BK", "CUP-500-WH", "CUP-500-RD",
    ))  # fmt: skip
    with db.session() as session:
        item = the_item(session, "CUP-350-BK")
        assert (item.options, item.net_g, item.kind) == ("350 ml / Matte black", 180, "finished")
        assert {text.language: text.name for text in item.texts} == {
            "en": "Steel cup 350 ml Matte black", "zh_CN": "钢杯 350毫升 哑黑",
        }  # fmt: skip
        bill = session.scalars(select(Bill).filter_by(item_id=item.id)).one()
        assert (bill.derived, bill.revision, bill.valid_from) == (True, "RULES", date(2026, 11, 23))
        steel, black = the_item(session, "STEEL"), the_item(session, "LID-BK")
        lines = [(line.component_id, line.quantity, line.scrap_ppm, line.operation) for line in bill.lines]
        assert lines == [
            (black.id, 1, 0, None), (steel.id, Decimal("0.18"), 20_000, None),
        ]  # fmt: skip
        steps = session.scalars(select(Routing).filter_by(item_id=item.id)).one().operations
        assert [(one.sequence, one.name_zh, one.family) for one in steps] == [
            (10, "冲压", ""),
            (20, "Paint", "BK"),
        ]
        white = session.scalars(select(Routing).filter_by(item_id=the_item(session, "CUP-350-WH").id)).one()
        assert [one.sequence for one in white.operations] == [10]
        prices = session.execute(
            select(PriceLine.min_quantity, PriceLine.price).filter_by(item_id=item.id)
        ).all()
        assert sorted(map(tuple, prices)) == [(100, Decimal("3.2")), (500, Decimal("2.95"))]
    assert [hit.title for hit in search.find("哑黑")] == []  # three letters at least
    assert {hit.title for hit in search.find("350毫升 哑黑")} == {"CUP-350-BK"}


def test_generated_again_everything_is_unchanged(db: Database) -> None:
    product_id = a_family(db)
    variants.generate(product_id)
    again = variants.generate(product_id)
    assert again.value == GenerateReport(0, 0, 6, ())
    assert again.changes == {}
    assert all(not one.changes and one.exists for one in variants.preview(product_id))


def test_a_new_colour_needs_a_value_and_its_lid_and_nothing_else(db: Database) -> None:
    product_id = a_family(db)
    variants.generate(product_id)
    variants.save_axes(product_id, (SIZES, replace(COLOURS, values=(*COLOURS.values, ValueInput("GN")))))
    with pytest.raises(RulesRefusedError, match=r"There is no item LID-GN, .* CUP-350-GN, CUP-500-GN"):
        variants.generate(product_id)
    assert variants.generate(product_id, [{"size": "500", "colour": "BK"}]).value.unchanged == 1
    with db.session(write=True) as session:
        an_item(session, "LID-GN")
    assert variants.generate(product_id).value == GenerateReport(2, 0, 6, ("CUP-350-GN", "CUP-500-GN"))


def test_the_preview_tells_what_would_change_and_changes_nothing(db: Database) -> None:
    product_id = a_family(db)
    first = variants.preview(product_id, [{"colour": "WH", "size": "500"}])
    assert [(one.sku, one.exists, one.options) for one in first] == [("CUP-500-WH", False, "500 ml / White")]
    assert count(db, ItemOption) == 0
    variants.generate(product_id)
    heavier = [
        replace(rule, outcome={"net_g": 260}) if rule.outcome == {"net_g": 250} else rule for rule in RULES
    ]
    variants.save_rules(product_id, heavier)
    assert {one.sku: one.changes for one in variants.preview(product_id) if one.changes} == {
        "CUP-500-BK": ("Net weight",), "CUP-500-WH": ("Net weight",), "CUP-500-RD": ("Net weight",),
    }  # fmt: skip
    assert variants.generate(product_id).value == GenerateReport(0, 3, 3, ())


def test_a_changed_rule_is_written_over_what_was_derived_and_over_nothing_else(db: Database) -> None:
    product_id = a_family(db)
    variants.generate(product_id)
    with db.session(write=True) as session:
        item = the_item(session, "CUP-500-BK")
        min(item.texts, key=lambda text: text.id).description = "By hand"
        item.hs_code = "9617009000"
    more = (*RULES, RuleInput("component", "box", "", {"sku": "STEEL", "quantity": "0.01", "operation": 20}))
    with pytest.raises(RulesRefusedError, match="operation 20, which CUP-350-WH, CUP-500-WH do not have"):
        variants.save_rules(product_id, more)
    variants.save_rules(
        product_id, (*RULES, RuleInput("component", "box", "", {"sku": "STEEL", "quantity": "0.01"}))
    )
    assert variants.generate(product_id).value.updated == 6
    with db.session() as session:
        item = the_item(session, "CUP-500-BK")
        bill = session.scalars(select(Bill).filter_by(item_id=item.id)).one()
        assert (len(bill.lines), bill.version) == (3, 2)
        first = min(item.texts, key=lambda text: text.id)
        assert (first.description, item.hs_code) == ("By hand", "9617009000")


def test_what_is_no_longer_ruled_is_taken_away(db: Database) -> None:
    product_id = a_family(db)
    variants.generate(product_id)
    variants.save_rules(product_id, [rule for rule in RULES if rule.kind not in ("component", "operation")])
    assert variants.generate(product_id).value.updated == 6
    assert (count(db, Bill), count(db, BillLine), count(db, Routing)) == (0, 0, 0)
    assert variants.generate(product_id).value.unchanged == 6


def test_a_bill_made_by_hand_stays_and_ends_where_the_derived_one_begins(db: Database) -> None:
    product_id = a_family(db)
    with db.session(write=True) as session:
        item = an_item(session, "CUP-500-BK")
        item.product_id = product_id
        a_bill(session, item, {the_item(session, "STEEL"): 1})
    assert variants.generate(product_id).value.created == 5
    with db.session(write=True) as session:
        item = the_item(session, "CUP-500-BK")
        old, new = session.scalars(select(Bill).filter_by(item_id=item.id).order_by(Bill.valid_from))
        assert (old.revision, old.valid_to, len(old.lines)) == ("A", date(2026, 11, 22), 1)
        assert (new.revision, new.valid_to, len(new.lines)) == ("RULES", None, 2)
        assert item.options == "500 ml / Matte black"
        new.valid_to = date(2026, 11, 30)  # an exception by hand begins then
        session.add(Bill(item_id=item.id, revision="B", valid_from=date(2026, 12, 1)))
    lighter = [replace(rule, outcome={"sku": "STEEL", "quantity": "0.24"}) if rule.slot == "body" and
               rule.kind == "component" and not rule.condition else rule for rule in RULES]  # fmt: skip
    variants.save_rules(product_id, lighter)
    assert variants.generate(product_id).value.updated == 3
    with db.session() as session:
        found = select(Bill.revision, Bill.valid_to).filter_by(item_id=the_item(session, "CUP-500-BK").id)
        assert dict(session.execute(found).all())["RULES"] == date(2026, 11, 30)


def test_a_sku_of_another_item_is_refused(db: Database) -> None:
    product_id = a_family(db)
    with db.session(write=True) as session:
        an_item(session, "CUP-500-WH")
    with pytest.raises(NotAllowed, match="other items: CUP-500-WH"):
        variants.generate(product_id)
    assert count(db, ItemOption) == 0


def test_a_pattern_that_gives_one_sku_twice_is_refused(db: Database) -> None:
    product_id = a_family(db)
    with db.session(write=True) as session:
        session.get_one(Product, product_id).sku_pattern = "{product}-{colour}"
    with pytest.raises(InvalidValue, match="Several variants would have the SKU CUP-BK"):
        variants.preview(product_id)


def test_an_imported_item_is_put_on_its_place_and_keeps_its_sku(db: Database) -> None:
    product_id = a_family(db)
    with db.session(write=True) as session:
        item = an_item(session, "OLD-77")
        item.product_id, item_id = product_id, item.id
    variants.assign_options(item_id, {"size": "500"})
    variants.assign_options(item_id, {"colour": "RD"})
    assert variants.generate(product_id).value.created == 5
    with db.session() as session:
        item = the_item(session, "OLD-77")
        assert (item.options, item.net_g) == ("500 ml / Red", 250)
        other = the_item(session, "CUP-500-BK").id
    with pytest.raises(NotAllowed, match="OLD-77 has the same options"):
        variants.assign_options(other, {"colour": "RD"})
    with pytest.raises(InvalidValue, match="no value 'GN'"):
        variants.assign_options(item_id, {"colour": "GN"})


def test_a_value_in_use_cannot_go_but_may_be_renamed_and_moved(db: Database) -> None:
    product_id = a_family(db)
    variants.generate(product_id)
    fewer = replace(COLOURS, values=COLOURS.values[:2])
    with pytest.raises(NotAllowed, match="'RD' is still used by CUP-350-RD, CUP-500-RD"):
        variants.save_axes(product_id, (SIZES, fewer))
    size, colour = variants.axes(product_id)
    black, white, red = colour.values
    swapped = AxisInput("shade", "Shade", "", (
        ValueInput("BK", red.names, red.id), ValueInput("RD", black.names, black.id),
        ValueInput("W", {}, white.id),
    ), colour.id)  # fmt: skip
    variants.save_axes(product_id, (swapped, replace(SIZES, id=size.id)))
    assert [axis.code for axis in variants.axes(product_id)] == ["shade", "size"]
    assert variants.rules(product_id)[0].outcome == {"sku": "LID-{shade}"}
    assert variants.rules(product_id)[4].condition == "shade!=W"
    made = {one.sku: one.options for one in variants.preview(product_id, [{"size": "350", "shade": "RD"}])}
    assert made == {"CUP-350-BK": "Matte black / 350 ml"}


def test_a_value_that_a_rule_names_cannot_go(db: Database) -> None:
    product_id = a_family(db)
    with pytest.raises(NotAllowed, match="'WH' is still used by rule 5"):
        variants.save_axes(
            product_id, (SIZES, replace(COLOURS, values=(COLOURS.values[0], COLOURS.values[2])))
        )
    assert count(db, OptionAxis) == 2


def test_rules_are_refused_with_everything_that_is_wrong_and_nothing_is_saved(db: Database) -> None:
    product_id = a_family(db)
    wrong = (
        RuleInput("component", "lid", "colour=BK", {"sku": "LID-{colour}"}),
        RuleInput("weight", "body", "size=600", {"net_g": 1}),
    )
    with pytest.raises(RulesRefusedError) as refused:
        variants.save_rules(product_id, wrong)
    assert [problem.position for problem in refused.value.problems] == [1, None]
    assert variants.check_rules(product_id, wrong) == refused.value.problems
    missing = (
        RuleInput("component", "cap", "", {"sku": "CAP"}),
        RuleInput("operation", "10", "", {"centre": "NOWHERE", "name_en": "x"}),
        RuleInput("price", "base", "", {"list": "EXW", "tiers": {"1": "1"}}),
    )
    with pytest.raises(
        RulesRefusedError, match=r"no item CAP(.|\n)*no work centre NOWHERE(.|\n)*no price list EXW"
    ):
        variants.save_rules(product_id, missing)
    assert count(db, VariantRule) == len(RULES)
    again = variants.save_rules(product_id, RULES)
    assert (again.value, again.changes) == (0, {})


def test_rules_that_lead_an_item_back_to_itself_are_refused_with_the_path(db: Database) -> None:
    product_id = a_family(db)
    variants.generate(product_id)
    with db.session(write=True) as session:
        kit = an_item(session, "KIT")
        a_bill(session, kit, {the_item(session, "CUP-500-BK"): 1})
        a_bill(session, the_item(session, "LID-BK"), {kit: 1})
    kit_rules = (
        *RULES,
        RuleInput("component", "kit", "colour=WH", {"sku": "KIT"}),
        RuleInput("component", "kit"),
    )
    with pytest.raises(RulesRefusedError, match="CUP-500-BK → LID-BK → KIT → CUP-500-BK"):
        variants.save_rules(product_id, kit_rules)


LIDS = ("LID-BK", "LID-WH", "LID-RD")
USES = st.dictionaries(
    st.sampled_from(LIDS), st.sampled_from([*LIDS, "CUP-350-BK", "CUP-500-WH"]), max_size=3
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(USES, st.lists(st.sampled_from([*LIDS, "LID-{colour}", "CUP-{size}-WH"]), min_size=1, max_size=2))
def test_no_rule_set_yields_a_cyclic_bill(db: Database, uses: dict[str, str], parts: list[str]) -> None:
    with db.session() as session:
        known = session.scalar(select(Product.id))
    product_id = known or a_family(db, ())
    variants.save_rules(product_id, ())
    variants.generate(product_id)
    with db.session(write=True) as session:
        for bill in session.scalars(select(Bill)):
            session.delete(bill)
        session.flush()
        for parent, child in uses.items():
            a_bill(session, the_item(session, parent), {the_item(session, child): 1})
    slots = [RuleInput("component", f"part {n}", "", {"sku": sku}) for n, sku in enumerate(parts)]
    said = ""
    try:
        variants.save_rules(product_id, slots)
    except RulesRefusedError as refused:
        said = str(refused)
    if said:
        assert "circle" in said or "itself" in said
        return
    variants.generate(product_id)
    if _leads_back(uses):
        return  # these lids were wrong before any rule was written
    with db.session() as session:
        for item_id in session.scalars(select(Item.id)):
            engineering.check_bill_acyclic(session, item_id)


def _leads_back(graph: dict[str, str]) -> bool:
    """Whether following the only component leads round, from any lid."""
    for start in graph:
        item: str | None = start
        for _step in range(len(graph) + 1):
            item = graph.get(item or "")
        if item is not None:
            return True
    return False


class _Stops(Quiet):
    """Somebody who stops the work at once."""

    cancelled = True


def test_stopped_work_leaves_nothing(db: Database) -> None:
    product_id = a_family(db)
    with pytest.raises(NotAllowed, match="stopped"):
        variants.generate(product_id, None, _Stops())
    assert count(db, ItemOption) == 0


def test_two_thousand_items_take_seconds(db: Database) -> None:
    product_id = a_family(db, ())
    many = replace(COLOURS, values=tuple(ValueInput(f"C{n}", {"en": f"Colour {n}"}) for n in range(1000)))
    variants.save_axes(product_id, (SIZES, many))
    variants.save_rules(product_id, [replace(RULES[0], outcome={"sku": "LID-BK"}), *RULES[1:4], *RULES[6:]])
    begun = time.monotonic()
    assert variants.generate(product_id).value.created == 2000
    assert variants.generate(product_id).value.unchanged == 2000
    assert time.monotonic() - begun < 30


@st.composite
def sound_rules(draw: st.DrawFn) -> list[RuleInput]:
    """Rules with an answer for everything: one per colour and an otherwise, in random slots."""
    rules = []
    for slot in draw(st.lists(st.sampled_from(["lid", "body", "ring"]), unique=True)):
        for colour in draw(st.lists(st.sampled_from(["BK", "WH", "RD"]), unique=True)):
            sku = draw(st.sampled_from(["LID-{colour}", "STEEL", "LID-BK"]))
            rules.append(RuleInput("component", slot, f"colour={colour}", {"sku": sku}))
        rules.append(RuleInput("component", slot, "", draw(st.sampled_from([None, {"sku": "STEEL"}]))))
    grams = draw(st.lists(st.integers(0, 900), max_size=2))
    rules += [RuleInput("weight", f"part {n}", "", {"net_g": value}) for n, value in enumerate(grams)]
    return rules


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sound_rules())
def test_whatever_the_rules_generating_twice_changes_nothing(db: Database, rules: list[RuleInput]) -> None:
    with db.session() as session:
        known = session.scalar(select(Product.id))
    product_id = known or a_family(db, ())
    variants.save_rules(product_id, rules)
    variants.generate(product_id)
    again = variants.generate(product_id)
    assert again.value == GenerateReport(0, 0, 6, ())
    assert again.changes == {}
    assert count(db, ItemText) >= 12


def test_rules_that_lead_back_through_an_alternate_are_refused(db: Database) -> None:
    product_id = a_family(db)
    variants.generate(product_id)
    with db.session(write=True) as session:
        bill = a_bill(session, the_item(session, "LID-BK"), {the_item(session, "STEEL"): 1})
        used = the_item(session, "CUP-500-BK").id
        bill.lines[0].alternates.append(BillAlternate(priority=1, component_id=used, quantity=Decimal(1)))
    with pytest.raises(RulesRefusedError, match="CUP-500-BK → LID-BK → CUP-500-BK"):
        variants.generate(product_id)


def test_rules_that_lead_back_through_a_bill_to_come_are_refused(db: Database) -> None:
    product_id = a_family(db)
    variants.generate(product_id)
    with db.session(write=True) as session:
        cup, other = the_item(session, "CUP-500-BK"), the_item(session, "CUP-500-WH")
        soon = a_bill(session, other, {cup: 1})
        soon.revision, soon.valid_from = "SOON", date(2027, 1, 1)
    kit = (*RULES, RuleInput("component", "kit", "colour=BK; size=500", {"sku": "CUP-500-WH"}),
           RuleInput("component", "kit"))  # fmt: skip
    with pytest.raises(RulesRefusedError, match="CUP-500-BK → CUP-500-WH → CUP-500-BK"):
        variants.save_rules(product_id, kit)


@pytest.mark.parametrize("wrong", [{"setup_minutes": 2**31}, {"instructions": "Hot.\0"}])
def test_a_step_that_no_column_holds_is_refused_on_every_database(
    db: Database, wrong: dict[str, Any]
) -> None:
    product_id = a_family(db)
    step = {"centre": "PRESS-CENTRE", "name_en": "Press", **wrong}
    with pytest.raises(RulesRefusedError):
        variants.save_rules(product_id, (RuleInput("operation", "10", "", step),))


def a_full_step(**changed: Any) -> RuleInput:
    """An operation with everything that a step can say."""
    step = {
        "centre": "PRESS-CENTRE", "name_en": "Press", "name_zh": "冲压", "setup_minutes": 30,
        "run_seconds": "45", "batch_size": "10", "transfer_lot": "50", "queue_minutes": 60,
        "move_minutes": 5, "family": "{colour}", "instructions": "Wear gloves.",
        "quality_point": "No burrs", "subcontractor": "PLATER", "subcontract_days": 3,
        "subcontract_price": "0.35", "machines": {"PRESS": "80/15", "PRESS-2": 100},
    }  # fmt: skip
    return RuleInput("operation", "10", "", step | changed)


def with_a_plater(db: Database) -> int:
    product_id = a_family(db)
    with db.session(write=True) as session:
        a_machine(session, "PRESS-2", "PRESS-CENTRE")
        a_machine(session, "OVEN")
        session.add(Partner(code="PLATER", name="Plating in town", country="CN"))
    return product_id


def test_a_derived_step_says_all_that_a_step_can_say(db: Database) -> None:
    product_id = with_a_plater(db)
    variants.save_rules(product_id, (a_full_step(),))
    variants.generate(product_id)
    with db.session() as session:
        item = the_item(session, "CUP-350-BK")
        routing = session.scalars(select(Routing).filter_by(item_id=item.id)).one().id
    (shown,) = routings.routing_sheet(routing).steps
    assert (shown.centre, shown.subcontractor, shown.machines) == (
        "PRESS-CENTRE", "Plating in town", ("PRESS", "PRESS-2"),
    )  # fmt: skip
    step = shown.step
    assert [(one.speed_percent, one.setup_minutes) for one in step.machines] == [(80, 15), (100, None)]
    assert (step.transfer_lot, step.move_minutes, step.quality_point, step.family) == (
        50,
        5,
        "No burrs",
        "BK",
    )
    assert (step.subcontract_days, step.subcontract_price) == (3, Decimal("0.35"))
    assert variants.generate(product_id).value == GenerateReport(0, 0, 6, ())

    variants.save_rules(product_id, (a_full_step(machines={"PRESS-2": "90"}),))
    assert variants.preview(product_id)[0].changes == ("Routing",)
    variants.generate(product_id)
    (shown,) = routings.routing_sheet(routing).steps
    assert shown.machines == ("PRESS-2",)
    assert count(db, OperationMachine) == 6


@pytest.mark.parametrize(("changed", "said"), [
    ({"machines": {"PRESS-9": "100"}}, r"Rule 2: There is no machine PRESS-9\."),
    ({"machines": {"OVEN": "100"}}, r"Rule 2: The machine OVEN is not of the work centre PRESS-CENTRE\."),
    ({"machines": {"PRESS": "fast"}}, r"Rule 2: 'PRESS: fast' cannot stand in the field 'machines'"),
    ({"machines": {"PRESS": "0"}}, "Rule 2: .*'machines'"),
    ({"machines": "PRESS=100"}, "Rule 2: .*'machines'"),
    ({"subcontractor": "NOBODY"}, r"Rule 2: There is no partner NOBODY\."),
    ({"subcontract_days": 0}, "Rule 2: a subcontractor and the days that he takes go together"),
    ({"subcontractor": ""}, "Rule 2: a subcontractor and the days that he takes go together"),
    ({"quality_point": "x" * 201}, "Rule 2: .*'quality_point' would have more than 200"),
])  # fmt: skip
def test_a_step_that_cannot_be_is_refused_with_its_rule(
    db: Database, changed: dict[str, Any], said: str
) -> None:
    product_id = with_a_plater(db)
    rules = (RuleInput("weight", "body", "", {"net_g": 250}), a_full_step(**changed))
    with pytest.raises(RulesRefusedError, match=said) as refused:
        variants.save_rules(product_id, rules)
    assert refused.value.problems[0].position == 1
    assert count(db, VariantRule) == len(RULES)


def test_rules_saved_again_after_their_answer_was_lost_change_nothing(db: Database) -> None:
    product_id = a_family(db)
    with db.session() as session:
        version = session.get_one(Product, product_id).version
    variants.save_rules(product_id, RULES[:-1], version)
    assert not variants.save_rules(product_id, RULES[:-1], version).changes
