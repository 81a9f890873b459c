"""Keep the gettext catalogues true: ``update`` them from the code, ``compile`` or ``check`` them.

python scripts/translations.py update     extract, merge into every language, fill English
python scripts/translations.py compile    write the .mo files that the program reads
python scripts/translations.py check      fail where a text is missing, fuzzy, unused or has other places
"""

from __future__ import annotations

import re
import string
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en", "zh_CN")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
CHINESE = re.compile(r"[\u3400-\u9fff]")


def file_of(language: str) -> Path:
    """The catalogue of *language*."""
    return ROOT / "translations" / language / "LC_MESSAGES" / "factory_erp.po"


def extract() -> Catalog:
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


def load(language: str) -> Catalog:
    """The catalogue of *language*, an empty one where there is none yet."""
    path = file_of(language)
    if not path.exists():
        return Catalog(locale=language, project="factory_erp", fuzzy=False)
    with path.open("rb") as handle:
        return read_po(handle, locale=language)


def compile_all() -> None:
    """The .mo files of the catalogues as they are."""
    for language in LANGUAGES:
        compiled(load(language), language)


def update() -> None:
    """Merge what the code says now into every catalogue; English answers with the text itself."""
    for language in LANGUAGES:
        catalogue = load(language)
        catalogue.update(extract(), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        if language == "en":
            fill_english(catalogue)
        write(catalogue, language)


def fill_english(catalogue: Catalog) -> None:
    """The source texts are English already."""
    for message in catalogue:
        if message.id and not _translated(message):
            message.string = message.id
            message.flags.discard("fuzzy")


def write(catalogue: Catalog, language: str) -> None:
    """The .po, sorted so that a change shows as itself, and the .mo that the program reads."""
    path = file_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.revision_date = catalogue.creation_date
    with path.open("wb") as handle:
        write_po(handle, catalogue, sort_output=True, ignore_obsolete=True, omit_header=False, width=110)
    compiled(catalogue, language)


def compiled(catalogue: Catalog, language: str) -> None:
    """Write the .mo."""
    with file_of(language).with_suffix(".mo").open("wb") as handle:
        write_mo(handle, catalogue)


def _translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings)


def problems(language: str) -> list[str]:
    """What keeps the catalogue of *language* from being complete and right."""
    catalogue, wanted = load(language), extract()
    found = [
        f"{language}: not in the catalogue: {m.id!r}"
        for m in wanted
        if m.id and _key(m) not in _keys(catalogue)
    ]
    known = _keys(wanted)
    for message in catalogue:
        if not message.id:
            continue
        if _key(message) not in known:
            found.append(f"{language}: not used any more: {message.id!r}")
        elif not _translated(message) or "fuzzy" in message.flags:
            found.append(f"{language}: not translated: {message.id!r}")
        elif not _same_places(message):
            found.append(f"{language}: other places than the source: {message.id!r}")
    return found


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
    found = [problem for language in LANGUAGES for problem in problems(language)]
    for problem in found:
        print(problem)
    print(f"{len(LANGUAGES)} languages, {len(_keys(extract()))} texts, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] == ["compile"]:
        compile_all()
    else:
        sys.exit(check())
