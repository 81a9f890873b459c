"""The form of a partner: every rule under its field, saving twice, roles, class and delivery days."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.i18n import in_language
from factory_erp.models.database import Database
from factory_erp.models.engineering import Calendar
from factory_erp.models.partners import Partner, Role
from factory_erp.services.material import changes as material_changes
from factory_erp.services.partner_forms import PartnerForm, partner_form, partner_rows, save_partner

FORM = PartnerForm(
    " NORD ", "Nordkopp GmbH", country="germany", language="English", currency="eur",
    roles=(Role.CUSTOMER, Role.AGENCY), client_key="nord",
)  # fmt: skip


def test_a_partner_is_made_once_however_often_the_form_is_sent(db: Database) -> None:
    first = save_partner(FORM)
    assert save_partner(FORM).value == first.value
    assert save_partner(FORM).changes == {}
    form = partner_form(first.value)
    assert (form.code, form.country, form.language, form.currency) == ("NORD", "DE", "en", "EUR")
    assert (form.roles, form.priority_class, form.calendar_id) == (FORM.roles, "B", None)


def test_class_and_delivery_days_make_the_plan_out_of_date(db: Database) -> None:
    with db.session(write=True) as session:
        calendar = Calendar(code="MWF", name_en="Three days", name_zh="三天")
        session.add(calendar)
        session.flush()
        calendar_id = calendar.id
    form = partner_form(save_partner(FORM).value)
    changed = save_partner(replace(form, priority_class="A", calendar_id=calendar_id))
    assert material_changes.affected(changed.changes)
    read = partner_form(changed.value)
    assert (read.priority_class, read.calendar_id, read.version) == ("A", calendar_id, 2)


def test_roles_are_set_and_count_as_a_change_of_the_partner(db: Database) -> None:
    form = partner_form(save_partner(FORM).value)
    changed = save_partner(replace(form, roles=(Role.AGENCY, Role.SUPPLIER)))
    assert set(changed.changes) == {"partner", "partner_role"}
    assert partner_form(changed.value).roles == (Role.SUPPLIER, Role.AGENCY)
    with pytest.raises(Conflict):
        save_partner(replace(form, phone="1"))
    assert partner_form(changed.value).phone == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", " "),
        ("code", "A\tB"),
        ("code", "TAKEN"),
        ("code", "x" * 41),
        ("name", ""),
        ("name", "x" * 201),
        ("country", "Atlantis"),
        ("language", "?"),
        ("currency", "XXQ"),
        ("priority_class", "D"),
        ("calendar_id", 99),
    ],
)
def test_every_rule_is_said_under_its_field(db: Database, field: str, value: Any) -> None:
    with db.session(write=True) as session:
        session.add(Partner(code="TAKEN", name="Taken", country="CN"))
    with pytest.raises(InvalidValue) as refused:
        save_partner(replace(FORM, **{field: value}))
    assert refused.value.field == field
    assert refused.value.message
    assert refused.value.remedy
    assert [row.code for row in partner_rows()] == ["TAKEN"]


def test_partners_are_listed_by_code_and_found_by_either_name(db: Database) -> None:
    save_partner(FORM)
    save_partner(PartnerForm("STEEL", "Ningbo Steel", "宁波钢材", "CN", roles=(Role.SUPPLIER,)))
    assert [(row.code, row.roles) for row in partner_rows()] == [
        ("NORD", (Role.CUSTOMER, Role.AGENCY)), ("STEEL", (Role.SUPPLIER,)),
    ]  # fmt: skip
    assert [row.code for row in partner_rows("钢")] == ["STEEL"]
    with in_language("zh_CN"):
        assert [row.name for row in partner_rows()] == ["Nordkopp GmbH", "宁波钢材"]
