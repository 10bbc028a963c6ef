"""Text and fractions into minor units and back, exactly."""

import decimal
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.kernel import money
from fairhand_pay import currency
from tests.counts import count

CURRENCIES = sorted(currency.EXPONENTS)


def test_the_kernel_hands_on_what_the_pay_engine_owns() -> None:
    for name in money.__all__:
        assert getattr(money, name) is getattr(currency, name)


@pytest.mark.parametrize(
    ("text", "code", "minor"),
    [
        ("12.50", "USD", 1250),
        ("12.5", "USD", 1250),
        ("0", "USD", 0),
        ("000.07", "USD", 7),
        ("1500", "JPY", 1500),
        ("3.125", "KWD", 3125),
        ("12.500000", "USD", 1250),
        ("10000000000000.00", "USD", 10**15),
    ],
)
def test_text_to_minor_units(text: str, code: str, minor: int) -> None:
    assert currency.parse_minor(text, code) == minor


@pytest.mark.parametrize(
    "text",
    ["", " ", "1,5", "-1", "+1", "1e3", "NaN", "Infinity", ".5", "5.", "1_000", "١٢", "１２", "0x1f", " 1"]
    + ["1 ", "1\n", "9" * 17, "1." + "1" * 13],
)
def test_text_that_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a plain decimal number"):
        currency.parse_minor(text, "USD")


@pytest.mark.parametrize("value", [None, 12, 12.5, True, Decimal("1"), b"1", ["1"]])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="is not a plain decimal number"):
        currency.parse_decimal(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "code"), [("0.001", "USD"), ("0.1", "JPY"), ("0.0005", "KWD"), ("1.005", "EUR")])
def test_more_digits_than_the_currency_has_are_refused(text: str, code: str) -> None:
    with pytest.raises(ValueError, match="has more digits after the point"):
        currency.parse_minor(text, code)


def test_an_absurd_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond the largest amount"):
        currency.parse_minor("10000000000000.01", "USD")


@pytest.mark.parametrize("code", ["usd", "XXX", "", "US", "USDT", None, [], 840])
def test_an_unknown_currency_is_refused(code: object) -> None:
    with pytest.raises(ValueError, match="is not known"):
        currency.exponent(code)  # type: ignore[arg-type]


def test_a_hostile_text_is_shown_short_and_escaped() -> None:
    with pytest.raises(ValueError, match="plain") as refused:
        currency.parse_decimal("\u202e" * 10_000)
    assert len(str(refused.value)) < 120
    assert str(refused.value).isascii()


@pytest.mark.parametrize(
    ("minor", "code", "text"),
    [
        (0, "USD", "$0.00"),
        (7, "USD", "$0.07"),
        (1250, "USD", "$12.50"),
        (123456789, "USD", "$1,234,567.89"),
        (-1250, "EUR", "−€12.50"),
        (1500, "JPY", "¥1,500"),
        (1250, "KWD", "KWD\u00a01.250"),
        (10**30, "GBP", "£" + f"{10**28:,}" + ".00"),
    ],
)
def test_minor_units_as_people_read_them(minor: int, code: str, text: str) -> None:
    assert currency.format_minor(minor, code) == text


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(49, 100), 0),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),  # half to even would say 2
        (Fraction(-1, 2), -1),
        (Fraction(-49, 100), 0),
        (Fraction(-5, 2), -3),
        (Fraction(5000, 3), 1667),
        (Fraction(10**40 + 1, 2), (10**40 + 2) // 2),
    ],
)
def test_half_is_rounded_up(exact: Fraction, rounded: int) -> None:
    assert currency.round_minor(exact) == rounded


@settings(max_examples=count(300, 50_000))
@given(st.integers(0, 10**15), st.sampled_from(CURRENCIES))
def test_written_amounts_read_back(minor: int, code: str) -> None:
    text = currency.plain_minor(minor, code)
    assert currency.parse_minor(text, code) == minor
    shown = currency.format_minor(minor, code)
    assert shown.endswith(text.partition(".")[2])
    assert int("".join(c for c in shown if c in "0123456789")) == minor


@settings(max_examples=count(300, 50_000))
@given(st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**7))
def test_rounding_is_decimals_half_up(exact: Fraction) -> None:
    with decimal.localcontext(prec=60):
        quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
        assert currency.round_minor(exact) == int(quotient.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@settings(max_examples=count(200, 20_000))
@given(st.from_regex(r"[0-9]{1,13}(\.[0-9]{1,3})?", fullmatch=True), st.sampled_from(CURRENCIES))
def test_a_callers_decimal_context_changes_nothing(text: str, code: str) -> None:
    def read() -> object:
        try:
            return currency.parse_minor(text, code)
        except ValueError as error:
            return str(error)

    expected = read()
    with decimal.localcontext(prec=1):
        assert read() == expected
