"""Questions that go with a platform's change: why ours is kept, on what grounds a risky order goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _, pgettext
from factory_erp.services.platform_orders import intake
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.jobs import Jobs

WIDTH = 460
"""Of a dialog with a note, px."""


class KeepDialog(FormDialog):
    """Why our order stays as it is; nothing need be said."""

    def __init__(self, jobs: Jobs, exception_id: int, number: str, parent: QWidget | None = None) -> None:
        def use_case(values: Mapping[str, Any]) -> Callable[[], object]:
            return partial(intake.refuse_change, exception_id, values["note"] or "")

        super().__init__(
            jobs,
            _("Keep {number} as it is", number=number),
            [Field("note", _("Why"), FieldKind.NOTE, hint=_("For example: agreed with the buyer"))],
            {"note": ""},
            use_case,
            _("Keep ours"),
            note=_(
                "You are asked again only if the platform says something else. The platform is not told: "
                "agree on it with the buyer."
            ),
            parent=parent,
        )
        self.setMinimumWidth(WIDTH)


class ReleaseDialog(FormDialog):
    """On what grounds goods of an order may leave of which the platform warns."""

    def __init__(self, jobs: Jobs, order_id: int, number: str, parent: QWidget | None = None) -> None:
        def use_case(values: Mapping[str, Any]) -> Callable[[], object]:
            return partial(intake.release_risk, order_id, values["note"] or "")

        super().__init__(
            jobs,
            _("Release {number}", number=number),
            [Field("note", _("What you checked"), FieldKind.NOTE, hint=_("For example: paid in full"))],
            {"note": ""},
            use_case,
            pgettext("platform order", "Release"),
            note=_("The platform warns of this buyer or of the payment. Released, goods may leave."),
            parent=parent,
        )
        self.setMinimumWidth(WIDTH)
