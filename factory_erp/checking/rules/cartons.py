"""Rules 23 and 24: the carton numbers and contents of the packing list, and the shipping marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Cartons, Paper, PaperKind, PaperSet
from factory_erp.checking.rules.reading import at, at_line, invoices, kind_name, measured, of_kind, shown
from factory_erp.checking.terms import unit_key
from factory_erp.checking.texts import folded, marks_key, normalised, package_line
from factory_erp.domain.cartons import CartonRange, count, parse
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

_MARKED: tuple[PaperKind, ...] = (
    "commercial_invoice",
    "packing_list",
    "bill_of_lading",
    "certificate_of_origin",
    "carton_label",
    "booking_note",
    "shipping_advice",
    "certificate",
)
_SHOWN = 5


def cartons_complete(papers: PaperSet) -> Iterator[Finding]:
    """Rule 23: numbers run 1..N without gap or overlap, cartons × pieces = quantity, Σ = the invoice's."""
    lists = of_kind(papers, "packing_list")
    numbered: list[tuple[Paper, CartonRange]] = []
    for paper in lists:
        for index, line in enumerate(paper.cartons):
            yield from _wrong_contents(paper, index, line)
        ranges, faults = _ranges_of(paper)
        yield from faults
        numbered += [(paper, one) for one in ranges]
    yield from _numbering_faults(numbered)
    yield from _other_quantities(lists, invoices(papers))


def _wrong_contents(paper: Paper, index: int, line: Cartons) -> Iterator[Finding]:
    if line.count is None or line.per_carton is None or line.quantity is None:
        return
    due = line.count * line.per_carton
    if due != line.quantity:
        message = _(
            "Cartons {ranges}: {count} cartons of {each} hold {due}, but the quantity is {quantity}.",
            ranges=shown(line.ranges),
            count=line.count,
            each=measured(line.per_carton, line.unit),
            due=measured(due, line.unit),
            quantity=measured(line.quantity, line.unit),
        )
        stated = at_line(paper, index, "quantity", line.quantity, "cartons")
        yield found(23, message, stated, at_line(paper, index, "per_carton", line.per_carton, "cartons"))


def _ranges_of(paper: Paper) -> tuple[list[CartonRange], list[Finding]]:
    """The carton numbers of the paper, mixed lines left out, and what is wrong with a line of them."""
    ranges: list[CartonRange] = []
    faults: list[Finding] = []
    for index, line in enumerate(paper.cartons):
        if line.mixed or not line.ranges.strip():
            continue
        place = at_line(paper, index, "ranges", line.ranges, "cartons")
        try:
            numbers = parse(line.ranges, paper.packages)
        except InvalidValue as error:
            faults.append(found(23, error.message, place))
            continue
        ranges += numbers
        if line.count is not None and count(numbers) != line.count:
            message = _(
                "Cartons {ranges} are {numbered} cartons, but {count} are stated.",
                ranges=shown(line.ranges),
                numbered=count(numbers),
                count=line.count,
            )
            faults.append(found(23, message, place, at_line(paper, index, "count", line.count, "cartons")))
    return ranges, faults


def _numbering_faults(numbered: Sequence[tuple[Paper, CartonRange]]) -> Iterator[Finding]:
    """Gaps and overlaps: numbers run on through all series (A1-A20, B21-B40), or each series begins at 1."""
    missing, double = _gaps_and_overlaps(one for _paper, one in numbered)
    if not missing and not double:
        return
    by_series: dict[str, list[CartonRange]] = defaultdict(list)
    for _paper, one in numbered:
        by_series[one.prefix].append(one)
    if len(by_series) > 1 and all(min(one.first for one in series) == 1 for series in by_series.values()):
        faults = [_gaps_and_overlaps(series) for series in by_series.values()]
        missing = [one for gaps, _overlaps in faults for one in gaps]
        double = [one for _gaps, overlaps in faults for one in overlaps]
    places = tuple(dict.fromkeys(at(paper, "cartons", _listed([one])) for paper, one in numbered))[:_SHOWN]
    if missing:
        yield found(23, _("No line has carton {cartons}.", cartons=_listed(missing)), *places)
    if double:
        yield found(23, _("Carton {cartons} stands in two lines.", cartons=_listed(double)), *places)


def _gaps_and_overlaps(ranges: Iterable[CartonRange]) -> tuple[list[CartonRange], list[CartonRange]]:
    missing: list[CartonRange] = []
    double: list[CartonRange] = []
    reached = 0
    for one in sorted(ranges, key=lambda one: (one.first, one.last)):
        if one.first > reached + 1:
            missing.append(CartonRange(reached + 1, one.first - 1, one.prefix))
        if one.first <= reached:
            double.append(CartonRange(one.first, min(one.last, reached), one.prefix))
        reached = max(reached, one.last)
    return missing, double


def _listed(ranges: Sequence[CartonRange]) -> str:
    more = "…" if len(ranges) > _SHOWN else ""
    return ", ".join(map(str, ranges[:_SHOWN])) + more


@dataclass(slots=True)
class _Total:
    """A quantity added up from the lines of one item, in the *unit* of the first, and its first place."""

    place: Place
    name: str
    unit: str
    quantity: Decimal = Decimal(0)


def _other_quantities(lists: Sequence[Paper], bills: Sequence[Paper]) -> Iterator[Finding]:
    packed, billed = _quantities(lists), _quantities(bills)
    if packed is None or billed is None:
        return
    for key in dict.fromkeys((*billed, *packed)):
        left, right = packed.get(key), billed.get(key)
        if left and right and left.quantity != right.quantity:
            message = _(
                "{item}: {packed} are packed, {billed} are invoiced.",
                item=right.name or _("All items"),
                packed=measured(left.quantity, left.unit),
                billed=measured(right.quantity, right.unit),
            )
            yield found(23, message, left.place, right.place)
        elif left is None and right:
            message = _("{item} is invoiced, but not on the packing list.", item=right.name)
            yield found(23, message, right.place, at(lists[0], "cartons", ""))
        elif right is None and left:
            message = _("{item} is on the packing list, but not invoiced.", item=left.name)
            yield found(23, message, left.place, at(bills[0], "goods", ""))


def _quantities(papers: Sequence[Paper]) -> dict[str, _Total] | None:
    """Σ quantity per item number; of everything where an item has no number; None where it cannot be told.

    Lines in different units are not added up.
    """
    rows = [row for paper in papers for row in _rows(paper)]
    if not rows or any(quantity is None for _place, _item, quantity, _unit in rows):
        return None
    if len({unit_key(unit) for _place, _item, _quantity, unit in rows if unit.strip()}) > 1:
        return None
    named = all(item.strip() for _place, item, _quantity, _unit in rows)
    totals: dict[str, _Total] = {}
    for place, item, quantity, unit in rows:
        key = normalised(item) if named else ""
        total = totals.setdefault(key, _Total(place, shown(item) if named else "", unit))
        total.quantity += quantity or Decimal(0)
    return totals


def _rows(paper: Paper) -> Iterator[tuple[Place, str, Decimal | None, str]]:
    if paper.cartons:
        for index, line in enumerate(paper.cartons):
            place = at_line(paper, index, "quantity", line.quantity, "cartons")
            yield place, line.item_number, line.quantity, line.unit
    else:
        for index, goods in enumerate(paper.goods):
            yield (
                at_line(paper, index, "quantity", goods.quantity),
                goods.item_number,
                goods.quantity,
                goods.unit,
            )


def marks_agree(papers: PaperSet) -> Iterator[Finding]:
    """Rule 24: the same marks on every paper and label, and a package number "1-N" with N packages.

    A label may bear more, its side mark; a certificate of origin must write the marks out in full.
    """
    marked = [paper for paper in of_kind(papers, *_MARKED) if any(line.strip() for line in paper.marks)]
    for paper in marked:
        yield from _marks_elsewhere(paper)
        yield from _wrong_package_number(paper, papers)
    told = [paper for paper in marked if not _refers(paper.marks)]
    for paper in told[1:]:
        if not _same_marks(paper, told[0]):
            message = _(
                "The shipping marks on the {paper} are not those on the {other}.",
                paper=kind_name(paper.kind),
                other=kind_name(told[0].kind),
            )
            yield found(24, message, _marks_at(paper), _marks_at(told[0]))


def _marks_at(paper: Paper) -> Place:
    return at(paper, "marks", " / ".join(line for line in paper.marks if line.strip()))


def _refers(marks: Sequence[str]) -> bool:
    """Whether the marks only point elsewhere: "AS PER INVOICE NO. 18"."""
    return folded(" ".join(marks)).strip().startswith(("AS PER", "AS SHOWN", "SEE ", "详见"))


def _marks_elsewhere(paper: Paper) -> Iterator[Finding]:
    if paper.kind == "certificate_of_origin" and _refers(paper.marks):
        message = _("A certificate of origin must write the shipping marks out in full.")
        yield found(24, message, _marks_at(paper))


def _same_marks(paper: Paper, other: Paper) -> bool:
    mine, theirs = marks_key(paper.marks), marks_key(other.marks)
    # where a paper breaks the lines is no difference
    if paper.kind == "carton_label":
        return all(line in "".join(mine) for line in theirs)
    if other.kind == "carton_label":
        return all(line in "".join(theirs) for line in mine)
    return "".join(mine) == "".join(theirs)


def _wrong_package_number(paper: Paper, papers: PaperSet) -> Iterator[Finding]:
    line, counted = package_line(paper.marks), _counted(paper, papers)
    if not line or not counted or paper.kind == "carton_label":
        return
    packages = max(number for _place, number in counted)
    try:
        last = max(one.last for one in parse(line, packages))
    except InvalidValue:
        return
    if last not in {number for _place, number in counted}:
        message = _(
            "The marks number the packages up to {last}, but there are {packages}.",
            last=last,
            packages=packages,
        )
        yield found(24, message, at(paper, "marks", line), counted[0][0])


def _counted(paper: Paper, papers: PaperSet) -> list[tuple[Place, int]]:
    """How many packages there are: in each packing list and in all of them, else by the paper itself."""
    lists = [
        (at(one, "packages", one.packages), one.packages)
        for one in of_kind(papers, "packing_list")
        if one.packages is not None
    ]
    if lists:
        return [*lists, (lists[0][0], sum(number for _place, number in lists))]
    return [] if paper.packages is None else [(at(paper, "packages", paper.packages), paper.packages)]


CHECKS: dict[int, Check] = {23: cartons_complete, 24: marks_agree}
