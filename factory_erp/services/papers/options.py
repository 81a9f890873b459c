"""How papers are set for a customer: language, what is left out, clauses, logo, signature and chop.

What holds is put together from four places, the later before the earlier: the program, the factory's
choice for every kind, its choice for one kind, the customer's for every kind, the customer's for one kind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.documents.facts import Texts, texts
from factory_erp.documents.snapshot import DocumentOptions, Language
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.documents import DocumentOption
from factory_erp.models.partners import Company, Partner
from factory_erp.services.base import get, query, use_case
from factory_erp.services.master_data import changed_since
from factory_erp.services.papers.kinds import PAPERS, languages_of, name_of, paper

HIDEABLE = (
    "line", "item", "our_item", "buyers_item", "hs_origin", "brand", "material",
    "per_carton", "net_per_carton", "gross_per_carton", "size", "net_total", "gross_total", "cbm",
    "order_no", "customer_po", "contract_no", "origin", "etd", "containers", "forwarder", "payment", "bank",
    "importer_tax_id", "export_reason", "pallets", "declaration", "remarks",
)  # fmt: skip
"""Label keys of columns and boxes that can be left out: of goods, of cartons, then boxes."""


@dataclass(frozen=True, slots=True)
class OptionInput:
    """What one place chooses; None leaves it to the places before. ``clauses``: one text a language."""

    language: str = ""
    hidden: tuple[str, ...] | None = None
    clauses: tuple[Mapping[str, str], ...] | None = None
    neutral: bool | None = None
    certified: bool | None = None
    show_logo: bool | None = None
    show_signature: bool | None = None
    show_chop: bool | None = None
    signed_by: str | None = None


@dataclass(frozen=True, slots=True)
class OptionView:
    """One place: the partner (None: everybody) and kind ("": every kind) that it is for.

    ``version`` is 0 where nothing was chosen yet.
    """

    partner_id: int | None
    kind: str
    chosen: OptionInput
    version: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """What holds for one paper: its language and its options."""

    language: Language
    options: DocumentOptions = field(default_factory=DocumentOptions)


@query
def option_list(session: Session, partner_id: int | None = None) -> tuple[OptionView, ...]:
    """What was chosen for everybody, or for one partner; "" (every kind) first, then the kinds in order."""
    rows = {row.kind: row for row in _rows(session, partner_id)}
    return tuple(_view(partner_id, kind, rows.get(kind)) for kind in ("", *PAPERS))


def _view(partner_id: int | None, kind: str, row: DocumentOption | None) -> OptionView:
    chosen = _input(row) if row else OptionInput()
    return OptionView(partner_id, kind, chosen, row.version if row else 0)


def _rows(session: Session, partner_id: int | None) -> list[DocumentOption]:
    return list(session.scalars(select(DocumentOption).filter_by(partner_id=partner_id)))


def _input(row: DocumentOption) -> OptionInput:
    stored: dict[str, Any] = json.loads(row.chosen)
    known = {name.name for name in fields(OptionInput)} - {"language"}
    values = {name: _frozen(value) for name, value in stored.items() if name in known}
    return OptionInput(language=row.language, **values)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@use_case
def set_option(
    session: Session,
    partner_id: int | None,
    kind: str,
    chosen: OptionInput,
    version: int | None = None,
) -> None:
    """Write what one place chooses; choosing nothing leaves all to the places before.

    Raises InvalidValue for an unknown kind, language or column; Conflict where the place is not *version*
    any more (0: nothing was chosen; None: whatever it is).
    """
    _check(kind, chosen)
    if partner_id is not None:
        get(session, Partner, partner_id)
    row = session.scalar(select(DocumentOption).filter_by(partner_id=partner_id, kind=kind))
    if version is not None and version != (row.version if row else 0):
        raise changed_since(name_of(kind) if kind else _("Every document"))
    if chosen == OptionInput():
        if row is not None:
            session.delete(row)
        return
    if row is None:
        row = DocumentOption(partner_id=partner_id, kind=kind)
        session.add(row)
    row.language = chosen.language
    row.chosen = json.dumps(_stored(chosen), ensure_ascii=False, sort_keys=True)


def _stored(chosen: OptionInput) -> dict[str, object]:
    values = {one.name: getattr(chosen, one.name) for one in fields(chosen) if one.name != "language"}
    if chosen.clauses is not None:
        values["clauses"] = [dict(clause) for clause in chosen.clauses]
    return {name: value for name, value in values.items() if value is not None}


def _check(kind: str, chosen: OptionInput) -> None:
    if kind:
        paper(kind)
    known = languages_of(kind)
    if chosen.language and chosen.language not in known:
        raise InvalidValue(
            _("Documents cannot be written in '{language}'.", language=chosen.language),
            record=name_of(kind) if kind else "",
            field="language",
            remedy=_("Choose one of {languages}.", languages=", ".join(known)),
        )
    unknown = [key for key in chosen.hidden or () if key not in HIDEABLE]
    if unknown:
        raise InvalidValue(
            _("There is no column or box '{key}' that could be left out.", key=unknown[0]),
            field="hidden",
            remedy=_("Choose among {keys}.", keys=", ".join(HIDEABLE)),
        )


def chosen_for(
    session: Session, partner_id: int | None, kind: str, company: Company, drafted: OptionView | None = None
) -> Chosen:
    """What holds for a paper of *kind* to *partner_id*; *drafted* is taken for what its place will choose."""
    places = _places(session, None, kind, drafted)
    if partner_id is not None:
        places += _places(session, partner_id, kind, drafted)
    language: Language = "bilingual"
    merged = OptionInput()
    for place in places:
        given = {one.name: getattr(place, one.name) for one in fields(place)}
        merged = replace(merged, **{name: value for name, value in given.items() if value not in (None, "")})
    for known in get_args(Language):
        if known == merged.language:
            language = known
    return Chosen(language, _options(merged, company))


def _places(
    session: Session, partner_id: int | None, kind: str, drafted: OptionView | None
) -> list[OptionInput]:
    """What was chosen for every kind, then for *kind*."""
    found = {row.kind: _input(row) for row in _rows(session, partner_id)}
    if drafted is not None and drafted.partner_id == partner_id:
        found[drafted.kind] = drafted.chosen
    return [found[key] for key in dict.fromkeys(("", kind)) if key in found]


def _options(merged: OptionInput, company: Company) -> DocumentOptions:
    """Logo and chop stand on papers unless switched off; a signature only where it is switched on."""
    return DocumentOptions(
        hidden=merged.hidden or (),
        neutral=bool(merged.neutral),
        clauses=_clauses(merged),
        logo=company.logo if merged.show_logo is not False else "",
        signature=company.signature if merged.show_signature else "",
        chop=company.chop if merged.show_chop is not False else "",
        signed_by=merged.signed_by or "",
        certified=bool(merged.certified),
    )


def _clauses(merged: OptionInput) -> tuple[Texts, ...]:
    return tuple(made for clause in merged.clauses or () if (made := texts(clause)))
