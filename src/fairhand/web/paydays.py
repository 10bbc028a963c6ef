"""The operator's payday on pages: when what is earned is paid out at the latest, and how it says that money leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from fairhand.kernel.clock import utc_now
from fairhand.kernel.money import format_minor
from fairhand.kernel.payday import Payday
from fairhand.web.figures import isolated


@dataclass(frozen=True, slots=True)
class PaydayView:
    """`each`: "every week on Wednesday". `day`: of what is decided in so long. `least`: amounts from which on."""

    each: str
    zone: str
    day: str
    least: Sequence[str]
    said: str


def paid_out(moment: datetime | None) -> str:
    """The day on which what becomes payable at a moment is paid out; "" where the operator names none."""
    found: Payday | None = settings.PAYDAY
    return "" if found is None or moment is None else _written(found.after(moment))


def reaches_payday(minor: int, currency: str) -> bool:
    """Whether so much that is payable is paid out on the next payday."""
    found: Payday | None = settings.PAYDAY
    return found is not None and minor >= max(1, found.least.get(currency, 1))


def payday_within(seconds: int = 0) -> PaydayView | None:
    """The operator's payday, with the day of work that is handed in now and decided within `seconds`."""
    found: Payday | None = settings.PAYDAY
    if found is None:
        return None
    if found.weekday is not None:
        each = _("every week on %(day)s") % {"day": WEEKDAYS[found.weekday]}
    else:
        each = _("every month on day %(n)s") % {"n": isolated(str(found.month_day))}
    return PaydayView(
        each, found.zone, _written(found.after(utc_now() + timedelta(seconds=seconds))),
        [str(isolated(format_minor(minor, currency))) for currency, minor in found.least.items()],
        found.said.get((get_language() or "en")[:2]) or found.said.get("en", ""),
    )  # fmt: skip


def _written(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {date_format(day, pgettext('date with year', 'j M Y'))}"
