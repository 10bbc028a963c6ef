"""What an amount comes to in another currency. Pure and exact until the one rounding."""

from fractions import Fraction

from fairhand_pay.currency import exponent, parse_decimal, round_minor


def converted_minor(minor: int, base: str, quote: str, rate: str) -> int:
    """Minor units of `quote` for so many of `base`, rounded half up: 4529 USD at 0.9213 -> 4173 EUR."""
    return round_minor(Fraction(minor) * Fraction(parse_decimal(rate)) * Fraction(10) ** digits(base, quote))


def digits(base: str, quote: str) -> int:
    """How many more digits after the point the second currency has: -2 from USD to JPY."""
    return exponent(quote) - exponent(base)
