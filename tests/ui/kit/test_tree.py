from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit.rows import Column, PillCell
from factory_erp.ui.kit.tree import BillTree, TreeNode

COLUMNS = (Column("part", "Part", 200), Column("per", "Per", 80, kind="number"), Column("state", "State", 90))


def node(key: str, *children: TreeNode) -> TreeNode:
    return TreeNode(key, (key, "2", PillCell("ready", "success")), children)


CUP = node("cup", node("body", node("steel"), node("screw")), node("lid", node("screw")))


def tree(qtbot: QtBot) -> BillTree:
    widget = BillTree(COLUMNS)
    qtbot.addWidget(widget)
    widget.resize(600, 400)
    widget.show()
    widget.set_nodes([CUP])
    return widget


def test_the_model_keeps_the_rules_of_qt(qtbot: QtBot) -> None:
    widget = tree(qtbot)
    QAbstractItemModelTester(widget.nodes, QAbstractItemModelTester.FailureReportingMode.Fatal)
    widget.set_nodes([CUP, node("box")])
    assert widget.nodes.rowCount() == 2
    assert [widget.nodes.path_at(index)[-1] for index in widget.nodes.indexes()] == [
        "cup", "body", "steel", "screw", "lid", "screw", "box"
    ]  # fmt: skip


def test_the_same_part_in_two_places_is_told_apart(qtbot: QtBot) -> None:
    widget = tree(qtbot)
    lid = widget.nodes.index(1, 0, widget.nodes.index(0, 0))
    widget.expand(lid)
    widget.setCurrentIndex(widget.nodes.index(0, 0, lid))
    widget.set_nodes([CUP])
    assert widget.current_path() == ("cup", "lid", "screw")
    assert widget.isExpanded(widget.nodes.index(1, 0, widget.nodes.index(0, 0)))
    assert not widget.isExpanded(widget.nodes.index(0, 0, widget.nodes.index(0, 0)))


def test_a_node_that_is_gone_is_no_longer_current(qtbot: QtBot) -> None:
    widget = tree(qtbot)
    widget.setCurrentIndex(widget.nodes.index(0, 0, widget.nodes.index(0, 0)))
    heard: list[object] = []
    widget.current_changed.connect(heard.append)
    widget.set_nodes([node("box")])
    assert (widget.current_key(), heard) == (None, [None])


def test_enter_opens_and_copy_copies(qtbot: QtBot) -> None:
    widget = tree(qtbot)
    widget.setCurrentIndex(widget.nodes.index(0, 0))
    with qtbot.waitSignal(widget.opened) as told:
        qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert told.args == ["cup"]
    qtbot.keyClick(widget, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "cup\t2\tready\n"


def test_columns_fill_the_width(qtbot: QtBot) -> None:
    widget = tree(qtbot)
    assert widget.header().length() == widget.viewport().width()
    widget.grab()
