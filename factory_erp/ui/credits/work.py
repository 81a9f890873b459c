"""What the page of letters of credit reads in the background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from factory_erp.checking import mt700
from factory_erp.services.clock import today
from factory_erp.services.credits import choices as credit_choices
from factory_erp.services.credits import message as credit_message
from factory_erp.services.credits import own_findings
from factory_erp.services.credits import views as credit_views
from factory_erp.services.credits.letters import CreditInput
from factory_erp.services.credits.message import CreditDraft
from factory_erp.services.credits.own_findings import CreditFinding
from factory_erp.services.credits.views import CreditDetail
from factory_erp.ui.credits.fields import customer_choice
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice


@dataclass(frozen=True, slots=True)
class Opened:
    """A credit as it stands, its customer as a field shows him, the day it was read on, what is wrong."""

    detail: CreditDetail
    customer: Choice | None
    today: date
    findings: tuple[CreditFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Pasted:
    """A message as it was read: its fields as written, the form they make, and its customer."""

    fields: tuple[mt700.Field, ...]
    draft: CreditDraft
    customer: Choice | None


def read_credit(credit_id: int) -> Opened:
    """The credit. Raises NotFound."""
    detail = credit_views.credit_detail(credit_id)
    customer = customer_choice(detail.given.customer_id)
    return Opened(detail, customer, today(), own_findings.credit_findings(credit_id))


def read_message(text: str) -> Pasted:
    """What a bank's message says; nothing raises."""
    draft = credit_message.from_message(text)
    return Pasted(mt700.parse(text).fields, draft, customer_choice(draft.given.customer_id))


def find_shipments(credit_id: int, text: str) -> Sequence[Choice]:
    """Shipments that could go under the credit; the key is "id/version"."""
    return [
        Choice(f"{one.id}/{one.version}", one.number, f"{one.customer} {figures.day(one.etd)}".strip())
        for one in credit_choices.shipments_for(credit_id, text)
    ]


def same(first: CreditInput, second: CreditInput) -> bool:
    """Whether two forms say the same, whatever their versions."""
    return replace(first, version=None) == replace(second, version=None)
