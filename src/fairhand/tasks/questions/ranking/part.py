"""An order of several things, the best first. Where the template allows ties, some may share a place."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import RANKING_ITEMS_MAX
from fairhand.tasks.questions._option import Item, no_two_alike
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.wording import Problem, shown


class RankingTerms(QuestionTerms):
    """`items`: what is ordered. `ties`: whether some may share a place."""

    type: Literal["ranking"]
    items: Annotated[list[Item], Field(min_length=2, max_length=RANKING_ITEMS_MAX)]
    ties: bool = False

    @model_validator(mode="after")
    def _unique(self) -> Self:
        no_two_alike(self.items)
        return self


class Ranking:
    """answer: a list of places, the best first; each place is the list of items (their values) that share it."""

    name = "ranking"
    version = 1
    terms = RankingTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_list, not_an_option, twice, not_all_ranked, tie."""
        question, items = str(terms["name"]), [item["value"] for item in terms["items"]]
        if not isinstance(answer, list) or not all(isinstance(place, list) and place for place in answer):
            return [Problem(question, "not_a_list", "is answered with a list of places, each a list of items")]
        ranked = [item for place in answer for item in place]
        if strange := [item for item in ranked if not isinstance(item, str) or item not in items]:
            return [Problem(question, "not_an_option", f"{shown(strange[0])} is not one of its items")]
        if len(set(ranked)) < len(ranked):
            return [Problem(question, "twice", "has an item at two places")]
        if missing := [item for item in items if item not in ranked]:
            return [Problem(question, "not_all_ranked", f"has no place for {missing[0]}")]
        if len(answer) < len(items) and not terms.get("ties", False):
            return [Problem(question, "tie", "has two items at one place, and the template allows no ties")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """Each item's place as it was chosen; no place at all is no answer."""
        at: dict[int, list[str]] = {}
        for item in terms["items"]:
            place = one(posted, f"{name}.{item['value']}")
            if place.isascii() and place.isdecimal() and len(place) < 4:
                at.setdefault(int(place), []).append(item["value"])
        return [at[place] for place in sorted(at)] or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """Each item with its place (None before one is chosen), in the template's order; the places there are; and the
        places that are taken, as they are read: `1=` is one that several share."""
        places, items = _places(value or []), terms["items"]
        shared = [[item for item in items if places.get(item["value"]) == place] for place in range(1, len(items) + 1)]
        return {
            "items": [(item, places.get(item["value"])) for item in items],
            "ranked": [
                {"said": f"{place}{'=' if len(found) > 1 else ''}", "items": found}
                for place, found in enumerate(shared, start=1) if found
            ],
            "places": range(1, len(items) + 1),
        }  # fmt: skip

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        return [("alt+up alt+down", "place")]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """The share of pairs of items that the two order differently; a tie against an order counts half (Kemeny)."""
        left, right = _places(a), _places(b)
        pairs = list(combinations(sorted(left), 2))
        apart = sum(abs(_sign(left[x] - left[y]) - _sign(right[x] - right[y])) for x, y in pairs)
        return Fraction(apart, 2 * len(pairs)) if pairs else Fraction(0)

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the distance."""
        return 1 - self.distance(answer, gold, terms)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """One for each item."""
        return tuple(f"{terms['name']}_{item['value']}" for item in terms["items"])

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The place of each item, from 1."""
        places = _places(answer or [])
        return tuple(str(places.get(item["value"], "")) for item in terms["items"])


def _places(answer: Any) -> dict[str, int]:
    return {item: place for place, items in enumerate(answer, start=1) for item in items}


def _sign(difference: int) -> int:
    return (difference > 0) - (difference < 0)


PART = Ranking()
