"""The check of a shipment's papers: what was found, where, and the papers that others write."""

from factory_erp.ui.checks.foreign_dialog import ForeignDialog
from factory_erp.ui.checks.panel import FindingsPanel

__all__ = ["FindingsPanel", "ForeignDialog"]
