"""What is asked before something that cannot be taken back is done with a shipment.  No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from factory_erp.i18n import _
from factory_erp.models.shipping import ShipmentState
from factory_erp.services.workbench.views import ShipmentDetail
from factory_erp.ui.paper_words import kind_name
from factory_erp.ui.shipping import steps
from factory_erp.ui.shipping.steps import Wanted


def lost_by_packing(detail: ShipmentDetail) -> str:
    """What packing again throws away, sentence by sentence; nothing where nothing is lost."""
    lost = []
    weighed = ", ".join(row.label for row in detail.cartons if row.weighed_reason)
    if weighed:
        lost.append(
            _("The corrected weights of cartons {cartons} are lost: weigh them again.", cartons=weighed)
        )
    if detail.pallets:
        lost.append(_("The pallets are lost: put the new cartons onto pallets again."))
    if detail.state is ShipmentState.DOCUMENTED:
        lost.append(
            _("Its documents name the cartons as they are now and have to be issued again afterwards.")
        )
    return "\n".join(lost)


def issuing(detail: ShipmentDetail, wanted: Sequence[Wanted]) -> str:
    """What issuing the papers *wanted* means."""
    if any(steps.in_force(detail, *one) is not None for one in wanted):
        text = _("A new revision takes the place of the old papers, which stay on file as superseded.")
    else:
        text = _("The next numbers are taken and cannot be given back.")
    what = _(
        "{documents} of {number} are issued and never changed.",
        documents=", ".join(kind_name(*one) for one in wanted),
        number=detail.number,
    )
    return f"{what}\n{text}"


def cancelling(detail: ShipmentDetail) -> str:
    """What giving the shipment up means."""
    text = _("Its quantities become free for another shipment. The number stays used.")
    if not detail.documents:
        return text
    papers = _("Its documents become cancelled: their numbers stay used, their files are kept.")
    return f"{text}\n{papers}"


def closing_short() -> str:
    """What giving the rest of orders up means."""
    return _(
        "What has not left is given up: the orders become 'Shipped', and goods kept for them become "
        "free for others. This cannot be taken back."
    )
