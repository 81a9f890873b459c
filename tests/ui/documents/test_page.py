"""The register of documents on a small factory: found, looked at, restored, cancelled."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from factory_erp import app
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, DocumentState
from factory_erp.models.shipping import Shipment
from factory_erp.services.files import documents as document_files
from factory_erp.services.issuing import issue as issuing
from factory_erp.ui.documents import DocumentsPage, card
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from tests.services.papers.papers_factory import PapersFactory

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

KINDS = ("commercial_invoice", "packing_list")


@pytest.fixture
def factory(db: Database) -> PapersFactory:
    return PapersFactory(db)


@pytest.fixture
def shipment(factory: PapersFactory) -> int:
    """A shipment whose papers were issued twice."""
    order = factory.order(factory.customer(), [(factory.cup(), "120", "3.5")])
    made = factory.loaded(order)
    issuing.issue(made, KINDS, "en")
    factory.change(Shipment, made, marks="NORD")
    issuing.issue(made, KINDS, "en")
    return made


@pytest.fixture
def page(db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException]) -> DocumentsPage:
    made = DocumentsPage(context)
    context.jobs.changed.connect(made.on_changes)
    qtbot.addWidget(made)
    made.resize(1090, 730)
    made.show()
    return made


def shown(qtbot: QtBot, page: DocumentsPage) -> DocumentsPage:
    page.refresh()
    settle(qtbot, page)
    return page


def settle(qtbot: QtBot, page: DocumentsPage) -> None:
    """All jobs are through, and what rests on them."""
    for _turn in range(3):
        qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=20_000)
        qtbot.waitUntil(lambda: not page.card._pause.isActive(), timeout=5_000)
        qtbot.wait(1)


def numbers(page: DocumentsPage) -> list[str]:
    model = page.table.model
    return [f"{text_of(model.row(n)[0])} {text_of(model.row(n)[2])}" for n in range(len(model.ids))]


def test_the_newest_stands_first_and_is_shown(
    qtbot: QtBot, page: DocumentsPage, shipment: int, problems: list[BaseException]
) -> None:
    shown(qtbot, page)
    assert numbers(page) == ["PL-2026-00001 2", "CI-2026-00001 2"]
    row = dict(zip((c.key for c in page.table.model.columns), page.table.model.row(0), strict=True))
    assert row["kind"] == "Packing list"
    assert row["partner"] == "Nordlicht Handels GmbH"
    assert row["owner"] == "SH-2026-00001"
    assert row["language"] == "English"
    assert text_of(row["state"]) == "In force"
    assert page.header._counts.text() == "2 documents"
    assert {key: chip.count for key, chip in page.chips._chips.items()} == {
        "in_force": 2, "this_month": 4, "superseded": 2, "cancelled": 0, "all": 4
    }  # fmt: skip
    assert page.card.title.text() == "PL-2026-00001"
    assert page.card.pill.text() == "In force"
    assert page.card.preview.page_count() == 1
    assert page.card.preview.path().name == "PL-2026-00001_rev2.pdf"  # type: ignore[union-attr]
    assert problems == []


def test_an_empty_register_says_where_documents_come_from(qtbot: QtBot, page: DocumentsPage) -> None:
    shown(qtbot, page)
    assert "workbench" in page.table._empty
    assert page.card.title.text() == "No document chosen"
    assert not page.card.open_button.isEnabled()
    assert not page.card.owner_button.isVisible()


def test_search_kind_and_period_narrow_the_list(qtbot: QtBot, page: DocumentsPage, shipment: int) -> None:
    shown(qtbot, page)
    page.kind.show_value("commercial_invoice")
    page.kind.edited.emit()
    settle(qtbot, page)
    assert numbers(page) == ["CI-2026-00001 2"]
    assert page.chips._chips["all"].count == 2
    page.period.show_value("before")
    page.period.edited.emit()
    settle(qtbot, page)
    assert numbers(page) == []
    assert page.table._empty == "Nothing here of that kind and time."
    page.period.show_value("")
    page.period.edited.emit()
    qtbot.keyClicks(page.header.search, "nobody")
    qtbot.keyClick(page.header.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.table._delay.isActive())
    settle(qtbot, page)
    assert numbers(page) == []


def test_history_leads_to_an_earlier_revision(qtbot: QtBot, page: DocumentsPage, shipment: int) -> None:
    shown(qtbot, page)
    page.card.tabs.select("history")
    assert [row[0] for row in page.card.past.revisions.model.rows] == ["2", "1"]
    earlier = page.card.past.revisions.model.keys[1]
    page.card.past.revisions.activated.emit(earlier)
    settle(qtbot, page)
    assert page.views.base() == "all", "a superseded paper is not among those in force"
    assert page.table.current_id() == earlier
    assert page.card.pill.text() == "Superseded"
    assert not page.card.past.cancel_button.isEnabled()


def test_links_lead_to_a_document_by_id_and_number(
    qtbot: QtBot, page: DocumentsPage, factory: PapersFactory, shipment: int
) -> None:
    first = factory.all(Document)[0]
    page.open_record(str(first.id))
    shown(qtbot, page)
    assert page.card.history is not None
    assert page.card.history.document.id == first.id
    assert page.state()["record"] == str(first.id)
    page.open_record("view/in_force")
    settle(qtbot, page)
    page.open_record("CI-2026-00001")
    settle(qtbot, page)
    assert page.card.title.text() == "CI-2026-00001"
    assert page.card.history.document.revision == 2


def test_a_link_to_nothing_is_said(qtbot: QtBot, page: DocumentsPage, shipment: int) -> None:
    said: list[str] = []
    page.context.say = said.append
    shown(qtbot, page)
    page.open_record("CI-1999-00001")
    settle(qtbot, page)
    page.open_record("987")
    settle(qtbot, page)
    assert said == ["There is no document CI-1999-00001.", "There is no document 987."]


def test_the_document_leads_to_its_shipment_and_its_file(
    qtbot: QtBot, page: DocumentsPage, shipment: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone: list[str] = []
    page.context.navigate = gone.append
    shown(qtbot, page)
    page.card.owner_button.click()
    assert gone == ["erp://shipping/SH-2026-00001"]
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.fileName()))
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert opened == ["PL-2026-00001_rev2.pdf"]
    target = tmp_path / "saved.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    page.card.preview.save_as()
    assert target.read_bytes().startswith(b"%PDF")


def test_the_list_is_exported_as_shown(
    qtbot: QtBot, page: DocumentsPage, shipment: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown(qtbot, page)
    target = tmp_path / "documents.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    page.export_button.click()
    settle(qtbot, page)
    head, *rows = target.read_text("utf-8-sig").splitlines()
    assert head.startswith("Number,Document,")
    assert [row.split(",")[0] for row in rows] == ["PL-2026-00001", "CI-2026-00001"]


def test_a_damaged_file_is_restored_from_the_record(
    qtbot: QtBot,
    page: DocumentsPage,
    factory: PapersFactory,
    shipment: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    latest = factory.all(Document)[-1]
    path = document_files.path_of(latest.file_name)
    path.write_bytes(b"%PDF-broken")
    shown(qtbot, page)
    assert page.card._stack.currentWidget() is page.card.problem
    assert "not the one that was issued" in page.card.problem.sentence.text()
    assert not page.card.open_button.isEnabled()
    monkeypatch.setattr(card, "confirm", lambda *_question: False)
    page.card.problem.button.click()
    settle(qtbot, page)
    assert path.read_bytes() == b"%PDF-broken"
    monkeypatch.setattr(card, "confirm", lambda *_question: True)
    page.card.problem.button.click()
    settle(qtbot, page)
    assert page.card.preview.page_count() == 1
    assert page.card._stack.currentWidget() is page.card.preview


def test_a_document_is_cancelled_with_a_reason(
    qtbot: QtBot, page: DocumentsPage, factory: PapersFactory, shipment: int
) -> None:
    shown(qtbot, page)
    dialog = page.card.ask_cancel()
    assert dialog is not None
    dialog.save_button.click()
    assert list(dialog.form.problems()) == ["reason"], "it asks why"
    dialog.form.restore_draft({"reason": "Wrong consignee"})
    dialog.save_button.click()
    settle(qtbot, page)
    latest = factory.all(Document)[-1]
    assert (latest.state, latest.reason) == (DocumentState.CANCELLED, "Wrong consignee")
    assert numbers(page) == ["CI-2026-00001 2"]
    assert page.chips._chips["cancelled"].count == 1


def test_a_document_cancelled_elsewhere_is_refused(
    qtbot: QtBot, page: DocumentsPage, factory: PapersFactory, shipment: int
) -> None:
    shown(qtbot, page)
    dialog = page.card.ask_cancel()
    assert dialog is not None
    issuing.cancel(factory.all(Document)[-1].id, "first")
    dialog.form.restore_draft({"reason": "second"})
    dialog.save_button.click()
    settle(qtbot, page)
    assert dialog.isVisible()
    assert factory.all(Document)[-1].reason == "first"
    assert any("does not hold" in one.text() for one in dialog.findChildren(QLabel))
    dialog.reject()


def test_commands_follow_the_document(qtbot: QtBot, page: DocumentsPage, shipment: int) -> None:
    commands = {command.id: command for command in page.commands()}
    assert not commands["documents.open"].can_run()
    shown(qtbot, page)
    assert commands["documents.open"].can_run()
    assert commands["documents.cancel"].can_run()
    assert "documents.view_save" in commands


def test_view_and_document_outlive_a_rebuilt_page(
    qtbot: QtBot, page: DocumentsPage, context: UiContext, factory: PapersFactory, shipment: int
) -> None:
    shown(qtbot, page)
    page.open_record(str(factory.all(Document)[0].id))
    settle(qtbot, page)
    again = DocumentsPage(context)
    qtbot.addWidget(again)
    again.show()
    again.restore_state(page.state())
    shown(qtbot, again)
    assert again.views.base() == "all"
    assert again.table.current_id() == factory.all(Document)[0].id


def test_the_search_of_everything_finds_a_document_by_its_number(
    qtbot: QtBot, page: DocumentsPage, shipment: int
) -> None:
    first, second = app.find_records("CI-2026-00001")
    assert (first.title, first.subtitle) == ("CI-2026-00001", "Commercial invoice · Nordlicht Handels GmbH")
    assert second.link == f"erp://shipping/{shipment}"
    shown(qtbot, page).open_record(first.link.removeprefix("erp://documents/"))
    settle(qtbot, page)
    current = page.table.current_id()
    assert current == int(first.link.removeprefix("erp://documents/"))
    assert page.card.title.text() != ""
