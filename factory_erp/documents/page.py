"""Pages as lists of marks, and the PDF made from them.

Pages are recorded first and written afterwards, because "page 1 of 3" needs the 3. Coordinates are
points from the top left corner, y downwards; a text stands on its baseline. A page of a document that is
read from right to left is composed like any other and recorded mirrored.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from factory_erp.documents.shapes import Shape
from factory_erp.documents.typeset import REGULAR, face, fitting_size, is_unset, one_line, text_width

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
A4_LANDSCAPE = (A4[1], A4[0])

Colour = tuple[float, float, float]
INK: Colour = (0.09, 0.11, 0.14)
MUTED: Colour = (0.38, 0.42, 0.47)
HAIRLINE: Colour = (0.72, 0.75, 0.79)
STRONG: Colour = (0.20, 0.27, 0.36)
TINT: Colour = (0.937, 0.949, 0.961)
FAINT: Colour = (0.905, 0.915, 0.928)
"""Of a watermark: seen at once on screen and paper, and every word over it still read."""

Align = Literal["left", "right", "center"]
_MIRRORED: dict[Align, Align] = {"left": "right", "right": "left", "center": "center"}


class Text(NamedTuple):
    """One line of text drawn with its baseline at y, starting at x."""

    x: float
    y: float
    text: str
    size: float
    bold: bool
    colour: Colour


class Rule(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    colour: Colour


class Fill(NamedTuple):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour


class Image(NamedTuple):
    """A picture in the rectangle whose top left corner is (x, y)."""

    x: float
    y: float
    width: float
    height: float
    data: bytes


@dataclass(slots=True)
class Page:
    """The marks of one page."""

    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    """Drawings and barcodes, above the fills and beneath rules and texts; they are never mirrored."""
    watermark: str = ""
    """A word across the whole page, beneath rules and texts."""
    images: list[Image] = field(default_factory=list)
    """Over all other marks: a chop stands across the signature."""
    mirror: float = 0
    """Width of a page that is read from right to left: what is placed at the left appears at the right."""

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: Colour = INK,
        align: Align = "left",
    ) -> None:
        """Draw clean *text*; x is its left edge, its right edge or its middle by *align*."""
        if is_unset(text):
            text = one_line(text, bold)
        if self.mirror:
            x, align = self.mirror - x, _MIRRORED[align]
        if align != "left":
            wide = text_width(text, size, bold)
            x -= wide if align == "right" else wide / 2
        self.texts.append(Text(x, y, text, size, bold, colour))

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.4, colour: Colour = HAIRLINE
    ) -> None:
        """Draw a straight line."""
        if self.mirror:
            x1, x2 = self.mirror - x2, self.mirror - x1
            y1, y2 = y2, y1
        self.rules.append(Rule(round(x1, 2), round(y1, 2), round(x2, 2), round(y2, 2), width, colour))

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Draw the outline of a rectangle."""
        self.rule(x, y, x + width, y)
        self.rule(x, y + height, x + width, y + height)
        self.rule(x, y, x, y + height)
        self.rule(x + width, y, x + width, y + height)

    def fill(self, x: float, y: float, width: float, height: float, colour: Colour = TINT) -> None:
        """Fill a rectangle, beneath everything else."""
        self.fills.append(Fill(self._left(x, width), y, width, height, colour))

    def picture(self, x: float, y: float, width: float, height: float, data: bytes) -> None:
        """Draw a picture (PNG or JPEG bytes that can be read) over everything else."""
        self.images.append(Image(self._left(x, width), y, width, height, data))

    def _left(self, x: float, width: float) -> float:
        return self.mirror - x - width if self.mirror else x


def write_pdf(pages: list[Page], size: tuple[float, float], *, title: str, author: str) -> bytes:
    """The pages as a PDF with embedded font subsets; the same pages give the same bytes."""
    return write_sheets([(page, size) for page in pages], title=title, author=author)


def write_sheets(sheets: Sequence[tuple[Page, tuple[float, float]]], *, title: str, author: str) -> bytes:
    """The same for pages that each have a size of their own, in points; at least one."""
    from reportlab.pdfgen.canvas import Canvas

    face(bold=False)
    face(bold=True)
    out = BytesIO()
    # The stubs know no name of a font here; without one ReportLab asks for Helvetica, which is not embedded.
    canvas = Canvas(out, pagesize=sheets[0][1], invariant=1, pageCompression=1, initialFontName=REGULAR)  # type: ignore[arg-type]
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for page, size in sheets:
        canvas.setPageSize(size)
        write_marks(canvas, page, size)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def write_marks(canvas: Canvas, page: Page, size: tuple[float, float]) -> None:
    """Draw the marks of *page*, which is *size* points, onto the page or form that *canvas* is at."""
    height = size[1]
    for fill in page.fills:
        canvas.setFillColorRGB(*fill.colour)
        canvas.rect(fill.x, height - fill.y - fill.height, fill.width, fill.height, stroke=0, fill=1)
    if page.watermark:
        _write_watermark(canvas, page.watermark, size)
    for shape in page.shapes:
        shape.write(canvas, height)
    _write_rules(canvas, page.rules, height)
    _write_texts(canvas, page.texts, height)
    for image in page.images:
        _write_image(canvas, image, height)


def _write_image(canvas: Canvas, image: Image, height: float) -> None:
    """The picture with its transparency; the same one is stored once however often it is drawn."""
    from reportlab.lib.utils import ImageReader

    bottom = height - image.y - image.height
    canvas.drawImage(
        ImageReader(BytesIO(image.data)), image.x, bottom, image.width, image.height, mask="auto"
    )


def _write_watermark(canvas: Canvas, text: str, size: tuple[float, float]) -> None:
    """*text* along the diagonal from bottom left to top right, seven tenths of it long."""
    text = one_line(text, bold=True)
    points = fitting_size(text, 200, math.hypot(*size) * 0.7, bold=True)
    canvas.saveState()
    canvas.translate(size[0] / 2, size[1] / 2)
    canvas.rotate(math.degrees(math.atan2(size[1], size[0])))
    canvas.setFillColorRGB(*FAINT)
    pen = canvas.beginText(-text_width(text, points, bold=True) / 2, -points * 0.35)
    for font, size_of_font, part in face(bold=True).runs(text, points):
        pen.setFont(font, size_of_font)
        pen.textOut(part)
    canvas.drawText(pen)
    canvas.restoreState()


def _write_rules(canvas: Canvas, rules: list[Rule], height: float) -> None:
    """Each rule once: neighbouring boxes share an edge, and drawn twice it would look thicker."""
    pens: dict[tuple[float, Colour], list[tuple[float, float, float, float]]] = {}
    for r in dict.fromkeys(rules):
        pens.setdefault((r.width, r.colour), []).append((r.x1, height - r.y1, r.x2, height - r.y2))
    for (width, colour), lines in pens.items():
        canvas.setLineWidth(width)
        canvas.setStrokeColorRGB(*colour)
        canvas.lines(lines)


def _write_texts(canvas: Canvas, texts: list[Text], height: float) -> None:
    """All texts as one text object (ISO 32000-1, 9.4), whose operators are written here.

    ReportLab's own would look the font up, keep a cursor and format six decimals anew for each text: a fifth
    of the time of a page. Font and colour are set only where they change.
    """
    from reportlab.pdfbase.pdfmetrics import getFont

    faces = (face(bold=False), face(bold=True))
    pdf: Any = canvas  # the stubs leave out what stands behind ReportLab's own text object
    fonts: Callable[[str], Any] = cache(getFont)
    document, escaped = pdf._doc, pdf._escape
    font: tuple[str, int, float] | None = None
    colour: Colour | None = None
    code = ["BT"]
    for mark in texts:
        if mark.colour != colour:
            colour = mark.colour
            code.append("{:.3g} {:.3g} {:.3g} rg".format(*colour))
        code.append(f"1 0 0 1 {mark.x:.2f} {height - mark.y:.2f} Tm")
        drawn = faces[mark.bold]
        plain = drawn.is_plain(mark.text)
        runs = [(drawn.name, mark.size, mark.text)] if plain else drawn.runs(mark.text, mark.size)
        for name, size, text in runs:
            for subset, part in fonts(name).splitString(text, document):
                if font != (name, subset, size):
                    font = (name, subset, size)
                    code.append(f"{fonts(name).getSubsetInternalName(subset, document)} {size:.4g} Tf")
                code.append(f"({escaped(part)}) Tj")
    pdf._code.append(" ".join([*code, "ET"]))
