"""Why a project's open work comes to me, or doesn't: what is open, and every condition that fails."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from fairhand.api.entry import Call, found_or_404, opens
from fairhand.api.errors import WRONG
from fairhand.flow.open_work import open_work
from fairhand.insight.claim_shown import seated_in
from fairhand.kernel.clock import utc_now
from fairhand.people.access import REVIEW, WORK, may_in_project
from fairhand.projects.states import STAGE_KINDS

router = Router(tags=["work"])

_ATTEMPT = "attempt"


class BarOut(Schema):
    """A condition that fails. `waiting`: at least so many open tasks behind it; `until`: when it ends by itself;
    `facts`: what it is about, such as a gate's `condition`, or `n` of `max`."""

    code: str
    waiting: int
    until: datetime | None
    facts: dict[str, Any]


class WhyOut(Schema):
    """Of one kind of work: at least how many tasks a claim could give me now, and what keeps the others from me.
    `open` of attempts, and `waiting`, is 0, 1, 10, 20, 50, 100, 200, 500 or 1000: no exact number is told."""

    kind: str
    open: int
    fails: list[BarOut]


class WhyHere(Schema):
    """Where I stand in a project. docs/reference/why.md lists the codes."""

    project: str
    kinds: list[WhyOut]


@router.get("/projects/{slug:slug}/why", response={200: WhyHere} | WRONG)
@opens(WORK, scope="work:read")
def why_none(request: Call, slug: str) -> dict[str, Any]:
    """What of this project is open to me, and why the rest isn't; work that judges others' only for who may review."""
    person_id = request.viewer.person_id
    project_id, org_id = found_or_404(seated_in(person_id, slug))
    judges = may_in_project(request.viewer, REVIEW, org_id, project_id)
    kinds, now = [], utc_now()
    for kind in STAGE_KINDS if judges else (_ATTEMPT,):
        found = open_work(person_id, [project_id], kind, now)[project_id]
        fails = [
            {"code": bar.code, "waiting": bar.waiting, "until": bar.until, "facts": dict(bar.facts)}
            for bar in found.why.bars
        ]
        kinds.append({"kind": kind, "open": found.why.open_n, "fails": fails})
    return {"project": slug, "kinds": kinds}
