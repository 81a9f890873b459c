"""The material plan: what it suggests, what comes late, who is supplied by whom, and purchases."""

from factory_erp.ui.material.page import MaterialPage

__all__ = ["MaterialPage"]
