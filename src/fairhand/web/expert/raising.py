"""For the work page: what its holder asked and reported of a task so far, and the form for more."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fairhand.cases.raised_queries import raised_of_claim
from fairhand.cases.states import DISTRESSING, ILLEGAL, RAISED_CLOSED, RAISED_KINDS, RAISED_OPEN
from fairhand.dispatch.queries import ClaimFacts
from fairhand.kernel.limits import RAISED_PER_CLAIM_MAX, RAISED_PLACE_CHARS_MAX, RAISED_WORDS_CHARS_MAX
from fairhand.web import words


def raising(
    facts: ClaimFacts, headings: list[str], typed: Mapping[str, str], problems: Mapping[str, str]
) -> dict[str, Any]:
    """`headings`: of the guideline. `owed`: the report with which the task may be given back, its time owed."""
    rows = raised_of_claim(facts.claim_id)
    reported = {row.kind for row in rows if row.state != RAISED_CLOSED}
    return {
        "rows": rows, "typed": typed, "problems": problems, "full": len(rows) >= RAISED_PER_CLAIM_MAX,
        "waits": any(row.state == RAISED_OPEN for row in rows), "words_max": RAISED_WORDS_CHARS_MAX,
        "owed": next((kind for kind in (ILLEGAL, DISTRESSING) if kind in reported), ""),
        "kinds": [(kind, words.word("raise", kind)) for kind in RAISED_KINDS],
        "places": [("", _("the task as a whole")), *((place, place) for place in dict.fromkeys(_parts(facts))),
                   *((heading, _("Guideline: %(part)s") % {"part": heading}) for heading in headings)],
    }  # fmt: skip


def _parts(facts: ClaimFacts) -> Iterator[str]:
    """The parts of a task that can be pointed at, as they are labelled on the page."""
    for part in (*facts.template["fields"], *facts.template["questions"]):
        texts = part["label"]
        named = texts if isinstance(texts, str) else texts.get(get_language() or "en") or texts.get("en", "")
        yield " ".join(named.split())[:RAISED_PLACE_CHARS_MAX] or part["name"]
