"""An order as it comes from any platform, in values that can be kept and applied again.

The sync engine translates a connector's order into this; what cannot be applied yet is stored
as JSON beside its exception, and applied again when a person has mended the cause.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from factory_erp.models.platforms import ExceptionKind


class Life(StrEnum):
    """What the platform's many statuses mean to us."""

    OPEN = "open"
    FROZEN = "frozen"
    """Held by the platform: a payment, refund or change of contract is being settled."""
    DISPUTED = "disputed"
    """The buyer complained or opened a dispute."""
    RISK = "risk"
    """The platform warns of the buyer or the payment; a person may decide to deliver all the same."""
    CLOSED = "closed"
    """Cancelled: nothing is to be sent any more."""


class PersonNeededError(Exception):
    """The order cannot be applied until somebody has mended *kind* of *subject*."""

    def __init__(self, kind: ExceptionKind, subject: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.subject = subject
        self.detail = detail


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """A line; ``skus`` are the platform's names of the item, the most telling first.

    ``unit_code`` is the UN/ECE Rec 20 code of what is counted and priced, "" where the platform's word is
    not known: then it is the item's own unit.
    """

    external_line_id: str
    skus: tuple[str, ...]
    name: str
    quantity: Decimal
    unit_price: Decimal
    unit_code: str = ""


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """An order from a platform. Amounts are decimals of ``currency``; None where it says nothing.

    ``discount`` lowers the total, ``adjustment`` is added to it; ``company`` is the firm at the address;
    ``refunded`` is what the platform has paid back to the buyer so far.
    """

    external_id: str
    life: Life
    status: str
    modified_at: datetime
    ordered_at: datetime
    buyer_id: str
    buyer_name: str
    country: str
    contact: str
    phone: str
    street: str
    city: str
    province: str
    postal_code: str
    currency: str
    incoterm: str
    lines: tuple[IncomingLine, ...]
    product_total: Decimal | None
    freight: Decimal
    insurance: Decimal
    discount: Decimal
    total: Decimal | None
    adjustment: Decimal = Decimal(0)
    company: str = ""
    payment_terms: str = ""
    remark: str = ""
    ship_by: date | None = None
    payload_sha256: str = ""
    refunded: Decimal = Decimal(0)
    buyer_email: str = ""
    contract_version: str = ""

    def to_json(self) -> str:
        """Everything, so that ``from_json`` gives an equal order."""
        return json.dumps(asdict(self), default=_plain, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The order that ``to_json`` wrote."""
        read: dict[str, Any] = json.loads(text)
        for name in _AMOUNTS:
            if read.get(name) is not None:
                read[name] = Decimal(read[name])
        for name in ("modified_at", "ordered_at"):
            read[name] = datetime.fromisoformat(read[name])
        read["ship_by"] = date.fromisoformat(read["ship_by"]) if read["ship_by"] else None
        read["life"] = Life(read["life"])
        read["lines"] = tuple(_line(line) for line in read["lines"])
        return cls(**read)

    def hashed(self) -> Self:
        """The same order with the hash of what was agreed.

        Time of change, the platform's status and its number of the contract are left out: an order that is
        paid or reported as shipped is not another order. What the status means for us, ``life``, counts,
        and so does a refund.
        """
        said = asdict(replace(self, payload_sha256="", status="", modified_at=self.ordered_at))
        for name in _UNHASHED:
            del said[name]
        if not self.refunded:
            # Left out while there is none: orders that were kept before refunds were read stay the same.
            del said["refunded"]
        return replace(self, payload_sha256=_sha256(said))

    def content(self) -> str:
        """Hash of goods, terms and amounts alone, whatever the platform has stopped or paid back."""
        return replace(self, life=Life.OPEN, refunded=Decimal(0)).hashed().payload_sha256


_AMOUNTS = ("product_total", "freight", "insurance", "discount", "adjustment", "total", "refunded")
_UNHASHED = ("buyer_email", "contract_version")


def _sha256(said: Mapping[str, object]) -> str:
    text = json.dumps(said, default=_plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _line(read: dict[str, Any]) -> IncomingLine:
    return IncomingLine(
        external_line_id=read["external_line_id"],
        skus=tuple(read["skus"]),
        name=read["name"],
        quantity=Decimal(read["quantity"]),
        unit_price=Decimal(read["unit_price"]),
        unit_code=read.get("unit_code", ""),
    )


@dataclass(frozen=True, slots=True)
class IncomingProblem:
    """An order that could not even be read: its id as far as known, and why."""

    external_id: str
    reason: str
    payload: str
