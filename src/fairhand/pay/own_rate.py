"""Rate cards with rows for people: which row is somebody's, and the plan at that row. Pure.

A row may name a `tier` or a `field` (a tier or a skill that was granted, `slug` or `slug:level` and above), a
`language` (ISO 639) and a `zone` (countries, `DE` or `DE+AT`), both as the profile says, beside stage and role. The row
with most conditions holds; of equals the higher rate.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from fairhand.kernel.limits import RATE_ROWS_MAX
from fairhand_pay import Terms
from fairhand_pay.currency import parse_minor
from fairhand_pay.primitives.rate import RateParams, Row

PERSONAL = frozenset({"tier", "field", "language", "zone"})
OF_WORK = frozenset({"stage", "role"})
_LEVELLED = re.compile(r"[a-z0-9][a-z0-9-]{0,59}(?::[1-9])?")
_SHAPES = {
    "tier": _LEVELLED,
    "field": _LEVELLED,
    "language": re.compile(r"[a-z]{2,3}"),
    "zone": re.compile(r"[A-Z]{2}(?:\+[A-Z]{2})*"),
}
_SAID = {
    "tier": "a tier's short name, or with the level from which it holds, such as chemist:3",
    "field": "a skill's short name, or with the level from which it holds, such as chemistry:2",
    "language": "a language's code, such as ar",
    "zone": "codes of countries, such as DE or DE+AT",
}


@dataclass(frozen=True, slots=True)
class Holder:
    """What a rate card may ask of a person: tiers and skills with their level, languages, country ("" unknown)."""

    tiers: Mapping[str, int] = field(default_factory=dict)
    skills: Mapping[str, int] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    country: str = ""


NOBODY = Holder()


def is_personal(terms: Terms) -> bool:
    """Whether people are paid at different rates by what they hold."""
    return any(name in PERSONAL for card in cards_in(terms) for row in card.rows for name in row.when)


def cards_in(terms: Terms) -> list[RateParams]:
    """The rate card of a plan, if it has one."""
    return [each.params for each in terms.primitives if isinstance(each.params, RateParams)]


def own_terms(terms: Terms, holder: Holder, dims: Mapping[str, str]) -> tuple[Terms, dict[str, str]]:
    """A plan at one person's rate, and what of them it is for; plans whose rows name nobody come back as they are.

    `dims`: stage and role. The row stays beside the same rate for everybody else, so that pay lines say whose it is.
    """
    if not is_personal(terms):
        return terms, {}
    found: dict[str, str] = {}
    chosen = []
    for each in terms.primitives:
        if isinstance(each.params, RateParams):
            row = row_of(each.params, terms.currency, holder, dims)
            rows = (Row(rate=row.rate), row) if row.when else (row,)
            found = {name: value for name, value in row.when.items() if name in PERSONAL}
            each = replace(each, params=each.params.model_copy(update={"rows": rows}))
        chosen.append(each)
    return replace(terms, primitives=tuple(chosen)), found


def row_of(params: RateParams, currency: str, holder: Holder, dims: Mapping[str, str]) -> Row:
    """The row with most conditions among those that hold; of equals the higher rate."""
    held = [row for row in params.rows if all(_holds(*each, holder, dims) for each in row.when.items())]
    return max(held, key=lambda row: (len(row.when), parse_minor(row.rate, currency)))


def _holds(name: str, value: str, holder: Holder, dims: Mapping[str, str]) -> bool:
    if name in ("tier", "field"):
        slug, level = _levelled(value)
        return (holder.tiers if name == "tier" else holder.skills).get(slug, 0) >= level
    if name == "language":
        return value in holder.languages
    if name == "zone":
        return holder.country in value.split("+")
    return dims.get(name) == value


def _levelled(value: str) -> tuple[str, int]:
    slug, _, level = value.partition(":")
    return slug, int(level) if level else 1


def row_problems(params: RateParams) -> list[str]:
    """Why a project's people can't be paid by a rate card, in English."""
    found = []
    others = sorted({name for row in params.rows for name in row.when} - PERSONAL - OF_WORK)
    if others:
        found.append(f"by {', '.join(others)}; a project's card tells {', '.join(sorted(PERSONAL | OF_WORK))} apart")
    if len(params.rows) > RATE_ROWS_MAX:
        found.append(f"of {len(params.rows)}; a project's card has at most {RATE_ROWS_MAX}")
    named = any(name in PERSONAL for row in params.rows for name in row.when)
    if named and any(row.from_date for row in params.rows):
        found.append("from a day on; what people are paid from a later day on is a version of the plan, with notice")
    for name, value in sorted({each for row in params.rows for each in row.when.items()}):
        if name in PERSONAL and _SHAPES[name].fullmatch(value) is None:
            found.append(f"for the {name} {value!r}; it is {_SAID[name]}")
    return found


def skills_in(terms: Terms) -> dict[str, str]:
    """Short name -> `tier` or `skill`, of all that a plan's rows name."""
    kinds = {"tier": "tier", "field": "skill"}
    return {
        _levelled(value)[0]: kinds[name]
        for card in cards_in(terms) for row in card.rows for name, value in row.when.items() if name in kinds
    }  # fmt: skip


def kinds_of_people(before: Terms, after: Terms) -> Iterator[Holder]:
    """Holders among whom is everybody who may lose most by a change: for each two rows of the plans, whoever just
    meets both. More that somebody holds only matters where it meets another row, and so another two."""
    sides = [[row.when for card in cards_in(each) for row in card.rows] or [{}] for each in (before, after)]
    for one in sides[0]:
        for other in sides[1]:
            yield from _holders((*one.items(), *other.items()))


def _holders(conditions: tuple[tuple[str, str], ...]) -> Iterator[Holder]:
    """Who meets conditions, and nothing else: one for each country that they leave; nobody lives in two."""
    levels: dict[str, dict[str, int]] = {"tier": {}, "field": {}}
    languages, countries = set(), {""}
    for name, value in conditions:
        if name in levels:
            slug, level = _levelled(value)
            levels[name][slug] = max(level, levels[name].get(slug, 0))
        elif name == "language":
            languages.add(value)
        elif name == "zone":
            asked = set(value.split("+"))
            countries = asked if countries == {""} else countries & asked
    for country in sorted(countries):
        yield Holder(levels["tier"], levels["field"], frozenset(languages), country)
