"""How far two answers are apart that each say something of some things and nothing of the others."""

from collections.abc import Hashable, Mapping
from fractions import Fraction


def apart(a: Mapping[str, Hashable], b: Mapping[str, Hashable]) -> Fraction:
    """Of the things that either speaks of, the share of which they don't say the same; a metric, 0 for two silences."""
    spoken_of = a.keys() | b.keys()
    differ = sum(name not in a or name not in b or a[name] != b[name] for name in spoken_of)
    return Fraction(differ, len(spoken_of)) if spoken_of else Fraction(0)
