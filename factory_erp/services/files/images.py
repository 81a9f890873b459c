"""Pictures of products and items: checked bytes, kept once by their hash, shown small from a cache."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, Product
from factory_erp.models.media import ProductImage
from factory_erp.services.base import get, query, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.files import documents as document_files
from factory_erp.services.files import media as media_files
from factory_erp.services.files import pictures, workspace
from factory_erp.services.files.media import IMAGES
from factory_erp.services.master_data import changed_since, check_texts

THUMBNAIL_EDGES = (16, 1024)
"""Least and greatest edge of a thumbnail, pixels."""


@dataclass(frozen=True, slots=True)
class ImageView:
    """A picture of a product, or of its item; *width* and *height* in pixels as it is shown.

    The first of a product is its cover.
    """

    id: int
    sha256: str
    media_type: str
    width: int
    height: int
    byte_count: int
    caption: str
    position: int
    item_id: int | None
    path: Path


@query
def images(session: Session, product_id: int) -> tuple[ImageView, ...]:
    """The pictures of a product and of its items, in their order."""
    return tuple(_view(image) for image in _of_product(session, product_id))


def _of_product(session: Session, product_id: int) -> list[ProductImage]:
    ordered = select(ProductImage).order_by(ProductImage.position, ProductImage.id)
    return list(session.scalars(ordered.where(ProductImage.product_id == product_id)))


def _view(image: ProductImage) -> ImageView:
    return ImageView(
        id=image.id,
        sha256=image.sha256,
        media_type=image.media_type,
        width=image.width,
        height=image.height,
        byte_count=image.byte_count,
        caption=image.caption,
        position=image.position,
        item_id=image.item_id,
        path=media_files.path_of(IMAGES, image.sha256, image.media_type),
    )


def covers(session: Session, product_ids: Iterable[int]) -> dict[int, str]:
    """Product id → SHA-256 of its first picture; products without one are left out."""
    found: dict[int, str] = {}
    for part in chunks(product_ids):
        rows = select(ProductImage.product_id, ProductImage.sha256).where(ProductImage.product_id.in_(part))
        last_first = rows.order_by(ProductImage.position.desc(), ProductImage.id.desc())
        found.update(session.execute(last_first).all())
    return found


@use_case
def add_image(
    session: Session,
    product_id: int,
    item_id: int | None,
    data: bytes,
    caption: str = "",
    *,
    shrink: bool = False,
) -> int:
    """Add a picture at the end; its id. The same picture again is found again.

    With *shrink* it is stored as a JPEG of at most 2000 pixels, upright. Raises InvalidValue for bytes that
    are no picture, are damaged, are larger than platforms take, or unfold to too many pixels.
    """
    product = get(session, Product, product_id, lock=True)
    _check_item(session, product, item_id)
    check_texts(ProductImage, {"caption": caption}, product.code)
    picture = pictures.shrunk(data) if shrink else pictures.checked(data)
    sha256 = media_files.store(IMAGES, picture.content, picture.media_type)
    there = select(ProductImage).filter_by(product_id=product_id, item_id=item_id, sha256=sha256)
    found = session.scalar(there)
    if found is not None:
        return found.id
    image = ProductImage(
        product_id=product_id,
        item_id=item_id,
        position=_next_position(session, product_id),
        sha256=sha256,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        byte_count=len(picture.content),
        caption=caption.strip(),
    )
    session.add(image)
    session.flush()
    return image.id


def _check_item(session: Session, product: Product, item_id: int | None) -> None:
    if item_id is None:
        return
    item = get(session, Item, item_id)
    if item.product_id != product.id:
        raise InvalidValue(
            _("Item {sku} does not belong to product {code}.", sku=item.sku, code=product.code),
            record=item.sku,
            field="item_id",
            remedy=_("Choose an item of the product."),
        )


def _next_position(session: Session, product_id: int) -> int:
    last = select(func.max(ProductImage.position)).where(ProductImage.product_id == product_id)
    return (session.scalar(last) or 0) + 1


@use_case
def reorder_images(session: Session, product_id: int, image_ids: Sequence[int]) -> None:
    """Put the pictures of a product into this order; the first becomes the cover.

    Raises Conflict where *image_ids* are not just the pictures that the product has.
    """
    product = get(session, Product, product_id, lock=True)
    found = {image.id: image for image in _of_product(session, product_id)}
    if sorted(image_ids) != sorted(found):
        raise changed_since(product.code)
    for position, image_id in enumerate(image_ids, start=1):
        found[image_id].position = position


@use_case
def set_caption(session: Session, image_id: int, caption: str) -> None:
    """Write what stands below a picture."""
    image = get(session, ProductImage, image_id)
    check_texts(ProductImage, {"caption": caption})
    image.caption = caption.strip()


@use_case
def remove_image(session: Session, image_id: int) -> None:
    """Take a picture away; its file goes when no other row names it. One that is gone is no problem."""
    image = session.get(ProductImage, image_id)
    if image is not None:
        _remove(session, image)


def forget_product(session: Session, product_id: int) -> None:
    """Take all pictures of a product away."""
    for image in _of_product(session, product_id):
        _remove(session, image)


def forget_item(session: Session, item_id: int) -> None:
    """Take all pictures of an item away."""
    for image in session.scalars(select(ProductImage).filter_by(item_id=item_id)):
        _remove(session, image)


def _remove(session: Session, image: ProductImage) -> None:
    session.delete(image)
    session.flush()
    named = select(ProductImage.id).where(ProductImage.sha256 == image.sha256).limit(1)
    if session.scalar(named) is None:
        media_files.drop_after_commit(session, IMAGES, image.sha256)


def copy_pictures(session: Session, source: int, target: int) -> None:
    """Show the pictures of product *source*, those of its items aside, for product *target* too."""
    for image in _of_product(session, source):
        if image.item_id is None:
            session.add(
                ProductImage(
                    product_id=target, position=image.position, sha256=image.sha256,
                    media_type=image.media_type, width=image.width, height=image.height,
                    byte_count=image.byte_count, caption=image.caption,
                )
            )  # fmt: skip


@query
def read_image(session: Session, image_id: int) -> bytes:
    """The picture's bytes, proved by their hash. Raises DomainError where the file is missing or altered."""
    image = get(session, ProductImage, image_id)
    return _read(media_files.path_of(IMAGES, image.sha256, image.media_type), image.sha256)


def _read(path: Path, sha256: str) -> bytes:
    remedy = _("Remove the picture and add it again, or put the images folder back from a copy.")
    return media_files.read(path, sha256, _("the picture"), remedy)


def thumbnail(sha256: str, edge_px: int) -> bytes:
    """A PNG of the picture within *edge_px* × *edge_px* pixels; made once, then read from the cache folder.

    Takes no database: call it off the window's thread, in the workspace's context. Raises DomainError where
    the picture's file is missing or altered, InvalidValue for an edge that is no thumbnail's.
    """
    least, most = THUMBNAIL_EDGES
    if not least <= edge_px <= most:
        raise InvalidValue(_("A thumbnail measures {least} to {most} pixels.", least=least, most=most))
    path = media_files.expected(IMAGES, sha256)
    cached = workspace.current().path / "cache" / "thumbnails" / str(edge_px) / f"{sha256}.png"
    try:
        if path.exists():
            return cached.read_bytes()
    except OSError:
        pass
    made = pictures.small_png(_read(path, sha256), edge_px)
    try:
        document_files.write(cached, made)
    except DomainError:  # a full disk shows pictures all the same
        return made
    return made


@use_case
def remove_orphans(session: Session) -> int:
    """Remove the picture files that no row names; how many. For the once-a-day tidying."""
    return media_files.sweep(IMAGES, session.scalars(select(ProductImage.sha256).distinct()))


def damaged(session: Session) -> Iterator[tuple[str, DomainError]]:
    """(product code, error) of every picture whose file is missing or altered."""
    rows = session.execute(
        select(Product.code, ProductImage.sha256, ProductImage.media_type)
        .join(Product, Product.id == ProductImage.product_id)
        .order_by(Product.code, ProductImage.position)
    )
    for code, sha256, media_type in rows:
        try:
            _read(media_files.path_of(IMAGES, sha256, media_type), sha256)
        except DomainError as error:
            yield code, error
