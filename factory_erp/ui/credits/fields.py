"""The fields of a letter of credit, in the groups and with the tags that banks print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from PySide6.QtWidgets import QLineEdit

from factory_erp.i18n import _, pgettext
from factory_erp.models.partners import Role
from factory_erp.services import directory
from factory_erp.services.credits.letters import CreditInput
from factory_erp.services.credits.message import TAGS
from factory_erp.ui.credits.clauses import ClausesEdit
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.edits import NoteEdit
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.rows import Runner
from factory_erp.ui.kit.sectioned_form import Section

GOODS_HEIGHT = 130
MESSAGE_HEIGHT = 150
FIRM_HEIGHT = 96
FOUND = 50
"""Customers offered at once."""

_KEPT = ("id", "version")


def _field(name: str, text: str, kind: FieldKind = FieldKind.TEXT, **more: Any) -> Field:
    """A field with its tag before the name: "44C Latest shipment"."""
    tag = TAGS.get(name, "")
    return Field(name, f"{tag} {text}" if tag else text, kind, **more)


class TallNote(NoteEdit):
    """Several lines of text, as high as told."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self.setFixedHeight(height)


def show_beginnings(form: Form) -> None:
    """Long texts show how they begin, not how they end; where somebody types, the cursor stays."""
    for edit in form.findChildren(QLineEdit):
        if not edit.hasFocus():
            edit.setCursorPosition(0)


def _note(name: str, text: str, height: int, hint: str = "") -> Field:
    return _field(name, text, FieldKind.OWN, make=lambda: TallNote(height), hint=hint)


def _clauses(name: str, text: str, *, with_papers: bool) -> Field:
    said = f"{TAGS[name]} {text}"
    return _field(
        name, text, FieldKind.OWN, make=lambda: ClausesEdit(said, with_papers=with_papers),
        hint=_("Enter begins the next clause, Backspace at its start joins it to the one before"),
    )  # fmt: skip


def _permissions(conditional: str) -> list[tuple[object, str]]:
    return [
        ("", _("Not stated (allowed)")),
        ("allowed", _("Allowed")),
        ("not allowed", _("Not allowed")),
        ("conditional", conditional),
    ]


def stacks(jobs: Runner) -> list[list[Section]]:
    """The cards that stand side by side at the top."""
    return [
        [_head(jobs), _amount(), _parties()],
        [_shipment(), _payment()],
    ]


def _head(jobs: Runner) -> Section:
    return Section(
        _("The credit"),
        [
            _field("number", _("Number"), required=True),
            _field("form", pgettext("letter of credit", "Form")),
            _field("issued_on", _("Date of issue"), FieldKind.DATE),
            Field("customer_id", _("Customer"), FieldKind.LOOKUP, search=find_customers, jobs=jobs,
                  hint=_("Who of your customers opened it")),
            _field("expires_on", _("Expires on"), FieldKind.DATE,
                   hint=_("Last day for presentation; it moves to the next banking day (UCP 600 art. 29)")),
            _field("expiry_place", _("Expires in")),
            _field("rules", _("Applicable rules"), hint=_("UCP LATEST VERSION, as a rule")),
            _field("confirmation", _("Confirmation"), hint=_("WITHOUT, MAY ADD or CONFIRM")),
        ],
    )  # fmt: skip


def _amount() -> Section:
    return Section(
        _("Amount"),
        [
            _field("currency", _("Currency"), required=True, hint=_("Its code: USD, EUR, CNY")),
            _field("amount", _("Amount"), FieldKind.DECIMAL, required=True, decimals=3),
            _field("tolerance_plus", _("More allowed, %"), FieldKind.DECIMAL, decimals=2),
            _field("tolerance_minus", _("Less allowed, %"), FieldKind.DECIMAL, decimals=2),
            _field("max_amount_words", _("Maximum amount"),
                   hint=_("NOT EXCEEDING: then nothing above the amount may be drawn; empty otherwise")),
            _field("additional_amounts", _("Additional amounts"),
                   hint=_("Freight, insurance or interest that may be drawn besides")),
        ],
        wide=frozenset({"additional_amounts"}),
    )  # fmt: skip


def _payment() -> Section:
    return Section(
        _("Payment and presentation"),
        [
            _field("available_with", _("Available with")),
            _field("available_by", _("Available by"),
                   hint=_("PAYMENT, ACCEPTANCE, NEGOTIATION, DEF PAYMENT or MIXED PYMT")),
            _field("drafts_at", _("Drafts at"), hint=_("SIGHT, or 90 DAYS AFTER B/L DATE")),
            _field("drawee", _("Drawee")),
            _field("presentation_days", _("Days for presentation"), FieldKind.INTEGER,
                   hint=_("Calendar days after shipment; empty: 21 (UCP 600 art. 14c)")),
            _field("presentation_text", _("Presentation, in words"),
                   hint=_("What field 48 says beyond the days, for example AFTER INVOICE DATE")),
            _field("charges", _("Charges"), FieldKind.NOTE),
        ],
        wide=frozenset({"charges"}),
    )  # fmt: skip


def _parties() -> Section:
    lines = _("Name, then address, line by line, as the credit writes it")
    return Section(
        _("Parties"),
        [
            _field("issuing_bank", _("Issuing bank")),
            _field("advising_bank", _("Advising bank")),
            _note("applicant", _("Applicant"), FIRM_HEIGHT, lines),
            _note("beneficiary", pgettext("letter of credit", "Beneficiary"), FIRM_HEIGHT, lines),
        ],
    )


def _shipment() -> Section:
    conditional = _("On conditions (see 47A)")
    return Section(
        pgettext("letter of credit", "Shipment"),
        [
            _field("latest_shipment", _("Latest shipment"), FieldKind.DATE,
                   hint=_("Never moved by a holiday of the bank (UCP 600 art. 29c)")),
            _field("shipment_period", _("Shipment period")),
            _field("partial_shipments", _("Partial shipments"), FieldKind.CHOICE,
                   choices=_permissions(conditional)),
            _field("transshipment", _("Transshipment"), FieldKind.CHOICE, choices=_permissions(conditional)),
            _field("place_of_receipt", _("Place of receipt")),
            _field("port_of_loading", _("Port of loading")),
            _field("port_of_discharge", _("Port of discharge")),
            _field("place_of_delivery", _("Place of delivery")),
        ],
    )  # fmt: skip


def cards() -> list[Section]:
    """The cards as wide as the form: goods, papers, conditions, the message and our note."""
    return [
        Section("", [_note("goods", _("Description of goods"), GOODS_HEIGHT)], columns=1),
        Section("", [_clauses("documents", _("Documents required"), with_papers=True)], columns=1),
        Section("", [_clauses("conditions", _("Additional conditions"), with_papers=False)], columns=1),
        Section(
            "",
            [
                _note("message", _("The bank's message"), MESSAGE_HEIGHT,
                      _("The text that was pasted")),
                _note("note", _("Our note"), MESSAGE_HEIGHT),
            ],
        ),
    ]  # fmt: skip


def find_customers(text: str) -> Sequence[Choice]:
    """Customers whose code or name contains what was typed."""
    return [_choice(one) for one in directory.partner_choices(text, Role.CUSTOMER, FOUND)]


def customer_choice(customer_id: int | None) -> Choice | None:
    """The customer as his edit shows him."""
    known = directory.partner(customer_id) if customer_id is not None else None
    return _choice(known) if known else None


def _choice(one: directory.PartnerRef) -> Choice:
    return Choice(one.id, one.name, one.code)


def shown(given: CreditInput, customer: Choice | None) -> dict[str, object]:
    """Values for the fields; what is empty is None."""
    values = {one.name: getattr(given, one.name) for one in fields(given) if one.name not in _KEPT}
    own: dict[str, object] = {name: values[name] for name in ("partial_shipments", "transshipment")}
    own |= {name: _percent(values[name]) for name in ("tolerance_plus", "tolerance_minus")}
    return (
        {name: None if value == "" else value for name, value in values.items()}
        | own
        | {"customer_id": customer}
    )


def _percent(figure: Decimal) -> str | None:
    """A tolerance as a person types it; none is an empty field."""
    text = f"{figure:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) if figure else None


def taken(values: Mapping[str, Any], known: CreditInput) -> CreditInput:
    """*known* with what stands in the fields."""
    given: dict[str, Any] = {
        name: _default(name) if value is None else value for name, value in values.items()
    }
    return replace(known, **given)


_DEFAULTS = CreditInput()


def _default(name: str) -> object:
    return getattr(_DEFAULTS, name)


def field_of(tag: str) -> str:
    """The form's field that shows *tag* ("41D" is "41"); empty where there is none."""
    return next((name for name, known in TAGS.items() if known in (tag, tag[:2])), "")
