"""Calls about oneself: who am I, my work, my pay, and the work time of a claim of mine."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Query, Router, Schema, Status

from fairhand.api.entry import Call, found_or_404, opens
from fairhand.api.errors import WRONG, Problem, problem
from fairhand.cases.raised_queries import kept_out_as
from fairhand.insight.own_work import handed_in
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import (
    API_ROWS_PER_PAGE_MAX,
    BEAT_MS_MAX,
    DRAFT_FIELDS_MAX,
    PART_MS_MAX,
    PARTS_PER_BEAT_MAX,
)
from fairhand.kernel.refusals import Refused
from fairhand.ledger.queries import balances_of_person
from fairhand.missions.referral_queries import referral_by, referrals_by
from fairhand.missions.referral_rules import step_of
from fairhand.pay.queries import lines_of_person
from fairhand.people.access import OWN_ROWS
from fairhand.people.queries import org_by_id
from fairhand.tasks.wording import storable_problem
from fairhand.work.commands import record_beat
from fairhand.work.draft_commands import Kept, save_draft
from fairhand.work.queries import own, reported_so_far
from fairhand.work.time_rules import Part

router = Router(tags=["own"])


class Page(Schema):
    """Which page of a list: `before` is the `next` of the page before."""

    before: UUID | None = None
    limit: int = Field(50, ge=1, le=API_ROWS_PER_PAGE_MAX)


class RoleOut(Schema):
    """A role held now; without `project_id` it holds for all projects of the organisation."""

    role: str
    org: str
    project_id: UUID | None
    until: datetime | None


class Me(Schema):
    """Whom this key or sign-in acts for. `scopes` is null for a sign-in: it may do all that its person may."""

    person_id: UUID
    name: str
    email: str
    roles: list[RoleOut]
    scopes: list[str] | None


@router.get("/me", response={200: Me} | WRONG)
@opens(OWN_ROWS, scope="me:read")
def me(request: Call) -> dict[str, Any]:
    """Who am I, what do I hold, what is this key for?"""
    grants = request.viewer.grants
    slugs = {org_id: org_by_id(org_id).slug for org_id in {grant.org_id for grant in grants}}
    scopes = getattr(request, "scopes", None)
    return {
        "person_id": request.viewer.person_id, "name": request.user.name, "email": request.user.email,
        "roles": [
            {"role": g.role, "org": slugs[g.org_id], "project_id": g.project_id, "until": g.until} for g in grants
        ],
        "scopes": None if scopes is None else sorted(scopes),
    }  # fmt: skip


class OwnSubmission(Schema):
    """Something I handed in. `earned_minor` is what its pay lines come to so far, in minor units of `currency`.
    `surplus`: late, its slot had gone to a colleague; null until it is decided."""

    id: UUID
    project: str
    kind: str
    state: str
    decided_by: str | None
    decided_at: datetime | None
    decide_by: datetime
    round: int
    surplus: bool | None
    work_ms: int | None
    submitted_at: datetime
    currency: str
    earned_minor: int


class OwnSubmissions(Schema):
    """A page, newest first; `next` is null on the last one."""

    rows: list[OwnSubmission]
    next: UUID | None


@router.get("/me/submissions", response={200: OwnSubmissions} | WRONG)
@opens(OWN_ROWS, scope="work:read")
def my_submissions(request: Call, page: Query[Page]) -> dict[str, Any]:
    """What I handed in, newest first."""
    person_id = request.viewer.person_id
    before = None
    if page.before is not None:
        last = found_or_404(own(page.before, person_id))
        before = (last.submitted_at, last.id)
    found = handed_in(person_id, before, page.limit + 1)
    rows = [
        {
            "id": row.submission_id, "project": row.project_slug, "kind": row.kind, "state": row.state,
            "decided_by": row.decided_by, "decided_at": row.decided_at, "decide_by": row.decide_by,
            "round": row.round, "surplus": row.surplus, "work_ms": row.work_ms, "submitted_at": row.submitted_at,
            "currency": row.currency, "earned_minor": row.earned_minor,
        }
        for row in found[: page.limit]
    ]  # fmt: skip
    return {"rows": rows, "next": rows[-1]["id"] if len(found) > page.limit else None}


class Balance(Schema):
    """What I have in one currency: handed in and not yet decided, and owed to me."""

    currency: str
    pending_minor: int
    payable_minor: int


class Line(Schema):
    """A pay line: an amount, by which rule, and the figures of its sentence."""

    id: UUID
    submission_id: UUID | None
    amount_minor: int
    currency: str
    rule: str
    sentence_key: str
    sentence_args: dict[str, Any]
    made_at: datetime


class Earnings(Schema):
    """Balances now, and a page of pay lines, newest first; `next` is null on the last one."""

    balances: list[Balance]
    lines: list[Line]
    next: UUID | None


@router.get("/me/earnings", response={200: Earnings} | WRONG)
@opens(OWN_ROWS, scope="earnings:read")
def my_earnings(request: Call, page: Query[Page]) -> dict[str, Any]:
    """What I earned, every line with its reason."""
    person_id = request.viewer.person_id
    lines = lines_of_person(person_id)
    if page.before is not None:
        last = found_or_404(lines.filter(id=page.before).first())
        # The first condition enters the index; the second leaves out what was on the page before.
        lines = lines.filter(made_at__lte=last.made_at).exclude(made_at=last.made_at, id__gte=last.id)
    found = list(lines[: page.limit + 1])
    rows = [
        {
            "id": line.id, "submission_id": line.submission_id, "amount_minor": line.amount_minor,
            "currency": line.currency, "rule": f"{line.primitive}@{line.version}",
            "sentence_key": line.sentence_key, "sentence_args": line.sentence_args, "made_at": line.made_at,
        }
        for line in found[: page.limit]
    ]  # fmt: skip
    balances = [
        {"currency": row.currency, "pending_minor": row.pending_minor, "payable_minor": row.payable_minor}
        for row in balances_of_person(person_id)
    ]
    return {"balances": balances, "lines": rows, "next": rows[-1]["id"] if len(found) > page.limit else None}


class ReferralOut(Schema):
    """Somebody whom I named. `step`: named, seated, begun, half or done; `state`: named, joined, paid or over.
    `amount_minor` is what it pays, `paid_minor` what it paid. `email` is empty once it came to nothing."""

    id: UUID
    project: str
    name: str
    email: str
    state: str
    step: str
    named_at: datetime
    until: datetime
    currency: str
    amount_minor: int
    paid_minor: int


class Referrals(Schema):
    """A page, newest first; `next` is null on the last one."""

    rows: list[ReferralOut]
    next: UUID | None


@router.get("/me/referrals", response={200: Referrals} | WRONG)
@opens(OWN_ROWS, scope="earnings:read")
def my_referrals(request: Call, page: Query[Page]) -> dict[str, Any]:
    """Whom I named, newest first, and how far they are."""
    person_id = request.viewer.person_id
    before = None
    if page.before is not None:
        last = found_or_404(referral_by(person_id, page.before))
        before = (last.made_at, last.id)
    found = referrals_by(person_id, before, page.limit + 1)
    rows = [
        {
            "id": row.id, "project": row.mission.project.slug, "name": row.mission.name, "email": row.email,
            "state": row.state, "step": step_of(row.state, row.tasks, row.mission.bring_tasks or 0),
            "named_at": row.made_at, "until": row.until_at, "currency": row.mission.project.currency,
            "amount_minor": row.mission.window_minor, "paid_minor": row.paid_minor,
        }
        for row in found[: page.limit]
    ]  # fmt: skip
    return {"rows": rows, "next": rows[-1]["id"] if len(found) > page.limit else None}


class PartIn(Schema):
    """A stretch of `ms` of one kind that ended `ago_ms` before the report was sent. `kept`: nothing was touched, and
    its person said that they worked."""

    kind: Literal["active", "idle", "hidden", "unknown", "kept"]
    ms: int = Field(ge=0, le=PART_MS_MAX)
    ago_ms: int = Field(ge=0, le=PART_MS_MAX)


class BeatIn(Schema):
    """Work time since the last report, as the page measured it. `seq` counts reports; a repeat adds nothing. `parts`
    say where the time went; they stand in the record of one's time and pay nothing by themselves."""

    device: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")
    seq: int = Field(ge=0, le=2**31 - 1)
    active_ms: int = Field(ge=0, le=BEAT_MS_MAX)
    parts: list[PartIn] = Field(default_factory=list, max_length=PARTS_PER_BEAT_MAX)


# A form has other fields too; a draft keeps none of them.
_AnswerField = Annotated[str, Field(max_length=300, pattern=r"^answer\.")]


class DraftIn(Schema):
    """What is typed so far, as a form sends it: (name, value) of each field. `base`: the number of the draft that was
    changed, 0 for the first."""

    base: int = Field(ge=0)
    device: str = Field(min_length=1, max_length=64)
    fields: list[tuple[_AnswerField, str]] = Field(max_length=DRAFT_FIELDS_MAX)


class DraftOut(Schema):
    """Which version this is now; 0: the answer was handed in meanwhile, and nothing is kept."""

    number: int


class DraftProblem(Problem):
    """A refusal; with `draft_moved` the draft that another page saved meanwhile. `fields_kept` is null where the task
    is kept out: a draft may quote it."""

    number: int | None = None
    fields_kept: list[tuple[str, str]] | None = None
    device: str | None = None
    saved_at: datetime | None = None


@router.post("/claims/{uuid:claim_id}/draft", response={200: DraftOut, 409: DraftProblem} | WRONG)
@opens(OWN_ROWS, scope="work:write", method="POST")
def keep_draft(request: Call, claim_id: UUID, draft: DraftIn) -> Any:
    """Keep an answer that is not handed in yet, so that no device loses it."""
    for text in (draft.device, *(part for field in draft.fields for part in field)):
        if why := storable_problem(text):
            return problem(422, "bad_character", f"The draft {why}.")
    saved = save_draft(
        claim_id=claim_id, person_id=request.viewer.person_id, fields=draft.fields, base=draft.base,
        device=draft.device, now=utc_now(),
    )  # fmt: skip
    if not isinstance(saved, Refused):
        return Status(200, {"number": saved})
    if saved.code != "draft_moved":
        return problem(404 if saved.code == "no_claim" else 422, saved.code, saved.why)
    kept: Kept = saved.facts["kept"]
    more = {"number": kept.number, "device": kept.device, "saved_at": kept.saved_at.isoformat()}
    more["fields_kept"] = None if kept_out_as(claim_id) else kept.fields
    return problem(409, saved.code, saved.why, more=more)


class BeatOut(Schema):
    """Milliseconds counted of this report, never more than passed on the server's clock, and of all on this claim.
    `paused`: nothing counts until it is resumed. `elsewhere`: another device reports on it too."""

    counted_ms: int
    work_ms: int
    paused: bool
    elsewhere: bool


@router.post("/claims/{uuid:claim_id}/beats", response={200: BeatOut} | WRONG)
@opens(OWN_ROWS, scope="work:write", method="POST")
def add_beat(request: Call, claim_id: UUID, beat: BeatIn) -> Any:
    """Report work time on one's own live claim."""
    person_id = request.viewer.person_id
    now = utc_now()
    counted = record_beat(
        claim_id=claim_id, person_id=person_id, device=beat.device, seq=beat.seq, active_ms=beat.active_ms, now=now,
        parts=[Part(part.kind, part.ms, part.ago_ms) for part in beat.parts],
    )  # fmt: skip
    if counted is None:
        return problem(404, "no_live_claim", "You hold no live claim of that id; what was counted before stays.")
    work_ms, paused, elsewhere = reported_so_far(claim_id, person_id, beat.device, now)
    return Status(200, {"counted_ms": counted, "work_ms": work_ms, "paused": paused, "elsewhere": elsewhere})
