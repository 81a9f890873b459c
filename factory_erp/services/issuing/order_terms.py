"""What proforma invoice and sales contract of an order agree beyond goods and prices, as a form.

What the order itself says (by when it ships) is worked out; only what is typed over it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from sqlalchemy.orm import Session

from factory_erp.documents.details.trade import Clause, ContractTerms, PartialShipment
from factory_erp.documents.facts import Texts, texts
from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.domain.money import Money
from factory_erp.i18n import _
from factory_erp.models.sales import SalesOrder
from factory_erp.services.base import get, query, use_case
from factory_erp.services.issuing.order_facts import contract_terms
from factory_erp.services.master_data import figure_problem, under
from factory_erp.services.papers.inputs import PaperOf, find, typed_over, write
from factory_erp.services.papers.kinds import OF_ORDER, name_of

ENGLISH, CHINESE = "en", "zh_CN"

LONGEST = 2_000
"""Characters of one text: what a paper has room for."""

_LONGEST_CLAUSES = 20_000
_COLONS = (":", "：")
_PERMISSIONS: tuple[PartialShipment, ...] = ("", "allowed", "not allowed")


@dataclass(frozen=True, slots=True)
class TermsInput:
    """The terms as they are typed; texts in English and Chinese (``_zh``), *deposit* in the order's currency.

    *clauses*: one a line, "heading: text"; empty: the usual general ones. The n-th Chinese line is the n-th
    English one in Chinese.
    """

    valid_until: date | None = None
    shipment_time: str = ""
    shipment_time_zh: str = ""
    packing: str = ""
    packing_zh: str = ""
    insurance: str = ""
    insurance_zh: str = ""
    partial_shipment: str = ""
    transshipment: str = ""
    tolerance: Decimal = Decimal(0)
    deposit: Decimal = Decimal(0)
    signed_at: str = ""
    clauses: str = ""
    clauses_zh: str = ""
    confirmation: bool = False


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """The form of one paper of an order. *version* 0: nothing was typed yet; *usual*: without what was."""

    order_id: int
    number: str
    kind: str
    currency: str
    given: TermsInput
    usual: TermsInput
    version: int


@query
def order_terms(session: Session, order_id: int, kind: str) -> OrderTerms:
    """The terms of a proforma invoice or a contract. Raises NotFound, NotAllowed for another kind."""
    order = get(session, SalesOrder, order_id)
    check_kind(order, kind)
    of = PaperOf(kind, sales_order_id=order.id)
    row, usual = find(session, of), contract_terms(order)
    return OrderTerms(
        order_id=order.id,
        number=order.number,
        kind=kind,
        currency=order.currency,
        given=_shown(typed_over(session, of, usual), order.currency),
        usual=_shown(usual, order.currency),
        version=0 if row is None else row.version,
    )


@use_case
def save_order_terms(
    session: Session, order_id: int, kind: str, given: TermsInput, version: int | None = None
) -> None:
    """Keep what was typed for the paper; the same terms saved again change nothing.

    Raises InvalidValue under the field, NotAllowed for another kind, NotFound, and Conflict where somebody
    else changed them since *version* was read.
    """
    order = get(session, SalesOrder, order_id, lock=True)
    check_kind(order, kind)
    of, usual = PaperOf(kind, sales_order_id=order.id), contract_terms(order)
    now = typed_over(session, of, usual)
    if _shown(now, order.currency) == _trimmed(given):
        return
    write(session, of, usual, terms_of(order, given), version)


def terms_of(order: SalesOrder, given: TermsInput) -> ContractTerms:
    """What the paper says where *given* is typed for it. Raises InvalidValue under the field."""
    return _wanted(order, contract_terms(order), _trimmed(given))


def check_kind(order: SalesOrder, kind: str) -> None:
    """Raises NotAllowed where a paper of *kind* is not one of an order."""
    if kind not in OF_ORDER:
        raise NotAllowed(
            _("A {kind} is not a document of an order.", kind=name_of(kind)),
            record=order.number,
            field="kind",
            remedy=_("Choose a proforma invoice or a sales contract."),
        )


def _trimmed(given: TermsInput) -> TermsInput:
    told: dict[str, Any] = {}
    for one in fields(given):
        value = getattr(given, one.name)
        told[one.name] = value.strip() if isinstance(value, str) else value
    return TermsInput(**told)


# details → form


def _shown(terms: ContractTerms, currency: str) -> TermsInput:
    return TermsInput(
        valid_until=terms.valid_until,
        shipment_time=_text(terms.shipment_time, ENGLISH),
        shipment_time_zh=_text(terms.shipment_time, CHINESE),
        packing=_text(terms.packing, ENGLISH),
        packing_zh=_text(terms.packing, CHINESE),
        insurance=_text(terms.insurance, ENGLISH),
        insurance_zh=_text(terms.insurance, CHINESE),
        partial_shipment=terms.partial_shipment,
        transshipment=terms.transshipment,
        tolerance=terms.tolerance_percent,
        deposit=Money(terms.deposit_minor, currency).amount,
        signed_at=terms.signed_at,
        clauses=_lines(terms.clauses, ENGLISH, ": "),
        clauses_zh=_lines(terms.clauses, CHINESE, "："),
        confirmation=terms.confirmation,
    )


def _text(given: Texts, language: str) -> str:
    return dict(given).get(language, "")


def _lines(clauses: Iterable[Clause], language: str, colon: str) -> str:
    """Each clause on a line; nothing where none has a text in the language."""
    said = [(_text(one.heading, language), _text(one.text, language)) for one in clauses]
    return "\n".join(f"{heading}{colon}{text}" for heading, text in said if heading or text)


# form → details


def _wanted(order: SalesOrder, usual: ContractTerms, given: TermsInput) -> ContractTerms:
    _check_texts(order, given)
    for name in ("tolerance", "deposit"):
        problem = figure_problem(getattr(given, name), name, record=order.number)
        if problem is not None:
            raise problem
    try:
        return replace(
            usual,
            valid_until=given.valid_until,
            shipment_time=_both(usual.shipment_time, given.shipment_time, given.shipment_time_zh),
            packing=_both(usual.packing, given.packing, given.packing_zh),
            insurance=_both(usual.insurance, given.insurance, given.insurance_zh),
            partial_shipment=_permission(given.partial_shipment, "partial_shipment"),
            transshipment=_permission(given.transshipment, "transshipment"),
            tolerance_percent=given.tolerance,
            deposit_minor=_deposit(order, given.deposit),
            signed_at=given.signed_at,
            clauses=_clauses(given.clauses, given.clauses_zh),
            confirmation=given.confirmation,
        )
    except InvalidValue as error:
        raise under(error, error.field, order.number) from None


def _check_texts(order: SalesOrder, given: TermsInput) -> None:
    for one in fields(given):
        value = getattr(given, one.name)
        most = _LONGEST_CLAUSES if one.name.startswith("clauses") else LONGEST
        if isinstance(value, str) and (len(value) > most or "\0" in value):
            raise InvalidValue(
                _("The text is too long for the paper."),
                record=order.number,
                field=one.name,
                remedy=_("Shorten it."),
            )


def _both(before: Texts, english: str, chinese: str) -> Texts:
    """English and Chinese as typed; texts of other languages stay while these two do."""
    if (english, chinese) == (_text(before, ENGLISH), _text(before, CHINESE)):
        return before
    return texts({ENGLISH: english, CHINESE: chinese})


def _permission(value: str, field: str) -> PartialShipment:
    found = next((one for one in _PERMISSIONS if one == value), None)
    if found is None:
        raise InvalidValue(
            _("'{value}' cannot be chosen here.", value=value),
            field=field,
            remedy=_("Choose from the list."),
        )
    return found


def _deposit(order: SalesOrder, amount: Decimal) -> int:
    try:
        asked = Money.of(amount, order.currency)
    except InvalidValue as error:
        raise under(error, "deposit", order.number) from None
    if asked.minor > order.total_minor:
        raise InvalidValue(
            _("The deposit is above the total of the order."),
            field="deposit",
            remedy=_("Enter at most {amount}.", amount=Money(order.total_minor, order.currency).amount),
        )
    return asked.minor


def _clauses(english: str, chinese: str) -> tuple[Clause, ...]:
    first, second = _split(english, "clauses"), _split(chinese, "clauses_zh")
    if first and second and len(first) != len(second):
        raise InvalidValue(
            _("There are {english} clauses in English and {chinese} in Chinese.",
              english=len(first), chinese=len(second)),
            field="clauses_zh",
            remedy=_("Write each clause in both languages, or all in one."),
        )  # fmt: skip
    none = ("", "")
    return tuple(
        Clause(texts({ENGLISH: one[0], CHINESE: other[0]}), texts({ENGLISH: one[1], CHINESE: other[1]}))
        for one, other in zip_longest(first, second, fillvalue=none)
    )


def _split(said: str, field: str) -> list[tuple[str, str]]:
    """(heading, text) of each line. Raises InvalidValue for a line without a heading or a text."""
    return [_clause(line, field) for line in said.splitlines() if line.strip()]


def _clause(line: str, field: str) -> tuple[str, str]:
    place = min((line.index(colon) for colon in _COLONS if colon in line), default=-1)
    heading, text = (line[:place].strip(), line[place + 1 :].strip()) if place >= 0 else ("", "")
    if not (heading and text):
        raise InvalidValue(
            _("'{line}' needs a heading and a text.", line=line.strip()[:40]),
            field=field,
            remedy=_('Write "Heading: text", one clause a line.'),
        )
    return heading, text
