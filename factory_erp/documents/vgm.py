"""The declaration of verified gross mass (VGM): what each packed container weighs, and how that is known.

After SOLAS 1974 chapter VI regulation 2: method 1 weighs the packed container (2.4.1), method 2 adds up
cargo, packing, dunnage and tare (2.4.2). Whoever signs is named.
"""

from __future__ import annotations

from factory_erp.documents.boxes import (
    columns,
    in_pairs,
    number_and_date,
    place_text,
    signed,
    stated,
    titles_field,
)
from factory_erp.documents.details.trade import VgmContainer, VgmDetails
from factory_erp.documents.layout import BODY, FieldRow, Para, Row, Table, set_figure, set_lines
from factory_erp.documents.parts import (
    Draft,
    clauses_row,
    closing,
    header,
    kilograms,
    party_field,
    weight_places,
)
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

_TEXTS = (("container_no", 34), ("seal_no", 30), ("container_type", 18))
_FIGURES = (("cargo_mass", 22), ("dunnage", 19), ("tare", 19), ("vgm", 21), ("max_gross", 19))
_NONE = "—"


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The declaration as PDF bytes. Raises InvalidValue for a snapshot of another kind."""
    if not isinstance(snapshot.details, VgmDetails):
        raise InvalidValue(_("The stored document cannot be read."), record=snapshot.number)
    return VgmDeclaration(signed(snapshot), snapshot.details, pictures).draw()


class VgmDeclaration:
    """One declaration being drawn."""

    def __init__(
        self, snapshot: DocumentSnapshot, verified: VgmDetails, pictures: Pictures = NO_PICTURES
    ) -> None:
        self.draft = Draft(snapshot, pictures=pictures)
        self.facts = snapshot.facts
        self.words = self.draft.words
        self.verified = verified
        self.table = Table(columns(self.words, _TEXTS, _FIGURES))
        self.decimals = weight_places(w for one in verified.containers for w in _weights(one))

    def draw(self) -> bytes:
        """Shipper and references, the declaration, the containers, how they were weighed, signature."""
        draft = self.draft
        header(
            draft,
            [[[party_field(draft, "shipper", self.facts.company, large=True)]], self._right_rows()],
            self._way(),
        )
        said = [
            *self.words.sentences("vgm_declared"),
            *self.words.sentences(f"vgm_method_{self.verified.method}"),
        ]
        place_text(draft, said, BODY + 0.8)
        end = closing(draft, [*self._how(), clauses_row(draft)])
        rows = [self._row(one) for one in self.verified.containers]
        self.table.flow(draft.flow, [*rows, self._sums()], end.height)
        draft.flow.place(end)
        return draft.finish()

    def _right_rows(self) -> list[FieldRow]:
        draft, facts, verified = self.draft, self.facts, self.verified
        booking = verified.booking_number or facts.booking_number
        bill = verified.bill_number or facts.bill_number
        return [
            [titles_field(self.words.both(draft.snapshot.kind))],
            number_and_date(draft, "draft_no"),
            *in_pairs([*stated(draft, "booking_no", booking), *stated(draft, "bill_no", bill)]),
        ]

    def _way(self) -> list[FieldRow]:
        draft, facts, words = self.draft, self.facts, self.words
        return [
            [
                *stated(draft, "vessel", facts.vessel_voyage),
                *stated(draft, "port_of_loading", words.port(facts.port_of_loading)),
                *stated(draft, "port_of_discharge", words.port(facts.port_of_discharge)),
                *stated(draft, "forwarder", facts.forwarder),
            ]
        ]

    def _row(self, one: VgmContainer) -> Row:
        return self._cells((one.number, one.seal, one.type_code), _weights(one), bold=False)

    def _sums(self) -> Row:
        """The weights of all containers; no sum of what single containers may carry at most."""
        cargo, dunnage, tare, vgm, _most = (
            sum(column) for column in zip(*map(_weights, self.verified.containers), strict=True)
        )
        return self._cells((self.words.label("total"), "", ""), (cargo, dunnage, tare, vgm, None), bold=True)

    def _cells(self, texts: tuple[str, ...], weights: tuple[int | None, ...], *, bold: bool) -> Row:
        """A row: texts, then weights; by method 1 parts that nobody weighed are shown as such."""
        widths = [column.inner for column in self.table.columns]
        shown = ["" if one is None else kilograms(one, self.decimals) if one else _NONE for one in weights]
        return [
            *(
                set_lines([Para(text, bold=bold or not index)], width)
                for index, (text, width) in enumerate(zip(texts, widths[:3], strict=True))
            ),
            *(
                set_figure(text, width, bold=bold or index == 3)
                for index, (text, width) in enumerate(zip(shown, widths[3:], strict=True))
            ),
        ]

    def _how(self) -> list[FieldRow]:
        """When, where and with what the mass was found, and who answers for it."""
        draft, words, verified = self.draft, self.words, self.verified
        weighed = verified.method == 1
        day = words.day(verified.weighed_on) if verified.weighed_on else ""
        return [
            [
                *stated(draft, "vgm_how", *words.both(f"method_{verified.method}"), bold=True),
                *stated(draft, "weighed_on" if weighed else "found_on", day),
                *stated(draft, "weighed_at" if weighed else "found_at", verified.weighed_at),
            ],
            stated(draft, "equipment", verified.equipment),
            stated(draft, "authorised_person", verified.authorised_person, bold=True),
        ]


def _weights(one: VgmContainer) -> tuple[int, int, int, int, int]:
    return one.cargo_g, one.dunnage_g, one.tare_g, one.vgm_g, one.max_gross_g
