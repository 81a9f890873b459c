"""How the inquiry pages put sources, states, deadlines and ways into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.inquiries import InquirySource, InquiryState, QuotationState
from factory_erp.models.platforms import OutboxState
from factory_erp.services.inquiries.intake import InquiriesTaken
from factory_erp.services.inquiries.quotation_views import QuotationRow
from factory_erp.services.inquiries.states import INQUIRY_STATE_NAMES, QUOTATION_STATE_NAMES, SOURCE_NAMES
from factory_erp.services.inquiries.views import InquiryDetail, InquiryRow, Urgency
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Cell, PillCell
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.platforms.words import outbox_pill

ALL = "all"
"""Key of the chip that shows every record."""

SOURCE_ICONS = {
    InquirySource.MESSAGE: "chat",
    InquirySource.RFQ: "document",
    InquirySource.EMAIL: "mail",
    InquirySource.FILE: "import",
    InquirySource.TYPED: "edit",
}

SOURCE_WORDS = {
    InquirySource.MESSAGE: N_("Message"),
    InquirySource.RFQ: N_("RFQ"),
    InquirySource.EMAIL: N_("E-mail"),
    InquirySource.FILE: N_("From a file"),
    InquirySource.TYPED: N_("Typed in"),
}
"""Short enough for a column of the inbox."""

INQUIRY_CHIPS = {
    InquiryState.NEW: N_("New inquiries"),
    InquiryState.ANSWERED: N_("Answered"),
    InquiryState.QUOTED: N_("Quoted"),
    InquiryState.WON: N_("Won"),
    InquiryState.LOST: N_("Lost"),
}

INQUIRY_TONES = {
    InquiryState.NEW: Tone.ACCENT,
    InquiryState.ANSWERED: Tone.INFO,
    InquiryState.QUOTED: Tone.TEAL,
    InquiryState.WON: Tone.SUCCESS,
    InquiryState.LOST: Tone.NEUTRAL,
}

QUOTATION_TONES = {
    QuotationState.DRAFT: Tone.NEUTRAL,
    QuotationState.SENT: Tone.INFO,
    QuotationState.ACCEPTED: Tone.SUCCESS,
    QuotationState.DECLINED: Tone.NEUTRAL,
    QuotationState.EXPIRED: Tone.WARNING,
}

URGENCY_TONES = {Urgency.SOON: Tone.WARNING, Urgency.OVERDUE: Tone.DANGER}

EMPTY_INQUIRIES = {
    ALL: N_(
        "No inquiries yet. Type one in (Ctrl+N), drop e-mails here, or connect a platform account: "
        "its inquiries arrive here."
    ),
    InquiryState.NEW: N_("Nothing waits for an answer."),
    InquiryState.ANSWERED: N_("No inquiry is answered and waits for the buyer."),
    InquiryState.QUOTED: N_("No quotation waits for a buyer's word."),
    InquiryState.WON: N_("No inquiry has become an order yet."),
    InquiryState.LOST: N_("No inquiry was given up."),
}

_EXPIRING = 3
"""Days before its end from which a sent quotation is worth a word to the buyer."""


@dataclass(frozen=True, slots=True)
class SourceCell:
    """Where an inquiry came from: a picture and a word."""

    text: str
    icon: str
    tone: str = "neutral"


def source_cell(source: InquirySource) -> SourceCell:
    """The source as the inbox shows it."""
    return SourceCell(_(SOURCE_WORDS[source]), SOURCE_ICONS[source])


def source(row: InquiryRow) -> str:
    """Where it came from, with the shop where it has one."""
    return _(", ").join(part for part in (_(SOURCE_NAMES[row.source]), row.account) if part)


def inquiry_pill(state: InquiryState) -> PillCell:
    """How far the inquiry is."""
    return PillCell(_(INQUIRY_STATE_NAMES[state]), INQUIRY_TONES[state])


def quotation_pill(row: QuotationRow) -> PillCell:
    """How the quotation stands; a draft that is on its way to a platform says how that goes."""
    if row.state is QuotationState.DRAFT and row.delivery not in (None, OutboxState.DONE):
        assert row.delivery is not None
        return outbox_pill(row.delivery)
    return PillCell(_(QUOTATION_STATE_NAMES[row.state]), QUOTATION_TONES[row.state])


def deadline(row: InquiryRow) -> Cell:
    """Until when the platform takes an answer; urgent ones stand out."""
    said = figures.local(row.answer_by)
    tone = URGENCY_TONES.get(row.urgency)
    return said if tone is None else PillCell(said, tone)


def time_left(row: InquiryRow) -> str:
    """What the deadline means now; empty where nothing presses."""
    if row.urgency is Urgency.OVERDUE:
        return _("The time to answer is over")
    if row.urgency is Urgency.SOON:
        return _("Answer by {moment}", moment=figures.local(row.answer_by))
    return ""


def buyer(row: InquiryRow) -> str:
    """Who asks, as the inquiry names him, else the customer; platforms name some buyers only later."""
    return row.buyer_name or row.customer or _("Buyer without a name")


def wanted(quantity: Decimal | None, unit: str) -> str:
    """How many the buyer asks for: 1,840 PCS; nothing where he does not say."""
    if quantity is None:
        return ""
    return figures.quantity(quantity, unit) if unit else figures.number(quantity)


def validity(row: QuotationRow) -> str:
    """Until when the offer stands, in words where that is soon or was lately."""
    if row.state is QuotationState.EXPIRED:
        return ngettext("expired {count} day ago", "expired {count} days ago", -row.days_left)
    if row.state is not QuotationState.SENT or row.days_left > _EXPIRING:
        return ""
    if not row.days_left:
        return _("last day")
    return ngettext("{count} day left", "{count} days left", row.days_left)


def way(detail: InquiryDetail) -> str:
    """How an answer reaches the buyer, as the reply box says it."""
    if detail.through_platform and not detail.takes_replies:
        return _("The platform takes a quotation only. What you write here is kept as sent by you.")
    if detail.through_platform:
        return _("Goes to the buyer through {account}.", account=detail.row.account)
    if detail.buyer_email:
        return _(
            "You send it yourself: your mail program opens with it, addressed to {address}.",
            address=detail.buyer_email,
        )
    return _("You send it yourself: it is copied, and kept here as sent.")


def brought(taken: InquiriesTaken) -> str:
    """What an import brought: "3 new inquiries, 1 with news"."""
    counted = (
        (taken.created, ngettext("{count} new inquiry", "{count} new inquiries", taken.created)),
        (taken.updated, ngettext("{count} with news", "{count} with news", taken.updated)),
        (taken.unchanged, ngettext("{count} known already", "{count} known already", taken.unchanged)),
    )
    return _(", ").join(text for count, text in counted if count) or _("Nothing was taken in.")


def counts(rows: Sequence[InquiryRow], *, cut: bool) -> str:
    """The line under the page's title; *cut*: there are more than are listed."""
    waiting = sum(row.waiting for row in rows)
    urgent = sum(row.urgency is not Urgency.NONE for row in rows)
    said = [
        ngettext("{number} waits for an answer", "{number} wait for an answer", waiting,
                 number=figures.number(waiting)),
    ]  # fmt: skip
    if urgent:
        said.append(ngettext("{count} is urgent", "{count} are urgent", urgent))
    if cut:
        said.append(_("search for older ones"))
    return " · ".join(said)
