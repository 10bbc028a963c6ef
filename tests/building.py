"""Makes small projects for tests, through the commands that the product itself uses.

`small_project()` gives a launched project with experts and reviewers in it; `Small` works on it the way the doors do.
Time stands still at `small.now` until `small.wait(seconds)`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.dispatch.commands import ensure_seats
from fairhand.dispatch.models import Claim, Slot
from fairhand.flow.ask_model import asking
from fairhand.flow.claim_next import claim_next
from fairhand.flow.decide_due import decide_due
from fairhand.flow.end_claims import expire_claims, skip_claim
from fairhand.flow.fund_project import fund_project
from fairhand.flow.launch_batch import launch_batch
from fairhand.flow.model_money import set_model_limit
from fairhand.flow.stage_cards import stage_cards
from fairhand.flow.submit_work import Submitted, submit_work
from fairhand.inference.commands import add_endpoint
from fairhand.inference.queries import active
from fairhand.inference.rules import NewEndpoint
from fairhand.insight.books import run_checks, three_sums
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import AccountName
from fairhand.ledger.queries import balance_minor
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from fairhand.projects.commands import NewProject, NewStage, add_dispatch_plan, make_project
from fairhand.projects.models import Project
from fairhand.tasks.commands import NewTask, make_batch
from fairhand.work.commands import record_beat
from fairhand.work.models import Submission
from fairhand_pay import terms_from_preset

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEFT = {"winner": "left"}
RIGHT = {"winner": "right"}
ACCEPT = {"verdict": "accept"}
RETURN = {"verdict": "return", "note": "Say which answer is wrong.", "clause": "2. Wrong answers"}
FIXES = {"verdict": "accept_with_fixes", "fixed_answer": RIGHT, "note": "The other one."}

# 36.00 an hour is one cent a second, so that money in tests can be read as seconds.
HOURLY: tuple[str, Mapping[str, Any]] = ("hourly", {"rate": "36.00", "paid_s_max": 3600})
PER_JUDGEMENT: tuple[str, Mapping[str, Any]] = ("per_unit", {"unit": "judgement", "price": "0.12"})
PER_REVIEW: tuple[str, Mapping[str, Any]] = ("per_unit", {"unit": "review", "price": "0.08"})
EVERY = {"name": "sample", "version": 1, "terms": {"share": "1", "first": 0, "seed": "seed"}}
NONE = {"name": "sample", "version": 1, "terms": {"share": "0", "first": 0, "seed": "seed"}}

TEMPLATE: Mapping[str, Any] = {
    "version": 1,
    "fields": [{"name": "prompt", "type": "text", "version": 1, "label": {"en": "Prompt"}}],
    "questions": [
        {
            "name": "winner", "type": "choice", "version": 1, "label": {"en": "Which is better?"}, "required": True,
            "options": [{"value": "left", "label": {"en": "Left"}}, {"value": "right", "label": {"en": "Right"}}],
        }
    ],
}  # fmt: skip

_numbers = count(1)


@dataclass(slots=True)
class Small:
    """A small launched project, its people, and the present moment."""

    project: Project
    batch_id: UUID
    experts: list[UUID]
    reviewers: list[UUID]
    now: datetime = NOW
    hashes: list[str] = field(default_factory=list)

    def wait(self, seconds: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        return self.now

    def take(self, person_id: UUID, kind: str = "attempt", key: str | None = None) -> Claim | Refused:
        """Ask for the next slot, having seen the cards as they were at the start."""
        return claim_next(
            person_id=person_id, project_id=self.project.id, kind=kind, terms_seen=self.hashes,
            request_key=key or f"request {next(_numbers)}", actor=Actor("person", person_id), now=self.now,
        )  # fmt: skip

    def claim(self, person_id: UUID, kind: str = "attempt", key: str | None = None) -> Claim:
        """The next slot, which must be there."""
        found = self.take(person_id, kind, key)
        assert isinstance(found, Claim), found
        return found

    def hand_in(self, claim: Claim, answer: Mapping[str, Any] | None = None) -> Submitted | Refused:
        """Hand in an answer (a plain one if none is given) as the claim's own person."""
        return submit_work(
            claim_id=claim.id, person_id=claim.person_id, answer=LEFT if answer is None else answer,
            actor=Actor("person", claim.person_id), now=self.now,
        )  # fmt: skip

    def submit(self, claim: Claim, answer: Mapping[str, Any] | None = None) -> Submitted:
        """Hand in, which must be taken."""
        done = self.hand_in(claim, answer)
        assert isinstance(done, Submitted), done
        return done

    def work(self, person_id: UUID, seconds: int = 60) -> Submission:
        """Claim a task, work on it for so many reported seconds, hand it in."""
        claim = self.claim(person_id)
        self.beat(claim, seconds)
        return self.submission(self.submit(claim))

    def beat(self, claim: Claim, seconds: int) -> int | None:
        """Let seconds pass and report them all as work."""
        self.wait(seconds)
        return record_beat(
            claim_id=claim.id, person_id=claim.person_id, device="page", seq=next(_numbers),
            active_ms=seconds * 1000, now=self.now,
        )  # fmt: skip

    def review(self, answer: Mapping[str, Any], person_id: UUID | None = None) -> Submitted:
        """A reviewer takes the next review and hands in a verdict."""
        return self.submit(self.claim(person_id or self.reviewers[0], "review"), answer)

    def skip(self, claim: Claim, reason: str = "unclear") -> Refused | None:
        """Give a claim back."""
        actor = Actor("person", claim.person_id)
        return skip_claim(claim_id=claim.id, person_id=claim.person_id, reason=reason, actor=actor, now=self.now)

    def expire(self) -> int:
        """What the job of every minute does."""
        return expire_claims(actor=JOB, now=self.now)

    def decide_due(self) -> int:
        """What the job of every five minutes does."""
        return decide_due(actor=JOB, now=self.now)

    def submission(self, done: Submitted) -> Submission:
        """The row of what was handed in."""
        return Submission.objects.get(id=done.submission_id)

    def slots(self, kind: str = "attempt") -> list[Slot]:
        """Slots of the stages of one kind."""
        return list(Slot.objects.filter(batch_id=self.batch_id, stage__kind=kind).order_by("id"))

    def slot(self, kind: str = "attempt") -> Slot:
        """The one slot of a kind."""
        (found,) = self.slots(kind)
        return found

    def money(self, account: AccountName) -> int:
        """Minor units on an account, over its shards."""
        return balance_minor(account, self.project.currency)

    def verbs(self) -> list[str]:
        """What happened, oldest first."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT verb FROM event ORDER BY seq")
            return [row[0] for row in cursor.fetchall()]


def check_books() -> None:
    """The books are right: every check empty, the three sums equal."""
    assert (found := run_checks()) == {}, found
    assert [sums for sums in three_sums() if not sums.equal] == []


def stage(
    kind: str, pay: tuple[str, Mapping[str, Any]], currency: str = "USD", policy: Mapping[str, Any] | None = None,
    subject: str = "", **more: Any,
) -> NewStage:  # fmt: skip
    """A stage with plain limits: a lease of 10 minutes, 2 hours a claim, 1 for rework, a week to decide."""
    preset, params = pay
    limits: dict[str, Any] = {
        "lease_s": 600, "claim_s_max": 7200, "idle_s": 180, "rework_s": 3600, "rounds_max": 2, "estimate": {},
    }  # fmt: skip
    return NewStage(
        name=kind, kind=kind, subject=subject or ("none" if kind == "attempt" else "one"),
        terms=terms_from_preset(preset, params, currency).to_json(), review_deadline_h=168,
        review_policy=dict(policy or {}), **limits | more,
    )  # fmt: skip


def draft_project(
    stages: Sequence[NewStage], *, slug: str = "small", currency: str = "USD", source: Mapping[str, Any] | None = None,
    experts_wanted: int = 2, client: str = "acme", now: datetime = NOW, template: Mapping[str, Any] = TEMPLATE,
) -> Project:  # fmt: skip
    """A draft project of a client."""
    org = ensure_org(slug=client, name=client.title(), kind="client", actor=COMMAND, now=now)
    new = NewProject(
        slug=slug, name={"en": "Small"}, summary={"en": "A small project."}, currency=currency, languages=("en",),
        experts_wanted=experts_wanted, reviewers_wanted=1, source=source or {}, guideline={"en": "# Guideline"},
        template=template, stages=tuple(stages),
    )  # fmt: skip
    return make_project(org_id=org.id, new=new, actor=COMMAND, now=now)


def draft_batch(
    project: Project, tasks: int, want: int = 1, kind: str = "real", now: datetime = NOW, cap: int | None = None,
    payload: Mapping[str, Any] | None = None,
) -> UUID:  # fmt: skip
    """A draft batch of tasks k0, k1, ..."""
    shown = [payload or {"prompt": f"Prompt {n}"} for n in range(tasks)]
    new = (NewTask(key=f"k{n}", payload=each, want=want, cap=cap) for n, each in enumerate(shown))
    batch_id, _ = make_batch(project=project, kind=kind, tasks=new, actor=COMMAND, now=now)
    return batch_id


def seat_people(project: Project, experts: int, reviewers: int, now: datetime = NOW) -> tuple[list[UUID], list[UUID]]:
    """Experts and reviewers with seats in the project; the same e-mails every time."""
    names = [f"expert{n}" for n in range(experts)] + [f"reviewer{n}" for n in range(reviewers)]
    people = [(f"{name}@people.example", f"Named {name}") for name in names]
    by_email = ensure_people(people=people, kind="person", actor=COMMAND, now=now)
    ids = [by_email[email] for email, _ in people]
    ensure_seats(project=project, person_ids=ids, actor=COMMAND, now=now)
    for person_id in ids[experts:]:
        grant_role(
            person_id=person_id, org_id=project.org_id, role="reviewer", actor=COMMAND, now=now, project_id=project.id
        )
    return ids[:experts], ids[experts:]


def small_project(
    *,
    tasks: int = 3,
    want: int = 1,
    pay: tuple[str, Mapping[str, Any]] = HOURLY,
    review_pay: tuple[str, Mapping[str, Any]] = PER_REVIEW,
    policy: Mapping[str, Any] | None = None,
    reviewed: bool = True,
    budget_minor: int = 100_000_000,
    experts: int = 2,
    reviewers: int = 1,
    slug: str = "small",
    now: datetime = NOW,
    source: Mapping[str, Any] | None = None,
    cap: int | None = None,
    more: Sequence[NewStage] = (),
    redundancy: Mapping[str, Any] | None = None,
    template: Mapping[str, Any] = TEMPLATE,
    payload: Mapping[str, Any] | None = None,
    models_minor: int = 1_000,
    **limits: Any,
) -> Small:
    """A launched project. `models_minor`: what its models may cost, if its template asks any.

    `reviewed`: whether it has a review stage; `policy`: its review policy, every submission
    if none is given. `cap`: attempts at most, `more`: further stages. `limits`: of the stage of attempts
    (`lease_s`, `rounds_max`, ...)."""
    stages = [stage("attempt", pay, **limits)]
    if reviewed:
        stages.append(stage("review", review_pay, policy=EVERY if policy is None else policy))
    stages += more
    project = draft_project(stages, slug=slug, source=source, experts_wanted=experts, now=now, template=template)
    if redundancy is not None:
        body = {"version": 1, "slot": [], "queue": [], "redundancy": redundancy}
        with transaction.atomic():
            add_dispatch_plan(project_id=project.id, base=0, body=body, note="", actor=COMMAND, now=now)
    batch_id = draft_batch(project, tasks, want, now=now, cap=cap, payload=payload)
    fund_project(project=project, amount_minor=budget_minor, key="first", actor=COMMAND, now=now)
    _models_for(project, template, models_minor, now)
    launched = launch_batch(batch_id=batch_id, actor=COMMAND, now=now)
    assert not isinstance(launched, Refused), launched
    project.refresh_from_db()
    found_experts, found_reviewers = seat_people(project, experts, reviewers, now)
    hashes = [card.card.terms_hash for card in stage_cards(project.id)]
    return Small(project, batch_id, found_experts, found_reviewers, now, hashes)


def _models_for(project: Project, template: Mapping[str, Any], minor: int, now: datetime) -> None:
    """Models that a template asks: those that aren't there yet cost nothing, and answer nobody."""
    names = {name for terms in asking(template) for name in terms["models"]}
    for name in sorted(names - set(active(names))):
        new = NewEndpoint(
            name=name, base_url="http://127.0.0.1:9/v1", model=name, key="", currency=project.currency, price_in="0",
            price_out="0", context_tokens=8_000, kinds=("image", "audio", "pdf"), private_ok=True, silence_s=2,
            total_s=20,
        )  # fmt: skip
        add_endpoint(new=new, actor=COMMAND, now=now)
    if names:
        set_model_limit(project_id=project.id, limit_minor=minor, actor=COMMAND, now=now)
