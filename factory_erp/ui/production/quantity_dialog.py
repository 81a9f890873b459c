"""How many a production order is to make: asked before the floor begins with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from factory_erp.domain.quantity import Quantity
from factory_erp.i18n import _
from factory_erp.services.production import quantity as production_quantity
from factory_erp.services.production.orders import ProductionDetail
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.jobs import Jobs


class QuantityDialog(FormDialog):
    """Makes a production order larger or smaller, over the version that was on the screen."""

    def __init__(self, jobs: Jobs, detail: ProductionDetail, parent: QWidget | None = None) -> None:
        row = detail.row
        self._order_id, self._version = row.id, detail.version
        super().__init__(
            jobs,
            _("Change the quantity of {number}", number=row.number),
            [Field("quantity", _("Quantity"), FieldKind.QUANTITY, required=True, unit=row.unit)],
            {"quantity": Quantity(row.quantity, row.unit)},
            self._change,
            _("Change"),
            note=_("Run times and materials follow. Who waits for more than it makes then, and materials "
                   "that it wants beyond those kept for it, are planned anew."),
            parent=parent,
        )  # fmt: skip
        self.setMinimumWidth(420)

    def _change(self, values: Mapping[str, Any]) -> Callable[[], object]:
        quantity: Quantity = values["quantity"]
        return partial(
            production_quantity.change_quantity, self._order_id, quantity.value, version=self._version
        )
