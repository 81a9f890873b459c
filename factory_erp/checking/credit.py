"""A letter of credit: what the bank promises, and against which papers.

Every field may be empty: a credit is also typed in piece by piece, and a pasted one may be cut off.
Dates are calendar days, amounts ``Decimal`` in main units of ``currency``, tolerances per cent.
Tags are those of the SWIFT messages MT700 and MT701 (Category 7 Standards).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from factory_erp.checking.firm import Firm

Permission = Literal["", "allowed", "not allowed", "conditional"]
"""Whether the credit lets something be done (43P, 43T); empty where it says nothing, which allows it."""

_NOBODY = Firm()


@dataclass(frozen=True, slots=True)
class Credit:
    """A documentary credit, field by field."""

    number: str = ""
    """20."""
    form: str = ""
    """40A: "IRREVOCABLE", "IRREVOCABLE TRANSFERABLE"."""
    rules: str = ""
    """40E: "UCP LATEST VERSION"."""
    issued_on: date | None = None
    """31C."""
    expires_on: date | None = None
    """31D: the last day for presentation at ``expiry_place``."""
    expiry_place: str = ""
    applicant: Firm = _NOBODY
    """50: the buyer, whom the invoice must be made out to."""
    beneficiary: Firm = _NOBODY
    """59: the seller, who must issue the invoice."""
    issuing_bank: str = ""
    """52a, else the sender of the message."""
    advising_bank: str = ""
    """57a, else the receiver of the message."""
    currency: str = ""
    """32B."""
    amount: Decimal | None = None
    """32B; None where it is not stated."""
    tolerance_plus: Decimal = Decimal(0)
    """39A, per cent above the amount."""
    tolerance_minus: Decimal = Decimal(0)
    """39A, per cent below the amount."""
    max_amount_words: str = ""
    """39B: "NOT EXCEEDING" or "MAXIMUM"."""
    additional_amounts: str = ""
    """39C: freight, insurance, interest that may be drawn besides."""
    available_with: str = ""
    """41a: the bank, or "ANY BANK"."""
    available_by: str = ""
    """41a: "PAYMENT", "ACCEPTANCE", "NEGOTIATION", "DEF PAYMENT", "MIXED PYMT"."""
    drafts_at: str = ""
    """42C: "SIGHT", "90 DAYS AFTER B/L DATE FOR 100 PCT OF INVOICE VALUE"; 42M or 42P without drafts."""
    drawee: str = ""
    """42a."""
    partial_shipments: Permission = ""
    """43P."""
    transshipment: Permission = ""
    """43T."""
    place_of_receipt: str = ""
    """44A."""
    port_of_loading: str = ""
    """44E."""
    port_of_discharge: str = ""
    """44F."""
    place_of_delivery: str = ""
    """44B."""
    latest_shipment: date | None = None
    """44C."""
    shipment_period: str = ""
    """44D, as written."""
    goods: str = ""
    """45A with its continuations, as written."""
    documents: tuple[str, ...] = ()
    """46A, one clause for each paper that is asked for; ``demands.demands`` reads them."""
    conditions: tuple[str, ...] = ()
    """47A, one clause each; ``terms`` reads those that a paper can break."""
    charges: str = ""
    """71D (71B before November 2018)."""
    presentation_days: int | None = None
    """48: calendar days after shipment; None: the 21 of UCP 600 article 14c."""
    presentation_text: str = ""
    """48 as written, where it says more than days after shipment."""
    confirmation: str = ""
    """49: "WITHOUT", "MAY ADD", "CONFIRM"."""
    raw: str = ""
    """The message that the fields were read from."""

    @property
    def largest_amount(self) -> Decimal | None:
        """What may be drawn at most: amount plus 39A; None where no amount is stated.

        39B bars any excess, whatever 39A says. UCP 600 article 30a, "about", is for ``terms.about_amount``.
        """
        if self.amount is None:
            return None
        plus = Decimal(0) if self.max_amount_words else self.tolerance_plus
        return self.amount * (100 + plus) / 100

    @property
    def smallest_amount(self) -> Decimal | None:
        """What must be drawn at least where no partial drawing is allowed: amount less 39A."""
        return None if self.amount is None else self.amount * (100 - self.tolerance_minus) / 100
