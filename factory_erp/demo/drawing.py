"""A small drawing board: filled curves with soft light on a light ground, smooth at the edges.

Lengths are pixels of a square picture with *EDGE* a side; y grows downwards.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from math import cos, pi, radians, sin

from PIL import Image, ImageDraw, ImageFilter, ImageFont

EDGE = 1000
_FINE = 4
"""How many times finer a mask is drawn than it is used."""
_QUALITY = 90

Point = tuple[float, float]
Colour = tuple[int, int, int]
Shade = Sequence[tuple[float, float]]
"""Places from left (0) to right (1), each with light (above 0, towards white) or shadow (below 0)."""

ROUND: Shade = ((0, -0.42), (0.1, -0.16), (0.24, 0.26), (0.36, 0.1), (0.62, -0.04), (0.88, -0.3), (1, -0.48))
"""How light falls on a cylinder from the upper left."""
METAL: Shade = ((0, -0.4), (0.12, 0.35), (0.22, 0.75), (0.34, 0.1), (0.55, -0.22), (0.7, 0.3), (0.84, -0.1),
                (1, -0.5))  # fmt: skip
"""How brushed steel shines."""
FLAT: Shade = ((0, 0.06), (1, -0.12))
STEEL: Colour = (196, 200, 205)
INK: Colour = (92, 100, 112)


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """*colour* with a *share* of the *other*, from 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def lit(colour: Colour, light: float) -> Colour:
    """*colour* brightened (towards white) or darkened."""
    return mixed(colour, (255, 255, 255) if light > 0 else (12, 14, 20), abs(light))


def box(left: float, top: float, right: float, bottom: float, radius: float = 0) -> list[Point]:
    """A rectangle with round corners."""
    return taper((left + right) / 2, top, bottom, right - left, right - left, radius, radius)


def taper(
    middle: float, top: float, bottom: float, above: float, below: float, upper: float = 0, lower: float = 0
) -> list[Point]:
    """A cup's outline: as wide as *above* at its top and *below* at its bottom, corners rounded."""
    corners = [(middle - above / 2, top), (middle + above / 2, top), (middle + below / 2, bottom),
               (middle - below / 2, bottom)]  # fmt: skip
    return rounded(corners, (upper, upper, lower, lower))


def rounded(corners: Sequence[Point], radii: Sequence[float]) -> list[Point]:
    """The polygon with each corner cut by a curve that begins *radius* before it."""
    made: list[Point] = []
    for place, corner in enumerate(corners):
        before, after, radius = corners[place - 1], corners[(place + 1) % len(corners)], radii[place]
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        made += curve(start, corner, corner, end, 10) if radius else [corner]
    return made


def _towards(start: Point, end: Point, length: float) -> Point:
    whole = max(((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5, 1e-6)
    share = min(length / whole, 0.5)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def curve(start: Point, first: Point, second: Point, end: Point, steps: int = 24) -> list[Point]:
    """Points on a cubic Bezier curve."""
    found = []
    for step in range(steps + 1):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        points = (start, first, second, end)
        found.append((
            sum(weight * x for weight, (x, _y) in zip(weights, points, strict=True)),
            sum(weight * y for weight, (_x, y) in zip(weights, points, strict=True)),
        ))  # fmt: skip
    return found


def oval(x: float, y: float, across: float, down: float) -> list[Point]:
    """An ellipse around (x, y) with these half axes."""
    return [(x + across * cos(pi * k / 32), y + down * sin(pi * k / 32)) for k in range(64)]


def stroke(points: Sequence[Point], width: float) -> list[list[Point]]:
    """What a round pen of that width leaves along *points*."""
    shapes = [oval(x, y, width / 2, width / 2) for x, y in (points[0], points[-1])]
    left, right = [], []
    for place, (x, y) in enumerate(points):
        ahead, behind = points[min(place + 1, len(points) - 1)], points[max(place - 1, 0)]
        dx, dy = ahead[0] - behind[0], ahead[1] - behind[1]
        length = max((dx * dx + dy * dy) ** 0.5, 1e-6)
        nx, ny = -dy / length * width / 2, dx / length * width / 2
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return [[*left, *reversed(right)], *shapes]


def turned(points: Iterable[Point], around: Point, degrees: float) -> list[Point]:
    """The points turned clockwise around one."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    ax, ay = around
    return [(ax + (x - ax) * c - (y - ay) * s, ay + (x - ax) * s + (y - ay) * c) for x, y in points]


class Board:
    """A picture being drawn."""

    def __init__(self) -> None:
        self._image = _ground().copy()
        self._draw = ImageDraw.Draw(self._image)

    def shape(self, points: Sequence[Point], colour: Colour, shade: Shade = (), strength: float = 1) -> None:
        """Fill the outline, shaded across its width; *strength* below 1 lets the ground through."""
        self.shapes([points], colour, shade, strength)

    def shapes(
        self, outlines: Sequence[Sequence[Point]], colour: Colour, shade: Shade = (), strength: float = 1
    ) -> None:
        """Fill several outlines as one."""
        xs = [x for points in outlines for x, _y in points]
        ys = [y for points in outlines for _x, y in points]
        left, top = int(min(xs)) - 1, int(min(ys)) - 1
        width, height = int(max(xs)) + 2 - left, int(max(ys)) + 2 - top
        mask = Image.new("L", (width * _FINE, height * _FINE))
        pen = ImageDraw.Draw(mask)
        for points in outlines:
            pen.polygon([((x - left) * _FINE, (y - top) * _FINE) for x, y in points], fill=255)
        mask = mask.reduce(_FINE)
        if strength < 1:
            mask = mask.point([round(value * strength) for value in range(256)])
        self._image.paste(_paint(colour, tuple(shade), width, height), (left, top), mask)

    def shadow(self, x: float, y: float, across: float, down: float, strength: float = 0.3) -> None:
        """A soft shadow on the ground."""
        reach = int(down * 1.6) + 8
        width, height = int(across * 2) + 2 * reach, int(down * 2) + 2 * reach
        mask = Image.new("L", (width // 4, height // 4))
        inner = (reach / 4, reach / 4, (width - reach) / 4, (height - reach) / 4)
        ImageDraw.Draw(mask).ellipse(inner, fill=round(255 * strength))
        soft = mask.filter(ImageFilter.GaussianBlur(reach / 11)).resize((width, height))
        self._image.paste((38, 46, 60), (round(x - width / 2), round(y - height / 2)), soft)

    def glow(self, points: Sequence[Point], colour: Colour, strength: float) -> None:
        """Light that falls through an outline and fades downwards."""
        ys = [y for _x, y in points]
        top, bottom = min(ys), max(ys)
        mask = Image.new("L", (EDGE, EDGE))
        ImageDraw.Draw(mask).polygon(list(points), fill=255)
        fade = Image.new("L", (1, EDGE))
        for y in range(EDGE):
            share = 1 - min(max((y - top) / (bottom - top), 0), 1)
            fade.putpixel((0, y), round(255 * strength * share))
        soft = mask.filter(ImageFilter.GaussianBlur(12))
        faded = Image.composite(fade.resize((EDGE, EDGE)), Image.new("L", (EDGE, EDGE)), soft)
        self._image.paste(colour, (0, 0), faded)

    def text(self, x: float, y: float, said: str, size: int, colour: Colour = INK) -> None:
        """Latin text, its middle at (x, y)."""
        self._draw.text((x, y), said, colour, _font(size), "mm")

    def measure(self, start: Point, end: Point, said: str) -> None:
        """A dimension line, upright or level, with its figure beside it."""
        upright = start[0] == end[0]
        tick = ((-9, 0), (9, 0)) if upright else ((0, -9), (0, 9))
        for point in (start, end):
            self._draw.line([(point[0] + dx, point[1] + dy) for dx, dy in tick], INK, 2)
        self._draw.line([start, end], INK, 2)
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        if upright:
            self._draw.text((x + 18, y), said, INK, _font(30), "lm")
        else:
            self.text(x, y + 30, said, 30)

    def jpeg(self) -> bytes:
        """The picture as a file."""
        kept = io.BytesIO()
        self._image.save(kept, "JPEG", quality=_QUALITY, subsampling=0)
        return kept.getvalue()


@cache
def _ground() -> Image.Image:
    """Light above, a little darker where things stand."""
    column = Image.new("RGB", (1, EDGE))
    for y in range(EDGE):
        wall = mixed((250, 251, 253), (232, 236, 242), y / EDGE)
        floor = mixed((222, 227, 235), (240, 243, 247), (y - 780) / 220)
        column.putpixel((0, y), floor if y > 780 else wall)
    return column.resize((EDGE, EDGE)).filter(ImageFilter.GaussianBlur(14))


@cache
def _paint(colour: Colour, shade: tuple[tuple[float, float], ...], width: int, height: int) -> Image.Image:
    if not shade:
        return Image.new("RGB", (width, height), colour)
    row = Image.new("RGB", (width, 1))
    for x in range(width):
        row.putpixel((x, 0), lit(colour, _light_at(shade, x / max(width - 1, 1))))
    return row.resize((width, height))


def _light_at(shade: Shade, place: float) -> float:
    for (left, before), (right, after) in pairwise(shade):
        if left <= place <= right:
            return before + (after - before) * (place - left) / (right - left)
    return shade[-1][1]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
