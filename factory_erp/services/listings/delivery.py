"""What delivering a listing needs from the workspace: where it is bound, which pictures are uploaded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotFound
from factory_erp.i18n import _
from factory_erp.models.listings import Listing, PlatformImage
from factory_erp.models.media import ProductImage
from factory_erp.services.base import get, query, use_case
from factory_erp.services.files import media as media_files
from factory_erp.services.listings.values import write_facts


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A picture in the account's picture bank."""

    sha256: str
    external_id: str
    url: str


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture of the workspace, its bytes proved by their hash."""

    sha256: str
    name: str
    media_type: str
    content: bytes = field(repr=False)


@query
def external_id_of(session: Session, listing_id: int) -> str:
    """The platform's id of the listing; "" while it has none. Raises NotFound."""
    return get(session, Listing, listing_id).external_id


@use_case
def bind(session: Session, listing_id: int, external_id: str) -> None:
    """Remember at once under which id the platform has the listing, so that it is never made twice."""
    listing = get(session, Listing, listing_id, lock=True)
    if external_id and listing.external_id != external_id:
        write_facts(session, listing.id, {"external_id": external_id})


@query
def uploaded(session: Session, account_id: int, hashes: Collection[str]) -> dict[str, Uploaded]:
    """SHA-256 → the picture in the account's picture bank, of those that are there."""
    rows = select(PlatformImage).where(
        PlatformImage.account_id == account_id, PlatformImage.sha256.in_(set(hashes))
    )
    return {row.sha256: Uploaded(row.sha256, row.external_id, row.url) for row in session.scalars(rows)}


@use_case
def note_upload(session: Session, account_id: int, picture: Uploaded) -> None:
    """Remember that a picture is in the account's picture bank; the same again changes nothing."""
    row = session.scalar(select(PlatformImage).filter_by(account_id=account_id, sha256=picture.sha256))
    if row is None:
        row = PlatformImage(account_id=account_id, sha256=picture.sha256)
        session.add(row)
    row.external_id, row.url = picture.external_id, picture.url


@query
def picture_file(session: Session, sha256: str) -> PictureFile:
    """The picture with that hash. Raises NotFound, DomainError where its file is missing or altered."""
    image = session.scalar(select(ProductImage).filter_by(sha256=sha256).limit(1))
    remedy = _("Choose the pictures of the listing again and publish it.")
    if image is None:
        raise NotFound(_("A picture of the listing is not there any more."), field="images", remedy=remedy)
    path = media_files.path_of(media_files.IMAGES, sha256, image.media_type)
    content = media_files.read(path, sha256, _("the picture"), remedy)
    return PictureFile(sha256, Path(path).name, image.media_type, content)
