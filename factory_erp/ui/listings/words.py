"""How the page of listings says views, states, problems and results."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from factory_erp.domain.errors import DomainError
from factory_erp.domain.listings import LeadTier
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import N_, _, language, ngettext
from factory_erp.models.platforms import OutboxState
from factory_erp.services.listings.messages import Kind
from factory_erp.services.listings.publish import PublishOutcome
from factory_erp.sync.connectors.registry import PLATFORMS
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

VIEW_NAMES = {
    "all": N_("All listings"),
    "draft": N_("Drafts"),
    "online": N_("Online"),
    "review": N_("In review"),
    "rejected": N_("Rejected"),
    "problems": N_("With problems"),
    "differs": N_("Changed"),
}
EMPTY_TEXTS = {
    "all": N_("Nothing is listed yet. Add products to a platform account with Add products."),
    "draft": N_("No listing is a draft."),
    "online": N_("No listing is online."),
    "review": N_("No listing waits for the platform's review."),
    "rejected": N_("The platform rejected no listing."),
    "problems": N_("No listing has a problem that keeps it from being published."),
    "differs": N_("Every listing is on the platform as it should be."),
}
MESSAGE_STATES = {
    OutboxState.NEW: (N_("Waiting"), Tone.INFO),
    OutboxState.SENT: (N_("Being sent"), Tone.INFO),
    OutboxState.DONE: (N_("Done"), Tone.SUCCESS),
    OutboxState.FAILED: (N_("Refused"), Tone.DANGER),
    OutboxState.UNKNOWN: (N_("Not confirmed"), Tone.WARNING),
}
MESSAGE_KINDS = {
    Kind.LISTING: N_("Content"),
    Kind.SHELF: N_("Shelf"),
    Kind.PRICES: N_("Prices"),
    Kind.STOCK: N_("Stock"),
    Kind.LEAD_TIME: N_("Lead time"),
}


def platform(code: str) -> str:
    """The platform's name; its code where it has no connector any more."""
    return _(PLATFORMS[code].title) if code in PLATFORMS else code


def place(account: str, code: str) -> str:
    """Account and platform, "Cup shop · Alibaba.com"; the account alone where its name says the platform."""
    title = platform(code)
    return account if title.casefold() in account.casefold() else f"{account} · {title}"


def message_pill(state: OutboxState) -> PillCell:
    """What is known of a message."""
    title, tone = MESSAGE_STATES[state]
    return PillCell(_(title), tone)


def price(value: Decimal, currency: str) -> str:
    """A price without its currency, in the currency's decimals: 3.20; more only where there are more."""
    try:
        return UnitPrice(value, currency).format(language())
    except DomainError:
        return figures.number(value)


def price_span(prices: tuple[Decimal, Decimal] | None, currency: str) -> str:
    """ "USD 2.95–3.20", or one price; nothing for none."""
    if prices is None:
        return ""
    least, most = (price(value, currency) for value in prices)
    return f"{currency} {least}" if least == most else f"{currency} {least}–{most}"


def lead(tiers: Sequence[LeadTier]) -> str:
    """ "12 days", or "12–20 days" where more takes longer; nothing where nothing is known."""
    if not tiers:
        return ""
    first, last = tiers[0].days, tiers[-1].days
    if first == last:
        return ngettext("{count} day", "{count} days", first)
    return _("{first}–{last} days", first=first, last=last)


def added(new: int, there: int) -> str:
    """What became of products that were to be listed, for the status bar."""
    said = []
    if new or not there:
        said.append(
            ngettext(
                "{number} product is listed as a draft.",
                "{number} products are listed as drafts.",
                new,
                number=figures.number(new),
            )
        )
    if there:
        said.append(
            ngettext(
                "{number} product was listed already.",
                "{number} products were listed already.",
                there,
                number=figures.number(there),
            )
        )
    return " ".join(said)


def queued(outcome: PublishOutcome) -> str:
    """What became of it, for the status bar."""
    said = [
        ngettext(
            "{number} listing waits to be sent",
            "{number} listings wait to be sent",
            len(outcome.queued),
            number=figures.number(len(outcome.queued)),
        )
    ]
    if outcome.unchanged:
        said.append(_("{number} unchanged", number=figures.number(len(outcome.unchanged))))
    if outcome.refused:
        said.append(_("{number} refused", number=figures.number(len(outcome.refused))))
    return ", ".join(said) + "."
