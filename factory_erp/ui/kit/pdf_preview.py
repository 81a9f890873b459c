"""A document as it will be printed: look, save, print.  QtPdf is loaded with the first preview."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.widgets import EmptyState

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

ZOOM_STEP = 1.25
"""One click of zoom in or out."""


class PdfPreview(QWidget):
    """One PDF, all its pages under one another.  ``shown`` carries the path of the document."""

    shown = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from PySide6.QtPdf import QPdfDocument
        from PySide6.QtPdfWidgets import QPdfView

        self._path: Path | None = None
        # In this order: Qt deletes children in the order of their making, and a view that outlives its
        # document tells of page changes that nobody can look up any more.
        self._view = QPdfView(self)
        self._document = QPdfDocument(self)
        self._view.setPageMode(QPdfView.PageMode.MultiPage)
        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._view.setDocument(self._document)
        self._view.setAccessibleName(_("Document preview"))
        self._view.pageNavigator().currentPageChanged.connect(self._show_place)
        self._empty = EmptyState("document", _("Choose a document to see it here."))
        self._place = label(muted=True)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._make_toolbar())
        column.addLayout(self._stack, 1)
        self.clear()

    def show_document(self, path: Path | str) -> bool:
        """Show the PDF at *path*; False, and a word to the user, if it cannot be read."""
        from PySide6.QtPdf import QPdfDocument

        self.clear()
        if self._document.load(str(path)) is not QPdfDocument.Error.None_:
            self._empty.sentence.setText(_("{file} cannot be shown as a PDF.", file=Path(path).name))
            return False
        self._path = Path(path)
        self._stack.setCurrentWidget(self._view)
        self._set_enabled(True)
        self._show_place()
        self.shown.emit(str(path))
        return True

    def clear(self) -> None:
        """Show no document."""
        self._path = None
        self._document.close()
        self._empty.sentence.setText(_("Choose a document to see it here."))
        self._stack.setCurrentWidget(self._empty)
        self._set_enabled(False)
        self._place.setText("")

    def path(self) -> Path | None:
        """The file that is shown."""
        return self._path

    def page_count(self) -> int:
        """Pages of the document, 0 if there is none."""
        return self._document.pageCount()

    def go_to(self, page: int) -> None:
        """Turn to *page* (0 is the first), within the document."""
        from PySide6.QtCore import QPointF

        if self.page_count():
            self._view.pageNavigator().jump(max(0, min(self.page_count() - 1, page)), QPointF())

    def zoom(self, factor: float) -> None:
        """Magnify by *factor* from what is seen now."""
        from PySide6.QtPdfWidgets import QPdfView

        now = self._view.zoomFactor()
        if self._view.zoomMode() is QPdfView.ZoomMode.FitToWidth and self.page_count():
            points = self._document.pagePointSize(0).width()
            now = self._view.viewport().width() / (points * self.logicalDpiX() / 72)
        self._view.setZoomMode(QPdfView.ZoomMode.Custom)
        self._view.setZoomFactor(max(0.1, min(8.0, now * factor)))

    def fit_width(self) -> None:
        """As wide as the preview."""
        from PySide6.QtPdfWidgets import QPdfView

        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)

    def save_as(self) -> None:
        """Ask for a place and copy the file there."""
        if self._path is None:
            return
        target, _filter = QFileDialog.getSaveFileName(
            self, _("Save as…"), self._path.name, _("PDF documents (*.pdf)")
        )
        if target:
            self.save_to(Path(target))

    def save_to(self, target: Path) -> None:
        """Copy the file to *target*; a full or write-protected disk is said in plain words."""
        try:
            if self._path is not None and self._path != target:
                shutil.copyfile(self._path, target)
        except OSError as error:
            remedy = _("Choose another folder, or close the program that has the file open.")
            message = _("{file} could not be saved.", file=target.name)
            problem = DomainError(message, remedy=remedy)
            problem.__cause__ = error
            show_problem(self, problem)

    def print_document(self) -> None:
        """The printer dialog, then print."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setFromTo(1, self.page_count())
        dialog.setMinMax(1, self.page_count())
        if dialog.exec():
            self.print_to(printer)

    def print_to(self, printer: QPrinter) -> int:
        """Print the chosen pages on *printer*, each scaled to the paper; returns how many."""
        from PySide6.QtGui import QPageLayout, QPainter

        first, last = printer.fromPage() or 1, printer.toPage() or self.page_count()
        pages = range(first - 1, min(last, self.page_count()))
        painter = QPainter()
        for place, page in enumerate(pages):
            size = self._document.pagePointSize(page)
            wide = size.width() > size.height()
            printer.setPageOrientation(
                QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
            )
            if place == 0:
                painter.begin(printer)
            else:
                printer.newPage()
            paper = printer.pageLayout().paintRectPixels(printer.resolution())
            scaled = size.scaled(paper.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
            # 300 dots per inch are plenty for text; 1200 would take a gigabyte for a page.
            dots = min(1.0, 300 / printer.resolution())
            pixels = QSize(round(scaled.width() * dots), round(scaled.height() * dots))
            target = QRectF(0, 0, scaled.width(), scaled.height())
            painter.drawImage(target, self._document.render(page, pixels))
        if painter.isActive():
            painter.end()
        return len(pages)

    def _make_toolbar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self._buttons = [
            _tool("chevron-left", _("Previous page"), lambda: self.go_to(self._page() - 1)),
            _tool("chevron-right", _("Next page"), lambda: self.go_to(self._page() + 1)),
        ]
        for button in self._buttons:
            row.addWidget(button)
        row.addWidget(self._place)
        row.addStretch(1)
        for icon_name, text, run in (
            ("zoom-in", _("Zoom in"), lambda: self.zoom(ZOOM_STEP)),
            ("zoom-out", _("Zoom out"), lambda: self.zoom(1 / ZOOM_STEP)),
            ("fit-width", _("Fit width"), self.fit_width),
            ("save", _("Save as…"), self.save_as),
            ("print", _("Print…"), self.print_document),
        ):
            button = _tool(icon_name, text, run)
            self._buttons.append(button)
            row.addWidget(button)
        return row

    def _page(self) -> int:
        return self._view.pageNavigator().currentPage()

    def _show_place(self, _page: int = 0) -> None:
        if self.page_count():
            page, count = self._page() + 1, self.page_count()
            self._place.setText(f"{page} / {count}")
            self._place.setToolTip(_("Page {page} of {count}", page=page, count=count))
            self._place.setAccessibleName(self._place.toolTip())

    def _set_enabled(self, on: bool) -> None:
        for button in self._buttons:
            button.setEnabled(on)


def _tool(icon_name: str, text: str, run: Callable[[], object]) -> Button:
    """A button that is only an icon; its name is its tooltip."""
    button = Button("", icon=icon_name, run=run)
    button.setToolTip(text)
    button.setAccessibleName(text)
    button.setFixedWidth(36)
    button.setStyleSheet("padding: 5px")
    return button
