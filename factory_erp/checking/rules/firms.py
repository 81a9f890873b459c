"""Rules 28, 40 and 41: how firms are named, neutral papers, and what is left empty or must not be there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from factory_erp.checking.credit import Credit
from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Paper, PaperKind, PaperSet
from factory_erp.checking.parties import compare_firms, name_key, postal
from factory_erp.checking.rules.reading import at, credit_of, in_credit, invoices, kind_name, of_kind, shown
from factory_erp.checking.texts import keys
from factory_erp.i18n import N_, _

_BY_SELLER: tuple[PaperKind, ...] = (
    "commercial_invoice",
    "packing_list",
    "beneficiary_certificate",
    "draft",
    "certificate_of_origin",
    "sales_contract",
)
_NEUTRAL: tuple[PaperKind, ...] = ("packing_list", "carton_label", "bill_of_lading", "certificate")


def names_alike(papers: PaperSet) -> Iterator[Finding]:
    """Rule 28: a firm is written the same everywhere; usual abbreviations are no error (article 14j).

    A misspelt name is to be looked at. On a transport document the applicant's address as consignee or
    notify party must be the one of the credit.
    """
    for measure, firm in _sellers(papers):
        for paper in of_kind(papers, *_BY_SELLER):
            yield from _misspelt(paper, "issuer", paper.issuer, measure, firm)
        for paper in of_kind(papers, "bill_of_lading"):
            yield from _misspelt(paper, "shipper", paper.shipper, measure, firm)
    for measure, firm in _buyers(papers):
        for paper, field, named in _buyer_places(papers):
            yield from _misspelt(paper, field, named, measure, firm)
    for credit in credit_of(papers):
        for paper in of_kind(papers, "bill_of_lading"):
            yield from _other_address(paper, "consignee", paper.consignee, credit)
            yield from _other_address(paper, "notify", paper.notify, credit)


def _sellers(papers: PaperSet) -> Iterator[tuple[Place, Firm]]:
    """The seller as the credit names him, else as the first invoice does."""
    for credit in credit_of(papers):
        if credit.beneficiary:
            yield in_credit("beneficiary", credit.beneficiary), credit.beneficiary
            return
    for paper in invoices(papers)[:1]:
        if paper.issuer:
            yield at(paper, "issuer", paper.issuer), paper.issuer


def _buyers(papers: PaperSet) -> Iterator[tuple[Place, Firm]]:
    for credit in credit_of(papers):
        if credit.applicant:
            yield in_credit("applicant", credit.applicant), credit.applicant
            return
    for paper in invoices(papers)[:1]:
        firm = paper.addressee or paper.buyer
        if firm:
            yield at(paper, "addressee" if paper.addressee else "buyer", firm), firm


def _buyer_places(papers: PaperSet) -> Iterator[tuple[Paper, str, Firm | None]]:
    for paper in papers.papers:
        yield paper, "addressee", paper.addressee
        yield paper, "buyer", paper.buyer
        yield paper, "consignee", paper.consignee
        yield paper, "notify", paper.notify


def _misspelt(paper: Paper, field: str, firm: Firm | None, measure: Place, wanted: Firm) -> Iterator[Finding]:
    if not firm or (paper.name == measure.document and field == measure.field):
        return
    if compare_firms(firm, wanted).name == "misspelt":
        message = _("'{name}' is spelt '{other}' elsewhere.", name=shown(firm.name), other=shown(wanted.name))
        yield found(28, message, at(paper, field, firm), measure)


def _other_address(paper: Paper, field: str, firm: Firm | None, credit: Credit) -> Iterator[Finding]:
    wanted = credit.applicant
    if not firm or not firm.address or not wanted.address:
        return
    likeness = compare_firms(firm, wanted)
    if likeness.name not in ("same", "abbreviated") or likeness.address != "different":
        return
    mine, theirs = set(name_key(postal(firm))), set(name_key(postal(wanted)))
    if not mine <= theirs and not theirs <= mine:
        message = _(
            "The {paper} gives the applicant an address that the credit does not.",
            paper=kind_name(paper.kind),
        )
        yield found(28, message, at(paper, field, firm), in_credit("applicant", wanted))


def neutral_where_asked(papers: PaperSet) -> Iterator[Finding]:
    """Rule 40: papers that the buyer hands on do not name the seller, and the packing list is not signed."""
    if not papers.neutral:
        return
    names = dict.fromkeys(
        name for firm in _seller_firms(papers) for name in (firm.name, firm.name_local) if keys(name)
    )
    for paper in of_kind(papers, *_NEUTRAL):
        for place in islice(_named_at(paper, names), 1):
            message = _(
                "The {paper} is to be neutral, but names the seller: {text}.",
                paper=kind_name(paper.kind),
                text=place.value,
            )
            yield found(40, message, place)
        if paper.kind == "packing_list" and paper.signed:
            message = _("A neutral packing list bears no signature or chop of the seller.")
            yield found(40, message, at(paper, "signed", _("signed")))


def _seller_firms(papers: PaperSet) -> Iterator[Firm]:
    if papers.seller:
        yield papers.seller
    yield from (firm for _place, firm in _sellers(papers))
    yield from (paper.issuer for paper in invoices(papers) if paper.issuer)


def _named_at(paper: Paper, names: Iterable[str]) -> Iterator[Place]:
    listed = list(names)
    for field, text in _texts(paper):
        if any(_mentions(text, name) for name in listed):
            yield at(paper, field, text)


def _texts(paper: Paper) -> Iterator[tuple[str, str]]:
    """Every text of the paper in which a firm can be named, with its field."""
    firms = (("issuer", paper.issuer), ("shipper", paper.shipper), ("addressee", paper.addressee))
    more = (("buyer", paper.buyer), ("consignee", paper.consignee), ("notify", paper.notify))
    for field, firm in (*firms, *more):
        if firm:
            yield field, f"{firm} {firm.name_local}"
    yield "text", paper.text
    yield "marks", "\n".join(paper.marks)
    yield "vessel", paper.vessel


def _mentions(text: str, name: str) -> bool:
    """Whether *text* names the firm, in full or with the usual abbreviations."""
    wanted = name_key(name)
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(name_key(text))} "


_Needs = Callable[[Paper], object]
_NEEDED: dict[PaperKind, tuple[tuple[str, _Needs], ...]] = {
    "commercial_invoice": (
        ("number", lambda paper: paper.number),
        ("date", lambda paper: paper.date),
        ("issuer", lambda paper: paper.issuer),
        ("addressee", lambda paper: paper.addressee or paper.buyer or paper.consignee),
        ("currency", lambda paper: paper.currency),
        ("total", lambda paper: paper.total is not None),
        ("goods", lambda paper: paper.goods),
    ),
    "packing_list": (
        ("packages", lambda paper: paper.packages is not None or paper.cartons),
        ("gross_kg", lambda paper: paper.gross_kg is not None or paper.cartons),
    ),
    "bill_of_lading": (
        ("consignee", lambda paper: paper.consignee),
        ("port_of_loading", lambda paper: paper.port_of_loading or paper.place_of_receipt),
        ("port_of_discharge", lambda paper: paper.port_of_discharge or paper.place_of_delivery),
    ),
    "certificate_of_origin": (("consignee", lambda paper: paper.consignee or paper.addressee),),
    "insurance": (
        ("insurance.insured", lambda paper: paper.insurance and paper.insurance.insured is not None),
    ),
    "draft": (
        ("total", lambda paper: paper.total is not None),
        ("draft.drawee", lambda paper: paper.draft and paper.draft.drawee),
        ("draft.tenor", lambda paper: paper.draft and paper.draft.tenor),
    ),
    "customs_declaration": (
        ("customs.consignor", lambda paper: paper.customs and paper.customs.consignor),
        ("customs.terms", lambda paper: paper.customs and paper.customs.terms),
        ("customs.trade_country", lambda paper: paper.customs and paper.customs.trade_country),
        ("customs.arrival_country", lambda paper: paper.customs and paper.customs.arrival_country),
        ("packages", lambda paper: paper.packages is not None),
        ("goods", lambda paper: paper.goods),
    ),
    "vgm_declaration": (("containers", lambda paper: paper.containers),),
}
"""Fields without which a paper is not fit for use."""

_FIELD_NAMES = {
    "number": N_("number"),
    "date": N_("date"),
    "issuer": N_("issuer"),
    "addressee": N_("addressee"),
    "currency": N_("currency"),
    "total": N_("total"),
    "goods": N_("goods"),
    "packages": N_("number of packages"),
    "gross_kg": N_("gross weight"),
    "consignee": N_("consignee"),
    "port_of_loading": N_("port of loading"),
    "port_of_discharge": N_("port of discharge"),
    "insurance.insured": N_("insured amount"),
    "draft.drawee": N_("drawee"),
    "draft.tenor": N_("tenor"),
    "customs.consignor": N_("consignor"),
    "customs.terms": N_("terms of trade"),
    "customs.trade_country": N_("trading country"),
    "customs.arrival_country": N_("country of arrival"),
    "containers": N_("containers"),
}


def complete_and_clean(papers: PaperSet) -> Iterator[Finding]:
    """Rule 41: no needed field is empty, and nobody on the papers bears a watched name."""
    for paper in papers.papers:
        for field, states in _NEEDED.get(paper.kind, ()):
            if not states(paper):
                message = _(
                    "The {paper} does not state its {field}.",
                    paper=kind_name(paper.kind),
                    field=_(_FIELD_NAMES[field]),
                )
                yield found(41, message, at(paper, field, ""))
    for name in dict.fromkeys(name for name in papers.watched_names if keys(name)):
        yield from _watched(papers, name)


def _watched(papers: PaperSet, name: str) -> Iterator[Finding]:
    message = _("'{name}' is on your list of names to watch.", name=shown(name))
    for paper in papers.papers:
        for field, text in chain(_texts(paper), _further_names(paper)):
            if _mentions(text, name):
                yield found(41, message, at(paper, field, text))
    for credit in credit_of(papers):
        for field, text in _credit_names(credit):
            if _mentions(text, name):
                yield found(41, message, in_credit(field, text))


def _further_names(paper: Paper) -> Iterator[tuple[str, str]]:
    if paper.certificate:
        yield "certificate.third_party", paper.certificate.third_party
        yield "certificate.producer", paper.certificate.producer
    if paper.draft:
        yield "draft.payee", paper.draft.payee
        yield "draft.drawee", str(paper.draft.drawee or "")
        yield "draft.drawn_under", paper.draft.drawn_under
    if paper.customs:
        yield "customs.consignor", paper.customs.consignor
        yield "customs.producer", paper.customs.producer


def _credit_names(credit: Credit) -> Iterator[tuple[str, str]]:
    yield "applicant", str(credit.applicant)
    yield "beneficiary", str(credit.beneficiary)
    yield "issuing_bank", credit.issuing_bank
    yield "advising_bank", credit.advising_bank
    yield "drawee", credit.drawee


CHECKS: dict[int, Check] = {28: names_alike, 40: neutral_where_asked, 41: complete_and_clean}
