"""What partners and platforms call an item."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import PlatformAccount, SkuMapping
from factory_erp.services.catalogue import item_numbers
from factory_erp.ui.catalog import numbers_tab as module
from factory_erp.ui.catalog.numbers_tab import NumbersTab, find_partners
from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.context import UiContext
from tests.services.factory import an_item

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def settle(qtbot: QtBot, tab: NumbersTab) -> None:
    qtbot.waitUntil(lambda: not tab.context.jobs.running())


@pytest.fixture
def tab(
    db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException]
) -> Iterator[NumbersTab]:
    with db.session(write=True) as session:
        item, other = an_item(session, "CUP-1"), an_item(session, "CUP-2")
        session.add_all(
            [
                Partner(code="NORD", name="Nordic Home", country="DK"),
                Partner(code="ZEN", name="Zen", country="JP"),
            ]
        )
        shop = PlatformAccount(platform="alibaba", name="Shop", base_url="http://localhost", app_key="key")
        session.add(shop)
        session.flush()
        session.add(SkuMapping(account_id=shop.id, external_sku="EXT-1", item_id=item.id))
        item_id, other_id = item.id, other.id
    nord = find_partners("NORD")[0].key
    assert isinstance(nord, int)
    item_numbers.save_number(nord, item_id, "4711", "Becher")
    item_numbers.save_number(nord, other_id, "4712")
    made = NumbersTab(context, item_id)
    qtbot.addWidget(made)
    made.resize(1040, 560)
    made.show()
    made.refresh()
    settle(qtbot, made)
    yield made
    assert problems == []


def test_both_kinds_of_numbers_are_listed(tab: NumbersTab) -> None:
    assert tab.table.model.rows == [("Nordic Home", "4711", "Becher", "NORD")]
    assert tab.platforms.model.rows == [("Alibaba.com", "Shop", "EXT-1")]
    assert tab.change_button.isEnabled()
    assert not tab.is_dirty()


def test_a_partner_is_looked_up_and_its_number_saved(qtbot: QtBot, tab: NumbersTab) -> None:
    dialog = tab.add()
    edit = dialog.form.edit("partner")
    assert isinstance(edit, LookupEdit)
    edit.setText("zen")
    qtbot.keyClicks(dialog.form.edit("code"), "Z-9")
    dialog.form.save()
    settle(qtbot, tab)
    assert [row[:2] for row in tab.table.model.rows] == [
        ("Nordic Home", "4711"), ("Zen", "Z-9"),
    ]  # fmt: skip


def test_a_number_of_another_item_is_refused_at_its_field(qtbot: QtBot, tab: NumbersTab) -> None:
    qtbot.keyClick(tab.table.view, Qt.Key.Key_Return)
    (dialog,) = [one for one in tab.children() if isinstance(one, module.FormDialog)]
    assert not dialog.form.edit("partner").isEnabled()
    dialog.form.edit("code").clear()  # type: ignore[attr-defined]
    qtbot.keyClicks(dialog.form.edit("code"), "4712")
    dialog.form.save()
    settle(qtbot, tab)
    assert "calls item CUP-2 4712 already" in dialog.form._messages["code"].text()
    dialog.reject()
    assert item_numbers.numbers_of_item(tab.record_id).partners[0].code == "4711"


def test_removing_asks(qtbot: QtBot, tab: NumbersTab, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, True]
    monkeypatch.setattr(module, "confirm", lambda *_asked: answers.pop(0))
    tab.remove_button.click()
    settle(qtbot, tab)
    assert len(tab.table.model.rows) == 1
    tab.remove_button.click()
    settle(qtbot, tab)
    assert tab.table.model.rows == []
    assert not tab.remove_button.isEnabled()
    assert "search finds it by that too" in tab.table.view.empty_text()
