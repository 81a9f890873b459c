"""How the load view says percentages, working time, periods and layers.  No Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from factory_erp.i18n import _
from factory_erp.services.load.centres import DAYS, By, LoadCell, LoadOrder, LoadRow
from factory_erp.services.load.parts import LAYER_NAMES, Layer
from factory_erp.ui.board import words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import PillCell, Row
from factory_erp.ui.kit.theme import Tone

OVER = "▲"
"""Stands beside a load that is more than the time: never said by colour alone."""

LAYER_TONES = {
    Layer.RELEASED: Tone.INFO,
    Layer.PLANNED: Tone.TEAL,
    Layer.SUGGESTED: Tone.WARNING,
    Layer.ROUGH: Tone.NEUTRAL,
}

LINKS = {
    "production": "erp://production/{id}",
    "suggestion": "erp://material/suggestions/{id}",
    "sales": "erp://sales/{id}",
    "quotation": "erp://inquiries/quotation/{id}",
}
"""Kind of what loads a centre → where it is shown."""


def narrowed(cell: LoadCell, layers: Collection[Layer]) -> LoadCell:
    """The cell with those *layers* alone."""
    return replace(cell, **{layer.value: 0 for layer in Layer if layer not in layers})


def is_over(cell: LoadCell) -> bool:
    """Whether there is more work than regular time."""
    return cell.load > cell.capacity


def percent(cell: LoadCell) -> str:
    """The load of the regular time, "▲ 112 %" beyond it; nothing where there is neither."""
    if cell.percent is None:
        return f"{OVER} {hours(cell.load)}"
    if not cell.load and not cell.capacity:
        return ""
    shown = f"{figures.number(cell.percent)} %"
    return f"{OVER} {shown}" if is_over(cell) else shown


def hours(minutes: int) -> str:
    """Working time in whole hours, in tenths below ten."""
    tenths = (minutes * 10 + 30) // 60
    return _("{count} h", count=f"{tenths / 10:.1f}" if 0 < tenths < 100 else figures.number(tenths // 10))


def period(start: date) -> str:
    """The head of a column: a day, which is the Monday of a week."""
    return f"{start:%m-%d}"


def whole_period(start: date, by: By) -> str:
    """The same in full."""
    if by == "day":
        return start.isoformat()
    week, last = start.isocalendar().week, start + timedelta(days=DAYS[by] - 1)
    return _("Week {week}: {start} – {end}", week=week, start=start.isoformat(), end=last.isoformat())


def cell_text(row: LoadRow, cell: LoadCell, start: date, by: By) -> str:
    """What a cell says under the pointer, and to a screen reader."""
    lines = [
        f"{row.code} {words.either(row.name_en, row.name_zh)} · {whole_period(start, by)}",
        _("{load} of {capacity}", load=words.minutes(cell.load), capacity=words.minutes(cell.capacity)),
    ]
    if is_over(cell):
        lines.append(_("{time} more than there is", time=words.minutes(cell.load - cell.capacity)))
    lines += [
        f"{_(LAYER_NAMES[layer])}: {words.minutes(getattr(cell, layer.value))}"
        for layer in Layer
        if getattr(cell, layer.value)
    ]
    parts = (
        (_("of it set-up: {time}", time=words.minutes(cell.setup)), cell.setup),
        (_("of it changeover: {time}", time=words.minutes(cell.changeover)), cell.changeover),
        (_("of late orders: {time}", time=words.minutes(cell.late)), cell.late),
        (_("overtime planned: {time}", time=words.minutes(cell.overtime)), cell.overtime),
    )
    return "\n".join([*lines, *(text for text, count in parts if count)])


def order_row(one: LoadOrder) -> Row:
    """What loads a centre, in a row."""
    layer = _(LAYER_NAMES[one.layer])
    named = f"{layer} {one.percent} %" if one.percent < 100 else layer
    due = figures.day(one.due)
    return (
        one.number,
        PillCell(named, LAYER_TONES[one.layer]),
        one.sku,
        figures.number(one.quantity),
        one.customer or _("For stock"),
        PillCell(due, Tone.DANGER) if one.late else due,
        words.minutes(one.minutes),
    )


def link_of(one: LoadOrder) -> str:
    """Deep link to what loads the centre; "" where there is nothing to open."""
    return LINKS[one.kind].format(id=one.record_id) if one.kind in LINKS and one.record_id else ""
