from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from factory_erp.services.engineering import resources, routings
from factory_erp.services.engineering.resources import ResourceInput
from factory_erp.ui.engineering import EngineeringPage, resources_tab
from factory_erp.ui.engineering.resources_tab import ResourcesTab
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.rows import text_of
from tests.services.factory import CupFactory
from tests.ui.engineering.conftest import settle

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)", extend=True),
]


@pytest.fixture
def tab(page: EngineeringPage, qtbot: QtBot) -> ResourcesTab:
    page.open_record("resources")
    settle(qtbot, page)
    part = page.part()
    assert isinstance(part, ResourcesTab)
    return part


def codes(tab: ResourcesTab) -> list[str]:
    return [text_of(row[0]) for row in tab.table.model.rows]


def test_a_mould_is_added_and_changed(qtbot: QtBot, page: EngineeringPage, tab: ResourcesTab) -> None:
    assert not tab.change_button.isEnabled()
    new = next(one for one in page.commands() if one.id == "engineering.new")
    assert new.can_run()
    dialog = tab.add()
    dialog.form.restore_draft({"code": "MOULD-7", "name_zh": "模具七", "capacity": "0"})
    assert not dialog.form.save()
    assert list(dialog.form.problems()) == ["capacity"]
    dialog.form.restore_draft({"capacity": "2"})
    dialog.save_button.click()
    settle(qtbot, page)
    assert codes(tab) == ["MOULD-7"]
    assert tab.current() is not None
    assert "No routing needs MOULD-7 yet" in tab.uses.view.empty_text()

    change = tab.change()
    assert change is not None
    change.form.restore_draft({"capacity": "3"})
    change.save_button.click()
    settle(qtbot, page)
    assert [one.capacity for one in resources.resources()] == [3]

    again = tab.add()
    again.form.restore_draft({"code": "MOULD-7", "name_en": "Other"})
    again.save_button.click()
    settle(qtbot, page)
    assert "taken already" in again.form._messages["code"].text()
    again.reject()


def test_one_that_is_used_says_where_and_is_not_removed(
    qtbot: QtBot, page: EngineeringPage, tab: ResourcesTab, shop: CupFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    went: list[str] = []
    page.context.navigate = went.append
    used = resources.save_resource(ResourceInput("CREW", "Crew", "班组")).value
    free = resources.save_resource(ResourceInput("JIG", "Jig", "夹具")).value
    (routing,) = routings.routing_revisions(shop.cup.id)
    sheet = routings.routing_sheet(routing.id)
    steps = tuple(view.step for view in sheet.steps)
    held = resources_of_first(steps, used)
    page.on_changes(
        routings.save_routing(
            routings.RoutingInput(
                shop.cup.id, "A", sheet.valid_from, None, held, routing.id, sheet.version
            )
        ).changes
    )  # fmt: skip
    settle(qtbot, page)
    tab.table.select_key(used)
    settle(qtbot, page)
    assert tab.use_heading.text() == "Where CREW is used"
    assert [text_of(cell) for cell in tab.uses.model.rows[0]] == ["CUP", "A", "10", "Step 1"]
    assert text_of(tab.table.model.rows[0][3]) == "1"
    tab.uses.select_key(0)
    tab.open_button.click()
    assert went == [f"erp://catalog/{shop.cup.id}"]

    monkeypatch.setattr(resources_tab, "confirm", lambda *_question: True)
    tab.remove()
    settle(qtbot, page)
    (message,) = tab.findChildren(Message)
    assert message.text() == "CREW is used by CUP."
    message.accept()
    tab.table.select_key(free)
    settle(qtbot, page)
    tab.remove()
    settle(qtbot, page)
    assert codes(tab) == ["CREW"]


def resources_of_first(steps: tuple[routings.StepInput, ...], held: int) -> tuple[routings.StepInput, ...]:
    first, *others = steps
    return (replace(first, resources=(held,)), *others)
