"""The operator's payday: which day what becomes payable is paid out on."""

from datetime import UTC, date, datetime

import pytest

from fairhand.kernel.payday import Payday, read_payday


def payday(**named: str) -> Payday | None:
    return read_payday(lambda name: named.get(name.removeprefix("FAIRHAND_PAYDAY").strip("_").lower() or "on", ""))


@pytest.mark.parametrize(
    ("on", "zone", "moment", "day"),
    [
        ("wed", "UTC", datetime(2026, 11, 23, 12, tzinfo=UTC), date(2026, 11, 25)),
        ("wed", "UTC", datetime(2026, 11, 24, 23, 59, tzinfo=UTC), date(2026, 11, 25)),
        ("wed", "UTC", datetime(2026, 11, 25, 0, 0, tzinfo=UTC), date(2026, 12, 2)),
        ("wed", "Asia/Tokyo", datetime(2026, 11, 24, 16, tzinfo=UTC), date(2026, 12, 2)),  # it is Wednesday there
        ("day 15", "UTC", datetime(2026, 11, 14, 12, tzinfo=UTC), date(2026, 11, 15)),
        ("day 15", "UTC", datetime(2026, 11, 15, 12, tzinfo=UTC), date(2026, 12, 15)),
        ("day 31", "UTC", datetime(2026, 11, 23, 12, tzinfo=UTC), date(2026, 11, 30)),
        ("day 31", "UTC", datetime(2027, 1, 31, 12, tzinfo=UTC), date(2027, 2, 28)),
        ("day 1", "UTC", datetime(2026, 12, 31, 12, tzinfo=UTC), date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_what_was_payable_before_the_day_begins_is_paid_on_it(on: str, zone: str, moment: datetime, day: date) -> None:
    found = payday(on=on, zone=zone)
    assert found is not None
    assert found.after(moment) == day


def test_it_is_read_whole_or_refused_by_name() -> None:
    assert payday() is None
    found = payday(on="Wed", least="10.00 USD, 900 JPY", said="By bank transfer.")
    assert found is not None
    assert (found.least, found.said) == ({"USD": 1000, "JPY": 900}, {"en": "By bank transfer."})
    for wrong in ({"on": "someday"}, {"on": "day 32"}, {"on": "day 0"}):
        with pytest.raises(ValueError, match=r"FAIRHAND_PAYDAY is"):
            payday(**wrong)
    with pytest.raises(ValueError, match="FAIRHAND_PAYDAY_ZONE"):
        payday(on="wed", zone="../etc")
    for least in ("10", "0.00 USD", "10.001 USD", "ten USD"):
        with pytest.raises(ValueError, match="FAIRHAND_PAYDAY_LEAST"):
            payday(on="wed", least=least)
