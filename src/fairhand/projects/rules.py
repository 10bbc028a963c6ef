"""What a project's words and a stage's numbers may be. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from fairhand.kernel.limits import (
    CLAIM_S_MAX_MAX,
    GUIDELINE_CHARS_MAX,
    LEASE_S_MAX,
    LEASE_S_MIN,
)

_DAY_S = 86_400
# What a stage may change while it runs, with the least and the most. Its template and kind may not;
# its pay changes by versions (flow/change_plan.py).
STAGE_NUMBERS: Mapping[str, tuple[int, int]] = {
    "lease_s": (LEASE_S_MIN, LEASE_S_MAX),
    "claim_s_max": (LEASE_S_MIN, CLAIM_S_MAX_MAX),
    "idle_s": (10, 3_600),
    "rework_s": (60, 30 * _DAY_S),
    "rounds_max": (1, 10),
    "review_deadline_h": (1, 30 * 24),
    "pause_s_max": (0, _DAY_S),
    "extension_s_max": (0, CLAIM_S_MAX_MAX),
    "extension_s_auto": (0, CLAIM_S_MAX_MAX),
    "cool_s": (0, _DAY_S),
}

# A lower plan is announced at least so many days before it holds; a project may ask for more.
NOTICE_DAYS_MIN, NOTICE_DAYS_MAX = 7, 90

# How often each of two people may judge the other's work once both have; 0: as often as it comes.
PAIR_MAX_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing wrong with a form's field: a stable code, and an English sentence for logs and the API."""

    field: str
    code: str
    why: str


def stage_problems(numbers: Mapping[str, int | None]) -> list[Wrong]:
    """What is wrong with a stage's numbers; None stands for something that is no whole number."""
    found = []
    for name, value in numbers.items():
        low, high = STAGE_NUMBERS[name]
        if value is None or not low <= value <= high:
            found.append(Wrong(name, "not_in_range", f"{name} is a whole number from {low} to {high}"))
    lease, longest = numbers.get("lease_s"), numbers.get("claim_s_max")
    if not found and lease is not None and longest is not None and lease > longest:
        found.append(Wrong("lease_s", "lease_too_long", f"lease_s ({lease}) is longer than claim_s_max ({longest})"))
    at_once, in_all = numbers.get("extension_s_auto"), numbers.get("extension_s_max")
    if not found and at_once is not None and in_all is not None and at_once > in_all:
        why = f"extension_s_auto ({at_once}) is more than extension_s_max ({in_all})"
        found.append(Wrong("extension_s_auto", "more_than_in_all", why))
    return found


Texts = Mapping[str, str]


def guideline_problems(before: tuple[Texts, Texts], texts: Texts, rubric: Texts, note: str) -> list[Wrong]:
    """What keeps texts and rubric (language -> Markdown) from being the next version of a guideline after `before`."""
    found = []
    if not texts.get("en", "").strip():
        found.append(Wrong("text.en", "required", "the guideline needs its English text"))
    named = [(f"text.{code}", text) for code, text in texts.items()]
    for field, text in named + [(f"rubric.{code}", text) for code, text in rubric.items()]:
        if len(text) > GUIDELINE_CHARS_MAX:
            why = f"has {len(text)} characters; a guideline has at most {GUIDELINE_CHARS_MAX}"
            found.append(Wrong(field, "too_long", why))
    if not note.strip():
        found.append(Wrong("note", "required", "say what changed: experts read it before their next task"))
    if not found and before == (dict(texts), dict(rubric)):
        found.append(Wrong("text.en", "guideline_same", "nothing differs from the version in force"))
    return found
