"""Money is an integer of minor units with a currency. The pay engine owns the rules, so that it can be run alone."""

from fairhand_pay.currency import (
    AMOUNT_MINOR_MAX,
    EXPONENTS,
    SIGNS,
    exponent,
    format_minor,
    parse_decimal,
    parse_minor,
    plain_minor,
    round_minor,
)

__all__ = [
    "AMOUNT_MINOR_MAX",
    "EXPONENTS",
    "SIGNS",
    "exponent",
    "format_minor",
    "parse_decimal",
    "parse_minor",
    "plain_minor",
    "round_minor",
]
