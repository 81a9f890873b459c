"""The inspection order of a purchase: what is still to come of it, and how many pieces are looked at."""

from __future__ import annotations

from sqlalchemy.orm import Session

from factory_erp.documents import inspection_order as drawing
from factory_erp.documents.inspection_facts import COUNTED, InspectedLine, InspectionOrder, sampling_plan
from factory_erp.documents.snapshot import Language
from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.partners import Partner
from factory_erp.models.planning import PurchaseLine, PurchaseOrder
from factory_erp.services.base import get, query
from factory_erp.services.clock import today
from factory_erp.services.issuing.drafts import Draft
from factory_erp.services.shipping.facts import company_party, description, own_company
from factory_erp.services.shipping.parties import main_party
from factory_erp.services.stock.purchases_received import still_open


@query
def inspection_paper(session: Session, purchase_id: int, language: Language = "bilingual") -> Draft:
    """The inspection order as PDF; it has no number of its own and is drawn anew each time.

    Raises NotFound; NotAllowed where the order names no supplier, or nothing of it is still to come.
    """
    return Draft(drawing.render(composed(session, purchase_id, language)), language)


def composed(session: Session, purchase_id: int, language: Language) -> InspectionOrder:
    """Its facts as they are now. Raises as ``inspection_paper``."""
    order = get(session, PurchaseOrder, purchase_id)
    lines = tuple(_line(line) for line in order.lines if still_open(line))
    if not lines:
        raise NotAllowed(
            _("Nothing of {number} is still to come.", number=order.number),
            record=order.number,
            remedy=_("Choose a purchase order that has open lines."),
        )
    if order.supplier_id is None:
        raise NotAllowed(
            _("Purchase order {number} names no supplier.", number=order.number),
            record=order.number,
            field=_("Supplier"),
            remedy=_("Give the item a supplier, and order again."),
        )
    return InspectionOrder(
        number=order.number,
        language=language,
        company=company_party(own_company(session)),
        supplier=main_party(get(session, Partner, order.supplier_id)),
        ordered_on=order.ordered_on,
        printed_on=today(),
        lines=lines,
        remark=order.remark,
    )


def _line(line: PurchaseLine) -> InspectedLine:
    coming = still_open(line)
    return InspectedLine(
        line_no=line.position,
        sku=line.item.sku,
        names=description(line.item),
        quantity=coming,
        unit=line.item.unit,
        due=line.expected_on,
        plan=sampling_plan(coming) if line.item.unit in COUNTED else None,
    )
