"""The booking note 托书 (集装箱货物托运单): what a forwarder must know to book the goods.

Its boxes stand where Chinese forwarders look for them: the parties at the left, the number and the forwarder
at the right, the way of the goods, marks, packages, goods, weight and measurement in columns, then freight,
services, kind of goods, shipment in parts, and the times. No price per unit is on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from factory_erp.documents.boxes import (
    allowed,
    columns,
    contract_boxes,
    counted_totals,
    in_pairs,
    number_and_date,
    plain_ticks,
    shipper_rows,
    signed,
    stated,
    ticks,
    titles_field,
)
from factory_erp.documents.details.trade import BookingDetails
from factory_erp.documents.facts import ShipmentFacts, Texts, carton_groups
from factory_erp.documents.layout import (
    BODY,
    Column,
    FieldRow,
    Line,
    Para,
    Row,
    Table,
    set_figure,
    set_lines,
    stacked,
)
from factory_erp.documents.page import INK, MUTED
from factory_erp.documents.parts import (
    Draft,
    clauses_row,
    closing,
    country_row,
    cubic_metres,
    header,
    kilograms,
    party_field,
    weight_places,
)
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import Wording
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money
from factory_erp.i18n import _

_SERVICES = ("CY", "CFS", "DOOR")
_GOODS = ("goods_ordinary", "goods_reefer", "goods_dangerous")
_VGM_METHODS = ("vgm_by_forwarder", "method_1", "method_2")
_ONE_ROW = 12
"""Goods of so many kinds stand in one row beside the marks: no page break cuts through one of them."""
_EMPTY, _APART = Line("", BODY, False, INK), Line("", 2, False, INK)


@dataclass(frozen=True, slots=True)
class Cargo:
    """Packages of one kind of content: what is in them, with its HS codes, gross weight and volume."""

    contents: tuple[Texts, ...]
    hs_codes: tuple[str, ...]
    packages: int
    gross_g: int
    volume_mm3: int


def cargo_of(facts: ShipmentFacts) -> list[Cargo]:
    """The packed goods, packages of the same content together; before packing one entry per line."""
    if not facts.cartons:
        return [Cargo((line.description,), (line.hs_code,), 0, 0, 0) for line in facts.lines]
    by_line = {line.line_no: line.hs_code for line in facts.lines}
    by_item = {line.item_number: line.hs_code for line in facts.lines}
    found: dict[tuple[tuple[Texts, ...], tuple[str, ...]], Cargo] = {}
    for group in carton_groups(facts.cartons):
        contents = tuple(dict.fromkeys(line.description for line in group))
        codes = [by_line.get(line.line_no) or by_item.get(line.item_number, "") for line in group]
        known = tuple(dict.fromkeys(code for code in codes if code))
        before = found.get((contents, known), Cargo(contents, known, 0, 0, 0))
        first = group[0]
        found[contents, known] = Cargo(
            contents,
            known,
            before.packages + first.cartons,
            before.gross_g + first.gross_g,
            before.volume_mm3 + first.volume_mm3,
        )
    return list(found.values())


def _beneath(rows: Sequence[Sequence[list[Line]]]) -> list[list[Line]]:
    """The cells of all rows, column by column; what belongs together begins at one height."""
    filled: list[list[Line]] = [[] for _cell in rows[0]]
    for row in rows:
        tall = max(len(cell) for cell in row)
        for column, cell in zip(filled, row, strict=True):
            column.extend([*cell, *[_EMPTY] * (tall - len(cell)), _APART])
    return filled


def packages_lines(cartons: int, words: Wording) -> list[str]:
    """240 cartons, 240 箱: a line per language."""
    return [f"{cartons:,} {text}" for text in words.both("carton_word" if cartons == 1 else "cartons_word")]


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The booking note as PDF bytes."""
    return BookingNote(signed(snapshot), booking_details(snapshot), pictures).draw()


def booking_details(snapshot: DocumentSnapshot) -> BookingDetails:
    """What the booking states. Raises InvalidValue for a snapshot of another kind."""
    if not isinstance(snapshot.details, BookingDetails):
        raise InvalidValue(_("The stored document cannot be read."), record=snapshot.number)
    return snapshot.details


class BookingNote:
    """One booking note being drawn; the letter of instruction differs in its head and in what it asks."""

    number_label = "dock_receipt_no"

    def __init__(
        self, snapshot: DocumentSnapshot, booking: BookingDetails, pictures: Pictures = NO_PICTURES
    ) -> None:
        self.draft = Draft(snapshot, pictures=pictures)
        self.facts = snapshot.facts
        self.words = self.draft.words
        self.booking = booking
        self.table = Table(self._columns())

    def draw(self) -> bytes:
        """Head, way, goods, packages in words, freight and services, signature."""
        draft = self.draft
        header(draft, [shipper_rows(draft), self._right_rows()], self._way())
        self._open()
        last = closing(draft, [*self._closing_rows(), clauses_row(draft)])
        tail = [stacked(draft.stack(self._services(), draft.flow.width), draft.flow.left), last]
        self.table.flow(draft.flow, [*self._goods(), self._sums()], tail[0].height)
        draft.flow.place_together(tail)
        return draft.finish()

    def _open(self) -> None:
        """What is said before the goods: nothing on a booking note."""

    def _right_rows(self) -> list[FieldRow]:
        draft, forwarder = self.draft, self.booking.forwarder
        named = stated(draft, "to_forwarder", self.facts.forwarder)
        return [
            [titles_field(self.words.both(draft.snapshot.kind))],
            number_and_date(draft, self.number_label),
            [party_field(draft, "to_forwarder", forwarder)] if forwarder else named,
            *in_pairs(self._references()),
            country_row(draft),
        ]

    def _references(self) -> FieldRow:
        number = self.booking.booking_number or self.facts.booking_number
        return [*stated(self.draft, "booking_no", number), *contract_boxes(self.draft)]

    def _way(self) -> list[FieldRow]:
        """Pre-carriage, ship, ports and places."""
        draft, facts, words, booking = self.draft, self.facts, self.words, self.booking
        return [
            [
                draft.field("pre_carriage", booking.pre_carriage),
                draft.field("place_of_receipt", booking.place_of_receipt or facts.place_of_receipt),
                draft.field("vessel", facts.vessel_voyage),
                draft.field("etd", words.day(facts.etd) if facts.etd else ""),
            ],
            [
                draft.field("port_of_loading", words.port(facts.port_of_loading)),
                draft.field("port_of_discharge", words.port(facts.port_of_discharge)),
                draft.field("place_of_delivery", booking.place_of_delivery),
                draft.field("final_destination", booking.final_destination or facts.final_destination),
            ],
        ]

    def _columns(self) -> list[Column]:
        texts = (
            ("container_seal_marks", 40),
            ("number_of_packages", 22),
            ("kind_and_goods", 58),
            ("hs_code", 25),
        )
        return columns(self.words, texts, (("gross_kg", 19), ("measurement_m3", 18)))

    def _goods(self) -> list[Row]:
        """Few goods as one row beside the marks, as on a bill of lading; many in rows of their own."""
        widths = [column.inner for column in self.table.columns]
        cargo = cargo_of(self.facts)
        decimals = weight_places(one.gross_g for one in cargo)
        cells = [self._cargo(one, widths[1:], decimals) for one in cargo]
        marks = set_lines(self._marks(), widths[0])
        if len(cells) > _ONE_ROW:
            return [[marks if index == 0 else [], *row] for index, row in enumerate(cells)]
        return [[marks, *_beneath(cells)]]

    def _cargo(self, one: Cargo, widths: Sequence[float], decimals: int) -> list[list[Line]]:
        packages, goods, hs, gross, volume = widths
        named = [Para(self.words.inline(texts, " / ")) for texts in one.contents]
        return [
            set_figure(packages_lines(one.packages, self.words)[0] if one.packages else "", packages),
            set_lines(named, goods),
            set_lines([Para(code) for code in one.hs_codes], hs),
            set_figure(kilograms(one.gross_g, decimals) if one.packages else "", gross),
            set_figure(cubic_metres(one.volume_mm3) if one.packages else "", volume),
        ]

    def _marks(self) -> list[Para]:
        """Container and seal numbers, as far as they are known, then the marks."""
        facts = self.facts
        known = [
            f"{one.number} / {one.seal}" if one.seal else one.number for one in facts.containers
        ] or list(facts.container_numbers)
        return [
            *(Para(text, BODY, colour=MUTED) for text in known),
            *(Para(text) for text in facts.marks or ("N/M",)),
        ]

    def _sums(self) -> Row:
        """Packages, weight and volume of the whole shipment."""
        facts, words = self.facts, self.words
        widths = [column.inner for column in self.table.columns]
        label = set_lines([Para(words.label("total"), bold=True)], widths[0])
        if not facts.cartons:
            return [label, [], set_lines(self._pieces(), widths[2]), [], [], []]
        packages = [Para(text, bold=True) for text in packages_lines(facts.carton_count, words)]
        gross = kilograms(facts.gross_g, weight_places([facts.gross_g]))
        return [
            label,
            set_lines(packages, widths[1]),
            [],
            [],
            set_figure(gross, widths[4], bold=True),
            set_figure(cubic_metres(facts.volume_mm3), widths[5], bold=True),
        ]

    def _pieces(self) -> list[Para]:
        """Total quantity per unit, for goods that are not packed yet."""
        return [Para(text, bold=True) for text in counted_totals(self.words, self.facts.lines)]

    def _services(self) -> list[FieldRow]:
        """Packages in words, freight, services, kind of goods, splitting, times, containers."""
        draft, words, facts, booking = self.draft, self.words, self.facts, self.booking
        in_words = words.cartons_in_words(facts.carton_count) if facts.cartons else []
        receiving, _hyphen, delivery = booking.service.partition("-")
        return [
            stated(draft, "packages_in_words", *in_words, bold=True),
            [
                draft.field("freight", *ticks(words, ("prepaid", "collect"), booking.freight), share=1.5),
                draft.field("payable_at", booking.payable_at),
                draft.field("original_bills", *self._originals()),
                draft.field("trade_term", str(facts.trade_term), share=1.2),
            ],
            [
                draft.field("service_receiving", plain_ticks(_SERVICES, receiving.strip())),
                draft.field("service_delivery", plain_ticks(_SERVICES, delivery.strip())),
                draft.field("type_of_goods", *self._type_of_goods(), share=1.3),
            ],
            [
                *stated(draft, "dangerous", booking.dangerous, bold=True),
                *stated(draft, "temperature", booking.temperature, bold=True),
            ],
            self._splitting(),
            self._containers(),
            stated(draft, "pick_up_at", booking.pick_up_at),
        ]

    def _originals(self) -> list[str]:
        bills = self.booking.original_bills
        return [str(bills)] if bills else self.words.both("waybill")

    def _type_of_goods(self) -> list[str]:
        """The usual kinds, and a rare one if the goods are of it, with the right one ticked."""
        kind = self._kind_of_goods()
        return ticks(self.words, [*_GOODS, *([] if kind in _GOODS else [kind])], kind)

    def _kind_of_goods(self) -> str:
        if self.booking.dangerous:
            return "goods_dangerous"
        if self.booking.goods_kind:
            return f"goods_{self.booking.goods_kind}"
        return "goods_reefer" if self.booking.temperature else "goods_ordinary"

    def _splitting(self) -> FieldRow:
        """Shipment in parts, transshipment, and until when."""
        draft, words, booking = self.draft, self.words, self.booking
        latest, expiry = booking.latest_shipment, booking.credit_expiry
        return [
            draft.field("partial_shipment", *allowed(words, booking.partial_shipment)),
            draft.field("transshipment", *allowed(words, booking.transshipment)),
            draft.field("latest_shipment", words.day(latest) if latest else ""),
            draft.field("credit_expiry", words.day(expiry) if expiry else ""),
        ]

    def _containers(self) -> FieldRow:
        """Containers, when the goods are ready, how the gross mass is found, value of the shipment."""
        draft, words, booking = self.draft, self.words, self.booking
        wanted = ", ".join(f"{one.count} × {one.type_code}" for one in booking.containers)
        ready = booking.cargo_ready_on
        return [
            *stated(draft, "containers_wanted", wanted, bold=True),
            *stated(draft, "cargo_ready", words.day(ready) if ready else "", bold=True),
            draft.field("vgm_method", *words.both(_VGM_METHODS[booking.vgm_method])),
            draft.field("amount_of_goods", self._value()),
        ]

    def _value(self) -> str:
        value = Money(self.facts.total_minor, self.facts.currency)
        return f"{value.currency} {value.format()}"

    def _closing_rows(self) -> list[FieldRow]:
        return [stated(self.draft, "instructions", *self.words.pick(self.booking.instructions))]
