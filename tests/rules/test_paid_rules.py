"""What a kind of work outside tasks may be, as pure rules."""

import pytest

from fairhand.work.paid_rules import NewPaidKind, kind_terms, settled, terms_pay
from fairhand_pay import Terms, total


def _codes(kind: str = "meeting", how: str = "flat", amount: str = "5.00", minutes: int | None = 60) -> list[str]:
    found = kind_terms(settled(NewPaidKind(kind, how, amount, minutes, 1, at_once=False)), None, "USD")
    return [] if isinstance(found, Terms) else [wrong.code for wrong in found]


@pytest.mark.parametrize("amount", ["", "0", "-5", "0.001", "1e5", "NaN", "9" * 30, "15.005"])
def test_only_an_amount_above_zero_is_one(amount: str) -> None:
    assert _codes(amount=amount) == ["mission_amount"]
    assert _codes(how="timed", amount=amount) == ["mission_amount" if amount else "paid_kind_rate"]


def test_what_is_asked_of_each_kind() -> None:
    assert _codes("interrupted", "flat") == ["paid_kind_timed"]
    assert _codes("interrupted", "timed", minutes=None) == [], "time on record is owed whole"
    assert _codes("referral") == ["not_an_option"]
    assert _codes(minutes=1441) == ["not_in_range"]
    assert _codes(minutes=None) == ["not_in_range"]


def test_a_timed_kind_pays_its_minutes_and_a_flat_one_its_amount() -> None:
    timed = kind_terms(NewPaidKind("meeting", "timed", "", 60, 1, at_once=False), "40.00", "USD")
    assert isinstance(timed, Terms)
    assert total(terms_pay(timed, "meeting", "entry", 25 * 60_000)) == 1667
    flat = kind_terms(NewPaidKind("meeting", "flat", "12.00", 60, 1, at_once=False), "40.00", "USD")
    assert isinstance(flat, Terms)
    assert total(terms_pay(flat, "meeting", "entry", 25 * 60_000)) == 1200
