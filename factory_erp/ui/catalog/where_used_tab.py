"""Where an item is used: its parents, their parents, up to what is sold, with the quantity in each."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext, pgettext
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.catalogue.views import ItemRow
from factory_erp.services.engineering import where_used
from factory_erp.services.engineering.where_used import UseRow
from factory_erp.ui.catalog.bill_parts import choice_of
from factory_erp.ui.catalog.replace_dialog import ReplaceDialog
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.edits import CheckEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, PillCell
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.tree import BillTree, TreeNode
from factory_erp.ui.kit.widgets import EmptyState

COLUMNS = (
    Column("sku", N_("Used in"), 240),
    Column("name", N_("Name"), 240, priority=2),
    Column("quantity", N_("Quantity"), 110, kind="number"),
    Column("unit", N_("Unit"), 56, priority=4),
    Column("per", N_("Per"), 76, priority=3),
    Column("revision", N_("Revision"), 90, narrowest=76),
    Column("state", N_("Valid"), 96, kind="pill"),
    Column("role", N_("Used as"), 110, kind="pill", priority=1),
    Column("top", N_("Stage"), 130, kind="pill", priority=5),
)


class WhereUsedTab(QWidget):
    """A tree upwards; a double click, or Enter, goes to the parent.  There is nothing to save in it."""

    dirty_changed = Signal(bool)

    def __init__(self, context: UiContext, item_id: int) -> None:
        super().__init__()
        self.context, self.item_id = context, item_id
        self._item: ItemRow | None = None
        self._rows: Sequence[UseRow] = ()
        self.tree = BillTree(COLUMNS)
        self.tree.setAccessibleName(_("Where used"))
        self.tree.opened.connect(self._go)
        self.count = label(muted=True)
        self.tops = CheckEdit(_("End products only"))
        self.tops.edited.connect(self._show)
        self.unfold_button = Button(_("Unfold all"), run=self.tree.expandAll)
        self.replace_button = Button(_("Replace everywhere…"), run=self.replace_everywhere)
        self.empty = EmptyState("bom", "")
        self._lay_out()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(10)
        bar.addWidget(self.count, 1)
        for widget in (self.tops, self.unfold_button, self.replace_button):
            bar.addWidget(widget)
        self.stack = QStackedWidget()
        self._frame = framed(self.tree)
        for page in (QWidget(), self.empty, self._frame):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addWidget(self.stack, 1)

    # as every tab of a record

    def refresh(self) -> None:
        """Read the uses again."""
        self.context.jobs.run(partial(read_uses, self.item_id), done=self._take, owner=self)

    def is_dirty(self) -> bool:
        """Nothing is edited here."""
        return False

    def save(self) -> bool:
        """There is nothing to save."""
        return True

    def discard(self) -> None:
        """There is nothing to throw away."""

    # the tree

    def _take(self, found: tuple[ItemRow | None, Sequence[UseRow]]) -> None:
        self._item, self._rows = found
        self._show()

    def _show(self) -> None:
        unit = self._item.unit if self._item is not None else ""
        tops = bool(self.tops.value())
        nodes = flat_nodes(self._rows, unit) if tops else tree_nodes(self._rows, unit)
        self.tree.set_nodes(nodes, depth=1)
        direct = {row.parent_id for row in self._rows if row.level == 1}
        self.count.setText(
            ngettext("Used directly in {count} item", "Used directly in {count} items", len(direct))
            if direct
            else ""
        )
        sku = self._item.sku if self._item is not None else ""
        self.empty.sentence.setText(
            _("{sku} goes into nothing: no bill that is valid now or later names it.", sku=sku)
        )
        self.stack.setCurrentWidget(self._frame if self._rows else self.empty)
        for widget in (self.tops, self.unfold_button, self.replace_button):
            widget.setEnabled(bool(self._rows))
        self.unfold_button.setEnabled(bool(self._rows) and not tops)

    def _go(self, key: Hashable) -> None:
        """To the parent on that line."""
        assert isinstance(key, tuple)
        self.context.navigate(f"erp://catalog/{key[1]}")

    def replace_everywhere(self) -> ReplaceDialog | None:
        """The open dialog that replaces this item in the bills that name it."""
        if self._item is None:
            return None
        dialog = ReplaceDialog(self.context, choice_of(self._item), self)
        dialog.replaced.connect(lambda _count: self.refresh())
        dialog.open()
        return dialog


def read_uses(item_id: int) -> tuple[ItemRow | None, list[UseRow]]:
    """The item (None if it is gone) and every way in which it is used now or later."""
    rows = catalog.item_rows([item_id])
    return (rows[0], where_used.where_used(item_id)) if rows else (None, [])


def tree_nodes(rows: Sequence[UseRow], unit: str) -> list[TreeNode]:
    """*rows* as a tree upwards, quantities in the item's *unit* (Rec 20).

    Where a parent names the item twice, or in two revisions, each has its own line; what lies above hangs
    on the one that is valid today, so that nothing is said twice.
    """
    by_path: dict[tuple[str, ...], list[UseRow]] = {}
    for row in rows:
        by_path.setdefault(row.path, []).append(row)
    above: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for path in by_path:
        above.setdefault(path[1:], []).append(path)

    def nodes(path: tuple[str, ...]) -> tuple[TreeNode, ...]:
        ways = sorted(by_path[path], key=lambda row: not row.current)
        higher = tuple(node for one in above.get(path, ()) for node in nodes(one))
        return tuple(_node(n, row, unit, higher if n == 0 else ()) for n, row in enumerate(ways))

    roots = [path for path in by_path if len(path) == 2]
    return [node for path in roots for node in nodes(path)]


def flat_nodes(rows: Sequence[UseRow], unit: str) -> list[TreeNode]:
    """Only what goes into nothing else, without the way there."""
    return [_node(n, row, unit, ()) for n, row in enumerate(rows) if row.top]


def _node(number: int, row: UseRow, unit: str, above: tuple[TreeNode, ...]) -> TreeNode:
    cells = (
        row.sku,
        row.name,
        figures.number(row.quantity),
        figures.unit(unit),
        figures.quantity(1, row.unit),
        row.revision,
        _state(row),
        _role(row),
        PillCell(_("End product"), Tone.ACCENT) if row.top else "",
    )
    return TreeNode((number, row.parent_id, row.bill_id), cells, above)


def _state(row: UseRow) -> PillCell:
    if row.current:
        return PillCell(pgettext("revision", "Current"), Tone.SUCCESS)
    return PillCell(pgettext("revision", "Future"), Tone.INFO)


def _role(row: UseRow) -> PillCell | str:
    if row.alternate:
        return PillCell(pgettext("bill line", "Alternate"), Tone.WARNING)
    if row.by_product:
        return PillCell(pgettext("bill line", "By-product"), Tone.TEAL)
    return PillCell(pgettext("bill line", "Phantom"), Tone.NEUTRAL) if row.phantom else ""
