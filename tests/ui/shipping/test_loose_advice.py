"""That loose cargo is cheaper is said where it is, and nowhere else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from factory_erp.documents.details.labels import LoadingDetails
from factory_erp.services.issuing.loading import LoadingView
from factory_erp.ui.shipping.words import loose_advice


@pytest.mark.parametrize(
    ("volume", "limit", "said"),
    [
        ("6.24", "14.29", "6.2 m³ cost less as loose cargo (LCL): at usual rates a container pays from about "
         "14 m³."),
        ("14.29", "14.29", ""),
        ("6.24", None, ""),
    ],
)  # fmt: skip
def test_loose_cargo_is_advised_below_the_break_even(volume: str, limit: str | None, said: str) -> None:
    view = LoadingView(
        LoadingDetails(()), (), (), (), "1-5",
        cubic_metres=Decimal(volume), loose_below=None if limit is None else Decimal(limit),
    )  # fmt: skip
    assert loose_advice(view) == said
