"""What scheduling reads of the factory, as plain facts; ``services.floor.reading`` reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.engineering import WorkCentre
from factory_erp.planning.calendar import Interval, WorkingCalendar
from factory_erp.planning.schedule import problem as plan
from factory_erp.services.floor.planning_settings import PlanningSettings
from factory_erp.services.working_time import Opening

HALL = -1
"""Machine and centre where goods are while no machine of ours works on them: away at a subcontractor's.

It is always open and never full.
"""


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """What scheduling reads of a machine."""

    id: int
    code: str
    centre_id: int
    speed_percent: int
    active: bool


@dataclass(frozen=True, slots=True)
class MachineTimeFacts:
    """A span (planning minutes) in which a machine is closed, or open in overtime."""

    id: int
    machine_id: int
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """What scheduling reads of an operation of an open production order."""

    id: int
    order_id: int
    sequence: int
    centre_id: int
    setup_minutes: int
    run_minutes: int
    queue_minutes: int
    family: str
    state: str
    machine_id: int | None
    planned_start: datetime | None
    setup_finish: datetime | None
    planned_finish: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    made: Decimal
    """Good and scrap together."""
    subcontract_days: int
    """Calendar days at a subcontractor; such a step takes no machine."""
    locked: bool
    campaign: str
    resumable: bool
    max_wait_minutes: int | None
    transfer_lot: Decimal
    version: int

    @property
    def place(self) -> int | None:
        """The machine it stands on: the hall, which is never full, when it is done by a subcontractor."""
        return HALL if self.subcontract_days else self.machine_id


@dataclass(frozen=True, slots=True)
class Eligible:
    """A machine that may do a step, at its own speed; *setup_minutes* None: as the step says."""

    machine_id: int
    speed_percent: int
    setup_minutes: int | None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What scheduling reads of an open production order; ``needed``: the day from which it is late."""

    id: int
    number: str
    state: str
    quantity: Decimal
    due: date
    needed: date
    priority: int
    material_at: datetime | None
    planned_start: datetime | None
    planned_finish: datetime | None
    sales_order_id: int | None


@dataclass(frozen=True, slots=True)
class Weight:
    """What an hour late of a production order costs, in cents; whether its date was promised to a buyer."""

    cents: int = 1
    promised: bool = False


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """Something that steps need beside their machine, and how many of it there are."""

    id: int
    code: str
    capacity: int


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """Machine time (planning minutes) that a promise keeps for what will have to be made."""

    id: int
    hold_id: int
    machine_id: int
    family: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LastDone:
    """What a machine has done last, and until when (planning minutes): how it is set up."""

    family: str
    campaign: str
    finished: int


@dataclass(slots=True)
class Families:
    """Changeover families as the numbers that planning uses; no family (0) never costs anything.

    A campaign is a family of its own at its centre: entering it costs the changeover to the real family and
    the set-up of its steps, going on within it costs nothing. So the set-up is paid once, whichever of
    the steps comes first, and again where something else comes between.
    """

    numbers: dict[str, int] = field(default_factory=lambda: {"": 0})
    campaigns: dict[tuple[int, str], Campaign] = field(default_factory=dict)
    """By centre and code."""

    def number(self, family: str) -> int:
        """The number of *family*."""
        return self.numbers.setdefault(family, len(self.numbers) + len(self.campaigns))

    def of_step(self, step: OperationFacts) -> int:
        """The number that an operation counts as: its campaign's, else its family's."""
        campaign = self.campaigns.get((step.centre_id, step.campaign)) if step.campaign else None
        return campaign.number if campaign else self.number(step.family)

    def join(self, step: OperationFacts) -> None:
        """Count the operation to its campaign, whose set-up is the longest of its steps'."""
        key = (step.centre_id, step.campaign)
        known = self.campaigns.get(key)
        base = self.number(step.family)
        number = known.number if known else len(self.numbers) + len(self.campaigns)
        setup = max(step.setup_minutes, known.setup_minutes if known else 0)
        self.campaigns[key] = Campaign(number, known.family if known else base, setup)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign at a centre: its own family number, the real family's, and its one set-up."""

    number: int
    family: int
    setup_minutes: int


@dataclass(frozen=True, slots=True)
class Floor:
    """Everything that is read once for a schedule or a promise, at the minute *now*."""

    now: int
    place: ZoneInfo
    machines: Mapping[int, MachineFacts]
    centres: Mapping[int, WorkCentre]
    calendar_of: Mapping[int, int]
    last_done: Mapping[int, LastDone]
    """Machine → the last operation that it has done."""
    orders: Mapping[int, OrderFacts]
    operations: Mapping[int, list[OperationFacts]]
    """By order, in sequence."""
    feeders: Mapping[int, tuple[int, ...]]
    waiting: Mapping[int, int]
    """Orders with purchases not yet ordered → the longest lead time among them, in days."""
    arrivals: Mapping[int, Mapping[int | None, int]]
    """Order → step that consumes it (its sequence; None: the first) → minute the last ordered part comes."""
    eligible: Mapping[int, tuple[Eligible, ...]]
    """By operation, the machines that may do it; one that is not here may be done by any of its centre."""
    weights: Mapping[int, Weight]
    machine_times: Mapping[int, tuple[MachineTimeFacts, ...]]
    resources: Mapping[int, ResourceFacts]
    needs: Mapping[int, tuple[int, ...]]
    """Operation → the resources that it holds."""
    blocks: tuple[BlockFacts, ...]
    settings: PlanningSettings
    families: Families = field(default_factory=Families)
    _of_centre: dict[int, tuple[Eligible, ...]] = field(default_factory=dict, init=False, repr=False)

    def openings(self, hours: Mapping[int, tuple[Interval, ...]], begin: int, end: int) -> dict[int, Opening]:
        """When each machine is open from *begin* to *end*: its calendar, less what it is down, with overtime.

        Machines without times of their own share one calendar object.
        """
        shared = {number: Opening(WorkingCalendar(intervals)) for number, intervals in hours.items()}
        found = {machine: shared[calendar] for machine, calendar in self.calendar_of.items()}
        for machine, times in self.machine_times.items():
            spans = [(max(t.start, begin), min(t.end, end), t.kind) for t in times]
            found[machine] = found[machine].changed(spans)
        return found

    def plan_machines(
        self, openings: Mapping[int, Opening], begin: int, end: int
    ) -> tuple[plan.Machine, ...]:
        """The machines with their calendars, and the hall in which goods wait."""
        rows = [
            plan.Machine(
                id=machine.id,
                centre=machine.centre_id,
                calendar=openings[machine.id].calendar,
                family=self._set_up_for(machine),
                overtime=openings[machine.id].overtime,
            )
            for machine in self.machines.values()
        ]
        hall = WorkingCalendar(((min(begin, self.now), end),))
        return (*rows, plan.Machine(HALL, HALL, hall, unlimited=True))

    def _set_up_for(self, machine: MachineFacts) -> int | None:
        """A machine that has done nothing yet needs no changeover, but the set-up of a campaign."""
        last = self.last_done.get(machine.id)
        if last is None:
            return 0 if any(centre == machine.centre_id for centre, _ in self.families.campaigns) else None
        known = self.families.campaigns.get((machine.centre_id, last.campaign))
        return known.number if known else self.families.number(last.family)

    def plan_centres(self) -> tuple[plan.Centre, ...]:
        """The work centres with their changeover minutes; call it when all families are numbered."""
        return (*(self._centre(centre) for centre in self.centres.values()), plan.Centre(HALL))

    def _centre(self, centre: WorkCentre) -> plan.Centre:
        number, known = self.families.number, list(self.families.numbers.values())
        minutes = {(number(c.from_family), number(c.to_family)): c.minutes for c in centre.changeovers}
        for family in known:
            minutes.setdefault((0, family), 0)
            minutes.setdefault((family, 0), 0)
        plain = plan.Centre(centre.id, minutes, centre.changeover_minutes)
        mine = [c for (at, _code), c in self.families.campaigns.items() if at == centre.id]
        if not mine:
            return plain
        real = {family: family for family in known} | {c.number: c.family for c in mine}
        wider = dict(minutes)
        for campaign in mine:
            for other, base in real.items():
                wider[other, campaign.number] = plain.minutes(base, campaign.family) + campaign.setup_minutes
                wider.setdefault((campaign.number, other), plain.minutes(campaign.family, base))
        wider |= {(c.number, c.number): 0 for c in mine}
        return plan.Centre(centre.id, wider, centre.changeover_minutes)

    def ways(self, step: OperationFacts) -> tuple[plan.Alternative, ...]:
        """The machines that can do the operation; in a campaign without the set-up that is done once."""
        named = self.eligible.get(step.id, ())
        found = self.alternatives(step.centre_id, step.setup_minutes, step.run_minutes, named)
        campaign = self.families.campaigns.get((step.centre_id, step.campaign)) if step.campaign else None
        if campaign is None:
            return found
        return tuple(
            plan.Alternative(
                way.machine, max(0, way.setup_minutes - campaign.setup_minutes), max(1, way.run_minutes)
            )
            for way in found
        )

    def alternatives(
        self, centre_id: int, setup: int, run: int, named: Sequence[Eligible] = ()
    ) -> tuple[plan.Alternative, ...]:
        """The machines that can do it, faster ones in less time: those *named*, or all of the centre.

        Raises NotAllowed where none of them is in use.
        """
        choices = named or self._anywhere(centre_id)
        found = tuple(
            _alternative(one, setup, run) for one in choices if self.machines[one.machine_id].active
        )
        if not found:
            code = self.centres[centre_id].code
            raise NotAllowed(
                _("None of the machines that may do a step at {code} is in use.", code=code)
                if named
                else _("Work centre {code} has no machine in use.", code=code),
                record=code,
                field=_("Machines"),
                remedy=_("Add a machine to it, or put one of its machines back into use."),
            )
        return found

    def _anywhere(self, centre_id: int) -> Sequence[Eligible]:
        """All machines of the centre; each centre is looked through once."""
        if centre_id not in self._of_centre:
            self._of_centre[centre_id] = tuple(
                Eligible(machine.id, machine.speed_percent, None)
                for machine in self.machines.values()
                if machine.centre_id == centre_id
            )
        return self._of_centre[centre_id]

    def run_on(self, step: OperationFacts) -> int:
        """Working minutes that a started operation takes on the machine it is on."""
        named = {one.machine_id: one for one in self.eligible.get(step.id, ())}
        machine = self.machines.get(step.machine_id or 0)
        usual = Eligible(0, machine.speed_percent if machine else 100, None)
        return _alternative(
            named.get(step.machine_id or 0, usual), step.setup_minutes, step.run_minutes
        ).minutes


def _alternative(choice: Eligible, setup: int, run: int) -> plan.Alternative:
    own = setup if choice.setup_minutes is None else choice.setup_minutes
    return plan.Alternative(choice.machine_id, own, _at_speed(run, choice.speed_percent, own))


def _at_speed(run_minutes: int, percent: int, setup_minutes: int) -> int:
    """Run minutes on a machine of that speed, rounded up; an operation takes a minute at least."""
    minutes = -(-run_minutes * 100 // max(1, percent))
    return minutes if minutes or setup_minutes else 1
