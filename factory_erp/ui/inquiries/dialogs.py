"""Forms of the inquiry pages: a new inquiry, who asked, about what, and to whom to offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _
from factory_erp.services.inquiries import inbox as inquiries
from factory_erp.services.inquiries import quotation_outcomes, quotations
from factory_erp.services.inquiries.inbox import InquiryForm
from factory_erp.services.inquiries.quotation_views import QuotationDetail
from factory_erp.services.inquiries.views import InquiryDetail
from factory_erp.ui.catalog.item_fields import find_products, unit_choices
from factory_erp.ui.catalog.tariff_words import countries
from factory_erp.ui.inquiries import words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.rows import Runner
from factory_erp.ui.prices.work import customers

Values = Mapping[str, Any]


def ask_new(context: UiContext, done: Callable[[int], object], parent: QWidget) -> FormDialog:
    """The open dialog for an inquiry that is typed in; *done* is given its id."""
    dialog = FormDialog(
        context.jobs, _("New inquiry"), _new_fields(context.jobs), {"unit": ""},
        partial(_adding, uuid4().hex), _("Save inquiry"), columns=2, parent=parent,
        note=_("From a telephone call, a fair or a chat. E-mails are imported instead."),
    )  # fmt: skip
    dialog.resize(720, 560)
    dialog.done_with.connect(done)
    dialog.open()
    return dialog


def _new_fields(jobs: Runner) -> Sequence[Field]:
    return (
        Field("buyer_name", _("Buyer"), required=True, hint=_("Name or firm")),
        Field("customer_id", _("Customer"), FieldKind.LOOKUP, search=customers, jobs=jobs,
              hint=_("Where the buyer has ordered before")),
        Field("buyer_email", _("E-mail")),
        Field("buyer_country", _("Country"), FieldKind.LOOKUP, search=countries()),
        Field("subject", _("Subject")),
        Field("product_id", _("Product"), FieldKind.LOOKUP, search=find_products, jobs=jobs,
              hint=_("Name or code")),
        Field("quantity", _("Quantity"), FieldKind.DECIMAL),
        Field("unit", _("Unit"), FieldKind.CHOICE, choices=[("", figures.NONE), *unit_choices()]),
        Field("wanted_by", _("Wanted by"), FieldKind.DATE),
        Field("text", _("What was said"), FieldKind.NOTE),
    )  # fmt: skip


def _adding(client_key: str, values: Values) -> Callable[[], object]:
    texts = ("buyer_name", "buyer_email", "buyer_country", "subject", "unit", "text")
    said: dict[str, Any] = {name: str(values[name] or "") for name in texts}
    rest = {name: values[name] for name in ("customer_id", "product_id", "quantity", "wanted_by")}
    return partial(inquiries.add_inquiry, InquiryForm(**said, **rest), client_key)


def ask_customer(context: UiContext, detail: InquiryDetail, parent: QWidget) -> FormDialog:
    """The open dialog that asks which customer the buyer is."""
    field = Field("customer_id", _("Customer"), FieldKind.LOOKUP, required=True, search=customers,
                  jobs=context.jobs, hint=_("Name or code"))  # fmt: skip
    note = ""
    if detail.through_platform:
        note = _("The shop knows the buyer as this customer from now on, in other inquiries too.")
    known = detail.customer_id
    values = {} if known is None else {"customer_id": Choice(known, detail.row.customer)}
    return _opened(
        FormDialog(
            context.jobs, _("Who is {buyer}?", buyer=words.buyer(detail.row)), [field], values,
            lambda chosen: partial(
                inquiries.assign_customer, detail.row.id, chosen["customer_id"], detail.version
            ),
            _("Assign customer"), note=note, parent=parent,
        )
    )  # fmt: skip


def ask_product(context: UiContext, detail: InquiryDetail, parent: QWidget) -> FormDialog:
    """The open dialog that asks which product the inquiry is about."""
    field = Field("product_id", _("Product"), FieldKind.LOOKUP, search=find_products,
                  jobs=context.jobs, hint=_("Name or code; empty: none of ours"))  # fmt: skip
    known = detail.product_id
    values = {} if known is None else {"product_id": Choice(known, detail.row.product)}
    return _opened(
        FormDialog(
            context.jobs, _("What is it about?"), [field], values,
            lambda chosen: partial(
                inquiries.assign_product, detail.row.id, chosen["product_id"], detail.version
            ),
            _("Assign product"), parent=parent,
        )
    )  # fmt: skip


def ask_quotation(context: UiContext, done: Callable[[int], object], parent: QWidget) -> FormDialog:
    """The open dialog that asks to whom to offer, without an inquiry; *done* is given the draft's id."""
    field = Field("customer_id", _("Customer"), FieldKind.LOOKUP, required=True, search=customers,
                  jobs=context.jobs, hint=_("Name or code"))  # fmt: skip
    key = uuid4().hex
    dialog = FormDialog(
        context.jobs, _("New quotation"), [field], {},
        lambda chosen: partial(quotations.new_quotation, (), key, customer_id=chosen["customer_id"]),
        _("Begin quotation"), parent=parent,
        note=_("Who has not ordered yet is entered as an inquiry first, and quoted from there."),
    )  # fmt: skip
    dialog.done_with.connect(done)
    return _opened(dialog)


def ask_accept(
    context: UiContext, detail: QuotationDetail, done: Callable[[int], object], parent: QWidget
) -> FormDialog:
    """The open dialog before a quotation becomes an order; *done* is given the order's id."""
    field = Field(
        "customer_po", _("Buyer's PO"), hint=_("The number of the buyer's own order, if he has one")
    )
    note = _(
        "A draft order for {buyer} over {total} is made, with the goods, prices and terms of {number}.",
        buyer=detail.form.buyer_name,
        total=figures.money(detail.row.total),
        number=detail.row.number,
    )
    dialog = FormDialog(
        context.jobs, _("The buyer accepts {number}", number=detail.row.number), [field], {},
        lambda values: partial(
            quotation_outcomes.accept_quotation, detail.row.id, detail.version,
            str(values["customer_po"] or ""),
        ),
        _("Make the order"), note=note, parent=parent,
    )  # fmt: skip
    dialog.done_with.connect(done)
    return _opened(dialog)


def _opened(dialog: FormDialog) -> FormDialog:
    dialog.resize(480, 240)
    dialog.open()
    return dialog
