"""Letters of credit: the list, one credit with its terms and shipments, the bank's message pasted."""

from factory_erp.ui.credits.page import CreditsPage

__all__ = ["CreditsPage"]
