"""Proforma invoice and contract of an order through their dialog: typed, seen, issued, revised, looked up."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from factory_erp.domain.errors import Conflict
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, DocumentInput
from factory_erp.services.issuing import order_terms
from factory_erp.services.issuing.order_terms import TermsInput
from factory_erp.services.sales import views as sales_views
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.paper_dialog import PaperDialog, dialog
from factory_erp.ui.sales import SalesPage
from factory_erp.ui.sales.papers_menu import TermsPanel, open_papers
from tests.services.shipping_factory import Factory

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def factory(db: Database) -> Factory:
    made = Factory(db)
    made.order(made.customer(), [(made.item("CUP"), "120", "2.35")])
    return made


@pytest.fixture
def links(context: UiContext) -> list[str]:
    went: list[str] = []
    context.navigate = went.append
    return went


@pytest.fixture
def papers(
    qtbot: QtBot, context: UiContext, factory: Factory, links: list[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[PaperDialog]:
    monkeypatch.setattr(dialog, "DELAY", 0)
    made = open_papers(context, 1, "SO-2026-00001")
    settle(qtbot, made)
    yield made
    if isValid(made):
        monkeypatch.setattr(dialog, "confirm", lambda *_args: True)
        made.reject()


def settle(qtbot: QtBot, made: PaperDialog) -> None:
    """Until nothing runs and nothing is about to."""
    jobs = made._context.jobs
    qtbot.waitUntil(lambda: not (jobs.running() or made._pause.isActive()), timeout=15_000)


def terms(made: PaperDialog) -> TermsPanel:
    panel = made._terms
    assert isinstance(panel, TermsPanel)
    return panel


def type_in(qtbot: QtBot, made: PaperDialog, field: str, text: str) -> None:
    form = terms(made).form
    assert form is not None
    edit = form.edit(field)
    edit.setFocus()
    edit.selectAll()  # type: ignore[attr-defined]  # every field that is typed in has it
    qtbot.keyClicks(edit, text)


def press(qtbot: QtBot, made: PaperDialog, key: Qt.Key) -> None:
    """Ctrl and *key* in the form."""
    form = terms(made).form
    assert form is not None
    qtbot.keyClick(form.edit("signed_at"), key, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, made)


def paper(made: PaperDialog) -> str:
    path = made.paper.preview.path()
    assert path is not None
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(path.read_bytes())).pages)


def rows(made: PaperDialog) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for row in made.list.table.model.rows]


def choose(qtbot: QtBot, made: PaperDialog, **wanted: str) -> None:
    for name, value in wanted.items():
        choice: Any = getattr(made, f"{name}_choice")
        choice.show_value(value)
        choice.edited.emit()
        settle(qtbot, made)


def test_the_draft_shows_what_is_typed_before_it_is_saved(
    qtbot: QtBot, papers: PaperDialog, factory: Factory
) -> None:
    assert "DRAFT" in paper(papers)
    assert papers.issue_button.isEnabled()
    type_in(qtbot, papers, "signed_at", "Ningbo Free Trade Zone")
    type_in(qtbot, papers, "packing", "Sturdy export cartons")
    settle(qtbot, papers)
    assert "Sturdy export cartons" in paper(papers)
    assert not papers.issue_button.isEnabled(), "what is not saved cannot be issued"
    assert "Save" in papers.issue_button.toolTip()
    assert factory.all(DocumentInput) == []
    press(qtbot, papers, Qt.Key.Key_Return)
    assert order_terms.order_terms(1, "proforma_invoice").given.packing == "Sturdy export cartons"
    assert papers.issue_button.isEnabled()
    assert "Sturdy export cartons" in paper(papers)


def test_an_edit_is_undone_and_the_draft_follows(qtbot: QtBot, papers: PaperDialog) -> None:
    type_in(qtbot, papers, "packing", "Sturdy")
    settle(qtbot, papers)
    assert "Sturdy" in paper(papers)
    press(qtbot, papers, Qt.Key.Key_Z)
    assert "Sturdy" not in paper(papers)
    assert not papers.is_dirty()


def test_a_refusal_is_said_at_its_field(qtbot: QtBot, papers: PaperDialog, factory: Factory) -> None:
    type_in(qtbot, papers, "deposit", "9999")
    settle(qtbot, papers)
    assert "deposit is above the total" in papers.paper.problem.sentence.text()
    assert not papers.issue_button.isEnabled()
    press(qtbot, papers, Qt.Key.Key_Return)
    panel = terms(papers)
    assert panel.form is not None
    assert "above the total" in panel.form._messages["deposit"].text()
    assert factory.all(DocumentInput) == []


def test_terms_that_changed_meanwhile_are_not_written_over(
    qtbot: QtBot, papers: PaperDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Exception] = []
    monkeypatch.setattr(
        "factory_erp.ui.sales.papers_menu.show_problem", lambda _parent, error: seen.append(error)
    )
    order_terms.save_order_terms(1, "proforma_invoice", TermsInput(packing="Pallets"), 0)
    type_in(qtbot, papers, "packing", "Cartons")
    press(qtbot, papers, Qt.Key.Key_Return)
    assert isinstance(seen[0], Conflict)
    assert order_terms.order_terms(1, "proforma_invoice").given.packing == "Pallets"


def test_papers_are_issued_revised_and_looked_up_with_the_keyboard(
    qtbot: QtBot, papers: PaperDialog, factory: Factory, links: list[str]
) -> None:
    assert rows(papers) == []
    assert not papers.reason.isVisibleTo(papers)
    press(qtbot, papers, Qt.Key.Key_I)
    assert [row[0::4] for row in rows(papers)] == [["PI-2026-00001", "In force"]]
    assert "DRAFT" not in paper(papers)
    assert "PI-2026-00001" in paper(papers)
    assert papers.caption.text() == "PI-2026-00001, revision 1, as issued"
    assert not papers.issue_button.isEnabled()

    papers.draft_button.click()
    settle(qtbot, papers)
    assert "DRAFT" in paper(papers)
    assert papers.issue_button.text() == "Issue revision 2"
    choose(qtbot, papers, language="de")
    qtbot.keyClicks(papers.reason, "in German")
    press(qtbot, papers, Qt.Key.Key_I)
    assert [row[1:2] + row[3:] for row in rows(papers)] == [
        ["2", "German", "In force"], ["1", "English and Chinese", "Superseded"],
    ]  # fmt: skip
    assert [row.reason for row in factory.all(Document)] == ["", "in German"]

    choose(qtbot, papers, kind="sales_contract")
    assert rows(papers) == [], "each kind has its own list"
    choose(qtbot, papers, kind="proforma_invoice")
    papers.list.table.activated.emit(1)
    assert links == ["erp://documents/1"]
    assert not papers.isVisible()


def test_what_is_not_translated_is_said_before_it_is_issued(qtbot: QtBot, papers: PaperDialog) -> None:
    choose(qtbot, papers, language="en")
    assert not papers.paper.lacking.isVisibleTo(papers)
    choose(qtbot, papers, language="de")
    said = papers.paper.lacking.words.text()
    assert papers.paper.lacking.isVisibleTo(papers)
    assert said.startswith("1 item has no name in German: CUP. 1 text is not in German: 30 % deposit.")


def test_leaving_asks_before_typed_terms_are_lost(
    qtbot: QtBot, papers: PaperDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(qtbot, papers, "packing", "Cartons")
    answers = [False, False, True]
    monkeypatch.setattr(dialog, "confirm", lambda *_args: answers.pop(0))
    choose(qtbot, papers, kind="sales_contract")
    assert papers.kind() == "proforma_invoice"
    assert papers.is_dirty()
    papers.reject()
    assert papers.isVisible()
    papers.reject()
    assert not papers.isVisible()


def test_a_paper_that_cannot_be_made_says_why(
    qtbot: QtBot, context: UiContext, db: Database, links: list[str]
) -> None:
    bare = Factory(db, company=False)
    bare.order(bare.customer(), [(bare.item("CUP"), "120", "2.35")])
    made = open_papers(context, 1, "SO-2026-00001")
    settle(qtbot, made)
    assert "company" in made.paper.problem.sentence.text()
    assert not made.issue_button.isEnabled()
    made.reject()


def test_the_page_leads_to_the_papers(
    qtbot: QtBot, context: UiContext, factory: Factory, links: list[str], problems: list[BaseException]
) -> None:
    page = SalesPage(context)
    qtbot.addWidget(page)
    page.resize(1240, 780)
    page.show()
    page.open_record("SO-2026-00001/sales_contract")
    qtbot.waitUntil(lambda: isinstance(page.actions_of.dialog, PaperDialog), timeout=15_000)
    made = page.actions_of.dialog
    assert isinstance(made, PaperDialog)
    settle(qtbot, made)
    assert made.kind() == "sales_contract"
    assert "SO-2026-00001" in made.windowTitle()
    made.reject()
    detail = sales_views.order_detail(1)
    assert [act.text for act in page.actions_of.offer(detail).others if "Document" in act.text]
    assert problems == []
