from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import InvalidValue
from factory_erp.models.database import Database
from factory_erp.models.platforms import AccountState
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.accounts import AccountForm
from factory_erp.sync.connectors import registry
from factory_erp.sync.connectors.spec import Option, PlatformSpec
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.sync.sandbox.alibaba import SandboxServer
from factory_erp.ui.kit.buttons import Button, Kind
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.platforms import PlatformsPage, work
from factory_erp.ui.platforms.account_dialogs import AccountDialog
from factory_erp.ui.platforms.account_fields import form_of, values_of
from factory_erp.ui.platforms.sign_in import AuthoriseDialog
from tests.ui.platforms.support import click, connected, form, rows, settle, shown

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def fill(qtbot: QtBot, dialog: AccountDialog, **texts: str) -> None:
    for name, text in texts.items():
        edit = dialog.form.edit(name)
        assert isinstance(edit, QLineEdit)
        edit.selectAll()
        qtbot.keyClicks(edit, text)


def choose(dialog: AccountDialog, name: str, text: str) -> None:
    edit = dialog.form.edit(name)
    assert isinstance(edit, ChoiceEdit)
    edit.setCurrentIndex(edit.findText(text))
    edit.activated.emit(edit.currentIndex())


def edited(qtbot: QtBot, page: PlatformsPage) -> AccountDialog:
    click(page.accounts.card, "Edit account…")
    settle(qtbot, page)
    dialog = page.findChild(AccountDialog)
    assert dialog is not None
    return dialog


def test_a_new_account_keeps_its_secret_out_of_the_database(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, secrets: MemorySecrets, db: Database
) -> None:
    dialog = page.acts.add_account()
    fill(qtbot, dialog, name="Bottles", gateway=shop.url, app_key=shop.state.app_key)
    fill(qtbot, dialog, app_secret=shop.state.app_secret)
    assert dialog.form.save()
    settle(qtbot, page)

    assert secrets.get(f"alibaba/{shop.state.app_key}/app_secret") == shop.state.app_secret
    assert rows(page.accounts.table)[0][2] == "Sign in needed"
    with db.engine.connect() as connection:
        dump = "\n".join(str(row) for row in connection.exec_driver_sql("SELECT * FROM platform_account"))
    assert shop.state.app_key in dump
    assert shop.state.app_secret not in dump
    sign_in = page.findChild(AuthoriseDialog)
    assert sign_in is not None
    assert shop.state.app_key in sign_in.url.toPlainText()
    assert "white list" in shown(sign_in)
    sign_in.reject()


def test_the_settings_of_an_account_are_changed(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    account_id = connected(qtbot, page, shop)
    dialog = edited(qtbot, page)
    fill(qtbot, dialog, name="Bottles EU", every_minutes="15", daily_quota="5000", safety_stock="12.5")
    fill(qtbot, dialog, **{"option:rfq_words": "steel bottle"})
    choose(dialog, "option:refunds", "Of every order")
    choose(dialog, "language", "Deutsch")
    dialog.form.edit("push_prices").click()  # type: ignore[attr-defined]
    assert dialog.form.save()
    settle(qtbot, page)

    assert said[-1] == "Bottles EU is saved."
    saved, _version = platforms.account_form(account_id)
    assert (saved.name, saved.every_minutes, saved.daily_quota) == ("Bottles EU", 15, 5000)
    assert (saved.safety_stock, saved.language, saved.push_prices) == (Decimal("12.5"), "de", True)
    assert (saved.options["refunds"], saved.options["rfq_words"]) == ("all", "steel bottle")
    assert (saved.push_stock, saved.overlap_minutes, saved.app_key) == (True, 10, shop.state.app_key)
    assert platforms.account(account_id).state is AccountState.CONNECTED
    row = rows(page.accounts.table)[0]
    assert row[0] == "Bottles EU"
    assert row[6].endswith(" / 5,000")


def test_settings_that_somebody_else_changed_are_not_written_over(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = connected(qtbot, page, shop)
    dialog = edited(qtbot, page)
    theirs, version = platforms.account_form(account_id)
    platforms.save_account(replace(theirs, every_minutes=60), version)
    problems: list[BaseException] = []
    monkeypatch.setattr(
        "factory_erp.ui.platforms.account_dialogs.show_problem", lambda _parent, error: problems.append(error)
    )
    fill(qtbot, dialog, every_minutes="15")
    dialog.form.save()
    settle(qtbot, page)

    assert "changed since you opened them" in str(problems[0])
    assert platforms.account_form(account_id)[0].every_minutes == 60
    dialog.reject()


def test_a_setting_that_cannot_be_is_refused_at_its_field(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    connected(qtbot, page, shop)
    dialog = edited(qtbot, page)
    fill(qtbot, dialog, history_days="400")
    dialog.form.save()
    settle(qtbot, page)

    assert "from 1 to 365" in dialog.form.edit("history_days").accessibleDescription()
    assert dialog.isVisible()
    dialog.form.undo_stack.undo()
    assert dialog.form.draft()["history_days"] == "90"
    dialog.reject()


def test_another_platform_asks_for_other_things(qtbot: QtBot, page: PlatformsPage) -> None:
    dialog = page.acts.add_account()
    fill(qtbot, dialog, name="Bottles", every_minutes="20", gateway="https://alibaba.example", app_key="k")
    assert "option:style" in dialog.form.draft()
    assert "white list" in shown(dialog)
    choose(dialog, "platform", "DHgate")
    qtbot.waitUntil(lambda: "option:zone" in dialog.form.draft())

    draft = dialog.form.draft()
    assert "option:style" not in draft
    assert (draft["name"], draft["every_minutes"]) == ("Bottles", "20")
    gateway = dialog.form.edit("gateway")
    assert isinstance(gateway, QLineEdit)
    assert gateway.placeholderText() == registry.PLATFORMS["dhgate"].gateway
    # The keys of one platform never go to the address of another.
    assert (draft["gateway"], draft["app_key"]) == ("", "")
    assert "open.dhgate.com" in shown(dialog)
    dialog.reject()


def test_a_platform_without_keys_asks_for_its_folder_only(
    qtbot: QtBot, page: PlatformsPage, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Option("folder", "Folder", folder=True)
    plain = PlatformSpec(
        "plain", "Plain shelf", registry.PLATFORMS["dhgate"].connect, frozenset(), options=(folder,),
        needs_secret=False,
    )  # fmt: skip
    monkeypatch.setitem(registry.PLATFORMS, "plain", plain)
    dialog = page.acts.add_account()
    choose(dialog, "platform", "Plain shelf")
    qtbot.waitUntil(lambda: "option:folder" in dialog.form.draft())
    assert not {"app_key", "app_secret", "gateway", "language", "push_stock"} & dialog.form.draft().keys()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: "/srv/orders")
    fill(qtbot, dialog, name="Folder shop")
    edit = dialog.form.edit("option:folder")
    edit.actions()[-1].trigger()
    assert dialog.form.save()
    settle(qtbot, page)

    [view] = platforms.accounts()
    assert (view.state, dict(view.options)) == (AccountState.CONNECTED, {"folder": "/srv/orders"})
    assert said[-1] == "Folder shop is saved. Sync now to bring its orders."
    assert page.findChild(AuthoriseDialog) is None


def test_what_the_form_does_not_show_stays_as_it_was(db: Database) -> None:
    spec = registry.PLATFORMS["alibaba"]
    before = AccountForm("alibaba", "A", "k", options={"later": "kept"}, every_minutes=5, id=7)
    values = {**values_of(before, spec), "every_minutes": None, "option:calls_per_second": Decimal("2.50")}
    after = form_of(values, before, spec)

    assert after.options["later"] == "kept"
    assert after.options["calls_per_second"] == "2.5"
    assert (after.every_minutes, after.id, after.base_url) == (0, 7, "")


def test_other_keys_ask_for_the_sign_in_again(page: PlatformsPage, shop: SandboxServer, qtbot: QtBot) -> None:
    account_id = connected(qtbot, page, shop)
    secrets = page.context.services.secrets
    before, version = platforms.account_form(account_id)
    with pytest.raises(InvalidValue, match="needs its app secret"):
        work.save_account(replace(before, app_key="other"), "", secrets, version)
    assert platforms.account(account_id).app_key == shop.state.app_key
    view = work.save_account(replace(before, app_key="other"), "s", secrets, version).value
    assert view.state is AccountState.REAUTHORISE


def test_pasting_the_address_signs_in(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer, said: list[str]
) -> None:
    account_id = connected(qtbot, page, shop)
    platforms.note_problem(account_id, "", AccountState.REAUTHORISE)
    dialog = page.acts.authorise(platforms.account(account_id))
    dialog.code.setText("https://localhost/?state=foreign&code=x")
    dialog.exchange()
    assert "another request" in dialog.problem.text()

    dialog.code.setText(f"https://localhost/?code={shop.state.new_code()}&state={dialog._state}")
    qtbot.keyClick(dialog.code, Qt.Key.Key_Return)
    settle(qtbot, page)

    view = platforms.account(account_id)
    assert view.state is AccountState.CONNECTED
    assert view.token_until is not None
    assert said[-1] == "Bottles is connected. Sync now to bring its orders."
    assert "Sign-in until" in shown(page.accounts.card)


def test_the_callback_address_of_the_settings_is_suggested(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    secrets = page.context.services.secrets
    own = replace(form(shop), options={"callback": "https://shop.example/back"})
    view = work.save_account(own, shop.state.app_secret, secrets).value
    dialog = page.acts.authorise(view)
    assert dialog.callback.text() == "https://shop.example/back"
    assert "shop.example" in dialog.url.toPlainText()
    dialog.reject()


def test_a_wrong_code_is_explained_in_the_dialog(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    account_id = connected(qtbot, page, shop)
    dialog = page.acts.authorise(platforms.account(account_id))
    dialog.code.setText("never-given")
    dialog.exchange()
    settle(qtbot, page)

    assert dialog.problem.text().startswith("The platform does not accept this code")
    assert dialog.connect_button.isEnabled()
    dialog.reject()


@pytest.mark.parametrize("gateway", ["not an address", "http://example.com/rest"])
def test_a_gateway_that_would_leak_the_secret_is_refused(
    qtbot: QtBot, page: PlatformsPage, gateway: str
) -> None:
    dialog = page.acts.add_account()
    fill(qtbot, dialog, name="A", gateway=gateway, app_key="k", app_secret="s")

    assert not dialog.form.save()
    assert list(dialog.form.problems()) == ["gateway"]
    dialog.reject()


@pytest.mark.parametrize("demo", [False, True])
def test_without_a_keyring_the_dialog_says_how_long_the_secret_lasts(
    page: PlatformsPage, context: UiContext, demo: bool
) -> None:
    context.demo = demo
    dialog = page.acts.add_account()
    assert ("FACTORY_ERP_PASSPHRASE" in shown(dialog)) is not demo
    dialog.reject()


def test_an_account_that_has_to_sign_in_offers_that_first(
    qtbot: QtBot, page: PlatformsPage, shop: SandboxServer
) -> None:
    work.save_account(form(shop), shop.state.app_secret, page.context.services.secrets)
    page.refresh()
    settle(qtbot, page)
    offered = [one for one in page.accounts.card.findChildren(Button) if one.kind is Kind.PRIMARY]
    assert [one.text() for one in offered] == ["Sign in on the platform…"]


def test_a_pasted_code_is_taken_as_it_is(db: Database) -> None:
    assert work.code_in("  0_abc ", "s") == "0_abc"
    with pytest.raises(InvalidValue, match="holds no code"):
        work.code_in("https://localhost/?state=s", "s")
