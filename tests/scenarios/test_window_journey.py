"""The first order once more, by hand: every step is a click or a key in the real main window.

On Monday morning, 23 November 2026, a sandbox shop has an order for 100 cups and the cup factory has
nothing in stock. At most 24 cups go into a carton, so the fifth carton holds the remaining four.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from factory_erp import app, i18n
from factory_erp.models.catalog import PackagingLevel
from factory_erp.models.database import Database
from factory_erp.services import partners
from factory_erp.services.files import workspace
from factory_erp.services.platforms.accounts import AccountForm
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.sync.sandbox.alibaba import SandboxServer, line_payload, order_payload
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.journey import JourneyStep, StepState
from factory_erp.ui.platforms import work
from factory_erp.ui.production import actions as production_actions
from factory_erp.ui.shipping import workbench
from tests.conftest import MONDAY
from tests.scenarios.person import Person
from tests.services.factory import a_cup_factory

if not app.has_display():
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    # The screenless platform says this of every dialog; it concerns the platform, not the program.
    pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True),
]

TRADE = "260000000002"
TRANSPORT = {
    "vessel_voyage": "EVER GIVEN 021W",
    "booking_number": "BOOK-7",
    "etd": "2026-12-03",
    "carrier_code": "DHL",
    "tracking_number": "TRACK-100",
}


@pytest.fixture
def shop(db: Database) -> Iterator[SandboxServer]:
    """A cup factory that can make, pack and sign for what its sandbox shop has sold."""
    with db.session(write=True) as session:
        cup = a_cup_factory(session).cup
        cup.net_g = 250
        carton = PackagingLevel(
            kind="master", quantity=24, length_mm=450, width_mm=320, height_mm=280, net_g=6000, gross_g=6900
        )
        cup.packaging.append(carton)
    partners.save_company(partners.CompanyView("Ningbo Bright Cup Co., Ltd.", address_en="8 Harbour Road"))
    lines = [line_payload("CUP", "100", "2.50", name="Steel cup 500 ml")]
    with SandboxServer([order_payload(TRADE, created=MONDAY - timedelta(hours=2), lines=lines)]) as server:
        yield server


@pytest.fixture
def secrets(shop: SandboxServer) -> MemorySecrets:
    """The keys of the shop's account, which is signed in."""
    kept = MemorySecrets()
    form = AccountForm("alibaba", "Main shop", shop.state.app_key, shop.url)
    view = work.save_account(form, shop.state.app_secret, kept).value
    work.authorise(view.id, kept, shop.state.new_code())
    return kept


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the window asked before it went on; the answer is always yes."""
    questions: list[str] = []

    def yes(_parent: QWidget, title: str, _text: str, _verb: str) -> bool:
        questions.append(title)
        return True

    for module in (production_actions, workbench):
        monkeypatch.setattr(module, "confirm", yes)
    monkeypatch.setattr(
        QMessageBox, "exec", lambda box: pytest.fail(f"a question nobody expects: {box.text()}")
    )
    return questions


@pytest.fixture
def person(qapp: QApplication, qtbot: QtBot, secrets: MemorySecrets) -> Iterator[Person]:
    language = i18n.language()
    with app.window_over(workspace.current(), secrets, "en") as running:
        running.window.show()
        yield Person(qtbot, running)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    i18n.set_language(language)
    theme.apply(qapp, theme.LIGHT)


def test_the_first_order_from_the_shop_to_the_tracking_number(
    person: Person, shop: SandboxServer, asked: list[str]
) -> None:
    the_order_is_pulled(person)
    it_is_confirmed_and_planned(person)
    its_material_comes_and_it_is_released(person)
    it_is_made_on_the_floor(person)
    it_is_packed(person)
    its_transport_is_entered(person)
    its_papers_are_issued(person)
    it_leaves_and_the_shop_is_told(person, shop)
    assert asked == ["Receive missing material?", "Issue documents?", "Ship SH-2026-00001?"]
    its_line_is_done_in_every_language_and_look(person)


def the_order_is_pulled(person: Person) -> None:
    person.go("platforms")
    person.press("Sync now")
    assert person.told() == "Main shop: 1 new order"


def it_is_confirmed_and_planned(person: Person) -> None:
    person.go("sales")
    assert "Nordlicht Handel GmbH" in person.reads(), "the new order is the one in view"
    person.press("Confirm…")
    dialog = person.page.actions_of.dialog
    suggested = dialog.panel.day.text()
    assert "STEEL has to be bought" in dialog.panel.binding.text(), "what the day hangs on"
    assert dialog.take_button.text() == f"Confirm for {suggested}"
    person.key(dialog.wanted, Qt.Key.Key_Return)
    assert person.told() == f"SO-2026-00001 is confirmed for {suggested}."
    person.press("Plan and schedule")
    assert person.told().startswith("SO-2026-00001: 2 production orders. 2 items have to be bought.")
    assert "Late" not in person.reads()


def its_material_comes_and_it_is_released(person: Person) -> None:
    person.press("Open production")
    assert "100 short" in _pills(person.page.orders.card.materials)
    person.press("Receive material…")
    assert person.told() == "2 items received."
    for direction in (Qt.Key.Key_Home, Qt.Key.Key_End):
        person.key(person.page.orders.table.view, direction)
        person.press("Release")
        assert person.told().startswith("Released MO-2026-0000")


def it_is_made_on_the_floor(person: Person) -> None:
    # The cup's production order is the first, its lid's the second; lids go into cups.
    person.press("Floor")
    for operation in ("MO-2026-00002 Step 1", "MO-2026-00001 Step 1"):
        person.press(f"Start {operation}")
        person.press(f"Finish {operation}")
    person.press("Report… MO-2026-00001 Step 2")
    person.press("Save report")
    assert person.page.floor.empty.isVisible(), "nothing is left to make"


def it_is_packed(person: Person) -> None:
    person.go("sales")
    person.press("Create shipment")
    assert person.page.header.title() == "SH-2026-00001"
    person.press("Pack")
    assert person.told() == "Packed into 5 cartons."
    rows = person.page.workbench.pack_panel.cartons.model.rows
    assert [row[:4] for row in rows[:2]] == [("1-4", "CUP", "24", "4"), ("5", "CUP", "4", "1")]


def its_transport_is_entered(person: Person) -> None:
    form = person.page.workbench.transport.form
    assert form.isVisible(), "who has packed is taken on to the transport"
    for name, text in TRANSPORT.items():
        person.type(form.edit(name), text)
    person.press("Save")
    assert not form.is_dirty()


def its_papers_are_issued(person: Person) -> None:
    draft = person.page.workbench.preview
    draft.show_kind("packing_list")
    person.wait()
    assert draft.caption.text() == "Draft of what would be issued now"
    assert draft.preview.page_count() == 1
    assert "EVERGIVEN021W" in _text(draft.preview.path().read_bytes())
    person.press("Issue documents…")
    assert person.told() == "Issued CI-2026-00001, PL-2026-00001."
    papers = person.page.workbench.detail().documents
    assert [paper.number for paper in papers if paper.path.is_file()] == ["CI-2026-00001", "PL-2026-00001"]


def it_leaves_and_the_shop_is_told(person: Person, shop: SandboxServer) -> None:
    person.press("Ship…")
    assert person.told() == "SH-2026-00001 has left. 1 message goes to the platform."
    assert shop.state.shipments == []
    person.go("platforms")
    person.press("Sync now")
    assert person.told() == "Main shop: 1 sent"
    [parcel] = shop.state.shipments_of(TRADE)
    assert shop.state.shipments == [parcel]
    assert (parcel.service_provider, parcel.tracking_number) == ("DHL", "TRACK-100")


def its_line_is_done_in_every_language_and_look(person: Person) -> None:
    person.go("sales")
    person.key(person.page.table.view, Qt.Key.Key_Return)
    english = _done_line(person, "Everything is done.")
    person.command("view.language.zh_CN")
    person.command("view.theme")
    assert theme.current() is theme.DARK
    chinese = _done_line(person, "全部完成。")
    assert not set(english) & set(chinese), "each station has a name of its own in both languages"


def _done_line(person: Person, sentence: str) -> list[str]:
    """The captions of the order's line, every one of which is done, as *sentence* says under it."""
    sheet = person.page.sheet
    assert sheet.isVisible()
    assert sentence in person.reads()
    steps: tuple[JourneyStep, ...] = sheet.journey.steps()
    assert [step.state for step in steps] == [StepState.DONE] * 8
    return [step.caption for step in steps]


def _pills(table: Any) -> list[str]:
    """The texts of the table's last column."""
    return [row[-1].text for row in table.model.rows]


def _text(pdf: bytes) -> str:
    """What stands in a PDF, without blanks: a narrow column breaks words."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)
