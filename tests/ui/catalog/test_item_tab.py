from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from factory_erp.models.catalog import ItemKind, LotRule, Procurement
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.partners import Role
from factory_erp.services import partner_forms
from factory_erp.services.catalogue import customs, item_forms, products
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.catalogue.item_forms import ItemForm
from factory_erp.services.catalogue.products import ProductInput
from factory_erp.services.partner_forms import PartnerForm
from factory_erp.ui.catalog import item_fields, words
from factory_erp.ui.catalog.item_tab import ItemTab
from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.context import UiContext
from tests.ui.catalog import sample


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite is enough for the window."""
    copy = tmp_path / "factory.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return sqlite_url(copy)


@pytest.fixture
def bottle(db: Database) -> int:
    sample.load()
    found = catalog.find_item("BTL-500-M")
    assert found is not None
    return found


@pytest.fixture
def tab(bottle: int, qtbot: QtBot, context: UiContext) -> ItemTab:
    made = ItemTab(context, bottle)
    qtbot.addWidget(made)
    made.resize(1040, 600)
    made.show()
    made.refresh()
    settle(qtbot, made)
    return made


def settle(qtbot: QtBot, tab: ItemTab) -> None:
    qtbot.waitUntil(lambda: not tab.context.jobs.running())


def stored(bottle: int) -> ItemForm:
    return item_forms.item_form(bottle)


def type_in(qtbot: QtBot, tab: ItemTab, name: str, text: str) -> QWidget:
    edit = tab.form.edit(name)
    edit.setFocus()
    edit.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(edit, text)
    return edit


def messages(tab: ItemTab) -> dict[str, str]:
    return {name: place.text() for name, place in tab.form._messages.items() if place.text()}


def test_the_form_shows_the_item_in_its_unit_and_currency(tab: ItemTab, bottle: int) -> None:
    draft = tab.form.draft()

    assert (draft["sku"], draft["options"]) == ("BTL-500-M", "500 ml / Matte black 哑光黑")
    assert (draft["net_g"], draft["lead_days"], draft["step"]) == ("300", "12", "1")
    assert draft["min_order"] == "", "zero means any quantity"
    assert tab.headings[1].text() == "Quantities, in PCS"
    captions = {label.text() for label in tab.findChildren(type(tab.headings[0]))}
    assert {"Standard cost of one (CNY)", "Net weight of one (g)", "SKU *"} <= captions
    assert not tab.bar.isVisible()
    assert item_fields.taken(tab.form.values(), stored(bottle)) == stored(bottle), "nothing is lost"


def test_ctrl_enter_saves_and_the_same_again_changes_nothing(qtbot: QtBot, tab: ItemTab, bottle: int) -> None:
    said: list[str] = []
    tab.context.say = said.append
    seen: list[bool] = []
    tab.dirty_changed.connect(seen.append)
    edit = type_in(qtbot, tab, "lot_size", "500")
    assert tab.is_dirty()
    assert tab.bar.isVisible()
    type_in(qtbot, tab, "standard_cost", "11.75")
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, tab)

    assert (stored(bottle).lot_size, stored(bottle).standard_cost) == (500, Decimal("11.75"))
    assert said == ["BTL-500-M is saved."]
    assert seen == [True, False]
    assert not tab.bar.isVisible()
    version = stored(bottle).version
    type_in(qtbot, tab, "lot_size", "500.0")
    assert tab.save()
    settle(qtbot, tab)
    assert stored(bottle).version == version


def test_a_refusal_stands_at_its_field(qtbot: QtBot, tab: ItemTab, bottle: int) -> None:
    type_in(qtbot, tab, "gtin", "6901234567890")
    assert tab.save()
    settle(qtbot, tab)

    assert list(messages(tab)) == ["gtin"]
    assert "is not a GTIN" in messages(tab)["gtin"]
    assert tab.is_dirty()
    assert stored(bottle).gtin == ""


def test_what_is_no_number_is_said_before_anything_is_saved(qtbot: QtBot, tab: ItemTab) -> None:
    type_in(qtbot, tab, "lead_days", "soon")
    type_in(qtbot, tab, "sku", " ")

    assert not tab.save()
    assert messages(tab)["sku"] == "SKU is needed."
    assert "lead_days" in messages(tab)


def test_undo_goes_back_over_all_columns_and_discard_takes_the_rest(qtbot: QtBot, tab: ItemTab) -> None:
    edit = type_in(qtbot, tab, "options", "750 ml")
    type_in(qtbot, tab, "net_g", "450")
    assert tab.form.undo_text().startswith("Undo: change net weight")
    qtbot.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert tab.form.draft()["net_g"] == "300"
    assert tab.form.draft()["options"] == "750 ml"

    tab.discard()
    settle(qtbot, tab)
    assert tab.form.draft()["options"].startswith("500 ml")
    assert not tab.is_dirty()


def test_enter_goes_down_a_column_before_the_next(qtbot: QtBot, tab: ItemTab) -> None:
    names = [name for group in item_fields.GROUPS for name in group]
    tab.form.edit("sku").setFocus()
    went = []
    for _step in names:
        focused = tab.window().focusWidget()
        assert focused is not None
        went.append(focused.accessibleName())
        qtbot.keyClick(focused, Qt.Key.Key_Return)
    assert went == [tab.form.edit(name).accessibleName() for name in names]


def test_another_unit_is_said_over_the_quantities(tab: ItemTab) -> None:
    tab.form.restore_draft({"unit": str([code for code, _text in item_fields.unit_choices()].index("SET"))})
    assert tab.headings[1].text() == "Quantities, in SETS"
    tab.discard()
    assert tab.headings[1].text() == "Quantities, in PCS"


def test_a_product_is_found_by_its_code(qtbot: QtBot, tab: ItemTab, bottle: int) -> None:
    product = products.save_product(ProductInput("BOTTLE", category="Drinkware")).value
    edit = tab.form.edit("product_id")
    assert isinstance(edit, LookupEdit)
    edit.setFocus()
    qtbot.keyClicks(edit, "bott")
    qtbot.waitUntil(edit.is_open)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "BOTTLE"
    tab.save()
    settle(qtbot, tab)
    assert stored(bottle).product_id == product
    assert tab.form.draft()["product_id"].startswith("BOTTLE")


def test_what_the_customs_tab_saves_meanwhile_does_not_disturb_a_draft(
    qtbot: QtBot, tab: ItemTab, bottle: int
) -> None:
    type_in(qtbot, tab, "net_g", "305")
    sheet = customs.customs_sheet(bottle)
    customs.save_declaration(bottle, "9617009000", "CN", {}, sheet.version, sheet.values())
    tab.refresh()
    settle(qtbot, tab)
    assert tab.form.draft()["net_g"] == "305"
    tab.save()
    settle(qtbot, tab)
    assert (stored(bottle).net_g, stored(bottle).hs_code) == (305, "9617009000")


def test_what_somebody_else_changed_here_is_a_conflict(qtbot: QtBot, tab: ItemTab, bottle: int) -> None:
    type_in(qtbot, tab, "net_g", "305")
    item_forms.save_item(replace(stored(bottle), net_g=310))
    tab.refresh()
    settle(qtbot, tab)
    said: list[Exception] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("factory_erp.ui.kit.draft_tab.show_problem", lambda _tab, error: said.append(error))
        tab.save()
        settle(qtbot, tab)
    assert "changed by somebody else" in str(said[0])
    assert stored(bottle).net_g == 310
    tab.discard()
    settle(qtbot, tab)
    assert tab.form.draft()["net_g"] == "310"


@pytest.mark.parametrize(
    ("figure", "text"), [("0", None), ("1000", "1000"), ("0.0010", "0.001"), ("1E+3", "1000")]
)
def test_figures_are_shown_as_one_types_them(figure: str, text: str | None) -> None:
    assert item_fields.typed(Decimal(figure)) == text


def test_a_new_item_takes_the_step_of_its_unit() -> None:
    values = {
        "sku": "STEEL", "name_en": "Steel", "name_zh": None, "kind": ItemKind.RAW, "unit": "KGM",
        "procurement": Procurement.BUY, "product_id": None, "sellable": False,
    }  # fmt: skip
    form, texts = item_fields.taken_new(values, "key")
    assert (form.step, form.unit, form.client_key) == (Decimal("0.001"), "KGM", "key")
    assert [(text.language, text.name) for text in texts] == [("en", "Steel")]


def test_lots_and_the_usual_supplier_are_planned_in_the_unit(qtbot: QtBot, tab: ItemTab, bottle: int) -> None:
    assert [heading.text() for heading in tab.headings] == [
        "Item", "Quantities, in PCS", "Planning, in PCS", "Supply and cost",
    ]  # fmt: skip
    partner_forms.save_partner(PartnerForm("NORD", "Nord", country="DE"))
    supplier = partner_forms.save_partner(
        PartnerForm("STEELCO", "Steel", country="CN", roles=(Role.SUPPLIER,))
    )
    edit = tab.form.edit("supplier_id")
    assert isinstance(edit, LookupEdit)
    assert [one.text for one in item_fields.find_suppliers("")] == ["STEELCO"]
    edit.setFocus()
    qtbot.keyClicks(edit, "steel")
    qtbot.waitUntil(edit.is_open)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    tab.form.restore_draft({"lot_rule": str(list(words.LOT_RULES).index(LotRule.FIXED))})
    assert tab.save()
    settle(qtbot, tab)
    assert list(messages(tab)) == ["lot_size"], "a fixed lot needs a size"
    assert stored(bottle).lot_rule is LotRule.PER_ORDER

    for name, text in (("lot_size", "480"), ("lot_multiple", "24"), ("safety_stock", "50")):
        type_in(qtbot, tab, name, text)
    type_in(qtbot, tab, "scrap_percent", "2.5")
    assert tab.save()
    settle(qtbot, tab)
    saved = stored(bottle)
    assert (saved.lot_rule, saved.lot_size, saved.lot_multiple) == (LotRule.FIXED, 480, 24)
    assert (saved.safety_stock, saved.scrap_percent) == (50, Decimal("2.5"))
    assert saved.supplier_id == supplier.value
    assert tab.form.draft()["supplier_id"].startswith("STEELCO")
