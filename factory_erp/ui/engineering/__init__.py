"""Engineering: work centres and machines, calendars, changeovers, standard costs."""

from factory_erp.ui.engineering.page import EngineeringPage

__all__ = ["EngineeringPage"]
