"""Items and partners to choose from: by code, by either name, by role."""

from __future__ import annotations

from factory_erp.i18n import in_language
from factory_erp.models.database import Database
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.services.directory import items_to_choose, partner, partner_choices
from tests.services.factory import an_item


def some_partners(db: Database) -> None:
    with db.session(write=True) as session:
        for code, name, local, role in (
            ("NORD", "Nordic Home A/S", "", Role.CUSTOMER),
            ("STEEL", "Ningbo Steel 100% Co.", "宁波钢材", Role.SUPPLIER),
        ):
            roles = [PartnerRole(role=role)]
            session.add(Partner(code=code, name=name, name_local=local, country="CN", roles=roles))


def test_partners_are_found_by_code_and_by_either_name(db: Database) -> None:
    some_partners(db)
    assert [one.code for one in partner_choices()] == ["NORD", "STEEL"]
    for words in ("steel", "ningbo", "钢材", "100%"):
        assert [one.code for one in partner_choices(words)] == ["STEEL"], words
    assert partner_choices("nobody") == []
    assert [one.code for one in partner_choices(limit=1)] == ["NORD"]


def test_a_role_narrows_and_a_chinese_reader_sees_the_local_name(db: Database) -> None:
    some_partners(db)
    assert [one.code for one in partner_choices(role=Role.CUSTOMER)] == ["NORD"]
    with in_language("zh_CN"):
        assert [one.name for one in partner_choices()] == ["Nordic Home A/S", "宁波钢材"]


def test_one_partner_is_named_for_the_reader(db: Database) -> None:
    some_partners(db)
    nord, steel = partner_choices()
    assert (partner(nord.id), partner(steel.id), partner(steel.id + 1)) == (nord, steel, None)
    with in_language("zh_CN"):
        found = partner(steel.id)
        assert found is not None
        assert found.name == "宁波钢材"


def test_the_active_items_are_offered_by_sku(db: Database) -> None:
    with db.session(write=True) as session:
        an_item(session, "MUG", english="Mug")
        an_item(session, "OLD").active = False
    assert [(one.sku, one.name, one.unit) for one in items_to_choose()] == [("MUG", "Mug", "H87")]
