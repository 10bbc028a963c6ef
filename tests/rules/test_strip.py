"""The bar of the terms strip: its labels lie beside one another, or the facts stand below it instead."""

import math
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.insight.offer_terms import Segment
from fairhand.web.terms import Meter, TermsView, meter
from tests.counts import count

SECONDS = st.integers(1, 100_000)
# Room that the words of each label take at least, in percent; less would be over its neighbour in one language.
ROOM = {"typical": 12, "long": 11, "both": 19, "limit": 16}


def _view(full_s: int | None, paid_s: int, p50_s: int | None, p80_s: int | None) -> TermsView:
    ends = Segment(0, full_s, 4200), Segment(full_s or 0, paid_s, 2116)
    return TermsView(
        "USD", 0, ends if full_s else ends[:1], None, None, paid_s, p50_s, p80_s, None, None, "", 0, 0, 0, 0, 0
    )


def _laid(made: Meter) -> list[tuple[float, float]]:
    """From where to where words lie below the bar."""
    at = [(float(mark.x[:-1]), ROOM[mark.kind]) for mark in made.marks]
    below = [(x - room / 2, x + room / 2) for x, room in at] + [(90.0, 100.0)]
    return sorted(below + [(0.0, 20.0)] * made.unmeasured)


def test_the_terms_of_the_picture_stand_around_the_bar() -> None:
    made = meter(_view(2400, 3300, 840, 1620), 744, rtl=False)
    assert made is not None
    assert not made.crowded
    assert [mark.kind for mark in made.marks] == ["typical", "long", "limit"]
    assert (made.start_x, made.end_x, made.unmeasured) == ("0.00%", "100.00%", False)
    bare = meter(_view(None, 3600, None, None), 0, rtl=True)
    assert bare is not None
    assert (bare.crowded, bare.unmeasured, bare.start_x, bare.end_x) == (False, True, "100.00%", "0.00%")


def test_what_has_no_place_on_the_bar_is_said_below_it() -> None:
    for view, worked_s in (
        (_view(None, 3600, 1200, 7200), 0),  # long lies beyond what is paid
        (_view(2400, 14400, 840, 1620), 12_000),  # far beyond the limit: all marks are at the start
        (_view(2400, 2430, 840, 1620), 0),  # hardly anything is paid after the full rate
        (_view(2400, 3300, 60, 90), 0),  # so early that the label would lie over the clock
    ):
        made = meter(view, worked_s, rtl=False)
        assert made is not None
        assert made.crowded


@settings(max_examples=count(200, 20_000))
@given(st.none() | SECONDS, SECONDS, st.none() | SECONDS, st.none() | SECONDS, SECONDS, st.booleans())
def test_labels_never_lie_over_one_another(
    full_s: int | None, more_s: int, p50_s: int | None, p80_s: int | None, worked_s: int, rtl: bool
) -> None:
    long_s = max(p50_s, p80_s) if p50_s and p80_s else p80_s
    view = _view(full_s, (full_s or 0) + more_s, p50_s, long_s)
    made, other = meter(view, worked_s, rtl), meter(view, worked_s, not rtl)
    assert made is not None
    assert other is not None
    assert made.crowded == other.crowded, "the same in both directions"
    if made.crowded:
        return
    straight = other if rtl else made
    placed = _laid(straight)
    assert all(end <= start + 0.01 for (_, end), (start, _) in pairwise(placed)), placed
    kinds = {kind for mark in straight.marks for kind in (("typical", "long") if mark.kind == "both" else (mark.kind,))}
    said = {"typical": p50_s, "long": long_s, "limit": full_s}
    assert kinds == {kind for kind, seconds in said.items() if seconds}, "none is left out"
    assert all(math.isfinite(float(span.width[:-1])) for span in straight.spans)
