"""Claims checked one by one: a verdict on each, the sources it rests on with the passage quoted, and why.

The claims are the template's, or come with each task (`of` names a text, one claim a line, or a table, one a row), and
the expert may be asked to write more. Addresses are checked for their form, never opened.
"""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import CLAIMS_CHECKED_MAX, CLAIMS_WRITTEN_MAX, SOURCES_PER_CLAIM_MAX
from fairhand.tasks.questions._apart import apart
from fairhand.tasks.questions._option import Item, Option, no_two_alike
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.questions.factcheck.rows import COMMON, claims_in, is_link, row_problem, same_claim, verdicts_of
from fairhand.tasks.wording import Identifier, Problem, shown, unfit


class Verdict(Option):
    """`sourced`: whether it needs a source, where the question asks for sources at all."""

    sourced: bool = True


class FactcheckTerms(QuestionTerms):
    """`claims`, or `of`: the field that has them (`column` of a table); `written`: how many more one may write."""

    of_types: ClassVar[tuple[str, ...]] = ("text", "table")
    type: Literal["factcheck"]
    claims: Annotated[list[Item], Field(max_length=CLAIMS_CHECKED_MAX)] = []
    of: Identifier | None = None
    column: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    written: Annotated[int, Field(ge=0, le=CLAIMS_WRITTEN_MAX)] = 0
    verdicts: Annotated[list[Verdict], Field(min_length=2, max_length=9)] = Field(
        default_factory=lambda: [Verdict.model_validate(each) for each in COMMON]
    )
    sources: Literal["none", "optional", "required"] = "required"
    sources_max: Annotated[int, Field(ge=1, le=SOURCES_PER_CLAIM_MAX)] = 3
    why: Literal["none", "optional", "required"] = "optional"

    @model_validator(mode="after")
    def _has_claims(self) -> Self:
        no_two_alike(self.claims)
        no_two_alike(self.verdicts)
        if self.claims and self.of is not None:
            raise unfit("claims_or_of", "has either claims or `of`, the field that has them")
        if not self.claims and self.of is None and not self.written:
            raise unfit("no_claims", "has no claims: give claims, `of`, or how many may be written")
        if self.column is not None and self.of is None:
            raise unfit("column_of_nothing", "has a column, and no `of`, the table that has it")
        return self

    def shows_field(self) -> bool:
        """Unless claims are one column of a table that has others."""
        return self.of is not None and self.column is None


class Factcheck:
    """answer: a list of {"claim": name or "text": as written, "verdict", "sources": [{"source", "quote"?}], "why"?}."""

    name = "factcheck"
    version = 1
    terms = FactcheckTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_list, unknown_row, claim_twice, not_all_checked, too_many, and those of a row."""
        question, names = str(terms["name"]), [claim["value"] for claim in _claims(terms)]
        if not isinstance(answer, list) or not all(isinstance(row, Mapping) for row in answer):
            return [Problem(question, "not_a_list", "is answered with a list of claims, each with its verdict")]
        given = [row["claim"] for row in answer if "claim" in row]
        if strange := [name for name in given if name not in names]:
            return [Problem(question, "unknown_row", f"{shown(strange[0])} is none of its claims")]
        written = [row for row in answer if "claim" not in row]
        if len(written) > terms.get("written", 0):
            return [Problem(question, "too_many", f"has {len(written)} claims of its own")]
        for row in answer:
            if (found := row_problem(row, terms)) is not None:
                return [Problem(question, found[0], found[1])]
        own = [same_claim(row["text"]) for row in written]
        if len(set(given)) < len(given) or len(set(own)) < len(own):
            return [Problem(question, "claim_twice", "has a claim twice")]
        if missing := [name for name in names if name not in given]:
            return [Problem(question, "not_all_checked", f"has no verdict on {missing[0]}")]
        return [] if answer else [Problem(question, "required", "has no claim")]

    def check_given(self, value: Any, terms: Mapping[str, Any]) -> list[Problem]:
        """Whether a task's claims can be checked. Codes: no_column, blank, too_many."""
        field = str(terms["of"])
        if isinstance(value, Mapping) and (column := terms.get("column")) and column not in value["columns"]:
            return [Problem(field, "no_column", f"has no column {shown(column)}, which has the claims")]
        claims = claims_in(value, terms)
        if not claims:
            return [Problem(field, "blank", "has no claim in it")]
        if len(claims) > CLAIMS_CHECKED_MAX:
            return [Problem(field, "too_many", f"has {len(claims)} claims; {CLAIMS_CHECKED_MAX} are allowed")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """Row by row what was marked and written; rows that were left empty are left out, and none is no answer."""
        rows = []
        for claim in _claims(terms):
            if said := _said(posted, f"{name}.given.{claim['value']}", terms):
                rows.append({"claim": claim["value"], **said})
        for number in range(1, terms.get("written", 0) + 1):
            prefix = f"{name}.own.{number}"
            text, said = one(posted, f"{prefix}.text").strip(), _said(posted, prefix, terms)
            if text or said:
                rows.append({"text": text, **said})
        return rows or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """`given` and `own`: rows with their names in the form and what was said; `own` ends with blank ones."""
        rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
        by_claim = {row["claim"]: row for row in rows if isinstance(row.get("claim"), str)}
        own = [row for row in rows if "claim" not in row]
        blank: list[Mapping[str, Any]] = [{}] * max(0, terms.get("written", 0) - len(own))
        return {
            "given": [
                _row(by_claim.get(claim["value"], {}), f".given.{claim['value']}", terms, claim["label"])
                for claim in _claims(terms)
            ],
            "own": [_row(row, f".own.{number}", terms) for number, row in enumerate([*own, *blank], start=1)],
            "sources": terms.get("sources", "required"), "why": terms.get("why", "optional"),
            "sources_max": terms.get("sources_max", 3),
        }  # fmt: skip

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        quotes = [("q", "")] if terms.get("sources", "required") != "none" else []
        words = [("e", "words")] if terms.get("why", "optional") != "none" else []
        return [("j", ""), ("k", ""), *quotes, *words, ("esc", "out_of_words")]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """Of the claims that either has, the share without the same verdict; words and sources are not compared."""
        return apart(_verdicts(a), _verdicts(b))

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """Of the known claims, the share with the known verdict; claims beyond them cost nothing."""
        right, known = _verdicts(answer), _verdicts(gold)
        return Fraction(sum(right.get(name) == verdict for name, verdict in known.items()), len(known))

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The verdict on each claim of the template, how often each verdict was given, and all rows."""
        name = terms["name"]
        each = [f"{name}_{claim['value']}" for claim in terms.get("claims", [])]
        return (*each, *[f"{name}_n_{verdict['value']}" for verdict in verdicts_of(terms)], f"{name}_rows")

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """Verdicts, counts, and the rows as JSON."""
        if answer is None:
            return ("",) * len(self.export_columns(terms))
        on = _verdicts(answer)
        each = [on[f"claim {claim['value']}"] for claim in terms.get("claims", [])]
        given = [row["verdict"] for row in answer]
        counts = [str(given.count(verdict["value"])) for verdict in verdicts_of(terms)]
        return (*each, *counts, json.dumps(answer, ensure_ascii=False, separators=(",", ":")))


def _claims(terms: Mapping[str, Any]) -> list[Any]:
    return claims_in(terms.get("given"), terms) if terms.get("of") else list(terms.get("claims", []))


def _verdicts(answer: Any) -> dict[str, str]:
    """Claim -> verdict; what was written by hand is the same claim where its words are."""
    return {
        f"claim {row['claim']}" if "claim" in row else f"text {same_claim(row['text'])}": row["verdict"]
        for row in answer
    }


def _said(posted: Posted, prefix: str, terms: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if verdict := one(posted, f"{prefix}.verdict"):
        said["verdict"] = verdict
    sources = []
    for number in range(1, terms.get("sources_max", 3) + 1):
        source = one(posted, f"{prefix}.source.{number}").strip()
        quote = one(posted, f"{prefix}.quote.{number}").strip()
        if source or quote:
            sources.append({"source": source} | ({"quote": quote} if quote else {}))
    if sources:
        said["sources"] = sources
    if why := one(posted, f"{prefix}.why").strip():
        said["why"] = why
    return said


def _row(said: Mapping[str, Any], suffix: str, terms: Mapping[str, Any], label: Any = None) -> dict[str, Any]:
    """`sources`: (number, source, quote, whether it is the address of a page), blank ones at the end."""
    sources = said.get("sources")
    given = [each for each in sources if isinstance(each, Mapping)] if isinstance(sources, list) else []
    most = max(terms.get("sources_max", 3), len(given))
    filled = [(str(each.get("source", "")), str(each.get("quote", ""))) for each in given]
    both = [*filled, *[("", "")] * (most - len(filled))]
    verdict = said.get("verdict")
    return {
        "label": label, "suffix": suffix, "text": said.get("text", ""), "why": said.get("why", ""), "verdict": verdict,
        "missing": verdict is None, "blank": not said, "verdicts": verdicts_of(terms),
        "sources": [(at, source, quote, is_link(source)) for at, (source, quote) in enumerate(both, start=1)],
        "sourced": len(filled),
    }  # fmt: skip


PART = Factcheck()
