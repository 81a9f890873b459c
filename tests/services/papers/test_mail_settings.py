"""The mail server: encrypted wherever there is a network, saved over what was read."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.models.database import Database
from factory_erp.models.partners import Company
from factory_erp.services.mail.settings import (
    THIS_PC,
    USUAL_PORT,
    MailSettings,
    Sender,
    check_settings,
    is_address,
    mail_settings,
    mail_sheet,
    read_sender,
    save_mail_settings,
)
from tests.services.shipping_factory import Factory

GIVEN = MailSettings("smtp.cups.example", 465, "tls", "clerk", "export@cups.example", "亮杯 Export")


def test_a_new_factory_has_no_mail_server(db: Database) -> None:
    sheet = mail_sheet()
    assert (sheet.settings, sheet.version, sheet.company_email) == (MailSettings(), 0, "")
    assert mail_settings().host == ""


def test_settings_are_kept_and_the_same_again_changes_nothing(db: Database) -> None:
    assert save_mail_settings(GIVEN, 0).changes
    assert mail_settings() == GIVEN
    assert not save_mail_settings(GIVEN, 0).changes


def test_what_somebody_else_changed_is_not_written_over(db: Database) -> None:
    save_mail_settings(GIVEN, 0)
    with pytest.raises(Conflict, match="somebody else"):
        save_mail_settings(replace(GIVEN, port=587), 0)
    save_mail_settings(replace(GIVEN, port=587), mail_sheet().version)
    assert mail_settings().port == 587


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", ""),
        ("host", "smtp.example.com:587"),
        ("host", "https://smtp.example.com"),
        ("host", "smtp.example.com\r\nMAIL FROM:<a@b.c>"),
        ("host", "-x.example"),
        ("port", 0),
        ("port", 65536),
        ("security", "none"),
        ("security", "ssl3"),
        ("user", "clerk\r\nRCPT TO:<a@b.c>"),
        ("user", "职员"),
        ("user", "u" * 121),
        ("sender", "export"),
        ("sender", "a@b.example\r\nBcc: c@d.example"),
        ("sender_name", "Export\r\nBcc: c@d.example"),
    ],
)
def test_settings_that_nothing_should_be_sent_with_are_named(db: Database, field: str, value: object) -> None:
    with pytest.raises(InvalidValue) as refused:
        save_mail_settings(MailSettings(**asdict(GIVEN) | {field: value}))
    assert refused.value.field == field
    assert refused.value.remedy
    assert mail_settings() == MailSettings()


@pytest.mark.parametrize("host", sorted(THIS_PC))
def test_a_server_on_this_pc_needs_no_encryption(host: str) -> None:
    check_settings(MailSettings(host=host, port=USUAL_PORT["none"], security="none"))


@pytest.mark.parametrize("text", ["a@b.cn", "sales+eu@mail.cups.example", "o'neil@x-y.co.uk"])
def test_an_address(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@b", "a@@b.cn", "a b@c.cn", "<a@b.cn>", "a@b.cn,c@d.cn", "a@b.cn\n", "a@-b.cn", ".a@b.cn",
     "a..b@c.cn", "甲@b.cn", "a@乙.cn", "a@b.cn ", "cc:a@b", f"{'a' * 65}@b.cn", f"a@{'b.' * 99}cn"],
)  # fmt: skip
def test_no_address(text: str) -> None:
    assert not is_address(text)


def test_the_company_sends_where_nobody_else_is_named(db: Database) -> None:
    factory = Factory(db)
    with db.session() as session, pytest.raises(InvalidValue, match="no e-mail address"):
        read_sender(session)
    with db.session(write=True) as session:
        company = session.scalars(select(Company)).one()
        company.email, company.name_en = " sales@cups.example ", "Bright\nCup"
    with db.session() as session:
        assert read_sender(session) == Sender("sales@cups.example", "Bright Cup")
    save_mail_settings(GIVEN)
    with db.session() as session:
        assert read_sender(session) == Sender("export@cups.example", "亮杯 Export")
    assert mail_sheet().company_name == factory.one(Company).name_en
