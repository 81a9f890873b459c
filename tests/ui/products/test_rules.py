from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import InvalidValue
from factory_erp.models.database import Database
from factory_erp.models.variants import RuleKind
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.products import ProductInput
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import RuleInput
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.products.rule_columns import (
    Offers,
    columns,
    read_machine_speeds,
    read_tiers,
    row_of,
    rule_of,
    show_machine_speeds,
    show_tiers,
)
from factory_erp.ui.products.rules_tab import RulesTab
from tests.ui.products import sample

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def cup(db: Database) -> int:
    return sample.load(db, items=True)


@pytest.fixture
def tab(qtbot: QtBot, context: UiContext, cup: int, problems: list[BaseException]) -> RulesTab:
    made = RulesTab(context, cup)
    qtbot.addWidget(made)
    made.resize(1040, 640)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.refresh()
    sample.settle(qtbot, context)
    return made


def settle(qtbot: QtBot, tab: RulesTab) -> None:
    qtbot.waitUntil(lambda: not tab._pause.isActive() and not tab.context.jobs.running(), timeout=10_000)


def write(tab: RulesTab, kind: RuleKind, row: int, key: str, text: str) -> EditGrid:
    tab.tables.chips.select(kind.value)
    grid = tab.tables.grids[kind]
    grid.view.setFocus()
    grid.select(row, key)
    grid.paste(text)
    return grid


def result(tab: RulesTab) -> list[tuple[str, ...]]:
    return [tuple(text_of(cell) for cell in row) for row in tab.result.model.rows]


def messages(tab: RulesTab) -> list[str]:
    return [problem.message for problem in tab.problems.problems]


@on_sqlite
def test_rules_stand_by_kind_numbered_through(tab: RulesTab) -> None:
    assert [button.text() for button in tab.tables.chips._buttons.values()] == [
        "Components  3", "Operations  1", "Weight  1", "Prices  2", "Texts  2",
    ]  # fmt: skip
    prices = tab.tables.grids[RuleKind.PRICE].model
    shown = [[cell.text for cell in row.cells] for row in prices.rows]
    assert shown == [
        ["6", "base", "", "FOB", "100=3.20; 500=2.95", "No"],
        ["7", "logo", "", "", "", "Yes"],
    ]
    assert not tab.is_dirty()
    assert [(one.kind, one.slot, one.outcome) for one in tab.tables.rules()] == [
        (one.kind, one.slot, one.outcome) for one in sample.RULES
    ]


@on_sqlite
def test_the_result_shows_all_that_rules_say_of_an_item(qtbot: QtBot, tab: RulesTab) -> None:
    assert (tab.state.text(), messages(tab)) == ("Sound", [])
    assert tab.item.text() == "CUP-350-BK"
    assert result(tab) == [
        ("Components", "lid", "1 × LID-BK · Lid BK"),
        ("Components", "body", "0.18 × STEEL · Steel · scrap 2 %"),
        ("Operations", "10", "Press · PRESS-CENTRE · set-up 30 min · 45 s per unit"),
        ("Weight", "", "250 g net"),
        ("Prices", "FOB", "from 100: 3.2 · from 500: 2.95"),
        ("Texts", "en", "Steel cup 350 ml Matte black"),
        ("Texts", "zh_CN", "钢杯 350毫升 哑黑"),
    ]
    tab.item.show_value("CUP-500-WH")
    tab.check()
    settle(qtbot, tab)
    assert result(tab)[:2] == [
        ("Components", "lid", "1 × LID-WH · Lid WH"),
        ("Components", "body", "0.25 × STEEL · Steel · at step 10"),
    ]


@on_sqlite
def test_a_draft_is_checked_while_one_types(qtbot: QtBot, tab: RulesTab) -> None:
    write(tab, RuleKind.COMPONENT, 2, "condition", "colour=BK")
    settle(qtbot, tab)
    assert tab.state.text() == "2 problems"
    assert messages(tab) == [
        "Rules 2 and 3 contradict each other: slot 'body' of CUP-350-BK.",
        "No rule says what stands in slot 'body' of CUP-500-WH.",
    ]
    tab.problems.table.select_key(1)
    assert tab.problems.details.toPlainText().splitlines()[1] == "CUP-500-WH"
    tab.tables.grids[RuleKind.COMPONENT].undo_stack.undo()
    settle(qtbot, tab)
    assert (tab.state.text(), tab.is_dirty()) == ("Sound", False)


@on_sqlite
def test_a_problem_leads_to_its_rule_and_item(qtbot: QtBot, tab: RulesTab) -> None:
    write(tab, RuleKind.WEIGHT, 0, "condition", "size=900")
    tab.tables.chips.select("text")
    settle(qtbot, tab)
    assert messages(tab)[0].startswith("Rule 5: The axis 'size' has no value '900'.")
    qtbot.keyClick(tab.problems.table.view, Qt.Key.Key_Return)
    assert tab.tables.kind() is RuleKind.WEIGHT
    assert tab.tables.grids[RuleKind.WEIGHT].current_row() == 0

    tab.tables.grids[RuleKind.WEIGHT].undo_stack.undo()
    write(tab, RuleKind.COMPONENT, 1, "condition", "size=350; colour=WH")
    write(tab, RuleKind.COMPONENT, 2, "condition", "size=500")
    settle(qtbot, tab)
    tab.problems.chosen.emit(tab.problems.problems[0])
    settle(qtbot, tab)
    assert messages(tab) == ["No rule says what stands in slot 'body' of CUP-350-BK."]
    assert tab.item.text() == "CUP-350-BK"


@on_sqlite
def test_a_condition_that_is_none_is_said_at_its_cell(qtbot: QtBot, tab: RulesTab, cup: int) -> None:
    grid = tab.tables.grids[RuleKind.COMPONENT]
    grid.select(0, "condition")
    dialog = grid.paste("colour")
    assert dialog is not None
    dialog.accept()
    settle(qtbot, tab)
    assert tab.state.text() == "1 cell is not right"
    assert tab.problems.table.view.empty_text().startswith("Correct the cells in red first")
    tab.tables.chips.select("text")
    assert not tab.save()
    assert tab.tables.kind() is RuleKind.COMPONENT
    assert grid.current_row() == 0
    assert "'colour' is not a condition." in tab.problem.text()
    assert [rule.condition for rule in variants.rules(cup)][:2] == ["", "size=350"]


@on_sqlite
def test_a_rule_is_added_numbered_and_saved(qtbot: QtBot, tab: RulesTab, cup: int) -> None:
    grid = tab.tables.grids[RuleKind.COMPONENT]
    grid.view.setFocus()
    grid.foot.add_button.click()
    assert grid.model.rows[3].cells[0].text == ""  # nobody has written in it yet
    grid.select(3, "slot")
    grid.paste("ring")
    grid.select(3, "sku")
    grid.paste("STEEL")
    assert grid.model.rows[3].cells[0].text == "4"
    assert tab.tables.grids[RuleKind.TEXT].model.rows[0].cells[0].text == "9"
    qtbot.keyClick(grid.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, tab)
    assert not tab.is_dirty()
    saved = variants.rules(cup)[3]
    assert (saved.slot, saved.outcome) == ("ring", {"sku": "STEEL", "quantity": "1"})
    assert len(variants.rules(cup)) == 10


@on_sqlite
def test_rules_that_are_not_sound_are_refused_with_all_items(qtbot: QtBot, tab: RulesTab, cup: int) -> None:
    grid = tab.tables.grids[RuleKind.COMPONENT]
    grid.select(2)
    grid.delete_rows()
    assert tab.save()
    settle(qtbot, tab)
    assert tab.is_dirty()
    assert tab.problem.text() == "The rules were not saved: not every item has exactly one answer."
    assert [one.items for one in tab.problems.problems] == [("CUP-500-BK", "CUP-500-WH")]
    assert len(variants.rules(cup)) == 9
    tab.discard()
    settle(qtbot, tab)
    assert not tab.is_dirty()
    assert len(tab.tables.rules()) == 9


@on_sqlite
def test_a_rule_may_say_that_nothing_stands_there(qtbot: QtBot, tab: RulesTab) -> None:
    grid = tab.tables.grids[RuleKind.COMPONENT]
    place = [column.key for column in tab.tables.columns[RuleKind.COMPONENT]].index("nothing")
    grid.model.toggle(grid.model.index(0, place))
    settle(qtbot, tab)
    assert tab.state.text() == "Sound"
    assert "lid" not in [row[1] for row in result(tab)]


@on_sqlite
def test_facts_that_were_saved_meanwhile_are_no_conflict(qtbot: QtBot, tab: RulesTab, cup: int) -> None:
    write(tab, RuleKind.WEIGHT, 0, "net_g", "260")
    products.save_product(ProductInput("CUP", brand="LANBEI", id=cup))
    tab.refresh()
    settle(qtbot, tab)
    tab.save()
    settle(qtbot, tab)
    assert (tab.problem.text(), variants.rules(cup)[4].outcome) == ("", {"net_g": "260"})

    write(tab, RuleKind.WEIGHT, 0, "net_g", "270")
    variants.save_rules(cup, sample.RULES)
    tab.refresh()
    settle(qtbot, tab)
    tab.save()
    settle(qtbot, tab)
    assert "was changed by somebody else" in tab.problem.text()


@on_sqlite
def test_skus_are_offered_after_what_was_typed(tab: RulesTab) -> None:
    offers = Offers()
    assert [one.text for one in offers.skus("LID-")] == ["LID-", "LID-BK", "LID-WH"]
    assert [one.detail for one in offers.skus("STEEL")][:2] == ["Steel", "Steel cup 350 ml Matte black"]


def offers() -> Offers:
    axes = (
        variants.AxisView(1, "size", "Size", "容量", (variants.ValueView(1, "350", {"en": "350 ml"}),
                                                     variants.ValueView(2, "500", {"en": "500 ml"}))),
        variants.AxisView(2, "colour", "Colour", "", (variants.ValueView(3, "BK", {"en": "Black"}),)),
    )  # fmt: skip
    return Offers(axes=axes)


@pytest.mark.parametrize(("text", "offered"), [
    ("", ["size=350", "size=500", "colour=BK"]),
    ("si", ["size=350", "size=500"]),
    ("size=5", ["size=5", "size=500"]),
    ("size=350", ["size=350"]),
    ("size!=350|", ["size!=350|500"]),
    ("size=350; col", ["size=350; colour=BK"]),
    ("wood=", []),
])  # fmt: skip
def test_conditions_are_completed(text: str, offered: list[str]) -> None:
    assert [one.text for one in offers().conditions(text)] == offered


def test_an_offer_says_what_it_means() -> None:
    assert offers().conditions("si")[1].detail == "Size: 500 ml"


@given(st.dictionaries(st.decimals("0.001", 10**6, places=3), st.decimals(0, 10**6, places=4), min_size=1))
def test_breaks_are_read_as_they_are_shown(tiers: dict[Decimal, Decimal]) -> None:
    said = {format(key.normalize(), "f"): format(price.normalize(), "f") for key, price in tiers.items()}
    assert read_tiers(show_tiers(said)) == said


def test_machines_are_typed_as_in_a_file() -> None:
    assert read_machine_speeds("M1; M2 = 80/15") == {"M1": "100", "M2": "80/15"}
    assert show_machine_speeds({"M2": "80/15", "M1": 100}) == "M1=100; M2=80/15"
    assert show_machine_speeds({"M1": "fast"}) == "{'M1': 'fast'}"


def test_breaks_may_be_typed_with_a_full_width_semicolon() -> None:
    assert read_tiers("100=3.20； 500 = 2.95") == {"100": "3.2", "500": "2.95"}
    with pytest.raises(InvalidValue, match=r"'3\.20' is not a quantity with a price"):
        read_tiers("3.20")


@pytest.mark.parametrize("rule", [
    *sample.RULES,
    RuleInput("weight", "handle", "size=350", {"net_g": "0"}),
    RuleInput("component", "cap", "", {"sku": "CAP", "quantity": "0.000001", "phantom": True}),
    RuleInput("operation", "20", "", {
        "centre": "P", "name_en": "Plating", "transfer_lot": "50", "move_minutes": "5",
        "quality_point": "No pits", "subcontractor": "PLATER", "subcontract_days": "3",
        "subcontract_price": "0.35", "machines": {"M1": "100", "M2": "80/15"},
    }),
])  # fmt: skip
def test_a_rule_comes_back_from_its_line(rule: RuleInput) -> None:
    kind = RuleKind(rule.kind)
    grid = columns(kind, Offers())
    back = rule_of(kind, row_of(rule, grid), grid)
    assert (back.kind, back.slot, back.condition, back.outcome) == (
        rule.kind, rule.slot, rule.condition, rule.outcome,
    )  # fmt: skip
