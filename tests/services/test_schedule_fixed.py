"""What can stay where the schedule has it: a machine has to be set up for what comes first on it."""

from __future__ import annotations

import pytest

from factory_erp.planning.calendar import WorkingCalendar
from factory_erp.planning.schedule.problem import Alternative, Centre, Machine, Operation, Order
from factory_erp.services.schedule.fixed import Candidate, Rank, keepable

NOW = 1000
RED, BLUE = 1, 2
BY_DAY = WorkingCalendar(((0, 1200), (2000, 3200)))


def kept(start: int, end: int, family: int | None, since: int | None, now: int = NOW) -> bool:
    """Whether 60 minutes of blue stay at *start* on a machine that has done *family* until *since*.

    *end*: as they were published. From red to blue it takes 30 minutes.
    """
    machine = Machine(1, 1, BY_DAY, family)
    step = Operation(1, 1, 0, 1, BLUE, (Alternative(1, 0, 60),))
    (told,) = keepable(
        now, [machine], [Centre(1, {(RED, BLUE): 30})], [], [Order(1, 0, 0)], [step],
        {1: Candidate(Rank.FROZEN, 1, start, end)}, {} if since is None else {1: since},
    )  # fmt: skip
    return told.fixed is not None


@pytest.mark.parametrize(("start", "stays"), [(1000, False), (1029, False), (1030, True)])
def test_the_first_needs_its_changeover(start: int, stays: bool) -> None:
    assert kept(start, start + 60, RED, NOW) is stays


def test_a_changeover_that_is_under_way_goes_on() -> None:
    assert kept(1010, 1070, RED, 980), "the machine came free twenty minutes ago"
    assert not kept(1010, 1070, RED, 985), "and here too late for its thirty minutes"


def test_what_takes_another_time_than_published_was_not_set_up_for() -> None:
    """So it is with the first operation of a campaign that was joined after it was scheduled."""
    assert not kept(1010, 1100, RED, 0)
    assert kept(1030, 1120, RED, 0)


def test_a_machine_set_up_for_it_or_for_nothing_needs_none() -> None:
    assert kept(1000, 1060, BLUE, NOW)
    assert kept(1000, 1060, None, None)


def test_closed_hours_change_nothing_over() -> None:
    assert not kept(2019, 2079, RED, 1190, now=1190), "ten minutes of it are possible before the night"
    assert kept(2020, 2080, RED, 1190, now=1190)
