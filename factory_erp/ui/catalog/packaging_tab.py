"""How an item is packed, what containers take of it while one types, and the units it is sold in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _, ngettext
from factory_erp.packing.containers import CONTAINERS
from factory_erp.services.catalogue import item_forms, packaging, unit_conversions
from factory_erp.services.catalogue.input import PackInput
from factory_erp.services.catalogue.packaging import ContainerLoad, PackagingSheet
from factory_erp.services.catalogue.unit_conversions import Conversion
from factory_erp.ui.catalog import packaging_levels, unit_rows
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.delegates import ROW_HEIGHT
from factory_erp.ui.kit.draft_tab import DraftTab
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.kit.grid_delegate import GridDelegate
from factory_erp.ui.kit.table_header import HEADER_HEIGHT
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Banner

LIMITS = {
    "volume": N_("limited by volume"),
    "weight": N_("limited by weight"),
    "size": N_("the carton does not fit in"),
}
"""What keeps more cartons out of a container."""

FOOT = 40
"""Room for the count of cells that are not right, px."""


@dataclass(frozen=True, slots=True)
class Packing:
    """What the tab shows: packaging, other units, and the item's own unit (Rec 20)."""

    sheet: PackagingSheet
    conversions: tuple[Conversion, ...]
    unit: str


class PackagingTab(DraftTab):
    """Two grids: a row for each level of packaging, a line for each other unit."""

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__(context, record_id)
        self._read: Packing | None = None
        self.levels = EditGrid(
            packaging_levels.COLUMNS, removable=False, compute=packaging_levels.volume, jobs=context.jobs
        )
        self.levels.set_name(_("Packaging levels"))
        most = HEADER_HEIGHT + ROW_HEIGHT * 3 + 6
        self.levels.setMinimumHeight(most)
        self.levels.setMaximumHeight(most + FOOT)
        self.units = EditGrid(
            unit_rows.unit_columns(),
            new_row=dict,
            compute=lambda row: unit_rows.meaning(row, self._own_unit()),
            jobs=context.jobs,
        )
        self.units.set_name(_("Other units"))
        self.units.set_empty_text(_("Sold by the dozen or bought by the roll? Add a line."))
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        self.warnings = Banner("", Tone.WARNING, icon="warning")
        self.warnings.words.setWordWrap(True)
        self.warnings.hide()
        self.takes = {code: (label(code, bold=True), label(wrap=True)) for code in CONTAINERS}
        self.no_carton = label(
            _("Enter the sizes and the gross weight of the master carton to see what a container takes."),
            muted=True,
            wrap=True,
        )
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        for grid in (self.levels, self.units):
            grid.dirty_changed.connect(lambda _dirty: self.note_edit())
            grid.changed.connect(self._note_step)
            grid.save_asked.connect(self.save)
        delegate = self.levels.view.itemDelegate()
        assert isinstance(delegate, GridDelegate)
        delegate.opened.connect(self._watch)

    def _lay_out(self) -> None:
        packed = framed(self.levels, self.warnings, title=_("How it is packed"))
        units = framed(self.units, title=_("Other units"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(packed)
        column.addWidget(self.problem)
        parts = split(framed(self._loads(), title=_("What a container takes")), units, stretch=(1, 1))
        parts.setSizes([500, 500])
        column.addWidget(parts, 1)
        column.addWidget(self.bar)

    def _loads(self) -> QWidget:
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(12, 4, 12, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(9)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.no_carton, 0, 0, 1, 2)
        for number, (code, takes) in enumerate(self.takes.values(), start=1):
            grid.addWidget(code, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(takes, number, 1)
        grid.setRowStretch(len(self.takes) + 1, 1)
        return content

    # reading

    def reading(self) -> Callable[[], object]:
        """The packaging, the other units and the item's own."""
        return partial(read_packing, self.record_id)

    def show_record(self, read: object) -> None:
        """Fill both grids, unless they show the same already."""
        assert isinstance(read, Packing)
        if read == self._read:
            return
        self._read = read
        self.levels.set_rows(packaging_levels.grid_rows(read.sheet.levels))
        self.units.set_rows([unit_rows.unit_row(one) for one in read.conversions])
        self._say_problem("")
        self._show_loads()

    # while one types

    def _watch(self, editor: QLineEdit) -> None:
        editor.textEdited.connect(lambda text: self._show_loads(text))

    def _note_step(self) -> None:
        self._say_problem("")
        self._show_loads()
        self.note_edit()

    def _show_loads(self, typed: str | None = None) -> None:
        """What the containers take of the carton as it stands, with the text *typed* in the open cell."""
        levels = packaging_levels.levels_of(self._rows(typed))
        loads = packaging.loads(levels)
        self.no_carton.setVisible(not loads)
        found = {load.container: load for load in loads}
        for code, (name, takes) in self.takes.items():
            load = found.get(code)
            takes.setText(load_text(load, self._own_unit()) if load else "")
            takes.setVisible(load is not None)
            name.setVisible(load is not None)
        self._show_warnings(levels)

    def _show_warnings(self, levels: Sequence[PackInput]) -> None:
        said = packaging.warnings(levels, self._read.sheet.net_g if self._read else 0)
        self.warnings.set_text("\n".join(said))
        self.warnings.setVisible(bool(said))

    def _rows(self, typed: str | None) -> list[dict[str, object]]:
        model = self.levels.model
        rows, here = list(model.rows), self.levels.view.currentIndex()
        if typed is not None and here.isValid():
            cell = model.maker.read(here.column(), typed)
            rows[here.row()] = model.maker.changed(rows[here.row()], {here.column(): cell})
        return [model.maker.values(row) for row in rows]

    def _own_unit(self) -> str:
        return self._read.unit if self._read else "H87"

    # the draft

    def is_dirty(self) -> bool:
        """Whether one of the grids has edits that were not saved."""
        return self.levels.is_dirty() or self.units.is_dirty()

    def save(self) -> bool:
        """Save what was edited, once every cell is sound."""
        self._say_problem("")
        if self._read is None:
            return True
        if not self._sound():
            return False
        if self.levels.is_dirty():
            levels = packaging_levels.levels_of(self.levels.rows())
            write = partial(packaging.save_packaging, self.record_id, levels, self._read.sheet.levels)
            self.write(write, self._saved_levels, _("Save packaging"))
        if self.units.is_dirty():
            wanted = [unit_rows.conversion(row) for row in self.units.rows()]
            units = partial(unit_conversions.save_conversions, self.record_id, wanted, self._read.conversions)
            self.write(units, self._saved_units, _("Save units"))
        return True

    def _sound(self) -> bool:
        """False, with the cell shown, where one is not sound or missing."""
        for grid in (self.levels, self.units):
            for row, key, sentence in grid.problems()[:1]:
                return self._refuse(grid, row, key, sentence)
        gap = packaging_levels.first_gap(self.levels.rows())
        return gap is None or self._refuse(self.levels, *gap)

    def _refuse(self, grid: EditGrid, row: int, key: str, sentence: str) -> bool:
        self._say_problem(sentence)
        grid.view.setFocus()
        grid.select(row, key)
        return False

    def _say_problem(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _saved_levels(self, _warnings: object) -> None:
        self.levels.mark_saved()
        self._saved()

    def _saved_units(self, _none: object) -> None:
        self.units.mark_saved()
        self._saved()

    def _saved(self) -> None:
        self.note_edit()
        self.context.say(_("The packaging is saved."))
        self.refresh()

    def show_refusal(self, error: DomainError) -> bool:
        """At the cell that it names: "master.gross_g" of the levels, "factor" of the units."""
        if error.field in ("unit", "factor"):
            self._refuse(self.units, max(self.units.current_row(), 0), error.field, str(error))
            return True
        level, key = packaging_levels.column_of(error.field)
        rows = [str(row["kind"]) for row in self.levels.rows()]
        if level not in rows or key not in {column.key for column in packaging_levels.COLUMNS}:
            return False
        self._refuse(self.levels, rows.index(level), key, str(error))
        return True

    def discard(self) -> None:
        """Throw the edits away; redo brings them back until something is read anew."""
        self.levels.discard()
        self.units.discard()
        self._say_problem("")
        self.note_edit()
        self.refresh()


def read_packing(item_id: int) -> Packing:
    """The packaging, other units and own unit of an item. Raises NotFound."""
    form = item_forms.item_form(item_id)
    return Packing(packaging.packaging_sheet(item_id), unit_conversions.conversions(item_id), form.unit)


def load_text(load: ContainerLoad, unit: str) -> str:
    """What a container takes: "takes 412 cartons, 4,944 PCS; limited by volume"."""
    if not load.cartons:
        return _(LIMITS[load.limited_by])
    takes = ngettext(
        "takes {number} carton, {pieces}",
        "takes {number} cartons, {pieces}",
        load.cartons,
        number=figures.number(load.cartons),
        pieces=figures.quantity(load.pieces, unit),
    )
    return f"{takes}; {_(LIMITS[load.limited_by])}"
