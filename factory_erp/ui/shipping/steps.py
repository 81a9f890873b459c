"""Where a shipment stands on its way out, and what can be done with it now.  Pure but for the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from factory_erp.i18n import _, ngettext
from factory_erp.models.shipping import SHIPMENT_TRANSITIONS, ShipmentState
from factory_erp.services.base import allowed
from factory_erp.services.shipping_ready import OPEN_STATES
from factory_erp.services.shipping_views import ShipmentDetail
from factory_erp.ui.kit.journey import JourneyStep, StepState

PACK, TRANSPORT, DOCUMENTS, SHIP = range(4)
"""The steps of the workbench, in the order of the line."""


@dataclass(frozen=True, slots=True)
class Can:
    """Whether something can be done now; if not, why, as a tooltip says it."""

    now: bool
    reason: str = ""


def can_pack(detail: ShipmentDetail) -> Can:
    """Cartons are fixed as soon as documents name them."""
    open_ = detail.state in (ShipmentState.DRAFT, ShipmentState.PACKED)
    return Can(open_, "" if open_ else _("The cartons are fixed once documents are issued."))


def can_weigh(detail: ShipmentDetail) -> Can:
    """Weights of single cartons can be corrected until the goods leave."""
    weighed = detail.state in (ShipmentState.PACKED, ShipmentState.DOCUMENTED)
    return Can(weighed, "" if weighed else _("Weights are corrected after packing and before shipping."))


def can_enter_transport(detail: ShipmentDetail) -> Can:
    """The transport is open until the goods leave."""
    open_ = detail.state in OPEN_STATES
    return Can(open_, "" if open_ else _("The shipment is closed."))


def can_issue(detail: ShipmentDetail) -> Can:
    """Documents are issued once the goods are in cartons and the facts are complete."""
    if detail.state in (ShipmentState.DRAFT, ShipmentState.CANCELLED):
        return Can(False, _("Pack the goods into cartons first."))
    return Can(not detail.problem, detail.problem)


def can_ship(detail: ShipmentDetail) -> Can:
    """The goods leave with papers in force that say what leaves."""
    if detail.state is ShipmentState.SHIPPED:
        return Can(False, _("The goods have left."))
    if not allowed(SHIPMENT_TRANSITIONS, detail.state, ShipmentState.SHIPPED):
        return Can(False, _("Pack the goods and issue the documents first."))
    if not detail.documents_current:
        return Can(False, _("The shipment has changed: issue its documents again first."))
    if not _has_tracking(detail):
        return Can(
            False, _("The platform wants a carrier and a tracking number: enter them under Transport.")
        )
    return Can(True)


def can_cancel(detail: ShipmentDetail) -> Can:
    """A shipment is given up only before its documents exist."""
    free = allowed(SHIPMENT_TRANSITIONS, detail.state, ShipmentState.CANCELLED) and not detail.documents
    return Can(free, "" if free else _("A shipment with documents cannot be cancelled."))


def journey(detail: ShipmentDetail) -> tuple[JourneyStep, ...]:
    """Pack, Transport, Documents, Ship; the first that is open is the current one."""
    steps = [_pack(detail), _transport(detail), _documents(detail), _ship(detail)]
    return tuple(_with_current(steps))


def current(steps: Sequence[JourneyStep]) -> int:
    """Number of the step to work on; the last one when all is done."""
    return next((i for i, step in enumerate(steps) if step.state is not StepState.DONE), len(steps) - 1)


def _with_current(steps: list[JourneyStep]) -> list[JourneyStep]:
    place = current(steps)
    if steps[place].state is StepState.TODO:
        steps[place] = replace(steps[place], state=StepState.CURRENT)
    return steps


def _pack(detail: ShipmentDetail) -> JourneyStep:
    count = detail.totals.cartons
    done = detail.state is not ShipmentState.DRAFT and count > 0
    said = ngettext("{count} carton", "{count} cartons", count) if done else _("Pack the goods into cartons.")
    return JourneyStep(_("Pack"), StepState.DONE if done else StepState.TODO, said)


def _transport(detail: ShipmentDetail) -> JourneyStep:
    known = _has_tracking(detail) and (detail.from_platform or detail.etd is not None)
    done = known or detail.state is ShipmentState.SHIPPED
    wanted = (
        _("Enter carrier and tracking number: the platform must be told.")
        if detail.from_platform
        else _("Enter vessel or carrier, and the date of departure.")
    )
    return JourneyStep(_("Transport"), StepState.DONE if done else StepState.TODO, "" if done else wanted)


def _has_tracking(detail: ShipmentDetail) -> bool:
    """Whether a platform that has to be told could be."""
    return not detail.from_platform or bool(detail.carrier_code and detail.tracking_number)


def _documents(detail: ShipmentDetail) -> JourneyStep:
    packed = detail.state not in (ShipmentState.DRAFT, ShipmentState.CANCELLED)
    if detail.documents_current or detail.state is ShipmentState.SHIPPED:
        return JourneyStep(_("Documents"), StepState.DONE)
    if packed and detail.problem:
        return JourneyStep(_("Documents"), StepState.PROBLEM, detail.problem)
    if detail.documents:
        reason = _("The shipment has changed since its documents were issued. Issue them again.")
        return JourneyStep(_("Documents"), StepState.PROBLEM, reason)
    return JourneyStep(
        _("Documents"), StepState.TODO, _("Issue the commercial invoice and the packing list.")
    )


def _ship(detail: ShipmentDetail) -> JourneyStep:
    if detail.state is ShipmentState.SHIPPED:
        return JourneyStep(_("Ship"), StepState.DONE)
    return JourneyStep(_("Ship"), StepState.TODO, can_ship(detail).reason)
