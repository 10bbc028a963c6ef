"""The event stream: what happened, in an order that never passes by a row, for readers who keep their place."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Query, Router, Schema

from fairhand.api.entry import Call, found_or_404, opens
from fairhand.api.errors import WRONG
from fairhand.audit.queries import Cursor, beyond, beyond_in, cursor_at, event_by_id
from fairhand.insight.api_rows import aliases
from fairhand.kernel.limits import API_ROWS_PER_PAGE_MAX
from fairhand.people.access import SEE_OPERATION, SEE_TASKS, may_enter
from fairhand.projects.queries import visible_as

router = Router(tags=["events"])

# Facts that name no person, for readers who know experts by pseudonym alone.
_FACTS_OF_WORK = (
    "kind", "round", "surplus", "work_ms", "state", "decided_by", "verdict", "amount_minor", "currency", "number",
    "rows", "tasks", "version", "want", "reason",
)  # fmt: skip


class Place(Schema):
    """Where to go on: `after` is the `next` of the call before; without it, from the beginning."""

    after: UUID | None = None
    limit: int = Field(100, ge=1, le=API_ROWS_PER_PAGE_MAX)


class EventOut(Schema):
    """One thing that happened. `actor` is a pseudonym, or a person's id for who may see the operation."""

    id: UUID
    at: datetime
    verb: str
    subject_kind: str
    subject_id: UUID | None
    project_id: UUID | None
    actor_kind: str
    actor: str | None
    facts: dict[str, Any]


class Events(Schema):
    """What happened after that place, oldest first. Keep `next`; with fewer rows than asked there is no more yet."""

    rows: list[EventOut]
    next: UUID | None


@router.get("/events", response={200: Events} | WRONG)
@opens(SEE_TASKS, scope="events:read")
def events(request: Call, place: Query[Place]) -> dict[str, Any]:
    """What happened in the projects that I reach; whoever may see the operation gets everything, with all facts."""
    everything = may_enter(request.viewer, SEE_OPERATION)
    reached = [] if everything else list(visible_as(request.viewer, SEE_TASKS.roles).values_list("id", flat=True))
    begin = Cursor()
    if place.after is not None:
        last = found_or_404(event_by_id(place.after))
        if not everything and last.project_id not in reached:
            found_or_404(None)
        begin = found_or_404(cursor_at(last.id))
    if everything:
        found, _ = beyond(begin, place.limit)
        rows = [_whole(row) for row in found]
    else:
        found = beyond_in(reached, begin, place.limit)
        known = aliases([(row["project_id"], row["actor_id"]) for row in found if row["actor_id"]])
        rows = [_of_work(row, known) for row in found]
    return {"rows": rows, "next": rows[-1]["id"] if rows else place.after}


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"actor": str(row["actor_id"]) if row["actor_id"] else None, "facts": row["facts"]}


def _of_work(row: dict[str, Any], known: dict[tuple[UUID, UUID], str]) -> dict[str, Any]:
    facts = {name: value for name, value in row["facts"].items() if name in _FACTS_OF_WORK}
    about = None if row["subject_kind"] == "person" else row["subject_id"]
    return row | {"actor": known.get((row["project_id"], row["actor_id"])), "facts": facts, "subject_id": about}
