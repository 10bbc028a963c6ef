"""How several primitives write their parameters and say their figures."""

from fractions import Fraction

from fairhand_pay.currency import format_minor, parse_decimal, parse_minor, parse_share, plain_minor
from fairhand_pay.errors import TermsError
from fairhand_pay.primitives._part import Frame

HOUR_MS = 3_600_000


def written(amount: str, frame: Frame, path: str) -> str:
    """An amount in the full digits of the plan's currency. Raises TermsError."""
    try:
        return plain_minor(parse_minor(amount, frame.currency), frame.currency)
    except ValueError as error:
        raise TermsError(path, str(error)) from None


def minor(amount: str, frame: Frame) -> int:
    """Minor units of an amount of the plan."""
    return parse_minor(amount, frame.currency)


def money(amount: str, frame: Frame) -> str:
    """An amount of the plan as it is said: `$12.00`."""
    return format_minor(parse_minor(amount, frame.currency), frame.currency)


def share_written(share: str, path: str, most: int = 100) -> str:
    """A share from above 0 to `most` percent, without needless digits. Raises TermsError."""
    try:
        value = parse_share(share)
    except ValueError as error:
        raise TermsError(path, str(error)) from None
    if not 0 < value <= Fraction(most, 100):
        raise TermsError(path, f"{share} is not above 0% and up to {most}%")
    return percent(value)


def percent(value: Fraction) -> str:
    """`1/10` -> `10%`; a share has at most 12 digits after the point."""
    return f"{plain(value * 100)}%"


def plain(value: Fraction) -> str:
    """A decimal fraction as plain text without needless zeros: `9/2` -> `4.5`."""
    whole, rest = divmod(int(value * 10**15), 10**15)
    digits = f"{rest:015}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


def decimal_written(value: str, path: str) -> str:
    """A plain decimal without needless zeros. Raises TermsError."""
    try:
        return plain(Fraction(parse_decimal(value)))
    except ValueError as error:
        raise TermsError(path, str(error)) from None


def hours(ms: int) -> str:
    """Milliseconds as hours for a goal, with two digits at most: `22.6`."""
    return plain(Fraction(ms * 100 // HOUR_MS, 100))
