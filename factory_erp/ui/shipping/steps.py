"""Where a shipment stands on its way out, and what can be done with it now.  Pure but for the words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from factory_erp.i18n import _, ngettext, pgettext
from factory_erp.models.documents import DocumentState
from factory_erp.models.shipping import SHIPMENT_TRANSITIONS, ShipmentState
from factory_erp.services.base import allowed
from factory_erp.services.shipping.ready import OPEN_STATES
from factory_erp.services.workbench.views import DocumentRow, PaperRow, ShipmentDetail
from factory_erp.ui.kit.journey import StepState
from factory_erp.ui.shipping.step_column import Step

ISSUED = DocumentState.ISSUED

PACK, CONTAINERS, TRANSPORT, DOCUMENTS, CHECK, SEND, SHIP = range(7)
"""The steps of the workbench, in the order of the line."""

OWN_CONTAINER_PPM = 500_000
"""Cartons that fill less of the smallest container usually travel with others' (LCL)."""

Wanted = tuple[str, str]
"""Kind and variant of a paper."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checker found in the papers, once it is ``done``."""

    errors: int = 0
    warnings: int = 0
    done: bool = False


NOT_CHECKED = Checked()


@dataclass(frozen=True, slots=True)
class Can:
    """Whether something can be done now; if not, why, as a tooltip says it."""

    now: bool
    reason: str = ""


def can_pack(detail: ShipmentDetail) -> Can:
    """Cartons can be filled anew until the goods leave; documents that name them are then out of date."""
    return _while_open(detail)


def can_weigh(detail: ShipmentDetail) -> Can:
    """Weights of single cartons can be corrected until the goods leave."""
    weighed = detail.state in (ShipmentState.PACKED, ShipmentState.DOCUMENTED)
    return Can(weighed, "" if weighed else _("Weights are corrected after packing and before shipping."))


def can_load(detail: ShipmentDetail) -> Can:
    """Containers are chosen once the goods are in cartons."""
    can = _while_open(detail)
    if can.now and not detail.cartons:
        return Can(False, _("Pack the goods into cartons first."))
    return can


def can_enter_transport(detail: ShipmentDetail) -> Can:
    """The transport is open until the goods leave."""
    return _while_open(detail)


def _while_open(detail: ShipmentDetail) -> Can:
    open_ = detail.state in OPEN_STATES
    return Can(open_, "" if open_ else _("The shipment is closed."))


def can_issue(detail: ShipmentDetail, wanted: Collection[Wanted] | None = None, language: str = "") -> Can:
    """Documents are issued once the goods are in cartons and the facts are complete.

    With *wanted*, those to issue, not while they are in force and say just that (in *language*, if given).
    """
    if detail.state is ShipmentState.CANCELLED:
        return Can(False, _("The shipment is cancelled."))
    if detail.state is ShipmentState.DRAFT:
        return Can(False, _("Pack the goods into cartons first."))
    if detail.problem:
        return Can(False, detail.problem)
    if wanted is None:
        return Can(True)
    if not wanted and not still_to_issue(detail, language):
        return Can(False, _("The documents are in force and say what leaves."))
    if not wanted:
        return Can(False, _("Tick the documents to issue."))
    if all(_is_said(detail, one, language) for one in wanted) and not _packed_again(detail):
        return Can(False, _("What is ticked is in force and says what leaves."))
    return Can(True)


def in_force(detail: ShipmentDetail, kind: str, variant: str = "") -> DocumentRow | None:
    """The document of that kind that holds."""
    return next(
        (
            row
            for row in detail.documents
            if (row.kind, row.variant) == (kind, variant) and row.state is DocumentState.ISSUED
        ),
        None,
    )


def is_asked(row: PaperRow) -> bool:
    """Whether the letter of credit asks for the paper, or shipments like this one have it."""
    return row.usual or bool(row.demand)


def still_to_issue(detail: ShipmentDetail, language: str = "") -> list[Wanted]:
    """The papers that are asked for, or were issued, and do not say what leaves now (in *language*)."""
    wanted = [
        (row.kind, row.variant)
        for row in detail.papers
        if is_asked(row) or in_force(detail, row.kind, row.variant) is not None
    ]
    if _packed_again(detail):
        return wanted
    return [one for one in wanted if not _is_said(detail, one, language)]


def _is_said(detail: ShipmentDetail, wanted: Wanted, language: str) -> bool:
    row = in_force(detail, *wanted)
    return row is not None and row.current and language in ("", row.language)


def _packed_again(detail: ShipmentDetail) -> bool:
    """Goods that were packed anew want their papers again, even if the cartons came out the same."""
    return detail.documents_current and detail.state is ShipmentState.PACKED


def is_documented(detail: ShipmentDetail) -> bool:
    """Whether invoice and packing list in force say what leaves."""
    return detail.documents_current and not _packed_again(detail)


def can_send(detail: ShipmentDetail) -> Can:
    """Documents are e-mailed once some are in force."""
    if any(row.state is DocumentState.ISSUED for row in detail.documents):
        return Can(True)
    return Can(False, _("Issue the documents first."))


def can_ship(detail: ShipmentDetail) -> Can:
    """The goods leave with papers in force that say what leaves."""
    if detail.state is ShipmentState.SHIPPED:
        return Can(False, _("The goods have left."))
    if detail.state is ShipmentState.CANCELLED:
        return Can(False, _("The shipment is cancelled."))
    if detail.documents and not detail.documents_current:
        return Can(False, _("The shipment has changed: issue its documents again first."))
    if not allowed(SHIPMENT_TRANSITIONS, detail.state, ShipmentState.SHIPPED):
        return Can(False, _("Pack the goods and issue the documents first."))
    if not _has_tracking(detail):
        return Can(False, missing_tracking(detail))
    return Can(True)


def can_cancel(detail: ShipmentDetail) -> Can:
    """A shipment can be given up until it leaves."""
    if detail.state is ShipmentState.SHIPPED:
        return Can(False, _("The goods have left."))
    free = allowed(SHIPMENT_TRANSITIONS, detail.state, ShipmentState.CANCELLED)
    return Can(free, "" if free else _("The shipment is cancelled."))


def journey(detail: ShipmentDetail, checked: Checked = NOT_CHECKED) -> tuple[Step, ...]:
    """The steps from the cartons to the door; the first that is open and needed is the current one."""
    steps = [
        _pack(detail),
        _containers(detail),
        _transport(detail),
        _documents(detail),
        _check(checked),
        _send(detail),
        _ship(detail),
    ]
    return tuple(_with_current(steps))


def current(steps: Sequence[Step]) -> int:
    """Number of the step to work on; the last one when all is done. Steps that may be left out are."""
    open_ = (i for i, step in enumerate(steps) if step.state is not StepState.DONE and not step.optional)
    return next(open_, len(steps) - 1)


def _with_current(steps: list[Step]) -> list[Step]:
    place = current(steps)
    if steps[place].state is StepState.TODO:
        steps[place] = replace(steps[place], state=StepState.CURRENT)
    return steps


def _pack(detail: ShipmentDetail) -> Step:
    count = detail.totals.cartons
    done = detail.state is not ShipmentState.DRAFT and count > 0
    said = ngettext("{count} carton", "{count} cartons", count) if done else _("Pack the goods into cartons.")
    lines = ngettext("{count} line", "{count} lines", len(detail.lines))
    state = StepState.DONE if done else StepState.TODO
    return Step(pgettext("step", "Cartons"), state, said, said if done else lines)


def needs_container(detail: ShipmentDetail) -> bool:
    """Whether the cartons fill a container of their own, rather than travel as a parcel or with others."""
    if detail.from_platform or not detail.cartons:
        return False
    boxes = sum(count for _code, count in detail.containers.containers)
    return boxes > 1 or detail.containers.volume_ppm >= OWN_CONTAINER_PPM


def _containers(detail: ShipmentDetail) -> Step:
    name, kinds = _("Containers"), [row.type_code for row in detail.filled]
    if detail.state is ShipmentState.SHIPPED or kinds:
        said = " + ".join(f"{kinds.count(kind)} × {kind}" for kind in dict.fromkeys(kinds))
        return Step(name, StepState.DONE, said, said)
    wanted = needs_container(detail)
    reason = (
        _("Work out which containers the cartons need.") if wanted else _("The cartons may travel loose.")
    )
    return Step(name, StepState.TODO, reason, "" if wanted else _("loose"), optional=not wanted)


def _transport(detail: ShipmentDetail) -> Step:
    known = _has_tracking(detail) and (detail.from_platform or detail.etd is not None)
    done = known or detail.state is ShipmentState.SHIPPED
    wanted = missing_tracking(detail) or _("Enter vessel or carrier, and the date of departure.")
    count = detail.etd.isoformat() if detail.etd else ""
    return Step(_("Transport"), StepState.DONE if done else StepState.TODO, "" if done else wanted, count)


def missing_tracking(detail: ShipmentDetail) -> str:
    """What the platform must be told and is not known yet, in a sentence; nothing for other orders."""
    if _has_tracking(detail):
        return ""
    if detail.carrier_code:
        return _("The tracking number is still missing under Transport: the platform must be told.")
    if detail.tracking_number:
        return _("The carrier is still missing under Transport: the platform must be told.")
    return _("Carrier and tracking number are still missing under Transport: the platform must be told.")


def _has_tracking(detail: ShipmentDetail) -> bool:
    """Whether a platform that has to be told could be."""
    return not detail.from_platform or bool(detail.carrier_code and detail.tracking_number)


def _documents(detail: ShipmentDetail) -> Step:
    packed = detail.state not in (ShipmentState.DRAFT, ShipmentState.CANCELLED)
    name, held = _("Documents"), [row for row in detail.documents if row.state is DocumentState.ISSUED]
    count = _("{count} in force", count=len(held)) if held else ""
    if packed and detail.problem and detail.state is not ShipmentState.SHIPPED:
        return Step(name, StepState.PROBLEM, detail.problem, count)
    stale = [row.number for row in held if not row.current]
    if packed and stale and detail.state is not ShipmentState.SHIPPED:
        reason = _("The shipment has changed since its documents were issued. Issue them again.")
        return Step(name, StepState.PROBLEM, reason, _("{count} out of date", count=len(stale)))
    if detail.documents_current or detail.state is ShipmentState.SHIPPED:
        return Step(name, StepState.DONE, "", count)
    reason = _("Issue the commercial invoice and the packing list.")
    return Step(name, StepState.TODO, reason, count)


def _check(checked: Checked) -> Step:
    name = _("Check")
    if checked.errors:
        said = ngettext("{count} error", "{count} errors", checked.errors)
        return Step(name, StepState.PROBLEM, said, said, optional=True)
    if not checked.done:
        return Step(name, StepState.TODO, _("The papers have not been checked."), optional=True)
    said = (
        ngettext("{count} warning", "{count} warnings", checked.warnings) if checked.warnings else _("agree")
    )
    return Step(name, StepState.DONE, _("The papers agree."), said)


def _send(detail: ShipmentDetail) -> Step:
    done = detail.mails > 0
    said = ngettext("{count} message", "{count} messages", detail.mails) if done else ""
    state = StepState.DONE if done else StepState.TODO
    optional = detail.from_platform or detail.state is ShipmentState.SHIPPED
    return Step(_("Send"), state, said or _("E-mail the documents."), said, optional=optional)


def _ship(detail: ShipmentDetail) -> Step:
    if detail.state is ShipmentState.SHIPPED:
        return Step(_("Ship"), StepState.DONE)
    return Step(_("Ship"), StepState.TODO, can_ship(detail).reason)


def can_type(detail: ShipmentDetail) -> bool:
    """Whether papers may still be typed over: also after the goods have left, some are made then."""
    return detail.state is not ShipmentState.CANCELLED
