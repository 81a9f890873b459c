"""Letters of credit in the window: the list, the form as a draft, the message pasted, the shipments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from factory_erp.models.credits import CreditState
from factory_erp.models.database import Database
from factory_erp.models.shipping import Shipment
from factory_erp.services.credits.letters import CreditInput, save_credit, set_state
from factory_erp.services.credits.message import from_message
from factory_erp.services.credits.shipments import set_credit
from factory_erp.services.credits.views import credit_detail, credit_ids
from factory_erp.ui.credits import CreditsPage, editor
from factory_erp.ui.credits.clauses import ClausesEdit
from factory_erp.ui.credits.head import facts
from factory_erp.ui.credits.work import read_credit
from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.rows import text_of
from tests.services.papers.test_credits import MESSAGE, a_shipment
from tests.services.shipping_factory import Factory

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Settle = Callable[[], None]


@pytest.fixture
def factory(db: Database) -> Factory:
    return Factory(db)


@pytest.fixture
def credit(factory: Factory) -> int:
    """The credit of MESSAGE, whose applicant is a customer."""
    factory.customer()
    return save_credit(from_message(MESSAGE).given, "first").value


@pytest.fixture
def page(credit: int, qtbot: QtBot, context: UiContext, problems: list[BaseException]) -> CreditsPage:
    built = CreditsPage(context)
    context.jobs.changed.connect(built.on_changes)
    qtbot.addWidget(built)
    built.resize(1084, 740)
    built.show()
    built.refresh()
    qtbot.waitUntil(lambda: not context.jobs.running())
    return built


@pytest.fixture
def settle(page: CreditsPage, qtbot: QtBot) -> Settle:
    return lambda: qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=10_000)


def type_in(qtbot: QtBot, page: CreditsPage, name: str, text: str) -> QWidget:
    edit = page.editor.form.edit(name)
    edit.setFocus()
    if isinstance(edit, ClausesEdit):
        raise AssertionError("clauses are typed one by one")
    for key in (Qt.Key.Key_A,):
        qtbot.keyClick(edit, key, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(edit, text)
    return edit


def clauses(page: CreditsPage, name: str = "documents") -> ClausesEdit:
    edit = page.editor.form.edit(name)
    assert isinstance(edit, ClausesEdit)
    return edit


def messages(page: CreditsPage) -> list[str]:
    return [box.text() for box in page.findChildren(Message) if box.isVisible()]


def test_the_list_says_amounts_and_days(page: CreditsPage, credit: int) -> None:
    place = page.table.model.row_of(credit)
    assert place is not None
    assert [text_of(cell) for cell in page.table.model.row(place)] == [
        "LC-2026-0815",
        "Nordlicht Handels GmbH",
        "",
        "USD 10,000.00",
        "0 %",
        "2026-12-20",
        "15 days",
        "2027-01-15",
        "53 days left",
        "Draft",
    ]


def test_views_search_and_deep_links(page: CreditsPage, credit: int, settle: Settle, qtbot: QtBot) -> None:
    page.open_record("view/closed")
    settle()
    assert page.table.count() == 0
    page.open_record("view/open")
    page.table.set_search("hamburg")
    qtbot.waitUntil(lambda: page.table.count() == 1)
    page.open_record(str(credit))
    settle()
    assert page.is_open()
    assert page.state()["opened"] == credit
    said: list[str] = []
    page.context.say = said.append
    page.open_record("nonsense")
    assert "nonsense" in said[0]


def test_a_change_is_a_draft_that_can_be_undone_and_saved(
    page: CreditsPage, credit: int, settle: Settle, qtbot: QtBot
) -> None:
    page.open_credit(credit)
    settle()
    type_in(qtbot, page, "port_of_discharge", "BREMERHAVEN")
    assert page.editor.is_dirty()
    page.editor.form.undo_stack.undo()
    assert not page.editor.is_dirty()
    edit = type_in(qtbot, page, "port_of_discharge", "ROTTERDAM")
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert credit_detail(credit).given.port_of_discharge == "ROTTERDAM"
    assert not page.editor.is_dirty()
    type_in(qtbot, page, "port_of_discharge", "ANTWERP")
    page.editor.save()
    settle()
    assert credit_detail(credit).given.port_of_discharge == "ANTWERP"


def test_an_untouched_form_keeps_every_field(page: CreditsPage, credit: int, settle: Settle) -> None:
    page.open_credit(credit)
    settle()
    before = credit_detail(credit).given
    page.editor._write(page.editor.form.values())
    settle()
    assert credit_detail(credit).given == before


def test_a_refusal_stands_at_its_field(page: CreditsPage, credit: int, settle: Settle, qtbot: QtBot) -> None:
    save_credit(CreditInput("LC-OTHER", "USD", Decimal(5)))
    page.open_credit(credit)
    settle()
    type_in(qtbot, page, "number", "LC-OTHER")
    page.editor.save()
    settle()
    assert "there already" in page.editor.form._messages["number"].text()
    assert page.editor.is_dirty()
    assert credit_detail(credit).given.number == "LC-2026-0815"


def test_what_somebody_else_saved_meanwhile_is_not_written_over(
    page: CreditsPage, credit: int, settle: Settle, qtbot: QtBot
) -> None:
    page.open_credit(credit)
    settle()
    type_in(qtbot, page, "drawee", "MY BANK")
    save_credit(replace(credit_detail(credit).given, drawee="THEIR BANK"))
    page.refresh()
    settle()
    page.editor.save()
    settle()
    assert messages(page)
    assert credit_detail(credit).given.drawee == "THEIR BANK"
    page.editor.form.discard()
    settle()
    assert page.editor.form.values()["drawee"] == "THEIR BANK"


def test_leaving_a_draft_asks(
    page: CreditsPage, credit: int, settle: Settle, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [False, True]
    monkeypatch.setattr(editor, "confirm", lambda *_args: answers.pop(0))
    page.open_credit(credit)
    settle()
    type_in(qtbot, page, "charges", "ALL CHARGES OUTSIDE GERMANY")
    assert not page.close_credit()
    assert page.is_open()
    assert page.close_credit()
    assert not page.is_open()
    assert credit_detail(credit).given.charges == ""


def test_a_pasted_message_fills_a_new_form(
    page: CreditsPage, settle: Settle, qtbot: QtBot, credit: int
) -> None:
    dialog = page.ask_paste()
    dialog.text.setPlainText(
        MESSAGE.replace("LC-2026-0815", "LC-NEW").replace(":31D:270115CHINA", ":31D:SOON")
    )
    qtbot.waitUntil(lambda: dialog.pasted is not None)
    settle()
    shown = [[text_of(cell) for cell in row] for row in dialog.table.model.rows]
    assert ["20", "Documentary credit number", "LC-NEW", "Read"] in shown
    assert ["31D", "Date and place of expiry", "SOON", "Look at it"] in shown
    assert ["27", "Other field", "1/1", "Only kept"] in shown
    assert "Expected" in dialog.more.text()
    dialog.take()
    settle()
    form = page.editor.form
    assert page.is_open()
    assert page.editor.credit_id is None
    assert form.values()["number"] == "LC-NEW"
    assert "Expected" in form._messages["expires_on"].text()
    qtbot.keyClicks(form.edit("expires_on"), "2027-01-20")
    page.editor.save()
    settle()
    made = page.editor.credit_id
    assert made is not None
    assert made != credit
    given = credit_detail(made).given
    assert (given.expires_on, given.amount) == (date(2027, 1, 20), Decimal("10000.00"))
    assert given.documents == "+SIGNED COMMERCIAL INVOICE IN TRIPLICATE\n+PACKING LIST IN 2 COPIES"
    assert given.customer_id == credit_detail(credit).given.customer_id


def test_a_message_of_a_known_credit_amends_it(
    page: CreditsPage, settle: Settle, qtbot: QtBot, credit: int
) -> None:
    dialog = page.ask_paste()
    dialog.text.setPlainText(MESSAGE.replace(":44C:261220", ":44C:270105"))
    qtbot.waitUntil(lambda: dialog.pasted is not None)
    assert "LC-2026-0815 is there already" in dialog.said.text()
    dialog.take()
    settle()
    assert page.editor.credit_id == credit
    assert page.editor.is_dirty()
    page.editor.save()
    settle()
    assert credit_detail(credit).given.latest_shipment == date(2027, 1, 5)
    assert len(credit_ids("all")) == 1


def test_text_that_is_no_message_cannot_be_taken(page: CreditsPage, qtbot: QtBot) -> None:
    dialog = page.ask_paste()
    dialog.text.setPlainText("Dear Sirs, please find attached")
    qtbot.waitUntil(lambda: dialog.pasted is not None)
    assert not dialog.take_button.isEnabled()
    dialog.take()
    assert dialog.isVisible()
    dialog.reject()


def test_each_clause_says_which_paper_it_asks_for(page: CreditsPage, credit: int, settle: Settle) -> None:
    page.open_credit(credit)
    settle()
    read = [(row.paper.text(), row.count.text()) for row in clauses(page).rows()]
    assert read == [
        ("Commercial invoice", "1 original, 2 copies, signed"),
        ("Packing list", "1 original, 1 copy"),
    ]


def test_clauses_are_split_joined_and_undone(
    page: CreditsPage, credit: int, settle: Settle, qtbot: QtBot
) -> None:
    page.open_credit(credit)
    settle()
    edit = clauses(page)
    before = edit.texts()
    edit.add()
    qtbot.keyClicks(edit.rows()[2].text, "BENEFICIARY'S CERTIFICATE IN 1 ORIGINAL")
    assert edit.rows()[2].paper.text() == "Beneficiary's certificate"
    edit.rows()[2].remove.click()
    assert edit.texts() == before
    stack = page.editor.form.undo_stack
    stack.undo()
    assert len(edit.texts()) == 3
    while stack.canUndo():
        stack.undo()
    assert edit.texts() == before
    assert not page.editor.is_dirty()
    first = edit.rows()[0].text
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Home)
    for _step in range(len("SIGNED ")):
        qtbot.keyClick(first, Qt.Key.Key_Right)
    qtbot.keyClick(first, Qt.Key.Key_Return)
    assert edit.texts()[:2] == ["SIGNED ", "COMMERCIAL INVOICE IN TRIPLICATE"]
    second = edit.rows()[1].text
    qtbot.keyClick(second, Qt.Key.Key_Home)
    qtbot.keyClick(second, Qt.Key.Key_Backspace)
    assert [" ".join(text.split()) for text in edit.texts()] == before


def test_several_clauses_can_be_pasted_at_once(page: CreditsPage, credit: int, settle: Settle) -> None:
    page.open_credit(credit)
    settle()
    edit = clauses(page, "conditions")
    edit.add()
    edit.rows()[1].text.insertPlainText("+FIRST\n+SECOND")
    assert edit.texts() == ["ALL DOCUMENTS MUST BEAR THE CREDIT NUMBER", "FIRST", "SECOND"]
    assert edit.value() == "+ALL DOCUMENTS MUST BEAR THE CREDIT NUMBER\n+FIRST\n+SECOND"


def test_states_follow_each_other_and_closing_asks(
    page: CreditsPage, credit: int, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "confirm", lambda *_args: True)
    commands = {command.id: command for command in page.commands()}
    assert not commands["credits.advised"].can_run()
    page.open_credit(credit)
    settle()
    commands["credits.advised"].trigger()
    settle()
    assert credit_detail(credit).state is CreditState.ADVISED
    assert not commands["credits.advised"].can_run()
    commands["credits.closed"].trigger()
    settle()
    assert credit_detail(credit).state is CreditState.CLOSED
    assert not page.editor.form.isEnabled()


def choose_shipment(page: CreditsPage, settle: Settle, qtbot: QtBot, number: str) -> None:
    dialog = page.editor.shipments.ask_add()
    assert dialog is not None
    edit = dialog.form.edit("credit_id")
    assert isinstance(edit, LookupEdit)
    edit.setFocus()
    qtbot.keyClicks(edit, number)
    dialog.form.save()
    settle()


def test_a_shipment_goes_under_the_credit_and_its_papers_to_the_bank(
    page: CreditsPage, credit: int, settle: Settle, qtbot: QtBot, factory: Factory, db: Database
) -> None:
    shipment = a_shipment(factory)
    with db.session(write=True) as session:
        row = session.get_one(Shipment, shipment)
        row.on_board, number = date(2026, 11, 18), row.number
    page.open_credit(credit)
    settle()
    page.editor.tabs.select("shipments")
    choose_shipment(page, settle, qtbot, number)
    tab = page.editor.shipments
    assert [text_of(cell) for cell in tab.table.model.rows[0]] == [
        number, "Packed", "USD 120.00", "", "2026-11-18", "2026-12-03", "10 days left", "",
    ]  # fmt: skip
    dialog = tab.ask_presented()
    assert dialog is not None
    dialog.form.restore_draft({"presented_on": "2026-11-10"})
    dialog.form.save()
    settle()
    assert "on board" in dialog.form._messages["presented_on"].text()
    dialog.form.restore_draft({"presented_on": "2026-11-20"})
    dialog.form.save()
    settle()
    assert credit_detail(credit).shipments[0].presented_on == date(2026, 11, 20)
    assert credit_detail(credit).drawn.presented.format("en") == "120.00"
    tab.take_off()
    settle()
    assert messages(page), "papers at the bank cannot be taken off"


def test_opening_a_shipment_follows_its_link(
    page: CreditsPage, credit: int, settle: Settle, factory: Factory
) -> None:
    shipment = a_shipment(factory)
    set_credit(shipment, credit)
    went: list[str] = []
    page.context.navigate = went.append
    page.open_credit(credit)
    settle()
    page.editor.tabs.select("shipments")
    page.editor.shipments.open_button.click()
    assert went == [f"erp://shipping/{shipment}"]


def test_papers_of_the_shipments_are_checked_on_their_tab(
    page: CreditsPage, credit: int, settle: Settle, factory: Factory
) -> None:
    page.open_credit(credit)
    settle()
    page.editor.tabs.select("check")
    assert page.editor.check.none.isVisible()
    set_credit(a_shipment(factory), credit)
    page.refresh()
    settle()
    settle()
    assert page.editor.check.panel.view is not None
    assert page.editor.check.panel.view.credit == "LC-2026-0815"


def test_the_facts_warn_of_what_is_near_or_too_much(
    page: CreditsPage, credit: int, settle: Settle, factory: Factory
) -> None:
    save_credit(replace(credit_detail(credit).given, amount=Decimal(100), tolerance_plus=Decimal(0)))
    set_state(credit, CreditState.ADVISED)
    set_credit(a_shipment(factory), credit)
    said: dict[str, tuple[str, Any]] = {
        what: (value, beside) for what, value, beside in facts(read_credit(credit))
    }
    assert said["May be drawn"][0] == "USD 100.00"
    assert said["Left"][0] == "USD -20.00"
    assert text_of(said["Left"][1]) == "Too much"
    assert said["Presentation"] == ("15 days", "after shipment")


def test_what_is_wrong_with_the_credit_itself_leads_to_its_field(
    qtbot: QtBot, page: CreditsPage, credit: int, settle: Settle
) -> None:
    given = credit_detail(credit).given
    save_credit(replace(given, latest_shipment=date(2027, 1, 16), expiry_place="HAMBURG"), "")
    page.open_credit(credit)
    settle()
    page.editor.tabs.select("check")
    settle()
    own = page.editor.check.own
    assert own.isVisible()
    assert [text_of(own.model.cell_at(own.model.index(row, 1))) for row in range(2)] == [
        "The latest shipment, 2027-01-16, is after the expiry, 2027-01-15.",
        "It expires in HAMBURG: the papers have to be there by then, not at your bank.",
    ]
    own.activated.emit(1)
    assert page.editor.tabs.current() == "terms"
    assert page.focusWidget() is page.editor.form.edit("expiry_place")
    save_credit(replace(credit_detail(credit).given, latest_shipment=None, expiry_place="CHINA"), "")
    page.editor.refresh()
    settle()
    assert own.model.rowCount() == 0
