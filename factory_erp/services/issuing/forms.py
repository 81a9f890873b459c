"""Single papers as forms: what a clerk may type over what was worked out, and what he typed.

A field names a place in the paper's details: "pick_up_at", or "exit_customs.code" in a part of them. Only
what differs is kept (``inputs``); the rest goes on following the facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from factory_erp.documents.details.labels import LABEL_SHEETS
from factory_erp.documents.facts import Party, Texts, texts
from factory_erp.documents.snapshot import DETAILS_OF, Details
from factory_erp.domain.errors import DomainError, InvalidValue, NotAllowed
from factory_erp.i18n import _
from factory_erp.services.base import query, use_case
from factory_erp.services.issuing.compose import Desk
from factory_erp.services.issuing.fields import FIELDS, FieldKind, FormField
from factory_erp.services.papers.inputs import PaperOf, find, write
from factory_erp.services.papers.kinds import name_of
from factory_erp.services.shipping.facts import load

LONGEST = 2_000
"""Characters of one field: what a paper has room for."""

FieldValue = str | date | Decimal | int | bool | None

WITH_FORM = frozenset(kind for kind, details in DETAILS_OF.items() if details in FIELDS)
"""Kinds of which something can be typed over."""


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field with its value; *typed*: a person typed it, it is not what would be worked out."""

    field: FormField
    value: FieldValue
    typed: bool


@dataclass(frozen=True, slots=True)
class PaperForm:
    """The form of one paper. *version* 0: nothing was typed yet. *problem*: why nothing can be typed now."""

    kind: str
    variant: str
    fields: tuple[ShownField, ...]
    version: int
    problem: str = ""


@query
def paper_form(session: Session, shipment_id: int, kind: str, variant: str = "") -> PaperForm:
    """The fields of a shipment's paper; none for kinds that say no more than the facts do."""
    desk = Desk(session, load(session, shipment_id))
    row = find(session, PaperOf(kind, shipment_id=shipment_id, variant=variant))
    version = 0 if row is None else row.version
    if kind not in WITH_FORM:
        return PaperForm(kind, variant, (), version)
    try:
        usual, now = desk.usual(kind, variant), desk.details(kind, variant)
    except DomainError as error:
        return PaperForm(kind, variant, (), version, str(error))
    assert usual is not None
    assert now is not None
    shown = tuple(_shown(field, usual, now) for field in FIELDS[type(now)])
    return PaperForm(kind, variant, shown, version)


def _shown(field: FormField, usual: Details, now: Details) -> ShownField:
    value = _read(field, now)
    return ShownField(field, value, value != _read(field, usual))


@use_case
def save_paper_form(
    session: Session,
    shipment_id: int,
    kind: str,
    values: Mapping[str, FieldValue],
    version: int | None = None,
    variant: str = "",
) -> None:
    """Keep what was typed for a paper: field name → value; fields left out stay. Safe to repeat.

    Raises NotAllowed for a kind without form, InvalidValue naming the field that is wrong, Conflict.
    """
    if kind not in WITH_FORM:
        raise NotAllowed(_("{kind}: there is nothing to type.", kind=name_of(kind)), field="kind")
    desk = Desk(session, load(session, shipment_id, lock=True))
    usual, now = desk.usual(kind, variant), desk.details(kind, variant)
    assert usual is not None
    assert now is not None
    known = {field.key: field for field in FIELDS[type(usual)]}
    for name, value in values.items():
        if name in known and value != _read(known[name], now):
            now = _written(known[name], now, value)
    write(session, PaperOf(kind, shipment_id=shipment_id, variant=variant), usual, now, version)


@use_case
def reset_paper_form(
    session: Session, shipment_id: int, kind: str, version: int | None = None, variant: str = ""
) -> None:
    """Throw away what was typed for a paper: it says what is worked out again. Raises Conflict."""
    usual = Desk(session, load(session, shipment_id, lock=True)).usual(kind, variant)
    if usual is not None:
        write(session, PaperOf(kind, shipment_id=shipment_id, variant=variant), usual, usual, version)


def _read(field: FormField, details: Details) -> FieldValue:
    value: Any = details
    for part in field.name.split("."):
        value = getattr(value, part)
    match field.kind:
        case FieldKind.ENGLISH:
            return str(dict(value).get("en", ""))
        case FieldKind.LINES:
            return "\n".join(value)
        case FieldKind.SENTENCES:
            return "\n".join(dict(one).get("en", "") for one in value)
        case FieldKind.PARTY:
            return "" if value is None else "\n".join((value.name, *value.address_lines))
        case FieldKind.SHEET:
            return str(value.name)
        case FieldKind.TICK:
            return field.tick in value
    shown: FieldValue = value
    return shown


def _written(field: FormField, details: Details, value: FieldValue) -> Details:
    """*details* with the field as typed. Raises InvalidValue naming it."""
    text = "" if value is None else str(value).strip()
    if len(text) > LONGEST or "\0" in text:
        raise InvalidValue(_("The text is too long for the paper."), field=field.key, remedy=_("Shorten it."))
    try:
        changed: Details = _put(details, field.name.split("."), field, value)
    except InvalidValue as error:
        error.field = field.key
        raise
    return changed


def _put(record: Any, path: list[str], field: FormField, value: FieldValue) -> Any:
    before = getattr(record, path[0])
    after = _put(before, path[1:], field, value) if path[1:] else _stored(field, before, value)
    return replace(record, **{path[0]: after})


def _stored(field: FormField, before: Any, value: FieldValue) -> object:
    """What the details hold for what stands in the field."""
    text = "" if value is None else str(value).strip()
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())
    match field.kind:
        case FieldKind.TEXT | FieldKind.NOTE:
            return text
        case FieldKind.ENGLISH:
            return _in_english(before, text)
        case FieldKind.LINES:
            return lines
        case FieldKind.SENTENCES:
            return tuple(texts({"en": line}) for line in lines)
        case FieldKind.PARTY:
            return _party(before, lines)
        case FieldKind.SHEET:
            return next((sheet for sheet in LABEL_SHEETS if sheet.name == text), before)
        case FieldKind.TICK:
            kept = [tick for tick in before if tick != field.tick]
            return (*kept, field.tick) if value else tuple(kept)
        case FieldKind.NUMBER:
            return _number(field, value)
        case FieldKind.DECIMAL:
            return value if isinstance(value, Decimal) else Decimal(0)
        case FieldKind.CHOICE:
            return _chosen(field, value)
        case FieldKind.CHECK:
            return bool(value)
    return value


def _in_english(before: Texts, text: str) -> Texts:
    """A text typed in English; a Chinese one of before would not say the same any more."""
    return before if dict(before).get("en", "") == text else texts({"en": text})


def _party(before: Party | None, lines: tuple[str, ...]) -> Party | None:
    if not lines:
        return None
    if before is None:
        return Party(lines[0], address_lines=lines[1:])
    return replace(before, name=lines[0], address_lines=lines[1:])


def _number(field: FormField, value: FieldValue) -> int:
    if not isinstance(value, int) or value < 0:
        raise InvalidValue(
            _("Enter a whole number, 0 or more."), field=field.name, remedy=_("Type it again.")
        )
    return value


def _chosen(field: FormField, value: FieldValue) -> FieldValue:
    if value not in [key for key, _name in field.choices]:
        raise InvalidValue(
            _("'{value}' cannot be chosen here.", value=value),
            field=field.name,
            remedy=_("Choose from the list."),
        )
    return value
