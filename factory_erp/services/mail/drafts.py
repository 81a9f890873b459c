"""A message with a shipment's documents as the program would write it: for a person to read and to send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.documents.labels import label
from factory_erp.documents.snapshot import Language
from factory_erp.documents.text import Wording
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.documents import Document
from factory_erp.models.partners import Company
from factory_erp.models.shipping import Shipment
from factory_erp.services.base import query
from factory_erp.services.issuing.sets import in_force
from factory_erp.services.mail.groups import GROUP_KINDS, Group, check_group, partner_of
from factory_erp.services.mail.settings import is_address
from factory_erp.services.mail.templates import LANGUAGES, filled, template_of
from factory_erp.services.papers.kinds import PAPERS
from factory_erp.services.shipping.facts import load, orders_of

_LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class MailDraft:
    """A message to be read before it is sent. *to* is empty where no address is known.

    *kinds*: of the documents in force that the *group* should have; *language*: that the text is written in.
    """

    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    kinds: tuple[str, ...]
    language: str
    group: Group


@query
def compose_mail(session: Session, shipment_id: int, language: str = "", group: Group = "buyer") -> MailDraft:
    """The message for *group*, in *language* or in that of the reader. Raises NotFound, InvalidValue."""
    check_group(group)
    shipment = load(session, shipment_id)
    company = session.scalar(select(Company).order_by(Company.id))
    wanted = language or _language_of(shipment, company, group)
    if wanted not in LANGUAGES:
        raise InvalidValue(
            _("Documents cannot be written in '{language}'.", language=wanted),
            field="language",
            remedy=_("Choose one of {languages}.", languages=", ".join(LANGUAGES)),
        )
    documents = in_force(session, shipment_id, GROUP_KINDS[group])
    partner, text = partner_of(shipment, group), template_of(session, wanted)
    values = _values(shipment, company, documents, wanted)
    known = partner.email.strip() if partner else ""
    subject = filled(text.subject, values | {"documents": ", ".join(one.number for one in documents)})
    return MailDraft(
        to=(known,) if is_address(known) else (),
        cc=(),
        subject=" ".join(subject.split())[:_LONGEST_SUBJECT],
        body=filled(text.body, values),
        kinds=tuple(dict.fromkeys(one.kind for one in documents)),
        language=wanted,
        group=group,
    )


def _language_of(shipment: Shipment, company: Company | None, group: Group) -> str:
    """The reader's language; a bank's that of our own country; English where we cannot write his."""
    partner = partner_of(shipment, group)
    if partner is None:
        return "zh_CN" if company is not None and company.country == "CN" else "en"
    said = partner.language.replace("-", "_")
    short = "zh_CN" if said.lower().startswith("zh") else said.partition("_")[0].lower()
    return next((code for code in (said, short) if code in LANGUAGES), "en")


def _values(
    shipment: Shipment, company: Company | None, documents: list[Document], language: str
) -> dict[str, str]:
    """What stands in the places of a text."""
    return {
        "company": _company(company, language),
        "buyer": shipment.consignee.name,
        "number": shipment.number,
        "orders": ", ".join(order.number for order in orders_of(shipment)),
        "documents": "\n".join(f"- {one.number}  {document_name(one.kind, language)}" for one in documents),
        "vessel": shipment.vessel_voyage,
        "etd": _day(shipment.etd, language),
        "eta": _day(shipment.eta, language),
        "bill": shipment.bill_number,
    }


def _company(company: Company | None, language: str) -> str:
    if company is None:
        return ""
    return (company.name_zh if language == "zh_CN" else "") or company.name_en


def document_name(kind: str, language: str) -> str:
    """What the kind is called in a message in *language*: its printed title, in English in small letters."""
    if language == "bilingual":
        return f"{document_name(kind, 'en')} {document_name(kind, 'zh_CN')}"
    return PAPERS[kind].name if language == "en" else label(kind, language)


def _day(day: date | None, language: str) -> str:
    return "" if day is None else Wording(_wording(language)).day(day)


def _wording(language: str) -> Language:
    """*language*, which LANGUAGES holds, as documents know it."""
    known: Language = next((code for code in get_args(Language) if code == language), "en")
    return known
