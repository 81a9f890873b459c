"""One quotation: prices that follow the lists, saving over a version, sending, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.inquiries import QuotationState
from factory_erp.models.platforms import OutboxState
from factory_erp.services.inquiries import quotation_views, quotations
from factory_erp.services.inquiries.quotation_views import QuotationDetail
from factory_erp.services.sales import views as sales_views
from factory_erp.ui.inquiries import InquiriesPage
from factory_erp.ui.inquiries.preview_dialog import QuotationPreview
from factory_erp.ui.inquiries.quotation_sheet import QuotationSheet
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.sales.order_lines import AMOUNT, NOTE, PRICE, QUANTITY, SOURCE
from tests.services.inquiry_samples import Shop
from tests.ui.inquiries.sample import Answers, a_quotation, cell, open_sheet, retype, settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]


@pytest.fixture
def sheet(qtbot: QtBot, shown: InquiriesPage, ids: dict[str, int]) -> QuotationSheet:
    """Anna's quotation of 600 cups, to be answered through the platform."""
    return open_sheet(qtbot, shown, a_quotation(ids["Anna"]))


@pytest.fixture
def by_hand(qtbot: QtBot, shown: InquiriesPage, ids: dict[str, int]) -> QuotationSheet:
    """Kim's quotation of 500 cups, which a person sends."""
    return open_sheet(qtbot, shown, a_quotation(ids["Kim"]))


def stored(sheet: QuotationSheet) -> QuotationDetail:
    return quotation_views.quotation_detail(sheet.record_id)


def line(sheet: QuotationSheet) -> tuple[str, ...]:
    return tuple(cell(sheet, 0, key) for key in (QUANTITY, PRICE, SOURCE, AMOUNT, NOTE))


def messages() -> list[Message]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, Message) and one.isVisible()]


def test_a_draft_is_shown_with_its_prices_and_where_they_stand(sheet: QuotationSheet) -> None:
    assert line(sheet) == ("600", "2.95", "USD", "1,770.00", "General list USD, from 500 PCS.")
    assert sheet.price_hint(0) == "General list USD, from 500 PCS."
    assert sheet.totals.text() == "1 line · total USD 1,770.00"
    assert sheet.head.edit("buyer_country").text() == "Germany"  # type: ignore[attr-defined]
    assert not sheet.is_dirty()


def test_a_price_follows_the_list_until_it_is_typed_over(
    qtbot: QtBot, shown: InquiriesPage, sheet: QuotationSheet
) -> None:
    retype(qtbot, shown, 0, QUANTITY, "100")
    assert line(sheet) == ("100", "3.20", "USD", "320.00", "General list USD, from 100 PCS.")
    retype(qtbot, shown, 0, PRICE, "3.1")
    assert line(sheet) == ("100", "3.10", "Own price", "310.00", "")
    retype(qtbot, shown, 0, QUANTITY, "600")
    assert line(sheet)[:2] == ("600", "3.10"), "his own price stays"
    for _step in range(3):
        sheet.grid.undo_stack.undo()
    settle(qtbot, shown)
    assert line(sheet)[:3] == ("600", "2.95", "USD")
    assert not sheet.is_dirty()


def test_a_note_of_ones_own_stays(qtbot: QtBot, shown: InquiriesPage, sheet: QuotationSheet) -> None:
    retype(qtbot, shown, 0, NOTE, "as in May")
    retype(qtbot, shown, 0, QUANTITY, "100")
    assert line(sheet) == ("100", "3.20", "USD", "320.00", "as in May")


def test_saving_writes_head_and_lines_over_the_version(
    qtbot: QtBot, shown: InquiriesPage, sheet: QuotationSheet
) -> None:
    retype(qtbot, shown, 0, QUANTITY, "1000")
    sheet.head.restore_draft({"freight": "120.5", "discount": "20", "remark": "Samples are free."})
    assert sheet.bar.isVisible()
    assert not sheet.head_bar.send_button.isEnabled()
    settle(qtbot, shown)
    assert sheet.totals.text() == "1 line · goods 2,950.00 · total USD 3,050.50"
    assert sheet.save()
    settle(qtbot, shown)
    assert str(stored(sheet).row.total) == "USD 3,050.50"
    assert stored(sheet).form.remark == "Samples are free."
    assert (sheet.is_dirty(), sheet.bar.isVisible()) == (False, False)
    retype(qtbot, shown, 0, QUANTITY, "500")
    assert sheet.save()
    assert not sheet.save(), "not twice while the first is on its way"
    settle(qtbot, shown)
    assert stored(sheet).lines[0].quantity == 500


def test_a_refusal_stands_at_its_field(qtbot: QtBot, shown: InquiriesPage, sheet: QuotationSheet) -> None:
    sheet.head.restore_draft({"discount": "99999"})
    assert sheet.save()
    settle(qtbot, shown)
    assert "greater than the goods" in sheet.head._messages["discount"].text()
    assert sheet.is_dirty()
    assert stored(sheet).form.discount == 0


def test_a_refused_line_is_marked_until_it_is_changed(
    qtbot: QtBot, shown: InquiriesPage, sheet: QuotationSheet, db: Database, shop: Shop
) -> None:
    retype(qtbot, shown, 0, QUANTITY, "700")
    with db.session(write=True) as session:
        session.get_one(Item, shop.cup).active = False
    sheet.save()
    settle(qtbot, shown)
    assert sheet.grid.problems() == [(0, "item_id", "CUP-500-BLK is not sold. Choose another item.")]
    assert sheet.problem.isVisible()
    assert stored(sheet).lines[0].quantity == 600


def test_what_somebody_else_saved_is_not_written_over(
    qtbot: QtBot, shown: InquiriesPage, sheet: QuotationSheet
) -> None:
    retype(qtbot, shown, 0, QUANTITY, "700")
    before = stored(sheet)
    quotations.save_quotation(sheet.record_id, replace(before.form, remark="mine"), before.version)
    sheet.save()
    settle(qtbot, shown)
    assert len(messages()) == 1
    assert (stored(sheet).lines[0].quantity, sheet.is_dirty()) == (600, True)
    sheet.discard()
    settle(qtbot, shown)
    assert (line(sheet)[0], sheet.is_dirty()) == ("600", False)


def test_leaving_a_changed_quotation_is_asked_for(
    qtbot: QtBot, shown: InquiriesPage, sheet: QuotationSheet, answers: Answers
) -> None:
    sheet.head.restore_draft({"remark": "x"})
    asked = answers(False)
    shown.go_home()
    assert (len(asked), shown.sheet, shown.can_leave()) == (1, sheet, False)
    answers(True)
    shown.go_home()
    settle(qtbot, shown)
    assert (shown.is_open(), shown.sheet) == (False, None)
    assert quotation_views.quotation_rows()[0].state is QuotationState.DRAFT


def test_sending_through_the_platform_says_so_and_closes_the_draft(
    qtbot: QtBot, shown: InquiriesPage, sheet: QuotationSheet, answers: Answers, said: list[str]
) -> None:
    asked = answers(True)
    sheet.head_bar.send()
    settle(qtbot, shown)
    assert "USD 1,770.00 for Anna Berg. It goes out through Main shop with the next sync." in asked[0]
    assert stored(sheet).row.delivery is OutboxState.NEW
    assert sheet.head_bar.pill.text() == "Waiting"
    assert said[-1] == "The quotation goes out with the next sync."
    offered = (sheet.head_bar.send_button, sheet.head_bar.decline_button, sheet.head_bar.accept_button)
    assert not any(button.isVisible() for button in offered)
    assert sheet.grid.model.read_only


def test_what_is_missing_is_said_where_it_is_missing(
    qtbot: QtBot, shown: InquiriesPage, sheet: QuotationSheet, answers: Answers
) -> None:
    sheet.head.restore_draft({"place": ""})
    sheet.save()
    settle(qtbot, shown)
    answers(True)
    sheet.head_bar.send()
    settle(qtbot, shown)
    assert "named place" in sheet.head._messages["place"].text()
    assert stored(sheet).editable


def test_sending_by_hand_opens_the_mail_program_and_names_the_paper(
    qtbot: QtBot, shown: InquiriesPage, by_hand: QuotationSheet, answers: Answers, mailed: list[str]
) -> None:
    asked = answers(True)
    by_hand.head_bar.send()
    settle(qtbot, shown)
    assert "kim@buyer.example" in asked[0]
    assert mailed[0].startswith("mailto:kim@buyer.example")
    told = by_hand.head_bar.dialog
    assert isinstance(told, Message)
    assert told.more_text().endswith("QT-2026-00001.pdf")
    assert by_hand.head_bar.pill.text() == "Sent"
    assert by_hand.head_bar.revise_button.isVisible()
    assert line(by_hand) == ("500", "2.95", "", "1,475.00", "General list USD, from 500 PCS.")


def sent(qtbot: QtBot, shown: InquiriesPage, sheet: QuotationSheet, answers: Answers) -> None:
    answers(True)
    sheet.head_bar.send()
    settle(qtbot, shown)
    for message in messages():
        message.accept()


def test_an_accepted_quotation_becomes_an_order_which_is_opened(
    qtbot: QtBot, shown: InquiriesPage, by_hand: QuotationSheet, answers: Answers, mailed: list[str],
    links: list[str],
) -> None:  # fmt: skip
    sent(qtbot, shown, by_hand, answers)
    by_hand.head_bar.accept()
    dialog = by_hand.head_bar.dialog
    assert isinstance(dialog, FormDialog)
    dialog.form.restore_draft({"customer_po": "PO-7"})
    dialog.form.save()
    settle(qtbot, shown)
    order_id = stored(by_hand).row.sales_order_id
    assert order_id is not None
    assert links == [f"erp://sales/{order_id}"]
    order = sales_views.order_detail(order_id)
    assert (order.customer, order.customer_po, str(order.amounts.total)) == (
        "Kim Ltd",
        "PO-7",
        "USD 1,475.00",
    )
    by_hand.head_bar.open_order()
    by_hand.head_bar.open_inquiry()
    assert links[1:] == [f"erp://sales/{order_id}", f"erp://inquiries/{stored(by_hand).row.inquiry_id}"]


def test_a_revised_quotation_is_a_new_draft_that_is_opened(
    qtbot: QtBot, shown: InquiriesPage, by_hand: QuotationSheet, answers: Answers, mailed: list[str]
) -> None:
    sent(qtbot, shown, by_hand, answers)
    first = by_hand.record_id
    by_hand.head_bar.revise()
    settle(qtbot, shown)
    assert shown.sheet is not None
    assert shown.sheet.record_id != first
    assert shown.sheet.head_bar.title.text() == "QT-2026-00002 · Kim Ltd"
    assert shown.sheet.head_bar.can_send()


def test_a_quotation_for_a_customer_begins_empty_on_his_terms(
    qtbot: QtBot, shown: InquiriesPage, shop: Shop
) -> None:
    shown.new_quotation()
    dialog = shown.dialog
    assert isinstance(dialog, FormDialog)
    edit = dialog.form.edit("customer_id")
    edit.setText("ACME Trading")  # type: ignore[attr-defined]
    edit.textEdited.emit("ACME Trading")  # type: ignore[attr-defined]
    dialog.form.save()
    settle(qtbot, shown)
    assert shown.sheet is not None
    assert shown.sheet.head.customer_id() == shop.customer
    assert shown.sheet.head.values()["payment_terms"] == "T/T 30 days"
    shown.sheet.grid.view.setFocus()
    asked = shown.sheet.grid.paste("SKU\tQty\nCUP-500-BLK\t500\nNOBODY\t1")
    assert asked is not None
    asked.accept()
    settle(qtbot, shown)
    assert line(shown.sheet)[:3] == ("500", "2.95", "USD")
    assert not (shown.sheet.save() and stored(shown.sheet).lines)
    assert "not complete" in shown.sheet.problem.text()
    shown.sheet.grid.select(1)
    shown.sheet.grid.delete_rows()
    assert shown.sheet.save()
    settle(qtbot, shown)
    assert [one.sku for one in stored(shown.sheet).lines] == ["CUP-500-BLK"]


def test_the_paper_is_shown_in_each_language(
    qtbot: QtBot, shown: InquiriesPage, sheet: QuotationSheet
) -> None:
    sheet.head_bar.preview()
    dialog = sheet.head_bar.dialog
    assert isinstance(dialog, QuotationPreview)
    settle(qtbot, shown)
    for language, lacks in (("bilingual", ""), ("de", "CUP-500-BLK")):
        dialog.language.show_value(language)
        dialog.language.edited.emit()
        settle(qtbot, shown)
        assert dialog.paper.preview.page_count() == 1
        path = dialog.paper.preview.path()
        assert path is not None
        assert path.stem.endswith(language)
        assert lacks in dialog.paper.lacking.words.text()
        assert dialog.paper.lacking.isVisibleTo(dialog) == bool(lacks)
    dialog.close()


def test_a_quotation_that_offers_nothing_has_no_paper(qtbot: QtBot, shown: InquiriesPage, shop: Shop) -> None:
    empty = quotations.new_quotation((), "empty", customer_id=shop.customer).value
    sheet = open_sheet(qtbot, shown, empty)
    sheet.head_bar.preview()
    settle(qtbot, shown)
    dialog = sheet.head_bar.dialog
    assert isinstance(dialog, QuotationPreview)
    assert dialog.paper.problem.isVisibleTo(dialog)
    assert dialog.paper.problem.sentence.text()
    assert dialog.paper.preview.page_count() == 0
    dialog.close()
