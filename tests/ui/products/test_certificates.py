"""Certificates of a product and their files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.catalogue import certificates, products
from factory_erp.services.catalogue.certificates import CertificateInput
from factory_erp.services.catalogue.products import ProductInput
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.products import certificates_tab as module
from factory_erp.ui.products.certificates_tab import CertificatesTab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PDF = b"%PDF-1.4 a report"


def settle(qtbot: QtBot, tab: CertificatesTab) -> None:
    qtbot.waitUntil(lambda: not tab.context.jobs.running())


@pytest.fixture
def tab(
    db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException]
) -> Iterator[CertificatesTab]:
    product = products.save_product(ProductInput("CUP")).value
    for kind, end in (
        ("CE", date(2026, 11, 22)),
        ("FDA", date(2027, 9, 1)),
        ("LFGB", date(2026, 12, 13)),
        ("REACH", None),
        ("TODAY", date(2026, 11, 23)),
    ):
        certificates.save_certificate(CertificateInput(product, kind, "1", valid_to=end))
    made = CertificatesTab(context, product)
    qtbot.addWidget(made)
    made.resize(1040, 560)
    made.show()
    made.refresh()
    settle(qtbot, made)
    yield made
    assert problems == []


def fill(dialog: FormDialog, **texts: str) -> None:
    for name, text in texts.items():
        dialog.form.edit(name).setText(text)  # type: ignore[attr-defined]


def choose(tab: CertificatesTab, kind: str) -> None:
    views = certificates.certificates(tab.record_id)
    assert tab.table.select_key(next(view.id for view in views if view.kind == kind))


def test_states_are_said_in_words(tab: CertificatesTab) -> None:
    said = {text_of(row[0]): text_of(row[5]) for row in tab.table.model.rows}
    assert said == {
        "CE": "Lapsed",
        "FDA": "Valid",
        "LFGB": "Lapses in 20 days",
        "REACH": "Valid for good",
        "TODAY": "Lapses today",
    }
    assert tab.change_button.isEnabled()
    assert not tab.open_button.isEnabled()


def test_one_is_added_and_an_end_before_the_beginning_is_refused_at_its_field(
    qtbot: QtBot, tab: CertificatesTab
) -> None:
    dialog = tab.add()
    fill(dialog, kind="BSCI", number="77", valid_from="2026-11-01", valid_to="2026-10-01")
    dialog.form.save()
    settle(qtbot, tab)
    assert "would lapse before it begins" in dialog.form._messages["valid_to"].text()

    fill(dialog, valid_to="2027-10-01")
    dialog.form.save()
    settle(qtbot, tab)
    assert "BSCI" in [text_of(row[0]) for row in tab.table.model.rows]


def test_one_is_changed_over_the_version_that_was_read(qtbot: QtBot, tab: CertificatesTab) -> None:
    choose(tab, "LFGB")
    dialog = tab.change_current()
    assert dialog is not None
    assert dialog.form.draft()["valid_to"] == "2026-12-13"
    fill(dialog, valid_to="2029-12-13", issuer="SGS")
    dialog.form.save()
    settle(qtbot, tab)
    assert [text_of(cell) for cell in tab.table.model.rows[2]] == [
        "LFGB", "1", "SGS", "", "2029-12-13", "Valid", "",
    ]  # fmt: skip


def test_a_file_is_attached_and_opened(
    qtbot: QtBot, tab: CertificatesTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    report = tmp_path / "LFGB report.pdf"
    report.write_bytes(PDF)
    choose(tab, "LFGB")

    tab.attach(report)
    settle(qtbot, tab)
    assert text_of(tab.table.model.rows[2][6]) == "LFGB report.pdf"
    tab.open_button.click()
    settle(qtbot, tab)

    (url,) = opened
    assert Path(url.toLocalFile()).read_bytes() == PDF


def test_a_file_that_is_neither_pdf_nor_picture_and_one_that_is_gone_are_refused(
    qtbot: QtBot, tab: CertificatesTab, tmp_path: Path, problems: list[BaseException]
) -> None:
    note = tmp_path / "note.txt"
    note.write_bytes(b"hello")
    for path in (note, tmp_path / "gone.pdf"):
        tab.attach(path)
        settle(qtbot, tab)
    assert "neither a PDF nor a picture" in str(problems[0])
    assert "The file gone.pdf cannot be read." in str(problems[1])
    problems.clear()
    assert not tab.open_button.isEnabled()


def test_removing_asks_and_names_the_file(
    qtbot: QtBot, tab: CertificatesTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        module, "confirm", lambda parent, title, text, act: asked.append(title) or len(asked) > 1
    )
    choose(tab, "CE")
    tab.remove_button.click()
    settle(qtbot, tab)
    assert len(tab.table.model.rows) == 5
    tab.remove_button.click()
    settle(qtbot, tab)
    assert asked == ["Remove certificate CE 1?"] * 2
    assert [text_of(row[0]) for row in tab.table.model.rows] == ["FDA", "LFGB", "REACH", "TODAY"]
