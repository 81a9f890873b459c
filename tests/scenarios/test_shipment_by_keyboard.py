"""A shipment from its orders to the e-mail with its papers, with the keyboard alone, in the real window."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from factory_erp import app, i18n
from factory_erp.models.documents import DocumentMail, MailState
from factory_erp.models.shipping import ShipmentState
from factory_erp.services.files import workspace
from factory_erp.services.mail import settings as mail_settings
from factory_erp.services.mail.settings import MailSettings
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.shipping import containers_panel, steps
from factory_erp.ui.shipping.new_shipment import NewShipmentDialog
from tests.services.shipping_factory import Factory
from tests.sync.mail_server import MailServer, mail_server

BUYER = "einkauf@nord.example"
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
PLAIN = Qt.KeyboardModifier.NoModifier

if not app.has_display():
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    # The screenless platform says this of every dialog; it concerns the platform, not the program.
    pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True),
]


class Clerk:
    """Somebody with a keyboard and no mouse: keys go to whatever has the focus."""

    def __init__(self, qtbot: QtBot, running: app.Running) -> None:
        self.qtbot, self.running, self.window = qtbot, running, running.window
        qtbot.waitUntil(self.window.isActiveWindow)

    @property
    def page(self) -> Any:
        """The page in view."""
        return self.window.page()

    @property
    def bench(self) -> Any:
        """The workbench of the shipment."""
        return self.page.workbench

    def focus(self) -> QWidget:
        """What has the keyboard."""
        place = QApplication.activeModalWidget() or self.window
        return place.focusWidget() or place

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Press a key, then wait until what it started is done."""
        if not QApplication.activeModalWidget() and not self.window.isActiveWindow():
            # Without a screen, a window loses its activity to the first view of a PDF that is made.
            self.window.activateWindow()
            self.qtbot.waitUntil(self.window.isActiveWindow)
        QTest.keyClick(self.focus(), key, modifiers)
        self.wait()

    def keys(self, *keys: Qt.Key) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.key(key)

    def type(self, text: str) -> None:
        """Write into what has the keyboard."""
        QTest.keyClicks(self.focus(), text)

    def tab_to(self, widget: QWidget) -> None:
        """Press Tab until *widget*, or a part of it, has the keyboard."""
        for _time in range(60):
            if self.focus() is widget or widget.isAncestorOf(self.focus()):
                return
            self.key(Qt.Key.Key_Tab)
        pytest.fail(f"Tab never leads to {widget.accessibleName() or widget}")

    def agree(self, act: Callable[[], None]) -> None:
        """Do *act*, and say yes to the question that it asks: Tab to the verb, then Space."""
        QTimer.singleShot(150, self._say_yes)
        act()

    def _say_yes(self) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, Message), box
        for key in (Qt.Key.Key_Tab, Qt.Key.Key_Space):
            QTest.keyClick(box.focusWidget() or box, key)

    def wait(self) -> None:
        """Until nothing runs and nothing is about to."""
        for _time in range(2):
            self.qtbot.waitUntil(self._is_calm, timeout=20_000)
            self.qtbot.wait(10)
        # Menus that were made anew: the old ones would make their keys ambiguous.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _is_calm(self) -> bool:
        timers = self.window.findChildren(QTimer)
        soon = any(one.isActive() and one.isSingleShot() and one.interval() <= 200 for one in timers)
        return not soon and not self.running.jobs.running()


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server of our own."""
    with mail_server(MailServer()) as running:
        yield running


@pytest.fixture
def factory(db: Any, server: MailServer) -> Factory:
    """Three ready orders of one customer, 40 lines that fill two long containers."""
    made = Factory(db)
    items = [made.item(f"CUP-{number:02}", net_g=250 + number) for number in range(14)]
    for item in items:
        made.stock(item, 20_000)
    customer = made.customer(email=BUYER)
    for lines in (14, 13, 13):
        made.order(customer, [(item, "1800", "2.35") for item in items[:lines]])
    settings = MailSettings("127.0.0.1", server.port, "none", sender="sales@cups.example")
    mail_settings.save_mail_settings(settings)
    return made


@pytest.fixture
def clerk(
    qapp: QApplication, qtbot: QtBot, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Clerk]:
    """At the window of the workspace."""
    monkeypatch.setattr(containers_panel, "SECONDS", 0.4)
    language = i18n.language()
    with app.window_over(workspace.current(), MemorySecrets(), "en") as running:
        running.window.resize(1280, 800)
        running.window.show()
        yield Clerk(qtbot, running)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    i18n.set_language(language)
    theme.apply(qapp, theme.LIGHT)


def test_from_the_orders_to_the_e_mail_without_a_mouse(
    clerk: Clerk, factory: Factory, server: MailServer
) -> None:
    it_goes_to_the_shipments(clerk)
    it_takes_three_orders(clerk)
    it_packs_and_weighs_one(clerk)
    it_loads_them(clerk)
    it_types_containers_and_transport(clerk)
    it_issues_the_papers(clerk)
    it_checks_them(clerk)
    it_sends_them(clerk, factory, server)
    the_goods_leave(clerk)


def it_goes_to_the_shipments(clerk: Clerk) -> None:
    keys = {command.id: command.shortcut for command in clerk.window.commands}
    place = keys["go.shipping"]
    clerk.key(Qt.Key(ord(place[-1])), CTRL)
    assert clerk.page.noun == "shipping"


def it_takes_three_orders(clerk: Clerk) -> None:
    clerk.key(Qt.Key.Key_N, CTRL)
    dialog = clerk.page.findChildren(NewShipmentDialog)[0]
    clerk.keys(Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Space)
    assert len(dialog.chosen()) == 3
    clerk.key(Qt.Key.Key_Return, CTRL)
    assert len(clerk.bench.detail().lines) == 40


def it_packs_and_weighs_one(clerk: Clerk) -> None:
    clerk.key(Qt.Key.Key_F6)
    assert clerk.bench.detail().totals.cartons == 3_000
    assert clerk.bench.steps.currentIndex() == steps.CONTAINERS, "so much needs containers of its own"
    clerk.key(Qt.Key.Key_1, ALT)
    clerk.tab_to(clerk.bench.pack_panel.cartons)
    clerk.key(Qt.Key.Key_Return)
    form = clerk.page.findChildren(FormDialog)[0].form
    for name, text in {"cartons": "2", "gross_g": "7.25", "reason": "floor scale"}.items():
        clerk.tab_to(form.edit(name))
        clerk.key(Qt.Key.Key_A, CTRL)
        clerk.type(text)
    clerk.key(Qt.Key.Key_Return, CTRL)
    rows = clerk.bench.detail().cartons[:3]
    assert [(row.label, row.weighed_reason) for row in rows[:2]] == [("1", ""), ("2", "floor scale")]
    assert rows[1].gross_g == 7_250 != rows[0].gross_g == rows[2].gross_g


def it_loads_them(clerk: Clerk) -> None:
    clerk.key(Qt.Key.Key_2, ALT)
    clerk.key(Qt.Key.Key_Space)
    panel = clerk.bench.containers
    assert panel.apply_button.isEnabled(), panel.note.text()
    clerk.tab_to(panel.apply_button)
    clerk.key(Qt.Key.Key_Space)
    filled = clerk.bench.detail().filled
    assert sum(row.cartons for row in filled) == 3_000
    assert len(filled) == 2


def it_types_containers_and_transport(clerk: Clerk) -> None:
    clerk.key(Qt.Key.Key_2, ALT)
    panel = clerk.bench.containers
    clerk.tab_to(panel.grid)
    QApplication.clipboard().setText(
        "Container No.\tSeal No.\tTare kg\nCSQU3054383\tH123\t3800\nMSKU1234565\tH124\t3,750\n"
    )
    clerk.key(Qt.Key.Key_V, CTRL)
    if QApplication.activeModalWidget() is not None:
        clerk.key(Qt.Key.Key_Return)  # what the paste would do is shown first
    clerk.key(Qt.Key.Key_Return, CTRL)
    rows = clerk.bench.detail().filled
    assert [(row.number, row.seal, row.tare_g) for row in rows] == [
        ("CSQU3054383", "H123", 3_800_000),
        ("MSKU1234565", "H124", 3_750_000),
    ]
    clerk.key(Qt.Key.Key_3, ALT)
    form = clerk.bench.transport.form
    clerk.type("EVER GIVEN 021W")
    for name, text in {"etd": "2026-12-03", "eta": "2027-01-08", "booking_number": "BOOK-7"}.items():
        clerk.tab_to(form.edit(name))
        clerk.type(text)
    clerk.key(Qt.Key.Key_Return, CTRL)
    assert clerk.bench.detail().booking_number == "BOOK-7"


def it_issues_the_papers(clerk: Clerk) -> None:
    clerk.key(Qt.Key.Key_4, ALT)
    papers = clerk.bench.papers
    wanted = ["commercial_invoice", "packing_list", "booking_note", "vgm_declaration"]
    assert [kind for kind, _variant in papers.ticked()] == wanted, "what is usual for containers is ticked"
    while papers.current() != ("loading_plan", ""):
        clerk.key(Qt.Key.Key_Down)
    clerk.key(Qt.Key.Key_Space)
    clerk.agree(lambda: clerk.key(Qt.Key.Key_I, CTRL))
    clerk.wait()
    held = {str(row.kind) for row in clerk.bench.detail().documents if row.current}
    assert held == {*wanted, "loading_plan"}


def it_checks_them(clerk: Clerk) -> None:
    clerk.key(Qt.Key.Key_5, ALT)
    view = clerk.bench.check.findings.view
    assert [one.message for one in view.findings if one.severity == "E"] == []
    assert len(view.papers) >= 4


def it_sends_them(clerk: Clerk, factory: Factory, server: MailServer) -> None:
    clerk.key(Qt.Key.Key_6, ALT)
    assert clerk.focus().text() == BUYER  # type: ignore[attr-defined]  # the field "To"
    clerk.key(Qt.Key.Key_Return, CTRL)
    (arrived,) = server.messages
    assert server.envelopes == [("sales@cups.example", (BUYER,))]
    names = [part.get_filename() for part in arrived.iter_attachments()]
    assert names == ["CI-2026-00001 Commercial invoice.pdf", "PL-2026-00001 Packing list.pdf"]
    assert factory.one(DocumentMail).state == MailState.SENT
    assert clerk.bench.detail().mails == 1
    assert clerk.bench.journey.steps()[steps.SEND].count == "1 message"


def the_goods_leave(clerk: Clerk) -> None:
    clerk.agree(lambda: clerk.key(Qt.Key.Key_F8))
    clerk.wait()
    assert clerk.bench.detail().state is ShipmentState.SHIPPED
