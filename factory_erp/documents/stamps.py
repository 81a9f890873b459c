"""Marks that many pages share, stored once in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factory_erp.documents.page import Page, write_marks

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Stamp:
    """The *marks*, *width* × *height* points, with their top left corner at (x, y) of the page.

    Stamps of one *name* have the same marks; the name is unique in the document.
    """

    name: str
    marks: Page
    x: float
    y: float
    width: float
    height: float

    def write(self, canvas: Canvas, height: float) -> None:
        """Write the stamp onto *canvas*; where it stands for the first time, its marks too.

        It is a form object (ISO 32000-1, 8.10).
        """
        if not canvas.hasForm(self.name):
            canvas.beginForm(self.name, 0, 0, self.width, self.height)
            write_marks(canvas, self.marks, (self.width, self.height))
            canvas.endForm()
        if not self.x and self.y + self.height == height:
            canvas.doForm(self.name)
            return
        canvas.saveState()
        canvas.translate(self.x, height - self.y - self.height)
        canvas.doForm(self.name)
        canvas.restoreState()
