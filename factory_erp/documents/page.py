"""Pages as lists of marks, and the PDF made from them.

Pages are recorded first and written afterwards, because "page 1 of 3" needs the 3. Coordinates are
points from the top left corner, y downwards; a text stands on its baseline.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from factory_erp.documents.typeset import BOLD, REGULAR, face, fitting_size, text_width

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


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text drawn with its baseline at y, starting at x."""

    x: float
    y: float
    text: str
    size: float
    bold: bool
    colour: Colour


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour


@dataclass(slots=True)
class Page:
    """The marks of one page."""

    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    watermark: str = ""
    """A word across the whole page, beneath rules and texts."""

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
        if align != "left":
            wide = text_width(text, size, bold)
            x -= wide if align == "right" else wide / 2
        self.texts.append(Text(x, y, text, size, bold, colour))

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.4, colour: Colour = HAIRLINE
    ) -> None:
        """Draw a straight line."""
        self.rules.append(Rule(round(x1, 2), round(y1, 2), round(x2, 2), round(y2, 2), width, colour))

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Draw the outline of a rectangle."""
        self.rule(x, y, x + width, y)
        self.rule(x, y + height, x + width, y + height)
        self.rule(x, y, x, y + height)
        self.rule(x + width, y, x + width, y + height)

    def fill(self, x: float, y: float, width: float, height: float, colour: Colour = TINT) -> None:
        """Fill a rectangle, beneath everything else."""
        self.fills.append(Fill(x, y, width, height, colour))


def write_pdf(pages: list[Page], size: tuple[float, float], *, title: str, author: str) -> bytes:
    """The pages as a PDF with embedded font subsets; the same pages give the same bytes."""
    from reportlab.pdfgen.canvas import Canvas

    face(bold=False)
    face(bold=True)
    out = BytesIO()
    # The stubs know no name of a font here; without one ReportLab asks for Helvetica, which is not embedded.
    canvas = Canvas(out, pagesize=size, invariant=1, pageCompression=1, initialFontName=REGULAR)  # type: ignore[arg-type]
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for page in pages:
        _write_page(canvas, page, size)
    canvas.save()
    return out.getvalue()


def _write_page(canvas: Canvas, page: Page, size: tuple[float, float]) -> None:
    height = size[1]
    for fill in page.fills:
        canvas.setFillColorRGB(*fill.colour)
        canvas.rect(fill.x, height - fill.y - fill.height, fill.width, fill.height, stroke=0, fill=1)
    if page.watermark:
        _write_watermark(canvas, page.watermark, size)
    _write_rules(canvas, page.rules, height)
    _write_texts(canvas, page.texts, height)
    canvas.showPage()


def _write_watermark(canvas: Canvas, text: str, size: tuple[float, float]) -> None:
    """*text* along the diagonal from bottom left to top right, seven tenths of it long."""
    points = fitting_size(text, 200, math.hypot(*size) * 0.7, bold=True)
    canvas.saveState()
    canvas.translate(size[0] / 2, size[1] / 2)
    canvas.rotate(math.degrees(math.atan2(size[1], size[0])))
    canvas.setFont(BOLD, points)
    canvas.setFillColorRGB(*FAINT)
    canvas.drawCentredString(0, -points * 0.35, text)
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
    """All texts in one text object: the font and colour are set only where they change."""
    pen = canvas.beginText()
    font: tuple[bool, float] | None = None
    colour: Colour | None = None
    for mark in texts:
        if (mark.bold, mark.size) != font:
            font = (mark.bold, mark.size)
            pen.setFont(BOLD if mark.bold else REGULAR, mark.size)
        if mark.colour != colour:
            colour = mark.colour
            pen.setFillColorRGB(*colour)
        pen.setTextOrigin(mark.x, height - mark.y)
        pen.textOut(mark.text)
    canvas.drawText(pen)
