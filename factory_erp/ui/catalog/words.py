"""How the catalogue says kinds, quantities, prices and packaging, in the user's language."""

from __future__ import annotations

from factory_erp.domain.errors import DomainError
from factory_erp.domain.hs import HsCode
from factory_erp.i18n import LANGUAGES, N_, _, ngettext
from factory_erp.models.catalog import ItemKind, LotRule, PackKind, Procurement
from factory_erp.services.catalogue.views import LoadView, PackView, TierView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

KINDS = {
    ItemKind.FINISHED: (N_("Finished"), Tone.INFO),
    ItemKind.SEMI_FINISHED: (N_("Semi-finished"), Tone.TEAL),
    ItemKind.RAW: (N_("Raw material"), Tone.NEUTRAL),
    ItemKind.PACKAGING: (N_("Packaging"), Tone.WARNING),
}
PROCUREMENT = {Procurement.MAKE: N_("Make"), Procurement.BUY: N_("Buy")}
LOT_RULES = {
    LotRule.PER_ORDER: N_("Per order"),
    LotRule.LOT_FOR_LOT: N_("Lot for lot"),
    LotRule.FIXED: N_("Fixed lot"),
    LotRule.PERIOD: N_("For a period"),
}
PACKS = {
    PackKind.INNER: N_("Inner box"),
    PackKind.MASTER: N_("Master carton"),
    PackKind.PALLET: N_("Pallet"),
}


def kind_pill(kind: ItemKind) -> PillCell:
    """The kind of item as a pill."""
    title, tone = KINDS[kind]
    return PillCell(_(title), tone)


def kind_choices() -> list[tuple[object, str]]:
    """Kinds of item to choose from."""
    return [(kind, _(title)) for kind, (title, _tone) in KINDS.items()]


def procurement_choices() -> list[tuple[object, str]]:
    """Make or buy, to choose from."""
    return [(one, _(title)) for one, title in PROCUREMENT.items()]


def lot_rule_choices() -> list[tuple[object, str]]:
    """Lot rules to choose from."""
    return [(rule, _(title)) for rule, title in LOT_RULES.items()]


def procurement(value: str) -> str:
    """'Make' or 'Buy'."""
    return _(PROCUREMENT[Procurement(value)])


def hs(code: str) -> str:
    """An HS code with its dots; one that is not sound is shown as it stands."""
    try:
        return HsCode.parse(code).format() if code else ""
    except DomainError:
        return code


def language_name(code: str) -> str:
    """A language under its own name."""
    return LANGUAGES.get(code, code)


def pack_row(pack: PackView, unit_code: str) -> tuple[str, str]:
    """(Level, what it holds, measures and weighs)."""
    size, net, gross = pack.size.format(), pack.net.format(), pack.gross.format()
    held = figures.quantity(pack.quantity, unit_code)
    return _(PACKS[pack.kind]), _(
        "{held} · {size} cm · net {net} kg, gross {gross} kg", held=held, size=size, net=net, gross=gross
    )


def load_row(load: LoadView, unit_code: str) -> tuple[str, str]:
    """(Container, how many cartons it takes)."""
    takes = ngettext(
        "takes {number} carton, {pieces}",
        "takes {number} cartons, {pieces}",
        load.cartons,
        number=figures.number(load.cartons),
        pieces=figures.quantity(load.pieces, unit_code),
    )
    return load.container, takes


def tier_row(tier: TierView, unit_code: str) -> tuple[str, str]:
    """(From which quantity, the price and its trade term)."""
    start = _("from {quantity}", quantity=figures.quantity(tier.min_quantity, unit_code))
    return start, f"{figures.money(tier.price)}  {tier.term}".rstrip()
