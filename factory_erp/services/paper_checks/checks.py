"""What is wrong with the papers of a shipment, as the window and the command line show it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from factory_erp.checking import engine
from factory_erp.checking.findings import CREDIT, RULES, Finding, Place, Severity
from factory_erp.checking.rules.reading import KIND_NAMES, kind_name
from factory_erp.i18n import _
from factory_erp.models.shipping import Shipment
from factory_erp.services.base import query
from factory_erp.services.paper_checks.sets import CheckSet, PaperState, gathered
from factory_erp.services.shipping.facts import load

_EMPTY_FIELDS = 41


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where a value stands: *ref* names the paper as findings do, *document* as a person does.

    *field* is its path as in the set file; *kind* and *variant* say which paper has to be opened for it
    (none for the letter of credit and for what is no paper), *link* leads to the page that holds it.
    """

    ref: str
    document: str
    field: str
    value: str
    link: str
    kind: str = ""
    variant: str = ""
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class FindingView:
    """One thing that is wrong: the *places* disagree, the first is wrong, the others are the measure."""

    rule: int
    severity: Severity
    title: str
    message: str
    article: str
    places: tuple[PlaceView, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """The papers by their *ref*, each once."""
        return tuple(dict.fromkeys(place.ref for place in self.places))

    @property
    def fields(self) -> tuple[str, ...]:
        """The paths, each once."""
        return tuple(dict.fromkeys(place.field for place in self.places))


@dataclass(frozen=True, slots=True)
class CheckView:
    """The findings by rule, the papers that were checked, and the number of the *credit*, "" without one."""

    findings: tuple[FindingView, ...]
    papers: tuple[PaperState, ...]
    credit: str

    def count(self, severity: Severity) -> int:
        """How many findings are of that severity."""
        return sum(finding.severity == severity for finding in self.findings)


@query
def check_shipment(session: Session, shipment_id: int) -> CheckView:
    """Check the papers of the shipment as they stand. Raises NotFound."""
    shipment = load(session, shipment_id)
    checked = gathered(session, shipment)
    shown = _Shown(checked, shipment)
    found = [finding for finding in engine.check(checked.papers) if not shown.is_to_come(finding)]
    credit = checked.papers.credit
    return CheckView(
        findings=tuple(shown.finding(one) for one in found),
        papers=checked.states,
        credit=credit.number if credit else "",
    )


class _Shown:
    """Findings with the papers' own names and links."""

    def __init__(self, checked: CheckSet, shipment: Shipment) -> None:
        self._states = {state.ref: state for state in checked.states}
        self._papers = f"erp://shipping/{shipment.id}"
        self._credit = f"erp://credits/{checked.credit_id}" if checked.credit_id else self._papers

    def is_to_come(self, finding: Finding) -> bool:
        """Whether it only says that a draft has no number: it gets one when it is issued."""
        return finding.rule == _EMPTY_FIELDS and all(
            place.field == "number" and not place.value and self._is_draft(place.document)
            for place in finding.places
        )

    def _is_draft(self, ref: str) -> bool:
        state = self._states.get(ref)
        return state is not None and state.drafted

    def finding(self, finding: Finding) -> FindingView:
        """The finding with its rule's title."""
        return FindingView(
            finding.rule,
            finding.severity,
            _(RULES[finding.rule].title),
            finding.message,
            finding.article,
            tuple(self._place(place) for place in finding.places),
        )

    def _place(self, place: Place) -> PlaceView:
        ref, state = place.document, self._states.get(place.document)
        if ref == CREDIT:
            return PlaceView(ref, _("Letter of credit"), place.field, place.value, self._credit)
        if state is None:
            return PlaceView(ref, _name(ref), place.field, place.value, self._papers)
        name = f"{state.name} {state.number}".strip()
        return PlaceView(
            ref, name, place.field, place.value, self._papers, state.kind, state.variant, state.foreign
        )


def _name(ref: str) -> str:
    """What stands in the place of a paper: the suppliers' invoices, or a kind of paper that is missing."""
    if ref == "supplier_invoices":
        return _("Suppliers' VAT invoices")
    kind = next((kind for kind in KIND_NAMES if kind == ref), None)
    name = kind_name(kind) if kind else _("Shipment")
    return f"{name[:1].upper()}{name[1:]}"  # the rest as it is: VGM declaration
