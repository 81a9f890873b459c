"""One listing: its draft, what buyers would see of it, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.listings import book as listing_book
from factory_erp.services.listings import performance as listing_performance
from factory_erp.services.listings import platform_lists
from factory_erp.services.listings import views as listing_views
from factory_erp.services.listings.platform_lists import Attribute, Category
from factory_erp.services.listings.views import ListingDetail
from factory_erp.sync.connectors.listings import CategoryAttribute, CategoryNode
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.edits import TextEdit
from factory_erp.ui.listings import ListingsPage, category_part, work
from factory_erp.ui.listings import editor as editor_module
from factory_erp.ui.listings.category_dialog import CategoryDialog
from factory_erp.ui.listings.content_tab import ContentTab
from factory_erp.ui.listings.editor import ListingEditor
from factory_erp.ui.listings.parts import Counter
from factory_erp.ui.listings.pictures_tab import PicturesTab
from factory_erp.ui.listings.variants_tab import VariantsTab
from tests.services.two_listings import TwoListings
from tests.ui.listings import sample

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def made(db: Database) -> TwoListings:
    return sample.load(db)


@pytest.fixture
def page(made: TwoListings, qtbot: QtBot, context: UiContext, problems: list[BaseException]) -> ListingsPage:
    built = ListingsPage(context)
    context.jobs.changed.connect(built.on_changes)
    qtbot.addWidget(built)
    built.resize(1084, 740)
    with qtbot.waitActive(built):
        built.show()
        built.activateWindow()
    built.refresh()
    sample.settle(qtbot, context)
    built.open_listing(made.cup)
    sample.settle(qtbot, context)
    return built


@pytest.fixture
def editor(page: ListingsPage) -> ListingEditor:
    return page.editor


def content(editor: ListingEditor) -> ContentTab:
    tab = editor.draft.parts["content"]
    assert isinstance(tab, ContentTab)
    return tab


def pictures(editor: ListingEditor) -> PicturesTab:
    tab = editor.draft.parts["pictures"]
    assert isinstance(tab, PicturesTab)
    return tab


def variants(editor: ListingEditor) -> VariantsTab:
    tab = editor.draft.parts["variants"]
    assert isinstance(tab, VariantsTab)
    return tab


def typed(qtbot: QtBot, edit: QWidget, text: str) -> None:
    assert isinstance(edit, TextEdit)
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def composed(qtbot: QtBot, editor: ListingEditor) -> None:
    """Wait until the draft is composed."""
    qtbot.waitUntil(lambda: not editor._pause.isActive())
    sample.settle(qtbot, editor.context)


def saved(listing_id: int) -> ListingDetail:
    return listing_views.listing_detail(listing_id, work.RULES)


def shown(part: QWidget) -> str:
    return "\n".join(label.text() for label in part.findChildren(QLabel))


def test_what_is_not_typed_shows_what_the_catalogue_gives(editor: ListingEditor) -> None:
    title = content(editor).texts.edit("title")
    assert isinstance(title, QLineEdit)
    assert (title.text(), title.placeholderText()) == ("", "Steel cup")
    keyword = content(editor).facts.edit("keyword0")
    assert isinstance(keyword, QLineEdit)
    assert keyword.placeholderText() == "cup"
    assert editor.preview.content() == saved(editor.listing_id or 0).content
    words = shown(editor.preview)
    for said in ("Steel cup", "100–499 PCS", "US$2.10", "≥ 500 PCS", "100 PCS", "1 day", "Ningbo Cups"):
        assert said in words


def test_the_preview_and_the_problems_follow_the_typing(qtbot: QtBot, editor: ListingEditor) -> None:
    title = content(editor).texts.edit("title")
    typed(qtbot, title, "Mug")
    composed(qtbot, editor)
    found = editor.preview.content()
    assert found is not None
    assert found.title == "Mug"
    counter = title.findChild(Counter)
    assert counter is not None
    assert counter.text() == "3 / 128"

    assert isinstance(title, TextEdit)
    title.setText("x" * 129)
    title.edited.emit()
    composed(qtbot, editor)
    assert [one.field for one in editor.problems.problems()] == ["title"]
    assert "The text has 129 characters, the platform takes 128. Shorten it." in shown(content(editor))
    assert editor.problems.words.text() == "1 problem keeps it from being published"


def test_a_draft_is_saved_with_ctrl_enter(qtbot: QtBot, editor: ListingEditor, made: TwoListings) -> None:
    typed(qtbot, content(editor).texts.edit("title"), "Mug")
    typed(qtbot, content(editor).facts.edit("min_order"), "200")
    assert editor.bar.isVisibleTo(editor)
    qtbot.keyClick(
        content(editor).facts.edit("min_order"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    sample.settle(qtbot, editor.context)
    form = saved(made.cup).form
    assert (form.title, form.min_order) == ("Mug", Decimal(200))
    assert not editor.is_dirty()
    assert not editor.bar.isVisibleTo(editor)
    # The next save goes over the version that this one wrote.
    typed(qtbot, content(editor).texts.edit("title"), "Cup")
    editor.save()
    sample.settle(qtbot, editor.context)
    assert saved(made.cup).form.title == "Cup"


def test_undo_takes_the_typing_back(qtbot: QtBot, editor: ListingEditor) -> None:
    title = content(editor).texts.edit("title")
    typed(qtbot, title, "Mug")
    qtbot.keyClick(title, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(title, QLineEdit)
    assert title.text() == ""
    assert not editor.is_dirty()


def test_a_field_that_is_not_sound_is_not_saved(
    qtbot: QtBot, editor: ListingEditor, made: TwoListings
) -> None:
    typed(qtbot, content(editor).facts.edit("lead_days"), "0")
    editor.tabs.select("pictures")
    assert not editor.save()
    assert editor.tabs.current() == "content"
    assert "It must be above zero." in shown(content(editor))
    assert saved(made.cup).form.lead_days is None


def test_a_refusal_is_shown_at_its_field(qtbot: QtBot, editor: ListingEditor) -> None:
    typed(qtbot, content(editor).facts.edit("model_number"), "BARE")
    editor.save()
    sample.settle(qtbot, editor.context)
    assert "Another listing of the account has the model number BARE." in shown(content(editor))
    assert editor.is_dirty()


def test_a_change_by_somebody_else_is_not_written_over(
    qtbot: QtBot, editor: ListingEditor, made: TwoListings
) -> None:
    typed(qtbot, content(editor).texts.edit("title"), "Mine")
    listing_book.save_listing(replace(saved(made.cup).form, title="Theirs"), None, work.RULES)
    editor.refresh()
    sample.settle(qtbot, editor.context)
    editor.save()
    sample.settle(qtbot, editor.context)
    message = editor.findChild(Message)
    assert message is not None
    assert saved(made.cup).form.title == "Theirs"
    message.accept()
    editor.discard()
    sample.settle(qtbot, editor.context)
    title = content(editor).texts.edit("title")
    assert isinstance(title, QLineEdit)
    assert title.text() == "Theirs"


def test_leaving_a_draft_asks(qtbot: QtBot, page: ListingsPage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(_parent: object, _title: str, text: str, _act: str) -> bool:
        asked.append(text)
        return len(asked) > 1

    monkeypatch.setattr(editor_module, "confirm", answer)
    typed(qtbot, content(page.editor).texts.edit("title"), "Mug")
    assert not page.close_listing()
    assert page.is_open()
    assert asked == ["What you changed of CUP · Steel cup is not saved: Content."]
    assert page.close_listing()
    sample.settle(qtbot, page.context)
    assert not page.is_open()


def test_publishing_waits_for_the_draft(qtbot: QtBot, page: ListingsPage) -> None:
    heard: list[str] = []
    page.context.say = heard.append
    typed(qtbot, content(page.editor).texts.edit("title"), "Mug")
    page.editor.head.publish_button.click()
    assert heard == ["Save or discard your changes first."]
    page.editor.discard()
    page.editor.head.publish_button.click()
    sample.settle(qtbot, page.context)
    assert page.acts.asking is not None
    page.acts.asking.reject()


def test_what_is_kept_back_lowers_what_is_published(
    qtbot: QtBot, editor: ListingEditor, made: TwoListings
) -> None:
    editor.tabs.select("variants")
    grid = variants(editor).grid
    rows = grid.rows()
    assert [(row["sku"], row["options"], row["published"]) for row in rows] == [
        ("CUP-B", "Black", Decimal(0)),
        ("CUP-W", "White", Decimal(300)),
    ]
    assert rows[0]["prices"] == "100: 2.10; 500: 1.90"
    grid.select(1, "safety")
    grid.paste("20")
    assert grid.rows()[1]["published"] == Decimal(280)
    assert editor.bar.isVisibleTo(editor)
    grid.undo_stack.undo()
    assert not editor.bar.isVisibleTo(editor)
    grid.undo_stack.redo()
    editor.save()
    sample.settle(qtbot, editor.context)
    assert {sku.item_id: sku.safety_stock for sku in saved(made.cup).form.skus}[made.shop.white] == Decimal(
        20
    )


def test_a_listing_that_offers_nothing_says_so(qtbot: QtBot, editor: ListingEditor) -> None:
    grid = variants(editor).grid
    for line in range(2):
        grid.select(line, "offered")
        grid.paste("no")
    composed(qtbot, editor)
    assert "No item is offered. Offer at least one item of the product." in variants(editor).problem.text()
    editor.problems.chosen.emit("skus")
    assert editor.tabs.current() == "variants"


def test_pictures_are_chosen_and_follow_the_product_again(
    qtbot: QtBot, editor: ListingEditor, made: TwoListings
) -> None:
    tab = pictures(editor)
    first, second = tab.order()
    assert tab.counts.text() == "2 pictures, the platform takes 6. They follow the product."
    tab.shown.select_key(second)
    tab.shown.make_cover()
    assert tab.order() == (second, first)
    assert editor.bar.isVisibleTo(editor)
    tab.undo_stack.undo()
    assert not editor.bar.isVisibleTo(editor)
    tab.undo_stack.redo()
    tab.shown.select_key(first)
    tab.leave_out()
    assert tab.order() == (second,)
    composed(qtbot, editor)
    found = editor.preview.content()
    assert found is not None
    assert found.images == (second,)
    tab.undo_stack.undo()
    assert tab.order() == (second, first)
    tab.undo_stack.redo()
    tab.others.select_key(first)
    tab.take_in()
    assert tab.order() == (second, first)
    editor.save()
    sample.settle(qtbot, editor.context)
    assert saved(made.cup).form.images == (second, first)
    tab.follow_product()
    editor.save()
    sample.settle(qtbot, editor.context)
    assert saved(made.cup).form.images == ()


def test_the_platform_is_asked_for_categories_and_what_they_want(
    qtbot: QtBot, editor: ListingEditor, made: TwoListings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    class Channel:
        def predict_categories(self, title: str, description: str) -> tuple[CategoryNode, ...]:
            asked.append(title)
            return (CategoryNode("11", "Mugs", "10", "Drinkware > Mugs", leaf=True),)

        def attributes(self, category_id: str) -> tuple[CategoryAttribute, ...]:
            asked.append(category_id)
            return (CategoryAttribute("Shape"), CategoryAttribute("Origin", True, ("China",)))

    monkeypatch.setattr(work, "_ask", lambda _account, _secrets, question: question(Channel()))
    monkeypatch.setattr(category_part, "desk", lambda _context: type("Desk", (), {"secrets": None}))
    tab = content(editor)
    tab.category.suggest_button.click()
    sample.settle(qtbot, editor.context)
    dialog = tab.findChild(CategoryDialog)
    assert dialog is not None
    dialog.take_button.click()
    sample.settle(qtbot, editor.context)
    sample.settle(qtbot, editor.context)
    assert asked == ["Steel cup", "11"]
    assert [(row["name"], row["asked"]) for row in tab.attributes.rows()] == [
        ("Origin", "required"),
        ("Shape", "if known"),
    ]
    composed(qtbot, editor)
    assert [one.message for one in editor.problems.problems()] == ["The attribute 'Origin' is required."]
    tab.attributes.select(0, "value")
    tab.attributes.paste("China")
    editor.save()
    sample.settle(qtbot, editor.context)
    form = saved(made.cup).form
    assert (form.category_id, form.category_path) == ("11", "Drinkware > Mugs")
    tab.category.choose_category(Category("11", "Mugs", "10", "Drinkware/Mugs", leaf=True))
    assert not editor.is_dirty()
    assert form.attributes == (("Origin", "China"),)
    assert platform_lists.attributes(made.shop.account, "11") == (
        Attribute("Shape"),
        Attribute("Origin", True, ("China",)),
    )


def test_categories_are_browsed_level_by_level(
    qtbot: QtBot, editor: ListingEditor, made: TwoListings
) -> None:
    account = made.shop.account
    platform_lists.keep_categories(
        account, [Category("10", "Drinkware"), Category("11", "Mugs", "10", "Drinkware > Mugs", leaf=True)]
    )
    taken: list[object] = []
    dialog = CategoryDialog(
        editor.context.jobs,
        lambda parent: platform_lists.children(account, parent),
        work.searcher(account),
    )
    qtbot.addWidget(dialog)
    dialog.taken.connect(taken.append)
    sample.settle(qtbot, editor.context)
    assert not dialog.take_button.isEnabled()
    dialog.table.activated.emit("10")
    sample.settle(qtbot, editor.context)
    assert dialog.place.text() == "Drinkware"
    dialog.go_up()
    sample.settle(qtbot, editor.context)
    dialog.search.searched.emit("mug")
    sample.settle(qtbot, editor.context)
    dialog.take()
    assert [getattr(one, "external_id", "") for one in taken] == ["11"]


def test_a_category_that_was_browsed_to_keeps_the_way_to_it(
    qtbot: QtBot, editor: ListingEditor, made: TwoListings
) -> None:
    tree = {"": (Category("10", "Drinkware"),), "10": (Category("11", "Mugs", "10", leaf=True),)}
    taken: list[object] = []
    dialog = CategoryDialog(editor.context.jobs, tree.__getitem__, lambda _text: ())
    qtbot.addWidget(dialog)
    dialog.taken.connect(taken.append)
    sample.settle(qtbot, editor.context)
    dialog.table.activated.emit("10")
    sample.settle(qtbot, editor.context)
    dialog.take()
    assert [getattr(one, "path", "") for one in taken] == ["Drinkware / Mugs"]


def test_days_are_typed_and_summed(qtbot: QtBot, editor: ListingEditor, made: TwoListings) -> None:
    editor.tabs.select("performance")
    tab = editor.performance
    assert tab is not None
    tab.grid.foot.add_button.click()
    tab.grid.paste("2026-11-20\t120\t7\t12.50")
    assert tab.is_dirty()
    assert editor.save()
    sample.settle(qtbot, editor.context)
    written = listing_performance.days(made.cup, date(2026, 11, 1))
    assert [(one.day, one.views, one.clicks, one.spend, one.currency) for one in written] == [
        (date(2026, 11, 20), 120, 7, Decimal("12.50"), "USD")
    ]
    assert "USD 12.50" in shown(tab.card)


def test_difference_and_messages_are_read(qtbot: QtBot, page: ListingsPage) -> None:
    page.editor.tabs.select("difference")
    tab = page.editor.tabs.page("difference")
    assert tab is not None
    assert "Nothing was published yet: everything is new to the platform." in shown(tab)
    page.editor.tabs.select("messages")
    assert page.editor.tabs.page("messages") is not None
    assert not page.editor.preview.isVisibleTo(page.editor)
