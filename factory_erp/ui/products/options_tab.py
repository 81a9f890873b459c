"""Options & items: the axes of a product, and the matrix of the items that there are of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.variants import making as variants
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.matrix import MatrixGrid
from factory_erp.ui.kit.matrix_layout import axes_text, cell_of, lay_out, places
from factory_erp.ui.products.axes_editor import AxesEditor
from factory_erp.ui.products.family import Family, read_family
from factory_erp.ui.products.family_tab import FamilyTab
from factory_erp.ui.products.generate import GenerateDialog

SKU_WIDTH = 132
"""Of a cell of the matrix, px."""


class OptionsTab(FamilyTab):
    """Axes and values at the left, their items at the right."""

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__(context, record_id)
        self._read: Family | None = None
        self.editor = AxesEditor()
        self.editor.changed.connect(self._note_step)
        self.editor.save_asked.connect(self.save)
        self.matrix = MatrixGrid(_("item"), read=None, show=str, width=SKU_WIDTH)
        self.matrix.set_name(_("Items by their options"))
        self.matrix.set_empty_text(
            _("Add options at the left, and generate the items of their combinations.")
        )
        self.matrix.opened.connect(self._open_item)
        self.title = label(_("Items"), pixels=15, bold=True)
        self.counts = label(muted=True, wrap=True)
        self.generate_button = Button(
            _("Generate items…"), kind=Kind.PRIMARY, icon="add", run=self.ask_generate
        )
        self._lay_out()
        self.setFocusProxy(self.editor)
        self._look()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 9, 10, 6)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.counts)
        head.addLayout(words, 1)
        head.addWidget(self.generate_button)
        items = QWidget()
        column = QVBoxLayout(items)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.matrix, 1)
        parts = split(self.editor, framed(items), stretch=(2, 3), sizes=(430, 620))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        whole.addWidget(parts, 1)
        whole.addWidget(self.problem)
        whole.addWidget(self.bar)

    # reading

    def reading(self) -> Callable[[], object]:
        """Axes and matrix."""
        return partial(read_family, self.record_id)

    def show_record(self, read: object) -> None:
        """Fill both tables and the matrix."""
        assert isinstance(read, Family)
        if self._read is None or read.axes != self._read.axes:
            self.editor.show_axes(read.axes, [text.language for text in read.sheet.texts])
        self._show_items(read)
        self.say_problem("")

    def rebase(self, read: object) -> None:
        """Axes that are as they were may be saved over."""
        assert isinstance(read, Family)
        if self._read is not None and read.axes == self._read.axes:
            self._show_items(read)

    def _show_items(self, family: Family) -> None:
        self._read = family
        made = lay_out(family.matrix, partial(_sku_or_new, family), everything=True)
        self.matrix.set_matrix(made.rows, made.columns, made.cells, made.pages)
        across = axes_text(family.matrix)
        self.title.setText(_("Items: {axes}", axes=across) if across else _("Items"))
        self.counts.setText(" · ".join(_counts(family)))
        self._look()

    def _look(self) -> None:
        """Items are made of what is saved."""
        ready = self._read is not None and bool(self._read.matrix.columns)
        dirty = self.is_dirty()
        self.generate_button.setEnabled(ready and not dirty)
        reason = _("Save the options first.") if dirty else _("Add options first.")
        self.generate_button.setToolTip("" if ready and not dirty else reason)

    def _open_item(self, key: tuple[object, ...]) -> None:
        if self._read is not None and (item := self._read.matrix.cells.get(cell_of(key))) is not None:
            self.context.navigate(f"erp://catalog/{self._read.sku(item)}")

    def ask_generate(self) -> GenerateDialog | None:
        """The open dialog that previews what generating would do."""
        if self._read is None:
            return None
        dialog = GenerateDialog(self.context, self.record_id, self._read.sheet.code, self)
        dialog.generated.connect(lambda _report: self.refresh())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    # the draft

    def is_dirty(self) -> bool:
        """Whether axes or values have edits that were not saved."""
        return self.editor.is_dirty()

    def _note_step(self) -> None:
        self.say_problem("")
        self.note_edit()
        self._look()

    def save(self) -> bool:
        """Save the axes if every cell is sound."""
        if self._read is None or not self.is_dirty():
            return True
        if sentence := self.editor.first_problem():
            self.say_problem(sentence)
            return False
        given = self.editor.read()
        write = partial(variants.save_axes, self.record_id, given, self._read.sheet.version)
        self.write(write, self._saved, _("Save options"))
        return True

    def _saved(self, _changed: object) -> None:
        self.editor.mark_saved()
        self._note_step()
        self.context.say(_("The options are saved."))
        self.refresh()

    def discard(self) -> None:
        """Throw the edits away, and read again."""
        self.editor.discard()
        self._note_step()
        self.refresh()


def _sku_or_new(family: Family, item_id: int | None) -> str:
    return _("+ new") if item_id is None else family.sku(item_id)


def _counts(family: Family) -> list[str]:
    there, possible = len(family.matrix.cells), len(places(family.matrix))
    said = []
    if possible:
        said.append(
            _("{there} of {possible} combinations are there",
              there=figures.number(there), possible=figures.number(possible))
        )  # fmt: skip
    if family.unplaced:
        count = figures.number(family.unplaced)
        said.append(
            ngettext(
                "{number} item has no options; it joins where the SKU pattern gives its SKU",
                "{number} items have no options; they join where the SKU pattern gives their SKUs",
                family.unplaced,
                number=count,
            )
        )
    return said
