"""Work centres and machines: saved once, removed only where nothing uses them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.i18n import in_language
from factory_erp.models.database import Database
from factory_erp.models.engineering import OperationMachine, Routing
from factory_erp.services import planning
from factory_erp.services.engineering import work_centres
from factory_erp.services.engineering.work_centres import CentreInput, MachineInput
from tests.services.factory import a_calendar, an_order_for_cups

PAINT = CentreInput(" PAINT ", "Paint shop", "", 15, Decimal(80), Decimal(40), Decimal("0.5"), Decimal(10))


def test_a_centre_and_its_machines_are_saved_once(db: Database) -> None:
    with db.session(write=True) as session:
        calendar = a_calendar(session).id
    centre = work_centres.save_centre(PAINT).value
    assert not work_centres.save_centre(PAINT).changes
    booth = MachineInput("BOOTH", "", "喷房", centre, calendar, speed_percent=120)
    machine = work_centres.save_machine(booth).value
    assert not work_centres.save_machine(booth).changes
    (shown,) = work_centres.centres()
    assert (shown.code, shown.name_zh, shown.crew, shown.machine_rate) == (
        "PAINT", "Paint shop", Decimal("0.5"), 80,
    )  # fmt: skip
    assert [(m.id, m.name_en, m.calendar, m.speed_percent) for m in shown.machines] == [
        (machine, "喷房", "DAY", 120)
    ]
    work_centres.save_centre(replace(PAINT, code="LACQUER", id=centre, version=shown.version))
    with pytest.raises(Conflict):
        work_centres.save_centre(replace(PAINT, id=centre, version=shown.version))
    for step in (lambda: work_centres.remove_machine(machine), lambda: work_centres.remove_centre(centre)):
        step()
        step()
    assert work_centres.centres() == []


def test_what_cannot_be_is_refused(db: Database) -> None:
    with db.session(write=True) as session:
        calendar = a_calendar(session).id
    first = work_centres.save_centre(PAINT).value
    for wrong in (replace(PAINT, code=" "), replace(PAINT, name_en=""), replace(PAINT, crew=Decimal(-1))):
        with pytest.raises(InvalidValue):
            work_centres.save_centre(wrong)
    second = work_centres.save_centre(replace(PAINT, code="OVEN")).value
    with pytest.raises(InvalidValue, match="taken"):
        work_centres.save_centre(replace(PAINT, id=second))
    with pytest.raises(InvalidValue):
        work_centres.save_machine(MachineInput("BOOTH", "Booth", "", first, calendar, speed_percent=0))


def test_what_is_used_is_not_removed_and_says_where(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 10, steel=50, box=50)
    centre = shop.press.centre_id
    with pytest.raises(NotAllowed, match="PRESS-CENTRE is used by PRESS"):
        work_centres.remove_centre(centre)
    with db.session(write=True) as session:
        routing = session.query(Routing).filter_by(item_id=shop.cup.id).one()
        routing.operations[0].machines.append(OperationMachine(machine_id=shop.press.id))
    with pytest.raises(NotAllowed, match="PRESS is used by CUP") as refused:
        work_centres.remove_machine(shop.press.id)
    assert "inactive" in refused.value.remedy
    moved = MachineInput("PRESS", "Press", "", shop.bench.centre_id, shop.press.calendar_id, id=shop.press.id)
    with pytest.raises(NotAllowed):
        work_centres.save_machine(moved)
    planning.plan_order(order_id)
    planning.schedule()
    with pytest.raises(NotAllowed, match="MO-2026-"):
        work_centres.remove_machine(shop.bench.id)


def test_a_new_centre_is_not_written_over_one_with_the_same_code(db: Database) -> None:
    centre = work_centres.save_centre(PAINT).value
    with db.session(write=True) as session:
        calendar = a_calendar(session).id
    booth = MachineInput("BOOTH", "Booth", "", centre, calendar)
    work_centres.save_machine(booth)
    before = work_centres.centres()
    for again in (
        lambda: work_centres.save_centre(replace(PAINT, machine_rate=Decimal(1))),
        lambda: work_centres.save_machine(replace(booth, speed_percent=50)),
    ):
        with pytest.raises(InvalidValue, match="taken"):
            again()
    assert work_centres.centres() == before


def test_a_save_repeated_after_its_answer_was_lost_changes_nothing(db: Database) -> None:
    centre = work_centres.save_centre(PAINT).value
    form = replace(PAINT, crew=Decimal(2), id=centre, version=1)
    work_centres.save_centre(form)
    assert not work_centres.save_centre(form).changes


def test_what_no_column_holds_is_refused_on_every_database(db: Database) -> None:
    for wrong in (
        replace(PAINT, changeover_minutes=2**31),
        replace(PAINT, crew=Decimal("0.0000001")),
        replace(PAINT, name_zh="\0"),
    ):
        with pytest.raises(InvalidValue) as refused:
            work_centres.save_centre(wrong)
        assert refused.value.remedy
    assert work_centres.centres() == []


def test_a_missing_name_is_said_at_the_name(db: Database) -> None:
    for wrong, field in (
        (replace(PAINT, code=" "), "Code"),
        (replace(PAINT, name_en="", name_zh=" "), "English name"),
    ):
        with pytest.raises(InvalidValue) as refused:
            work_centres.save_centre(wrong)
        assert refused.value.field == field
    with in_language("zh_CN"), pytest.raises(InvalidValue) as refused:
        work_centres.save_centre(replace(PAINT, name_en="", name_zh=""))
    assert refused.value.field == "中文名称"
