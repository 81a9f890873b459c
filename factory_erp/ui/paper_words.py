"""How the pages say what a document is, which language it is in, and whether it holds.  No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, get_args

from factory_erp.documents.snapshot import Language
from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.documents import DocumentState
from factory_erp.services.issuing.register import RegisterRow
from factory_erp.services.papers.kinds import PAPERS, languages_of
from factory_erp.services.papers.lacking import Lacking
from factory_erp.ui.kit.context import SearchHit
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

if TYPE_CHECKING:
    from factory_erp.services.issuing.drafts import Draft

LANGUAGES = {
    "bilingual": N_("English and Chinese"),
    "en": N_("English"),
    "zh_CN": N_("Chinese"),
    "es": N_("Spanish"),
    "fr": N_("French"),
    "de": N_("German"),
    "pt": N_("Portuguese"),
    "ru": N_("Russian"),
    "ar": N_("Arabic"),
    "ja": N_("Japanese"),
    "vi": N_("Vietnamese"),
    "th": N_("Thai"),
}
"""Language of a document → its name."""

NAMED = 5
"""Items or texts that a sentence names; the others it counts."""

STATES = {
    DocumentState.ISSUED: (N_("In force"), Tone.SUCCESS),
    DocumentState.SUPERSEDED: (N_("Superseded"), Tone.NEUTRAL),
    DocumentState.CANCELLED: (N_("Cancelled"), Tone.DANGER),
}


def language_name(code: str) -> str:
    """The document language in the user's language; the code itself where nobody knows it."""
    return _(LANGUAGES[code]) if code in LANGUAGES else code


def as_language(code: object) -> Language | None:
    """The document language of that code; None for no such one."""
    return next((known for known in get_args(Language) if known == code), None)


def language_choices(kind: str = "") -> list[tuple[object, str]]:
    """(language, name) of every language that a document of *kind* ("": any) can be in."""
    known = languages_of(kind)
    return [(code, _(name)) for code, name in LANGUAGES.items() if code in known]


def kind_name(kind: str, variant: str = "") -> str:
    """What the paper is called; the second of its kind has its variant behind the name."""
    known = PAPERS.get(kind)
    name = _(known.name) if known else kind
    return f"{name} {variant}" if variant else name


def state_pill(state: DocumentState) -> PillCell:
    """Whether the document holds, as a word and its tone."""
    text, tone = STATES[state]
    return PillCell(_(text), tone)


def found_document(row: RegisterRow) -> SearchHit:
    """An issued document as the search of everything shows it."""
    said = (kind_name(row.kind, row.variant), row.partner)
    return SearchHit(row.number, " · ".join(filter(None, said)), row.own_link)


def kind_choices(anything: str) -> list[tuple[object, str]]:
    """(kind, name) of every kind, after ("", *anything*)."""
    return [("", anything), *((kind, kind_name(kind)) for kind in PAPERS)]


def lacking_text(lacking: Iterable[Lacking]) -> str:
    """What a paper will print in another language than its own, in a few sentences; "" where nothing is."""
    said = [sentence for one in lacking for sentence in _sentences(one)]
    if said:
        said.append(_("What is missing is printed in English, or as it is."))
    return " ".join(said)


def draft_text(draft: Draft, most: int = 2) -> str:
    """What a draft lacks and what speaks against printing it, the first *most* of many; "" where nothing."""
    said = [lacking_text(draft.lacking), *draft.cautions[:most]]
    if (rest := len(draft.cautions) - most) > 0:
        said.append(ngettext("And {count} more.", "And {count} more.", rest))
    return " ".join(filter(None, said))


def _sentences(one: Lacking) -> Iterable[str]:
    language = language_name(one.language)
    if count := len(one.goods):
        yield ngettext(
            "{count} item has no name in {language}: {items}.",
            "{count} items have no name in {language}: {items}.",
            count, language=language, items=_first(one.goods),
        )  # fmt: skip
    if count := len(one.texts):
        yield ngettext(
            "{count} text is not in {language}: {texts}.",
            "{count} texts are not in {language}: {texts}.",
            count, language=language, texts=_first([_short(text) for text in one.texts]),
        )  # fmt: skip
    if one.words:
        yield ngettext(
            "{count} word of the form is not in {language}.",
            "{count} words of the form are not in {language}.",
            one.words, language=language,
        )  # fmt: skip


def _first(said: Sequence[str]) -> str:
    return ", ".join(said[:NAMED]) + (" …" if len(said) > NAMED else "")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 30 else f"{line[:29]}…"
