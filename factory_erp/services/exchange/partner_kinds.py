"""Partners in and out: customers, suppliers and others, each with its roles and main address on one row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from factory_erp.i18n import N_, _
from factory_erp.models.engineering import Calendar
from factory_erp.models.partners import AddressUse, Partner, PartnerAddress, PartnerRole, Role
from factory_erp.services.base import touched
from factory_erp.services.bulk import chunks, insert_rows
from factory_erp.services.exchange.fields import (
    Field,
    choice,
    code,
    country,
    currency,
    language_code,
    several,
    text,
)
from factory_erp.services.exchange.grouping import made_of, resolve, unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record, Verdict
from factory_erp.services.exchange.upsert import change_rows, differences, upsert

ROLES: Mapping[Any, tuple[str, Iterable[str]]] = {
    Role.CUSTOMER: (N_("Customer"), ("customers", "buyer", "买家")),
    Role.SUPPLIER: (N_("Supplier"), ("suppliers", "vendor", "厂商")),
    Role.SUBCONTRACTOR: (N_("Subcontractor"), ("委外", "外协厂", "加工商")),
    Role.FORWARDER: (N_("Forwarder"), ("freight forwarder", "货运代理")),
    Role.BROKER: (N_("Customs broker"), ("broker", "报关行")),
    Role.AGENCY: (N_("Agency"), ("agent", "代理公司")),
}
NEW_ROLES = (Role.CUSTOMER,)
"""What a new partner is when the file has no column for it."""

CLASSES: Mapping[Any, tuple[str, Iterable[str]]] = {one: (one, ()) for one in ("A", "B", "C")}
PLAIN = [
    "name", "name_local", "country", "language", "currency", "payment_terms", "tax_id", "email", "phone",
    "priority_class",
]  # fmt: skip
ADDRESS = ["contact", "street", "city", "province", "postal_code"]

FIELDS = (
    Field(
        "partner",
        N_("Partner"),
        code(40),
        required=True,
        key_part=True,
        aliases=(
            "Code",
            "Partner code",
            "Customer code",
            "Supplier code",
            "往来单位编码",
            "客户编码",
            "供应商编码",
            "编码",
        ),
        example="NORDKOPP",
    ),
    Field(
        "name",
        N_("Name"),
        text(200),
        required=True,
        aliases=("Company", "Company name", "公司名称", "客户名称", "供应商名称", "名称"),
        example="Nordkopp GmbH",
    ),
    Field("name_local", N_("Local name"), text(200), aliases=("Chinese name", "中文名称", "本地名称")),
    Field(
        "roles",
        N_("Roles"),
        several(ROLES),
        default=(),
        aliases=("Role", "Type", "类型", "角色"),
        example="Customer",
        hint=N_("Several with | between them."),
    ),
    Field("country", N_("Country"), country(), required=True, aliases=("国家", "国别"), example="DE"),
    Field("language", N_("Language"), language_code(), default="en", aliases=("语言",), example="en"),
    Field("currency", N_("Currency"), currency(), default="USD", aliases=("币种", "币别"), example="EUR"),
    Field(
        "payment_terms",
        N_("Payment terms"),
        text(200),
        aliases=("Terms", "付款方式", "付款条件"),
        example="T/T 30/70",
    ),
    Field("tax_id", N_("Tax number"), text(40), aliases=("VAT", "VAT number", "Tax ID", "税号")),
    Field("email", N_("E-mail"), text(200), aliases=("Email", "Mail", "邮箱", "电子邮件")),
    Field("phone", N_("Phone"), text(60), aliases=("Telephone", "Tel", "电话")),
    Field("contact", N_("Contact"), text(120), aliases=("Contact person", "Attention", "联系人")),
    Field("street", N_("Street"), text(1000), aliases=("Address", "地址", "街道")),
    Field("city", N_("City"), text(120), aliases=("Town", "城市")),
    Field(
        "province", N_("State or province"), text(120), aliases=("State", "Province", "Region", "省", "州")
    ),
    Field(
        "postal_code",
        N_("Postal code"),
        code(20),
        aliases=("ZIP", "Postcode", "ZIP code", "邮编", "邮政编码"),
    ),
    Field(
        "priority_class",
        N_("Customer class"),
        choice(CLASSES),
        default="B",
        aliases=("Class", "Priority class", "Priority", "客户等级", "客户级别", "优先级"),
        example="B",
        hint=N_("A, B or C: how much a late order of this customer hurts."),
    ),
    Field(
        "calendar",
        N_("Delivery calendar"),
        code(20),
        aliases=("Delivery days", "送货日历", "交货日历", "送货日"),
        example="DAY",
        hint=N_("The days on which this supplier delivers. Empty: every day."),
    ),
)


def take(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the partners what the rows say."""
    before = _countries(session, records)
    remedy = _("Import the calendars first.")
    calendars = resolve(session, Calendar.code, records, "calendar", intake, remedy)
    good = unrefused(records, intake)
    rows = [(record, _values(record, calendars)) for record in good]
    ids = upsert(session, Partner, rows, ("code",), intake)
    latest = {ids[record["partner"],]: record for record in good}
    _roles(session, latest, before, intake)
    _addresses(session, latest, before, intake)


def _values(record: Record, calendars: Mapping[str, int]) -> dict[str, Any]:
    values = {"code": record["partner"], **made_of(record.values, {name: name for name in PLAIN})}
    if "calendar" in record.values:
        values["calendar_id"] = calendars.get(record["calendar"])
    return values


def _countries(session: Session, records: Sequence[Record]) -> dict[int, str]:
    """Country by id of the partners that were there before."""
    found: dict[int, str] = {}
    codes = list(dict.fromkeys(record["partner"] for record in records))
    for start in range(0, len(codes), 5000):
        part = codes[start : start + 5000]
        rows = session.execute(select(Partner.id, Partner.country).where(Partner.code.in_(part)))
        found.update((partner_id, country_code) for partner_id, country_code in rows)
    return found


def _changed(session: Session, record: Record, partner_id: int, intake: Intake) -> None:
    """A part of the partner changed, so the partner did."""
    intake.note(record, Verdict.UPDATED)
    touched(session, Partner, [partner_id])


def _roles(
    session: Session, records: Mapping[int, Record], before: Mapping[int, str], intake: Intake
) -> None:
    held: dict[int, dict[str, int]] = {partner_id: {} for partner_id in records}
    for part in chunks(records):
        columns = select(PartnerRole.id, PartnerRole.partner_id, PartnerRole.role)
        for role_id, partner_id, role in session.execute(columns.where(PartnerRole.partner_id.in_(part))):
            held[partner_id][role] = role_id
    new: list[dict[str, Any]] = []
    gone: list[int] = []
    for partner_id, record in records.items():
        given = record.get("roles", NEW_ROLES if partner_id not in before else tuple(held[partner_id]))
        added = [role for role in given if role not in held[partner_id]]
        removed = [role_id for role, role_id in held[partner_id].items() if role not in given]
        new += [{"partner_id": partner_id, "role": str(role)} for role in added]
        gone += removed
        if added or removed:
            _changed(session, record, partner_id, intake)
    insert_rows(session, PartnerRole, new)
    for part in chunks(gone):
        unsynchronised = {"synchronize_session": False}
        session.execute(delete(PartnerRole).where(PartnerRole.id.in_(part)), execution_options=unsynchronised)
        touched(session, PartnerRole, part)


def _addresses(
    session: Session, records: Mapping[int, Record], before: Mapping[int, str], intake: Intake
) -> None:
    held = _main_addresses(session, records)
    new: list[dict[str, Any]] = []
    changed: list[tuple[int, dict[str, Any]]] = []
    for partner_id, record in records.items():
        given = {name: record[name] for name in ADDRESS if name in record.values}
        there = held.get(partner_id)
        if there is None:
            if any(given.values()):
                new.append({"partner_id": partner_id, "country": record["country"], **given})
                _changed(session, record, partner_id, intake)
            continue
        if there["country"] == before.get(partner_id):
            given["country"] = record["country"]  # the firm moved, and its address with it
        if different := differences(there, given):
            changed.append((there["id"], different))
            _changed(session, record, partner_id, intake)
    insert_rows(session, PartnerAddress, [{"use": AddressUse.MAIN.value, **row} for row in new])
    change_rows(session, PartnerAddress, changed)


def _main_addresses(session: Session, partner_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The first main address of each partner that has one."""
    names = ("id", "partner_id", "country", *ADDRESS)
    columns = select(*(getattr(PartnerAddress, name) for name in names)).where(
        PartnerAddress.use == AddressUse.MAIN
    )
    found: dict[int, dict[str, Any]] = {}
    for part in chunks(partner_ids):
        rows = columns.where(PartnerAddress.partner_id.in_(part)).order_by(PartnerAddress.id)
        for values in session.execute(rows):
            found.setdefault(values.partner_id, dict(zip(names, values, strict=True)))
    return found


def give(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every partner, by code."""
    columns = (getattr(Partner, name) for name in PLAIN)
    wanted = select(Partner.id, Partner.code, Calendar.code, *columns)
    wanted = wanted.outerjoin(Calendar, Calendar.id == Partner.calendar_id).order_by(Partner.code)
    partners = session.execute(wanted).all()
    ids = [partner.id for partner in partners]
    addresses = _main_addresses(session, ids)
    roles: dict[int, list[str]] = {}
    for part in chunks(ids):
        rows = select(PartnerRole.partner_id, PartnerRole.role).where(PartnerRole.partner_id.in_(part))
        for partner_id, role in session.execute(rows):
            roles.setdefault(partner_id, []).append(role)
    for partner_id, partner, calendar, *plain in partners:
        address = addresses.get(partner_id, {})
        yield {
            "partner": partner,
            **dict(zip(PLAIN, plain, strict=True)),
            "calendar": calendar or "",
            "roles": tuple(roles.get(partner_id, ())),
            **{name: address.get(name, "") for name in ADDRESS},
        }


KINDS = (Kind("partners", N_("Partners"), FIELDS, take, give, needs=("calendars",)),)
