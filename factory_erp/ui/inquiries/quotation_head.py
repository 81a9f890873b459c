"""The head of a quotation as a form: to whom, on which terms, until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from PySide6.QtWidgets import QLineEdit

from factory_erp.domain.errors import DomainError
from factory_erp.domain.incoterms import INCOTERMS
from factory_erp.domain.money import CURRENCY_EXPONENTS
from factory_erp.i18n import _, language
from factory_erp.services.inquiries.quotation_lines import QuoteLineForm
from factory_erp.services.inquiries.quotations import QuotationForm
from factory_erp.services.names import CHINESE
from factory_erp.services.sales.entry import Terms
from factory_erp.ui.catalog.tariff_words import countries, country_choice
from factory_erp.ui.kit.choose import Choice, LookupEdit
from factory_erp.ui.kit.draft_tab import without_bar
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.rows import Runner
from factory_erp.ui.paper_words import language_choices
from factory_erp.ui.prices.work import customers
from factory_erp.ui.sales.order_head import USUAL

HEIGHT = 266
"""Of three lines of labels and edits, the last one higher, and a sentence under one of them, px."""

_TEXTS = (
    "buyer_name", "buyer_country", "buyer_address", "buyer_email", "currency", "incoterm", "place",
    "payment_terms", "language", "remark",
)  # fmt: skip


class QuotationHead(Form):
    """The fields of ``QuotationForm`` without its lines, five side by side."""

    def __init__(self, jobs: Runner) -> None:
        super().__init__(_fields(jobs), columns=5)
        without_bar(self)
        self.setFixedHeight(HEIGHT)

    def show_form(self, form: QuotationForm, customer: str) -> None:
        """Show what was saved last; *customer* is the name behind its id."""
        values: dict[str, object] = {name: getattr(form, name) for name in _TEXTS}
        values |= {
            "customer_id": None if form.customer_id is None else Choice(form.customer_id, customer),
            "buyer_country": country_choice(form.buyer_country) if form.buyer_country else None,
            "valid_until": form.valid_until,
            "lead_days": form.lead_days,
            "freight": form.freight or None,
            "discount": form.discount or None,
        }
        self.set_values(values)
        for name in values:
            edit = self.edit(name)
            if isinstance(edit, QLineEdit):
                edit.setCursorPosition(0)  # what is too long shows its beginning

    def set_read_only(self, on: bool) -> None:
        """Whether the head is only looked at."""
        for name in self.draft():
            self.edit(name).setEnabled(not on)

    def terms(self) -> Terms | None:
        """What prices depend on, as it stands in the fields; None without currency or trade term."""
        currency, incoterm, place = (self._said(name) for name in ("currency", "incoterm", "place"))
        return Terms(self.customer_id(), currency, incoterm, place) if currency and incoterm else None

    def customer_id(self) -> int | None:
        """The customer that was chosen."""
        edit = self.edit("customer_id")
        choice = edit.choice() if isinstance(edit, LookupEdit) else None
        return choice.key if choice is not None and isinstance(choice.key, int) else None

    def _said(self, name: str) -> str:
        return str(self._edits[name].value() or "")

    def amount_in(self, name: str) -> Decimal:
        """Freight or discount as typed; 0 while it is no figure."""
        try:
            value = self._edits[name].value()
        except DomainError:
            return Decimal(0)
        return value if isinstance(value, Decimal) else Decimal(0)


def taken(values: Mapping[str, object], lines: Sequence[QuoteLineForm]) -> QuotationForm:
    """Sound *values* of the head, with the lines, as the use case takes them."""
    texts = {name: str(values[name] or "") for name in _TEXTS}
    return QuotationForm(
        lines=tuple(lines),
        valid_until=cast(date, values["valid_until"]),
        customer_id=cast("int | None", values["customer_id"]),
        lead_days=cast("int | None", values["lead_days"]),
        freight=cast("Decimal | None", values["freight"]) or Decimal(0),
        discount=cast("Decimal | None", values["discount"]) or Decimal(0),
        **texts,
    )


def _fields(jobs: Runner) -> Sequence[Field]:
    currencies = (*USUAL, *(code for code in CURRENCY_EXPONENTS if code not in USUAL))
    chinese = language() == CHINESE
    terms = [(code, f"{code} · {rule.zh if chinese else rule.en}") for code, rule in INCOTERMS.items()]
    return (
        Field("buyer_name", _("Buyer"), required=True, hint=_("As it is printed on the quotation")),
        Field("customer_id", _("Customer"), FieldKind.LOOKUP, search=customers, jobs=jobs,
              hint=_("Empty: one is made when the buyer orders")),
        Field("buyer_country", _("Country"), FieldKind.LOOKUP, search=countries()),
        Field("buyer_email", _("E-mail")),
        Field("language", _("Language"), FieldKind.CHOICE, required=True,
              choices=language_choices()),
        Field("currency", _("Currency"), FieldKind.CHOICE, required=True,
              choices=[(code, code) for code in currencies]),
        Field("incoterm", _("Trade term"), FieldKind.CHOICE, required=True, choices=terms),
        Field("place", _("Place"), hint=_("Port or town of the trade term")),
        Field("payment_terms", _("Payment terms")),
        Field("valid_until", _("Valid until"), FieldKind.DATE, required=True),
        Field("freight", _("Freight"), FieldKind.DECIMAL, decimals=4, hint=_("In the quotation's currency")),
        Field("discount", _("Discount"), FieldKind.DECIMAL, decimals=4,
              hint=_("In the quotation's currency")),
        Field("lead_days", _("Ready in (days)"), FieldKind.INTEGER,
              hint=_("Days from the order until the goods are ready")),
        Field("buyer_address", _("Address"), FieldKind.NOTE),
        Field("remark", _("Remark"), FieldKind.NOTE, hint=_("Printed under the quotation")),
    )  # fmt: skip
