"""Money is an integer of minor units with a currency; text and fractions are turned into it here and nowhere else."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from fairhand_pay.errors import shown

# ISO 4217 minor-unit exponents of the currencies we know; an unknown currency is refused, never guessed.
EXPONENTS = {
    "AED": 2, "AUD": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "CNY": 2, "CZK": 2, "DKK": 2, "EGP": 2, "EUR": 2,
    "GBP": 2, "HKD": 2, "HUF": 2, "IDR": 2, "ILS": 2, "INR": 2, "JOD": 3, "JPY": 0, "KES": 2, "KRW": 0, "KWD": 3,
    "MAD": 2, "MXN": 2, "NGN": 2, "NOK": 2, "NZD": 2, "OMR": 3, "PHP": 2, "PKR": 2, "PLN": 2, "QAR": 2, "RON": 2,
    "SAR": 2, "SEK": 2, "SGD": 2, "THB": 2, "TND": 3, "TRY": 2, "TWD": 2, "UAH": 2, "USD": 2, "VND": 0, "ZAR": 2,
}  # fmt: skip
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "NGN": "₦", "VND": "₫"}
# bigint holds 9.2e18; sums of many amounts must stay below it, so one amount is at most 1e15 minor units.
AMOUNT_MINOR_MAX = 10**15
_PLAIN = re.compile(r"[0-9]{1,16}(?:\.[0-9]{1,12})?")


def exponent(currency: str) -> int:
    """Digits after the point of a currency. Raises ValueError for an unknown one."""
    try:
        return EXPONENTS[currency]
    except (KeyError, TypeError):
        raise ValueError(f"currency {shown(currency)} is not known; use an ISO 4217 code such as USD") from None


def parse_decimal(text: str) -> Decimal:
    """A plain non-negative decimal such as `0.125` (ASCII digits, no sign, no exponent). Raises ValueError."""
    if not isinstance(text, str) or not _PLAIN.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a plain decimal number in quotes, such as 12.50")
    return Decimal(text)


def parse_minor(text: str, currency: str) -> int:
    """`12.50` USD -> 1250. Raises ValueError for more digits than the currency has, or an absurd amount."""
    # Fractions, not Decimal arithmetic: the caller's decimal context can't round them.
    scale: int = 10 ** exponent(currency)
    value = Fraction(parse_decimal(text)) * scale
    if value.denominator != 1:
        raise ValueError(f"{text} has more digits after the point than {currency} has ({exponent(currency)})")
    if value > AMOUNT_MINOR_MAX:
        raise ValueError(f"{text} {currency} is beyond the largest amount ({AMOUNT_MINOR_MAX} minor units)")
    return value.numerator


def round_minor(exact: Fraction) -> int:
    """Round an exact count of minor units half up (half away from zero for a negative), to an integer."""
    rounded = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return rounded if exact >= 0 else -rounded


def parse_share(text: str) -> Fraction:
    """`52.9%` -> 529/1000. Raises ValueError for anything but plain decimal text with a percent sign."""
    if not isinstance(text, str) or not text.endswith("%"):
        raise ValueError(f"{shown(text)} is not a share in quotes, such as 20%")
    return Fraction(parse_decimal(text[:-1])) / 100


def split(minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """An amount in parts by weight that add up to it: largest remainders, the earlier first. Raises ValueError."""
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0 or minor < 0:
        raise ValueError("a split needs an amount from 0 and weights from 0 that are not all 0")
    parts = [minor * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(minor * weights[place] % whole), place))
    for place in by_remainder[: minor - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def plain_minor(minor: int, currency: str) -> str:
    """`1250` USD -> `12.50`: the text that `parse_minor` reads back. `minor` is not negative."""
    digits = exponent(currency)
    whole, part = divmod(minor, 10**digits)
    return f"{whole}.{part:0{digits}d}" if digits else str(whole)


def format_minor(minor: int, currency: str) -> str:
    """`125000` USD -> `$1,250.00`; a currency without a known sign is written after its code, `KWD 1.250`.

    Digits and order are the same in every language: amounts stand isolated and left-to-right inside Arabic text.
    """
    whole, point, part = plain_minor(abs(minor), currency).partition(".")
    sign = "−" if minor < 0 else ""
    mark = SIGNS.get(currency, currency + "\u00a0")
    return f"{sign}{mark}{int(whole):,}{point}{part}"
