from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.engineering import WorkCentre
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.engineering import costing
from factory_erp.ui.catalog import cost_tree
from factory_erp.ui.catalog.costs_tab import LOT, CostsTab
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.kit.tree import BillTree, TreeNode
from tests.ui.catalog import sample


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite is enough for the window."""
    copy = tmp_path / "factory.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return sqlite_url(copy)


@pytest.fixture(autouse=True)
def bottles(db: Database) -> None:
    """Bottles whose machines cost 60 an hour, with two people at 30 and a tenth on top."""
    sample.load()
    with db.session(write=True) as session:
        for centre in session.query(WorkCentre):
            centre.machine_rate, centre.labour_rate = Decimal(60), Decimal(30)
            centre.crew, centre.overhead_percent = Decimal(2), Decimal(10)


def found(sku: str) -> int:
    item_id = catalog.find_item(sku)
    assert item_id is not None
    return item_id


def opened(qtbot: QtBot, context: UiContext, sku: str) -> CostsTab:
    made = CostsTab(context, found(sku))
    qtbot.addWidget(made)
    made.resize(1040, 600)
    made.show()
    made.refresh()
    settle(qtbot, made)
    return made


@pytest.fixture
def tab(bottles: None, qtbot: QtBot, context: UiContext) -> CostsTab:
    return opened(qtbot, context, "BTL-500-M")


def settle(qtbot: QtBot, tab: CostsTab) -> None:
    qtbot.waitUntil(lambda: not tab.context.jobs.running())


def lines(tree: BillTree) -> dict[str, list[str]]:
    """First word of each line → its other cells."""
    count = len(tree.nodes.columns)
    read = [
        [text_of(tree.nodes.cell_at(index.siblingAtColumn(n))) for n in range(count)]
        for index in tree.nodes.indexes()
    ]
    return {row[0].partition(" · ")[0]: row[1:] for row in read}


def figure(text: str) -> Decimal:
    return Decimal(0) if text in ("–", "") else Decimal(text.replace(",", ""))


def test_first_the_usual_batch_then_the_lot_that_is_asked_for(
    qtbot: QtBot, tab: CostsTab, context: UiContext, db: Database
) -> None:
    assert tab.lot.text() == "1"
    with db.session(write=True) as session:
        session.get_one(Item, tab.record_id).lot_size = Decimal(500)
    again = opened(qtbot, context, "BTL-500-M")
    assert again.lot.text() == "500"
    assert not again.is_dirty()

    again.quick[100].click()
    settle(qtbot, again)
    view = costing.cost_of(tab.record_id, Decimal(100))
    assert again.lot.text() == "100"
    assert figure(lines(again.tree)["BTL-500-M"][-2]) == round(view.per_unit.total, 4)


def test_every_line_is_the_sum_of_those_below(qtbot: QtBot, tab: CostsTab) -> None:
    tab.set_lot(Decimal(100))
    tab.per.set_raw("1")
    tab.per.edited.emit()
    settle(qtbot, tab)
    assert tab.per.value() == LOT
    rows = lines(tab.tree)

    assert list(rows) == [
        "BTL-500-M", "Steps of BTL-500-M", "BODY-500", "Steps of BODY-500", "STEEL-304", "LID-PP", "PP-GRAN",
        "CTN-24",
    ]  # fmt: skip
    assert rows["STEEL-304"] == [
        "28.56 KGS", "414.12", "–", "–", "–", "–", "414.12", "14.5000",
    ]  # fmt: skip
    # 40 minutes of set-up and 100 times 9 seconds: 55 minutes of a machine and of two people.
    assert rows["Steps of BODY-500"] == ["", "–", "55.00", "55.00", "11.00", "–", "121.00", ""]

    def check(node: TreeNode) -> None:
        for column in range(2, 8):
            parts = [figure(text_of(child.cells[column])) for child in node.children]
            if parts:
                assert abs(figure(text_of(node.cells[column])) - sum(parts)) <= Decimal("0.03")
        for child in node.children:
            check(child)

    check(tab.tree.nodes.node_at(tab.tree.nodes.index(0, 0)))


def test_a_larger_lot_costs_less_for_one(qtbot: QtBot, tab: CostsTab) -> None:
    costs = []
    for lot in (1, 100, 1000):
        tab.quick[lot].click()
        settle(qtbot, tab)
        costs.append(figure(tab.tiles["total"]._number))
    assert costs == sorted(costs, reverse=True)
    assert len(set(costs)) == 3


def test_typing_a_lot_asks_once_it_rests_and_says_what_cannot_be(qtbot: QtBot, tab: CostsTab) -> None:
    tab.lot.setFocus()
    tab.lot.selectAll()
    qtbot.keyClicks(tab.lot, "250")
    qtbot.waitUntil(lambda: tab._costs is not None and tab._costs.lot == 250)
    settle(qtbot, tab)

    tab.lot.selectAll()
    qtbot.keyClicks(tab.lot, "many")
    qtbot.keyClick(tab.lot, Qt.Key.Key_Return)
    assert tab.note.isVisible()
    before = tab.note.text()
    tab.set_lot(Decimal(-1))
    settle(qtbot, tab)
    assert tab.note.isVisible()
    assert tab.note.text() != before
    tab.set_lot(Decimal(10))
    settle(qtbot, tab)
    assert not tab.note.isVisible()


def test_what_is_bought_says_where_its_cost_comes_from(qtbot: QtBot, context: UiContext) -> None:
    tab = opened(qtbot, context, "CTN-24")
    assert tab.note.text() == "This item is bought: what it costs is its standard cost."
    assert tab.standard.text() == "Standard cost CNY 5.40"
    assert list(lines(tab.tree)) == ["CTN-24"]

    unfinished = opened(qtbot, context, "BTL-750-O")
    assert unfinished.note.text().startswith("It has neither a bill nor a routing yet")
    assert unfinished.standard.text() == "No standard cost yet"


def test_the_standard_cost_is_compared_with_the_lot(qtbot: QtBot, context: UiContext, db: Database) -> None:
    with db.session(write=True) as session:
        session.get_one(Item, found("LID-PP")).standard_cost = Decimal("0.3")
    tab = opened(qtbot, context, "LID-PP")
    assert tab.standard.text() == "Standard cost CNY 0.30, this lot +6.2 %"
    assert tab.tiles["material"]._caption == "Material cost  100 %"


def test_a_component_opens_on_its_own_page(tab: CostsTab) -> None:
    went: list[str] = []
    tab.context.navigate = went.append
    for index in tab.tree.nodes.indexes():
        tab.tree.opened.emit(tab.tree.nodes.node_at(index).key)
    assert went[0] == "erp://catalog/BODY-500"
    assert "erp://catalog/BTL-500-M" not in went


def test_nothing_is_a_dash_and_figures_keep_their_decimals() -> None:
    assert cost_tree.amount(Decimal(0), 2) == "–"
    assert cost_tree.amount(Decimal("1234.5"), 2) == "1,234.50"
    assert cost_tree.share(Decimal(1), Decimal(0)) == ""
