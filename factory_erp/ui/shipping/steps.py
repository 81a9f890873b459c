"""Where a shipment stands on its way out, and what can be done with it now.  Pure but for the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from factory_erp.i18n import _, ngettext
from factory_erp.models.shipping import SHIPMENT_TRANSITIONS, ShipmentState
from factory_erp.services.base import allowed
from factory_erp.services.shipping.ready import OPEN_STATES
from factory_erp.services.shipping.views import ShipmentDetail
from factory_erp.ui.kit.journey import JourneyStep, StepState

PACK, TRANSPORT, DOCUMENTS, SHIP = range(4)
"""The steps of the workbench, in the order of the line."""


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


def can_enter_transport(detail: ShipmentDetail) -> Can:
    """The transport is open until the goods leave."""
    return _while_open(detail)


def _while_open(detail: ShipmentDetail) -> Can:
    open_ = detail.state in OPEN_STATES
    return Can(open_, "" if open_ else _("The shipment is closed."))


def can_issue(detail: ShipmentDetail, language: str = "") -> Can:
    """Documents are issued once the goods are in cartons and the facts are complete.

    With *language*, the one to issue in, not again either while those in force say just that.
    """
    if detail.state is ShipmentState.CANCELLED:
        return Can(False, _("The shipment is cancelled."))
    if detail.state is ShipmentState.DRAFT:
        return Can(False, _("Pack the goods into cartons first."))
    if detail.problem:
        return Can(False, detail.problem)
    if language and papers_say(detail, language):
        return Can(False, _("Invoice and packing list are in force and say what leaves."))
    return Can(True)


def is_documented(detail: ShipmentDetail) -> bool:
    """Whether invoice and packing list in force say what leaves.

    Goods that were packed anew want their papers again, even if the cartons came out the same.
    """
    return detail.documents_current and detail.state is not ShipmentState.PACKED


def papers_say(detail: ShipmentDetail, language: str) -> bool:
    """Whether the papers in force say what leaves, in *language*."""
    spoken = {row.language for row in detail.documents if row.current}
    return is_documented(detail) and spoken == {language}


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
    wanted = missing_tracking(detail) or _("Enter vessel or carrier, and the date of departure.")
    return JourneyStep(_("Transport"), StepState.DONE if done else StepState.TODO, "" if done else wanted)


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


def _documents(detail: ShipmentDetail) -> JourneyStep:
    packed = detail.state not in (ShipmentState.DRAFT, ShipmentState.CANCELLED)
    if detail.documents_current or detail.state is ShipmentState.SHIPPED:
        return JourneyStep(_("Documents"), StepState.DONE)
    if packed and detail.problem:
        return JourneyStep(_("Documents"), StepState.PROBLEM, detail.problem)
    if packed and detail.documents:
        reason = _("The shipment has changed since its documents were issued. Issue them again.")
        return JourneyStep(_("Documents"), StepState.PROBLEM, reason)
    return JourneyStep(
        _("Documents"), StepState.TODO, _("Issue the commercial invoice and the packing list.")
    )


def _ship(detail: ShipmentDetail) -> JourneyStep:
    if detail.state is ShipmentState.SHIPPED:
        return JourneyStep(_("Ship"), StepState.DONE)
    return JourneyStep(_("Ship"), StepState.TODO, can_ship(detail).reason)
