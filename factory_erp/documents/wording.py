"""What a letter of credit asks for, said as done: "must be sent" becomes "has been sent".

A beneficiary's certificate states the credit's own clause in the past tense (ISBP, section O: a certificate
must fulfil what is asked, it need not repeat it word for word). What is made here is a proposal that a
person reads and corrects: English only, by rules and without a grammar of the language.
"""

from __future__ import annotations

import re

_SPACE = re.compile(r"\s+")
_BULLET = re.compile(r"^(?:[+*•-]\)?\s*|\(?\d{1,2}[.)]\s+|\(?[a-z][.)]\s+)+", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"^(?:\W*(?:an?|one|the)\s+)?(?:[\w/'’ ,()-]*?\b)?(?:certificates?|statements?|declarations?|letters?|"
    r"confirmations?)\b[^.;:]{0,90}?\b(?:certifying|stating|showing|evidencing|confirming|declaring|indicating|"
    r"to certify|to state|to confirm|to the effect)\s+that\s+",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"\b(?:certif(?:y|ies|ying)|stat(?:es|ing)|to\s+state|show(?:s|ing)?|evidenc(?:es|ing)|attest(?:s|ing)?|"
    r"confirm(?:s|ing)?|declar(?:es?|ing)|indicat(?:es?|ing)|mention(?:s|ing)?|that|is|are|was|were|has|have)\b",
    re.IGNORECASE,
)
"""A word that begins or carries a statement."""

CERTIFY = "We hereby certify that "

_ADVERB = (
    r"(?:(?:not|also|duly|promptly|immediately|directly|separately|only|all|each|clearly|either|properly)\s+)"
)
_DUTY = r"(?:must|shall|should|will|(?:is|are)\s+to|ha(?:s|ve)\s+to|needs?\s+to|ought\s+to)"
_RULE = re.compile(
    rf"\b(?:(?P<perfect>{_DUTY}\s+(?P<perfect_not>not\s+)?have)\s+"
    rf"|(?P<passive>{_DUTY}\s+(?P<early>{_ADVERB}*)be|(?<!has\s)(?<!have\s)to\s+(?P<bare>{_ADVERB}*)be)"
    rf"\s+(?P<adverbs>{_ADVERB}*)(?P<participle>[a-z-]+)"
    rf"|(?P<active>{_DUTY}\s+(?P<how>{_ADVERB}*))(?P<verb>[a-z-]+)"
    rf"|(?<=\bbeneficiary\s)to\s+(?P<told>[a-z-]+)"
    rf"|(?P<now>is|are)\s+(?P<now_how>{_ADVERB}*)(?P<done>"
    r"sent|mailed|airmailed|faxed|e-?mailed|forwarded|couriered|dispatched|despatched|delivered|advised|notified))\b",
    re.IGNORECASE,
)
"""A duty in a clause: "must have", "must be sent", "must send", "beneficiary to send", "is sent"."""

_PARTICIPLES = {
    "bear": "borne", "bring": "brought", "bind": "bound", "buy": "bought", "do": "done", "draw": "drawn",
    "find": "found", "forbid": "forbidden", "get": "got", "give": "given", "go": "gone", "hold": "held",
    "keep": "kept", "lay": "laid", "leave": "left", "load": "loaded", "make": "made", "meet": "met",
    "pay": "paid", "put": "put", "say": "said", "see": "seen", "sell": "sold", "send": "sent", "set": "set",
    "show": "shown", "take": "taken", "tell": "told", "write": "written", "ship": "shipped", "stow": "stowed",
    "strap": "strapped", "wrap": "wrapped", "transship": "transshipped", "tranship": "transhipped",
    "submit": "submitted", "permit": "permitted", "tag": "tagged", "fax": "faxed", "stop": "stopped",
}  # fmt: skip
"""Past participles that do not follow the rule of -ed."""

_KNOWN = frozenset(_PARTICIPLES.values())
_STATES = frozenset(
    (
        "be", "bear", "carry", "comply", "conform", "consist", "contain", "correspond", "include", "indicate",
        "mention", "remain", "show", "state",
    )
)  # fmt: skip
"""Verbs of what a thing is rather than of what was done to it: a mark that must be borne is borne today."""

_HEAD_ENDS = re.compile(
    r"\b(?:of|for|with|including|containing|by|to|from|in|on|under|as|together|bearing|showing|at)\b"
    r"|\bthat\b|[(,;:.]",
    re.IGNORECASE,
)
_SINGULAR_ENDINGS = ("ss", "us", "is", "'s", "’s")
_PLURALS = frozenset(("goods", "data", "they", "these", "those", "we", "all", "both", "three", "two"))


def past_tense(clause: str) -> str:
    """*clause* of a letter of credit as a statement that it was done; what is not understood stays as it is.

    "one set of non-negotiable documents must be sent to the applicant within 2 days after shipment" →
    "one set of non-negotiable documents has been sent …". "Beneficiary's certificate certifying that" before
    it becomes "We hereby certify that". Capitals stay capitals. Applied twice it gives the same.
    """
    text = _BULLET.sub("", _SPACE.sub(" ", clause).strip())
    text, certified = _without_lead_in(text)
    rewritten = _Rewriting(text).run()
    return certified + rewritten


def states(clause: str) -> bool:
    """Whether *clause* says what to certify; "weight certificate in duplicate" only names the paper."""
    return bool(_TELLS.search(clause) or _RULE.search(clause))


def _without_lead_in(text: str) -> tuple[str, str]:
    """The clause after "certificate certifying that", and what stands for that."""
    found = _LEAD_IN.match(text)
    if found is None:
        return text, ""
    return text[found.end() :], _like(CERTIFY, text)


class _Rewriting:
    """One clause being rewritten from left to right; each duty is about the words before it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.end = 0
        self.plural: bool | None = None

    def run(self) -> str:
        """The clause with each duty as done."""
        return _RULE.sub(self._done, self.text)

    def _done(self, found: re.Match[str]) -> str:
        subject = self.text[self.end : found.start()]
        plural = self.plural
        if plural is None or subject.strip(" ,").lower() not in ("", "and", "or", "but"):
            plural = is_plural(subject, first=self.plural is None)
        done = _restated(found, plural)
        if done is None:
            return found[0]
        self.end, self.plural = found.end(), plural
        return _like(done, found[0])


def _restated(found: re.Match[str], plural: bool) -> str | None:
    """The duty as done; None where the words are no duty after all."""
    have, is_ = ("have", "are") if plural else ("has", "is")
    if found["perfect"]:
        return f"{have} {'not ' if found['perfect_not'] else ''}"
    if found["passive"]:
        how = (found["early"] or found["bare"] or "") + (found["adverbs"] or "")
        word = found["participle"]
        return f"{have} {how}been {word}" if _is_participle(word) else f"{is_} {how}{word}"
    if found["active"]:
        return _active(found["verb"], found["how"] or "", have, plural)
    if found["told"]:
        return f"has {participle(found['told'])}"
    return f"{have} {found['now_how'] or ''}been {found['done']}"


def _active(verb: str, how: str, have: str, plural: bool) -> str | None:
    """ "must send" → "has sent"; "must bear" → "bears"."""
    low = verb.lower()
    if low in ("be", "have"):
        return None
    negative = "not " in how.lower()
    if low in _STATES and not negative:
        return f"{how}{low if plural else third_person(low)}"
    if low in _STATES:
        return f"{'do' if plural else 'does'} {how}{low}"
    return f"{have} {how}{participle(verb)}"


def is_plural(subject: str, *, first: bool = True) -> bool:
    """Whether the noun phrase that ends *subject* takes "have".

    Its head is the word before the first "of", "for", "with" …; "and" between two heads makes a plural.
    Behind an earlier verb (not *first*) the phrase begins after the last "and".
    """
    phrase = re.split(r"[.;:]\s|\bthat\b", subject, flags=re.IGNORECASE)[-1].strip()
    if not first:
        phrase = re.split(r"\band\b|\bwhile\b|,", phrase, flags=re.IGNORECASE)[-1].strip()
    heads = [_head(part) for part in re.split(r"\band\b|&|\bplus\b", phrase, flags=re.IGNORECASE)]
    first_part = _HEAD_ENDS.split(phrase, maxsplit=1)[0]
    joined = re.search(r"\band\b|&|\bplus\b|^\s*both\b", first_part, re.IGNORECASE) is not None
    return (joined and len(heads) > 1) or _is_plural_noun(_head(phrase))


def _head(phrase: str) -> str:
    """The noun that the phrase is about."""
    words = _HEAD_ENDS.split(phrase, maxsplit=1)[0].split()
    return words[-1].lower().strip("'\"’") if words else ""


def _is_plural_noun(noun: str) -> bool:
    if noun in _PLURALS:
        return True
    return len(noun) > 2 and noun.endswith("s") and not noun.endswith(_SINGULAR_ENDINGS)


def participle(verb: str) -> str:
    """The past participle of an English verb: send → sent, advise → advised, carry → carried."""
    low = verb.lower()
    if low in _PARTICIPLES:
        return _PARTICIPLES[low]
    if low.endswith("e"):
        return f"{low}d"
    if low.endswith("y") and low[-2:-1] not in "aeiou":
        return f"{low[:-1]}ied"
    return f"{low}ed"


def third_person(verb: str) -> str:
    """The third person of an English verb: show → shows, carry → carries."""
    if verb == "be":
        return "is"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "x", "ch", "sh")) else f"{verb}s"


def _is_participle(word: str) -> bool:
    low = word.lower()
    return low in _KNOWN or (low.endswith("ed") and low not in ("red", "limited"))


def _like(text: str, model: str) -> str:
    """*text* in capitals where *model* has no small letter."""
    letters = [char for char in model if char.isalpha()]
    return text.upper() if letters and all(char.isupper() for char in letters) else text
