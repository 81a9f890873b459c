"""Partners to choose from, for every form that asks for one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from factory_erp.i18n import language
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.services.base import query
from factory_erp.services.names import CHINESE


@dataclass(frozen=True, slots=True)
class PartnerChoice:
    """A partner as a list offers it; *name* is the local one where the reader speaks Chinese."""

    id: int
    code: str
    name: str


@query
def partner_choices(
    session: Session, words: str = "", role: Role | None = None, limit: int = 50
) -> list[PartnerChoice]:
    """Partners whose code or a name contains *words*, by code; only those with *role* if one is given."""
    statement = select(Partner).order_by(Partner.code).limit(limit)
    wanted = words.strip()
    if wanted:
        columns = (Partner.code, Partner.name, Partner.name_local)
        statement = statement.where(or_(*(column.icontains(wanted, autoescape=True) for column in columns)))
    if role is not None:
        statement = statement.where(
            Partner.id.in_(select(PartnerRole.partner_id).where(PartnerRole.role == role))
        )
    return [PartnerChoice(row.id, row.code, _name(row)) for row in session.scalars(statement)]


def _name(row: Partner) -> str:
    return (row.name_local if language() == CHINESE else "") or row.name
