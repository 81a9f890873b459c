"""An order as it comes from any platform, in values that can be kept and applied again.

The sync engine translates a connector's order into this; what cannot be applied yet is stored
as JSON beside its exception, and applied again when a person has mended the cause.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self


class Life(StrEnum):
    """What the platform's many statuses mean to us."""

    OPEN = "open"
    FROZEN = "frozen"
    CLOSED = "closed"


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

    ``discount`` lowers the total, ``adjustment`` is added to it; ``company`` is the firm at the address.
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

    def to_json(self) -> str:
        """Everything, so that ``from_json`` gives an equal order."""
        return json.dumps(asdict(self), default=_plain, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The order that ``to_json`` wrote."""
        read: dict[str, Any] = json.loads(text)
        for name in ("product_total", "freight", "insurance", "discount", "adjustment", "total"):
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

        Time of change and the platform's status are left out: an order that is paid or reported as
        shipped is not another order. What the status means for us, ``life``, counts.
        """
        said = asdict(replace(self, payload_sha256="", status="", modified_at=self.ordered_at))
        text = json.dumps(said, default=_plain, ensure_ascii=False, sort_keys=True)
        return replace(self, payload_sha256=hashlib.sha256(text.encode()).hexdigest())


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
