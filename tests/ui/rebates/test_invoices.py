"""Suppliers' invoices: entered, refused, changed, put to a shipment, removed."""

from __future__ import annotations

import pytest

from factory_erp.models.customs import SupplierInvoice
from factory_erp.services.customs import supplier_invoices
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.rebates import RebatesPage, invoice_deeds
from tests.services.papers.declared import Declared
from tests.ui.rebates.parts import Settle, cells, fill, invoices, read, rows, words_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def new_invoice(page: RebatesPage, factory: Declared) -> FormDialog:
    command = next(one for one in page.commands() if one.id == "rebates.new_invoice")
    command.run()
    dialog = invoices(page).deeds.dialog
    assert dialog is not None
    dialog.form.edit("supplier_id").show_value(invoice_deeds.Choice(factory.all_suppliers(), "宁波钢杯厂"))
    fill(
        dialog, number="26332000000012345678", goods_name="*金属制品*保温杯", unit="个", quantity="50",
        net="100000", tax="13000", issued_on="2026-11-20",
    )  # fmt: skip
    return dialog


def test_an_invoice_is_entered_and_put_to_its_shipment(
    page: RebatesPage, factory: Declared, million: int, settle: Settle, said: list[str]
) -> None:
    dialog = new_invoice(page, factory)
    dialog.save_button.click()
    settle()
    part = invoices(page)
    row = cells(part.table)
    assert (row["number"], row["line"], row["supplier"]) == ("26332000000012345678", "1", "宁波钢杯厂")
    assert (row["net"], row["tax"], row["shipment"]) == ("100,000.00", "13,000.00", "None yet")
    assert part.table.current_key() == factory.one(SupplierInvoice).id, "the new line is chosen"
    part.buttons["put"].click()
    ask = part.deeds.dialog
    assert ask is not None
    ask.save_button.click()
    assert list(ask.form.problems()) == ["shipment_id"], "it asks which"
    ask.form.edit("shipment_id").show_value(invoice_deeds.Choice(million, "SH-2026-00001"))
    ask.save_button.click()
    settle()
    assert said[-1] == "1 line put to the shipment. 1 got its item by its name."
    assert (cells(part.table)["shipment"], cells(part.table)["item"]) == ("SH-2026-00001", "CUP")
    part.buttons["off"].click()
    settle()
    assert cells(part.table)["shipment"] == "None yet"
    assert not part.buttons["off"].isEnabled()


def test_a_refused_invoice_is_told_at_its_field(
    page: RebatesPage, factory: Declared, million: int, settle: Settle
) -> None:
    dialog = new_invoice(page, factory)
    fill(dialog, tax="100000.01")
    dialog.save_button.click()
    settle()
    assert dialog.isVisible()
    assert "The tax cannot be above the amount without tax." in words_of(dialog)
    assert factory.all(SupplierInvoice) == []
    fill(dialog, tax="13000")
    dialog.save_button.click()
    settle()
    again = new_invoice(page, factory)
    again.save_button.click()
    settle()
    assert "is there already" in words_of(again)
    again.reject()


def test_an_invoice_is_changed_and_removed(
    page: RebatesPage, factory: Declared, million: int, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = factory.invoice(million, factory.cup)
    other = factory.invoice(None, None, line_no=2)
    read(page, settle, f"invoices/{entered}")
    part = invoices(page)
    assert part.table.current_key() == entered
    part.table.activated.emit(entered)
    dialog = part.deeds.dialog
    assert dialog is not None
    fill(dialog, quantity="60")
    dialog.save_button.click()
    settle()
    assert factory.one(SupplierInvoice, id=entered).quantity == 60
    assert factory.one(SupplierInvoice, id=entered).shipment_id == million
    answers = [False, True]
    monkeypatch.setattr(invoice_deeds, "confirm", lambda *_args: answers.pop(0))
    for left in ([entered, other], [other]):
        part.buttons["remove"].click()
        settle()
        assert [row.id for row in factory.all(SupplierInvoice)] == left


def test_an_invoice_changed_elsewhere_is_a_conflict(
    page: RebatesPage, factory: Declared, million: int, settle: Settle
) -> None:
    entered = factory.invoice(million, factory.cup)
    read(page, settle, f"invoices/{entered}")
    (row,) = supplier_invoices.supplier_invoices()
    dialog = invoices(page).deeds.edit(row)
    factory.change(SupplierInvoice, entered, unit="只")
    fill(dialog, quantity="60")
    dialog.save_button.click()
    settle()
    (box,) = [one for one in dialog.findChildren(Message) if one.isVisible()]
    assert "changed by somebody else" in box.text()
    box.reject()
    assert factory.one(SupplierInvoice).unit == "只"
    dialog.reject()


def test_the_list_is_searched(page: RebatesPage, factory: Declared, million: int, settle: Settle) -> None:
    factory.invoice(million, factory.cup)
    factory.invoice(None, None, line_no=2, goods_name="*塑料制品*吸管")
    read(page, settle, "invoices")
    part = invoices(page)
    page.refresh()
    settle()
    assert (rows(part.table), part.count.text()) == (2, "2 lines")
    part.search.show_words("吸管")
    part.refresh()
    settle()
    assert (rows(part.table), part.count.text()) == (1, "1 line")
    hidden = factory.one(SupplierInvoice, line_no=1).id
    read(page, settle, f"invoices/{hidden}")
    assert part.table.current_key() == hidden, "the whole list is shown for it"
