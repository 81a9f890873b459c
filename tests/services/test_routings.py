"""Routings as people write them: every field kept, impossible steps named."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.engineering import Routing
from factory_erp.services.engineering import resources, routings
from factory_erp.services.engineering.resources import ResourceInput
from factory_erp.services.engineering.routings import MachineChoice, RoutingInput, StepInput
from tests.services.factory import LONG_AGO, CupFactory, a_cup_factory, a_customer, a_machine

TODAY = date(2026, 11, 23)


@pytest.fixture
def shop(db: Database) -> CupFactory:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        a_machine(session, "PRESS-2", "PRESS-CENTRE", speed_percent=200)
        a_customer(session, "PLATER")
        return shop


def a_step(shop: CupFactory, sequence: int = 10, **more: Any) -> StepInput:
    return StepInput(sequence, f"Step {sequence}", "", shop.press.centre_id, **more)


def given(shop: CupFactory, *steps: StepInput, revision: str = "A", **more: Any) -> RoutingInput:
    """The form of a revision of the lid's routing, of the one that is there if there is one."""
    there = {row.revision: row.id for row in routings.routing_revisions(shop.lid.id)}
    plain: dict[str, Any] = {"valid_from": LONG_AGO, "valid_to": None, "id": there.get(revision)}
    return RoutingInput(shop.lid.id, revision, steps=steps, **{**plain, **more})


def test_every_field_of_a_step_is_kept(db: Database, shop: CupFactory) -> None:
    with db.session(write=True) as session:
        plater = a_customer(session, "PLATER").id
    oven = a_step(
        shop, 20, setup_minutes=5, run_seconds=Decimal("12.5"), batch_size=Decimal(40), family="steel",
        transfer_lot=Decimal(10), queue_minutes=30, move_minutes=7, instructions="Hot.\nGloves.",
        quality_point="Colour", machines=(MachineChoice(shop.press.id, 150, 3),),
    )  # fmt: skip
    plating = a_step(shop, 30, subcontractor_id=plater, subcontract_days=4, subcontract_price=Decimal("0.35"))
    form = given(shop, plating, oven, a_step(shop))
    saved = routings.save_routing(form).value
    assert not routings.save_routing(form).changes
    sheet = routings.routing_sheet(saved)
    assert [row.step for row in sheet.steps] == [a_step(shop), oven, plating]
    assert [(row.centre, row.machines, row.subcontractor) for row in sheet.steps] == [
        ("PRESS-CENTRE", (), ""), ("PRESS-CENTRE", ("PRESS",), ""), ("PRESS-CENTRE", (), "PLATER Trading"),
    ]  # fmt: skip
    changed = replace(form, steps=form.steps[:2], id=saved, version=sheet.version)
    routings.save_routing(changed)
    with pytest.raises(Conflict):
        routings.save_routing(replace(changed, steps=form.steps[:1]))
    assert len(routings.routing_sheet(saved).steps) == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name_en": ""}, "name"),
        ({"setup_minutes": -1}, "below zero"),
        ({"centre_id": 999_999}, "work centre"),
        ({"subcontract_days": 3}, "go together"),
        ({"machines": (MachineChoice(-1),)}, "not of its work centre"),
        ({"machines": (MachineChoice(0), MachineChoice(0))}, "named twice"),
        ({"machines": (MachineChoice(0, 0),)}, "speed above zero"),
    ],
)
def test_a_step_that_cannot_be_is_refused_by_number(
    db: Database, shop: CupFactory, wrong: dict[str, Any], said: str
) -> None:
    if "machines" in wrong:
        ids = {0: shop.press.id, -1: shop.bench.id}
        choices = (replace(one, machine_id=ids[one.machine_id]) for one in wrong["machines"])
        wrong = {"machines": tuple(choices)}
    with pytest.raises(InvalidValue, match=said) as refused:
        routings.save_routing(given(shop, replace(a_step(shop), **wrong)))
    assert "Step 10" in refused.value.message
    with pytest.raises(InvalidValue, match="twice"):
        routings.save_routing(given(shop, a_step(shop), a_step(shop)))


def test_revisions_follow_one_another(db: Database, shop: CupFactory) -> None:
    (old,) = routings.routing_revisions(shop.lid.id)
    assert (old.revision, old.current, old.steps) == ("A", True, 1)
    with pytest.raises(NotAllowed):
        routings.save_routing(given(shop, a_step(shop), revision="B", valid_from=TODAY))
    new = routings.new_routing_revision(old.id, "B", TODAY).value
    assert [(row.revision, row.valid_to, row.current) for row in routings.routing_revisions(shop.lid.id)] == [
        ("B", None, True), ("A", date(2026, 11, 22), False),
    ]  # fmt: skip
    assert routings.routing_sheet(new).steps == routings.routing_sheet(old.id).steps
    with db.session(write=True) as session:
        session.get_one(Routing, new).derived = True
    for refused in (
        lambda: routings.save_routing(given(shop, a_step(shop, 40), revision="B", valid_from=TODAY)),
        lambda: routings.remove_routing(new),
    ):
        with pytest.raises(NotAllowed, match="derived"):
            refused()
    routings.remove_routing(old.id)
    routings.remove_routing(old.id)
    assert [row.id for row in routings.routing_revisions(shop.lid.id)] == [new]


def test_a_new_routing_is_not_written_over_one_that_somebody_else_made(
    db: Database, shop: CupFactory
) -> None:
    (theirs,) = routings.routing_revisions(shop.lid.id)
    with pytest.raises(InvalidValue, match="already"):
        routings.save_routing(replace(given(shop, a_step(shop, 40)), id=None))
    assert routings.routing_revisions(shop.lid.id) == [theirs]


def test_a_routing_saved_again_after_its_answer_was_lost_changes_nothing(
    db: Database, shop: CupFactory
) -> None:
    (row,) = routings.routing_revisions(shop.lid.id)
    form = given(shop, a_step(shop, 40), version=routings.routing_sheet(row.id).version)
    routings.save_routing(form)
    assert not routings.save_routing(form).changes


@pytest.mark.parametrize(
    "wrong",
    [
        {"setup_minutes": 2**31},
        {"run_seconds": Decimal("0.0000001")},
        {"subcontract_price": Decimal(10) ** 14},
        {"instructions": "Hot.\0"},
    ],
)
def test_what_no_column_holds_is_refused_on_every_database(
    db: Database, shop: CupFactory, wrong: dict[str, Any]
) -> None:
    with pytest.raises(InvalidValue, match="Step 10") as refused:
        routings.save_routing(given(shop, a_step(shop, **wrong)))
    assert refused.value.remedy


def test_removing_a_revision_gives_its_days_back_to_the_one_before(db: Database, shop: CupFactory) -> None:
    (old,) = routings.routing_revisions(shop.lid.id)
    new = routings.new_routing_revision(old.id, "B", TODAY).value
    routings.remove_routing(new)
    assert routings.routing_revisions(shop.lid.id) == [old]


def a_mould(code: str = "MOULD-7") -> int:
    return resources.save_resource(ResourceInput(code, "Mould", "模具")).value


def rows_of(db: Database, routing_id: int) -> dict[str, int]:
    """Name of each stored step → the id of its row."""
    with db.session() as session:
        return {step.name_en: step.id for step in session.get_one(Routing, routing_id).operations}


def test_what_a_step_holds_and_how_it_may_rest_is_kept(db: Database, shop: CupFactory) -> None:
    mould, crew = a_mould(), a_mould("CREW")
    pour = a_step(shop, resumable=False, max_wait_minutes=45, queue_minutes=30, resources=(crew, mould))
    form = given(shop, pour, a_step(shop, 20))
    saved = routings.save_routing(form).value
    assert not routings.save_routing(form).changes
    first, second = routings.routing_sheet(saved).steps
    assert (first.step.resumable, first.step.max_wait_minutes) == (False, 45)
    assert (second.step.resumable, second.step.max_wait_minutes) == (True, None)
    assert (first.step.resources, first.resources) == ((mould, crew), ("MOULD-7", "CREW"))
    assert second.resources == ()
    routings.new_routing_revision(saved, "B", TODAY)
    (copied,) = (row.id for row in routings.routing_revisions(shop.lid.id) if row.revision == "B")
    assert routings.routing_sheet(copied).steps == (first, second)


def test_a_step_that_is_changed_keeps_its_row_and_what_hangs_on_it(db: Database, shop: CupFactory) -> None:
    mould = a_mould()
    press = a_step(shop, resources=(mould,), machines=(MachineChoice(shop.press.id),))
    saved = routings.save_routing(given(shop, press, a_step(shop, 20))).value
    before = rows_of(db, saved)

    longer = replace(press, setup_minutes=25)
    routings.save_routing(given(shop, longer, a_step(shop, 20)))
    assert rows_of(db, saved) == before
    assert resources.resources_of_step(before["Step 10"]) == (mould,)

    washed = StepInput(10, "Wash", "", shop.press.centre_id)
    moved = (washed, replace(longer, sequence=20), replace(a_step(shop, 20), sequence=30))
    routings.save_routing(given(shop, *moved))
    after = rows_of(db, saved)
    assert (after["Step 10"], after["Step 20"]) == (before["Step 10"], before["Step 20"])
    assert [row.step for row in routings.routing_sheet(saved).steps] == [
        replace(washed, name_zh=""), *moved[1:]
    ]  # fmt: skip

    swapped = (replace(moved[2], sequence=20), replace(moved[1], sequence=30, resources=()))
    routings.save_routing(given(shop, *swapped))
    assert rows_of(db, saved) == before
    assert resources.resources_of_step(before["Step 10"]) == ()
    renamed = replace(swapped[0], name_en="Pack")
    routings.save_routing(given(shop, renamed))
    assert rows_of(db, saved) == {"Pack": before["Step 20"]}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"max_wait_minutes": -1}, "below zero"),
        ({"max_wait_minutes": 20, "queue_minutes": 15, "move_minutes": 6}, "cannot begin in time"),
        ({"resources": (999_999,)}, "mould or crew"),
    ],
)
def test_waits_and_moulds_that_cannot_be_are_refused(
    db: Database, shop: CupFactory, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidValue, match=said) as refused:
        routings.save_routing(given(shop, a_step(shop, **wrong)))
    assert "Step 10" in refused.value.message
