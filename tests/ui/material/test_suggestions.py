"""Suggestions: looked through, accepted one by one or in bulk, put away and brought back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import Conflict
from factory_erp.models.database import Database
from factory_erp.models.sales import SalesLine
from factory_erp.services.material import plan as material_plan
from factory_erp.services.production import orders as production
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.material import MaterialPage, plan_actions
from tests.services.factory import CupFactory, in_stock
from tests.ui.material.sample import button, idle, shown, suggested


def agree(monkeypatch: pytest.MonkeyPatch, answer: bool = True) -> list[str]:
    """Answer the question before an acceptance; what was asked."""
    asked: list[str] = []

    def ask(_parent: object, _title: str, text: str, _act: str) -> bool:
        asked.append(text)
        return answer

    monkeypatch.setattr(plan_actions, "confirm", ask)
    return asked


def test_the_list_with_counts_and_the_card_with_its_reasons(
    qtbot: QtBot, page: MaterialPage, problems: list[BaseException]
) -> None:
    view = page.suggestions
    assert page.header._counts.text() == "planned just now · 2 to make · 2 to buy · nothing late"
    assert view.table.count() == 4
    assert {key: view.chips._chips[key].count for key in ("open", "make", "buy", "late", "merge")} == {
        "open": 4, "make": 2, "buy": 2, "late": 0, "merge": 0,
    }  # fmt: skip
    view.table.select_id(suggested()["CUP"].id)
    idle(qtbot, page.context.jobs)
    words = shown(view.card)
    assert {"Make 80 PCS of CUP", "For SO-2026-00001.", "ACME Trading", "STEEL", "LID", "BOX"} <= words
    assert {"Accept", "Dismiss", "Pegging", "Item CUP"} <= words
    cells = [text_of(cell) for cell in view.table._source.rows([suggested()["STEEL"].id])[0]]
    assert cells[:4] == ["Buy", "STEEL  Steel", "17.5", "KGS"]
    assert problems == []


def test_a_chip_and_a_search_narrow_the_list(qtbot: QtBot, page: MaterialPage) -> None:
    page.open_record("suggestions/buy")
    idle(qtbot, page.context.jobs)
    assert page.suggestions.table.count() == 2
    page.show_suggestions_of("LID")
    qtbot.waitUntil(lambda: page.suggestions.table.count() == 1, timeout=10_000)
    assert page.suggestions.table.selected_ids() == [suggested()["LID"].id]


def test_all_are_accepted_after_saying_what_it_comes_to(
    qtbot: QtBot, page: MaterialPage, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = agree(monkeypatch)
    page.suggestions.table.view.selectAll()
    assert page.suggestions.chosen.text() == "4 chosen"
    page.suggestions.buttons["accept"].click()
    idle(qtbot, page.context.jobs)
    assert asked == ["4 suggestions are accepted. They come to: 2 production orders, 1 purchase order."]
    assert said == ["Accepted: 2 production orders, 1 purchase order."]
    assert len(production.production_ids("all")) == 2
    assert page.suggestions.table.count() == 0
    assert not page.suggestions.buttons["accept"].isEnabled()
    assert page.tabs.bar.tabText(3) == "Purchases  1"


def test_who_says_no_keeps_them(qtbot: QtBot, page: MaterialPage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = agree(monkeypatch, answer=False)
    page.suggestions.table.select_id(suggested()["CUP"].id)
    qtbot.keyClick(page.suggestions.table.view, Qt.Key.Key_Return)
    idle(qtbot, page.context.jobs)
    assert asked == ["Make 80 PCS of CUP. 1 suggestion is accepted. It comes to: 1 production order."]
    assert not production.production_ids("all")


def test_ctrl_enter_accepts_one_and_goes_to_the_next(
    qtbot: QtBot, page: MaterialPage, said: list[str], problems: list[BaseException]
) -> None:
    table = page.suggestions.table
    first = suggested()["STEEL"].id
    table.select_id(first)
    page.suggestions.accept_now()
    idle(qtbot, page.context.jobs)
    assert said == ["Accepted: 1 purchase order."]
    assert len(purchases.purchase_ids("open")) == 1
    assert table.count() == 3
    assert table.current_id() not in (None, first)
    assert problems == []


def test_what_is_not_wanted_any_more_is_refused(
    qtbot: QtBot, db: Database, shop: CupFactory, page: MaterialPage, problems: list[BaseException]
) -> None:
    cup = suggested()["CUP"].id
    with db.session(write=True) as session:
        session.query(SalesLine).one().quantity -= 90
    page.suggestions.table.select_id(cup)
    page.suggestions.accept_now()
    idle(qtbot, page.context.jobs)
    assert isinstance(problems[0], Conflict)
    assert not production.production_ids("all")
    assert cup in page.suggestions.table.selected_ids()


@pytest.mark.parametrize("several", [False, True])
def test_what_differs_from_the_list_is_refused_and_the_list_read_again(
    qtbot: QtBot,
    db: Database,
    page: MaterialPage,
    problems: list[BaseException],
    monkeypatch: pytest.MonkeyPatch,
    several: bool,
) -> None:
    """As another computer's plan may have changed it: this window has not heard of it."""
    agree(monkeypatch)
    cup, view = suggested()["CUP"], page.suggestions
    if several:
        view.table.view.selectAll()
    else:
        view.table.select_id(cup.id)
    with db.session(write=True) as session:
        session.query(SalesLine).one().quantity += 400
    material_plan.run_plan()
    if several:
        view.buttons["accept"].click()
    else:
        view.accept_now()
    idle(qtbot, page.context.jobs)
    (refused,) = problems
    assert isinstance(refused, Conflict)
    assert "not what it was when you saw it" in refused.message
    assert refused.remedy.endswith("The list was read again.")
    assert not production.production_ids("all")
    row = view.table.model.row_of(cup.id)
    assert row is not None
    assert text_of(view.table.model.row(row)[2]) == "480"
    view.table.select_id(cup.id)
    view.accept_now()
    idle(qtbot, page.context.jobs)
    assert len(production.production_ids("all")) == 1


def test_put_away_and_brought_back(
    qtbot: QtBot, page: MaterialPage, said: list[str], problems: list[BaseException]
) -> None:
    lid = suggested()["LID"].id
    page.suggestions.table.select_id(lid)
    idle(qtbot, page.context.jobs)
    button(page.suggestions.card, "Dismiss").click()
    idle(qtbot, page.context.jobs)
    assert said == ["1 suggestion is put away. It comes back when it differs."]
    assert suggestions.suggestion_counts()["dismissed"] == 1
    undo = next(one for one in page.commands() if one.id == "material.undo")
    assert undo.can_run()
    undo.trigger()
    idle(qtbot, page.context.jobs)
    assert suggestions.suggestion_counts()["dismissed"] == 0
    assert not undo.can_run()
    suggestions.dismiss([lid])
    page.suggestions.chips.select("dismissed")
    idle(qtbot, page.context.jobs)
    assert page.suggestions.buttons["accept"].isHidden()
    page.suggestions.accept_now()
    page.suggestions.buttons["restore"].click()
    idle(qtbot, page.context.jobs)
    assert "LID" in suggested()
    assert problems == []


def test_plan_now_follows_what_happened(
    qtbot: QtBot, db: Database, shop: CupFactory, page: MaterialPage, said: list[str]
) -> None:
    with db.session(write=True) as session:
        in_stock(session, shop.box, 80)
    page.plan_button.click()
    assert not page.plan_button.isEnabled()
    assert page.plan_button.text() == "Planning…"
    page.acts.plan()
    idle(qtbot, page.context.jobs)
    assert len(said) == 1, "a second click plans nothing"
    assert said[0].startswith("Planned in ")
    assert page.plan_button.isEnabled()
    assert set(suggested()) == {"CUP", "LID", "STEEL"}
    assert page.suggestions.table.count() == 3
