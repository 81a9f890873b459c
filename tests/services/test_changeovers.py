"""The changeover grid of a work centre."""

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.models.database import Database
from factory_erp.services.engineering import changeovers
from tests.services.factory import Step, a_machine, a_routing, an_item


@pytest.fixture
def centre(db: Database) -> int:
    with db.session(write=True) as session:
        press = a_machine(session, "PRESS")
        a_routing(session, an_item(session, "CUP"), Step(press, family="steel"), Step(press))
        return press.centre_id


def test_the_grid_is_saved_cell_by_cell(db: Database, centre: int) -> None:
    assert changeovers.grid(centre).families == ("steel",)
    assert changeovers.save_grid(centre, 20, {("steel", "black"): 45, ("black", "steel"): 15}).value == 2
    grid = changeovers.grid(centre)
    assert (grid.families, grid.default) == (("black", "steel"), 20)
    assert dict(grid.minutes) == {("steel", "black"): 45, ("black", "steel"): 15}
    same = changeovers.save_grid(centre, 20, dict(grid.minutes), grid.version)
    assert (same.value, dict(same.changes)) == (0, {})
    assert changeovers.save_grid(centre, 20, {("steel", "black"): 50}, grid.version).value == 2
    assert dict(changeovers.grid(centre).minutes) == {("steel", "black"): 50}
    with pytest.raises(Conflict):
        changeovers.save_grid(centre, 20, {}, grid.version)


def test_impossible_cells_are_refused(db: Database, centre: int) -> None:
    for default, minutes in ((-1, {}), (0, {("a", "b"): -1}), (0, {("", "b"): 1}), (0, {("a" * 41, "b"): 1})):
        with pytest.raises(InvalidValue):
            changeovers.save_grid(centre, default, minutes)
    assert changeovers.grid(centre).minutes == {}


def test_a_grid_saved_again_after_its_answer_was_lost_changes_nothing(db: Database, centre: int) -> None:
    cells = {("steel", "black"): 45}
    version = changeovers.grid(centre).version
    changeovers.save_grid(centre, 20, cells, version)
    assert not changeovers.save_grid(centre, 20, cells, version).changes


def test_what_no_column_holds_is_refused_on_every_database(db: Database, centre: int) -> None:
    for default, minutes in ((2**31, {}), (0, {("a", "b"): 2**31}), (0, {("a\0", "b"): 1})):
        with pytest.raises(InvalidValue) as refused:
            changeovers.save_grid(centre, default, minutes)
        assert refused.value.remedy
