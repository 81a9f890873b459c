"""The shop in and out: work centres, machines and the changeovers between families."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from factory_erp.i18n import N_, _
from factory_erp.models.engineering import Calendar, CalendarShift, Changeover, Machine, WorkCentre
from factory_erp.services.exchange.fields import Field, code, decimal, text, whole, yes_no
from factory_erp.services.exchange.grouping import made_of, resolve, unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record
from factory_erp.services.exchange.upsert import ids_by, upsert

NAME_EN = Field("name_en", N_("English name"), text(80), required=True, aliases=("Name", "名称", "英文名称"))
NAME_ZH = Field(
    "name_zh", N_("Chinese name"), text(80), aliases=("中文名称",), hint=N_("Empty: the English name.")
)
USUAL_SHIFTS = tuple((weekday, 480, 1020) for weekday in range(6))
"""Weekday, start and end in minutes: 8:00 to 17:00, Monday to Saturday."""
CENTRE_REMEDY = N_("Import the work centres first.")

CENTRE_FIELDS = (
    Field(
        "centre",
        N_("Work centre"),
        code(20),
        required=True,
        key_part=True,
        aliases=("Code", "Work center", "编码", "工作中心编码"),
        example="FORM",
    ),
    replace(NAME_EN, example="Forming"),
    replace(NAME_ZH, example="成型"),
    Field(
        "changeover_minutes",
        N_("Changeover minutes"),
        whole(0),
        default=0,
        aliases=("换型时间",),
        example="20",
    ),
    Field(
        "machine_rate",
        N_("Machine rate per hour"),
        decimal(minimum=0),
        default=Decimal(0),
        aliases=("Machine rate", "Cost rate", "机器费率"),
        example="60",
    ),
    Field(
        "labour_rate",
        N_("Labour rate per hour"),
        decimal(minimum=0),
        default=Decimal(0),
        aliases=("Labour rate", "Labor rate", "人工费率"),
        example="35",
    ),
    Field(
        "crew", N_("Crew"), decimal(minimum=0), default=Decimal(1), aliases=("Persons", "人数"), example="1"
    ),
    Field(
        "overhead_percent",
        N_("Overhead %"),
        decimal(minimum=0),
        default=Decimal(0),
        aliases=("Overhead", "制造费用率"),
        example="12",
    ),
)
MACHINE_FIELDS = (
    Field(
        "machine",
        N_("Machine"),
        code(20),
        required=True,
        key_part=True,
        aliases=("Code", "Machine code", "设备编码", "编码"),
        example="PRESS-1",
    ),
    replace(NAME_EN, example="Press 1"),
    replace(NAME_ZH, example="1号压机"),
    Field(
        "centre",
        N_("Work centre"),
        code(20),
        required=True,
        aliases=("Work center", "工作中心"),
        example="FORM",
    ),
    Field(
        "calendar",
        N_("Calendar"),
        code(20),
        aliases=("Shift calendar", "日历"),
        example="DAY",
        hint=N_("Empty: the factory's first calendar."),
    ),
    Field("speed_percent", N_("Speed %"), whole(1), default=100, aliases=("Speed", "速度"), example="100"),
    Field("active", N_("Active"), yes_no(), default=True, aliases=("In use", "启用"), example="yes"),
)
CHANGEOVER_FIELDS = (
    Field(
        "centre",
        N_("Work centre"),
        code(20),
        required=True,
        key_part=True,
        aliases=("Work center", "工作中心"),
        example="FORM",
    ),
    Field(
        "from_family",
        N_("From family"),
        text(40),
        required=True,
        key_part=True,
        aliases=("From", "原换型族"),
        example="WHITE",
    ),
    Field(
        "to_family",
        N_("To family"),
        text(40),
        required=True,
        key_part=True,
        aliases=("To", "新换型族"),
        example="BLACK",
    ),
    Field("minutes", N_("Minutes"), whole(0), required=True, aliases=("分钟",), example="35"),
)

CENTRE_PLAIN = {field.key: field.key for field in CENTRE_FIELDS if field.key not in {"centre", "name_zh"}}
MACHINE_PLAIN = {key: key for key in ("name_en", "speed_percent", "active")}


def take_centres(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the work centres what the rows say."""
    rows = [(record, {"code": record["centre"], **_named(record, CENTRE_PLAIN)}) for record in records]
    upsert(session, WorkCentre, rows, ("code",), intake, made_with=chinese_name)


def _named(record: Record, plain: Mapping[str, str]) -> dict[str, Any]:
    """The row's plain columns, and its Chinese name where the file has one."""
    chinese = chinese_name(record) if "name_zh" in record.values else {}
    return made_of(record.values, plain) | chinese


def chinese_name(record: Record) -> dict[str, Any]:
    """The Chinese name; the English one where there is none, so that no page shows an empty place."""
    return {"name_zh": record.get("name_zh") or record["name_en"]}


def give_centres(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every work centre, by code."""
    for centre in session.scalars(select(WorkCentre).order_by(WorkCentre.code)):
        plain = {key: getattr(centre, name) for key, name in CENTRE_PLAIN.items()}
        yield {"centre": centre.code, "name_zh": centre.name_zh, **plain}


def take_machines(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the machines what the rows say; a new one without a calendar works in the factory's first."""
    centres = resolve(session, WorkCentre.code, records, "centre", intake, _(CENTRE_REMEDY))
    remedy = _("Import the calendars first.")
    calendars = resolve(session, Calendar.code, records, "calendar", intake, remedy)
    kept = unrefused(records, intake)
    known = ids_by(session, Machine.code, (record["machine"] for record in kept))
    lost = any(not record.get("calendar") and record["machine"] not in known for record in kept)
    usual = _usual_calendar(session) if lost else 0
    rows = []
    for record in kept:
        values = {"code": record["machine"], "centre_id": centres[record["centre"]]}
        values |= _named(record, MACHINE_PLAIN)
        if record.get("calendar"):
            values["calendar_id"] = calendars[record["calendar"]]
        rows.append((record, values))
    upsert(
        session, Machine, rows, ("code",), intake,
        made_with=lambda record: {**chinese_name(record), "calendar_id": usual},
    )  # fmt: skip


def _usual_calendar(session: Session) -> int:
    """The factory's first calendar; an ordinary day shift is made where it has none."""
    first = session.scalar(select(Calendar.id).order_by(Calendar.id).limit(1))
    if first is not None:
        return first
    shifts = [
        CalendarShift(weekday=weekday, start_minute=start, end_minute=end)
        for weekday, start, end in USUAL_SHIFTS
    ]
    made = Calendar(code="DAY", name_en="Day shift", name_zh="白班", shifts=shifts)
    session.add(made)
    session.flush()
    return made.id


def give_machines(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every machine, by code."""
    calendar = aliased(Calendar)
    rows = (
        select(Machine, WorkCentre.code, calendar.code)
        .join(WorkCentre, WorkCentre.id == Machine.centre_id)
        .join(calendar, calendar.id == Machine.calendar_id)
        .order_by(Machine.code)
    )
    for machine, centre, works in session.execute(rows):
        plain = {key: getattr(machine, name) for key, name in MACHINE_PLAIN.items()}
        yield {
            "machine": machine.code,
            "name_zh": machine.name_zh,
            "centre": centre,
            "calendar": works,
            **plain,
        }


def take_changeovers(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the changeover minutes what the rows say."""
    centres = resolve(session, WorkCentre.code, records, "centre", intake, _(CENTRE_REMEDY))
    same = {key: key for key in ("from_family", "to_family", "minutes")}
    rows = [
        (record, {"centre_id": centres[record["centre"]], **made_of(record.values, same)})
        for record in unrefused(records, intake)
    ]
    upsert(session, Changeover, rows, ("centre_id", "from_family", "to_family"), intake)


def give_changeovers(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every entry of the matrix, by work centre and families."""
    rows = (
        select(
            WorkCentre.code.label("centre"), Changeover.from_family, Changeover.to_family, Changeover.minutes
        )
        .join(WorkCentre, WorkCentre.id == Changeover.centre_id)
        .order_by(WorkCentre.code, Changeover.from_family, Changeover.to_family)
    )
    for row in session.execute(rows):
        yield dict(row._mapping)


KINDS = (
    Kind("work-centres", N_("Work centres"), CENTRE_FIELDS, take_centres, give_centres),
    Kind(
        "machines",
        N_("Machines"),
        MACHINE_FIELDS,
        take_machines,
        give_machines,
        needs=("work-centres", "calendars"),
    ),
    Kind(
        "changeovers",
        N_("Changeovers"),
        CHANGEOVER_FIELDS,
        take_changeovers,
        give_changeovers,
        needs=("work-centres",),
    ),
)
