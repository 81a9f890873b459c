"""Days of letters of credit among what needs a person."""

from __future__ import annotations

from factory_erp.services.today.needs import Need, NeedRow
from factory_erp.ui.today import needs


def test_each_day_of_a_credit_is_a_line_of_its_own_that_leads_to_where_it_is_kept() -> None:
    ship = NeedRow(Need.CREDIT, 7, "LC-1", "Latest shipment 2026-12-01, in 8 days.", "erp://shipping/3")
    expiry = NeedRow(Need.CREDIT, 7, "LC-1", "Expires on 2026-12-20, in 27 days.")
    assert needs.key(ship)[0] == "erp://shipping/3"
    assert needs.key(expiry)[0] == "erp://credits/7"
    assert needs.key(expiry) != needs.key(NeedRow(Need.CREDIT, 7, "LC-1", "Latest shipment 2026-12-01."))
    pill, title, reason = needs.cells(ship)
    assert (getattr(pill, "text", ""), title, reason) == ("L/C date", "LC-1", ship.reason)
