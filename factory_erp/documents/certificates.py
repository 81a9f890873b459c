"""Certificates of the seller or an inspector: beneficiary's, inspection (quality), weight.

The title is exactly the one given, for a bank looks for the words of the credit. A certificate is always
signed (ISBP, sections N, O and P). Where another issuer is named than the exporter, the paper is his: his
name heads it and signs it, without our signature and chop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from factory_erp.documents.boxes import (
    TitledDraft,
    addressee_field,
    columns,
    contract_boxes,
    counted,
    counted_totals,
    in_pairs,
    number_and_date,
    place_text,
    quantity_places,
    signed,
    stated,
    titles_field,
)
from factory_erp.documents.details.trade import CertificateDetails, Finding
from factory_erp.documents.facts import CartonLine, Party
from factory_erp.documents.layout import (
    Block,
    FieldRow,
    Para,
    Row,
    Table,
    gap,
    set_figure,
    set_lines,
)
from factory_erp.documents.page import MM
from factory_erp.documents.parts import (
    clauses_row,
    closing,
    header,
    kilograms,
    marks_row,
    party_field,
    transport_rows,
    weight_places,
)
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The certificate as PDF bytes. Raises InvalidValue for a snapshot of another kind."""
    details = snapshot.details
    if not isinstance(details, CertificateDetails):
        raise InvalidValue(_("The stored document cannot be read."), record=snapshot.number)
    return _DRAWN[snapshot.kind](signed(snapshot), details, pictures).draw()


class Certificate:
    """One certificate being drawn; the beneficiary's is this and no more."""

    def __init__(
        self, snapshot: DocumentSnapshot, stated_: CertificateDetails, pictures: Pictures = NO_PICTURES
    ) -> None:
        self.certificate = stated_
        titles = [stated_.title] if stated_.title.strip() else []
        self.draft = TitledDraft(_of_issuer(snapshot, stated_.issuer), titles, pictures=pictures)
        self.facts = snapshot.facts
        self.words = self.draft.words
        self.draft.titles = self.draft.titles or tuple(self.words.both(snapshot.kind))

    def draw(self) -> bytes:
        """Head, addressee, statements, what the kind adds, signature."""
        draft = self.draft
        header(draft, [self._left_rows(), self._right_rows()], self._across())
        draft.flow.y += 2 * MM
        place_text(draft, self._statements())
        draft.flow.y += 2 * MM
        end = closing(draft, [*self._closing_rows(), clauses_row(draft)])
        self._place_body(end)
        draft.flow.place(end)
        return draft.finish()

    def _left_rows(self) -> list[FieldRow]:
        """Who certifies; the exporter, where he is another; whom it is for."""
        draft, written = self.draft, self.certificate
        issuer: FieldRow = [party_field(draft, "issued_by", draft.facts.company, large=True)]
        exporter: FieldRow = [party_field(draft, "exporter", self.facts.company)] if written.issuer else []
        return [issuer, exporter, [addressee_field(draft, written.addressee)]]

    def _right_rows(self) -> list[FieldRow]:
        draft, on = self.draft, self.certificate.inspected_on
        return [
            [titles_field(draft.titles)],
            number_and_date(draft, "certificate_no"),
            *in_pairs(contract_boxes(draft, self.certificate.invoice_number)),
            stated(draft, "inspected_on", self.words.day(on) if on else "", bold=True),
        ]

    def _across(self) -> list[FieldRow]:
        return []

    def _statements(self) -> list[str]:
        return [text for one in self.certificate.statements for text in self.words.pick(one)]

    def _closing_rows(self) -> list[FieldRow]:
        conclusion = self.words.pick(self.certificate.conclusion)
        return [stated(self.draft, "conclusion", *conclusion, bold=True)]

    def _place_body(self, end: Block) -> None:
        """What stands between the statements and *end*: findings, if there are any."""
        findings = self.certificate.findings
        if findings:
            self._flow(self._finding_table(), [self._finding(one) for one in findings], end)

    def _flow(self, table: Table, rows: Sequence[Row], end: Block) -> None:
        table.flow(self.draft.flow, rows, end.height + 2 * MM)
        self.draft.flow.place(gap(2 * MM))

    def _finding_table(self) -> Table:
        return Table(columns(self.words, (("inspected", 56), ("method", 50), ("result", 76))))

    def _finding(self, one: Finding) -> Row:
        subject, method, result = (column.inner for column in self._finding_table().columns)
        return [
            set_lines([Para(text) for text in self.words.pick(one.subject)], subject),
            set_lines([Para(one.method)], method),
            set_lines([Para(text) for text in self.words.pick(one.result)], result),
        ]


class InspectionCertificate(Certificate):
    """One inspection certificate being drawn: the goods, then the findings."""

    def _across(self) -> list[FieldRow]:
        return [*transport_rows(self.draft)[:1], marks_row(self.draft)]

    def _place_body(self, end: Block) -> None:
        goods = self._goods_table()
        self._flow(goods, self._goods(goods), gap(0))
        super()._place_body(end)

    def _goods_table(self) -> Table:
        return Table(columns(self.words, (("item", 40), ("description", 102)), (("quantity", 40),)))

    def _goods(self, table: Table) -> list[Row]:
        """Each line with its quantity, then the sums per unit."""
        item, description, quantity = (column.inner for column in table.columns)
        lines, words = self.facts.lines, self.words
        decimals = quantity_places(lines)
        rows: list[Row] = [
            [
                set_lines([Para(line.item_number, bold=True)], item),
                set_lines([Para(text) for text in words.pick(line.description)], description),
                set_figure(counted(words, line.quantity, line.unit, decimals), quantity),
            ]
            for line in lines
        ]
        totals = counted_totals(words, lines)
        total = [line for text in totals for line in set_figure(text, quantity, bold=True)]
        return [*rows, [set_lines([Para(words.label("total"), bold=True)], item), [], total]]


class WeightCertificate(Certificate):
    """One weight certificate being drawn: the weight of each range of cartons, per carton and in total."""

    def _across(self) -> list[FieldRow]:
        return [*transport_rows(self.draft)[:1], marks_row(self.draft)]

    def _statements(self) -> list[str]:
        return super()._statements() or self.words.sentences("weights_certified")

    def _place_body(self, end: Block) -> None:
        table = self._weight_table()
        if self.facts.cartons:
            self._flow(table, self._weights(table), end if not self.certificate.findings else gap(0))
        super()._place_body(end)

    def _weight_table(self) -> Table:
        texts = (("carton_no", 28), ("description", 62))
        figures = (
            ("cartons", 14),
            ("net_per_carton", 19),
            ("gross_per_carton", 19),
            ("net_total", 20),
            ("gross_total", 20),
        )
        return Table(columns(self.words, texts, figures))

    def _weights(self, table: Table) -> list[Row]:
        facts = self.facts
        widths = [column.inner for column in table.columns]
        weights = [w for line in facts.cartons for w in (line.net_g_per_carton, line.gross_g_per_carton)]
        decimals = weight_places([*weights, *(w for one in facts.cartons for w in (one.net_g, one.gross_g))])
        rows: list[Row] = [self._weight(line, widths, decimals) for line in facts.cartons]
        total: Row = [
            set_lines([Para(self.words.label("total"), bold=True)], widths[0]),
            [],
            set_figure(f"{facts.carton_count:,}", widths[2], bold=True),
            [],
            [],
            set_figure(kilograms(facts.net_g, decimals), widths[5], bold=True),
            set_figure(kilograms(facts.gross_g, decimals), widths[6], bold=True),
        ]
        return [*rows, total]

    def _weight(self, line: CartonLine, widths: Sequence[float], decimals: int) -> Row:
        """The weights of a range; of a mixed carton's later items only the net weight, which is theirs."""
        own = not line.mixed_with_previous
        figures = (
            f"{line.cartons:,}" if own else "",
            kilograms(line.net_g_per_carton, decimals),
            kilograms(line.gross_g_per_carton, decimals) if own else "",
            kilograms(line.net_g, decimals),
            kilograms(line.gross_g, decimals) if own else "",
        )
        return [
            set_lines([Para(line.carton_ranges, bold=own)], widths[0]),
            set_lines([Para(text) for text in self.words.pick(line.description)], widths[1]),
            *(set_figure(text, width) for text, width in zip(figures, widths[2:], strict=True)),
        ]


_DRAWN: dict[str, type[Certificate]] = {
    "beneficiary_certificate": Certificate,
    "inspection_certificate": InspectionCertificate,
    "weight_certificate": WeightCertificate,
}


def _of_issuer(snapshot: DocumentSnapshot, issuer: str) -> DocumentSnapshot:
    """The paper as its *issuer* signs it; ours is the exporter's."""
    if not issuer:
        return snapshot
    options = replace(snapshot.options, logo="", signature="", chop="", signed_by="")
    return replace(snapshot, facts=replace(snapshot.facts, company=Party(issuer)), options=options)
