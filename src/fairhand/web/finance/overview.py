"""Where all money is: the trial balance, which must come to zero, and what finance may have to act on."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi

from fairhand.insight.accounts import TrialRow, trial_balance
from fairhand.insight.budgets import aged_reserves, short_budgets
from fairhand.insight.recount import last_recount
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ALERTS_SHOWN_MAX, RESERVE_AGED_DAYS
from fairhand.ledger.queries import last_closed
from fairhand.people.access import SEE_BOOKS
from fairhand.web import charts, words
from fairhand.web.entry import Signed, opens
from fairhand.web.finance.frame import tabs

# Purpose -> tone of its part of the bar (ui/src/styles); in the order in which money goes through them.
_PLACES = {
    "budget": "open", "models": "pool", "pool": "pool", "reserved": "going", "pending": "wait", "payable": "done",
    "transit": "done",
}  # fmt: skip
_ORDER = ("outside", *_PLACES, "goodwill", "fx")


@dataclass(frozen=True, slots=True)
class Part:
    """One place of money in the bar and the table behind it."""

    purpose: str
    minor: int
    x: str
    width: str
    share: str
    tone: str


@dataclass(frozen=True, slots=True)
class Books:
    """One currency: its rows, their sums, and where the money is."""

    currency: str
    rows: list[TrialRow]
    parts: list[Part]

    @property
    def legs_minor(self) -> int:
        """Zero, or the books are wrong."""
        return sum(row.legs_minor for row in self.rows)

    @property
    def balance_minor(self) -> int:
        """Zero, or the running balances are wrong."""
        return sum(row.balance_minor for row in self.rows)

    @property
    def wrong(self) -> int:
        """Accounts whose running balance is not the sum of their legs."""
        return sum(row.wrong for row in self.rows)

    @property
    def right(self) -> bool:
        """Whether everything adds up."""
        return self.legs_minor == 0 and self.balance_minor == 0 and not self.wrong

    @property
    def paid_in_minor(self) -> int:
        """What clients have put in and not got back."""
        return -sum(row.legs_minor for row in self.rows if row.purpose == "outside")

    @property
    def goodwill_minor(self) -> int:
        """What the operator has added for work that no budget could pay."""
        return -sum(row.legs_minor for row in self.rows if row.purpose == "goodwill")

    @property
    def held_minor(self) -> int:
        """All of it, where it is now."""
        return sum(part.minor for part in self.parts)


@opens(SEE_BOOKS)
def overview(request: Signed) -> HttpResponse:
    """Reads each account's last leg; with `every=leg` it adds up every leg there is, however long that takes."""
    every = request.GET.get("every") == "leg"
    by_currency: dict[str, list[TrialRow]] = {}
    for row in trial_balance(every):
        by_currency.setdefault(row.currency, []).append(row)
    aged = utc_now() - timedelta(days=RESERVE_AGED_DAYS)
    context = {
        "tabs": tabs(), "every": every, "books": [_books(*each) for each in sorted(by_currency.items())],
        "short": short_budgets(ALERTS_SHOWN_MAX), "aged": aged_reserves(aged, ALERTS_SHOWN_MAX),
        "aged_days": RESERVE_AGED_DAYS, "recounted": last_recount(), "closed": last_closed(),
    }  # fmt: skip
    return render(request, "finance/overview.html", context)


def _books(currency: str, rows: list[TrialRow]) -> Books:
    rows = sorted(rows, key=lambda row: _ORDER.index(row.purpose) if row.purpose in _ORDER else len(_ORDER))
    held = {purpose: sum(row.legs_minor for row in rows if row.purpose == purpose) for purpose in _PLACES}
    drawn = charts.stack(
        [(words.word("purpose", purpose), max(0, held[purpose]), tone) for purpose, tone in _PLACES.items()],
        get_language_bidi(),
    )
    shown = drawn.parts if drawn else ()
    parts = [
        Part(purpose, held[purpose], part.x, part.width, part.share, part.tone)
        for purpose, part in zip(_PLACES, shown, strict=False)
    ]
    return Books(currency, rows, parts)
