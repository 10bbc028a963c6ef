"""EVENT: an amount for a one-off event (referral, onboarding, meeting, expense), once for each key."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal, get_args

from pydantic import Field

from fairhand_pay.currency import AMOUNT_MINOR_MAX, format_minor, parse_share
from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Facts, Happened
from fairhand_pay.primitives._part import Draft, Frame, Params, Usual
from fairhand_pay.primitives._text import minor, money, share_written, written

EventKind = Literal["referral", "onboarding", "training", "assessment", "meeting", "reading", "expense", "bonus"]
EVENT_KINDS: tuple[str, ...] = get_args(EventKind)
# A floor looks at pay for work; these are none.
NOT_WORK = frozenset({"referral", "expense", "bonus"})
_SHARED = ("referral", "expense")
_SENTENCES = {
    "event_referral": "Referral: %(amount)s",
    "event_onboarding": "Onboarding: %(amount)s",
    "event_training": "Training: %(amount)s",
    "event_assessment": "Assessment: %(amount)s",
    "event_meeting": "Meeting: %(amount)s",
    "event_reading": "Reading a changed guideline: %(amount)s",
    "event_expense": "Expense: %(amount)s",
    "event_bonus": "Bonus: %(amount)s",
    "event_referral_share": "Referral: %(share)s of %(base)s = %(amount)s",
    "event_referral_capped": "Referral: %(share)s of %(base)s, at most %(cap)s = %(amount)s",
    "event_expense_share": "Expense: %(share)s of %(base)s = %(amount)s",
    "event_expense_capped": "Expense: %(share)s of %(base)s, at most %(cap)s = %(amount)s",
    "event_waits": "Paid once %(from)s is reached; %(base)s so far: %(amount)s",
    "event_again": "Paid for already, and once only: %(amount)s",
    "event_over": "%(max)s such events are paid, and this is a further one: %(amount)s",
    "event_said_referral": "%(pay)s for a referral",
    "event_said_onboarding": "%(pay)s for onboarding",
    "event_said_training": "%(pay)s for training",
    "event_said_assessment": "%(pay)s for an assessment",
    "event_said_meeting": "%(pay)s for a meeting",
    "event_said_reading": "%(pay)s for reading a changed guideline",
    "event_said_expense": "%(pay)s for an expense",
    "event_said_bonus": "%(pay)s as a bonus",
    "event_said_upto": "at most %(cap)s each",
}
_SINGULARS = {"event_over": ("One such event is paid, and this is a further one: %(amount)s", "max")}


class EventParams(Params):
    """Either a flat `amount`, or a `share` of the event's base up to `cap`, once the base reaches `vests_from`."""

    kind: EventKind
    amount: Annotated[str, Field(strict=True)] | None = None
    share: Annotated[str, Field(strict=True)] | None = None
    cap: Annotated[str, Field(strict=True)] | None = None
    vests_from: Annotated[str, Field(strict=True)] | None = None
    events_max: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1


class Event(Usual):
    """A line for each event of its kind; a key that was paid for is a line of nought that says so."""

    name = "EVENT"
    version = 1
    params = EventParams
    sentences = _SENTENCES
    singulars = _SINGULARS

    def settle(self, params: EventParams, frame: Frame) -> EventParams:
        """A flat amount, or a share with a cap: without one there would be no ceiling."""
        if (params.amount is None) == (params.share is None):
            raise TermsError("amount", "say either a flat amount or a share")
        if params.share is None and (params.cap is not None or params.vests_from is not None):
            raise TermsError("cap", "a flat amount has no cap, and nothing that it waits for")
        if params.share is not None and params.kind not in _SHARED:
            raise TermsError("share", f"only {' and '.join(_SHARED)} are shares of something")
        if params.share is not None and params.cap is None:
            raise TermsError("cap", "a share needs a cap: without one the plan has no ceiling")
        return EventParams(
            kind=params.kind, events_max=params.events_max,
            amount=None if params.amount is None else written(params.amount, frame, "amount"),
            share=None if params.share is None else share_written(params.share, "share"),
            cap=None if params.cap is None else written(params.cap, frame, "cap"),
            vests_from=None if params.vests_from is None else written(params.vests_from, frame, "vests_from"),
        )  # fmt: skip

    def counts(self, params: EventParams) -> str:
        """Each kind of event is paid by one primitive."""
        return f"events.{params.kind}"

    def asks(self, params: EventParams) -> tuple[str, ...]:
        """The events."""
        return ("events",)

    def drafts(self, facts: Facts, params: EventParams, frame: Frame) -> tuple[Draft, ...]:
        """In the order in which they are told; none of the kind, no line."""
        return tuple(self._lines(facts, params, frame))

    def _lines(self, facts: Facts, params: EventParams, frame: Frame) -> Iterator[Draft]:
        seen, paid = set(facts.paid_keys), 0
        for event in facts.events:
            if event.kind != params.kind:
                continue
            inputs: dict[str, int | str] = {"kind": event.kind, "event": event.key}
            inputs |= {} if event.base_minor is None else {"base_minor": event.base_minor}
            counts = event.kind not in NOT_WORK
            if event.key in seen:
                yield Draft({**inputs, "again": 1}, Fraction(0), "event_again", {}, counts=counts)
            elif paid == params.events_max:
                args = {"max": str(params.events_max)}
                yield Draft({**inputs, "events_max": params.events_max}, Fraction(0), "event_over", args, counts=counts)
            else:
                exact, key, args = _worth(event, params, frame)
                terms = params.model_dump(include={"amount", "share", "cap", "vests_from"}, exclude_none=True)
                yield Draft({**inputs, **terms}, exact, key, args, counts=counts)
                paid += 1
            seen.add(event.key)

    def most(self, params: EventParams, frame: Frame) -> Facts:
        """As many events as are paid, each of the largest base."""
        base = None if params.share is None else AMOUNT_MINOR_MAX
        events = tuple(Happened(params.kind, f"most:{number}", base) for number in range(params.events_max))
        return Facts(None, events=events)

    def said(self, params: EventParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """The amount or share, and its cap."""
        pay = params.share if params.amount is None else money(params.amount, frame)
        first = (f"event_said_{params.kind}", {"pay": pay or ""})
        return (first,) if params.cap is None else (first, ("event_said_upto", {"cap": money(params.cap, frame)}))


def _worth(event: Happened, params: EventParams, frame: Frame) -> tuple[Fraction, str, dict[str, str]]:
    """What one event pays, with its sentence. Raises FactsError for a share of nothing known."""
    if params.share is None:
        return Fraction(minor(params.amount or "0", frame)), f"event_{event.kind}", {}
    if event.base_minor is None:
        raise FactsError(f"events.{event.key[:40]}", "the plan pays a share of an amount that is missing; tell it")
    base, cap_minor = format_minor(event.base_minor, frame.currency), minor(params.cap or "0", frame)
    if params.vests_from is not None and event.base_minor < minor(params.vests_from, frame):
        return Fraction(0), "event_waits", {"from": money(params.vests_from, frame), "base": base}
    exact = event.base_minor * parse_share(params.share)
    args = {"share": params.share, "base": base}
    if exact > cap_minor:
        return (
            Fraction(cap_minor),
            f"event_{event.kind}_capped",
            args | {"cap": format_minor(cap_minor, frame.currency)},
        )
    return exact, f"event_{event.kind}_share", args


PART = Event()
