"""How findings, their severity and the papers that they name are said.  No Qt."""

from __future__ import annotations

from factory_erp.checking.demands import Demand
from factory_erp.checking.findings import Severity
from factory_erp.checking.papers import PaperKind
from factory_erp.checking.rules.reading import kind_name
from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.paper_checks.checks import CheckView, FindingView
from factory_erp.services.paper_checks.sets import PaperState
from factory_erp.ui.checks.field_words import field_name
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

SEVERITIES: dict[Severity, tuple[str, Tone]] = {
    "E": (N_("Will be refused"), Tone.DANGER),
    "W": (N_("Look at it"), Tone.WARNING),
    "I": (N_("Worth knowing"), Tone.INFO),
}
"""Severity → what it means for the person, and its tone; in the order of the panel."""


def paper_name(kind: PaperKind) -> str:
    """The paper's name in the user's language, as a caption."""
    name = kind_name(kind)
    return name[:1].upper() + name[1:]


def severity_pill(severity: Severity) -> PillCell:
    """What a finding of that severity means, as a word and its tone."""
    text, tone = SEVERITIES[severity]
    return PillCell(_(text), tone)


def demanded(demand: Demand) -> str:
    """How many of the paper are asked for: "1 original, 2 copies, signed"."""
    parts = []
    if demand.full_set:
        parts.append(_("full set"))
    elif demand.originals:
        said = ngettext("{number} original", "{number} originals", demand.originals, number=demand.originals)
        parts.append(said)
    if demand.copies:
        parts.append(ngettext("{number} copy", "{number} copies", demand.copies, number=demand.copies))
    if demand.signed:
        parts.append(_("signed"))
    return ", ".join(parts)


def source(finding: FindingView) -> str:
    """The rule's number and where it comes from."""
    return _("Rule {number}: {article}", number=finding.rule, article=finding.article)


def as_text(view: CheckView) -> str:
    """All findings as lines to paste into an e-mail."""
    lines = [
        _("Checked: {papers}", papers=", ".join(f"{one.name} {one.number}".strip() for one in view.papers))
    ]
    if view.credit:
        lines.append(_("Letter of credit: {number}", number=view.credit))
    if not view.findings:
        lines.append(_("Nothing was found."))
    for finding in view.findings:
        lines.append(f"[{finding.severity}] {finding.title}: {finding.message} ({finding.article})")
        lines += [f"    {one.document}, {field_name(one.field)}: {one.value}" for one in finding.places]
    return "\n".join(lines)


def paper_pill(paper: PaperState) -> PillCell:
    """Whether the paper was checked as it was issued, as drafted, or as others wrote it."""
    if paper.problem:
        return PillCell(_("Not checked"), Tone.WARNING)
    if paper.foreign:
        return PillCell(_("By others"), Tone.TEAL)
    return PillCell(_("Draft"), Tone.INFO) if paper.drafted else PillCell(_("Issued"), Tone.SUCCESS)


def summary(view: CheckView) -> str:
    """That nothing was found, and among what; nothing where something was."""
    if view.findings:
        return ""
    checked = sum(not paper.problem for paper in view.papers)
    papers = ngettext("{number} document", "{number} documents", checked, number=checked)
    if view.credit:
        return _("All in order: {papers} agree with each other and with the letter of credit {number}.",
                 papers=papers, number=view.credit)  # fmt: skip
    return _("All in order: {papers} agree with each other.", papers=papers)
