"""A reader of frePPLe's data files, and how what they say becomes a factory of ours.

All places of a file are one factory here, so what is moved between them is nobody's work. A day that is open
is open from midnight to midnight. What is said of capacity becomes machines: a resource that holds two at a
time is two machines, a group of people is something that steps need beside their machine, and a step that
needs people only has a machine for each of them who can do it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item, ItemKind, Procurement
from factory_erp.models.database import Database
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.services.catalogue import item_forms
from factory_erp.services.catalogue.item_forms import ItemForm
from factory_erp.services.engineering import bills, calendars, resources, routings, work_centres
from factory_erp.services.engineering.bills import BillInput, BillLineInput
from factory_erp.services.engineering.calendars import CalendarInput, DayInput, ShiftInput
from factory_erp.services.engineering.resources import ResourceInput
from factory_erp.services.engineering.routings import RoutingInput, StepInput
from factory_erp.services.engineering.work_centres import CentreInput, MachineInput
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.purchasing.orders import NewPurchase, NewPurchaseLine
from factory_erp.services.sales import entry as order_entry
from factory_erp.services.sales import orders as sales
from factory_erp.services.sales.entry import EntryLine, OrderEntry
from factory_erp.services.stock import inventory
from tests.scenarios.planning_checks import NINGBO
from tests.services.factory import a_customer
from tests.shared import shared_path

Row = dict[str, Any]
AHEAD = 400
"""Days from the file's present for which calendars are read."""
DAY = 24 * 60
PLACES = 5
"""So many orders can dry, cool or rest at a time where a step needs nothing and nobody."""


class Data:
    """The records of a file by kind, without the endings that some files give to the names of links."""

    def __init__(self, name: str) -> None:
        self._rows: dict[str, list[Row]] = defaultdict(list)
        for one in json.loads(shared_path(f"data/frepple_manufacturing/{name}.json").read_text()):
            row = {key.removesuffix("_id"): value for key, value in one["fields"].items()}
            row.setdefault("name", one.get("pk"))
            self._rows[one["model"].partition(".")[2]].append(row)

    def of(self, kind: str, **wanted: object) -> list[Row]:
        """Records of a kind of which those fields are so."""
        return [r for r in self._rows[kind] if all(r.get(key) == value for key, value in wanted.items())]

    def one(self, kind: str, name: object) -> Row:
        """The record with that name; an empty one where there is none."""
        return next(iter(self.of(kind, name=name)), {})

    @cached_property
    def now(self) -> datetime:
        """The file's present, taken as the time in Ningbo."""
        return moment(self.one("parameter", "currentdate")["value"])

    @cached_property
    def days(self) -> list[date]:
        """The days that are planned for."""
        return [self.now.date() + timedelta(days=ahead) for ahead in range(AHEAD)]

    def capacity(self, calendar: str | None, day: date) -> int:
        """What a calendar says of a day, 1 without a calendar; of several the most important."""
        said = [r for r in self.of("calendarbucket", calendar=calendar) if _holds(r, day)]
        if said:
            return int(min(said, key=lambda row: int(row["priority"]))["value"])
        return int(self.one("calendar", calendar).get("defaultvalue", 1))

    def holds(self, resource: Row, day: date) -> int:
        """How much a resource holds on a day; nothing where its place is closed."""
        place = self.one("location", resource["location"])
        there = self.capacity(place.get("available"), day)
        return there and self.capacity(resource.get("maximum_calendar"), day)

    def makers(self) -> Iterator[tuple[str, list[Row]]]:
        """Item and the operations that make it, one for each place that can, or for each job."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.of("operation"):
            jobs = [r["item"] for r in self.of("demand", operation=row["name"])]
            item = row.get("item") or next(iter(jobs), None)
            if item:
                found[item].append(row)
        yield from sorted(found.items())

    def steps(self, operation: Row) -> list[Row]:
        """The steps of a routing in their order, or the operation itself."""
        parts = self.of("operation", owner=operation["name"])
        return sorted(parts, key=lambda row: int(row["priority"])) or [operation]

    def members(self, group: str, skill: str | None = None) -> list[str]:
        """The people of a group, of those only that have the skill; none for what is no group."""
        skilled = {row["resource"] for row in self.of("resourceskill", skill=skill)}
        people = [row["name"] for row in self.of("resource", owner=group)]
        return [one for one in people if skill is None or one in skilled]


def moment(text: str) -> datetime:
    """A time of the file in Ningbo."""
    return datetime.fromisoformat(text).replace(tzinfo=NINGBO)


def _holds(bucket: Row, day: date) -> bool:
    first, last = (moment(bucket[name]).date() for name in ("startdate", "enddate"))
    return first <= day < last and bool(bucket[f"{day:%A}".lower()])


def code(name: str) -> str:
    """A name as we write codes."""
    return name.replace(" ", "-").upper()


@dataclass(frozen=True)
class Factory:
    """What came of the file: item → id, and the orders for the demands."""

    items: dict[str, int]
    orders: tuple[int, ...]


class Builder:
    """Enters the file as people would: machines, items, bills, routings, stock, purchases, orders."""

    def __init__(self, db: Database, data: Data) -> None:
        self._db, self._data = db, data
        self._calendars: dict[tuple[date, ...], int] = {}
        self._crews: dict[str, int] = {}
        self.items: dict[str, int] = {}

    def build(self) -> Factory:
        """Enter all of it."""
        made = {item for item, _ways in self._data.makers()}
        used = {
            row["item"] for kind in ("operationmaterial", "buffer", "demand") for row in self._data.of(kind)
        }
        for name in sorted(made | used):
            self._item(name, name in made)
        for item, ways in self._data.makers():
            self._routing(item, ways)
            self._bill(item, ways[0])
        self._stock()
        self._purchases()
        return Factory(self.items, tuple(self._orders()))

    # Items

    def _item(self, name: str, made: bool) -> None:
        lots = self._lots(name, made)
        form = ItemForm(
            sku=code(name),
            kind=ItemKind.FINISHED if self._data.of("demand", item=name) else ItemKind.SEMI_FINISHED,
            procurement=Procurement.MAKE if made else Procurement.BUY,
            lead_days=int(float(lots.get("leadtime", 0))) // 86400,
            standard_cost=Decimal(self._data.one("item", name).get("cost", 1)),
            sellable=bool(self._data.of("demand", item=name)),
        )
        self.items[name] = item_forms.save_item(form).value
        with self._db.session(write=True) as session:
            item = session.get_one(Item, self.items[name])
            item.lot_minimum = Decimal(lots.get("sizeminimum", 0))
            item.lot_multiple = Decimal(lots.get("sizemultiple", 0))
            if lots.get("supplier"):
                item.supplier_id = _supplier(session, lots["supplier"])

    def _lots(self, name: str, made: bool) -> Row:
        """What says how much is made or bought at once."""
        kind = "operation" if made else "itemsupplier"
        return next(iter(self._data.of(kind, item=name)), {})

    # How it is made

    def _bill(self, item: str, way: Row) -> None:
        lines = []
        for number, step in enumerate(self._data.steps(way), 1):
            for row in self._data.of("operationmaterial", operation=step["name"]):
                if row["quantity"] < 0:
                    used = Decimal(str(-row["quantity"]))
                    lines.append(BillLineInput(self.items[row["item"]], used, operation=10 * number))
        if lines:
            given = BillInput(
                self.items[item], "A", Decimal(1), self._data.now.date(), None, "", tuple(lines)
            )
            bills.save_bill(given)

    def _routing(self, item: str, ways: list[Row]) -> None:
        places = zip(*(self._data.steps(way) for way in ways), strict=True)
        steps = tuple(self._step(10 * number, same) for number, same in enumerate(places, 1))
        routings.save_routing(RoutingInput(self.items[item], "A", self._data.now.date(), None, steps))

    def _step(self, sequence: int, same: tuple[Row, ...]) -> StepInput:
        """A step of a routing that may be done in several places, in the same time."""
        step = same[0]
        needs = [row for one in same for row in self._data.of("operationresource", operation=one["name"])]
        crews = [row for row in needs if self._data.members(row["resource"])]
        once = Decimal(str(step.get("duration", 0))) / 60
        assert once == int(once)
        return StepInput(
            sequence,
            step["name"][:80],
            "",
            self._centre([row["resource"] for row in needs if row not in crews], crews, step),
            setup_minutes=int(once),
            run_seconds=Decimal(str(step.get("duration_per", 0)))
            if step["type"] == "time_per"
            else Decimal(0),
            resources=tuple(sorted({self._crew(*who) for row in crews for who in self._who(row)})),
        )

    @staticmethod
    def _who(row: Row) -> Iterator[tuple[str, str | None]]:
        """Whoever is needed is one of the group; and one of those that have the skill."""
        yield row["resource"], None
        if row.get("skill"):
            yield row["resource"], row["skill"]

    def _crew(self, group: str, skill: str | None) -> int:
        name = skill or group
        if name not in self._crews:
            size = len(self._data.members(group, skill))
            self._crews[name] = resources.save_resource(ResourceInput(code(name), name, name, size)).value
        return self._crews[name]

    def _centre(self, machines: list[str], crews: list[Row], step: Row) -> int:
        """The work centre of these machines; without any, of the people who can do the step, or of places."""
        people = [one for row in crews for one in self._data.members(row["resource"], row.get("skill"))]
        names = machines or people
        name = " / ".join(names) or step["name"]
        known = {centre.code: centre.id for centre in work_centres.centres()}
        at = code(name)[:20]
        if at in known:
            return known[at]
        number = work_centres.save_centre(CentreInput(at, name[:80], name[:80])).value
        place = {"name": name, "location": step["location"]}
        for row in [self._data.one("resource", one) for one in names] or [place] * PLACES:
            self._machines(number, row)
        return number

    def _machines(self, centre: int, resource: Row) -> None:
        """As many machines as the resource holds at most; each works on days on which it holds so many."""
        open_days = {day: self._data.holds(resource, day) for day in self._data.days}
        for number in range(1, max(open_days.values()) + 1):
            days = tuple(day for day, size in open_days.items() if size >= number)
            count = sum(len(one.machines) for one in work_centres.centres())
            work_centres.save_machine(
                MachineInput(f"M{count + 1}", resource["name"], "", centre, self._calendar(days))
            )

    def _calendar(self, days: tuple[date, ...]) -> int:
        """The calendar that is open on these days, from midnight to midnight."""
        if days not in self._calendars:
            week = sorted({day.weekday() for day in days})
            at = f"C{len(self._calendars) + 1}"
            shifts = tuple(ShiftInput(day, 0, DAY) for day in week)
            number = calendars.save_calendar(CalendarInput(at, at, at, shifts)).value
            worked = set(days)
            closed = [day for day in self._data.days if day.weekday() in week and day not in worked]
            calendars.set_days(number, [DayInput(day) for day in closed])
            self._calendars[days] = number
        return self._calendars[days]

    # What there is, what comes, what is wanted

    def _stock(self) -> None:
        for number, row in enumerate(self._data.of("buffer")):
            if row["onhand"] > 0:
                item, held = self.items[row["item"]], Decimal(str(row["onhand"]))
                inventory.adjust(item, held, "OPENING", f"opening-{number}")

    def _purchases(self) -> None:
        for row in self._data.of("operationplan", type="PO"):
            day = moment(row["enddate"]).date()
            line = NewPurchaseLine(self.items[row["item"]], Decimal(str(row["quantity"])), day, day)
            purchases.by_hand(NewPurchase(None, [line], row["reference"], row["reference"]))

    def _orders(self) -> Iterator[int]:
        """A confirmed order for every open demand, in the order in which they are due."""
        opened = [row for row in self._data.of("demand") if row.get("status", "open") == "open"]
        for row in sorted(opened, key=lambda one: (moment(one["due"]), one["name"])):
            with self._db.session(write=True) as session:
                customer = a_customer(session, code(row["customer"])).id
            price = Decimal(self._data.one("item", row["item"]).get("cost", 1))
            line = EntryLine(self.items[row["item"]], Decimal(str(row["quantity"])), price)
            day = max(moment(row["due"]), self._data.now).date()
            entry = OrderEntry(
                customer, "USD", "FOB", "Ningbo", [line], customer_po=row["name"], requested_ship=day
            )
            order = order_entry.enter_order(entry, row["name"]).value
            sales.confirm(order)
            yield order


def _supplier(session: Session, name: str) -> int:
    row = session.scalar(select(Partner).filter_by(code=code(name)))
    if row is None:
        row = Partner(code=code(name), name=name, country="CN", roles=[PartnerRole(role=Role.SUPPLIER)])
        session.add(row)
        session.flush()
    return row.id
