"""The company's logo, signature and chop: kept in the workspace by their hash, drawn on documents.

A picture that once stood on a document is never removed: the document may have to be drawn again from its
snapshot, byte for byte. What is kept is no larger than print needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, InvalidValue, NotAllowed
from factory_erp.i18n import N_, _
from factory_erp.models.partners import Company
from factory_erp.services.base import query, use_case
from factory_erp.services.files import media as media_files
from factory_erp.services.files import pictures
from factory_erp.services.files.pictures import Picture
from factory_erp.services.master_data import same_version
from factory_erp.services.shipping.pictures import FOLDER

NAMES: Mapping[str, str] = {"logo": N_("Logo"), "signature": N_("Signature"), "chop": N_("Chop")}
"""Attribute of the company → what the picture is called."""

MEDIA_TYPES = ("image/png", "image/jpeg")

LONGEST_EDGE = 1600
"""Pixels of the longer side: 600 dots per inch over 68 mm, more than any of them takes on paper."""


@dataclass(frozen=True, slots=True)
class PictureView:
    """One of the pictures: its hash and bytes; ``problem`` says why the bytes cannot be had."""

    sha256: str
    content: bytes
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CompanyPictures:
    """The pictures that there are, by name ("logo", "signature", "chop"); ``version`` of the company."""

    pictures: Mapping[str, PictureView]
    version: int


def read_picture(sha256: str) -> bytes:
    """The bytes with that hash, proved. Raises DomainError where the file is missing or was altered."""
    return media_files.read(
        media_files.expected(FOLDER, sha256), sha256, _("the company's pictures"),
        _("Choose the picture again under Settings → Papers, or put the folder back from a copy."),
    )  # fmt: skip


@query
def company_pictures(session: Session) -> CompanyPictures:
    """Logo, signature and chop, those that there are."""
    company = session.scalar(select(Company).order_by(Company.id))
    if company is None:
        return CompanyPictures({}, 0)
    hashes = {name: getattr(company, name) for name in NAMES}
    return CompanyPictures(
        {name: _view(sha256) for name, sha256 in hashes.items() if sha256}, company.version
    )


def _view(sha256: str) -> PictureView:
    try:
        return PictureView(sha256, read_picture(sha256))
    except DomainError as error:
        return PictureView(sha256, b"", str(error))


@use_case
def set_picture(session: Session, name: str, data: bytes, version: int | None = None) -> str:
    """Let documents show *data* (PNG or JPEG) as the logo, signature or chop; its SHA-256.

    Documents that were issued stay as they are. Raises InvalidValue for what is no such picture, NotAllowed
    before the company is entered, Conflict.
    """
    company = _company(session, name)
    picture = printable(data)
    same_version(company, version, company.name_en)
    sha256 = media_files.store(FOLDER, picture.content, picture.media_type)
    setattr(company, name, sha256)
    return sha256


@use_case
def remove_picture(session: Session, name: str, version: int | None = None) -> None:
    """Documents show no such picture from now on. Raises Conflict."""
    company = _company(session, name)
    same_version(company, version, company.name_en)
    setattr(company, name, "")


def _company(session: Session, name: str) -> Company:
    if name not in NAMES:
        raise InvalidValue(
            _("There is no company picture '{name}'.", name=name),
            field="name",
            remedy=_("Choose one of {names}.", names=", ".join(NAMES)),
        )
    company = session.scalar(select(Company).order_by(Company.id).with_for_update())
    if company is None:
        raise NotAllowed(
            _("There is no company yet that the picture could belong to."),
            field=_("Company"),
            remedy=_("Enter it under Settings → Company."),
        )
    return company


def printable(data: bytes) -> Picture:
    """The picture as documents take it: PNG or JPEG, upright, no larger than print needs.

    A PNG stays one, because what is transparent must stay so. Raises InvalidValue.
    """
    kind = pictures.media_type(data)
    if kind not in MEDIA_TYPES:
        raise InvalidValue(
            _("Documents take pictures as PNG or JPEG only."),
            field="data",
            remedy=_("Save it as PNG in a picture editor and choose that file."),
        )
    if kind == "image/png":
        return pictures.checked(pictures.small_png(data, LONGEST_EDGE))
    return pictures.shrunk(data)
