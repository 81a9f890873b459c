"""The findings panel: what was found, where it stands, and the papers of others that are typed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from factory_erp.checking.papers import Paper
from factory_erp.models.database import Database
from factory_erp.services.credits.letters import save_credit
from factory_erp.services.credits.message import from_message
from factory_erp.services.credits.shipments import set_credit
from factory_erp.services.paper_checks import checks
from factory_erp.services.paper_checks.checks import CheckView, FindingView, PlaceView
from factory_erp.services.paper_checks.foreign_papers import foreign_paper, foreign_papers, save_foreign
from factory_erp.services.paper_checks.sets import PaperState
from factory_erp.ui.checks import FindingsPanel, ForeignDialog, foreign_dialog, words
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.rows import text_of
from tests.services.papers.test_credits import MESSAGE, a_shipment
from tests.services.shipping_factory import Factory

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Settle = Callable[[], None]


@pytest.fixture
def shipment(db: Database) -> int:
    """A packed shipment under a credit; its bill of lading names another port and weight."""
    factory = Factory(db)
    found = a_shipment(factory)
    set_credit(found, save_credit(from_message(MESSAGE).given).value)
    bill = foreign_paper(found, "bill_of_lading").paper
    wrong = replace(bill, number="HLCU1", port_of_discharge="BREMERHAVEN", gross_kg=Decimal("99.9"))
    save_foreign(found, "bill_of_lading", wrong)
    return found


@pytest.fixture
def jumps() -> list[PlaceView]:
    return []


@pytest.fixture
def panel(
    shipment: int, qtbot: QtBot, context: UiContext, problems: list[BaseException], jumps: list[PlaceView]
) -> FindingsPanel:
    made = FindingsPanel(context, jump=jumps.append)
    qtbot.addWidget(made)
    made.resize(900, 640)
    made.show()
    made.check(shipment)
    qtbot.waitUntil(lambda: made.view is not None)
    return made


@pytest.fixture
def settle(panel: FindingsPanel, qtbot: QtBot) -> Settle:
    return lambda: qtbot.waitUntil(lambda: not panel.context.jobs.running(), timeout=10_000)


def choose(panel: FindingsPanel, rule: int) -> FindingView:
    """Make the first finding of *rule* current."""
    view = panel.view
    assert view is not None
    keys = [key for key in panel.findings.model.keys if isinstance(key, tuple) and key[0] == rule]
    assert panel.findings.select_key(keys[0])
    found = panel.current()
    assert found is not None
    return found


def test_findings_are_counted_by_severity_and_filtered(panel: FindingsPanel, shipment: int) -> None:
    expected = checks.check_shipment(shipment)
    refused = expected.count("E")
    assert 0 < refused < len(expected.findings)
    assert panel.findings.model.rowCount() == len(expected.findings)
    panel.chips.select("E")
    shown = [text_of(row[0]) for row in panel.findings.model.rows]
    assert shown == ["Will be refused"] * refused
    panel.chips.select("papers")
    assert panel.stack.currentIndex() == 1
    names = [text_of(row[0]) for row in panel.papers.model.rows]
    assert names[:2] == ["Commercial invoice", "Packing list"]
    states = {text_of(row[0]): text_of(row[2]) for row in panel.papers.model.rows}
    assert states["Bill of lading"] == "By others"
    assert states["Packing list"] == "Draft"


def test_both_places_stand_side_by_side(panel: FindingsPanel) -> None:
    finding = choose(panel, 12)
    assert [place.value for place in finding.places] == ["BREMERHAVEN", "HAMBURG"]
    assert [value.text() for value in panel.card.values] == ["BREMERHAVEN", "HAMBURG"]
    assert panel.card.links[1].accessibleName() == "Go to Letter of credit"


def test_links_lead_to_the_paper_the_form_or_the_credit(
    panel: FindingsPanel, jumps: list[PlaceView], settle: Settle
) -> None:
    went: list[str] = []
    panel.context.navigate = went.append
    choose(panel, 12)
    panel.card.links[1].click()
    assert went == ["erp://credits/1"]
    panel.card.links[0].click()
    settle()
    assert [dialog.windowTitle() for dialog in panel.findChildren(ForeignDialog)] == ["Bill of lading"]
    finding = choose(panel, 6)
    panel.findings.activated.emit(panel.findings.current_key())
    assert jumps == [finding.places[0]]
    assert jumps[0].kind == "commercial_invoice"


def test_words_of_the_description_that_differ_are_picked_out(panel: FindingsPanel) -> None:
    choose(panel, 6)
    wrong, measure = (value.text() for value in panel.card.values)
    assert "<u>" in measure or "underline" in measure
    assert "STEEL" in measure
    assert "underline" in wrong


def test_findings_are_copied_as_text(panel: FindingsPanel) -> None:
    panel.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert "Letter of credit: LC-2026-0815" in copied
    assert "UCP 600 art. 20(a)(iii)" in copied
    assert "BREMERHAVEN" in copied


def test_the_bill_of_lading_is_corrected_and_checked_again(
    panel: FindingsPanel, shipment: int, settle: Settle, qtbot: QtBot
) -> None:
    dialog = panel.open_foreign("bill_of_lading")
    assert dialog is not None
    settle()
    edit = dialog.form.edit("port_of_discharge")
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(edit, "HAMBURG")
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    settle()
    assert foreign_paper(shipment, "bill_of_lading").paper.port_of_discharge == "HAMBURG"
    assert panel.view is not None
    assert all(finding.rule != 12 for finding in panel.view.findings)


def test_an_untouched_form_keeps_what_the_paper_says(
    panel: FindingsPanel, shipment: int, settle: Settle
) -> None:
    before = foreign_paper(shipment, "bill_of_lading")
    dialog = panel.open_foreign("bill_of_lading")
    assert dialog is not None
    settle()
    dialog._write(dialog.form.values())
    settle()
    assert foreign_paper(shipment, "bill_of_lading") == before


def test_an_insurance_begins_with_the_shipment_and_takes_its_figures(
    panel: FindingsPanel, shipment: int, settle: Settle
) -> None:
    dialog = panel.open_foreign("insurance")
    assert dialog is not None
    settle()
    assert dialog.form.values()["insurance.currency"] == "USD"
    dialog.form.restore_draft(
        {
            "insurance.insured": "132.00",
            "insurance.risks": "ALL RISKS\nWAR RISKS",
            "date": "2026-11-20",
            "issuer": "PICC PROPERTY AND CASUALTY\nNINGBO, CHINA",
            "goods": '[["STEEL BOTTLES", "48", "PCS", "", "", "12.3"]]',
        }
    )
    assert dialog.form.save()
    settle()
    kept = foreign_paper(shipment, "insurance").paper
    assert kept.insurance is not None
    assert (kept.insurance.insured, kept.insurance.risks) == (
        Decimal("132.00"),
        ("ALL RISKS", "WAR RISKS"),
    )
    assert kept.date == date(2026, 11, 20)
    assert kept.issuer is not None
    assert kept.issuer.country == "CN"
    assert (kept.goods[0].quantity, kept.goods[0].gross_kg) == (Decimal(48), Decimal("12.3"))


def test_a_wrong_figure_is_refused_at_its_field(panel: FindingsPanel, shipment: int, settle: Settle) -> None:
    dialog = panel.open_foreign("certificate")
    assert dialog is not None
    settle()
    dialog.form.restore_draft({"goods": '[["CUPS", "many", "PCS", "", "", ""]]'})
    dialog.form.save()
    settle()
    assert dialog.form._messages["goods"].text()
    assert dialog.isVisible()
    assert [one.kind for one in foreign_papers(shipment)] == ["bill_of_lading"]


def test_what_somebody_else_typed_is_not_written_over(
    panel: FindingsPanel, shipment: int, settle: Settle
) -> None:
    dialog = panel.open_foreign("bill_of_lading")
    assert dialog is not None
    settle()
    theirs = replace(foreign_paper(shipment, "bill_of_lading").paper, vessel="EVER GIVEN")
    save_foreign(shipment, "bill_of_lading", theirs)
    dialog.form.restore_draft({"vessel": "COSCO STAR"})
    dialog.form.save()
    settle()
    assert [box for box in dialog.findChildren(Message) if box.isVisible()]
    assert foreign_paper(shipment, "bill_of_lading").paper.vessel == "EVER GIVEN"


def test_leaving_asks_and_removing_asks(
    panel: FindingsPanel, shipment: int, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [False, True]
    monkeypatch.setattr(foreign_dialog, "confirm", lambda *_args: answers.pop(0))
    dialog = panel.open_foreign("bill_of_lading")
    assert dialog is not None
    settle()
    dialog.form.restore_draft({"vessel": "COSCO STAR"})
    dialog.reject()
    assert dialog.isVisible()
    dialog.form.undo_stack.undo()
    assert not dialog.form.is_dirty()
    dialog.remove()
    settle()
    settle()
    assert foreign_papers(shipment) == ()


@pytest.mark.parametrize(
    "kind", ["bill_of_lading", "insurance", "certificate_of_origin", "certificate", "other"]
)
def test_every_kind_has_a_form(kind: str, panel: FindingsPanel, settle: Settle) -> None:
    dialog = panel.open_foreign(kind)
    assert dialog is not None
    settle()
    assert dialog.form.isEnabled()
    assert not dialog.form.is_dirty()
    assert not dialog.form.problems()
    dialog.reject()


def test_all_in_order_says_what_was_checked(
    panel: FindingsPanel, monkeypatch: pytest.MonkeyPatch, settle: Settle
) -> None:
    states = (
        PaperState("commercial_invoice", "", "ci", "Commercial invoice", "CI-1"),
        PaperState("draft", "", "d", "Bill of exchange", "", drafted=True, problem="No bank is chosen."),
    )
    monkeypatch.setattr(checks, "check_shipment", lambda _shipment: CheckView((), states, "LC-1"))
    heard: list[CheckView] = []
    panel.checked.connect(heard.append)
    panel.again_button.click()
    settle()
    assert heard[0].papers == states
    assert panel.chips.current() == "papers"
    assert "1 document agree" in panel.said.text()
    assert "LC-1" in panel.said.text()
    assert [text_of(row[2]) for row in panel.papers.model.rows] == ["Issued", "Not checked"]
    assert "Nothing was found." in words.as_text(heard[0])


def test_the_panel_is_painted_in_the_dark_too(panel: FindingsPanel, settle: Settle) -> None:
    choose(panel, 6)
    app = QGuiApplication.instance()
    theme.apply(app, theme.DARK)  # type: ignore[arg-type]  # pytest-qt's application is a QApplication
    assert not panel.grab().isNull()
    assert theme.DARK.pill("danger")[0] in panel.card.values[1].text()


def test_a_paper_of_another_kind_keeps_what_its_form_does_not_show(
    panel: FindingsPanel, shipment: int, settle: Settle
) -> None:
    paper = Paper("other", title="FUMIGATION REPORT", gross_kg=Decimal(5), marks=("N/M",))
    save_foreign(shipment, "other", paper)
    dialog = panel.open_foreign("other")
    assert dialog is not None
    settle()
    dialog.form.restore_draft({"number": "F-1"})
    dialog.form.save()
    settle()
    assert foreign_paper(shipment, "other").paper == replace(paper, number="F-1")
