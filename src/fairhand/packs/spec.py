"""project.toml as pydantic models: the shapes and limits. What one part asks of another is in `project.py`."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from fairhand.kernel import limits
from fairhand.kernel.ids import is_slug
from fairhand.kernel.money import EXPONENTS
from fairhand.tasks.template_spec import Part, Template
from fairhand.tasks.wording import Identifier, Label, Language, Line, OptionValue, Paragraph, key_problem

DAY_S = 86_400


def _slug(value: str) -> str:
    if not is_slug(value):
        raise ValueError("must be 1 to 64 of a-z, 0-9 and inner hyphens")
    return value


def _currency(value: str) -> str:
    if value not in EXPONENTS:
        raise ValueError("is not a known currency; use an ISO 4217 code such as USD")
    return value


def _person(value: str) -> str:
    if (problem := key_problem(value)) is not None:
        raise ValueError(problem)
    return value


Person = Annotated[str, Field(min_length=1, max_length=limits.PACK_KEY_CHARS_MAX), AfterValidator(_person)]
Column = Annotated[str, Field(min_length=1, max_length=100)]


class Licence(Part):
    """Of the tasks' contents. `attribution` is shown wherever they are."""

    name: Line
    url: Annotated[str, Field(pattern=r"^https?://[!-~]+$", max_length=300)] | None = None
    attribution: Line


class Estimate(Part):
    """Typical and long work time of a slot, in seconds, with the number of measurements and where they are from."""

    p50_s: Annotated[int, Field(ge=1, le=limits.CLAIM_S_MAX_MAX)]
    p80_s: Annotated[int, Field(ge=1, le=limits.CLAIM_S_MAX_MAX)]
    n: Annotated[int, Field(ge=1, le=10**9)]
    basis: Paragraph

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.p80_s < self.p50_s:
            raise ValueError(f"p80_s ({self.p80_s}) is below p50_s ({self.p50_s})")
        return self


class Stage(Part):
    """One step of a task's way. `want` is for attempts, `policy` (which of them are judged) for reviews and audits."""

    name: Identifier
    kind: Literal["attempt", "review", "audit", "adjudicate"]
    subject: Literal["none", "one", "all"]
    want: Annotated[int, Field(ge=1, le=limits.ATTEMPTS_PER_TASK_MAX)] | None = None
    lease_s: Annotated[int, Field(ge=limits.LEASE_S_MIN, le=limits.LEASE_S_MAX)]
    claim_s_max: Annotated[int, Field(ge=limits.LEASE_S_MIN, le=limits.CLAIM_S_MAX_MAX)]
    idle_s: Annotated[int, Field(ge=10, le=3600)] = 60
    rework_s: Annotated[int, Field(ge=60, le=30 * DAY_S)] = 2 * DAY_S
    rounds_max: Annotated[int, Field(ge=1, le=10)] = 2
    review_deadline_h: Annotated[int, Field(ge=1, le=30 * 24)] = 7 * 24
    pay: dict[str, Any]
    policy: dict[str, Any] | None = None
    estimate: Estimate | None = None

    @model_validator(mode="after")
    def _within_claim(self) -> Self:
        if self.lease_s > self.claim_s_max:
            raise ValueError(f"lease_s ({self.lease_s}) is longer than claim_s_max ({self.claim_s_max})")
        return self


class Columns(Part):
    """Which column of judgements.csv is what. `answers` is a table of question to column."""

    expert: Column
    task: Column
    seconds: Column | None = None
    stage: Column | None = None
    answers: Annotated[dict[Identifier, Column], Field(min_length=1)]


class History(Part):
    """How judgements.csv is played. The reviewers are invented, and marked so wherever they appear."""

    reviewers: Annotated[list[Person], Field(max_length=limits.PACK_REVIEWERS_MAX)] = []
    reviewer_rule: Literal["accept_complete"] = "accept_complete"
    # The last reviews of the history that nobody makes: they wait for people.
    reviews_left_open: Annotated[int, Field(ge=0, le=10_000)] = 0
    columns: Columns
    values: dict[Identifier, dict[str, OptionValue]] = {}


class Preference(Part):
    """Which field and answers make a preference row: `left_value` chosen means the text of `left` was preferred."""

    prompt: Identifier
    left: Identifier
    right: Identifier
    question: Identifier
    left_value: OptionValue
    right_value: OptionValue


class Delivery(Part):
    """`accepted`: every accepted submission of the attempt stage; surplus work is left out."""

    rule: Literal["accepted"] = "accepted"
    formats: Annotated[list[Literal["jsonl", "csv", "trl_preference"]], Field(min_length=1)] = ["jsonl", "csv"]
    preference: Preference | None = None

    @model_validator(mode="after")
    def _told_how(self) -> Self:
        if ("trl_preference" in self.formats) != (self.preference is not None):
            raise ValueError("the format trl_preference and the table preference need each other")
        if len(set(self.formats)) != len(self.formats):
            raise ValueError("formats names one format twice")
        return self


class Preparation(Part):
    """What the project asks before the first task: reading, onboarding, a qualification. None of it is paid yet.

    `waived`: why the operator lets it be longer than what may go unpaid, as experts read it on the card.
    """

    minutes: Annotated[int, Field(ge=0, le=limits.PREPARATION_MIN_MAX)]
    waived: Paragraph | None = None


class PackSpec(Part):
    """project.toml."""

    pack: Literal[1]
    slug: Annotated[str, Field(max_length=64, json_schema_extra={"pattern": "^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$"}),
                    AfterValidator(_slug)]  # fmt: skip
    name: Label
    summary: Paragraph
    client: Line
    currency: Annotated[str, AfterValidator(_currency), Field(json_schema_extra={"enum": sorted(EXPONENTS)})]
    budget: Annotated[str, Field(max_length=32, json_schema_extra={"pattern": r"^[0-9]{1,16}(\.[0-9]{1,12})?$"})]
    languages: Annotated[list[Language], Field(min_length=1, max_length=limits.LANGUAGES_MAX)]
    experts_wanted: Annotated[int, Field(ge=1, le=limits.PACK_EXPERTS_MAX)]
    reviewers_wanted: Annotated[int, Field(ge=0, le=limits.PACK_EXPERTS_MAX)] = 0
    licence: Licence
    template: Template
    stages: Annotated[list[Stage], Field(min_length=1, max_length=4)]
    preparation: Preparation | None = None
    history: History | None = None
    delivery: Delivery | None = None
