"""Who is supplied by whom: a tree from what was chosen, down to stock and purchases or up to customers."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.material.tree import TreeNode
from factory_erp.ui.kit import figures, tree
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.choose import Choice, LookupEdit
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.widgets import Chip, ChipBar, EmptyState
from factory_erp.ui.material import pegging_find, words
from factory_erp.ui.material.pegging_find import FROM, TO, WAYS, Start

TITLES = {FROM: N_("Where does it come from?"), TO: N_("Who is it for?")}

COLUMNS = (
    Column("item", N_("Item"), 320, narrowest=270),
    Column("quantity", N_("Quantity"), 84, kind="number"),
    Column("unit", N_("Unit"), 50, narrowest=50),
    Column("kind", N_("What"), 130, narrowest=110),
    Column("number", N_("Number"), 130, kind="number", align="left"),
    Column("customer", N_("Customer or supplier"), 150, narrowest=100, priority=2),
    Column("wanted", N_("Wanted on"), 96, kind="date"),
    Column("there", N_("There on"), 96, kind="date", priority=1),
    Column("late", N_("Late"), 112, kind="pill"),
    Column("note", N_("Please note"), 190, narrowest=130, priority=3),
)

OPEN_LEVELS = 3
"""Levels that are open at first: deeper ones are asked for."""


class PeggingView(QWidget):
    """Enter or a double click opens the record of a line."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._asked = 0
        self._nodes: dict[Hashable, TreeNode] = {}
        self.start: Start | None = None
        self.edit = LookupEdit(pegging_find.find, context.jobs)
        self.edit.setAccessibleName(_("Order, production order, purchase or item"))
        self.edit.setPlaceholderText(_("Number of an order, production order or purchase, or an SKU…"))
        self.edit.setMinimumWidth(360)
        self.ways = ChipBar()
        self.tree = tree.BillTree(COLUMNS)
        self.tree.setAccessibleName(_("Pegging"))
        self.expand = Button(_("Expand all"), icon="chevron-down", run=self.tree.expandAll)
        self.collapse = Button(_("Collapse all"), icon="chevron-right", run=self.tree.collapseAll)
        sentence = _(
            "Choose an order line, a production order, a purchase or an item to see what it hangs on."
        )
        self.empty = EmptyState("bom", sentence)
        self.stack = QStackedWidget()
        self._lay_out()
        self.edit.chosen.connect(self._take_choice)
        self.edit.returnPressed.connect(self._take_typed)
        self.ways.chosen.connect(lambda _way: self.refresh())
        self.tree.opened.connect(self._open)
        self.setFocusProxy(self.edit)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(10)
        bar.addWidget(label(_("Show")))
        bar.addWidget(self.edit, 1)
        bar.addWidget(self.ways, 1)
        bar.addWidget(self.expand)
        bar.addWidget(self.collapse)
        self.stack.addWidget(framed(self.empty))
        self.stack.addWidget(framed(self.tree))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(bar)
        column.addWidget(self.stack, 1)
        self._dress()

    # what is shown

    def show_start(self, start: Start, way: str = "") -> None:
        """Show the tree from *start*, the *way* asked for where it goes that way."""
        self.start = start
        ways = WAYS[start.kind]
        wanted = next((one for one in (way, self.ways.current()) if one in ways), ways[0])
        self.ways.set_chips((Chip(one, _(TITLES[one])) for one in ways), current=wanted)
        self.refresh()

    def refresh(self) -> None:
        """Read the tree again."""
        if self.start is None:
            return
        self._asked += 1
        read = partial(pegging_find.read_tree, self.start, self.ways.current())
        self._context.jobs.run(read, done=partial(self._show, self._asked), failed=self._fail, owner=self)

    def _show(self, asked: int, root: TreeNode) -> None:
        if asked != self._asked or self.start is None:
            return
        self._nodes = {}
        self.edit.show_value(Choice(self.start.key, pegging_find.title_of(root)))
        self.tree.set_nodes([self._node(root, ())], depth=OPEN_LEVELS)
        self._dress()

    def _node(self, node: TreeNode, above: tuple[Hashable, ...]) -> tree.TreeNode:
        """Keys are paths of records, so that what is open stays open when the plan has changed."""
        key = (*above, node.kind, node.record_id, node.item_id)
        while key in self._nodes:
            key = (*key, "again")
        self._nodes[key] = node
        return tree.TreeNode(key, _cells(node), tuple(self._node(child, key) for child in node.children))

    def _fail(self, error: Exception) -> None:
        """What was shown is gone: begin anew, and say so."""
        self.start = None
        self._nodes = {}
        self.tree.set_nodes(())
        self.edit.show_value(None)
        self._dress()
        self._context.jobs.problem.emit(error)

    def _dress(self) -> None:
        some = self.start is not None
        self.stack.setCurrentIndex(int(some))
        self.ways.setVisible(some)
        self.expand.setEnabled(some)
        self.collapse.setEnabled(some)

    # what one does

    def _take_choice(self, choice: Choice) -> None:
        start = Start.of(choice.key)
        if start is not None:
            self.show_start(start)

    def _take_typed(self) -> None:
        """Enter takes what is chosen; what was typed is looked for."""
        choice = self.edit.choice()
        if choice is not None:
            self._take_choice(choice)
        elif self.edit.text().strip():
            find = partial(pegging_find.find, self.edit.text())
            self._context.jobs.run(find, done=self._take_first, owner=self)

    def _take_first(self, found: list[Choice]) -> None:
        if found:
            self._take_choice(found[0])
        else:
            self._context.say(_("Nothing matches '{search}'.", search=self.edit.text().strip()))

    def _open(self, key: Hashable) -> None:
        node = self._nodes.get(key)
        if node is not None:
            self._context.navigate(pegging_find.link_of(node))


def _cells(node: TreeNode) -> Row:
    return (
        words.item(node.sku, node.name),
        figures.number(node.quantity) if node.quantity else "",
        figures.unit(node.unit) if node.unit and node.quantity else "",
        _(words.NODES[node.kind]),
        node.number,
        node.customer,
        figures.day(node.wanted_on),
        figures.day(node.there_on),
        words.late_pill(node.late_days),
        _note(node),
    )


def _note(node: TreeNode) -> str:
    said = [node.reason]
    if node.repeated:
        said.append(_("Shown in full further up."))
    return " ".join(part for part in said if part)
