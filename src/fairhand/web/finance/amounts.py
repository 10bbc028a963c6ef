"""Amounts as people type them, in either language's digits and marks. Pure."""

import re
import unicodedata

from fairhand.kernel.money import SIGNS, parse_minor

# The Arabic marks of decimals and of thousands, and the Arabic comma that a keyboard has in place of the latter.
_MARKS = str.maketrans({"\u066b": ".", "\u066c": ",", "\u060c": ",", "'": "", "\u2019": ""})
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def typed_minor(text: str, currency: str) -> int | None:
    """`1,250.00`, `$1250` or Arabic digits and marks -> 125000 in USD; None for what could be read in two ways.

    A comma separates thousands and nothing else: `1,25` is refused, not guessed.
    """
    plain = plain_figures(text)
    for mark in (SIGNS.get(currency, ""), currency, currency.lower()):
        plain = plain.removeprefix(mark).removesuffix(mark)
    if not (_PLAIN.fullmatch(plain) or _GROUPED.fullmatch(plain)):
        return None
    try:
        return parse_minor(plain.replace(",", ""), currency)
    except ValueError:
        return None


def plain_figures(text: str) -> str:
    """The same with ASCII digits and marks: one of any script is that digit; direction marks and spaces say nothing."""
    kept = (char for char in text.translate(_MARKS) if unicodedata.category(char) not in ("Cf", "Zs"))
    return "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in kept)
