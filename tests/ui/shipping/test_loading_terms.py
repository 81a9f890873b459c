"""What is said before containers are worked out: freight, loose cargo, and the unloading order."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.workbench import views
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.shipping import containers_panel, loading_terms, words
from factory_erp.ui.shipping.containers_panel import ContainersPanel
from factory_erp.ui.shipping.loading_terms import Freight
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
    """Two orders of one customer: 100 cartons each."""
    made = Factory(db)
    cup, mug = made.item("CUP", net_g=250), made.item("MUG", net_g=250)
    customer = made.customer()
    for item in (cup, mug):
        made.stock(item, 5_000)
        made.order(customer, [(item, "2400", "2.35")])
    return made


@pytest.fixture
def panel(
    qtbot: QtBot, context: UiContext, factory: Factory, problems: list[BaseException],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[ContainersPanel]:  # fmt: skip
    monkeypatch.setattr(containers_panel, "SECONDS", 0.3)
    made = ContainersPanel(context)
    qtbot.addWidget(made)
    made.resize(700, 700)
    made.show()
    yield made
    assert problems == []


def settled(qtbot: QtBot, context: UiContext) -> None:
    qtbot.waitUntil(lambda: not context.jobs.running(), timeout=20_000)


def dialog_of(panel: ContainersPanel) -> FormDialog:
    return next(one for one in panel.findChildren(FormDialog) if one.isVisible())


def first_loaded(panel: ContainersPanel) -> str:
    """The order of the box that goes in first."""
    assert panel._details is not None
    (container,) = panel._details.containers
    return min(container.boxes, key=lambda box: (box.step, box.x_mm)).order


def test_the_order_of_the_last_stop_is_loaded_first(
    qtbot: QtBot, panel: ContainersPanel, context: UiContext, factory: Factory
) -> None:
    detail = views.detail(factory.packed(1, 2))
    panel.show_detail(detail)
    settled(qtbot, context)
    one, two = (number for _id, number in detail.orders)
    for stops, first in (({one: "1", two: "2"}, two), ({one: "2", two: "1"}, one)):
        panel.stops_button.click()
        asked = dialog_of(panel)
        for number, stop in stops.items():
            asked.form.edit(number).set_raw(stop)
        asked.save_button.click()
        settled(qtbot, context)
        assert panel.stops_button.text() == "Unloading order (2 stops)…"
        panel.suggest()
        settled(qtbot, context)
        assert first_loaded(panel) == first
    again = ContainersPanel(context, panel)
    again.show_detail(detail)
    settled(qtbot, context)
    assert again._stops(detail) == {one: 2, two: 1}, "it is remembered"
    loading_terms.keep_stops(context.settings(), detail, {one: 1, two: 1})
    assert context.settings().allKeys() == []


def test_one_order_has_no_unloading_order(
    qtbot: QtBot, panel: ContainersPanel, context: UiContext, factory: Factory
) -> None:
    panel.show_detail(views.detail(factory.packed(1)))
    settled(qtbot, context)
    assert panel.stops_button.isHidden()
    assert not panel.freight_button.isHidden()


def test_a_stop_below_the_first_is_refused_at_its_field(
    qtbot: QtBot, panel: ContainersPanel, context: UiContext, factory: Factory
) -> None:
    detail = views.detail(factory.packed(1, 2))
    panel.show_detail(detail)
    settled(qtbot, context)
    panel.ask_stops()
    asked = dialog_of(panel)
    asked.form.edit(detail.orders[0][1]).set_raw("0")
    asked.save_button.click()
    assert asked.form.problems() == {detail.orders[0][1]: "The first stop is number 1."}
    assert asked.isVisible()
    assert set(panel._stops(detail).values()) == {1}


@pytest.mark.parametrize("wrong", ["much", "0", "-5", "12.345"])
def test_a_rate_that_is_none_is_refused_at_its_field(
    qtbot: QtBot, panel: ContainersPanel, context: UiContext, factory: Factory, wrong: str
) -> None:
    panel.show_detail(views.detail(factory.packed(1)))
    settled(qtbot, context)
    panel.freight_button.click()
    asked = dialog_of(panel)
    asked.form.edit("rate_40HQ").set_raw(wrong)
    asked.save_button.click()
    settled(qtbot, context)
    assert list(asked.form.problems()) == ["rate_40HQ"]
    assert asked.isVisible()
    assert not loading_terms.read_freight(context.settings()).priced


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"rate_20GP": "1500"}, "rate_40GP", "There is no rate for a 40GP."),
        ({"loose": "90"}, "rate_20GP", "There is no rate for a 20GP."),
        ({f"offered_{code}": "" for code in ("20GP", "40GP", "40HQ", "45HQ")}, "offered_20GP",
         "No container can be had."),
    ],
)  # fmt: skip
def test_rates_that_cannot_be_compared_are_refused_at_their_field(
    qtbot: QtBot, panel: ContainersPanel, context: UiContext, factory: Factory,
    typed: dict[str, str], field: str, message: str,
) -> None:  # fmt: skip
    panel.show_detail(views.detail(factory.packed(1)))
    settled(qtbot, context)
    panel.ask_freight()
    asked = dialog_of(panel)
    for name, text in typed.items():
        asked.form.edit(name).set_raw(text)
    asked.save_button.click()
    settled(qtbot, context)
    assert message in asked.form._messages[field].text()
    assert asked.isVisible()
    assert context.settings().allKeys() == []


def test_with_rates_the_break_even_and_the_cost_are_said(
    qtbot: QtBot, panel: ContainersPanel, context: UiContext, factory: Factory
) -> None:
    panel.show_detail(views.detail(factory.packed(1, 2)))
    settled(qtbot, context)
    panel.ask_freight()
    asked = dialog_of(panel)
    asked.form.edit("currency").show_value("EUR")
    typed = {"loose": "300", "rate_20GP": "1500", "rate_40HQ": "2600"}
    for name, text in (typed | {"offered_40GP": "", "offered_45HQ": ""}).items():
        asked.form.edit(name).set_raw(text)
    asked.save_button.click()
    settled(qtbot, context)
    kept = Freight({"20GP": Decimal(1500), "40HQ": Decimal(2600)}, Decimal(300), "EUR")
    assert loading_terms.read_freight(context.settings()) == kept
    panel.suggest()
    settled(qtbot, context)
    assert "At your rates a container pays from about 5 m³; this is 8.1 m³." in panel.note.text()
    assert "Freight EUR 1,500.00." in panel.note.text()
    assert panel.apply_button.isEnabled()


def test_what_is_cheaper_loose_needs_no_container_and_can_be_taken_over(
    qtbot: QtBot, panel: ContainersPanel, context: UiContext, factory: Factory
) -> None:
    loading_terms.keep_freight(context.settings(), Freight({"20GP": Decimal(1500)}, Decimal(60)))
    panel.show_detail(views.detail(factory.packed(1)))
    settled(qtbot, context)
    panel.suggest()
    settled(qtbot, context)
    assert "100 packages go as loose cargo (LCL)." in panel.note.text()
    assert "no place" not in panel.note.text()
    assert panel.apply_button.isEnabled()


def test_a_container_that_cannot_be_had_is_not_proposed(
    qtbot: QtBot, panel: ContainersPanel, context: UiContext, factory: Factory
) -> None:
    loading_terms.keep_freight(context.settings(), Freight({"40HQ": None}))
    panel.show_detail(views.detail(factory.packed(1)))
    settled(qtbot, context)
    panel.suggest()
    settled(qtbot, context)
    assert panel._details is not None
    assert [one.type_code for one in panel._details.containers] == ["40HQ"]


def test_settings_that_somebody_has_damaged_are_as_none(context: UiContext) -> None:
    context.settings().setValue("loading/freight", "{rates")
    assert loading_terms.read_freight(context.settings()) == Freight()


def test_pallets_are_called_pallets(
    qtbot: QtBot, panel: ContainersPanel, context: UiContext, factory: Factory
) -> None:
    shipment = factory.packed(1)
    shipping.palletize(shipment, "1200x1000")
    panel.show_detail(views.detail(shipment))
    settled(qtbot, context)
    panel.suggest()
    settled(qtbot, context)
    assert "pallet" in panel.step_note.text()
    assert "carton" not in panel.step_note.text()
    assert words.without_place(2, pallets=True) == "2 pallets find no place."
    assert words.without_place(1, pallets=False) == "1 carton finds no place."
