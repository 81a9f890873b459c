"""The demo factory's floor: work centres, machines, working time and changeovers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import permutations

from factory_erp.demo.materials import COLOURS
from factory_erp.models.engineering import (
    Calendar,
    CalendarException,
    CalendarShift,
    Changeover,
    Machine,
    WorkCentre,
)

_CENTRES = """
FORM|Hydroforming|水胀成型|45
STAMP|Stamping and bending|冲压折弯|40
TRIM|Neck rolling and trimming|滚口切边|20
WELD|Neck and bottom welding|焊口焊底|25
VAC|Vacuum furnace|抽真空|0
POLISH|Polishing|抛光|10
COAT|Powder coating|喷粉|30
LASER|Laser engraving|激光打标|10
MOULD|Injection moulding|注塑|60
SMT|LED board assembly|贴片|30
LAMP|Lamp assembly|台灯组装|15
ASSY|Drinkware assembly and leak test|水杯组装与气密检测|10
PACK|Packing|包装|5
"""
"""Code, name in English and Chinese, minutes between two families that no matrix names."""

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
    ("DAY", "Day shift", "白班", (_MORNING, _AFTERNOON)),
    ("TWO", "Day shift and evening", "白班加晚班", (_MORNING, _AFTERNOON, _EVENING)),
    ("NIGHT", "Around the clock, Monday to Saturday", "周一至周六昼夜运转", ((0, 1440),)),
)

_HOLIDAYS = (
    ("元旦", (date(2026, 1, 1), date(2027, 1, 1))),
    ("春节", tuple(date(2026, 2, day) for day in (16, 17, 18, 19))),
    ("春节", tuple(date(2027, 2, day) for day in (5, 6, 7, 8))),
    ("清明节", (date(2026, 4, 5), date(2027, 4, 5))),
    ("劳动节", tuple(date(year, 5, day) for year in (2026, 2027) for day in (1, 2))),
    ("端午节", (date(2026, 6, 19), date(2027, 6, 9))),
    ("中秋节", (date(2026, 9, 25), date(2027, 9, 15))),
    ("国庆节", tuple(date(year, 10, day) for year in (2026, 2027) for day in (1, 2, 3))),
)
"""The statutory days (全国年节及纪念日放假办法, 2024), without the bridging days of each year's notice."""

_DARKNESS = ("WH", "YE", "PK", "GN", "NV", "BK")
"""Powder colours, the lightest first: going lighter means a thorough cleaning."""
_TO_DARKER, _TO_LIGHTER, _STEP = 15, 30, 4

_RESINS = {("PP", "PP-BK"): 30, ("PP-BK", "PP"): 75, ("ABS", "PC"): 60, ("PC", "ABS"): 45}
"""Minutes of purging; from or to another resin the centre's own time holds."""


def calendars() -> list[Calendar]:
    """The three calendars with the public holidays."""
    return [
        Calendar(code=code, name_en=en, name_zh=zh, shifts=_shifts(hours), exceptions=_closed())
        for code, en, zh, hours in _CALENDARS
    ]


def _shifts(hours: tuple[tuple[int, int], ...]) -> list[CalendarShift]:
    return [
        CalendarShift(weekday=day, start_minute=start, end_minute=end)
        for day in _WEEK
        for start, end in hours
    ]


def _closed() -> list[CalendarException]:
    return [CalendarException(day=day, reason=reason) for reason, days in _HOLIDAYS for day in days]


def centres() -> list[WorkCentre]:
    """The work centres with their changeover matrices, without machines."""
    found = []
    for row in _CENTRES.strip().splitlines():
        code, en, zh, minutes = row.split("|")
        matrix = [Changeover(from_family=a, to_family=b, minutes=m) for a, b, m in _matrix(code)]
        centre = WorkCentre(
            code=code, name_en=en, name_zh=zh, changeover_minutes=int(minutes), changeovers=matrix
        )
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
