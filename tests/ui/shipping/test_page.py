"""The shipments page on a small factory: list, workbench, and each step to the door."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services import bank_accounts
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.workbench import views as shipping_views
from factory_erp.ui.kit.buttons import Kind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.journey import StepState
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.shipping import ShippingPage, steps, words, workbench
from factory_erp.ui.shipping.new_shipment import NewShipmentDialog
from factory_erp.ui.shipping.pack_panel import TOTAL
from tests.services.shipping_factory import Factory


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
    made.stock(cup, 500)
    customer = made.customer()
    made.order(customer, [(cup, "100", "2.35")])
    made.order(customer, [(cup, "60", "2.35")])
    return made


@pytest.fixture
def page(qtbot: QtBot, context: UiContext, factory: Factory, problems: list[BaseException]) -> ShippingPage:
    made = ShippingPage(context)
    context.jobs.changed.connect(made.on_changes)
    qtbot.addWidget(made)
    made.resize(1240, 780)
    made.show()
    return made


def idle(qtbot: QtBot, page: ShippingPage) -> None:
    qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=20_000)


def on_bench(qtbot: QtBot, page: ShippingPage, shipment: int) -> workbench.Workbench:
    page.open_shipment(shipment)
    settled(qtbot, page)
    return page.workbench


def settled(qtbot: QtBot, page: ShippingPage) -> None:
    """All jobs are through, the drawing of the preview too."""
    idle(qtbot, page)
    qtbot.waitUntil(lambda: not page.workbench.preview._pause.isActive(), timeout=5_000)
    idle(qtbot, page)


def yes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []

    def agree(_parent: object, title: str, text: str, act: str) -> bool:
        asked.append(f"{title}\n{text}")
        return True

    monkeypatch.setattr(workbench, "confirm", agree)
    return asked


def numbers(bench: workbench.Workbench) -> dict[str, str]:
    """Kind of document → the number that the list says it was issued under."""
    return {kind: item.text(1) for (kind, _v), item in bench.papers.items.items() if item.text(1)}


def test_the_list_shows_shipments_by_state(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    packed = factory.packed(1)
    draft = shipping.create([2], "two").value
    page.refresh()
    idle(qtbot, page)
    assert list(page.table.model.ids) == [draft, packed]
    row = dict(zip((c.key for c in page.table.model.columns), page.table.model.row(1), strict=True))
    assert row["number"] == "SH-2026-00001"
    assert row["consignee"] == "Nordlicht Handels GmbH"
    assert row["country"] == "Germany"
    assert (row["cartons"], row["gross"], row["orders"]) == ("5", "29.50", "SO-2026-00001")
    assert text_of(row["state"]) == "Packed"
    assert page.chips._chips["to_pack"].count == 1
    assert page.header._counts.text() == "2 shipments · 1 to pack · 0 ready to leave"
    page.chips.select("to_pack")
    idle(qtbot, page)
    assert list(page.table.model.ids) == [draft]


def test_a_new_shipment_takes_ready_orders(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    page.new_shipment()
    idle(qtbot, page)
    dialog = page.findChildren(NewShipmentDialog)[0]
    assert not dialog.create_button.isEnabled()
    for box in dialog.boxes.values():
        box.click()
    assert dialog.chosen() == [1, 2], "same consignee, terms and address"
    dialog.create_button.click()
    settled(qtbot, page)
    detail = page.workbench.detail()
    assert detail is not None
    assert [number for _id, number in detail.orders] == ["SO-2026-00001", "SO-2026-00002"]
    assert page.state()["record"] == "SH-2026-00001"


def test_orders_that_cannot_go_together_are_not_ticked_together(
    qtbot: QtBot, page: ShippingPage, factory: Factory
) -> None:
    other = factory.customer("SUD", name="Süd GmbH")
    mug = factory.item("MUG")
    factory.stock(mug, 10)
    order = factory.order(other, [(mug, "10", "1")])
    dialog = NewShipmentDialog(page.context, shipping_views.ready_orders(), page)
    dialog.boxes[1].click()
    assert dialog.boxes[2].isEnabled()
    assert not dialog.boxes[order].isEnabled()
    assert "another consignee" in dialog.boxes[order].toolTip()
    dialog.boxes[order].click()
    assert dialog.chosen() == [1]
    dialog.boxes[1].click()
    assert dialog.boxes[order].isEnabled()
    assert dialog.boxes[order].toolTip() == ""
    dialog.close()


def test_orders_are_ticked_and_shipped_by_keyboard(qtbot: QtBot, page: ShippingPage) -> None:
    page.new_shipment()
    idle(qtbot, page)
    dialog = page.findChildren(NewShipmentDialog)[0]
    first = next(iter(dialog.boxes.values()))
    assert dialog.focusWidget() is first
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(first, Qt.Key.Key_Space)
    QTest.keyClick(first, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, page)
    detail = page.workbench.detail()
    assert detail is not None
    assert len(detail.orders) == 1


def test_packing_fills_the_cartons_and_goes_on(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    bench = on_bench(qtbot, page, shipping.create([1], "a").value)
    assert bench.steps.currentIndex() == steps.PACK
    bench.pack_panel.pack_button.click()
    settled(qtbot, page)
    table = bench.pack_panel.cartons
    assert table.model.keys == [1, 5, TOTAL]
    assert table.model.rows[0][:4] == ("1-4", "CUP", "24", "4")
    assert table.model.rows[2][3] == "5"
    assert "20GP" in bench.pack_panel.advice.text()
    assert bench.steps.currentIndex() == steps.TRANSPORT, (
        "so few cartons travel without a container of their own"
    )
    assert bench.preview.preview.page_count() == 1


def test_weights_are_corrected_with_a_reason(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    said: list[str] = []
    page.context.say = said.append
    bench = on_bench(qtbot, page, factory.packed(1))
    dialog = bench.pack_panel.correct(1)
    assert dialog is not None
    dialog.form.restore_draft({"gross_g": "1.5", "reason": "scale"})
    dialog.save_button.click()
    idle(qtbot, page)
    assert "net weight" in dialog.form._messages["gross_g"].text(), "the refusal stands at its field"
    dialog.form.restore_draft({"gross_g": "7.125"})
    dialog.save_button.click()
    settled(qtbot, page)
    assert bench.pack_panel.cartons.model.rows[0][5] == "7.13"
    assert bench.pack_panel.correct(TOTAL) is None
    assert said == ["Weights of cartons 1-4 saved."]


def test_weighed_cartons_are_not_packed_again_without_asking(
    qtbot: QtBot, page: ShippingPage, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment = factory.packed(1)
    shipping.correct_carton(shipment, 1, 6000, 7125, "scale")
    bench = on_bench(qtbot, page, shipment)
    assert bench.pack_panel.pack_button.text() == "Pack again"
    assert bench.pack_panel.pack_button.kind is Kind.PLAIN
    monkeypatch.setattr(workbench, "confirm", lambda *_words: False)
    bench.pack_panel.pack_button.click()
    settled(qtbot, page)
    assert bench.pack_panel.cartons.model.rows[0][5] == "7.13"
    asked = yes(monkeypatch)
    bench.pack_panel.pack_button.click()
    settled(qtbot, page)
    assert "corrected weights of cartons 1-4 are lost" in asked[0]
    assert bench.pack_panel.cartons.model.rows[0][5] == "6.90"


def test_the_key_packs_as_ticked(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    mug = factory.item("MUG")
    factory.stock(mug, 50)
    order = factory.order(1, [(1, "30", "2"), (mug, "30", "2")])
    bench = on_bench(qtbot, page, shipping.create([order], "mix").value)
    press = {command.id: command for command in page.commands()}
    press["shipping.pack"].trigger()
    settled(qtbot, page)
    assert bench.detail().totals.cartons == 4  # type: ignore[union-attr]
    bench.pack_panel.mix.setChecked(True)
    press["shipping.pack"].trigger()
    settled(qtbot, page)
    assert bench.detail().totals.cartons == 3  # type: ignore[union-attr]
    page.close_shipment()
    on_bench(qtbot, page, factory.packed(2))
    assert not bench.pack_panel.mix.isChecked(), "another shipment, another packing"


def test_goods_by_sea_have_no_courier_kind(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    shipment = factory.packed(1)
    kind = on_bench(qtbot, page, shipment).transport.form.edit("logistics_type")
    assert kind.value() == "EXPRESS"  # type: ignore[attr-defined]
    page.close_shipment()
    shipping.set_transport(shipment, shipping.TransportInput(vessel_voyage="EVER GOLDEN / 0123W"))
    form = on_bench(qtbot, page, shipment).transport.form
    assert form.edit("logistics_type").value() is None  # type: ignore[attr-defined]
    assert not form.is_dirty()
    assert form.save(), "what the platforms take stays as it is"


def test_nothing_is_issued_or_shipped_past_an_unsaved_transport(
    qtbot: QtBot, page: ShippingPage, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    page.context.say = said.append
    asked = yes(monkeypatch)
    bench = on_bench(qtbot, page, factory.packed(1))
    form = bench.transport.form
    bench.show_step(steps.DOCUMENTS)
    form.restore_draft({"etd": "2026-13-01"})
    bench.issue()
    assert "no such day" in said[-1]
    assert "no such day" in form._messages["etd"].text()
    assert bench.steps.currentIndex() == steps.TRANSPORT
    form.restore_draft({"etd": "2026-12-01"})
    bench.issue()
    bench.ship()
    assert said[1:] == ["What is typed under Transport is not saved. Save it or discard it first."] * 2
    assert asked == []
    settled(qtbot, page)
    assert bench.detail().documents == ()  # type: ignore[union-attr]
    assert form.save()
    settled(qtbot, page)
    assert said[-1] == "Transport saved."
    bench.issue()
    settled(qtbot, page)
    assert len(asked) == 1
    assert bench.detail().documents_current  # type: ignore[union-attr]


def test_keys_that_cannot_act_say_why(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    said: list[str] = []
    page.context.say = said.append
    on_bench(qtbot, page, shipping.create([1], "keys").value)
    press = {command.id: command for command in page.commands()}
    press["shipping.issue"].trigger()
    press["shipping.ship"].trigger()
    assert said == [
        "Pack the goods into cartons first.",
        "Pack the goods and issue the documents first.",
    ]
    page.close_shipment()
    shipment = factory.documented(2)
    on_bench(qtbot, page, shipment)
    press["shipping.issue"].trigger()
    assert said[2:] == ["The documents are in force and say what leaves."]
    shipping.ship(shipment)
    page.workbench.reload()
    settled(qtbot, page)
    press["shipping.pack"].trigger()
    assert said[3:] == ["The shipment is closed."]


def test_what_the_platform_still_wants_is_named(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    order = factory.order(1, [(1, "24", "2")], account_id=factory.account(), external_id="p1")
    shipment = factory.packed(order)
    bench = on_bench(qtbot, page, shipment)
    assert bench.transport.note.text().startswith("Carrier and tracking number are still missing")
    bench.transport.form.restore_draft({"carrier_code": "DHL"})
    assert bench.transport.form.save()
    settled(qtbot, page)
    assert bench.transport.note.text().startswith("The tracking number is still missing")
    assert bench.journey.steps()[steps.TRANSPORT].reason == bench.transport.note.text()


def test_the_transport_is_checked_at_its_fields(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    shipment = factory.packed(1)
    form = on_bench(qtbot, page, shipment).transport.form
    form.restore_draft({"etd": "2026-12-01", "eta": "2026-11-30", "notify": "Spedition Nord\nHamburg"})
    assert form.save()
    settled(qtbot, page)
    assert form._messages["eta"].text().startswith("The goods cannot arrive before they depart.")
    form.restore_draft({"eta": "2027-01-10"})
    assert form.save()
    settled(qtbot, page)
    assert not form.is_dirty()
    saved = factory.one(Shipment, id=shipment)
    assert (saved.etd, saved.eta, saved.notify) == (
        date(2026, 12, 1), date(2027, 1, 10), "Spedition Nord\nHamburg",
    )  # fmt: skip


def test_an_unsaved_transport_keeps_the_user(
    qtbot: QtBot, page: ShippingPage, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = on_bench(qtbot, page, factory.packed(1))
    bench.transport.form.restore_draft({"vessel_voyage": "EVER X"})
    answers = iter((False, True))
    monkeypatch.setattr("factory_erp.ui.shipping.page.confirm", lambda *_words: next(answers))
    page.go_home()
    assert page.stack.currentWidget() is bench
    page.go_home()
    assert page.stack.currentIndex() == 0


def test_escape_leads_back_to_the_list(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    bench = on_bench(qtbot, page, factory.packed(1))
    qtbot.waitUntil(page.isActiveWindow)
    QTest.keyClick(bench, Qt.Key.Key_Escape)
    assert page.stack.currentIndex() == 0


def test_the_view_is_there_again_after_a_restart(qtbot: QtBot, page: ShippingPage) -> None:
    page.chips.select("shipped")
    idle(qtbot, page)
    page.hide()
    again = ShippingPage(page.context)
    qtbot.addWidget(again)
    assert again.chips.current() == "shipped"


def test_issuing_and_shipping_ask_first(
    qtbot: QtBot,
    page: ShippingPage,
    factory: Factory,
    monkeypatch: pytest.MonkeyPatch,
    problems: list[BaseException],
) -> None:
    said: list[str] = []
    page.context.say = said.append
    bench = on_bench(qtbot, page, factory.packed(1))
    assert not bench.ship_button.isEnabled()
    monkeypatch.setattr(workbench, "confirm", lambda *_words: False)
    bench.issue()
    settled(qtbot, page)
    assert bench.detail().documents == ()  # type: ignore[union-attr]
    asked = yes(monkeypatch)
    bench.issue()
    settled(qtbot, page)
    assert "never changed" in asked[0]
    assert numbers(bench) == {"commercial_invoice": "CI-2026-00001", "packing_list": "PL-2026-00001"}
    assert bench.ship_button.isEnabled()
    bench.ship()
    settled(qtbot, page)
    assert "cannot be taken back" in asked[1]
    assert said == ["Issued CI-2026-00001, PL-2026-00001.", "SH-2026-00001 has left."]
    assert factory.one(Shipment).state == ShipmentState.SHIPPED
    assert not bench.pack_panel.pack_button.isEnabled()
    assert not bench.cancel_button.isEnabled()
    assert problems == []


def test_an_order_that_its_platform_froze_does_not_leave_and_the_reason_can_be_read(
    qtbot: QtBot, page: ShippingPage, factory: Factory, monkeypatch: pytest.MonkeyPatch,
    problems: list[BaseException],
) -> None:  # fmt: skip
    yes(monkeypatch)
    bench = on_bench(qtbot, page, factory.documented(1))
    with factory.db.session(write=True) as session:
        for order in session.query(SalesOrder):
            order.platform_block, order.platform_status = "frozen", "frozen"
    bench.ship()
    settled(qtbot, page)
    assert factory.one(Shipment).state == ShipmentState.DOCUMENTED
    [refusal] = problems
    box = show_problem(page, refusal)
    qtbot.addWidget(box)
    assert box.windowTitle().startswith("SO-")
    assert "is frozen on its platform ('frozen'): nothing of it may leave." in box.text()
    assert box.more_text() == "Wait until the platform lets it go, then pull its orders."
    box.close()


def test_a_documented_shipment_is_packed_again_and_cancelled_after_asking(
    qtbot: QtBot, page: ShippingPage, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = on_bench(qtbot, page, factory.documented(1))
    monkeypatch.setattr(workbench, "confirm", lambda *_words: False)
    bench.pack_panel.pack_button.click()
    bench.cancel_button.click()
    settled(qtbot, page)
    assert factory.one(Shipment).state == ShipmentState.DOCUMENTED

    asked = yes(monkeypatch)
    bench.pack_panel.pack_button.click()
    settled(qtbot, page)
    assert "issued again" in asked[0]
    assert factory.one(Shipment).state == ShipmentState.PACKED
    assert bench.papers.issue_button.isEnabled()
    bench.cancel_button.click()
    settled(qtbot, page)
    assert "numbers stay used" in asked[1]
    assert factory.one(Shipment).state == ShipmentState.CANCELLED
    assert not bench.cancel_button.isEnabled()
    assert not bench.pack_panel.pack_button.isEnabled()
    assert {item.text(2) for item in bench.papers.items.values() if item.text(1)} == {"Cancelled"}
    assert bench.journey.steps()[steps.DOCUMENTS].state is not StepState.PROBLEM


def test_the_rest_of_an_order_is_given_up_after_asking(
    qtbot: QtBot, page: ShippingPage, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = factory.documented(1, quantities={factory.line_ids(1)[0]: Decimal(96)})
    bench = on_bench(qtbot, page, gone)
    assert bench.short_button.isHidden()
    shipping.ship(gone)
    bench.reload()
    settled(qtbot, page)
    asked = yes(monkeypatch)
    bench.short_button.click()
    settled(qtbot, page)
    assert "Close SO-2026-00001 short?" in asked[0]
    assert factory.one(SalesOrder, id=1).state == OrderState.SHIPPED
    assert bench.short_button.isHidden()


def test_a_missing_bank_account_is_told_before_issuing(
    qtbot: QtBot, page: ShippingPage, factory: Factory
) -> None:
    bench = on_bench(qtbot, page, factory.packed(1))
    assert bench.papers.bank_note.isHidden()
    (account,) = bank_accounts.bank_accounts()
    bank_accounts.remove_bank_account(account.id)
    page.on_changes({"bank_account": frozenset({account.id})})
    settled(qtbot, page)
    assert not bench.papers.bank_note.isHidden()
    assert bench.papers.bank_note.text() == "No bank account in USD: Settings → Company"


def test_an_issued_paper_is_shown_as_issued(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    bench = on_bench(qtbot, page, factory.documented(1))
    bench.papers.select("packing_list")
    settled(qtbot, page)
    path = bench.preview.preview.path()
    assert path is not None
    assert path.name == "PL-2026-00001-rev1.pdf"
    assert "as issued" in bench.preview.caption.text()
    bench.preview.kind_choice.show_value(("commercial_invoice", ""))
    bench.preview.kind_choice.edited.emit()
    settled(qtbot, page)
    assert bench.preview.caption.text().startswith("CI-2026-00001, revision 1, as issued")


def test_after_issuing_the_issued_paper_is_shown(
    qtbot: QtBot, page: ShippingPage, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = on_bench(qtbot, page, factory.packed(1))
    button = bench.papers.issue_button
    bench.papers.select("packing_list")
    settled(qtbot, page)
    assert "Draft" in bench.preview.caption.text()
    assert (button.text(), button.kind, button.isEnabled()) == ("Issue documents…", Kind.PRIMARY, True)
    yes(monkeypatch)
    button.click()
    settled(qtbot, page)
    assert bench.preview.caption.text().startswith("PL-2026-00001, revision 1, as issued")
    assert (button.text(), button.kind, button.isEnabled()) == ("Issue again…", Kind.PLAIN, False)
    assert bench.papers.ticked() == []
    assert "in force" in button.toolTip()

    choice = bench.preview.language_choice
    choice.show_value("en")
    choice.edited.emit()
    settled(qtbot, page)
    assert "Draft" in bench.preview.caption.text()
    assert button.isEnabled(), "another language is a reason to issue again"
    assert bench.papers.ticked() == [("commercial_invoice", ""), ("packing_list", "")]
    button.click()
    settled(qtbot, page)
    assert "revision 2, as issued" in bench.preview.caption.text()
    assert not button.isEnabled()
    assert bench.papers.document().revision == 2  # type: ignore[union-attr]
    page.close_shipment()
    on_bench(qtbot, page, factory.packed(2))
    assert choice.value() == "", "as the customer wants them"
    choice.show_value("zh_CN")
    page.close_shipment()
    on_bench(qtbot, page, 1)
    assert choice.value() == "en", "the language that its papers speak"


def test_an_altered_file_is_restored(
    qtbot: QtBot, page: ShippingPage, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment = factory.documented(1)
    paper = shipping_views.detail(shipment).documents[0]
    paper.path.write_bytes(b"%PDF-1.4 forged")
    bench = on_bench(qtbot, page, shipment)
    asked = yes(monkeypatch)
    bench.preview.show_issued(paper)
    settled(qtbot, page)
    assert "not the one that was issued" in asked[0]
    assert paper.path.stat().st_size > 1000


def test_a_draft_that_cannot_be_drawn_says_why(
    qtbot: QtBot, context: UiContext, db: Any, problems: list[BaseException]
) -> None:
    factory = Factory(db, company=False)
    cup = factory.item("CUP")
    factory.stock(cup, 50)
    order = factory.order(factory.customer(), [(cup, "24", "1")])
    page = ShippingPage(context)
    qtbot.addWidget(page)
    page.show()
    bench = on_bench(qtbot, page, factory.packed(order))
    assert "name of your company" in bench.preview.problem.sentence.text()
    assert not bench.papers.issue_button.isEnabled()
    assert bench.journey.steps()[steps.DOCUMENTS].state is StepState.PROBLEM
    assert problems == []


def test_a_deep_link_opens_a_shipment_by_number_or_id(
    qtbot: QtBot, page: ShippingPage, factory: Factory
) -> None:
    shipment = factory.packed(1)
    said: list[str] = []
    page.context.say = said.append
    for key in ("SH-2026-00001", str(shipment)):
        page.open_record(key)
        settled(qtbot, page)
        assert page.header.title() == "SH-2026-00001"
        page.close_shipment()
        assert page.header.title() == "Shipments"
    page.open_record("SH-1999-1")
    idle(qtbot, page)
    assert said == ["There is no shipment SH-1999-1."]


def test_changes_elsewhere_do_not_disturb(qtbot: QtBot, page: ShippingPage) -> None:
    idle(qtbot, page)
    page.on_changes({"price_line": frozenset({1})})
    assert page.context.jobs.running() == []
    page.on_changes({"shipment": frozenset({1})})
    assert page.context.jobs.running() != []
    idle(qtbot, page)


def test_small_shares_are_not_said_to_be_nothing() -> None:
    assert words._percent(0) == "0"
    assert words._percent(9_999) == "<1"
    assert words._percent(640_000) == "64"


def test_a_link_to_a_view_leads_back_to_the_list(qtbot: QtBot, page: ShippingPage, factory: Factory) -> None:
    page.open_record("view/shipped")
    idle(qtbot, page)
    assert page.chips.current() == "shipped"
    assert page.stack.currentIndex() == 0
