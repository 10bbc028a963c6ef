"""What may be done in a case, as pure functions over facts. None means: it may be done."""

from dataclasses import dataclass
from uuid import UUID

from fairhand.cases.states import ANSWER_MOVES, ANSWERED, ANSWERS, APPEALED, CORRECT, PAYERS, POOL
from fairhand.kernel.limits import CASES_WAITING_PER_PERSON_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.rules import reason_given


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A pay line that somebody contests. `by_case`: a case made it. `waiting`: their cases without an answer."""

    person_id: UUID
    by_case: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as it stands. `most_minor`: what an answer may add at most, in minor units. `not_by`: who decided on what
    it is about."""

    state: str
    person_id: UUID
    answered_by: UUID | None
    most_minor: int
    not_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers. `operator`: whether they act for the operator, whose money goodwill is.

    `score`: of work that a reviewer scored, the score it should have had; the amount is then what that adds.
    """

    answer: str
    amount_minor: int
    payer: str
    reason: str
    actor_id: UUID | None
    operator: bool
    score: int | None = None
    # Of an entry of work outside tasks: how much of it is granted; the amount is then what that pays.
    granted_ms: int | None = None


def may_contest(line: LineFacts, person_id: UUID, words: str) -> Refused | None:
    """Refusals: no_line, line_of_case, too_many_cases, reason_…"""
    if line.person_id != person_id:
        return Refused("no_line", "You have no such pay line.")
    if line.by_case:
        return Refused("line_of_case", "A case made this line. Appeal in that case if you don't agree.")
    if line.waiting >= CASES_WAITING_PER_PERSON_MAX:
        said = f"{CASES_WAITING_PER_PERSON_MAX} of your cases wait; more can be opened after some have an answer."
        return Refused("too_many_cases", said)
    return reason_given(words)


def may_answer(case: CaseFacts, given: Answer) -> Refused | None:
    """Refusals: case_not_waiting, own_case, refused_it, same_person, not_operator, no_answer, no_amount, amount_over,
    no_payer, reason_…"""
    if case.state not in ANSWER_MOVES:
        return Refused("case_not_waiting", "This case waits for no answer: somebody gave it already.")
    if given.actor_id == case.person_id:
        return Refused("own_case", "Nobody answers their own case.")
    if case.not_by is not None and given.actor_id == case.not_by:
        return Refused("refused_it", "You decided on it; somebody else answers the case.")
    if case.state == APPEALED and given.actor_id == case.answered_by:
        return Refused("same_person", "You gave the first answer; somebody else decides the appeal.")
    if case.state == APPEALED and not given.operator:
        return Refused("not_operator", "An appeal is decided by the operator's staff.")
    return _may_add(case, given) or reason_given(given.reason)


def _may_add(case: CaseFacts, given: Answer) -> Refused | None:
    if given.answer not in ANSWERS:
        return Refused("no_answer", "Choose an answer: the line stands, or something is added.")
    if given.answer != CORRECT:
        return None
    if given.amount_minor <= 0:
        return Refused("no_amount", "An amount above zero is needed.")
    if given.amount_minor > case.most_minor:
        facts = {"most_minor": case.most_minor}
        return Refused("amount_over", "That is more than the piece of work could pay at most.", facts)
    if given.payer not in PAYERS or (given.payer != POOL and not given.operator):
        return Refused("no_payer", "Choose who pays it; the operator's own money is spent by its staff alone.")
    return None


def may_appeal(state: str, words: str) -> Refused | None:
    """Refusals: no_appeal, reason_…"""
    if state != ANSWERED:
        return Refused("no_appeal", "An answer can be appealed once, after it was given.")
    return reason_given(words)
