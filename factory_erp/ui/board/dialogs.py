"""The two questions of the board: how much to split off, and from when an order may begin."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from factory_erp.domain.quantity import Quantity
from factory_erp.i18n import _
from factory_erp.services.board import moves as board
from factory_erp.services.material import orders as material_orders
from factory_erp.services.production.orders import ProductionDetail
from factory_erp.ui.board import words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.jobs import Jobs


class SplitDialog(FormDialog):
    """So much of a planned production order goes into one of its own.

    The key that makes saving twice harmless is drawn when the dialog opens.
    """

    def __init__(self, jobs: Jobs, detail: ProductionDetail, parent: QWidget | None = None) -> None:
        row = detail.row
        self._order_id = row.id
        self._key = f"split-{uuid.uuid4().hex}"
        said = _("{quantity} of {item}. The part that is split off gets a number and a place of its own.",
                 quantity=figures.quantity(row.quantity, row.unit),
                 item=words.either(row.item_name_en, row.item_name_zh))  # fmt: skip
        super().__init__(
            jobs,
            _("Split {number}", number=row.number),
            [Field("quantity", _("Quantity"), FieldKind.QUANTITY, required=True, unit=row.unit)],
            {},
            self._split,
            _("Split"),
            note=said,
            parent=parent,
        )
        self.setMinimumWidth(420)

    def _split(self, values: Mapping[str, Any]) -> Callable[[], object]:
        quantity: Quantity = values["quantity"]
        return partial(material_orders.split_order, self._order_id, quantity.value, self._key)


class ShiftDialog(FormDialog):
    """No operation of the order that waits begins before a moment; ``done_with`` carries the outcome."""

    def __init__(
        self, jobs: Jobs, order_id: int, number: str, start: datetime, parent: QWidget | None = None
    ) -> None:
        self._order_id = order_id
        said = _("Its operations that are neither started nor locked go behind what stands there already.")
        super().__init__(
            jobs,
            _("Shift {number}", number=number),
            [Field("earliest", _("Not before"), FieldKind.DATETIME, required=True)],
            {"earliest": start},
            self._shift,
            _("Shift"),
            note=said,
            parent=parent,
        )
        self.setMinimumWidth(420)

    def _shift(self, values: Mapping[str, Any]) -> Callable[[], object]:
        return partial(board.shift_order, self._order_id, values["earliest"])
