"""Rules 19–22: packages, gross weight, net weight and volume, the same on every paper.

A kind of paper may come in several pieces (two invoices, two export declarations): then their sum has to
be that of the others, or each states the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from factory_erp.checking.findings import Check, Finding, Place, Severity, found
from factory_erp.checking.papers import Cartons, Paper, PaperKind, PaperSet
from factory_erp.checking.rules.reading import at, at_line, kind_name, of_kind, shown, total_of
from factory_erp.domain.figures import decimals_used
from factory_erp.i18n import N_, _

_KINDS: tuple[PaperKind, ...] = (
    "packing_list",
    "commercial_invoice",
    "bill_of_lading",
    "certificate_of_origin",
    "booking_note",
    "customs_declaration",
    "vgm_declaration",
    "shipping_advice",
    "insurance",
)
_CM3_IN_M3 = 10**6
_VOLUME_TOLERANCE = Decimal("0.01")
"""Part of the computed volume that a stated one may be off: measurements are taken to the centimetre."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """What rule *rule* compares: where papers state it, and its messages."""

    rule: int
    field: str
    stated: Callable[[Paper], Decimal | None]
    of_line: Callable[[Cartons], Decimal | None]
    differs: str
    sum_differs: str


def _differing(measure: _Measure, papers: PaperSet) -> Iterator[Finding]:
    """Kinds of paper whose total is not that of the first kind that states one."""
    kinds = [(kind, _totals(measure, of_kind(papers, kind))) for kind in _KINDS]
    known = [(kind, totals) for kind, totals in kinds if totals]
    for kind, totals in known[1:]:
        first_kind, first = known[0]
        if _sums(totals) & _sums(first):
            continue
        mine, theirs = _said(totals), _said(first)
        message = _(
            measure.differs,
            paper=kind_name(kind),
            value=mine.value,
            other=kind_name(first_kind),
            expected=theirs.value,
        )
        yield found(measure.rule, message, mine, theirs, severity=_severity(totals, first))


def _totals(measure: _Measure, papers: tuple[Paper, ...]) -> list[tuple[Place, Decimal]]:
    totals = []
    for paper in papers:
        value, field = measure.stated(paper), measure.field
        if value is None and paper.cartons:
            value, field = _sum_of_lines(measure, paper), "cartons"
        if value is not None:
            totals.append((at(paper, field, value), value))
    return totals


def _sums(places: list[tuple[Place, Decimal]]) -> set[Decimal]:
    """What the papers of one kind come to: their sum, or what each of them says."""
    values = [value for place, value in places]
    return {sum(values, Decimal(0))} | ({values[0]} if len(set(values)) == 1 else set())


def _said(places: list[tuple[Place, Decimal]]) -> Place:
    if len(places) == 1:
        return places[0][0]
    first = places[0][0]
    return Place(first.document, first.field, " + ".join(place.value for place, value in places))


def _severity(first: list[tuple[Place, Decimal]], second: list[tuple[Place, Decimal]]) -> Severity | None:
    """Worth a look only, where no more than the rounding of the coarser figure parts them."""
    pairs = ((a, b) for a in _sums(first) for b in _sums(second))
    return "W" if any(_is_rounding(a, b) for a, b in pairs) else None


def _is_rounding(a: Decimal, b: Decimal) -> bool:
    coarser = min(decimals_used(a), decimals_used(b))
    return decimals_used(a) != decimals_used(b) and abs(a - b) < Decimal(1).scaleb(-coarser)


def _sum_of_lines(measure: _Measure, paper: Paper) -> Decimal | None:
    return total_of(measure.of_line(line) for line in paper.cartons)


def _wrong_sums(measure: _Measure, papers: PaperSet) -> Iterator[Finding]:
    """Papers whose own total is not the sum of their carton lines."""
    for paper in papers.papers:
        stated, due = measure.stated(paper), _sum_of_lines(measure, paper)
        if stated is not None and due is not None and stated != due:
            message = _(measure.sum_differs, due=shown(due), total=shown(stated))
            places = at(paper, measure.field, stated), at(paper, "cartons", due)
            yield found(measure.rule, message, *places, severity="W" if _is_rounding(stated, due) else None)


def _counted(line: Cartons) -> Decimal | None:
    """The line's cartons; those of a mixed line were counted with the line before."""
    return Decimal(0) if line.mixed else None if line.count is None else Decimal(line.count)


def _own(line: Cartons, value: Decimal | None) -> Decimal | None:
    """*value*, or nothing where it stands with the first line of a mixed carton."""
    return Decimal(0) if value is None and line.mixed else value


_PACKAGES = _Measure(
    19,
    "packages",
    lambda paper: None if paper.packages is None else Decimal(paper.packages),
    _counted,
    N_("The {paper} counts {value} packages, the {other} {expected}."),
    N_("The carton lines come to {due} packages, but the total says {total}."),
)
_GROSS = _Measure(
    20,
    "gross_kg",
    lambda paper: paper.gross_kg,
    lambda line: _own(line, line.gross_kg),
    N_("The gross weight on the {paper} is {value} kg, on the {other} {expected} kg."),
    N_("The carton lines come to {due} kg gross, but the total says {total} kg."),
)
_NET = _Measure(
    21,
    "net_kg",
    lambda paper: paper.net_kg,
    lambda line: line.net_kg,
    N_("The net weight on the {paper} is {value} kg, on the {other} {expected} kg."),
    N_("The carton lines come to {due} kg net, but the total says {total} kg."),
)
_VOLUME = _Measure(
    22,
    "volume_m3",
    lambda paper: paper.volume_m3,
    lambda line: _own(line, line.volume_m3),
    N_("The volume on the {paper} is {value} m³, on the {other} {expected} m³."),
    "",
)


def packages_agree(papers: PaperSet) -> Iterator[Finding]:
    """Rule 19: Σ cartons of invoice, packing list, bill of lading, origin, booking and declaration."""
    yield from _wrong_sums(_PACKAGES, papers)
    yield from _differing(_PACKAGES, papers)


def gross_weights_agree(papers: PaperSet) -> Iterator[Finding]:
    """Rule 20: Σ gross weight, to the gram; rounding alone is a warning."""
    yield from _wrong_products(20, papers)
    yield from _wrong_sums(_GROSS, papers)
    yield from _differing(_GROSS, papers)


def net_weights_agree(papers: PaperSet) -> Iterator[Finding]:
    """Rule 21: Σ net weight, and no line is heavier net than gross."""
    yield from _net_above_gross(papers)
    yield from _wrong_products(21, papers)
    yield from _wrong_sums(_NET, papers)
    yield from _differing(_NET, papers)


def _wrong_products(rule: int, papers: PaperSet) -> Iterator[Finding]:
    """Carton lines where the weight of one × cartons is not the weight of the line."""
    net = rule == _NET.rule
    for paper in papers.papers:
        for index, line in enumerate(paper.cartons):
            each, total = (line.net_kg_each, line.net_kg) if net else (line.gross_kg_each, line.gross_kg)
            if each is None or total is None or line.count is None or each * line.count == total:
                continue
            field, due = ("net_kg" if net else "gross_kg"), each * line.count
            message = _(
                "Cartons {cartons}: {count} × {each} kg is {due} kg, but the line says {total} kg.",
                cartons=line.ranges or f"[{index + 1}]",
                count=line.count,
                each=shown(each),
                due=shown(due),
                total=shown(total),
            )
            places = (
                at_line(paper, index, field, total, "cartons"),
                at_line(paper, index, f"{field}_each", each, "cartons"),
            )
            yield found(rule, message, *places, severity="W" if _is_rounding(due, total) else None)


def _net_above_gross(papers: PaperSet) -> Iterator[Finding]:
    for paper in papers.papers:
        yield from _heavier(paper, "", paper.net_kg, paper.gross_kg)
        for index, goods in enumerate(paper.goods):
            yield from _heavier(paper, f"goods[{index}].", goods.net_kg, goods.gross_kg)
        for index, net, gross in _carton_groups(paper.cartons):
            yield from _heavier(paper, f"cartons[{index}].", net, gross)
        for index, line in enumerate(paper.cartons):
            if not line.mixed:
                yield from _heavier(
                    paper, f"cartons[{index}].", line.net_kg_each, line.gross_kg_each, suffix="_each"
                )


def _heavier(
    paper: Paper, path: str, net: Decimal | None, gross: Decimal | None, suffix: str = ""
) -> Iterator[Finding]:
    if net is not None and gross is not None and net > gross:
        message = _(
            "The net weight, {net} kg, is above the gross weight, {gross} kg.",
            net=shown(net),
            gross=shown(gross),
        )
        yield found(
            21, message, at(paper, f"{path}net_kg{suffix}", net), at(paper, f"{path}gross_kg{suffix}", gross)
        )


def _carton_groups(cartons: tuple[Cartons, ...]) -> Iterator[tuple[int, Decimal | None, Decimal | None]]:
    """Each set of cartons once: place of its first line, net weight of all its lines, gross weight."""
    firsts = [index for index, line in enumerate(cartons) if not line.mixed or index == 0]
    for index, end in zip(firsts, [*firsts[1:], len(cartons)], strict=False):
        group = cartons[index:end]
        grosses = [line.gross_kg for line in group if line.gross_kg is not None]
        yield index, total_of(line.net_kg for line in group), total_of(grosses)


def volumes_agree(papers: PaperSet) -> Iterator[Finding]:
    """Rule 22: Σ(length × width × height × cartons) within 1 %, and the same volume on every paper."""
    for paper in papers.papers:
        yield from _measured(paper)
    yield from _differing(_VOLUME, papers)


def _measured(paper: Paper) -> Iterator[Finding]:
    """Volumes of lines, and the total of the paper, that the cartons' sizes do not give."""
    lines = [line for line in paper.cartons if not line.mixed]
    for index, line in enumerate(paper.cartons):
        yield from _off(paper, f"cartons[{index}].", line.volume_m3, None if line.mixed else _computed(line))
    volumes = (_computed(line) if line.volume_m3 is None else line.volume_m3 for line in lines)
    yield from _off(paper, "", paper.volume_m3, total_of(volumes))


def _off(paper: Paper, path: str, stated: Decimal | None, due: Decimal | None) -> Iterator[Finding]:
    if stated is None or due is None or abs(stated - due) <= due * _VOLUME_TOLERANCE:
        return
    message = _(
        "The cartons measure {due} m³, but {stated} m³ is stated.", due=shown(due), stated=shown(stated)
    )
    measured = at(paper, f"{path}length_cm" if path else "cartons", due)
    yield found(22, message, at(paper, f"{path}volume_m3", stated), measured)


def _computed(line: Cartons) -> Decimal | None:
    """Cubic metres from the size of one carton in centimetres; None where a size or the count is missing."""
    sizes = (line.length_cm, line.width_cm, line.height_cm)
    if line.count is None or any(size is None for size in sizes):
        return None
    volume = Decimal(line.count)
    for size in sizes:
        volume *= size or 0
    return volume / _CM3_IN_M3


CHECKS: dict[int, Check] = {
    19: packages_agree,
    20: gross_weights_agree,
    21: net_weights_agree,
    22: volumes_agree,
}
