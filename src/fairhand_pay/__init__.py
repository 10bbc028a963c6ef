"""The pay engine: recorded facts and frozen terms in, pay lines out. Pure, exact, and importable without the platform.

An expert who has the terms and the facts of a claim gets the same lines from it, to the cent.
"""

from fairhand_pay.compute import Chosen
from fairhand_pay.engine import Effective, adjust, counts, earned, effective, held, lines, total, window_lines
from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Earned, Facts, Happened, PeriodFacts, work_ms
from fairhand_pay.line import Line, line_hash
from fairhand_pay.presets import preset_names, terms_from_preset
from fairhand_pay.primitives.adjust import AdjustParams
from fairhand_pay.recompute import Compared, Difference, recomputed
from fairhand_pay.scores import score_steps, scored_since, with_score
from fairhand_pay.sentences import SENTENCES, SINGULARS, Said, describe, sentence, sentence_of, shape_of
from fairhand_pay.terms import (
    PAID_S_MAX_MAX,
    PERIODS,
    Terms,
    asks,
    ceiling,
    highest,
    needs_time,
    resolved,
    units_of,
    week_cap,
    window_ceiling,
)
from fairhand_pay.variants import WageFloor, at_full_rate, below_floor, flags_of, floor_of, floors, with_surge

__all__ = [
    "PAID_S_MAX_MAX",
    "PERIODS",
    "SENTENCES",
    "SINGULARS",
    "AdjustParams",
    "Chosen",
    "Compared",
    "Difference",
    "Earned",
    "Effective",
    "Facts",
    "FactsError",
    "Happened",
    "Line",
    "PeriodFacts",
    "Said",
    "Terms",
    "TermsError",
    "WageFloor",
    "adjust",
    "asks",
    "at_full_rate",
    "below_floor",
    "ceiling",
    "counts",
    "describe",
    "earned",
    "effective",
    "flags_of",
    "floor_of",
    "floors",
    "held",
    "highest",
    "line_hash",
    "lines",
    "needs_time",
    "preset_names",
    "recomputed",
    "resolved",
    "score_steps",
    "scored_since",
    "sentence",
    "sentence_of",
    "shape_of",
    "terms_from_preset",
    "total",
    "units_of",
    "week_cap",
    "window_ceiling",
    "window_lines",
    "with_score",
    "with_surge",
    "work_ms",
]
