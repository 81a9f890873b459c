"""Logo, signature and chop of the demo factory, drawn: a cup over waves, a pen's stroke, a round red chop.

All three are invented. They are PNGs on a clear ground, so that what lies below shows through. Lengths are
pixels of the finished picture, y grows downwards.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import cos, pi, radians, sin

from PIL import Image, ImageDraw, ImageFont

from factory_erp.config import resources_dir
from factory_erp.demo.drawing import Colour, Point, curve, oval, stroke, taper

RED: Colour = (200, 28, 36)
NAVY: Colour = (24, 52, 92)
TEAL: Colour = (18, 132, 140)
PEN: Colour = (28, 44, 120)

_FINE = 3
"""How many times finer a picture is drawn than it is kept."""
_CHOP, _LOGO, _SIGNATURE = (420, 420), (560, 180), (520, 200)
_STAR = 5
_SPREAD = 234.0
"""Degrees of the chop's rim that the name takes."""


class _Sheet:
    """A clear sheet that is being drawn on."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._image = Image.new("RGBA", (size[0] * _FINE, size[1] * _FINE))
        self._pen = ImageDraw.Draw(self._image)

    def shapes(self, outlines: Sequence[Sequence[Point]], colour: Colour) -> None:
        for points in outlines:
            self._pen.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=(*colour, 255))

    def ring(self, middle: Point, radius: float, width: float, colour: Colour) -> None:
        x, y = middle
        box = [(x - radius) * _FINE, (y - radius) * _FINE, (x + radius) * _FINE, (y + radius) * _FINE]
        self._pen.ellipse(box, outline=(*colour, 255), width=round(width * _FINE))

    def text(self, at: Point, said: str, size: float, colour: Colour, anchor: str = "mm") -> None:
        font = _font(size * _FINE)
        self._pen.text((at[0] * _FINE, at[1] * _FINE), said, (*colour, 255), font, anchor)

    def turned_text(self, at: Point, said: str, size: float, degrees: float, colour: Colour) -> None:
        """One character, its middle at *at*, turned clockwise."""
        edge = round(size * 2 * _FINE)
        mask = Image.new("L", (edge, edge))
        ImageDraw.Draw(mask).text((edge / 2, edge / 2), said, 255, _font(size * _FINE), "mm")
        turned = mask.rotate(-degrees, Image.Resampling.BICUBIC)
        corner = round(at[0] * _FINE - edge / 2), round(at[1] * _FINE - edge / 2)
        self._image.paste((*colour, 255), corner, turned)

    def png(self) -> bytes:
        kept = io.BytesIO()
        self._image.resize(self._size, Image.Resampling.LANCZOS).save(kept, "PNG")
        return kept.getvalue()


def _font(size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resources_dir() / "fonts" / "NotoSansSC_700Bold.ttf"), round(size))


def chop(name: str, number: str) -> bytes:
    """A company's round chop 公章: *name* around a star, *number* below it along the rim."""
    sheet = _Sheet(_CHOP)
    middle = _CHOP[0] / 2, _CHOP[1] / 2
    sheet.ring(middle, 204, 11, RED)
    sheet.shapes([_star(middle, 66)], RED)
    step = _SPREAD / max(len(name) - 1, 1)
    begin = -step * (len(name) - 1) / 2
    for place, char in enumerate(name):
        degrees = begin + step * place
        sheet.turned_text(_around(middle, 155, degrees), char, 50, degrees, RED)
    for place, char in enumerate(number):
        degrees = 180 + (len(number) - 1) * 2.6 - place * 5.2
        sheet.turned_text(_around(middle, 180, degrees), char, 18, degrees - 180, RED)
    return sheet.png()


def _around(middle: Point, radius: float, degrees: float) -> Point:
    """The point *degrees* clockwise from the top of the circle."""
    turn = radians(degrees)
    return middle[0] + radius * sin(turn), middle[1] - radius * cos(turn)


def _star(middle: Point, radius: float) -> list[Point]:
    inner = radius * 0.382
    step = 180 / _STAR
    return [_around(middle, inner if place % 2 else radius, step * place) for place in range(2 * _STAR)]


def logo(name: str) -> bytes:
    """A cup that rides on two waves, and the brand's *name* beside it."""
    sheet = _Sheet(_LOGO)
    sheet.shapes(stroke(curve((118, 52), (176, 46), (176, 110), (110, 102)), 11), NAVY)
    sheet.shapes([taper(80, 30, 122, 92, 68, 6, 16)], NAVY)
    sheet.shapes([oval(80, 31, 46, 8)], TEAL)
    for y in (136.0, 156.0):
        sheet.shapes(stroke(_wave(18, 152, y), 9), TEAL)
    sheet.text((182, 80), name, 76, NAVY, "lm")
    return sheet.png()


def _wave(left: float, right: float, y: float) -> list[Point]:
    steps = 40
    return [
        (left + (right - left) * place / steps, y + 7 * sin(4 * pi * place / steps))
        for place in range(steps + 1)
    ]


_STROKES: tuple[tuple[Point, Point, Point, Point], ...] = (
    ((52, 62), (96, 20), (150, 30), (92, 132)),
    ((92, 132), (70, 172), (34, 168), (58, 130)),
    ((58, 130), (96, 84), (150, 96), (142, 124)),
    ((142, 124), (138, 148), (164, 140), (182, 108)),
    ((182, 108), (196, 84), (214, 92), (204, 124)),
    ((204, 124), (212, 96), (238, 82), (236, 120)),
    ((236, 120), (242, 144), (272, 112), (286, 70)),
    ((286, 70), (300, 26), (318, 40), (292, 122)),
    ((292, 122), (316, 86), (338, 98), (326, 122)),
    ((326, 122), (344, 150), (430, 92), (482, 74)),
)


def signature() -> bytes:
    """A name written with a pen, which nobody can read; the line below it is drawn back to the left."""
    sheet = _Sheet(_SIGNATURE)
    for place, points in enumerate(_STROKES):
        sheet.shapes(stroke(curve(*points), 4.6 - 0.8 * (place % 3)), PEN)
    sheet.shapes(stroke(curve((482, 74), (400, 170), (250, 168), (120, 178)), 2.6), PEN)
    return sheet.png()


def pictures(name_zh: str, number: str, brand: str) -> dict[str, bytes]:
    """Attribute of the company → its picture."""
    return {"logo": logo(brand), "signature": signature(), "chop": chop(name_zh, number)}
