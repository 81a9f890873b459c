"""Moulds, jigs and crews in and out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import N_
from factory_erp.models.planning import Resource
from factory_erp.services.exchange.fields import Field, code, whole
from factory_erp.services.exchange.kind import Intake, Kind, Record
from factory_erp.services.exchange.shop_kinds import NAME_EN, NAME_ZH, chinese_name
from factory_erp.services.exchange.upsert import upsert

FIELDS = (
    Field(
        "resource",
        N_("Mould or crew"),
        code(20),
        required=True,
        key_part=True,
        aliases=("Code", "Mould", "Tool", "编码", "模具编号", "班组"),
        example="MOULD-7",
    ),
    replace(NAME_EN, example="Lid mould"),
    replace(NAME_ZH, example="杯盖模具"),
    Field(
        "capacity",
        N_("How many"),
        whole(1),
        default=1,
        aliases=("Quantity", "Capacity", "数量"),
        example="2",
        hint=N_("So many steps can hold it at a time"),
    ),
)


def take(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the moulds and crews what the rows say."""
    rows = [(record, {"code": record["resource"], **_said(record)}) for record in records]
    upsert(session, Resource, rows, ("code",), intake, made_with=chinese_name)


def _said(record: Record) -> dict[str, Any]:
    plain = {key: record[key] for key in ("name_en", "capacity") if key in record.values}
    return plain | (chinese_name(record) if "name_zh" in record.values else {})


def give(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every mould and crew, by code."""
    for one in session.scalars(select(Resource).order_by(Resource.code)):
        yield {
            "resource": one.code, "name_en": one.name_en, "name_zh": one.name_zh, "capacity": one.capacity,
        }  # fmt: skip


KINDS = (Kind("resources", N_("Moulds and crews"), FIELDS, take, give),)
