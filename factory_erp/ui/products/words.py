"""How the products page says views, completeness, kinds of rules and what becomes of items."""

from __future__ import annotations

from factory_erp.i18n import N_, _
from factory_erp.models.variants import RuleKind
from factory_erp.services.catalogue.texts import LanguageShare
from factory_erp.services.variants.making import GenerateReport
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

VIEW_NAMES = {
    "all": N_("All products"),
    "incomplete": N_("Texts missing"),
    "certificates": N_("Certificates lapsing"),
    "without_picture": N_("Without a picture"),
}
EMPTY_TEXTS = {
    "all": N_("No products yet. Make one with New product, or import them from Excel."),
    "incomplete": N_("Every product has its texts in English and Chinese."),
    "certificates": N_("No certificate lapses soon."),
    "without_picture": N_("Every product has a picture."),
}
KINDS = {
    RuleKind.COMPONENT: N_("Components"),
    RuleKind.OPERATION: N_("Operations"),
    RuleKind.WEIGHT: N_("Weight"),
    RuleKind.PRICE: N_("Prices"),
    RuleKind.TEXT: N_("Texts"),
}
"""Kinds of variant rules, in the order in which their tables stand."""


def share_tone(percent: int) -> Tone:
    """The tone of a share of complete texts."""
    if percent >= 100:
        return Tone.SUCCESS
    return Tone.WARNING if percent else Tone.DANGER


def percent_pill(percent: int) -> PillCell:
    """How complete the texts are: "80 %"."""
    return PillCell(_("{percent} %", percent=percent), share_tone(percent))


def share_text(share: LanguageShare) -> str:
    """How complete a language is: "zh_CN 80 %"."""
    return _("{language} {percent} %", language=share.language, percent=share.percent)


def report_text(report: GenerateReport) -> str:
    """What generating did, for the status bar."""
    return _(
        "Items: {created} made, {updated} changed, {unchanged} as they were.",
        created=figures.number(report.created),
        updated=figures.number(report.updated),
        unchanged=figures.number(report.unchanged),
    )
