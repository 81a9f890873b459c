"""The papers of a purchase: the order to the supplier, issued, and the inspection order, looked at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.issuing import register
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.widgets import SearchBox
from factory_erp.ui.material.purchase_actions import PurchaseActions
from factory_erp.ui.material.purchases_view import PurchasesView
from factory_erp.ui.paper_dialog import PaperDialog, PaperLook
from tests.services.papers.papers_factory import PapersFactory
from tests.services.papers.test_issue import purchase
from tests.ui.material.sample import idle


@pytest.fixture
def bought(db: Database) -> int:
    return purchase(PapersFactory(db))


@pytest.fixture
def view(qtbot: QtBot, context: UiContext, bought: int) -> Iterator[PurchasesView]:
    made = PurchasesView(context, PurchaseActions(context, SearchBox()), SearchBox())
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.refresh()
    idle(qtbot, context.jobs)
    yield made
    if isinstance(made._act.dialog, PaperDialog | PaperLook):
        made._act.dialog.reject()


def test_the_menu_offers_both_papers(qtbot: QtBot, context: UiContext, view: PurchasesView) -> None:
    menu = view.buttons["paper"].menu()
    assert [action.text() for action in menu.actions()] == ["Purchase order…", "Inspection order…"]
    menu.actions()[0].trigger()
    idle(qtbot, context.jobs)
    made = view._act.dialog
    assert isinstance(made, PaperDialog)
    assert not made.kind_choice.isVisibleTo(made), "there is one kind of it"
    assert made.paper.preview.page_count() == 1
    said: list[str] = []
    context.say = said.append
    made.issue_button.click()
    idle(qtbot, context.jobs)
    assert said == ["PU-1, revision 1, is in force."]
    assert [row.number for row in register.papers_of_purchase(1)] == ["PU-1"]
    assert made.list.table.current_key() is not None


def test_a_link_shows_the_inspection_order(
    qtbot: QtBot, context: UiContext, view: PurchasesView, bought: int
) -> None:
    view.open_key(f"{bought}/inspection")
    idle(qtbot, context.jobs)
    made = view._act.dialog
    assert isinstance(made, PaperLook)
    assert made.windowTitle() == "Inspection order for PU-1"
    assert [made.language.itemText(row) for row in range(made.language.count())] == [
        "English and Chinese", "English", "Chinese",
    ]  # fmt: skip
    made.language.show_value("zh_CN")
    made.language.edited.emit()
    idle(qtbot, context.jobs)
    path = made.paper.preview.path()
    assert path is not None
    assert path.name == "PU-1-inspection-zh_CN.pdf"


def test_a_purchase_without_a_price_says_so_and_cannot_be_issued(
    qtbot: QtBot, context: UiContext, db: Database
) -> None:
    factory = PapersFactory(db)
    bare = purchase(factory, priced=False)
    act = PurchaseActions(context, SearchBox())
    made = PurchasesView(context, act, SearchBox())
    qtbot.addWidget(made)
    made.open_key(f"{bare}/paper")
    idle(qtbot, context.jobs)
    assert isinstance(act.dialog, PaperDialog)
    assert "has no price for STEEL-1" in act.dialog.paper.problem.sentence.text()
    assert not act.dialog.issue_button.isEnabled()
    act.dialog.reject()
