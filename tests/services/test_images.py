"""Pictures: what is taken and what is not, kept once, shown small, missed when they are gone."""

from __future__ import annotations

import io
import os
import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from factory_erp.domain.errors import Conflict, DomainError, InvalidValue
from factory_erp.models.catalog import Product
from factory_erp.models.database import Database
from factory_erp.services.catalogue import products
from factory_erp.services.files import images, pictures, workspace
from factory_erp.services.files import media as media_files
from factory_erp.services.files.images import add_image, remove_image, reorder_images, thumbnail
from factory_erp.services.upkeep import backup
from tests.services.factory import an_item

ORIENTATION = 0x0112


def a_picture(
    width: int = 60,
    height: int = 40,
    kind: str = "JPEG",
    colour: str = "red",
    turned: int = 0,
    mode: str = "RGB",
) -> bytes:
    """The bytes of a picture of one colour; *turned* is its EXIF orientation."""
    image = Image.new("RGB", (width, height), colour).convert(mode)
    exif = Image.Exif()
    if turned:
        exif[ORIENTATION] = turned
    kept = io.BytesIO()
    image.save(kept, kind, exif=exif)
    return kept.getvalue()


def a_png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises *width* × *height* pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + body


@pytest.fixture
def product(db: Database) -> int:
    with db.session(write=True) as session:
        row = Product(code="CUP")
        session.add(row)
        session.flush()
        return row.id


def an_item_of(db: Database, product_id: int, sku: str = "CUP-BK") -> int:
    with db.session(write=True) as session:
        item = an_item(session, sku)
        item.product_id = product_id
        return item.id


def aged(path: Path) -> Path:
    """As if nobody had touched it for two hours."""
    long_ago = time.time() - 2 * media_files.UNTOUCHED_SECONDS
    os.utime(path, (long_ago, long_ago))
    return path


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif")],
)
def test_pictures_of_four_kinds_are_kept_as_they_came(product: int, kind: str, media_type: str) -> None:
    data = a_picture(kind=kind)
    made = add_image(product, None, data, " front ").value
    (view,) = images.images(product)
    assert (view.id, view.media_type, view.width, view.height) == (made, media_type, 60, 40)
    assert (view.caption, view.position, view.byte_count) == ("front", 1, len(data))
    assert view.path.read_bytes() == images.read_image(made) == data
    assert view.path.parent.name == view.sha256[:2]


def test_the_same_picture_is_one_row_and_one_file(db: Database, product: int) -> None:
    first = add_image(product, None, a_picture())
    again = add_image(product, None, a_picture())
    of_item = add_image(product, an_item_of(db, product), a_picture()).value
    assert again.value == first.value != of_item
    assert again.changes == {}
    assert len([path for path in (workspace.current().path / "images").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("data", [b"", b"no picture", a_picture()[:200], a_picture(kind="PNG")[:-30]])
def test_what_is_no_sound_picture_is_refused(product: int, data: bytes) -> None:
    with pytest.raises(InvalidValue, match="sound picture") as refused:
        add_image(product, None, data)
    assert refused.value.field == "data"
    assert images.images(product) == ()


def test_another_kind_of_picture_is_refused(product: int) -> None:
    with pytest.raises(InvalidValue, match="sound picture"):
        add_image(product, None, a_picture(kind="BMP"))


@pytest.mark.parametrize("size", [(20_000, 20_000), (9000, 9000), (10_000, 9000)])
@pytest.mark.parametrize("shrink", [False, True])
def test_a_picture_of_hundreds_of_megapixels_is_not_unfolded(
    product: int, size: tuple[int, int], shrink: bool
) -> None:
    with pytest.raises(InvalidValue, match="million pixels"):
        add_image(product, None, a_png_that_claims(*size), shrink=shrink)


def test_a_picture_that_is_too_large_is_made_smaller_on_demand(product: int) -> None:
    noise = Image.frombytes("RGB", (2400, 1200), os.urandom(2400 * 1200 * 3))
    kept = io.BytesIO()
    noise.save(kept, "PNG")
    with pytest.raises(InvalidValue, match="at most 5") as refused:
        add_image(product, None, kept.getvalue())
    assert "smaller" in refused.value.remedy
    add_image(product, None, kept.getvalue(), shrink=True)
    (view,) = images.images(product)
    assert (view.media_type, view.width, view.height) == ("image/jpeg", 2000, 1000)
    assert view.byte_count <= pictures.MAX_BYTES


def test_a_turned_picture_stands_upright() -> None:
    lying = a_picture(60, 40, turned=6)
    assert (pictures.checked(lying).width, pictures.checked(lying).height) == (40, 60)
    upright = pictures.shrunk(lying)
    assert (upright.width, upright.height) == (40, 60)
    shown = Image.open(io.BytesIO(upright.content))
    assert shown.size == (40, 60)
    assert not shown.getexif()


def test_what_is_transparent_becomes_white() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(clear, "PNG")
    shown = Image.open(io.BytesIO(pictures.shrunk(clear.getvalue()).content))
    assert shown.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "CMYK", "1"])
def test_a_thumbnail_of_every_mode(mode: str) -> None:
    data = a_picture(200, 100, "JPEG" if mode == "CMYK" else "PNG", mode=mode)
    small = Image.open(io.BytesIO(pictures.small_png(data, 32)))
    assert small.format == "PNG"
    assert small.size == (32, 16)


def test_a_thumbnail_is_made_once(product: int) -> None:
    add_image(product, None, a_picture(200, 100))
    (view,) = images.images(product)
    first = thumbnail(view.sha256, 32)
    assert Image.open(io.BytesIO(first)).size == (32, 16)
    (cached,) = (workspace.current().path / "cache").rglob("*.png")
    cached.write_bytes(b"from the cache")
    assert thumbnail(view.sha256, 32) == b"from the cache"
    with pytest.raises(InvalidValue):
        thumbnail(view.sha256, 5000)


def test_a_missing_or_altered_file_is_said(product: int) -> None:
    made = add_image(product, None, a_picture()).value
    (view,) = images.images(product)
    assert backup.check() == []
    view.path.write_bytes(a_picture(colour="blue"))
    with pytest.raises(DomainError, match="altered"):
        images.read_image(made)
    with pytest.raises(DomainError, match="altered"):
        thumbnail(view.sha256, 64)
    assert [(finding.subject, "altered" in finding.message) for finding in backup.check()] == [("CUP", True)]
    view.path.unlink()
    for name in (view.sha256, "../../factory", ""):
        with pytest.raises(DomainError, match="missing"):
            thumbnail(name, 64)
    assert "missing" in backup.check()[0].message
    add_image(product, None, a_picture())
    assert backup.check() == []


def test_the_first_picture_is_the_cover(product: int) -> None:
    first, second = (add_image(product, None, a_picture(colour=colour)).value for colour in ("red", "blue"))
    reorder_images(product, [second, first])
    assert [view.id for view in images.images(product)] == [second, first]
    assert products.product_sheet(product).cover == images.images(product)[0].sha256
    with pytest.raises(Conflict):
        reorder_images(product, [second])


def test_a_picture_belongs_to_an_item_of_the_product(db: Database, product: int) -> None:
    with db.session(write=True) as session:
        stranger = an_item(session, "LAMP").id
    with pytest.raises(InvalidValue) as refused:
        add_image(product, stranger, a_picture())
    assert refused.value.field == "item_id"


def test_a_caption_has_its_length(product: int) -> None:
    made = add_image(product, None, a_picture()).value
    images.set_caption(made, "Side view")
    assert images.images(product)[0].caption == "Side view"
    with pytest.raises(InvalidValue) as refused:
        images.set_caption(made, "x" * 201)
    assert refused.value.field == "caption"


def test_a_file_goes_with_the_last_row_that_names_it(db: Database, product: int) -> None:
    first = add_image(product, None, a_picture()).value
    second = add_image(product, an_item_of(db, product), a_picture()).value
    path = aged(images.images(product)[0].path)
    remove_image(first)
    assert path.exists()
    remove_image(second)
    assert not path.exists()
    assert remove_image(second).changes == {}


def test_a_file_that_was_just_written_stays_until_the_sweep(product: int) -> None:
    made = add_image(product, None, a_picture()).value
    path = images.images(product)[0].path
    remove_image(made)
    assert path.exists()
    kept = add_image(product, None, a_picture(colour="blue")).value
    stranger = path.with_name("notes.txt")
    stranger.write_text("somebody's own file")
    for file in (path, stranger, images.images(product)[0].path):
        aged(file)
    assert images.remove_orphans().value == 1
    assert images.remove_orphans().value == 0
    assert not path.exists()
    assert stranger.exists()
    assert images.read_image(kept) == a_picture(colour="blue")
