"""Build hook: compile the gettext catalogues, so that a wheel and a checkout both have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):
    """``translations/*/LC_MESSAGES/*.po`` → ``.mo`` beside it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the wheel is packed (and before an editable install)."""
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for source in Path(self.root, "translations").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as handle:
                catalogue = read_po(handle, locale=source.parts[-3])
            with source.with_suffix(".mo").open("wb") as handle:
                write_mo(handle, catalogue)
        build_data["artifacts"].append("*.mo")
