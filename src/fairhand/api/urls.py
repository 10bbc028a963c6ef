"""The API's one router, mounted at /api/v1/."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, NinjaAPI, Schema, Status
from ninja.security import SessionAuth

from fairhand.dispatch.queries import work_ms_of
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import BEAT_MS_MAX
from fairhand.work.commands import record_beat

api = NinjaAPI(title="Fairhand", version="1", urls_namespace="api", docs_url=None, auth=SessionAuth(csrf=True))


class BeatIn(Schema):
    """Work time since the last report, as the page measured it. `seq` counts reports; a repeat adds nothing."""

    device: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")
    seq: int = Field(ge=0, le=2**31 - 1)
    active_ms: int = Field(ge=0, le=BEAT_MS_MAX)


class BeatOut(Schema):
    """Milliseconds counted of this report, never more than passed on the server's clock, and of all on this claim."""

    counted_ms: int
    work_ms: int


class Problem(Schema):
    """What happened, in a sentence."""

    code: str
    why: str


@api.post("/claims/{uuid:claim_id}/beats", response={200: BeatOut, 401: Problem, 404: Problem, 422: Problem})
def add_beat(request: HttpRequest, claim_id: UUID, beat: BeatIn) -> Status[dict[str, object]]:
    """Report work time on one's own live claim."""
    counted = record_beat(
        claim_id=claim_id, person_id=request.user.pk, device=beat.device, seq=beat.seq, active_ms=beat.active_ms,
        now=utc_now(),
    )  # fmt: skip
    if counted is None:
        why = "You hold no live claim of that id; what was counted before stays."
        return Status(404, {"code": "no_live_claim", "why": why})
    return Status(200, {"counted_ms": counted, "work_ms": work_ms_of(claim_id, request.user.pk)})


@api.get("/health", auth=None, response={200: dict[str, str]})
def health(request: HttpRequest) -> dict[str, str]:
    """Whether this process answers. It says nothing about anybody's data."""
    return {"status": "ok"}
