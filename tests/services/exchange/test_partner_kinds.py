"""Partners by file: one row each, with roles and main address."""

from __future__ import annotations

from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.engineering import Calendar
from factory_erp.models.partners import AddressUse, Partner, PartnerAddress, PartnerRole, Role
from tests.services.exchange.rows import counts, given, reasons, took, unchanged_again

BUYER = {
    "partner": "NORD", "name": "Nordkopp GmbH", "roles": "Customer|agent", "country": "Germany",
    "currency": "EUR", "contact": "Frau Ode", "street": "Hafenweg 3\nTor 4", "city": "Hamburg",
    "postal_code": "20457",
}  # fmt: skip


def _roles(db: Database) -> set[str]:
    with db.session() as session:
        return set(session.scalars(select(PartnerRole.role)))


def test_a_partner_comes_with_its_roles_and_its_main_address(db: Database) -> None:
    assert counts(took("partners", BUYER)) == (1, 0, 0, 0)
    with db.session() as session:
        partner = session.scalars(select(Partner)).one()
        address = partner.addresses[0]
        assert (partner.code, partner.country, partner.currency) == ("NORD", "DE", "EUR")
        assert (address.use, address.street, address.country) == ("main", "Hafenweg 3\nTor 4", "DE")
    assert _roles(db) == {"customer", "agency"}


def test_the_same_partner_again_changes_nothing(db: Database) -> None:
    took("partners", BUYER)
    assert counts(took("partners", BUYER)) == (0, 0, 1, 0)


def test_roles_are_set_as_the_file_has_them(db: Database) -> None:
    took("partners", BUYER)
    assert counts(took("partners", {**BUYER, "roles": "supplier"})) == (0, 1, 0, 0)
    assert _roles(db) == {"supplier"}


def test_a_file_without_roles_leaves_them_alone_and_a_new_partner_is_a_customer(db: Database) -> None:
    took("partners", {**BUYER, "roles": "supplier"})
    plain = {"partner": "NEW", "name": "New Ltd", "country": "GB"}
    report = took("partners", plain, {"partner": "NORD", "name": "Nordkopp GmbH", "country": "DE"})
    assert counts(report) == (1, 0, 1, 0)
    with db.session() as session:
        rows = select(Partner.code, PartnerRole.role).join(PartnerRole)
        assert set(session.execute(rows)) == {("NEW", "customer"), ("NORD", "supplier")}


def test_the_address_moves_with_the_firm_and_other_addresses_stay(db: Database) -> None:
    took("partners", BUYER)
    with db.session(write=True) as session:
        partner = session.scalars(select(Partner)).one()
        partner.addresses.append(PartnerAddress(use=AddressUse.SHIPPING, street="Kai 9", country="DE"))
    moved = {**BUYER, "country": "AT", "street": "Ring 1", "city": "Wien", "postal_code": "1010"}
    assert counts(took("partners", moved)) == (0, 1, 0, 0)
    with db.session() as session:
        rows = session.execute(select(PartnerAddress.use, PartnerAddress.street, PartnerAddress.country))
        assert set(rows) == {("main", "Ring 1", "AT"), ("shipping", "Kai 9", "DE")}


def test_an_unknown_role_refuses_everything(db: Database) -> None:
    report = took("partners", BUYER, {**BUYER, "partner": "B", "roles": "friend"})
    assert reasons(report) == [(3, "roles")]
    assert "Customer" in report.rejected[0].reason
    with db.session() as session:
        assert session.scalars(select(Partner)).all() == []


def test_a_country_is_needed(db: Database) -> None:
    report = took("partners", {**BUYER, "country": ""})
    assert reasons(report) == [(2, "country")]


def test_class_and_delivery_days_are_taken_and_kept(db: Database) -> None:
    with db.session(write=True) as session:
        session.add(Calendar(code="MWF", name_en="Mondays, Wednesdays, Fridays", name_zh="周一三五"))
    assert counts(took("partners", {**BUYER, "客户等级": "a", "Delivery days": "MWF"})) == (1, 0, 0, 0)
    assert (given("partners")[0]["priority_class"], given("partners")[0]["calendar"]) == ("A", "MWF")
    assert counts(took("partners", BUYER)) == (0, 0, 1, 0), "a file without the columns leaves them alone"
    assert unchanged_again("partners") == 1
    assert counts(took("partners", {**BUYER, "priority_class": "", "calendar": ""})) == (0, 1, 0, 0)
    assert (given("partners")[0]["priority_class"], given("partners")[0]["calendar"]) == ("B", "")


def test_an_unknown_class_or_calendar_is_refused(db: Database) -> None:
    second = {**BUYER, "partner": "B", "priority_class": "B", "calendar": "NEVER"}
    report = took("partners", {**BUYER, "priority_class": "D", "calendar": ""}, second)
    assert reasons(report) == [(2, "priority_class"), (3, "calendar")]
    assert "Import the calendars first." in report.rejected[1].reason


def test_partners_go_out_and_come_in_again_unchanged(db: Database) -> None:
    took("partners", BUYER, {"partner": "=A1", "name": '+"x', "country": "CN", "roles": ""})
    assert given("partners")[1]["roles"] == "Customer|Agency"
    assert unchanged_again("partners") == 2


def test_all_roles_have_a_title() -> None:
    from factory_erp.services.exchange.partner_kinds import ROLES

    assert set(ROLES) == set(Role)
