"""Expected work as readers see it: rounded as a guess deserves, always with its interval."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fairhand.insight.expected_rules import Expected, Seating, Span
from fairhand.web.figures import isolated

_HOUR_MS = 3_600_000


def hours(ms: float) -> str:
    """`12 h`, `0.5 h`: hours with as many digits as a guess has."""
    found = ms / _HOUR_MS
    return _("%(n)s h") % {"n": f"{found:,.0f}" if found >= 10 else f"{found:.1f}".removesuffix(".0")}


def hours_between(span: Span) -> SafeString:
    """`about 120 h (90 h to 150 h)`."""
    return _between(hours(span.likely), hours(span.low), hours(span.high))


def tasks_between(span: Span) -> SafeString:
    """`about 900 (700 to 1,100)`."""
    low, likely, high = (f"{round(n):,}" for n in (span.low, span.likely, span.high))
    return _between(likely, low, high)


def _between(likely: str, low: str, high: str) -> SafeString:
    if low == likely == high:
        return isolated(likely)
    # Translators: an expected amount and the interval it lies in four times in five.
    shape = _("about {likely} ({low} to {high})")
    return format_html(shape, likely=isolated(likely), low=isolated(low), high=isolated(high))


def room_bars(room: Seating) -> list[dict[str, object]]:
    """For how many the work suffices beside how many there are or would be, as `<c-chart-bars>` draws them."""
    rows = [(_("The work suffices for"), room.fits), (_("Seated and invited"), room.seated)]
    if room.more:
        rows.append((_("To be invited"), room.more))
    most = max(*(n for _label, n in rows), 1)
    return [{"label": label, "value": n, "most": most, "shown": isolated(f"{n:,}")} for label, n in rows]


def said(work: Expected) -> SafeString:
    """The hours of it, or its tasks where nobody knows how long one takes."""
    return hours_between(work.ms) if work.ms is not None else tasks_between(work.tasks)
