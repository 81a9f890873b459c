"""Keep the gettext catalogues true: ``update`` them from the code, ``compile`` or ``check`` them.

python scripts/translations.py update     extract, merge into every language, fill English
python scripts/translations.py compile    write the .mo files that the program reads
python scripts/translations.py check      fail where a text is missing, fuzzy, unused or has other places

There are two kinds of catalogues: ``factory_erp``, the interface, and ``documents``, the words printed on
export documents in the languages of buyers, whose context is the key of the label or sentence.
"""

from __future__ import annotations

import re
import string
import sys
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
SENTENCE = re.compile(r"[a-z]{3,} [a-z]{3,} [a-z]{2,}")
"""Three plain English words in a row: no code, no name."""


def interface() -> Catalog:
    """Every text of the program, without the lines it stands on (they would change with each commit)."""
    catalogue = Catalog(project="factory_erp", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        str(ROOT),
        method_map=[("factory_erp/**.py", "python")],
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
    )
    for path, _line, message, comments, context in found:
        catalogue.add(message, locations=[(path, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return catalogue


def printed() -> Catalog:
    """Every word and sentence that documents print in the languages of buyers, its key as context."""
    from factory_erp.documents.labels import wanted

    catalogue = Catalog(project="documents", charset="utf-8", fuzzy=False)
    for key, english in wanted().items():
        catalogue.add(english, context=key)
    return catalogue


class Domain(NamedTuple):
    """The catalogues of one purpose: their name, their languages, and what they have to hold."""

    name: str
    languages: tuple[str, ...]
    extract: Callable[[], Catalog]

    def file_of(self, language: str) -> Path:
        """The catalogue of *language*."""
        return ROOT / "translations" / language / "LC_MESSAGES" / f"{self.name}.po"

    def load(self, language: str) -> Catalog:
        """The catalogue of *language*, an empty one where there is none yet."""
        path = self.file_of(language)
        if not path.exists():
            return Catalog(locale=language, project=self.name, fuzzy=False)
        with path.open("rb") as handle:
            return read_po(handle, locale=language)


BUYERS = ("es", "fr", "de", "pt", "ru", "ar", "ja", "vi", "th")
DOMAINS = (
    Domain("factory_erp", ("en", "zh_CN"), cache(interface)),
    Domain("documents", BUYERS, cache(printed)),
)


def compile_all() -> None:
    """The .mo files of the catalogues as they are."""
    for domain in DOMAINS:
        for language in domain.languages:
            compiled(domain, domain.load(language), language)


def update() -> None:
    """Merge what the code says now into every catalogue; English answers with the text itself."""
    for domain in DOMAINS:
        for language in domain.languages:
            catalogue = domain.load(language)
            # A copy: new messages are taken over as they are, and the next language would share their text.
            catalogue.update(deepcopy(domain.extract()), no_fuzzy_matching=True)
            catalogue.obsolete.clear()
            if language == "en":
                fill_english(catalogue)
            write(domain, catalogue, language)


def fill_english(catalogue: Catalog) -> None:
    """The source texts are English already."""
    for message in catalogue:
        if message.id and not _translated(message):
            message.string = message.id
            message.flags.discard("fuzzy")


def write(domain: Domain, catalogue: Catalog, language: str) -> None:
    """The .po, sorted so that a change shows as itself, and the .mo that the program reads."""
    path = domain.file_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.revision_date = catalogue.creation_date
    with path.open("wb") as handle:
        write_po(handle, catalogue, sort_output=True, ignore_obsolete=True, omit_header=False, width=110)
    compiled(domain, catalogue, language)


def compiled(domain: Domain, catalogue: Catalog, language: str) -> None:
    """Write the .mo."""
    with domain.file_of(language).with_suffix(".mo").open("wb") as handle:
        write_mo(handle, catalogue)


def _translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings)


def problems(domain: Domain, language: str) -> list[str]:
    """What keeps the catalogue of *language* from being complete and right."""
    catalogue, wanted = domain.load(language), domain.extract()
    present, known = _keys(catalogue), _keys(wanted)
    found = [f"{language}: not in the catalogue: {m.id!r}" for m in wanted if m.id and _key(m) not in present]
    for message in catalogue:
        if not message.id:
            continue
        if _key(message) not in known:
            found.append(f"{language}: not used any more: {message.id!r}")
        elif not _translated(message) or "fuzzy" in message.flags:
            found.append(f"{language}: not translated: {message.id!r}")
        elif language != "en" and _still_english(message):
            found.append(f"{language}: still in English: {message.id!r}")
        elif not _same_places(message):
            found.append(f"{language}: other places than the source: {message.id!r}")
    return found


def _still_english(message: Message) -> bool:
    return message.string == message.id and bool(SENTENCE.search(str(message.id)))


def _key(message: Message) -> tuple[object, str | None]:
    return (tuple(message.id) if isinstance(message.id, list | tuple) else message.id, message.context)


def _keys(catalogue: Catalog) -> set[tuple[object, str | None]]:
    return {_key(message) for message in catalogue if message.id}


def _same_places(message: Message) -> bool:
    sources = message.id if isinstance(message.id, list | tuple) else (message.id,)
    strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
    allowed = set().union(*(_places(source) for source in sources))
    needed = _places(sources[-1])
    return all(_places(text) <= allowed for text in strings) and (
        len(sources) > 1 or _places(strings[0]) == needed
    )


def _places(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def check() -> int:
    """Print what is wrong; the exit status."""
    found = [p for domain in DOMAINS for language in domain.languages for p in problems(domain, language)]
    for problem in found:
        print(problem)
    for domain in DOMAINS:
        print(f"{domain.name}: {len(domain.languages)} languages, {len(_keys(domain.extract()))} texts")
    print(f"{len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] == ["compile"]:
        compile_all()
    else:
        sys.exit(check())
