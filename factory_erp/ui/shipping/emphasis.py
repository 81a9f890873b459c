"""Which of the buttons of a step is the one to press now."""

from __future__ import annotations

from factory_erp.ui.kit.buttons import Button, Kind


def emphasize(button: Button, text: str, icon: str, *, primary: bool) -> None:
    """Say *text* on *button*; where it only repeats what is done, it stands back from the others."""
    button.setText(text)
    button.setAccessibleName(text)
    button.kind = Kind.PRIMARY if primary else Kind.PLAIN
    button.setProperty(Kind.PRIMARY.value, primary)
    button.set_icon(icon)
    button.style().unpolish(button)
    button.style().polish(button)
