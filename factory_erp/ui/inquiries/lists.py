"""The two lists of the page behind tabs: what buyers ask, and what was offered."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _
from factory_erp.ui.inquiries.inbox import Inbox
from factory_erp.ui.inquiries.quotation_list import QuotationList
from factory_erp.ui.inquiries.work import Lists
from factory_erp.ui.kit.tabs import Tabs

INBOX, QUOTATIONS = "inbox", "quotations"


class ListTabs(Tabs):
    """Inbox and quotations."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inbox, self.quotations = Inbox(), QuotationList()
        self.add(INBOX, _("Inbox"), lambda: self.inbox)
        self.add(QUOTATIONS, _("Quotations"), lambda: self.quotations)

    def show_lists(self, lists: Lists) -> None:
        """Show what was read; the inbox's number is of those that wait for us."""
        self.inbox.show_lists(lists)
        self.quotations.show_rows(lists.quotations)
        self.set_count(INBOX, sum(row.waiting for row in lists.inquiries))
        self.set_count(QUOTATIONS, len(lists.quotations))

    def part(self) -> Inbox | QuotationList:
        """The list in view."""
        return self.inbox if self.current() == INBOX else self.quotations
