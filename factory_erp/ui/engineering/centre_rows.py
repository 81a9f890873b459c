"""Work centres and machines as their tables show them."""

from __future__ import annotations

from factory_erp.i18n import N_, _
from factory_erp.services.engineering.work_centres import CentreView, MachineView
from factory_erp.services.schedule.machine_times import MachineTimeView
from factory_erp.ui.engineering.machine_times import kind_pill
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.production.words import either

CENTRE_COLUMNS = (
    Column("code", N_("Code"), 90),
    Column("name", N_("Name"), 240),
    Column("machines", N_("Machines"), 90, kind="number"),
    Column("machine_rate", N_("Machine rate"), 116, kind="number",
           tooltip=N_("An hour of one machine, in the company's currency")),
    Column("labour_rate", N_("Labour rate"), 106, kind="number",
           tooltip=N_("An hour of one person, in the company's currency")),
    Column("crew", N_("Crew"), 64, kind="number", tooltip=N_("Persons at a machine")),
    Column("overhead", N_("Overhead (%)"), 140, kind="number", tooltip=N_("On machine and labour")),
    Column("changeover", N_("Changeover (min)"), 138, kind="number", priority=1,
           tooltip=N_("Between two families that the changeover grid does not name")),
)  # fmt: skip
MACHINE_COLUMNS = (
    Column("code", N_("Code"), 90),
    Column("name", N_("Name"), 260),
    Column("calendar", N_("Calendar"), 120),
    Column("speed", N_("Speed (%)"), 96, kind="number"),
    Column("state", N_("State"), 110, kind="pill"),
)


def centre_row(one: CentreView) -> Row:
    """A work centre as the table shows it."""
    return (
        one.code, either(one.name_en, one.name_zh), figures.number(len(one.machines)),
        *(figures.number(value) for value in
          (one.machine_rate, one.labour_rate, one.crew, one.overhead_percent, one.changeover_minutes)),
    )  # fmt: skip


def machine_row(one: MachineView, time: MachineTimeView | None = None) -> Row:
    """A machine as the table shows it; *time* is what goes on at it now other than its calendar says."""
    state = PillCell(_("In use"), Tone.SUCCESS) if one.active else PillCell(_("Not in use"), Tone.NEUTRAL)
    if time is not None and one.active:
        state = kind_pill(time.kind)
    return one.code, either(one.name_en, one.name_zh), one.calendar, figures.number(one.speed_percent), state
