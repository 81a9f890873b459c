from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit.pdf_preview import PdfPreview


@pytest.fixture
def document(tmp_path: Path, qapp: object) -> Path:
    """Two pages of A4, a square on each."""
    path = tmp_path / "PL-2026-00318.pdf"
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    painter = QPainter(writer)
    painter.fillRect(QRect(0, 0, 1000, 1000), "black")
    writer.newPage()
    painter.fillRect(QRect(0, 0, 1000, 1000), "black")
    painter.end()
    return path


@pytest.fixture
def preview(qtbot: QtBot) -> PdfPreview:
    made = PdfPreview()
    qtbot.addWidget(made)
    return made


def test_without_a_document_nothing_can_be_printed(preview: PdfPreview) -> None:
    assert preview.page_count() == 0
    assert not any(button.isEnabled() for button in preview._buttons)


def test_pages_are_shown_and_turned(preview: PdfPreview, document: Path) -> None:
    assert preview.show_document(document)
    assert preview.page_count() == 2
    assert (preview._place.text(), preview._place.toolTip()) == ("1 / 2", "Page 1 of 2")
    preview.go_to(1)
    assert preview._place.text() == "2 / 2"
    preview.go_to(99)
    assert preview._place.text() == "2 / 2"
    preview.zoom(1.25)
    preview.fit_width()


def test_what_is_no_pdf_is_said_so(preview: PdfPreview, document: Path, tmp_path: Path) -> None:
    preview.show_document(document)
    broken = tmp_path / "broken.pdf"
    broken.write_text("not a document")
    assert not preview.show_document(broken)
    assert preview.path() is None
    assert "broken.pdf" in preview._empty.sentence.text()


def test_a_copy_is_the_same_document(preview: PdfPreview, document: Path, tmp_path: Path) -> None:
    preview.show_document(document)
    preview.save_to(tmp_path / "copy.pdf")
    assert (tmp_path / "copy.pdf").read_bytes() == document.read_bytes()


def test_every_page_is_printed(preview: PdfPreview, document: Path, tmp_path: Path) -> None:
    preview.show_document(document)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert preview.print_to(printer) == 2
    assert preview.show_document(tmp_path / "printed.pdf")
    assert preview.page_count() == 2
