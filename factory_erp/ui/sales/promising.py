"""Promising an order's ship date with other ways to choose from, and what a rush would take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _
from factory_erp.services.clock import today
from factory_erp.services.sales.views import OrderDetail
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.promise import Asked, AskedLine, PromiseDialog


def asked(
    detail: OrderDetail, confirm: Callable[[date], object], other: Callable[[], object] | None = None
) -> Asked:
    """What is left to ship of the order, wanted on the day that the buyer asked for unless that is past."""
    wanted = detail.requested_ship
    return Asked(
        title=f"{detail.number} · {detail.customer}",
        order_id=detail.id,
        lines=tuple(
            AskedLine(line.sku, line.name or line.options, line.quantity - line.shipped, line.unit)
            for line in detail.lines
        ),
        wanted=wanted if wanted is not None and wanted >= today() else None,
        keep=False,
        act=_("Confirm for {day}"),
        take=confirm,
        other=other,
    )


def ask_promise(
    context: UiContext,
    detail: OrderDetail,
    confirm: Callable[[date], object],
    other: Callable[[], object],
    parent: QWidget | None,
) -> PromiseDialog:
    """The open dialog; *confirm* gets the day that is chosen, *other* is for days that are not offered."""
    dialog = PromiseDialog(context, asked(detail, confirm, other), parent)
    dialog.open()
    return dialog
