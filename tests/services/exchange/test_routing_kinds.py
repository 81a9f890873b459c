"""Routings by file: whole routings, machines with speeds, subcontractors."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.engineering import OperationMachine, Routing, RoutingOperation
from factory_erp.services.engineering import resources
from factory_erp.services.engineering.resources import ResourceInput
from tests.services import factory
from tests.services.exchange.rows import TextRow, counts, given, reasons, took, unchanged_again


def _shop(db: Database) -> None:
    with db.session(write=True) as session:
        factory.an_item(session, "CUP")
        factory.a_machine(session, "P1", "FORM")
        factory.a_machine(session, "P2", "FORM")
    took("partners", {"partner": "PLATER", "name": "Plater", "country": "CN", "roles": "subcontractor"})


def _step(sequence: str, **more: str) -> TextRow:
    name = f"Step {sequence}"
    return {
        "sku": "CUP",
        "sequence": sequence,
        "name_en": name,
        "centre": "FORM",
        "run_seconds": "45.5",
        **more,
    }


def _steps(db: Database) -> list[RoutingOperation]:
    with db.session() as session:
        return list(session.scalars(select(RoutingOperation).order_by(RoutingOperation.sequence)))


def test_rows_of_one_item_are_one_routing(db: Database) -> None:
    _shop(db)
    rows = [
        _step("20", machines="", subcontractor="PLATER", subcontract_days="3", subcontract_price="0.35"),
        _step("10", machines="P1=100; P2=80/15", subcontractor="", subcontract_days="", subcontract_price=""),
    ]
    assert counts(took("routings", *rows)) == (2, 0, 0, 0)
    first, second = _steps(db)
    assert (first.sequence, first.run_seconds, first.name_zh) == (10, Decimal("45.5"), "Step 10")
    assert (second.subcontract_days, second.subcontract_price) == (3, Decimal("0.35"))
    with db.session() as session:
        columns = (OperationMachine.speed_percent, OperationMachine.setup_minutes)
        choices = session.execute(select(*columns).order_by(OperationMachine.machine_id))
        assert [tuple(row) for row in choices] == [(100, None), (80, 15)]
    assert counts(took("routings", *rows)) == (0, 0, 2, 0)
    assert unchanged_again("routings") == 2


def test_a_routing_is_replaced_as_a_whole_but_keeps_what_has_no_column(db: Database) -> None:
    _shop(db)
    took("routings", _step("10", instructions="Slowly.\nTwice.", family="F", machines="P2=50"), _step("20"))
    assert counts(took("routings", _step("10"), _step("20"))) == (0, 0, 2, 0)
    assert counts(took("routings", _step("10", setup_minutes="5"))) == (0, 1, 0, 0)
    (step,) = _steps(db)
    assert (step.setup_minutes, step.instructions, step.family) == (5, "Slowly.\nTwice.", "F")
    assert given("routings")[0]["machines"] == "P2=50"
    with db.session() as session:
        assert session.scalars(select(Routing.version)).one() == 2


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"sku": "NO"}, "sku"),
        ({"centre": "NO"}, "centre"),
        ({"machines": "P9=100"}, "machines"),
        ({"machines": "P1=0"}, "machines"),
        ({"machines": "P1=100; P1=90"}, "machines"),
        ({"subcontractor": "NO"}, "subcontractor"),
        ({"run_seconds": "-1"}, "run_seconds"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to"),
    ],
)
def test_a_wrong_cell_is_refused_by_its_name(db: Database, more: Mapping[str, str], column: str) -> None:
    _shop(db)
    assert reasons(took("routings", {**_step("10"), **more})) == [(2, column)]
    assert _steps(db) == []


def test_one_operation_twice_is_refused(db: Database) -> None:
    _shop(db)
    assert reasons(took("routings", _step("10"), _step("10"))) == [(2, "sequence"), (3, "sequence")]


def test_a_derived_routing_is_left_to_its_rules(db: Database) -> None:
    _shop(db)
    took("routings", _step("10"))
    with db.session(write=True) as session:
        session.scalars(select(Routing)).one().derived = True
    assert [row for row, _column in reasons(took("routings", _step("10", setup_minutes="1")))] == [2]
    assert given("routings") == []


def test_what_a_step_holds_and_how_it_may_rest_goes_in_and_out(db: Database) -> None:
    _shop(db)
    mould = resources.save_resource(ResourceInput("MOULD 7;B", "Mould", "模具")).value
    crew = resources.save_resource(ResourceInput("CREW", "Crew", "班组")).value
    pour = _step("10", resumable="no", max_wait_minutes="45", resources='CREW; "MOULD 7;B"')
    dry = _step("20", resumable="", max_wait_minutes="", resources="")
    assert counts(took("routings", pour, dry)) == (2, 0, 0, 0)
    first, second = _steps(db)
    assert (first.resumable, first.max_wait_minutes) == (False, 45)
    assert (second.resumable, second.max_wait_minutes) == (True, None)
    assert resources.resources_of_step(first.id) == (mould, crew)
    assert [row["resources"] for row in given("routings")] == ['CREW; "MOULD 7;B"', ""]
    assert unchanged_again("routings") == 2

    took("routings", _step("10", setup_minutes="5"), _step("20"))
    (changed, _other) = _steps(db)
    assert (changed.setup_minutes, changed.resumable, changed.max_wait_minutes) == (5, False, 45)
    assert resources.resources_of_step(changed.id) == (mould, crew)
    took("routings", _step("10", resources="CREW"), _step("20"))
    assert resources.resources_of_step(_steps(db)[0].id) == (crew,)


@pytest.mark.parametrize(
    ("more", "column"),
    [({"resources": "MOULD-9"}, "resources"), ({"resources": "CREW=2"}, "resources"),
     ({"max_wait_minutes": "-5"}, "max_wait_minutes"), ({"resumable": "perhaps"}, "resumable")],
)  # fmt: skip
def test_a_strange_mould_or_wait_is_refused(db: Database, more: dict[str, str], column: str) -> None:
    _shop(db)
    resources.save_resource(ResourceInput("CREW", "Crew", "班组"))
    assert reasons(took("routings", _step("10", **more))) == [(2, column)]
