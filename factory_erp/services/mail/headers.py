"""Headers of a message that say exactly what was typed, in any mix of scripts.

The standard library folds a header of several scripts word by word and loses or adds spaces between them;
here such a header becomes a run of encoded words (RFC 2047) without anything between.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import AddressHeader
from email.policy import EmailPolicy


class ExactHeaders(EmailPolicy):
    """An e-mail policy whose subject and names of senders come back letter by letter."""

    def fold(self, name: str, value: str) -> str:
        """The header as text; overrides the standard library's folding."""
        return self._exact(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header as it is transmitted."""
        exact = self._exact(name, value)
        return exact.encode("ascii") if exact else super().fold_binary(name, value)

    def _exact(self, name: str, value: str) -> str:
        """The header where it needs encoded words, "" where the usual folding is right."""
        if isinstance(value, AddressHeader):
            one = value.addresses[0]
            if len(value.addresses) > 1 or _plain(one.display_name):
                return ""
            return (
                f"{name}: {self._words(one.display_name, name)}{self.linesep} <{one.addr_spec}>{self.linesep}"
            )
        if name.lower() != "subject" or _plain(value):
            return ""
        return f"{name}: {self._words(value, name)}{self.linesep}"

    def _words(self, text: str, name: str) -> str:
        return Header(str(text), "utf-8", header_name=name).encode(linesep=self.linesep)


def _plain(text: str) -> bool:
    return text.isascii() and "=?" not in text


MESSAGE_POLICY = ExactHeaders(linesep="\r\n", cte_type="7bit")
"""Lines end in CR LF, and every mail server can carry every byte."""
