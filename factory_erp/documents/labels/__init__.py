"""The words printed on export documents, in every language that a document can be written in.

They are data with a language, not interface text: a document's language is chosen for its reader.
English and Chinese stand side by side in the modules of this package, one module per topic; the other
languages come from the gettext catalogues ``translations/<language>/LC_MESSAGES/documents.mo``, whose
context is the key and whose message is the English text: a changed English text asks for a new translation.
The export declaration is filed in China: its words have no other languages.
"""

from __future__ import annotations

import gettext
from functools import cache

from factory_erp.config import translations_dir
from factory_erp.documents.labels import cartons, common, contracts, customs, origin, shipping, units

DOMAIN = "documents"

TRANSLATED = ("es", "fr", "de", "pt", "ru", "ar", "ja", "vi", "th")
"""Languages whose words come from a catalogue."""

_MODULES = (common, units, contracts, shipping, origin, customs, cartons)

LABELS: dict[str, tuple[str, str]] = {key: pair for module in _MODULES for key, pair in module.LABELS.items()}
"""Key → (English, Chinese)."""

SENTENCES: dict[str, tuple[str, str]] = {
    key: pair for module in _MODULES for key, pair in module.SENTENCES.items()
}
"""Key → sentence in English and Chinese, ``{places}`` filled by the document."""


class _Unknown(gettext.NullTranslations):
    """Answers for what a catalogue does not know: with nothing, so that it shows."""

    def pgettext(self, context: str, message: str) -> str:
        """Nothing."""
        return ""


@cache
def label(key: str, code: str) -> str:
    """The label *key* in the language *code*; in English where its catalogue lacks it."""
    return _worded(key, LABELS[key], code)


@cache
def sentence(key: str, code: str) -> str:
    """The sentence *key* with its ``{places}`` in the language *code*; in English where that is missing."""
    return _worded(key, SENTENCES[key], code)


def wanted() -> dict[str, str]:
    """Key → English of what the catalogues have to hold: all that is not filed in English or Chinese only."""
    own = (*customs.LABELS, *customs.SENTENCES)
    pairs = (LABELS | SENTENCES).items()
    return {key: english for key, (english, _chinese) in pairs if key not in own}


@cache
def missing(code: str) -> tuple[str, ...]:
    """Keys of labels and sentences that the language *code* has no words for."""
    if code not in TRANSLATED:
        return ()
    catalogue = _catalogue(code)
    return tuple(key for key, english in wanted().items() if not catalogue.pgettext(key, english))


def _worded(key: str, pair: tuple[str, str], code: str) -> str:
    english, chinese = pair
    if code == "en":
        return english
    return chinese if code == "zh_CN" else _catalogue(code).pgettext(key, english) or english


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    """The catalogue of *code*, an empty one where there is none."""
    known = gettext.translation(DOMAIN, str(translations_dir()), [code], fallback=True)
    if type(known) is gettext.NullTranslations:
        return _Unknown()
    known.add_fallback(_Unknown())
    return known
