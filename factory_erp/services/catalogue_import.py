"""Bringing a whole catalogue in: items, texts, packaging, prices, bills, routings, stock.

All or nothing: every record is checked first, and one that cannot be taken refuses the whole
input with the list of all that is wrong. The same input again changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, ngettext
from factory_erp.models.base import Base
from factory_erp.models.catalog import Item, ItemText, PackagingLevel
from factory_erp.models.engineering import (
    Bill,
    BillLine,
    Calendar,
    CalendarShift,
    Machine,
    Routing,
    RoutingOperation,
    WorkCentre,
)
from factory_erp.models.inventory import MoveCause
from factory_erp.services import inventory, search
from factory_erp.services.base import use_case
from factory_erp.services.catalogue_input import CatalogueInput, ItemInput, RowProblem
from factory_erp.services.catalogue_problems import find_problems
from factory_erp.services.clock import today
from factory_erp.services.engineering import structure
from factory_erp.services.price_lists import GeneralPrices
from factory_erp.services.progress import Progress, Quiet

SHOWN = 20
"""Problems that the message itself lists; the error carries them all."""


class ImportRejectedError(DomainError):
    """The input has records that cannot be taken; nothing was changed."""

    def __init__(self, problems: list[RowProblem]) -> None:
        lines = [f"{problem.record} · {problem.field}: {problem.reason}" for problem in problems[:SHOWN]]
        said = ngettext(
            "{count} record cannot be imported; nothing was changed.",
            "{count} records cannot be imported; nothing was changed.",
            len(problems),
        )
        super().__init__(
            "\n".join([said, *lines]),
            record=problems[0].record,
            field=problems[0].field,
            remedy=_("Correct them and import again."),
        )
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the items, and how much else the catalogue now holds."""

    created: int
    updated: int
    unchanged: int
    bills: int
    bill_lines: int
    routings: int


@use_case
def import_catalogue(
    session: Session, catalogue: CatalogueInput, progress: Progress | None = None
) -> ImportReport:
    """Take the catalogue in. Raises ImportRejectedError, or BillCycle naming the path."""
    watch = progress or Quiet()
    problems = list(find_problems(session, catalogue))
    if problems:
        raise ImportRejectedError(problems)
    counts, items = _items(session, catalogue.items, catalogue, watch)
    centres = _centres(session, catalogue)
    _bills(session, catalogue, items)
    _routings(session, catalogue, items, centres)
    session.flush()
    structure(session, [items[bill.sku].id for bill in catalogue.bills], today()).checked()
    _stock(session, catalogue, items)
    return ImportReport(
        created=counts["created"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        bills=len(catalogue.bills),
        bill_lines=sum(len(bill.components) for bill in catalogue.bills),
        routings=len(catalogue.routings),
    )


def _items(
    session: Session, inputs: Iterable[ItemInput], catalogue: CatalogueInput, progress: Progress
) -> tuple[Counter[str], dict[str, Item]]:
    loaded = select(Item).options(selectinload(Item.texts), selectinload(Item.packaging))
    found = {item.sku: item for item in session.scalars(loaded)}
    wanted, verdicts = list(inputs), dict[str, str]()
    for number, given in enumerate(wanted):
        progress.report(number, len(wanted), _("Importing items"))
        verdicts[given.sku] = _take_item(session, found, given)
    session.flush()
    prices = GeneralPrices(session, catalogue.valid_from)
    for given in wanted:
        if prices.take(found[given.sku].id, given.prices) and verdicts[given.sku] == "unchanged":
            verdicts[given.sku] = "updated"
        if verdicts[given.sku] != "unchanged":
            _index(session, found[given.sku], given)
    session.flush()
    return Counter(verdicts.values()), found


_PLAIN = tuple(
    field.name for field in fields(ItemInput) if field.name not in {"texts", "packaging", "prices"}
)


def _take_item(session: Session, found: dict[str, Item], given: ItemInput) -> str:
    item = found.get(given.sku)
    verdict = "unchanged"
    if item is None:
        item = found[given.sku] = Item(sku=given.sku)
        session.add(item)
        verdict = "created"
    changed = _copy(item, {name: getattr(given, name) for name in _PLAIN})
    changed |= _parts(item.texts, ItemText, given.texts, ("language",))
    changed |= _parts(item.packaging, PackagingLevel, given.packaging, ("kind",))
    return "updated" if changed and verdict == "unchanged" else verdict


def _copy(record: Base, values: Mapping[str, Any]) -> bool:
    """Write the values that differ; whether any did."""
    different = {name: value for name, value in values.items() if getattr(record, name) != value}
    for name, value in different.items():
        setattr(record, name, value)
    return bool(different)


def _parts(
    parts: list[Any],
    kind: type[Base],
    given: Iterable[Any],
    key: tuple[str, ...],
) -> bool:
    """Make the list of *parts* say what is *given*, matched by *key*; whether anything changed."""
    known = {tuple(getattr(part, name) for name in key): part for part in parts}
    changed = False
    for wanted in given:
        values = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
        part = known.pop(tuple(values[name] for name in key), None)
        if part is None:
            parts.append(kind(**values))
            changed = True
        else:
            changed |= _copy(part, values)
    for gone in known.values():
        parts.remove(gone)
    return changed or bool(known)


def _index(session: Session, item: Item, given: ItemInput) -> None:
    names = [text.name for text in given.texts]
    search.index(session, "catalog", item.id, item.sku, names[0], *names[1:], item.options, item.hs_code)


def _centres(session: Session, catalogue: CatalogueInput) -> dict[str, WorkCentre]:
    found = {centre.code: centre for centre in session.scalars(select(WorkCentre))}
    calendar = session.scalar(select(Calendar).order_by(Calendar.id))
    if calendar is None and catalogue.centres:
        shifts = [
            CalendarShift(weekday=day, start_minute=start, end_minute=end)
            for day, start, end in catalogue.shifts
        ]
        calendar = Calendar(code="DAY", name_en="Day shift", name_zh="白班", shifts=shifts)
        session.add(calendar)
        session.flush()
    for given in catalogue.centres:
        centre = found.setdefault(given.code, WorkCentre(code=given.code))
        session.add(centre)
        values = {
            "name_en": given.name_en,
            "name_zh": given.name_zh,
            "changeover_minutes": given.changeover_minutes,
        }
        _copy(centre, values)
        known = {machine.code for machine in centre.machines}
        assert calendar is not None
        centre.machines.extend(
            Machine(code=code, name_en=english, name_zh=chinese, calendar_id=calendar.id)
            for code, english, chinese in given.machines
            if code not in known
        )
    session.flush()
    return found


def _bills(session: Session, catalogue: CatalogueInput, items: dict[str, Item]) -> None:
    loaded = select(Bill).options(selectinload(Bill.lines))
    found = {(bill.item_id, bill.revision): bill for bill in session.scalars(loaded)}
    for given in catalogue.bills:
        item = items[given.sku]
        bill = found.get((item.id, given.revision))
        if bill is None:
            bill = Bill(item_id=item.id, revision=given.revision, valid_from=catalogue.valid_from)
            session.add(bill)
        lines = [
            {
                "position": position,
                "component_id": items[component.sku].id,
                "quantity": component.quantity,
                "scrap_ppm": component.scrap_ppm,
                "operation": component.operation,
            }
            for position, component in enumerate(given.components, 1)
        ]
        valid_from = given.valid_from or catalogue.valid_from
        _copy(bill, {"output": given.output, "valid_from": valid_from, "valid_to": given.valid_to})
        _rows(bill.lines, BillLine, lines, "position")


def _routings(
    session: Session, catalogue: CatalogueInput, items: dict[str, Item], centres: dict[str, WorkCentre]
) -> None:
    loaded = select(Routing).options(selectinload(Routing.operations))
    found = {(routing.item_id, routing.revision): routing for routing in session.scalars(loaded)}
    for given in catalogue.routings:
        item = items[given.sku]
        routing = found.get((item.id, given.revision))
        if routing is None:
            routing = Routing(item_id=item.id, revision=given.revision, valid_from=catalogue.valid_from)
            session.add(routing)
        steps = [
            {
                "sequence": step.sequence,
                "centre_id": centres[step.centre].id,
                "name_en": step.name_en,
                "name_zh": step.name_zh,
                "setup_minutes": step.setup_minutes,
                "run_seconds": step.run_seconds,
                "family": step.family,
            }
            for step in given.operations
        ]
        _rows(routing.operations, RoutingOperation, steps, "sequence")


def _rows(parts: list[Any], kind: type[Base], rows: list[dict[str, Any]], key: str) -> None:
    """Make the child rows equal to *rows*, matched by *key*."""
    known = {getattr(part, key): part for part in parts}
    for values in rows:
        part = known.pop(values[key], None)
        if part is None:
            parts.append(kind(**values))
        else:
            _copy(part, values)
    for gone in known.values():
        parts.remove(gone)


def _stock(session: Session, catalogue: CatalogueInput, items: dict[str, Item]) -> None:
    """Opening stock, once: a second import of the same figures books nothing."""
    inventory.ensure_locations(session)
    for sku, quantity in catalogue.stock:
        if quantity:
            _opening(session, items[sku], quantity)


def _opening(session: Session, item: Item, quantity: Decimal) -> None:
    digest = hashlib.sha256(item.sku.encode()).hexdigest()[:32]
    inventory.move(
        session,
        item_id=item.id,
        quantity=quantity,
        source=inventory.ADJUSTMENT,
        destination=inventory.WAREHOUSE,
        cause=MoveCause.OPENING,
        reference=_("Opening stock"),
        client_key=f"opening:{digest}",
    )
