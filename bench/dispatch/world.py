"""What is claimed from: a launched project with many tasks, and experts with seats and keys, made by the commands."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.dispatch.texts import ANSWER, payload
from fairhand.audit.actor import COMMAND
from fairhand.dispatch.commands import ensure_seats
from fairhand.flow.fund_project import fund_project
from fairhand.flow.launch_batch import launch_batch
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.commands import ensure_org, ensure_people
from fairhand.people.keys import NewKey, make_key
from fairhand.projects.commands import NewProject, make_project
from fairhand.tasks.commands import NewTask, make_batch
from tests.building import HOURLY, PER_REVIEW, stage

__all__ = ["ANSWER", "make_world"]

# A tenth of what is handed in is reviewed.
TENTH = {"name": "sample", "version": 1, "terms": {"share": "0.10", "first": 0, "seed": "bench"}}
_TEXT = {"type": "text", "version": 1}
TEMPLATE: dict[str, Any] = {
    "version": 1,
    "fields": [_TEXT | {"name": name, "label": {"en": name.title()}} for name in ("prompt", "left", "right")],
    "questions": [
        {
            "name": "winner", "type": "choice", "version": 1, "label": {"en": "Which is better?"}, "required": True,
            "options": [{"value": value, "label": {"en": value.title()}} for value in ("left", "right")],
        },
        _TEXT | {"name": "why", "label": {"en": "Why?"}, "required": False, "chars_max": 2000},
    ],
}  # fmt: skip


def make_world(tasks: int, experts: int, slug: str, want: int = 1) -> dict[str, Any]:
    """The project's slug, hashes of its cards and the experts' keys."""
    now = utc_now()
    org = ensure_org(slug="bench-client", name="Bench client", kind="client", actor=COMMAND, now=now)
    new = NewProject(
        slug=slug, name={"en": "Bench"}, summary={"en": "Which of two answers is better?"}, currency="USD",
        languages=("en",), experts_wanted=experts, reviewers_wanted=1, source={}, guideline={"en": "# Guideline"},
        template=TEMPLATE, stages=(stage("attempt", HOURLY), stage("review", PER_REVIEW, policy=TENTH)),
    )  # fmt: skip
    project = make_project(org_id=org.id, new=new, actor=COMMAND, now=now)
    rows: Iterator[NewTask] = (NewTask(key=f"t{n}", payload=payload(n), want=want) for n in range(tasks))
    batch_id, _ = make_batch(project=project, kind="real", tasks=rows, actor=COMMAND, now=now)
    fund_project(project=project, amount_minor=tasks * want * 10_000, key="first", actor=COMMAND, now=now)
    launched = launch_batch(batch_id=batch_id, actor=COMMAND, now=now)
    assert not isinstance(launched, Refused), launched
    people = [(f"expert{n}@bench.example", f"Expert {n}") for n in range(experts)]
    ids = list(ensure_people(people=people, kind="person", actor=COMMAND, now=now).values())
    ensure_seats(project=project, person_ids=ids, actor=COMMAND, now=now)
    keys = []
    for person_id in ids:
        key = make_key(
            person_id=person_id, name="bench", scopes=("work:read", "work:write"), expires_at=now + timedelta(days=30),
            actor=COMMAND, now=now,
        )  # fmt: skip
        assert isinstance(key, NewKey), key
        keys.append(key.text)
    return {"slug": slug, "terms": [card.card.terms_hash for card in stage_cards(project.id)], "keys": keys}
