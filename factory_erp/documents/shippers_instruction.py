"""The shipper's letter of instruction: what the forwarder is asked to do, and on whose word.

After the layout key for consignment instructions (UNECE Recommendation 22), of which the FIATA forwarding
instruction is the known example. Its boxes are those of the booking note; it asks for carriage and papers,
and the shipper answers for the particulars and for what may be dangerous.
"""

from __future__ import annotations

from factory_erp.documents.booking_note import BookingNote, booking_details
from factory_erp.documents.boxes import place_text, signed, stated
from factory_erp.documents.layout import BODY, FieldRow
from factory_erp.documents.parts import common_purchase_orders
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The letter of instruction as PDF bytes."""
    return LetterOfInstruction(signed(snapshot), booking_details(snapshot), pictures).draw()


class LetterOfInstruction(BookingNote):
    """One letter of instruction being drawn."""

    number_label = "instruction_no"

    def _open(self) -> None:
        place_text(self.draft, self.words.sentences("instruct"), BODY + 0.8)

    def _references(self) -> FieldRow:
        orders = ", ".join(common_purchase_orders(self.facts))
        return [*super()._references(), *stated(self.draft, "customer_po", orders)]

    def _closing_rows(self) -> list[FieldRow]:
        declared = self.words.sentences("shipper_declares")
        return [*super()._closing_rows(), [self.draft.field("declaration", *declared)]]
