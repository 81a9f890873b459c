"""A quotation as it is printed, in each language."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from factory_erp.services.inquiries import quotation_views
from factory_erp.services.inquiries.quotation_views import QuotationDetail
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.paper_dialog import PaperLook
from factory_erp.ui.paper_words import language_choices


class QuotationPreview(PaperLook):
    """The paper of a quotation in any language that it can be written in, and what it lacks in that."""

    def __init__(self, context: UiContext, detail: QuotationDetail, parent: QWidget | None = None) -> None:
        number = detail.row.number
        read = partial(quotation_views.quotation_paper, detail.row.id)
        super().__init__(context.jobs, number, number, read, language_choices(), detail.form.language, parent)
