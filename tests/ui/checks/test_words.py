"""How findings are said and marked."""

from __future__ import annotations

from factory_erp.services.paper_checks.checks import FindingView, PlaceView
from factory_erp.ui.checks.places import texts


def test_a_diff_keeps_hostile_text_as_text() -> None:
    places = tuple(
        PlaceView("x", "X", "goods", value, "") for value in ("<b>RED</b> CUP", "<img src='http://x'> CUP")
    )
    finding = FindingView(6, "E", "Title", "Message", "Article", places)
    assert all("<img" not in text and "<b>" not in text for text in texts(finding))
    plain = FindingView(20, "E", "Title", "Message", "Article", places)
    assert texts(plain)[0] == "&lt;b&gt;RED&lt;/b&gt; CUP"
