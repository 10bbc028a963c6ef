"""Of several things the best one and the worst one: quicker than an order of all of them, and surer at its ends."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import BESTWORST_ITEMS_MAX, BESTWORST_ITEMS_MIN, CLAIM_CHARS_MAX
from fairhand.tasks.questions._option import Item, no_two_alike
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.wording import Identifier, Label, Problem, shown, unfit

_ENDS = ("best", "worst")


class BestWorstTerms(QuestionTerms):
    """`items`: what is chosen from; or `of`: a text of the task with one item on each line, named 1, 2, 3 and so on.

    `best`, `worst`: what the two are called, where "best" and "worst" would mislead ("most harmful", say).
    """

    of_types: ClassVar[tuple[str, ...]] = ("text",)

    type: Literal["bestworst"]
    items: Annotated[list[Item], Field(max_length=BESTWORST_ITEMS_MAX)] = []
    of: Identifier | None = None
    best: Label | None = None
    worst: Label | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        no_two_alike(self.items)
        if bool(self.items) == (self.of is not None):
            raise unfit("items_or_of", "either items or of says what is chosen from")
        if self.items and len(self.items) < BESTWORST_ITEMS_MIN:
            why = "a best and a worst one are chosen of %(least)s items at least"
            raise unfit("few_to_choose", why, least=BESTWORST_ITEMS_MIN)
        return self


class BestWorst:
    """answer: {"best": an item's value, "worst": another's}; of a task's text, the number of its line as text."""

    name = "bestworst"
    version = 1
    terms = BestWorstTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_an_object, not_both, not_an_option, same_twice."""
        question, values = str(terms["name"]), [item["value"] for item in items_of(terms)]
        if not isinstance(answer, Mapping) or not set(answer) <= set(_ENDS):
            return [Problem(question, "not_an_object", 'is answered with {"best": …, "worst": …}')]
        if missing := [end for end in _ENDS if end not in answer]:
            return [Problem(question, "not_both", f"has no {missing[0]} one")]
        if strange := [answer[end] for end in _ENDS if not isinstance(answer[end], str) or answer[end] not in values]:
            return [Problem(question, "not_an_option", f"{shown(strange[0])} is not one of its items")]
        if answer["best"] == answer["worst"]:
            return [Problem(question, "same_twice", "has one item as the best and the worst")]
        return []

    def check_given(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: few_items, many_items, item_long, twice."""
        texts = [item["label"] for item in items_of({**terms, "given": value})]
        if len(texts) < BESTWORST_ITEMS_MIN:
            return [Problem(terms["of"], "few_items", f"has fewer than {BESTWORST_ITEMS_MIN} lines to choose from")]
        if len(texts) > BESTWORST_ITEMS_MAX:
            return [Problem(terms["of"], "many_items", f"has more than {BESTWORST_ITEMS_MAX} lines to choose from")]
        if any(len(text) > CLAIM_CHARS_MAX for text in texts):
            return [Problem(terms["of"], "item_long", f"has a line of more than {CLAIM_CHARS_MAX} characters")]
        if len(set(texts)) < len(texts):
            return [Problem(terms["of"], "twice", "has one line twice")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """What is marked; where nothing is, no answer."""
        return {end: value for end in _ENDS if (value := one(posted, f"{name}.{end}"))} or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """`items` with their values and labels; `best`, `worst`: the labels of those that are marked, or nothing."""
        items, marked = items_of(terms), value if isinstance(value, Mapping) else {}
        labels = {item["value"]: item["label"] for item in items}
        found = {end: labels.get(str(marked.get(end)), marked.get(end)) for end in _ENDS}
        return {"items": items, **found}

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        return [("j", ""), ("k", ""), ("b", ""), ("w", "")]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """The share of the two choices that differ (Hamming)."""
        return Fraction(sum(a[end] != b[end] for end in _ENDS), 2)

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """The share of the two choices that are right; 0 where the known best is called the worst, or the reverse."""
        if answer["best"] == gold["worst"] or answer["worst"] == gold["best"]:
            return Fraction(0)
        return 1 - self.distance(answer, gold, terms)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The best one and the worst one."""
        return tuple(f"{terms['name']}_{end}" for end in _ENDS)

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """Their values."""
        return tuple(answer[end] if answer else "" for end in _ENDS)


def items_of(terms: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is chosen from: the template's items, or the lines of the task's text that aren't blank, counted from 1."""
    if terms.get("items"):
        return [{"value": item["value"], "label": item["label"]} for item in terms["items"]]
    given = terms.get("given")
    lines = [line.strip() for line in given.splitlines() if line.strip()] if isinstance(given, str) else []
    return [{"value": str(number), "label": line} for number, line in enumerate(lines, start=1)]


PART = BestWorst()
