"""The workbench beyond packing and shipping: containers, fields of papers, the checklist, e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import DomainError
from factory_erp.models.documents import DocumentInput, DocumentMail, MailState
from factory_erp.models.partners import Company
from factory_erp.models.shipping import CartonGroup, Shipment, ShipmentContainer
from factory_erp.services.files import workspace
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing import loading
from factory_erp.services.issuing.fields import FIELDS
from factory_erp.services.issuing.loading import ContainerInput
from factory_erp.services.issuing.sets import SetFile
from factory_erp.services.mail import settings as mail_settings
from factory_erp.services.mail.settings import MailSettings
from factory_erp.services.paper_checks.checks import PlaceView
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.ui.desk import Desk
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.journey import StepState
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.shipping import (
    ShippingPage,
    container_grid,
    containers_panel,
    jumps,
    mail_panel,
    paper_form_panel,
    steps,
    workbench,
)
from factory_erp.ui.shipping.carton_dialogs import read_sides
from tests.services.shipping_factory import Factory
from tests.sync.mail_server import MailServer, mail_server

BUYER = "einkauf@nord.example"
LINK = "erp://shipping/1"

POPUP = pytest.mark.qt_log_ignore("does not support (grabbing|raise|propagate)", extend=True)
"""The screenless platform says this of every menu; it concerns the platform, not the program."""


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite is enough for the window."""
    from factory_erp.models.database import sqlite_url

    copy = tmp_path / "factory.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return sqlite_url(copy)


@pytest.fixture
def factory(db: Any) -> Factory:
    made = Factory(db)
    cup = made.item("CUP", net_g=250)
    made.stock(cup, 50_000)
    customer = made.customer(email=BUYER)
    made.order(customer, [(cup, "100", "2.35")])
    made.order(customer, [(cup, "12000", "2.35")])
    return made


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def page(
    qtbot: QtBot, context: UiContext, factory: Factory, problems: list[BaseException], said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[ShippingPage]:  # fmt: skip
    monkeypatch.setattr(containers_panel, "SECONDS", 0.3)
    context.services = Desk(workspace.current(), MemorySecrets())
    context.say = said.append
    made = ShippingPage(context)
    context.jobs.changed.connect(made.on_changes)
    qtbot.addWidget(made)
    made.resize(1068, 740)
    made.show()
    yield made
    assert problems == []


def settled(qtbot: QtBot, page: ShippingPage) -> None:
    for _time in range(2):
        qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=20_000)
        qtbot.waitUntil(lambda: not page.workbench.preview._pause.isActive(), timeout=5_000)


def on_bench(qtbot: QtBot, page: ShippingPage, shipment: int) -> workbench.Workbench:
    page.open_shipment(shipment)
    settled(qtbot, page)
    return page.workbench


def shown_problem(monkeypatch: pytest.MonkeyPatch, module: Any) -> list[BaseException]:
    seen: list[BaseException] = []
    monkeypatch.setattr(module, "show_problem", lambda _parent, error: seen.append(error))
    return seen


# steps


def test_the_steps_say_where_they_stand_and_keys_lead_to_them(
    qtbot: QtBot, page: ShippingPage, factory: Factory
) -> None:
    bench = on_bench(qtbot, page, factory.packed(1))
    shown = {step.caption: step for step in bench.journey.steps()}
    assert list(shown) == ["Cartons", "Containers", "Transport", "Documents", "Check", "Send", "Ship"]
    assert (shown["Cartons"].state, shown["Cartons"].count) == (StepState.DONE, "5 cartons")
    assert (shown["Containers"].count, shown["Containers"].optional) == ("loose", True)
    assert shown["Transport"].state is StepState.CURRENT
    assert shown["Check"].state is StepState.DONE
    commands = {command.id: command for command in page.commands()}
    for place in range(1, 8):
        command = commands[f"shipping.step{place}"]
        assert command.shortcut == f"Alt+{place}"
        command.trigger()
        assert bench.steps.currentIndex() == place - 1
        assert bench.journey.buttons[place - 1].isChecked()
    bench.journey.buttons[2].click()
    assert bench.steps.currentIndex() == steps.TRANSPORT


def test_so_many_cartons_want_a_container_before_their_transport(
    qtbot: QtBot, page: ShippingPage, factory: Factory
) -> None:
    bench = on_bench(qtbot, page, factory.packed(2))
    assert bench.steps.currentIndex() == steps.CONTAINERS
    assert bench.journey.steps()[steps.CONTAINERS].state is StepState.CURRENT


# cartons


def test_cartons_are_lettered_measured_and_put_onto_pallets(
    qtbot: QtBot, page: ShippingPage, factory: Factory, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "confirm", lambda *_words: True)
    bench = on_bench(qtbot, page, factory.packed(1))
    panel = bench.pack_panel
    panel.prefix_by.show_value("text")
    panel.prefix_by.edited.emit()
    panel.prefix.setText("nb")
    panel.pack_button.click()
    settled(qtbot, page)
    assert [row[0] for row in panel.cartons.model.rows[:2]] == ["NB1-NB4", "NB5"]
    dialog = panel.correct(1)
    assert dialog is not None
    dialog.form.restore_draft({"sides": "46 x 33", "reason": "measured"})
    assert not dialog.form.save()
    dialog.form.restore_draft({"sides": "46 x 33 x 29"})
    dialog.save_button.click()
    settled(qtbot, page)
    assert factory.one(CartonGroup, first=1).length_mm == 460
    pallets = panel.ask_pallets()
    assert pallets is not None
    pallets.save_button.click()
    settled(qtbot, page)
    assert panel.pallets.text().startswith("1 pallet · P1: cartons NB1-NB5")
    factory.change(Company, 1, gs1_prefix="6901234")
    panel.serial_button.click()
    settled(qtbot, page)
    assert said[-2:] == ["Pallets saved.", "Every carton has its SSCC."]


def test_sizes_are_read_as_people_write_them() -> None:
    assert read_sides("60×40×35.5 cm") == (600, 400, 355)
    assert read_sides("60*40 X 35") == (600, 400, 350)
    for wrong in ("60×40", "60×0×10", "60×40×35.55"):
        with pytest.raises(ValueError, match="size"):
            read_sides(wrong)


# containers


def test_containers_are_worked_out_and_taken_over(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    bench = on_bench(qtbot, page, factory.packed(2))
    panel = bench.containers
    assert panel.picture.isHidden()
    panel.suggest_button.click()
    settled(qtbot, page)
    assert "A plan, not saved yet" in panel.note.text()
    assert panel.picture.last_step() > 0
    panel.slider.setValue(1)
    assert panel.picture.step() == 1
    assert panel.step_note.text().startswith("Step 1: ")
    assert factory.all(ShipmentContainer) == []
    panel.apply_button.click()
    settled(qtbot, page)
    rows = factory.all(ShipmentContainer)
    assert [row.type_code for row in rows] == [row["type_code"] for row in panel.grid.rows()]
    assert panel.apply_button.isHidden()
    assert not panel.picture.isHidden(), "the stored plan is shown"
    assert bench.journey.steps()[steps.CONTAINERS].state is StepState.DONE


def test_containers_typed_in_are_saved_or_refused_and_can_be_taken_back(
    qtbot: QtBot, page: ShippingPage, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = on_bench(qtbot, page, factory.packed(1))
    panel = bench.containers
    bench.show_step(steps.CONTAINERS)
    assert panel.grid.paste("Type\tContainer No.\tTare kg\n20GP\tCSQU3054384\t2,200") is not None
    panel.grid.apply(
        panel.grid.plan([["Type", "Container No.", "Tare kg"], ["20GP", "CSQU3054384", "2,200"]])
    )
    assert not panel.save(), "the check digit is wrong"
    assert not panel.bar.isHidden()
    panel.grid.undo_stack.undo()
    assert not bench.is_dirty()
    panel.grid.apply(panel.grid.plan([["Type", "Container No."], ["20GP", "CSQU3054383"]]))
    assert bench.is_dirty()
    assert panel.save()
    settled(qtbot, page)
    assert not bench.is_dirty()
    row = factory.one(ShipmentContainer)
    assert (row.type_code, row.number) == ("20GP", "CSQU3054383")
    assert factory.one(Shipment).container_numbers == "CSQU3054383"


def test_containers_not_saved_hold_up_the_papers_and_leaving(
    qtbot: QtBot, page: ShippingPage, factory: Factory, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = on_bench(qtbot, page, factory.packed(1))
    panel = bench.containers
    panel.grid.apply(panel.grid.plan([["Type", "Container No."], ["20GP", "CSQU3054383"]]))
    bench.issue()
    assert said[-1] == "What is typed under Containers is not saved. Save it or discard it first."
    assert bench.steps.currentIndex() == steps.CONTAINERS
    answers = iter((False, True))
    monkeypatch.setattr("factory_erp.ui.shipping.page.confirm", lambda *_words: next(answers))
    page.go_home()
    assert page.stack.currentWidget() is bench
    page.go_home()
    assert page.stack.currentIndex() == 0
    assert not panel.is_dirty()


def test_weights_are_read_as_forwarders_write_them() -> None:
    read = container_grid.read_kilograms
    assert [read(text) for text in ("3800", "3,800", "3 800 kg", "3800.5KGS", "26,500.5")] == [
        3_800_000, 3_800_000, 3_800_000, 3_800_500, 26_500_500,
    ]  # fmt: skip


# papers


def test_the_fields_of_a_paper_are_typed_over_and_seen_in_its_draft(
    qtbot: QtBot, page: ShippingPage, factory: Factory
) -> None:
    bench = on_bench(qtbot, page, factory.packed(1))
    bench.show_step(steps.DOCUMENTS)
    bench.papers.select("booking_note")
    settled(qtbot, page)
    form = bench.papers.fields.form
    assert form is not None
    assert bench.preview.wanted() == ("booking_note", "")
    form.restore_draft({"pick_up_at": "Gate 3"})
    assert bench.is_dirty()
    form.undo_stack.undo()
    assert not bench.is_dirty()
    form.restore_draft({"pick_up_at": "Gate 3"})
    assert form.save()
    settled(qtbot, page)
    assert "Gate 3" in factory.one(DocumentInput).typed
    assert not bench.is_dirty()
    path = bench.preview.preview.path()
    assert path is not None
    assert path.name.endswith("booking-note-draft.pdf")
    assert not bench.papers.fields.reset_button.isHidden()
    bench.papers.fields.reset_button.click()
    settled(qtbot, page)
    assert factory.all(DocumentInput) == []


def test_a_refused_field_says_why_and_other_papers_wait(
    qtbot: QtBot, page: ShippingPage, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = on_bench(qtbot, page, factory.packed(1))
    bench.papers.select("booking_note")
    settled(qtbot, page)
    form = bench.papers.fields.form
    assert form is not None
    form.restore_draft({"original_bills": "-1"})
    form.save()
    settled(qtbot, page)
    assert "whole number" in form._messages["original_bills"].text()
    monkeypatch.setattr(paper_form_panel, "confirm", lambda *_words: False)
    bench.papers.select("vgm_declaration")
    settled(qtbot, page)
    assert bench.papers.fields.form is form, "what is typed is not lost"
    monkeypatch.setattr(paper_form_panel, "confirm", lambda *_words: True)
    bench.papers.select("packing_list")
    settled(qtbot, page)
    assert bench.papers.fields.isHidden()


def test_what_is_ticked_is_issued_and_nothing_else(
    qtbot: QtBot, page: ShippingPage, factory: Factory, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    asked: list[str] = []

    def agree(_parent: object, _title: str, text: str, _act: str) -> bool:
        asked.append(text)
        return True

    monkeypatch.setattr(workbench, "confirm", agree)
    bench = on_bench(qtbot, page, factory.packed(1))
    assert bench.papers.ticked() == [("commercial_invoice", ""), ("packing_list", "")]
    bench.papers.tick("shipping_advice")
    bench.papers.tick("packing_list", False)
    bench.issue()
    settled(qtbot, page)
    assert asked[0].startswith("Commercial invoice, Shipping advice of SH-2026-00001 are issued")
    assert said[-1] == "Issued CI-2026-00001, SA-2026-00001."
    assert bench.papers.ticked() == [("packing_list", "")], "what is usual is still to come"
    bench.papers.tick("packing_list", False)
    assert not bench.papers.issue_button.isEnabled()
    assert bench.papers.issue_button.toolTip() == "Tick the documents to issue."


@POPUP
def test_the_set_is_saved_as_one_pdf_or_a_zip(
    qtbot: QtBot, page: ShippingPage, factory: Factory, tmp_path: Path, said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    bench = on_bench(qtbot, page, factory.documented(1))
    asked = saved_in(monkeypatch, tmp_path)
    bench.papers.select("packing_list")
    menu = save_menu(qtbot, page, monkeypatch)
    for action in menu.actions()[:3]:
        action.trigger()
        settled(qtbot, page)
    assert asked == ["SH-2026-00001.pdf", "SH-2026-00001.zip", "SH-2026-00001.zip"]
    assert (tmp_path / "0 SH-2026-00001.pdf").read_bytes().startswith(b"%PDF")
    with (
        ZipFile(tmp_path / "1 SH-2026-00001.zip") as plain,
        ZipFile(tmp_path / "2 SH-2026-00001.zip") as all_,
    ):
        assert len(plain.namelist()) == 2
        assert {name.rpartition(".")[2] for name in all_.namelist()} == {"pdf", "xlsx"}
    assert said[-1] == "Saved 2 SH-2026-00001.zip."


@POPUP
def test_the_chosen_paper_is_saved_in_the_forms_that_it_has(
    qtbot: QtBot, page: ShippingPage, factory: Factory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = on_bench(qtbot, page, factory.documented(1))
    assert bench.papers.save_button.isEnabled()
    asked = saved_in(monkeypatch, tmp_path)
    bench.papers.select("commercial_invoice")
    menu = save_menu(qtbot, page, monkeypatch)
    titles = [action.text() for action in menu.actions() if action.text()]
    assert titles[3] == "CI-2026-00001 as Excel with formulas…"
    menu.actions()[titles.index(titles[3]) + 1].trigger()
    settled(qtbot, page)
    assert asked == ["CI-2026-00001 Commercial invoice.xlsx"]
    assert (tmp_path / "0 CI-2026-00001 Commercial invoice.xlsx").read_bytes().startswith(b"PK")
    bench.papers.select("booking_note")
    assert len([one for one in save_menu(qtbot, page, monkeypatch).actions() if one.text()]) == 3


def test_a_file_that_cannot_be_written_is_said(
    qtbot: QtBot, page: ShippingPage, factory: Factory, tmp_path: Path, problems: list[BaseException]
) -> None:
    bench = on_bench(qtbot, page, factory.documented(1))
    bench.saving.write(SetFile("set.pdf", b"x"), tmp_path / "nowhere" / "set")
    settled(qtbot, page)
    (problem,) = problems
    assert isinstance(problem, DomainError)
    assert problem.record == "set.pdf"
    problems.clear()


def saved_in(monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[str]:
    """The names that are proposed; each file goes into *folder*, with its number before its name."""
    asked: list[str] = []

    def choose(_parent: object, _title: str, name: str, _filter: str) -> tuple[str, str]:
        asked.append(name)
        return str(folder / f"{len(asked) - 1} {name}"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    return asked


def save_menu(qtbot: QtBot, page: ShippingPage, monkeypatch: pytest.MonkeyPatch) -> QMenu:
    """The menu of "Save as…", as it was opened."""
    opened: list[QMenu] = []
    deed = page.workbench.saving
    show = deed.open_menu
    monkeypatch.setattr(deed, "open_menu", lambda *what: opened.append(show(*what)))
    page.workbench.papers.save_button.click()
    settled(qtbot, page)
    monkeypatch.setattr(deed, "open_menu", show)
    return opened[0]


# the keyboard


@pytest.mark.parametrize("step", [steps.PACK, steps.CONTAINERS, steps.TRANSPORT, steps.SEND])
def test_tab_leads_to_everything_of_a_step(
    qtbot: QtBot, page: ShippingPage, factory: Factory, step: int
) -> None:
    bench = on_bench(qtbot, page, factory.documented(1))
    bench.go_to_step(step)
    wanted = {
        steps.PACK: [bench.pack_panel.goods.view, bench.pack_panel.cartons.view, bench.pack_panel.mix],
        steps.CONTAINERS: [bench.containers.suggest_button, bench.containers.grid.view],
        steps.TRANSPORT: [bench.transport.form.edit(name) for name in ("vessel_voyage", "eta")],
        steps.SEND: [bench.mail.form.edit("group"), bench.mail.attached.button, bench.mail.send_button],
    }[step]
    reached = []
    for _time in range(50):
        reached.append(page.focusWidget())
        page.focusNextPrevChild(True)
    assert [widget for widget in wanted if widget not in reached] == []


# the check


def test_a_finding_leads_to_the_paper_that_it_is_about(
    qtbot: QtBot, page: ShippingPage, factory: Factory
) -> None:
    bench = on_bench(qtbot, page, factory.documented(1))
    view = bench.check.findings.view
    assert view is not None
    assert [state.kind for state in view.papers] == ["commercial_invoice", "packing_list"]
    assert bench.journey.steps()[steps.CHECK].state is StepState.DONE
    list_ = view.papers[1]
    bench.check.findings.go_to(PlaceView(list_.ref, list_.name, "title", "", LINK, list_.kind))
    assert bench.steps.currentIndex() == steps.DOCUMENTS
    assert bench.papers.current() == ("packing_list", "")


@pytest.mark.parametrize(
    ("field", "step"),
    [("cartons[0].gross_kg", steps.PACK), ("containers[1].seal", steps.CONTAINERS), ("etd", steps.TRANSPORT)],
)
def test_a_finding_leads_to_the_step_where_its_facts_are_typed(
    qtbot: QtBot, page: ShippingPage, factory: Factory, field: str, step: int
) -> None:
    bench = on_bench(qtbot, page, factory.documented(1))
    bench.check.findings.go_to(PlaceView("packing_list", "Packing list", field, "", LINK, "packing_list"))
    assert bench.steps.currentIndex() == step
    assert bench.papers.current() == ("packing_list", ""), "the paper is shown beside"
    if step == steps.TRANSPORT:
        assert bench.transport.form.focusWidget() is bench.transport.form.edit("etd")


def test_a_finding_leads_into_the_form_of_its_paper(
    qtbot: QtBot, page: ShippingPage, factory: Factory
) -> None:
    bench = on_bench(qtbot, page, factory.documented(1))
    for field, key in (("freight", "freight"), ("transshipment", "transshipment")):
        bench.check.findings.go_to(PlaceView("booking_note", "Booking note", field, "", LINK, "booking_note"))
        settled(qtbot, page)
        form = bench.papers.fields.form
        assert form is not None
        assert form.focusWidget() is form.edit(key)


def test_a_paper_that_is_missing_leads_to_the_checklist(
    qtbot: QtBot, page: ShippingPage, factory: Factory
) -> None:
    bench = on_bench(qtbot, page, factory.documented(1))
    bench.check.findings.go_to(PlaceView("insurance", "Insurance", "", "", LINK))
    assert bench.steps.currentIndex() == steps.DOCUMENTS


def test_every_field_that_a_finding_leads_to_is_there(page: ShippingPage) -> None:
    keys = {field.key for fields in FIELDS.values() for field in fields}
    assert {name for names in jumps._TYPED.values() for name in names} <= keys
    for name in jumps._TRANSPORT.values():
        assert page.workbench.transport.form.edit(name)


def test_a_draft_is_not_checked(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    from factory_erp.services.shipping import shipments as shipping

    bench = on_bench(qtbot, page, shipping.create([1], "draft").value)
    assert bench.check.findings.view is None
    assert not bench.check.note.isHidden()
    assert bench.journey.steps()[steps.CHECK].state is not StepState.DONE


# e-mail


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server(MailServer()) as running:
        settings = MailSettings("127.0.0.1", running.port, "none", sender="sales@cups.example")
        running.settings = settings  # type: ignore[attr-defined]
        yield running


def connect(server: MailServer) -> None:
    mail_settings.save_mail_settings(server.settings)  # type: ignore[attr-defined]


def test_the_documents_are_sent_in_the_words_of_the_template(
    qtbot: QtBot, page: ShippingPage, factory: Factory, server: MailServer, said: list[str]
) -> None:
    connect(server)
    bench = on_bench(qtbot, page, factory.documented(1))
    panel = bench.mail
    bench.go_to_step(steps.SEND)
    assert panel.form.draft()["to"] == BUYER
    assert "SH-2026-00001" in panel.form.draft()["subject"]
    panel.body.setPlainText("您好！")
    QTest.keyClick(panel.body, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, page)
    (arrived,) = server.messages
    body = arrived.get_body()
    assert body is not None
    assert body.get_content().strip() == "您好！"
    assert len(list(arrived.iter_attachments())) == 2
    assert text_of(panel.log.model.rows[0][4]) == "Sent"
    assert said[-1].startswith("Sent: 250")
    assert bench.journey.steps()[steps.SEND].state is StepState.DONE


def test_a_wrong_address_is_refused_at_its_field(
    qtbot: QtBot, page: ShippingPage, factory: Factory, server: MailServer
) -> None:
    connect(server)
    bench = on_bench(qtbot, page, factory.documented(1))
    bench.mail.form.restore_draft({"to": "nobody"})
    bench.mail.send_button.click()
    settled(qtbot, page)
    assert "not an e-mail address" in bench.mail.form._messages["to"].text()
    assert factory.all(DocumentMail) == []
    assert bench.mail.send_button.isEnabled()


def test_a_message_that_was_refused_is_sent_again(
    qtbot: QtBot, page: ShippingPage, factory: Factory, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(server)
    problems = shown_problem(monkeypatch, mail_panel)
    server.refused = frozenset({BUYER})
    bench = on_bench(qtbot, page, factory.documented(1))
    panel = bench.mail
    bench.show_step(steps.SEND)
    panel.send_button.click()
    settled(qtbot, page)
    assert "refused" in str(problems[0])
    assert text_of(panel.log.model.rows[0][4]) == "Not sent"
    panel.log.select_key(panel.log.model.keys[0])
    assert "550 5.1.1" in panel.answer.text(), "the log says why"
    server.refused = frozenset()
    panel.log.select_key(panel.log.model.keys[0])
    panel.again_button.click()
    settled(qtbot, page)
    assert len(server.messages) == 1
    assert factory.one(DocumentMail).state == MailState.SENT
    assert panel.again_button.isHidden()


def test_a_message_that_may_have_been_sent_is_decided_by_a_person(
    qtbot: QtBot, page: ShippingPage, factory: Factory, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(server)
    shown_problem(monkeypatch, mail_panel)
    server.hang_up = "answer"
    bench = on_bench(qtbot, page, factory.documented(1))
    panel = bench.mail
    bench.show_step(steps.SEND)
    panel.send_button.click()
    settled(qtbot, page)
    assert text_of(panel.log.model.rows[0][4]) == "May have been sent"
    panel.log.select_key(panel.log.model.keys[0])
    assert not panel.was_button.isHidden()
    monkeypatch.setattr(mail_panel, "confirm", lambda *_words: False)
    panel.again_button.click()
    settled(qtbot, page)
    assert len(server.raw) == 1, "it is not sent twice without a word"
    panel.was_button.click()
    settled(qtbot, page)
    assert factory.one(DocumentMail).state == MailState.SENT


def test_another_group_gets_other_documents(
    qtbot: QtBot, page: ShippingPage, factory: Factory, server: MailServer
) -> None:
    connect(server)
    shipment = factory.packed(1)
    loading.set_containers(shipment, [ContainerInput("20GP", "CSQU3054383")])
    issuing.issue(shipment, ["commercial_invoice", "packing_list", "booking_note"])
    bench = on_bench(qtbot, page, shipment)
    group: Any = bench.mail.form.edit("group")
    group.show_value("carrier")
    group.edited.emit()
    settled(qtbot, page)
    assert "booking_note" in bench.mail.attached.chosen()
    assert bench.mail.form.draft()["to"] == "", "there is no forwarder yet"


@POPUP
def test_a_person_chooses_what_is_attached(
    qtbot: QtBot, page: ShippingPage, factory: Factory, server: MailServer
) -> None:
    connect(server)
    bench = on_bench(qtbot, page, factory.documented(1))
    panel = bench.mail
    bench.show_step(steps.SEND)
    assert panel.attached.chosen() == ("commercial_invoice", "packing_list")
    menu = panel.attached.open_menu()
    QTest.keyClick(menu, Qt.Key.Key_Space)
    assert menu.isVisible(), "more can be ticked"
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Space)
    assert panel.attached.chosen() == ()
    assert not panel.send_button.isEnabled(), "a message without documents says nothing"
    QTest.keyClick(menu, Qt.Key.Key_Return)
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()
    bench.reload()
    settled(qtbot, page)
    assert panel.attached.chosen() == ("packing_list",), "what was chosen stays"
    menu = panel.attached.open_menu()
    next(one for one in menu.actions() if one.text() == "Also as Excel with formulas").trigger()
    menu.close()
    panel.send_button.click()
    settled(qtbot, page)
    (arrived,) = server.messages
    names = [part.get_filename() for part in arrived.iter_attachments()]
    assert names == ["PL-2026-00001 Packing list.pdf", "PL-2026-00001 Packing list.xlsx"]


def test_nothing_is_sent_before_something_is_issued(
    qtbot: QtBot, page: ShippingPage, factory: Factory
) -> None:
    bench = on_bench(qtbot, page, factory.packed(1))
    assert not bench.mail.send_button.isEnabled()
    assert bench.mail.note.text() == "Issue the documents first."


def test_what_speaks_against_a_paper_is_said_above_its_draft(
    qtbot: QtBot, page: ShippingPage, factory: Factory
) -> None:
    bench = on_bench(qtbot, page, factory.packed(1))
    assert not bench.preview.cautions.isVisibleTo(page)
    bench.preview.show_kind("origin_form_a")
    settled(qtbot, page)
    assert "issues no Form A for Germany" in bench.preview.cautions.words.text()
    assert bench.preview.cautions.isVisibleTo(page)
    bench.preview.show_kind("commercial_invoice")
    bench.preview.language_choice.show_value("es")
    settled(qtbot, page)
    assert "has no name in Spanish" in bench.preview.cautions.words.text()
