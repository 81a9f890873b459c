"""Certificates of products: how long they hold, and which will lapse before long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, InvalidValue, NotFound
from factory_erp.i18n import _
from factory_erp.models.catalog import Product
from factory_erp.models.media import Certificate
from factory_erp.services.base import get, query, use_case
from factory_erp.services.clock import today
from factory_erp.services.files import media as media_files
from factory_erp.services.files.media import CERTIFICATES
from factory_erp.services.master_data import assign, check_texts, differs, same_version

WARN_DAYS = 60
"""A new test takes a laboratory about that long."""

MAX_FILE_BYTES = 20 * 1024 * 1024
"""Largest scan of a certificate."""

_MAGIC = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_FIELDS = ("product_id", "kind", "number", "issuer", "valid_from", "valid_to", "note")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*]")


class Validity(StrEnum):
    """How a certificate stands on a day."""

    VALID = "valid"
    LAPSING = "lapsing"
    LAPSED = "lapsed"
    UNLIMITED = "unlimited"


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate; *days* until it lapses, negative once it has, None where it never does.

    *path* is its file, None where none is attached.
    """

    id: int
    version: int
    product_id: int
    kind: str
    number: str
    issuer: str
    valid_from: date | None
    valid_to: date | None
    note: str
    state: Validity
    days: int | None
    file_name: str
    path: Path | None


@dataclass(frozen=True, slots=True)
class CertificateInput:
    """A certificate as it is typed in; without *valid_to* it holds for good."""

    product_id: int
    kind: str
    number: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""
    id: int | None = None
    version: int | None = None

    def fields(self) -> dict[str, Any]:
        """Attribute → value, without blanks around texts."""
        values = {name: getattr(self, name) for name in _FIELDS}
        return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """An attached file as it was given."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class LapsingRow:
    """A certificate that lapses within WARN_DAYS or has lapsed, and the sentence that says so."""

    id: int
    product_id: int
    product: str
    kind: str
    number: str
    valid_to: date
    days: int
    reason: str


def validity(valid_to: date | None, day: date) -> Validity:
    """How a certificate that holds until *valid_to*, that day included, stands on *day*."""
    if valid_to is None:
        return Validity.UNLIMITED
    if valid_to < day:
        return Validity.LAPSED
    return Validity.LAPSING if (valid_to - day).days <= WARN_DAYS else Validity.VALID


@query
def certificates(session: Session, product_id: int, day: date | None = None) -> list[CertificateView]:
    """The certificates of a product as they stand on *day* (today), by kind and number."""
    rows = select(Certificate).filter_by(product_id=product_id)
    ordered = rows.order_by(Certificate.kind, Certificate.number, Certificate.id)
    return [_view(row, day or today()) for row in session.scalars(ordered)]


def _view(row: Certificate, day: date) -> CertificateView:
    return CertificateView(
        id=row.id,
        version=row.version,
        **{name: getattr(row, name) for name in _FIELDS},
        state=validity(row.valid_to, day),
        days=None if row.valid_to is None else (row.valid_to - day).days,
        file_name=row.file_name,
        path=media_files.find(CERTIFICATES, row.sha256) if row.sha256 else None,
    )


@use_case
def save_certificate(session: Session, given: CertificateInput) -> int:
    """Enter or change a certificate; its id. The same form saved again changes nothing.

    Raises InvalidValue under the field, NotFound, and Conflict where somebody else changed it meanwhile.
    """
    product, values = get(session, Product, given.product_id), given.fields()
    _check(values, product.code)
    same = select(Certificate).filter_by(product_id=product.id, kind=values["kind"], number=values["number"])
    there = session.scalar(same)
    row = get(session, Certificate, given.id) if given.id is not None else there
    if there is not None and (row is not there or (given.id is None and differs(there, values))):
        raise _double(values, product.code)
    if row is None:
        row = Certificate(**values)
        session.add(row)
    elif differs(row, values):
        same_version(row, given.version, f"{row.kind} {row.number}".strip())
        assign(row, values)
    session.flush()
    return row.id


def _check(values: dict[str, Any], record: str) -> None:
    check_texts(Certificate, values, record)
    if not values["kind"]:
        message = _("Say what kind of certificate it is.")
        raise InvalidValue(message, record=record, field="kind", remedy=_("For example CE, FDA or LFGB."))
    start, end = values["valid_from"], values["valid_to"]
    if start is not None and end is not None and end < start:
        raise InvalidValue(
            _("The certificate would lapse before it begins."),
            record=record,
            field="valid_to",
            remedy=_("Enter a later day, or leave it empty for one that never lapses."),
        )


def _double(values: dict[str, Any], record: str) -> InvalidValue:
    return InvalidValue(
        _(
            "The product has a certificate {kind} {number} already.",
            kind=values["kind"],
            number=values["number"],
        ),
        record=record,
        field="number",
        remedy=_("Change that one, or enter the number of the new one."),
    )


@use_case
def remove_certificate(session: Session, certificate_id: int) -> None:
    """Remove a certificate; its file goes when no other row names it. One that is gone is no problem."""
    row = session.get(Certificate, certificate_id)
    if row is not None:
        session.delete(row)
        _release(session, row.sha256)


def forget_product(session: Session, product_id: int) -> None:
    """Remove all certificates of a product."""
    for row in session.scalars(select(Certificate).filter_by(product_id=product_id)):
        session.delete(row)
        _release(session, row.sha256)


def _release(session: Session, sha256: str) -> None:
    session.flush()
    named = select(Certificate.id).where(Certificate.sha256 == sha256).limit(1)
    if sha256 and session.scalar(named) is None:
        media_files.drop_after_commit(session, CERTIFICATES, sha256)


@use_case
def attach_file(
    session: Session, certificate_id: int, file_name: str, data: bytes, version: int | None = None
) -> None:
    """Keep a PDF, PNG or JPEG with the certificate, in place of the one it had.

    Raises InvalidValue for other bytes and more than 20 MB, Conflict where it was changed meanwhile.
    """
    row = get(session, Certificate, certificate_id)
    record = f"{row.kind} {row.number}".strip()
    media_type = _media_type(data, record)
    sha256 = media_files.store(CERTIFICATES, data, media_type)
    values = {"file_name": _plain_name(file_name), "sha256": sha256}
    if differs(row, values):
        same_version(row, version, record)
        before = row.sha256
        assign(row, values)
        _release(session, before)


def _media_type(data: bytes, record: str) -> str:
    if len(data) > MAX_FILE_BYTES:
        raise InvalidValue(
            _("The file has {size} MB, at most 20 are kept.", size=f"{len(data) / 1024 / 1024:.1f}"),
            record=record,
            field="data",
            remedy=_("Scan it in a lower resolution."),
        )
    media_type = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    if media_type is None:
        raise InvalidValue(
            _("The file is neither a PDF nor a picture."),
            record=record,
            field="data",
            remedy=_("Choose a PDF, PNG or JPEG file."),
        )
    return media_type


def _plain_name(name: str) -> str:
    """The last part of a path, without what no file system takes; at most 200 characters, its ending kept."""
    last = _UNPRINTABLE.sub("_", name.replace("\\", "/").rpartition("/")[2].strip())
    stem, dot, ending = last.rpartition(".")
    return last if len(last) <= 200 else f"{stem[: 199 - len(ending)]}{dot}{ending}"[:200]


@query
def read_file(session: Session, certificate_id: int) -> CertificateFile:
    """The attached file, proved by its hash. Raises NotFound, DomainError where it is missing or altered."""
    row = get(session, Certificate, certificate_id)
    if not row.sha256:
        raise NotFound(
            _("No file is attached to this certificate."),
            record=row.kind,
            remedy=_("Attach its PDF or scan."),
        )
    content = _read(row)
    return CertificateFile(row.file_name, _media_type(content, row.kind), content)


def _read(row: Certificate) -> bytes:
    remedy = _("Attach the file again, or put the certificates folder back from a copy.")
    path = media_files.expected(CERTIFICATES, row.sha256)
    return media_files.read(path, row.sha256, f"{row.kind} {row.number}".strip(), remedy)


def lapsing(session: Session, day: date, limit: int = 50) -> list[LapsingRow]:
    """Certificates that have lapsed or will within WARN_DAYS of *day*, the most urgent first."""
    statement = (
        select(Certificate, Product.code)
        .join(Product, Product.id == Certificate.product_id)
        .where(Certificate.valid_to <= day + timedelta(days=WARN_DAYS))
        .order_by(Certificate.valid_to, Certificate.id)
        .limit(limit)
    )
    return [_lapsing(row, code, day) for row, code in session.execute(statement)]


def _lapsing(row: Certificate, code: str, day: date) -> LapsingRow:
    assert row.valid_to is not None
    lapsed = validity(row.valid_to, day) is Validity.LAPSED
    facts = {"kind": row.kind, "product": code, "date": row.valid_to.isoformat()}
    reason = (
        _("{kind} of product {product} lapsed on {date}.", **facts)
        if lapsed
        else _("{kind} of product {product} lapses on {date}.", **facts)
    )
    days = (row.valid_to - day).days
    return LapsingRow(row.id, row.product_id, code, row.kind, row.number, row.valid_to, days, reason)


@use_case
def remove_orphans(session: Session) -> int:
    """Remove the attached files that no certificate names; how many. For the once-a-day tidying."""
    return media_files.sweep(CERTIFICATES, session.scalars(select(Certificate.sha256).distinct()))


def damaged(session: Session) -> Iterator[tuple[str, DomainError]]:
    """(product code, error) of every certificate whose attached file is missing or altered."""
    attached = select(Certificate, Product.code).join(Product, Product.id == Certificate.product_id)
    for row, code in session.execute(attached.where(Certificate.sha256 != "").order_by(Certificate.id)):
        try:
            _read(row)
        except DomainError as error:
            yield code, error
