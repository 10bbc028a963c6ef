"""What a project may pay for outside its tasks, what an entry of it comes to, and what of it can be entered. Pure."""

from dataclasses import dataclass, replace

from fairhand.kernel.limits import PAID_MINUTES_MAX, PAID_TIMES_MAX, REASON_CHARS_MAX
from fairhand.projects.rules import Wrong
from fairhand.tasks.wording import storable_problem
from fairhand.work.states import FLAT, INTERRUPTED, PAID_KINDS, READING, TIMED
from fairhand_pay import Facts, Happened, Line, Terms, TermsError, lines

_MINUTE_MS = 60_000
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class NewPaidKind:
    """A kind as a manager types it; None stands for what could not be read.

    `amount`: of a flat kind what each time pays, of a timed one the hourly rate, as decimal text; "" for the full rate
    of the project's first attempt stage. `minutes_max` bounds each entry, `times_max` how many a person has.
    """

    kind: str
    how: str
    amount: str
    minutes_max: int | None
    times_max: int | None
    at_once: bool


def settled(new: NewPaidKind) -> NewPaidKind:
    """What is not asked of a kind: each version of a guideline is read once, and time on record is owed whole."""
    if new.kind == INTERRUPTED:
        return replace(new, minutes_max=PAID_MINUTES_MAX, times_max=PAID_TIMES_MAX, at_once=True)
    return replace(new, times_max=PAID_TIMES_MAX) if new.kind == READING else new


def kind_terms(new: NewPaidKind, full_rate: str | None, currency: str) -> Terms | list[Wrong]:
    """The terms of a kind as the pay engine reads them, or what is wrong with it. `full_rate`: of the attempt stage,
    None where it pays by the piece."""
    found = [
        Wrong(name, "not_an_option", f"is none of {', '.join(known)}")
        for name, said, known in (("kind", new.kind, PAID_KINDS), ("how", new.how, (FLAT, TIMED))) if said not in known
    ]  # fmt: skip
    if found:
        return found
    if new.kind == INTERRUPTED and new.how == FLAT:
        found.append(Wrong("how", "paid_kind_timed", "interrupted work is paid by its recorded time"))
    if new.minutes_max is None or not 1 <= new.minutes_max <= PAID_MINUTES_MAX:
        found.append(Wrong("minutes_max", "not_in_range", f"is a whole number from 1 to {PAID_MINUTES_MAX}"))
    if new.times_max is None or not 1 <= new.times_max <= PAID_TIMES_MAX:
        found.append(Wrong("times_max", "not_in_range", f"is a whole number from 1 to {PAID_TIMES_MAX}"))
    amount = new.amount if new.how == FLAT else new.amount or (full_rate or "")
    if not amount and new.how == TIMED:
        found.append(Wrong("amount", "paid_kind_rate", "the attempts are paid by the piece: name an hourly rate"))
    if found or new.minutes_max is None:
        return found
    try:
        terms = _terms(new.kind, new.how, amount, new.minutes_max, currency)
        worth = terms_pay(terms, new.kind, "most", new.minutes_max * _MINUTE_MS)
    except TermsError:
        return [Wrong("amount", "mission_amount", "is no amount above zero")]
    if sum(line.amount_minor for line in worth) <= 0:
        return [Wrong("amount", "mission_amount", "is no amount above zero")]
    return terms


def _terms(kind: str, how: str, amount: str, minutes_max: int, currency: str) -> Terms:
    if how == FLAT:
        rule = {"primitive": "EVENT", "version": 1, "kind": kind, "amount": amount, "events_max": 1}
        return Terms.parse({"currency": currency, "primitives": [rule]})
    segments = [{"upto_s": None, "rate": amount}]
    timed = {"primitive": "TIME", "version": 1, "basis": "active", "segments": segments}
    return Terms.parse({"currency": currency, "paid_s_max": minutes_max * _MINUTE_S, "primitives": [timed]})


def is_flat(terms: Terms) -> bool:
    """Whether each time pays one amount, however long it took."""
    return terms.paid_s_max is None


def terms_pay(terms: Terms, kind: str, key: str, ms: int) -> tuple[Line, ...]:
    """The lines of one entry of so many milliseconds."""
    if is_flat(terms):
        return lines(Facts(None, events=(Happened(kind, key),)), terms)
    return lines(Facts(active_ms=ms), terms)


def entry_problems(said_ms: int | None, minutes_max: int, note: str, *, needs_note: bool) -> list[Wrong]:
    """What is wrong with an entry as it was typed."""
    found = []
    if said_ms is None or not _MINUTE_MS <= said_ms <= minutes_max * _MINUTE_MS:
        found.append(Wrong("minutes", "paid_minutes", f"is a whole number of minutes from 1 to {minutes_max}"))
    if needs_note and not note.strip():
        found.append(Wrong("note", "paid_note", "say what it was"))
    elif len(note) > REASON_CHARS_MAX:
        found.append(Wrong("note", "too_long", f"has more than {REASON_CHARS_MAX} characters"))
    elif why := storable_problem(note):
        found.append(Wrong("note", "bad_character", why))
    return found
