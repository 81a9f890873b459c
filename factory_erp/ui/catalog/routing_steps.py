"""The grid of a routing's steps: what a row reads and shows, and the steps that rows stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _
from factory_erp.models.partners import Role
from factory_erp.services.directory import partner_choices
from factory_erp.services.engineering.resources import ResourceView
from factory_erp.services.engineering.routings import MachineChoice, StepInput, StepView
from factory_erp.services.engineering.work_centres import CentreView, MachineView
from factory_erp.services.exchange.routing_kinds import FIELDS
from factory_erp.ui.kit.choose import Choice, among
from factory_erp.ui.kit.grid import GridColumn
from factory_erp.ui.kit.grid_cells import shown
from factory_erp.ui.production.words import either

STRIDE = 10
"""Between the numbers of steps, so that one can be put between two."""

DETAILS = (
    "subcontractor", "subcontract_days", "subcontract_price", "quality_point", "move_minutes",
    "max_wait_minutes", "resumable", "instructions",
)  # fmt: skip
"""Columns that the form beneath the grid shows too."""

Machines = tuple[tuple[str, int, int | None], ...]
"""Machines as a cell holds them: code, speed %, set-up minutes of its own (None: the step's)."""

_FIELDS = {field.key: field for field in FIELDS}
_WHOLE = ("setup_minutes", "queue_minutes", "move_minutes", "subcontract_days")
_FIGURES = ("run_seconds", "batch_size", "transfer_lot", "subcontract_price")
_OWN = ("max_wait_minutes", "resumable")
"""Columns whose value is the step's as it stands in the cell."""
_TEXTS = ("name_en", "name_zh", "family", "instructions", "quality_point")


@dataclass
class CentreBook:
    """The centres, moulds and crews that steps may name; a grid made once asks it whatever was read last."""

    centres: Sequence[CentreView] = ()
    resources: Sequence[ResourceView] = ()

    def find(self, text: str) -> Sequence[Choice]:
        """Centres that contain *text* in code or name."""
        return among([centre_choice(centre) for centre in self.centres])(text)

    def machines(self, centre_id: object) -> tuple[MachineView, ...]:
        """The machines of a centre; none where there is no such centre."""
        return next((one.machines for one in self.centres if one.id == centre_id), ())

    def code(self, centre_id: object) -> str:
        """Code of a centre, empty where there is no such."""
        return next((one.code for one in self.centres if one.id == centre_id), "")


def centre_choice(centre: CentreView) -> Choice:
    """A centre as a lookup offers it."""
    return Choice(centre.id, centre.code, either(centre.name_en, centre.name_zh))


def find_partners(text: str) -> Sequence[Choice]:
    """Partners that contain *text* in code or name, known subcontractors before all others."""
    known = partner_choices(text, role=Role.SUBCONTRACTOR)
    others = [one for one in partner_choices(text) if one not in known]
    return [Choice(one.id, one.name, one.code) for one in (*known, *others)]


def read_partner(text: str) -> Choice:
    """The partner whose code or name was typed out in full. Raises InvalidValue."""
    sought = text.strip().casefold()
    found = find_partners(text.strip())
    fitting = [one for one in found if sought in (one.detail.casefold(), one.text.casefold())]
    if len(fitting) == 1:
        return fitting[0]
    raise InvalidValue(
        _("There is no '{text}' to choose here.", text=text), remedy=_("Choose from the list (F4).")
    )


def _column(key: str, title: str, width: int, **more: Any) -> GridColumn:
    """The column of an import's field under a shorter title: the same reader, the same headers."""
    field = _FIELDS[key]
    made = GridColumn.of(field, width, **more)
    return replace(
        made, title=title, aliases=(field.title, *field.aliases), hint=more.get("hint", field.hint)
    )


def _figure(key: str, title: str, width: int, hint: str, **more: Any) -> GridColumn:
    """A figure that stays blank where it is nought."""
    blank = {"show": lambda value: shown(value) if value else ""}
    return _column(key, title, width, kind="number", hint=hint, **(blank | more))


def step_columns(book: CentreBook) -> tuple[GridColumn, ...]:
    """All of a step; what does not fit beside the rest is hidden, and stands in the form beneath."""
    return (
        _column("sequence", N_("Step"), 60, kind="number"),
        _column("name_en", N_("English name"), 230, required=False,
                hint=N_("One of the names is enough")),
        _column("name_zh", N_("Chinese name"), 182),
        GridColumn("centre", N_("Work centre"), 184, "lookup", search=book.find, required=True,
                   aliases=_FIELDS["centre"].aliases),
        _figure("setup_minutes", N_("Set-up (min)"), 102, N_("Minutes before the first piece")),
        _figure("run_seconds", N_("Run (s)"), 98,
                N_("Seconds for one piece, or for one batch where a batch is given")),
        _figure("batch_size", N_("Batch size"), 104,
                N_("How many an oven, a bath or a mould takes at once; empty: one by one")),
        _figure("transfer_lot", N_("Transfer lot"), 98,
                N_("How many are carried on at once; empty: only the whole order")),
        _figure("queue_minutes", N_("Wait (min)"), 112, N_("Lying after the step: drying, cooling")),
        _figure("move_minutes", N_("Move (min)"), 112, N_("Carrying to the next step"), priority=1),
        _column("max_wait_minutes", N_("Longest wait (min)"), 130, kind="number", priority=2, show=shown,
                hint=N_("The next step begins within so many minutes after this one; empty: any time")),
        GridColumn("resumable", N_("May rest"), 84, "check", priority=3, empty=True,
                   aliases=_FIELDS["resumable"].aliases,
                   hint=N_("It may lie overnight unfinished; else it must fit into one shift")),
        _column("family", N_("Family"), 110, hint=N_("Work of one family needs no changeover in between")),
        _column("machines", N_("Machines"), 240, priority=2),
        _column("resources", N_("Moulds and crews"), 150, priority=2,
                hint=N_("What the step holds while it runs: codes with ; between them")),
        _column("quality_point", N_("Check after"), 110, priority=3,
                hint=N_("What is checked after the step")),
        GridColumn("subcontractor", N_("Subcontractor"), 130, "lookup", search=find_partners,
                   read=read_partner, priority=4, aliases=_FIELDS["subcontractor"].aliases),
        _figure("subcontract_days", N_("Days away"), 90, N_("Calendar days"), priority=5),
        _figure("subcontract_price", N_("Price per unit"), 110, N_("In the company's currency"), priority=6),
        _column("instructions", N_("Instructions"), 140, priority=7),
    )  # fmt: skip


def row_of(view: StepView) -> dict[str, object]:
    """A stored step as the grid shows it."""
    step = view.step
    plain = {key: getattr(step, key) for key in ("sequence", *_WHOLE, *_FIGURES, *_OWN, *_TEXTS)}
    choices = zip(view.machines, step.machines, strict=True)
    machines = tuple((code, one.speed_percent, one.setup_minutes) for code, one in choices)
    partner = Choice(step.subcontractor_id, view.subcontractor) if step.subcontractor_id else None
    return {
        **plain,
        "centre": Choice(step.centre_id, view.centre),
        "machines": machines,
        "resources": view.resources,
        "subcontractor": partner,
    }


def step_of(row: Mapping[str, object], book: CentreBook) -> StepInput:
    """The step that a sound row stands for.

    Raises InvalidValue for a machine that is not its centre's, and for an unknown mould or crew.
    """
    ids = {machine.code: machine.id for machine in book.machines(row["centre"])}
    machines = machines_of(row)
    strange = next((code for code, _speed, _setup in machines if code not in ids), None)
    if strange is not None:
        raise InvalidValue(
            _("{machine} is not a machine of {centre}.", machine=strange, centre=book.code(row["centre"])),
            field="machines",
            remedy=_("Take it out of the step, or choose another work centre."),
        )
    known = {one.code: one.id for one in book.resources}
    held = resources_of(row)
    unknown = next((code for code in held if code not in known), None)
    if unknown is not None:
        raise InvalidValue(
            _("There is no mould or crew {code}.", code=unknown),
            field="resources",
            remedy=_("Tick those that there are, or add it on the engineering page first."),
        )
    plain: dict[str, Any] = {key: whole(row[key]) for key in _WHOLE} | {key: row[key] for key in _OWN}
    plain |= {key: figure(row[key]) for key in _FIGURES}
    plain |= {key: str(row[key] or "") for key in _TEXTS}
    return StepInput(
        sequence=whole(row["sequence"]),
        centre_id=whole(row["centre"]),
        subcontractor_id=whole(row["subcontractor"]) or None,
        machines=tuple(MachineChoice(ids[code], speed, setup) for code, speed, setup in machines),
        resources=tuple(known[code] for code in held),
        **plain,
    )


def machines_of(row: Mapping[str, object]) -> Machines:
    """The machines that a row names, none where the cell is empty or unsound."""
    found = row["machines"]
    return found if isinstance(found, tuple) else ()


def resources_of(row: Mapping[str, object]) -> tuple[str, ...]:
    """Codes of the moulds and crews that a row names, none where the cell is empty or unsound."""
    found = row["resources"]
    return found if isinstance(found, tuple) else ()


def whole(value: object) -> int:
    """A whole number, 0 for none."""
    return value if isinstance(value, int) else 0


def figure(value: object) -> Decimal:
    """A figure, 0 for none."""
    return Decimal(value) if isinstance(value, Decimal | int) else Decimal(0)


def next_sequence(rows: Sequence[Mapping[str, object]]) -> int:
    """The number of a step put after *rows*."""
    last = max((whole(row["sequence"]) for row in rows), default=0)
    return last // STRIDE * STRIDE + STRIDE
