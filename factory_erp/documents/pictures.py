"""Pictures on documents: logo, signature, chop. They come as bytes and are never looked up by a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from types import MappingProxyType

from factory_erp.documents.page import Page

Pictures = Mapping[str, bytes]
"""SHA-256 of a picture, hexadecimal → its bytes, PNG or JPEG."""

NO_PICTURES: Pictures = MappingProxyType({})

MOST_PIXELS = 40_000_000
"""A picture of more pixels is left out: it would take more memory than a page is worth."""

_FORMATS = ("PNG", "JPEG")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be drawn: its bytes, and its size in pixels."""

    data: bytes
    wide: int
    high: int

    def fitted(self, width: float, height: float) -> tuple[float, float]:
        """The largest size of its own shape within *width* × *height* points."""
        scale = min(width / self.wide, height / self.high)
        return self.wide * scale, self.high * scale

    def draw(self, page: Page, x: float, y: float, width: float, height: float) -> None:
        """Draw it as large as fits into the given rectangle, in its middle."""
        wide, high = self.fitted(width, height)
        page.picture(x + (width - wide) / 2, y + (height - high) / 2, wide, high, self.data)


def picture(name: str, pictures: Pictures) -> Picture | None:
    """The picture *name* (its SHA-256), None where it is unnamed, missing, broken or too large."""
    data = pictures.get(name) if name else None
    return _opened(bytes(data)) if data else None


@lru_cache(maxsize=64)
def _opened(data: bytes) -> Picture | None:
    """*data* decoded once to see that it can be drawn."""
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            wide, high = image.size
            if not 0 < wide * high <= MOST_PIXELS:
                return None
            image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return Picture(data, wide, high)
