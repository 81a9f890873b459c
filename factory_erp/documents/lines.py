"""Lines of text: paragraphs broken to a width, figures on one line, and how they are drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from factory_erp.documents.page import INK, MM, MUTED, STRONG, Align, Colour, Page
from factory_erp.documents.typeset import (
    break_lines,
    breaks_anywhere,
    clean,
    fitting_size,
    one_line,
    text_width,
)

_BETWEEN = re.compile(r"\s+|(?<=[-/])")

BODY, SMALL, LABEL = 7.4, 6.4, 5.7
PAD = 1.3 * MM
LEADING = 1.3


class Para(NamedTuple):
    """A text and how it is set."""

    text: str
    size: float = BODY
    bold: bool = False
    colour: Colour = INK


class Line(NamedTuple):
    """One line of a paragraph, already broken."""

    text: str
    size: float
    bold: bool
    colour: Colour

    @property
    def height(self) -> float:
        """Its share of the height of a column of lines."""
        return self.size * LEADING

    def draw(self, page: Page, x: float, y: float, align: Align = "left") -> None:
        """Draw it with its top at y."""
        baseline = y + self.size * 1.04
        page.text(x, baseline, self.text, self.size, bold=self.bold, colour=self.colour, align=align)


def set_lines(paras: Iterable[Para], width: float) -> list[Line]:
    """The paragraphs broken to *width* points."""
    return [
        Line(text, para.size, para.bold, para.colour)
        for para in paras
        for text in break_lines(para.text, para.size, width, para.bold)
    ]


def set_figure(text: str, width: float, size: float = BODY, *, bold: bool = False) -> list[Line]:
    """*text* on one line whatever its length, shrunk to fit *width*: a number is never broken."""
    drawn = one_line(text, bold)
    return [Line(drawn, fitting_size(drawn, size, width, bold), bold, INK)] if drawn else []


def set_label(label: str, width: float) -> list[Line]:
    """The label of a box; in two languages that are too long for one line, each begins its own."""
    whole = set_lines([Para(label, LABEL, colour=MUTED)], width)
    if len(whole) <= 1:
        return whole
    return set_lines([Para(part, LABEL, colour=MUTED) for part in label.split("  ")], width)


def set_heading(text: str, width: float) -> list[Line]:
    """The heading of a column, set smaller where one of its words is wider than the column."""
    words = [one_line(word, bold=True) for word in _BETWEEN.split(text) if not breaks_anywhere(word)]
    size = min((fitting_size(word, SMALL, width, bold=True) for word in words), default=SMALL)
    return set_lines([Para(text, size, bold=True, colour=STRONG)], width)


def shortened(text: str, size: float, width: float, bold: bool = False, ending: str = "") -> str:
    """*text* and its *ending* on one line; for running heads only.

    If it is too long, the end of the text is cut with "…"; of the ending, such as a number, nothing is cut
    as long as it fits by itself.
    """
    drawn = one_line(text + ending, bold)
    if text_width(drawn, size, bold) <= width:
        return drawn
    kept = clean(text, bold).replace("\n", " ")[: max(1, int(width / size * 2.5))]
    while kept and text_width(one_line(f"{kept}…{ending}", bold), size, bold) > width:
        kept = kept[:-1].rstrip()
    if ending and not kept:
        return shortened(ending.strip(), size, width, bold)
    return one_line(f"{kept}…{ending}", bold)


def lines_height(lines: Iterable[Line]) -> float:
    """Height of the lines one below the other."""
    return sum([line.height for line in lines])


def draw_lines(page: Page, lines: Iterable[Line], x: float, y: float, align: Align = "left") -> None:
    """Draw the lines one below the other from y down."""
    for line in lines:
        line.draw(page, x, y, align)
        y += line.height


def draw_figures(page: Page, lines: Iterable[Line], span: tuple[float, float], y: float) -> None:
    """Draw figures at the right edge of *span* (x from, x to), from y down.

    They stand at the right edge on a mirrored page too, so that their decimal points meet.
    """
    if page.mirror:
        draw_lines(page, lines, span[0] + PAD, y, "left")
    else:
        draw_lines(page, lines, span[1] - PAD, y, "right")
