"""The demo factory's floor: work centres, machines, working time and changeovers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import permutations

from factory_erp.demo.materials import COLOURS
from factory_erp.models.engineering import (
    Calendar,
    CalendarShift,
    Changeover,
    Machine,
    WorkCentre,
)

_CENTRES = """
FORM|Hydroforming|水胀成型|45|110|32|1.5|38
STAMP|Stamping and bending|冲压折弯|40|90|30|1.5|38
TRIM|Neck rolling and trimming|滚口切边|20|60|30|1.5|38
WELD|Neck and bottom welding|焊口焊底|25|100|36|2|38
VAC|Vacuum furnace|抽真空|0|220|34|1|38
POLISH|Polishing|抛光|10|80|34|3|38
COAT|Powder coating|喷粉|30|150|30|4|38
LASER|Laser engraving|激光打标|10|80|30|1|38
MOULD|Injection moulding|注塑|60|90|28|1|38
SMT|LED board assembly|贴片|30|220|30|2|38
LAMP|Lamp assembly|台灯组装|15|40|28|4|38
ASSY|Drinkware assembly and leak test|水杯组装与气密检测|10|50|28|5|38
PACK|Packing|包装|5|30|26|5|38
"""
"""Code, name in English and Chinese, minutes between two families that no matrix names; then what a cost
roll-up counts in yuan: an hour of the machine, an hour of a person, persons, percent of overhead on both."""

_MACHINES = """
HF-01|FORM|TWO|100|Hydroforming press 1|1号水胀机
HF-02|FORM|TWO|100|Hydroforming press 2|2号水胀机
HF-03|FORM|TWO|85|Hydroforming press 3 (old)|3号水胀机（旧）
ST-01|STAMP|DAY|100|Stamping press 80 t|80吨冲床
TR-01|TRIM|TWO|100|Neck rolling machine 1|1号滚口机
TR-02|TRIM|TWO|100|Neck rolling machine 2|2号滚口机
WD-01|WELD|TWO|100|Laser welder 1|1号激光焊机
WD-02|WELD|TWO|100|Laser welder 2|2号激光焊机
WD-03|WELD|DAY|90|Argon arc welder|氩弧焊机
VF-01|VAC|NIGHT|100|Tail-less vacuum furnace 1|1号无尾真空炉
VF-02|VAC|NIGHT|100|Tail-less vacuum furnace 2|2号无尾真空炉
PL-01|POLISH|TWO|100|Polishing line 1|1号抛光线
PL-02|POLISH|TWO|100|Polishing line 2|2号抛光线
PC-01|COAT|TWO|100|Powder coating line 1|1号喷粉线
PC-02|COAT|TWO|90|Powder coating line 2|2号喷粉线
LE-01|LASER|TWO|100|Fibre laser marker 1|1号光纤打标机
LE-02|LASER|DAY|100|Fibre laser marker 2|2号光纤打标机
IM-01|MOULD|TWO|100|Injection machine 120 t|120吨注塑机
IM-02|MOULD|TWO|100|Injection machine 160 t|160吨注塑机
IM-03|MOULD|TWO|110|Injection machine 200 t|200吨注塑机
SM-01|SMT|DAY|100|SMT line|贴片线
LA-01|LAMP|DAY|100|Lamp assembly line 1|台灯组装1线
LA-02|LAMP|DAY|100|Lamp assembly line 2|台灯组装2线
DA-01|ASSY|TWO|100|Drinkware assembly line 1|水杯组装1线
DA-02|ASSY|TWO|100|Drinkware assembly line 2|水杯组装2线
DA-03|ASSY|DAY|100|Drinkware assembly line 3|水杯组装3线
PK-01|PACK|TWO|100|Packing line 1|包装1线
PK-02|PACK|TWO|100|Packing line 2|包装2线
"""
"""Code, centre, calendar, speed in percent, name in English and Chinese."""

_WEEK = range(6)
"""Monday to Saturday."""
_MORNING, _AFTERNOON, _EVENING = (480, 720), (780, 1050), (1080, 1230)

_CALENDARS = (
    ("DAY", "Day shift", "白班", _WEEK, (_MORNING, _AFTERNOON)),
    ("TWO", "Day shift and evening", "白班加晚班", _WEEK, (_MORNING, _AFTERNOON, _EVENING)),
    ("NIGHT", "Around the clock, Monday to Saturday", "周一至周六昼夜运转", _WEEK, ((0, 1440),)),
    ("TUFR", "Deliveries on Tuesday and Friday", "周二、周五送货", (1, 4), ((480, 1050),)),
)
"""Code, name in English and Chinese, weekdays, hours; by the last no machine works, but suppliers deliver."""

_DARKNESS = ("WH", "YE", "PK", "GN", "NV", "BK")
"""Powder colours, the lightest first: going lighter means a thorough cleaning."""
_TO_DARKER, _TO_LIGHTER, _STEP = 15, 30, 4

_RESINS = {("PP", "PP-BK"): 30, ("PP-BK", "PP"): 75, ("ABS", "PC"): 60, ("PC", "ABS"): 45}
"""Minutes of purging; from or to another resin the centre's own time holds."""


def calendars() -> list[Calendar]:
    """The calendars; the public holidays are added by the library that knows them."""
    return [
        Calendar(code=code, name_en=en, name_zh=zh, shifts=_shifts(days, hours))
        for code, en, zh, days, hours in _CALENDARS
    ]


def _shifts(days: Iterable[int], hours: tuple[tuple[int, int], ...]) -> list[CalendarShift]:
    return [
        CalendarShift(weekday=day, start_minute=start, end_minute=end) for day in days for start, end in hours
    ]


def centres() -> list[WorkCentre]:
    """The work centres with their changeover matrices, without machines."""
    found = []
    for row in _CENTRES.strip().splitlines():
        code, en, zh, minutes, *rates = row.split("|")
        machine, labour, crew, overhead = map(Decimal, rates)
        matrix = [Changeover(from_family=a, to_family=b, minutes=m) for a, b, m in _matrix(code)]
        centre = WorkCentre(
            code=code, name_en=en, name_zh=zh, changeover_minutes=int(minutes), changeovers=matrix,
            machine_rate=machine, labour_rate=labour, crew=crew, overhead_percent=overhead,
        )  # fmt: skip
        found.append(centre)
    return found


def _matrix(centre: str) -> Iterator[tuple[str, str, int]]:
    if centre == "COAT":
        yield from _colour_changes()
    elif centre == "MOULD":
        yield from ((before, after, minutes) for (before, after), minutes in _RESINS.items())


def _colour_changes() -> Iterator[tuple[str, str, int]]:
    assert set(_DARKNESS) == set(COLOURS)
    for before, after in permutations(_DARKNESS, 2):
        steps = _DARKNESS.index(after) - _DARKNESS.index(before)
        yield before, after, (_TO_DARKER if steps > 0 else _TO_LIGHTER) + _STEP * abs(steps)


def machines(centre_ids: dict[str, int], calendar_ids: dict[str, int]) -> list[Machine]:
    """The machines, for centres and calendars that are stored."""
    found = []
    for row in _MACHINES.strip().splitlines():
        code, centre, calendar, speed, en, zh = row.split("|")
        machine = Machine(
            code=code, name_en=en, name_zh=zh, centre_id=centre_ids[centre],
            calendar_id=calendar_ids[calendar], speed_percent=int(speed),
        )  # fmt: skip
        found.append(machine)
    return found
