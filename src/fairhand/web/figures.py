"""Figures and moments as readers see them: amounts and clocks isolated left-to-right, times in the reader's zone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation import gettext as _

from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import OPEN_COUNTED_MAX
from fairhand.kernel.money import format_minor
from fairhand_pay import shape_of

SAID_FROM = 10  # below it a count that comes in steps is said without a number
_LTR = '<bdi dir="ltr" class="num">{}</bdi>'


def isolated(text: object) -> SafeString:
    """An amount, id, clock or piece of code that keeps its order inside Arabic."""
    return format_html(_LTR, text)


def isolate(text: object) -> str:
    """The same in a text that goes through other hands before it is shown: by marks of direction."""
    return f"\u2066{text}\u2069"


def amount(minor: int | None, currency: str) -> SafeString:
    """`$1,250.00`; a dash where there is nothing."""
    return isolated("–" if minor is None else format_minor(minor, currency))


def per_hour(minor: int, currency: str) -> SafeString:
    """`$42.00/h`."""
    return isolated(f"{format_minor(minor, currency)}/h")


def per_hour_drawn(minor: int, currency: str) -> str:
    """The same for a drawing's text, where no element can isolate it: direction marks do."""
    return f"\u2066{format_minor(minor, currency)}/h\u2069"


def amount_drawn(minor: int, currency: str) -> str:
    """An amount for a drawing's text."""
    return f"\u2066{format_minor(minor, currency)}\u2069"


def percent(value: int) -> SafeString:
    """`44 %`, in one piece."""
    return isolated(f"{value} %")


def clock(ms: int | None) -> SafeString:
    """`12:24`, from an hour on `1:02:24`; a dash where no time was measured."""
    if ms is None:
        return isolated("–")
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return isolated(f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}")


def number(value: int) -> SafeString:
    """`1,412`: one way of grouping in every language, as amounts have."""
    return isolated(f"{value:,}")


def counted(value: int) -> SafeString:
    """`1,412`, or `1,000+` where counting stopped."""
    return isolated(f"{OPEN_COUNTED_MAX:,}+") if value >= OPEN_COUNTED_MAX else number(value)


def at_least(value: int) -> SafeString:
    """`20+`, of a count that comes in steps (`insight.why_rules.step`)."""
    return isolated(f"{value:,}+")


def open_said(n: int) -> Any:
    """`20+ tasks`, `some tasks` below ten, or that there are none: no exact number of open tasks is told to experts."""
    if not n:
        return _("nothing open to you now")
    if n < SAID_FROM:
        return _("some tasks")
    return format_html(ngettext("%(shown)s task", "%(shown)s tasks", n).replace("%(shown)s", "{}"), at_least(n))


def grouped(value: int) -> str:
    """`1,412` as plain text, for drawings."""
    return f"{value:,}"


def size(n_bytes: int) -> SafeString:
    """`340 kB`, `18.6 MB`."""
    kilo = max(round(n_bytes / 1000), int(n_bytes > 0))
    return isolated(f"{kilo} kB" if kilo < 1000 else f"{n_bytes / 1_000_000:.1f} MB")


def spell(seconds: int) -> str:
    """`9 s`, `24 min`, `1 h 44 min`, `3 h`, `2 days`: a length as people say it, rounded to what matters."""
    if seconds < 90 and seconds != 60:
        return ngettext("%(n)s s", "%(n)s s", seconds) % {"n": seconds}
    minutes = round(seconds / 60)
    if minutes < 100:
        return ngettext("%(n)s min", "%(n)s min", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours >= 72:
        return ngettext("%(n)s day", "%(n)s days", round(hours / 24)) % {"n": round(hours / 24)}
    spelled = ngettext("%(n)s h", "%(n)s h", hours) % {"n": hours}
    if not rest or hours >= 10:
        return spelled
    return gettext("%(hours)s %(minutes)s") % {"hours": spelled, "minutes": spell(rest * 60)}


def spell_pair(first_s: int, second_s: int) -> str:
    """`24 · 51 min`: two lengths with their unit once where it is the same."""
    first, second = spell(first_s), spell(second_s)
    head, _, unit = first.partition(" ")
    return f"{head} · {second}" if head.isdigit() and second.partition(" ")[2] == unit else f"{first} · {second}"


def moment(at: datetime | None, *, day_only: bool = False) -> SafeString:
    """`Today 14:06`, `3 Nov 14:06`, with the year where it is another; the exact moment in `datetime` and title."""
    if at is None:
        return isolated("–")
    local, now = timezone.localtime(at), timezone.localtime(utc_now())
    if local.date() == now.date():
        day = gettext("Today")
    elif local.date() == now.date() - timedelta(days=1):
        day = gettext("Yesterday")
    elif local.date() == now.date() + timedelta(days=1):
        day = gettext("Tomorrow")
    else:
        # Translators: a date without and with its year, in Django's date format.
        shape = pgettext("date", "j M") if local.year == now.year else pgettext("date with year", "j M Y")
        day = formats.date_format(local, shape)
    exact = f"{local:%Y-%m-%d %H:%M} {local:%Z}"
    said = day if day_only else format_html("{} {}", day, isolated(f"{local:%H:%M}"))
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact, said)


def short(at: datetime, shape: str) -> str:
    """A day (`day`) or an hour (`hour`) of a chart's axis, in the reader's zone."""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if shape == "hour" else formats.date_format(local, pgettext("date", "j M"))


def text_of(texts: Mapping[str, str] | str | None) -> str:
    """A table of texts in the reader's language, else in English, else in any; it turns nothing beside it."""
    if not texts:
        return ""
    if isinstance(texts, str):
        return kept_in(texts)
    return kept_in(texts.get(get_language() or "en") or texts.get("en") or next(iter(texts.values()), ""))


_ISOLATES, _EMBEDDINGS = "\u2066\u2067\u2068", "\u202a\u202b\u202d\u202e"
_END_ISOLATE, _END_EMBEDDING = "\u2069", "\u202c"


def kept_in(text: str) -> str:
    """The text with every direction control it opens closed again, and without those that close nothing."""
    found: list[str] = []
    ends: list[str] = []
    for letter in text:
        if letter in _ISOLATES or letter in _EMBEDDINGS:
            ends.append(_END_ISOLATE if letter in _ISOLATES else _END_EMBEDDING)
        elif letter in (_END_ISOLATE, _END_EMBEDDING):
            if not ends or ends[-1] != letter:
                continue
            ends.pop()
        found.append(letter)
    return "".join(found) + "".join(reversed(ends))


def sentence(key: str, args: Mapping[str, str]) -> SafeString:
    """A pay line's sentence in the reader's language, each figure in it isolated."""
    shape = shape_of(key, args, get_language() or "en")
    isolates = {name: isolated(value) for name, value in args.items()}
    # The shape is ours; what goes into it is escaped by `isolated`.
    return mark_safe(conditional_escape(shape) % isolates)  # noqa: S308
