"""Scenarios as they are kept: named lists of changes, with what was worked out for them.

Nothing here touches the live factory. Working one out is ``services.scenarios.comparing.compute``, making it
real ``services.scenarios.apply``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, InvalidValue, NotAllowed
from factory_erp.i18n import N_, _
from factory_erp.models.planning import SCENARIO_TRANSITIONS, Scenario, ScenarioState
from factory_erp.services.base import allowed, get, query, use_case
from factory_erp.services.master_data import check_texts, same_version
from factory_erp.services.scenarios.as_json import read
from factory_erp.services.scenarios.changes import Change, changes_from_json, changes_to_json
from factory_erp.services.scenarios.checks import Checker
from factory_erp.services.scenarios.figures import Figures, Side

STATE_NAMES = {
    ScenarioState.OPEN: N_("Open"),
    ScenarioState.APPLIED: N_("Applied"),
    ScenarioState.DISCARDED: N_("Discarded"),
}


@dataclass(frozen=True, slots=True)
class ScenarioForm:
    """A scenario as its form has it; *client_key* makes a repeated first save find the same one."""

    name: str
    changes: Sequence[Change] = ()
    note: str = ""
    client_key: str | None = None


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """A scenario in the list; figures are None until it was worked out."""

    id: int
    name: str
    note: str
    state: str
    changes: int
    created_at: datetime
    computed_at: datetime | None
    live: Side | None
    scenario: Side | None
    version: int


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """One scenario with its changes; ``sentences`` says each in words (or why it no longer holds)."""

    id: int
    name: str
    note: str
    state: str
    changes: tuple[Change, ...]
    sentences: tuple[str, ...]
    figures: Figures | None
    computed_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class ScenarioPlace:
    """Where an operation stands in a scenario; ids beyond the stored ones are imagined."""

    operation_id: int
    machine_id: int
    start: int
    setup_end: int
    end: int


@query
def scenarios(session: Session, *, closed: bool = False) -> tuple[ScenarioRow, ...]:
    """The open scenarios (all with *closed*), the latest first."""
    found = select(Scenario).order_by(Scenario.id.desc())
    if not closed:
        found = found.where(Scenario.state == ScenarioState.OPEN)
    return tuple(_row(one) for one in session.scalars(found))


def _row(one: Scenario) -> ScenarioRow:
    found = figures_of(one)
    return ScenarioRow(
        one.id, one.name, one.note, one.state, len(json.loads(one.changes)), one.created_at, one.computed_at,
        found.live if found else None, found.scenario if found else None, one.version,
    )  # fmt: skip


@query
def scenario(session: Session, scenario_id: int) -> ScenarioView:
    """One scenario. Raises NotFound."""
    return view_of(session, get(session, Scenario, scenario_id))


def view_of(session: Session, one: Scenario) -> ScenarioView:
    """The scenario with its changes in words and its figures."""
    changes = changes_from_json(one.changes, one.name)
    checker = Checker(session)
    return ScenarioView(
        one.id, one.name, one.note, one.state, changes, tuple(_said(checker, change) for change in changes),
        figures_of(one), one.computed_at, one.version,
    )  # fmt: skip


def _said(checker: Checker, change: Change) -> str:
    try:
        return checker.check(change)
    except DomainError as error:
        return str(error)


def figures_of(one: Scenario) -> Figures | None:
    """What was worked out for the scenario, None where nothing was."""
    return read(Figures, json.loads(one.figures)["figures"]) if one.figures else None


@query
def scenario_places(session: Session, scenario_id: int) -> tuple[ScenarioPlace, ...]:
    """The schedule of a scenario, by operation; empty before it was worked out."""
    one = get(session, Scenario, scenario_id)
    said: Mapping[str, Sequence[int]] = json.loads(one.places or "{}")
    return tuple(ScenarioPlace(int(number), *(_place(row))) for number, row in said.items())


def _place(row: Sequence[int]) -> tuple[int, int, int, int]:
    machine, start, end, setup_end = row[:4]
    return machine, start, setup_end, end


@use_case
def create(session: Session, form: ScenarioForm) -> int:
    """A new scenario; its id. The same client key again finds the one made with it.

    Raises InvalidValue for a name missing or taken, and what ``Checker`` raises for changes that cannot be.
    """
    if form.client_key is not None:
        known = session.scalar(select(Scenario.id).filter_by(client_key=form.client_key))
        if known is not None:
            return known
    one = Scenario(client_key=form.client_key)
    _fill(session, one, form)
    session.add(one)
    session.flush()
    return one.id


@use_case
def save(session: Session, scenario_id: int, form: ScenarioForm, version: int | None = None) -> int:
    """Write the form over the scenario; other changes make its figures void. Its new version.

    Raises Conflict where somebody changed it since *version*, NotAllowed for one that is not open.
    """
    one = get(session, Scenario, scenario_id, lock=True)
    same_version(one, version, one.name)
    require_open(one)
    _fill(session, one, form)
    session.flush()
    return one.version


def _fill(session: Session, one: Scenario, form: ScenarioForm) -> None:
    name = _free_name(session, form.name.strip(), one.id)
    check_texts(Scenario, {"name": name}, name)
    Checker(session).sentences(form.changes)
    said = changes_to_json(form.changes)
    if one.changes != said:
        one.figures, one.places, one.computed_at = "", "", None
    one.name, one.note, one.changes = name, form.note.strip(), said


def _free_name(session: Session, name: str, own: int | None) -> str:
    remedy = _("Enter another name.")
    if not name:
        raise InvalidValue(_("A scenario needs a name."), field="name", remedy=remedy)
    taken = session.scalar(select(Scenario.id).where(Scenario.name == name))
    if taken is not None and taken != own:
        said = _("There is a scenario '{name}' already.", name=name)
        raise InvalidValue(said, record=name, field="name", remedy=remedy)
    return name


@use_case
def copy(session: Session, scenario_id: int, name: str) -> int:
    """An open scenario with the same changes under another name; its id. Figures are to be worked out."""
    source = get(session, Scenario, scenario_id)
    one = Scenario(name=_free_name(session, name.strip(), None), note=source.note, changes=source.changes)
    check_texts(Scenario, {"name": one.name}, one.name)
    session.add(one)
    session.flush()
    return one.id


@use_case
def discard(session: Session, scenario_id: int, version: int | None = None) -> None:
    """Throw the scenario away; it stays readable. A second time changes nothing.

    Raises NotAllowed for an applied one, Conflict where somebody changed it since *version*.
    """
    one = get(session, Scenario, scenario_id, lock=True)
    if one.state == ScenarioState.DISCARDED:
        return
    same_version(one, version, one.name)
    set_scenario_state(one, ScenarioState.DISCARDED)


def require_open(one: Scenario) -> None:
    """Raise NotAllowed unless the scenario may still be changed."""
    if one.state != ScenarioState.OPEN:
        raise _closed(one)


def set_scenario_state(one: Scenario, target: ScenarioState) -> None:
    """Move the scenario to *target*. Raises NotAllowed where the transition table has no such step."""
    if not allowed(SCENARIO_TRANSITIONS, one.state, target):
        raise _closed(one)
    one.state = target


def _closed(one: Scenario) -> NotAllowed:
    return NotAllowed(
        _("Scenario '{name}' is '{state}' and stays as it is.", name=one.name,
          state=_(STATE_NAMES[ScenarioState(one.state)])),
        record=one.name,
        field="state",
        remedy=_("Copy it and go on with the copy."),
    )  # fmt: skip
