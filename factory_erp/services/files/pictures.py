"""Bytes that claim to be a picture: proved, measured, made smaller. Knows files of memory only.

A picture's pixels are counted from its header before any are unfolded: a few kilobytes can claim to be
400 million of them.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

MAX_BYTES = 5 * 1024 * 1024
"""Largest picture that the platforms take."""

MAX_INPUT_BYTES = 60 * 1024 * 1024
"""Largest file that is looked at for shrinking: more than any camera's JPEG."""

MAX_PIXELS = 80_000_000
"""Most pixels that are unfolded (240 MB as RGB)."""

SHRUNK_EDGE, SHRUNK_QUALITY = 2000, 88
"""Longer edge in pixels, and JPEG quality, of what is made smaller."""

_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}

_BROKEN = (
    OSError,
    SyntaxError,  # Pillow's word for a PNG whose chunks do not add up
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
)

_ORIENTATION = 0x0112
_LYING = {5, 6, 7, 8}
"""EXIF orientations that swap width and height."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A sound picture: its bytes, and width and height in pixels as it is shown."""

    content: bytes
    media_type: str
    width: int
    height: int


def checked(data: bytes) -> Picture:
    """The picture in *data*, as it is. Raises InvalidValue; one that is only too large can be shrunk."""
    if len(data) > MAX_BYTES:
        raise InvalidValue(
            _("The picture has {size} MB, platforms take at most 5.", size=f"{len(data) / 1024 / 1024:.1f}"),
            field="data",
            remedy=_("Let the program make it smaller while adding it."),
        )
    try:
        _opened(data).verify()
        image = _opened(data)
        image.load()
        width, height = _shown_size(image)
    except _BROKEN as error:
        raise _no_picture(error) from error
    return Picture(data, _FORMATS[str(image.format)], width, height)


def media_type(data: bytes) -> str:
    """What the bytes really are: "image/jpeg". Raises InvalidValue, not for what only has to be shrunk."""
    if len(data) > MAX_INPUT_BYTES:
        raise _too_large()
    try:
        image = _opened(data)
        image.verify()
    except _BROKEN as error:
        raise _no_picture(error) from error
    return _FORMATS[str(image.format)]


def shrunk(data: bytes) -> Picture:
    """The picture as a JPEG of at most 2000 pixels, upright, on white, bare. Raises InvalidValue."""
    if len(data) > MAX_INPUT_BYTES:
        raise _too_large()
    try:
        image = _upright(data, SHRUNK_EDGE)
        kept = io.BytesIO()
        _on_white(image).save(kept, "JPEG", quality=SHRUNK_QUALITY, optimize=True)
    except _BROKEN as error:
        raise _no_picture(error) from error
    return Picture(kept.getvalue(), _FORMATS["JPEG"], image.width, image.height)


def small_png(data: bytes, edge: int) -> bytes:
    """The picture as a PNG within *edge* × *edge* pixels, upright. Raises InvalidValue."""
    try:
        image = _upright(data, edge)
        kept = io.BytesIO()
        _bare(image).save(kept, "PNG")
    except _BROKEN as error:
        raise _no_picture(error) from error
    return kept.getvalue()


def _opened(data: bytes) -> Image.Image:
    """The picture's header read, nothing unfolded; one with too many pixels is refused."""
    try:
        image = Image.open(io.BytesIO(data), formats=list(_FORMATS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    return image


def _too_large() -> InvalidValue:
    return InvalidValue(
        _("The file is too large for a picture."), field="data", remedy=_("Choose a smaller file.")
    )


def _too_many_pixels() -> InvalidValue:
    return InvalidValue(
        _("The picture has more than {most} million pixels.", most=MAX_PIXELS // 1_000_000),
        field="data",
        remedy=_("Make it smaller in a picture editor first."),
    )


def _shown_size(image: Image.Image) -> tuple[int, int]:
    if image.getexif().get(_ORIENTATION) in _LYING:
        return image.height, image.width
    return image.width, image.height


def _upright(data: bytes, edge: int) -> Image.Image:
    """The picture turned as the camera says, its longer side at most *edge* pixels."""
    image = _opened(data)
    image.draft("RGB", (edge, edge))  # a JPEG is then unfolded at a fraction of its size
    if image.mode not in ("RGB", "RGBA", "L"):
        image = _turnable(image)
    image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return ImageOps.exif_transpose(image)


def _turnable(image: Image.Image) -> Image.Image:
    """In a mode that scales smoothly; palettes and grey with transparency keep what is transparent."""
    exif = image.getexif()
    converted = image.convert("RGBA" if image.has_transparency_data else "RGB")
    converted.info["exif"] = exif.tobytes()
    return converted


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return _bare(image.convert("RGB"))
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _bare(image: Image.Image) -> Image.Image:
    """Without the camera's place and time, its comments and its colour profile."""
    image.info = {}
    return image


def _no_picture(error: BaseException) -> InvalidValue:
    if isinstance(error, InvalidValue):
        return error
    return InvalidValue(
        _("The file is not a sound picture."),
        field="data",
        remedy=_("Choose a JPEG, PNG, WebP or GIF file that a picture viewer opens."),
    )
