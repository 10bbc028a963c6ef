"""A table of earnings elsewhere: read in both languages' digits, refused line by line, summed exactly."""

from datetime import date
from fractions import Fraction

import pytest

from fairhand.kernel.limits import COMPARE_BYTES_MAX, COMPARE_ROWS_MAX
from fairhand.web.expert.elsewhere import Fault, read, totals

HEAD = "platform,date,hours,amount,currency\n"
GOOD = "A,2026-11-02,6.5,180.00,USD\n"


def table(*rows: str) -> bytes:
    return (HEAD + "".join(rows)).encode()


def test_days_weeks_clocks_and_arabic_digits_are_read() -> None:
    rows, faults = read(
        b"\xef\xbb\xbf" + table(GOOD, "\n", 'A,2026-W45,7:15,"1,201.50",usd\n', "ب,٢٠٢٦-١١-٠٣,٢,٩٠٫٥,EUR\n")
    )
    assert faults == []
    assert [row.day for row in rows] == [date(2026, 11, 2), date(2026, 11, 2), date(2026, 11, 3)]
    first, second = totals(rows)
    assert (first.platform, first.minor, first.hours, first.rows) == ("A", 138_150, Fraction(55, 4), 2)
    assert (first.per_hour, second.per_hour, second.ms) == (10_047, 4_525, 7_200_000)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",2026-11-02,1,1,USD\n", "compare_platform"),
        ("A,02.11.2026,1,1,USD\n", "compare_day"),
        ("A,2026-W54,1,1,USD\n", "compare_day"),
        ("A,0001-01-01,1,1,USD\n", "compare_day"),
        ("A,2026-11-02,0,1,USD\n", "compare_hours"),
        ("A,2026-11-02,-1,1,USD\n", "compare_hours"),
        ("A,2026-11-02,745,1,USD\n", "compare_hours"),
        ("A,2026-11-02,1,1.005,USD\n", "compare_amount"),
        ("A,2026-11-02,1,=1+1,USD\n", "compare_amount"),
        ("A,2026-11-02,1,1,XXQ\n", "compare_currency"),
        ("A,2026-11-02,1,1\n", "columns"),
        ('A,2026-11-02,1,1,"USD\n', "not_csv"),
    ],
)
def test_each_line_that_is_wrong_is_named_by_its_number(row: str, code: str) -> None:
    rows, faults = read(table(GOOD, row))
    assert Fault(3, code) in faults or (code == "not_csv" and faults[-1].code == code)
    assert len(rows) == (0 if code == "not_csv" else 1)


def test_a_file_that_is_no_such_table_is_refused_as_a_whole() -> None:
    for data, code in (
        (b"\xff\xfe", "not_utf8"), (b"", "compare_columns"), (b"platform,date\n", "compare_columns"),
        (table(), "compare_empty"), (table("\0"), "bad_character"),
        (b"x" * (COMPARE_BYTES_MAX + 1), "compare_too_large"),
        (table(GOOD * (COMPARE_ROWS_MAX + 1)), "too_many_rows"),
        (table(*(GOOD.replace("A", f"P{n}") for n in range(21))), "compare_platforms"),
    ):  # fmt: skip
        rows, faults = read(data)
        assert rows == []
        assert [fault.code for fault in faults] == [code]
