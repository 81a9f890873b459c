"""Certificates: how long they hold, their files, and the warning before they lapse."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from factory_erp.domain.errors import Conflict, DomainError, InvalidValue, NotFound
from factory_erp.models.catalog import Product
from factory_erp.models.database import Database
from factory_erp.services.catalogue import certificates
from factory_erp.services.catalogue.certificates import (
    CertificateInput,
    Validity,
    attach_file,
    remove_certificate,
    save_certificate,
    validity,
)
from factory_erp.services.files import media as media_files
from factory_erp.services.upkeep import backup
from tests.services.test_images import a_picture

MONDAY = date(2026, 11, 23)
PDF = b"%PDF-1.7\nfirst"


@pytest.fixture
def product(db: Database) -> int:
    with db.session(write=True) as session:
        row = Product(code="CUP")
        session.add(row)
        session.flush()
        return row.id


def test_a_certificate_holds_to_the_end_of_its_last_day() -> None:
    days = {-1: Validity.LAPSED, 0: Validity.LAPSING, 60: Validity.LAPSING, 61: Validity.VALID}
    for days_left, state in days.items():
        assert validity(MONDAY + timedelta(days=days_left), MONDAY) is state
    assert validity(None, MONDAY) is Validity.UNLIMITED


def test_a_certificate_is_saved_once_however_often_the_form_is_sent(product: int) -> None:
    form = CertificateInput(product, " CE ", "EN-1", "TÜV", date(2025, 1, 1), date(2026, 12, 1), "LVD")
    first = save_certificate(form)
    assert save_certificate(form).value == first.value
    assert save_certificate(form).changes == {}
    (view,) = certificates.certificates(product)
    assert (view.kind, view.number, view.state, view.days) == ("CE", "EN-1", Validity.LAPSING, 8)
    assert certificates.certificates(product, date(2027, 1, 1))[0].state is Validity.LAPSED
    save_certificate(replace(form, id=view.id, version=view.version, valid_to=None))
    assert certificates.certificates(product)[0].state is Validity.UNLIMITED
    with pytest.raises(Conflict):
        save_certificate(replace(form, id=view.id, version=view.version, note="changed"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": " "}, "kind"),
        ({"kind": "x" * 41}, "kind"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "valid_to"),
        ({"note": "another"}, "number"),
    ],
)
def test_what_cannot_be_saved_says_where(product: int, change: dict[str, str], field: str) -> None:
    form = CertificateInput(product, "CE", "EN-1")
    save_certificate(form)
    with pytest.raises(InvalidValue) as refused:
        save_certificate(replace(form, **change))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_number_is_not_taken_from_another_certificate(product: int) -> None:
    save_certificate(CertificateInput(product, "CE", "1"))
    second = save_certificate(CertificateInput(product, "CE", "2")).value
    with pytest.raises(InvalidValue) as refused:
        save_certificate(CertificateInput(product, "CE", "1", id=second))
    assert refused.value.field == "number"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(PDF, "application/pdf"), (a_picture(), "image/jpeg"), (a_picture(kind="PNG"), "image/png")],
)
def test_a_scan_is_kept_with_its_name(product: int, data: bytes, media_type: str) -> None:
    made = save_certificate(CertificateInput(product, "CE")).value
    attach_file(made, "C:\\scans\\CE: cup.pdf", data)
    assert attach_file(made, "CE: cup.pdf", data).changes == {}
    file = certificates.read_file(made)
    assert (file.name, file.media_type, file.content) == ("CE_ cup.pdf", media_type, data)
    assert certificates.certificates(product)[0].path is not None
    attach_file(made, "x" * 300 + ".pdf", data)
    assert len(certificates.read_file(made).name) == 200
    assert certificates.read_file(made).name.endswith(".pdf")


@pytest.mark.parametrize("data", [b"", b"<html>", a_picture(kind="GIF"), PDF + bytes(20 * 1024 * 1024)])
def test_other_files_are_refused(product: int, data: bytes) -> None:
    made = save_certificate(CertificateInput(product, "CE")).value
    with pytest.raises(InvalidValue) as refused:
        attach_file(made, "ce.pdf", data)
    assert refused.value.field == "data"
    with pytest.raises(NotFound):
        certificates.read_file(made)


def aged(path: Path | None) -> Path:
    assert path is not None
    long_ago = time.time() - 2 * media_files.UNTOUCHED_SECONDS
    os.utime(path, (long_ago, long_ago))
    return path


def test_a_file_goes_with_the_last_certificate_that_names_it(product: int) -> None:
    first, second = (save_certificate(CertificateInput(product, kind)).value for kind in ("CE", "FDA"))
    for made in (first, second):
        attach_file(made, "report.pdf", PDF)
    path = aged(certificates.certificates(product)[0].path)
    attach_file(first, "new.pdf", PDF + b"2")
    assert path.exists()
    remove_certificate(second)
    assert not path.exists()
    assert remove_certificate(second).changes == {}
    aged(certificates.certificates(product)[0].path)
    assert certificates.remove_orphans().value == 0


def test_a_missing_or_altered_file_is_said(product: int) -> None:
    made = save_certificate(CertificateInput(product, "CE", "1")).value
    attach_file(made, "ce.pdf", PDF)
    assert backup.check() == []
    path = certificates.certificates(product)[0].path
    assert path is not None
    path.write_bytes(PDF + b"altered")
    with pytest.raises(DomainError, match="altered"):
        certificates.read_file(made)
    path.unlink()
    (finding,) = backup.check()
    assert (finding.subject, "missing" in finding.message) == ("CUP", True)


def test_what_lapses_comes_most_urgent_first(db: Database, product: int) -> None:
    for kind, days in (("FDA", 60), ("CE", -3), ("LFGB", 61)):
        save_certificate(CertificateInput(product, kind, valid_to=MONDAY + timedelta(days=days)))
    save_certificate(CertificateInput(product, "ISO"))
    with db.session() as session:
        rows = certificates.lapsing(session, MONDAY)
    assert [(row.kind, row.product, row.days) for row in rows] == [("CE", "CUP", -3), ("FDA", "CUP", 60)]
    assert [row.reason for row in rows] == [
        "CE of product CUP lapsed on 2026-11-20.",
        "FDA of product CUP lapses on 2027-01-22.",
    ]
