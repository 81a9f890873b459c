"""Promising a date for a quotation: asked of its lines, kept while it is valid, written as its lead time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _
from factory_erp.models.inquiries import QuotationState
from factory_erp.services.clock import today
from factory_erp.services.inquiries import quotations
from factory_erp.services.inquiries.quotation_views import QuotationDetail
from factory_erp.services.promise.holds import HoldView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.promise import Asked, AskedLine, PromiseDialog

OPEN = (QuotationState.DRAFT, QuotationState.SENT)
"""Quotations for which a date can be promised; one that lapsed is shown as expired and is none of them."""


def asked(detail: QuotationDetail, take: Callable[[date], object] | None) -> Asked:
    """All of its lines; wanted when the draft says that they are ready."""
    days = detail.form.lead_days
    return Asked(
        title=f"{detail.row.number} · {detail.row.buyer_name}",
        quotation_id=detail.row.id,
        lines=tuple(
            AskedLine(line.sku, line.name or line.options, line.quantity, line.unit) for line in detail.lines
        ),
        wanted=today() + timedelta(days=days) if days else None,
        keep_until=max(detail.form.valid_until, today()),
        act=_("Quote {day}"),
        take=take,
    )


def ask_promise(
    context: UiContext,
    detail: QuotationDetail,
    write: Callable[[Callable[[], object], date], object],
    parent: QWidget | None,
) -> PromiseDialog:
    """The open dialog; *write* gets the use case that writes the day into the draft, and the day."""

    def take(day: date) -> None:
        form = replace(detail.form, lead_days=(day - today()).days)
        write(partial(quotations.save_quotation, detail.row.id, form, detail.version), day)

    dialog = PromiseDialog(context, asked(detail, take if detail.editable else None), parent)
    dialog.open()
    return dialog


def badge(kept: HoldView | None) -> str:
    """Until when the date is kept; "" where nothing is."""
    if kept is None:
        return ""
    last = kept.expires_at - timedelta(seconds=1)
    return _("kept until {day}", day=figures.local_day(last))
