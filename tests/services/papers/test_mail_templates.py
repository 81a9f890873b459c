"""The message that documents go out with: a text a language, filled from the shipment."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import Conflict, InvalidValue, NotFound
from factory_erp.i18n import in_language
from factory_erp.models.database import Database
from factory_erp.models.partners import Partner
from factory_erp.models.shipping import Shipment
from factory_erp.services.mail.drafts import compose_mail, document_name
from factory_erp.services.mail.groups import GROUP_KINDS
from factory_erp.services.mail.templates import (
    LANGUAGES,
    PLACES,
    check_places,
    filled,
    set_template,
    template_list,
)
from factory_erp.services.mail.texts import MAIL_TEXTS
from factory_erp.services.papers.kinds import PAPERS
from tests.services.shipping_factory import Factory


@pytest.fixture
def factory(db: Database) -> Factory:
    return Factory(db)


@pytest.fixture
def shipment(factory: Factory) -> int:
    """A shipment with invoice and packing list issued."""
    item = factory.item("CUP-1")
    factory.stock(item, 500)
    buyer = factory.customer(email="einkauf@nord.example", language="de")
    return factory.documented(factory.order(buyer, [(item, "100", "2.35")]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_text_with_every_place(language: str) -> None:
    text = MAIL_TEXTS[language]
    used = {name for _plain, name, _form, _conversion in string.Formatter().parse(text.body) if name}
    assert used == set(PLACES)
    check_places(text.subject, "subject")
    assert len(text.subject) <= 200


def test_a_text_is_kept_and_taken_back(db: Database) -> None:
    set_template("de", "Papiere {number}", "Hallo {buyer}", 0)
    kept = {view.language: view for view in template_list()}
    assert (kept["de"].subject, kept["de"].body, kept["de"].is_default) == (
        "Papiere {number}", "Hallo {buyer}", False,
    )  # fmt: skip
    assert kept["fr"].is_default
    assert not set_template("de", "Papiere {number}", "Hallo {buyer}", 0).changes
    with pytest.raises(Conflict):
        set_template("de", "Anders", "Hallo", 0)
    set_template("de", "", "", kept["de"].version)
    assert all(view.is_default for view in template_list())


@pytest.mark.parametrize(
    ("field", "subject", "body"),
    [
        ("subject", "{numbr}", "x"),
        ("body", "x", "{number} {price}"),
        ("body", "x", "{number:05}"),
        ("body", "x", "{number!r}"),
        ("body", "x", "{}"),
        ("body", "x", "open {"),
        ("subject", "}", "x"),
        ("subject", "", "x"),
        ("body", "x", " "),
        ("subject", "x" * 201, "x"),
        ("body", "x", "y" * 20_001),
        ("body", "x", "a\0b"),
    ],
)
def test_a_text_that_cannot_be_filled_is_named(db: Database, field: str, subject: str, body: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        set_template("en", subject, body)
    assert refused.value.field == field
    assert refused.value.remedy
    assert template_list()[0].is_default


def test_an_unknown_language_is_named(db: Database, shipment: int) -> None:
    for asks in (lambda: set_template("tlh", "x", "y"), lambda: compose_mail(shipment, "tlh")):
        with pytest.raises(InvalidValue) as refused:
            asks()
        assert refused.value.field == "language"


def test_lines_without_anything_to_say_are_left_out() -> None:
    text = "Hello\n\nVessel: {vessel}\nETD: {etd}\n\nBye\n{company}"
    values = dict.fromkeys(PLACES, "") | {"company": "We"}
    assert filled(text, values) == "Hello\n\nBye\nWe"
    assert filled(text, values | {"etd": "today"}) == "Hello\n\nETD: today\n\nBye\nWe"


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n")))
def test_what_a_value_holds_is_never_taken_for_a_place(value: str) -> None:
    hostile = f"{{number}}{value}{{company}}"
    assert filled("a{buyer}b", dict.fromkeys(PLACES, "?") | {"buyer": hostile}) == f"a{hostile}b"


def test_the_message_is_in_the_buyers_language(factory: Factory, shipment: int) -> None:
    factory.change(
        Shipment, shipment, vessel_voyage="EVER GIVEN 026W", etd=date(2026, 12, 5), bill_number="EGLV1"
    )
    draft = compose_mail(shipment)
    number = factory.one(Shipment).number
    assert (draft.language, draft.to, draft.cc) == ("de", ("einkauf@nord.example",), ())
    assert draft.kinds == ("commercial_invoice", "packing_list")
    assert draft.subject == f"Dokumente der Sendung {number} (SO-2026-00001)"
    lines = draft.body.splitlines()
    assert "Käufer: Nordlicht Handels GmbH" in lines
    assert "Schiff und Reise: EVER GIVEN 026W" in lines
    assert "Abfahrt (ETD): 5. Dezember 2026" in lines
    assert "Konnossement: EGLV1" in lines
    assert not [line for line in lines if "ETA" in line]
    assert [line.split()[1] for line in lines if line.startswith("- ")] == ["CI-2026-00001", "PL-2026-00001"]
    assert lines[-1] == "Ningbo Bright Cup Co., Ltd."


def test_it_can_be_written_in_every_language(shipment: int) -> None:
    for language in LANGUAGES:
        draft = compose_mail(shipment, language)
        assert not {"{", "}"} & set(draft.subject + draft.body), language
        assert "CI-2026-00001" in draft.body
        assert "\n" not in draft.subject


def test_the_windows_language_does_not_matter(shipment: int) -> None:
    with in_language("zh_CN"):
        there = compose_mail(shipment, "en")
    assert compose_mail(shipment, "en") == there


def test_the_languages_name_the_company_and_the_papers_as_their_readers_do(shipment: int) -> None:
    chinese, english = compose_mail(shipment, "zh_CN").body, compose_mail(shipment, "en").body
    assert "CI-2026-00001  商业发票" in chinese
    assert chinese.endswith("宁波亮杯有限公司")
    assert "CI-2026-00001  Commercial invoice" in english
    assert {document_name(kind, "bilingual") for kind in PAPERS} >= {"Packing list 装箱单"}


SPOKEN = {"pt-BR": "pt", "zh": "zh_CN", "zh_TW": "zh_CN", "ja": "ja", "sv": "en", "": "en"}


def test_a_language_that_we_cannot_write_is_answered_in_english(factory: Factory, shipment: int) -> None:
    for spoken, written in SPOKEN.items():
        factory.change(Partner, factory.one(Partner).id, language=spoken)
        assert compose_mail(shipment).language == written


def test_each_group_gets_its_own_papers(factory: Factory, shipment: int) -> None:
    forwarder = factory.customer("FWD", name="Ningbo Sea", email="ops@sea.example", language="zh_CN")
    factory.change(Shipment, shipment, forwarder_id=forwarder)
    carrier, bank = compose_mail(shipment, group="carrier"), compose_mail(shipment, group="bank")
    assert (carrier.to, carrier.language) == (("ops@sea.example",), "zh_CN")
    assert (bank.to, bank.language) == ((), "zh_CN")
    assert "bill_of_exchange" in GROUP_KINDS["bank"]
    for kept in ("bill_of_exchange", "customs_declaration", "carton_labels", "booking_note"):
        assert kept not in GROUP_KINDS["buyer"]
    assert {"booking_note", "customs_declaration", "packing_list"} <= set(GROUP_KINDS["carrier"])
    with pytest.raises(InvalidValue, match="no such group"):
        compose_mail(shipment, group="press")  # type: ignore[arg-type]  # what a caller might get wrong


def test_an_address_that_is_none_is_left_for_a_person_to_enter(factory: Factory, shipment: int) -> None:
    factory.change(Partner, factory.one(Partner).id, email="by phone only")
    assert compose_mail(shipment).to == ()


def test_a_shipment_that_is_gone_is_said(db: Database) -> None:
    with pytest.raises(NotFound):
        compose_mail(4711)
