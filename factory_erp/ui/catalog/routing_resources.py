"""Which moulds, jigs and crews the current step holds while it runs: ticked in a list of all there are."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.catalog.routing_steps import CentreBook, resources_of
from factory_erp.ui.kit.grid import EditGrid, GridColumn
from factory_erp.ui.production.words import either

COLUMNS = (
    GridColumn("used", N_("Needs it"), 84, "check", empty=False),
    GridColumn("resource", N_("Mould or crew"), 280, read_only=True),
    GridColumn("capacity", N_("How many"), 88, "number", read_only=True,
               hint=N_("So many steps can hold it at a time")),
)  # fmt: skip


class StepResources(QWidget):
    """``edited(codes)`` asks to put the codes that are ticked in the row."""

    edited = Signal(object)

    def __init__(self, book: CentreBook) -> None:
        super().__init__()
        self._book = book
        self._loading = False
        self.grid = EditGrid(COLUMNS, removable=False)
        self.grid.set_name(_("Moulds and crews of the step"))
        self.grid.changed.connect(self._tell)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid)

    def show_step(self, row: Mapping[str, object] | None, *, read_only: bool) -> None:
        """Show what the *row* of the steps' grid holds (None: there is none)."""
        held = resources_of(row) if row else ()
        known = {one.code: one for one in self._book.resources}
        rows = [
            _row(code, f"{code} · {either(one.name_en, one.name_zh)}", one.capacity, code in held)
            for code, one in known.items()
        ]
        rows += [_row(code, f"{code} · {_('unknown')}", None, True) for code in held if code not in known]
        self._loading = True
        if rows != self.grid.rows():
            self.grid.set_rows(rows)
        self._loading = False
        self.grid.set_read_only(read_only or row is None)
        self.grid.set_empty_text(
            _("There are no moulds or crews yet. Add them on the engineering page.")
            if row is not None
            else _("Choose a step.")
        )

    def ticked(self) -> tuple[str, ...]:
        """Codes that are ticked, in the order of the list."""
        return tuple(str(row["code"]) for row in self.grid.rows() if row["used"])

    def _tell(self) -> None:
        if not self._loading:
            self.edited.emit(self.ticked())


def _row(code: str, title: str, capacity: int | None, used: bool) -> dict[str, object]:
    return {"code": code, "resource": title, "capacity": capacity, "used": used}
