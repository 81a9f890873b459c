"""Languages under their own names."""

from __future__ import annotations

import pytest

from factory_erp.ui.catalog.languages import language_title, more_languages


@pytest.mark.parametrize(
    ("code", "title"),
    [("en", "English (en)"), ("de", "Deutsch (de)"), ("qx9", "qx9"), ("zh_CN", "简体中文 (zh_CN)")],
)
def test_languages_are_named_in_themselves(code: str, title: str) -> None:
    assert language_title(code) == title


def test_a_language_in_use_is_not_offered_again() -> None:
    assert "de" in more_languages(["en"])
    assert "de" not in more_languages(["en", "de"])
