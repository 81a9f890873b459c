"""How full each container of a plan is: by volume and by weight."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtWidgets import QGridLayout, QProgressBar, QWidget

from factory_erp.documents.details.labels import ContainerLoaded
from factory_erp.i18n import _, ngettext
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.shipping import words

CUBIC_METRE = 10**9
"""mm³."""

MOST = 6
"""Containers of which each has its bars; of more, only the first are shown."""


class FillBars(QWidget):
    """A line for each container: its type, then volume and weight, each as a bar with its figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)

    def show_containers(self, containers: Sequence[ContainerLoaded], *, pallets: bool = False) -> None:
        """Show the fill of *containers*; *pallets*: what stands in them are pallets."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.deleteLater()
        for row, one in enumerate(containers[:MOST]):
            self._add(row, one, pallets=pallets)

    def _add(self, row: int, one: ContainerLoaded, *, pallets: bool) -> None:
        room = one.length_mm * one.width_mm * one.height_mm
        name = f"{one.position} · {one.type_code}"
        title = label(name, bold=True)
        count = len(one.boxes)
        cartons = ngettext("{count} carton", "{count} cartons", count)
        title.setToolTip(ngettext("{count} pallet", "{count} pallets", count) if pallets else cartons)
        self._grid.addWidget(title, row, 0)
        volume = f"{figures.number(Decimal(one.volume_mm3) / CUBIC_METRE, 1)} m³"
        self._bar(row, 1, _("Volume of {name}", name=name), volume, one.volume_mm3, room)
        weight = f"{figures.number(one.cargo_g // 1000)} kg"
        self._bar(row, 3, _("Weight of {name}", name=name), weight, one.cargo_g, one.payload_g)

    def _bar(self, row: int, column: int, name: str, amount: str, part: int, whole: int) -> None:
        share = Decimal(part * 1000 // whole) / 10 if whole else Decimal(0)
        bar = QProgressBar()
        bar.setRange(0, 1000)
        bar.setValue(min(1000, int(share * 10)))
        bar.setTextVisible(False)
        bar.setMinimumWidth(40)
        bar.setAccessibleName(name)
        bar.setAccessibleDescription(words.percent(share))
        bar.setToolTip(f"{name}: {words.percent(share)}")
        self._grid.addWidget(bar, row, column)
        self._grid.addWidget(label(f"{amount} · {words.percent(share)}", muted=True), row, column + 1)
