"""The head of an order that is being entered: its fields, and what the customer agrees to as a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from factory_erp.domain.countries import COUNTRIES
from factory_erp.domain.incoterms import INCOTERMS, Incoterm
from factory_erp.domain.money import CURRENCY_EXPONENTS
from factory_erp.i18n import _, language
from factory_erp.services.clock import today
from factory_erp.services.names import CHINESE
from factory_erp.services.sales.entry import USUAL_TERM, EntryLine, OrderEntry, Terms, UsualTerms
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice, LookupEdit, among
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.rows import Runner
from factory_erp.ui.prices.work import customers

HEIGHT = 148
"""Of two lines of labels and edits, and a sentence under one of them, px."""

USUAL = ("USD", "EUR", "CNY", "GBP", "JPY")
"""Currencies at the top of the list."""


class HeadForm(Form):
    """The fields of ``OrderEntry`` without its lines, four side by side."""

    def __init__(self, jobs: Runner) -> None:
        super().__init__(_fields(jobs), {"currency": USUAL[0], "incoterm": USUAL_TERM}, columns=4)
        self._proposed = {name: self._edits[name].raw() for name in ("currency", "incoterm")}
        self.bar.hide()
        self.dirty_changed.connect(lambda _dirty: self.bar.hide())
        self.setFixedHeight(HEIGHT)

    def customer_id(self) -> int | None:
        """The customer that was chosen."""
        edit = self._edits["customer_id"]
        choice = edit.choice() if isinstance(edit, LookupEdit) else None
        return choice.key if choice is not None and isinstance(choice.key, int) else None

    def terms(self) -> Terms | None:
        """What prices depend on; None while currency or trade term is not chosen."""
        currency, incoterm, place = (
            str(self._edits[name].value() or "") for name in ("currency", "incoterm", "place")
        )
        return Terms(self.customer_id(), currency, incoterm, place) if currency and incoterm else None

    def propose(self, usual: UsualTerms) -> None:
        """Fill in what the customer agrees to as a rule, over earlier proposals; what was typed stays."""
        wished: dict[str, object] = {
            "currency": usual.currency,
            "incoterm": usual.incoterm,
            "place": usual.place,
            "payment_terms": usual.payment_terms,
            "destination_country": Choice(usual.country, figures.country(usual.country)),
        }
        now, before = self.draft(), self._proposed
        self._proposed = {name: self._raw(name, value) for name, value in wished.items()}
        free = {name: raw for name, raw in self._proposed.items() if now[name] in ("", before.get(name, ""))}
        self.restore_draft(free)

    def _raw(self, name: str, value: object) -> str:
        """How the field *name* would hold *value*."""
        edit = self._edits[name]
        before = edit.raw()
        edit.show_value(value)
        raw = edit.raw()
        edit.set_raw(before)
        return raw

    def entry(self, values: Mapping[str, object], lines: Sequence[EntryLine]) -> OrderEntry:
        """Sound *values* of the form, with the lines, as the use case takes them."""
        return OrderEntry(
            customer_id=cast(int, values["customer_id"]),
            currency=str(values["currency"]),
            incoterm=str(values["incoterm"]),
            place=str(values["place"]),
            lines=tuple(lines),
            destination_country=str(values["destination_country"]),
            customer_po=str(values["customer_po"] or ""),
            payment_terms=str(values["payment_terms"] or ""),
            requested_ship=cast("date | None", values["requested_ship"]),
        )


def _fields(jobs: Runner) -> Sequence[Field]:
    currencies = (*USUAL, *(code for code in CURRENCY_EXPONENTS if code not in USUAL))
    return (
        Field("customer_id", _("Customer"), FieldKind.LOOKUP, required=True, search=customers, jobs=jobs,
              hint=_("Name or code")),
        Field("customer_po", _("Buyer's PO")),
        Field("requested_ship", _("Ship date asked for"), FieldKind.DATE, check=_not_past),
        Field("destination_country", _("Destination country"), FieldKind.LOOKUP, required=True,
              search=among(_countries())),
        Field("currency", _("Currency"), FieldKind.CHOICE, required=True,
              choices=[(code, code) for code in currencies]),
        Field("incoterm", _("Trade term"), FieldKind.CHOICE, required=True,
              choices=[(code, f"{code} · {_rule_name(rule)}") for code, rule in INCOTERMS.items()]),
        Field("place", _("Place"), required=True, hint=_("Port or town of the trade term")),
        Field("payment_terms", _("Payment terms"), hint=_("Empty: the customer's")),
    )  # fmt: skip


def _rule_name(rule: Incoterm) -> str:
    return rule.zh if language() == CHINESE else rule.en


def _countries() -> Sequence[Choice]:
    named = [Choice(code, figures.country(code), code) for code in COUNTRIES]
    return sorted(named, key=lambda one: one.text)


def _not_past(value: object) -> str:
    past = isinstance(value, date) and value < today()
    return _("This day has passed. Enter a date from today on.") if past else ""
