"""Contrasts of the colour tokens, computed from the stylesheet as WCAG 2.2 defines them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"--([a-z0-9-]+):\s*light-dark\(\s*(#[0-9a-f]{3,8})\s*,\s*(#[0-9a-f]{3,8})\s*\)", re.I)

TEXT, LARGE, PART = 4.5, 3.0, 3.0  # text; large text; what one must see to use something
# What stands on what, and how much contrast it needs. Every use of two tokens over each other belongs here.
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "surface", "sunken")),
    *(("ink", ground, TEXT) for ground in ("green-wash", "saffron-wash", "red-wash")),
    *(("petrol", ground, TEXT) for ground in ("paper", "surface", "sunken")),
    *(("petrol-2", ground, TEXT) for ground in ("paper", "surface", "sunken")),
    *(("on-petrol", ground, TEXT) for ground in ("petrol", "petrol-2")),
    *(("surface", ground, TEXT) for ground in ("red", "red-2")),
    *(("green", ground, TEXT) for ground in ("paper", "surface", "sunken", "green-wash")),
    *(("saffron-ink", ground, TEXT) for ground in ("paper", "surface", "saffron-wash")),
    *(("red", ground, TEXT) for ground in ("paper", "surface", "red-wash")),
    *(("edge", ground, PART) for ground in ("paper", "surface")),
    *(("focus", ground, PART) for ground in ("paper", "surface", "sunken")),
    *((part, "surface", PART) for part in ("petrol", "petrol-3", "red")),
)


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two tokens over each other, and their contrast in light and dark; `least` is what they need."""

    ink: str
    ground: str
    least: float
    light: float
    dark: float


def tokens(stylesheet: str) -> dict[str, tuple[str, str]]:
    """Name -> (colour in the light, colour in the dark), of every token that has both."""
    return {name: (light, dark) for name, light, dark in _TOKEN.findall(stylesheet)}


def contrasts(found: Mapping[str, tuple[str, str]]) -> list[Contrast]:
    """Every pair with what it comes to. KeyError where a token of a pair is missing."""
    return [
        Contrast(ink, ground, least, ratio(found[ink][0], found[ground][0]), ratio(found[ink][1], found[ground][1]))
        for ink, ground, least in PAIRS
    ]


def ratio(first: str, second: str) -> float:
    """From 1 to 21. Colours as `#rgb` or `#rrggbb`, without transparency."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    if len(digits) != 6:
        raise ValueError(f"{colour} is no plain colour")
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
