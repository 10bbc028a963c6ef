"""Amounts as people type them: read in either language, and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairhand.kernel.money import AMOUNT_MINOR_MAX, EXPONENTS, format_minor
from fairhand.web.finance.amounts import typed_minor

ARABIC = str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫")


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1250", "USD", 125_000),
        ("1,250.00", "USD", 125_000),
        (" $1 250 ", "USD", 125_000),
        ("١٬٢٥٠٫٥٠", "USD", 125_050),
        ("۱۲۵۰", "USD", 125_000),
        ("١،٢٥٠", "SAR", 125_000),
        ("\u2066KWD\u00a01.250\u2069", "KWD", 1_250),
        ("12 USD", "USD", 1_200),
        ("1'250'000", "CHF", 125_000_000),
        ("500", "JPY", 500),
        ("0.01", "USD", 1),
    ],
)
def test_what_is_an_amount_is_read(typed: str, currency: str, minor: int) -> None:
    assert typed_minor(typed, currency) == minor


@pytest.mark.parametrize(
    "typed",
    ["", " ", "-5", "1,25", "1.250,00", "12,50", "1e3", "½", "1.234", "²", "5 EUR", "1..2", "1,2345", "9" * 40, "$"],
)
def test_what_could_be_meant_otherwise_is_refused(typed: str) -> None:
    assert typed_minor(typed, "USD") is None


@given(st.integers(0, AMOUNT_MINOR_MAX), st.sampled_from(sorted(EXPONENTS)), st.booleans())
def test_what_we_write_is_read_back(minor: int, currency: str, arabic: bool) -> None:
    shown = format_minor(minor, currency)
    assert typed_minor(shown.translate(ARABIC) if arabic else shown, currency) == minor
