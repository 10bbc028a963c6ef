"""The pay engine: recorded facts and frozen terms in, pay lines out. Pure, exact, and importable without the platform.

An expert who has the terms and the facts of a claim gets the same lines from it, to the cent.
"""

from fairhand_pay.engine import Line, lines, sentence, total
from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Facts
from fairhand_pay.presets import preset_names, terms_from_preset
from fairhand_pay.sentences import SENTENCES, Said, describe, sentence_of
from fairhand_pay.terms import PAID_S_MAX_MAX, Chosen, Terms, ceiling, needs_time, units_of

__all__ = [
    "PAID_S_MAX_MAX",
    "SENTENCES",
    "Chosen",
    "Facts",
    "FactsError",
    "Line",
    "Said",
    "Terms",
    "TermsError",
    "ceiling",
    "describe",
    "lines",
    "needs_time",
    "preset_names",
    "sentence",
    "sentence_of",
    "terms_from_preset",
    "total",
    "units_of",
]
