"""Drawings on a page beyond text, rules and rectangles: polygons, hatching, barcodes.

Coordinates are those of the page: points from the top left corner, y downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Point = tuple[float, float]
Colour = tuple[float, float, float]


class Shape(Protocol):
    """Something that can write itself."""

    def write(self, canvas: Canvas, height: float) -> None:
        """Write it onto the *canvas* of a page *height* points high, whose y runs upwards."""


@dataclass(frozen=True, slots=True)
class Polygon:
    """Corners joined in order and closed; filled, outlined, or both."""

    points: Sequence[Point]
    fill: Colour | None = None
    stroke: Colour | None = None
    width: float = 0.3

    def write(self, canvas: Canvas, height: float) -> None:
        """Write it onto *canvas*."""
        path = canvas.beginPath()
        (x, y), *rest = self.points
        path.moveTo(x, height - y)
        for x, y in rest:
            path.lineTo(x, height - y)
        path.close()
        if self.fill is not None:
            canvas.setFillColorRGB(*self.fill)
        if self.stroke is not None:
            canvas.setStrokeColorRGB(*self.stroke)
            canvas.setLineWidth(self.width)
        canvas.setLineJoin(1)
        canvas.drawPath(path, stroke=int(self.stroke is not None), fill=int(self.fill is not None))


@dataclass(frozen=True, slots=True)
class Segments:
    """Straight lines of one colour and width: hatching, edges."""

    lines: Sequence[tuple[float, float, float, float]]
    colour: Colour
    width: float = 0.3

    def write(self, canvas: Canvas, height: float) -> None:
        """Write them onto *canvas*."""
        canvas.setStrokeColorRGB(*self.colour)
        canvas.setLineWidth(self.width)
        canvas.lines([(x1, height - y1, x2, height - y2) for x1, y1, x2, y2 in self.lines])


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle with an outline, beneath a number."""

    x: float
    y: float
    radius: float
    fill: Colour
    stroke: Colour

    def write(self, canvas: Canvas, height: float) -> None:
        """Write it onto *canvas*."""
        canvas.setFillColorRGB(*self.fill)
        canvas.setStrokeColorRGB(*self.stroke)
        canvas.setLineWidth(0.4)
        canvas.circle(self.x, height - self.y, self.radius, stroke=1, fill=1)


@dataclass(frozen=True, slots=True)
class Bars:
    """Upright bars of a barcode: its symbol characters as widths in modules (bar, space, bar, …).

    ``x`` is where the first bar begins, after the quiet zone.
    """

    x: float
    y: float
    height: float
    module: float
    characters: tuple[str, ...]

    def write(self, canvas: Canvas, height: float) -> None:
        """Write it onto *canvas*, as one path of rectangles."""
        from reportlab.pdfgen.pathobject import PDFPathObject

        canvas.setFillColorRGB(0, 0, 0)
        # A path of rectangles by hand: canvas.rect formats and paints each of the 40 bars alone.
        drawn, at = [], 0
        for widths in self.characters:
            drawn.append(_bars(widths, at, self.x, self.module, height - self.y - self.height, self.height))
            at += _modules(widths)
        path = PDFPathObject(drawn)
        canvas.drawPath(path, stroke=0, fill=1)


@lru_cache(maxsize=1024)
def _modules(widths: str) -> int:
    return sum(map(int, widths))


@lru_cache(maxsize=8192)
def _bars(widths: str, at: int, x: float, module: float, bottom: float, height: float) -> str:
    """The bars of one symbol character that begins *at* modules; labels of a run share most of them."""
    parts = []
    for index, digit in enumerate(widths):
        wide = int(digit)
        if index % 2 == 0:
            left = x + at * module
            parts.append(f"{left:.3f} {bottom:.2f} {wide * module:.3f} {height:.2f} re")
        at += wide
    return "\n".join(parts)
