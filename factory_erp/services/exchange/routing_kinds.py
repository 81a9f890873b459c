"""Routings in and out: rows of one item and revision are one routing, replaced as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Machine, Routing, WorkCentre
from factory_erp.models.partners import Partner
from factory_erp.models.planning import Resource
from factory_erp.services.clock import today
from factory_erp.services.exchange.fields import Field, code, day, decimal, text, whole, yes_no
from factory_erp.services.exchange.grouping import grouped, header, made_of, resolve, unknown, unrefused
from factory_erp.services.exchange.kind import Intake, Kind, Record, Verdict
from factory_erp.services.exchange.pair_readers import CodesReader, MachinesReader
from factory_erp.services.exchange.routing_store import (
    RoutingKey,
    Step,
    StoredRouting,
    WantedRouting,
    only_new,
    stored_routings,
    stored_steps,
    write_routings,
)
from factory_erp.services.exchange.upsert import batches, ids_by

PER_READ = 2000
"""Routings that are read at once."""
DEFAULT_REVISION = "A"

VALID_FROM = Field(
    "valid_from",
    N_("Valid from"),
    day(),
    default=None,
    aliases=("Start date", "生效日期"),
    hint=N_("Empty: today, for a new routing."),
)
VALID_TO = Field("valid_to", N_("Valid to"), day(), default=None, aliases=("End date", "失效日期"))
HEAD = (VALID_FROM, VALID_TO)

FIELDS = (
    Field(
        "sku",
        N_("SKU"),
        code(60),
        required=True,
        key_part=True,
        aliases=("Item", "Product code", "货号", "物料编码"),
        example="CUP-500-BLK",
    ),
    Field(
        "revision",
        N_("Revision"),
        code(12),
        key_part=True,
        default=DEFAULT_REVISION,
        aliases=("Version", "Rev", "版本"),
        example="A",
    ),
    Field(
        "sequence",
        N_("Operation number"),
        whole(1),
        required=True,
        key_part=True,
        aliases=("Sequence", "Step", "No.", "工序号", "序号"),
        example="10",
    ),
    Field(
        "name_en",
        N_("English name"),
        text(80),
        required=True,
        aliases=("Operation", "Name", "工序名称", "工序"),
        example="Forming",
    ),
    Field("name_zh", N_("Chinese name"), text(80), aliases=("工序中文名",), example="成型"),
    Field(
        "centre",
        N_("Work centre"),
        code(20),
        required=True,
        aliases=("Work center", "Department", "工作中心", "车间"),
        example="FORM",
    ),
    Field(
        "setup_minutes", N_("Setup minutes"), whole(0), default=0, aliases=("Setup", "准备时间"), example="15"
    ),
    Field(
        "run_seconds",
        N_("Run seconds"),
        decimal(minimum=0),
        default=0,
        aliases=("Cycle time", "Run time", "单件工时", "加工秒数"),
        example="45",
        hint=N_("For one piece, or for one batch where a batch size is given."),
    ),
    Field(
        "batch_size",
        N_("Batch size"),
        decimal(minimum=0),
        default=0,
        aliases=("Batch", "Batch of", "每批数量"),
    ),
    Field("transfer_lot", N_("Transfer lot"), decimal(minimum=0), default=0, aliases=("转移批量",)),
    Field("queue_minutes", N_("Waiting after, minutes"), whole(0), default=0, aliases=("Queue", "等待时间")),
    Field("move_minutes", N_("Moving, minutes"), whole(0), default=0, aliases=("Move", "搬运时间")),
    Field(
        "max_wait_minutes",
        N_("Longest wait, minutes"),
        whole(0),
        default=None,
        aliases=("Longest wait", "Maximum wait", "最长等待", "最长等待分钟"),
        hint=N_("The next operation begins within so many minutes after this one; empty: at any time."),
    ),
    Field(
        "resumable",
        N_("May rest overnight"),
        yes_no(),
        default=True,
        aliases=("Resumable", "Interruptible", "可隔夜", "可中断"),
        hint=N_("No: the operation must be finished in the shift in which it begins."),
    ),
    Field("family", N_("Changeover family"), text(40), aliases=("Family", "换型族")),
    Field("instructions", N_("Instructions"), text(), aliases=("Work instructions", "作业指导")),
    Field("quality_point", N_("Quality check"), text(200), aliases=("Inspection", "质检点")),
    Field("subcontractor", N_("Subcontractor"), code(40), aliases=("委外厂商", "外协厂")),
    Field("subcontract_days", N_("Days away"), whole(0), default=0, aliases=("委外天数",)),
    Field("subcontract_price", N_("Subcontract price"), decimal(minimum=0), default=0, aliases=("委外单价",)),
    Field(
        "machines",
        N_("Machines"),
        MachinesReader(),
        default=(),
        aliases=("可用设备",),
        example="PRESS-1=100/15",
        hint=N_("Machine=speed %/setup minutes, with ; between them; empty: any machine of the work centre."),
    ),
    Field(
        "resources",
        N_("Moulds and crews"),
        CodesReader(),
        default=(),
        aliases=("Resources", "Moulds", "Tools", "模具", "模具和班组"),
        hint=N_("Codes of what the operation holds while it runs, with ; between them."),
    ),
    VALID_FROM,
    VALID_TO,
)
PLAIN = {
    name: name
    for name in [
        "name_en",
        "setup_minutes",
        "run_seconds",
        "batch_size",
        "transfer_lot",
        "queue_minutes",
        "move_minutes",
        "max_wait_minutes",
        "resumable",
        "family",
        "instructions",
        "quality_point",
        "subcontract_days",
        "subcontract_price",
    ]
}
"""Field keys that are columns of an operation under the same name."""
REMEDIES = {
    "machines": N_("Import the machines first."),
    "resources": N_("Import the moulds and crews first."),
}
"""What to do about a code in these cells that there is none of."""
Named = tuple[Record, str]
"""A row, and a code that it names."""


def take(session: Session, records: Sequence[Record], intake: Intake) -> None:
    """Make the routings what the rows say, or refuse rows."""
    maker = _Maker(session, records, intake)
    made = list(maker.routings(unrefused(records, intake)))
    refused = intake.refused
    wanted = {one.key: one for one in made if not any(record.row in refused for record in one.records)}
    new = only_new(wanted, maker.stored)
    for key, one in wanted.items():
        written = Verdict.UPDATED if key in maker.stored else Verdict.CREATED
        for record in one.records:
            intake.note(record, written if key in new else Verdict.UNCHANGED)
    if intake.rejected:
        return
    fresh = [wanted[key] for key in wanted if key not in maker.stored]
    changed = [(maker.stored[key].id, wanted[key]) for key in wanted if key in maker.stored and key in new]
    write_routings(session, fresh, changed, intake)


class _Maker:
    """Makes the routings of a file; what it has no column for is taken from the stored operation."""

    def __init__(self, session: Session, records: Sequence[Record], intake: Intake) -> None:
        self._intake = intake
        self._day = today()
        self._items = resolve(session, Item.sku, records, "sku", intake, _("Import the items first."))
        remedy = _("Import the work centres first.")
        self._centres = resolve(session, WorkCentre.code, records, "centre", intake, remedy)
        remedy = _("Import the partners first.")
        self._partners = resolve(session, Partner.code, records, "subcontractor", intake, remedy)
        self._machines = self._known(session, Machine.code, _machines_of(records), "machines")
        self._resources = self._known(session, Resource.code, _resources_of(records), "resources")
        self.stored: Mapping[RoutingKey, StoredRouting] = stored_routings(session, self._items.values())

    def _known(
        self, session: Session, column: InstrumentedAttribute[str], named: Sequence[Named], key: str
    ) -> dict[str, int]:
        """Code → id of what rows name in their cell *key*; a row with a strange code is refused."""
        found = ids_by(session, column, (one for _record, one in named))
        for record, one in named:
            if one not in found:
                self._intake.reject(record, key, unknown(one, _(REMEDIES[key])))
        return found

    def routings(self, records: Sequence[Record]) -> Iterator[WantedRouting]:
        """The routings that the rows make; those with refused rows among them, as far as they go."""
        for (sku, revision), rows in grouped(records, _routing_of).items():
            key = (self._items[sku], revision)
            stored = self.stored.get(key)
            if stored and stored.derived:
                self._refuse_derived(rows)
            said = header(rows, HEAD, self._intake)
            first = said.get("valid_from") or (stored.valid_from if stored else self._day)
            last = said.get("valid_to", stored.valid_to if stored else None)
            if last and last < first:
                self._intake.reject(rows[0], "valid_to", _("The routing would end before it begins."))
            ordered = sorted(rows, key=lambda row: row["sequence"])
            self._refuse_double(ordered)
            yield WantedRouting(key, first, last, self._steps(ordered, stored), tuple(ordered))

    def _refuse_derived(self, rows: Sequence[Record]) -> None:
        said = _("This routing comes from the variant rules of its product.")
        for row in rows:
            remedy = _("Change the rules, or use another revision.")
            self._intake.reject(row, "revision", f"{said} {remedy}")

    def _refuse_double(self, rows: Sequence[Record]) -> None:
        times = Counter(row["sequence"] for row in rows)
        for row in rows:
            if times[row["sequence"]] > 1:
                reason = _("Operation {number} stands twice in this routing.", number=row["sequence"])
                self._intake.reject(row, "sequence", reason)

    def _steps(self, rows: Sequence[Record], stored: StoredRouting | None) -> tuple[Step, ...]:
        before = {step.sequence: step for step in stored.steps} if stored else {}
        return tuple(self._step(row, before.get(row["sequence"])) for row in rows)

    def _step(self, row: Record, before: Step | None) -> Step:
        values: dict[str, Any] = asdict(before) if before else {"name_zh": ""}
        values |= {"sequence": row["sequence"], "centre_id": self._centres[row["centre"]]}
        values |= made_of(row.values, PLAIN)
        values["name_zh"] = row.get("name_zh", values["name_zh"]) or row["name_en"]
        if "subcontractor" in row.values:
            values["subcontractor_id"] = self._partners.get(row["subcontractor"])
        if "machines" in row.values:
            chosen = ((self._machines[machine], *rest) for machine, *rest in row["machines"])
            values["machines"] = tuple(sorted(chosen, key=lambda one: one[0]))
        if "resources" in row.values:
            values["resources"] = tuple(sorted(self._resources[one] for one in row["resources"]))
        return Step(**values)


def _machines_of(records: Sequence[Record]) -> list[Named]:
    return [(record, machine) for record in records for machine, *_rest in record.get("machines") or ()]


def _resources_of(records: Sequence[Record]) -> list[Named]:
    return [(record, one) for record in records for one in record.get("resources") or ()]


def _routing_of(record: Record) -> tuple[str, str]:
    return record["sku"], record.get("revision") or DEFAULT_REVISION


def give(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every operation of every routing that is kept by hand, by SKU, revision and sequence."""
    centres = dict(session.execute(select(WorkCentre.id, WorkCentre.code)).all())
    machines = dict(session.execute(select(Machine.id, Machine.code)).all())
    partners = dict(session.execute(select(Partner.id, Partner.code)).all())
    resources = dict(session.execute(select(Resource.id, Resource.code)).all())
    heads = session.execute(
        select(Routing.id, Item.sku, Routing.revision, Routing.valid_from, Routing.valid_to)
        .join(Item, Item.id == Routing.item_id)
        .where(Routing.derived.is_(False))
        .order_by(Item.sku, Routing.revision)
    ).all()
    for part in batches(heads, PER_READ):
        steps = stored_steps(session, [head.id for head in part])
        for head in part:
            said = dict(head._mapping)
            for step in steps.get(said.pop("id"), ()):
                choices = sorted((machines[machine], speed, setup) for machine, speed, setup in step.machines)
                yield {
                    **said,
                    "sequence": step.sequence,
                    "name_zh": step.name_zh,
                    **{name: getattr(step, name) for name in PLAIN},
                    "centre": centres[step.centre_id],
                    "subcontractor": partners.get(step.subcontractor_id or 0, ""),
                    "machines": tuple(choices),
                    "resources": tuple(sorted(resources[one] for one in step.resources)),
                }


KINDS = (
    Kind(
        "routings",
        N_("Routings"),
        FIELDS,
        take,
        give,
        needs=("items", "work-centres", "machines", "resources", "partners"),
    ),
)
