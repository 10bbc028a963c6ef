"""replay_pack: a pack's history, played through the commands that the web pages use.

Each judgement becomes a claim, work time and a submission by its recorded expert: a slot is set aside for the expert,
`claim_next` gives it, beats report the recorded seconds, `submit_work` hands in. Moments lie on a timeline of the
replay's own: every expert starts at `t0` and goes from one judgement to the next with a second between; only durations
that the pack recorded are real. Every step can be repeated, so a replay that was killed goes on where it stopped.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.audit.queries import latest_of_project
from fairhand.dispatch.commands import ensure_seats, set_aside
from fairhand.dispatch.models import Claim
from fairhand.dispatch.queries import by_request
from fairhand.flow.claim_next import claim_next
from fairhand.flow.replay_reviews import play_reviews
from fairhand.flow.stage_cards import StageCard, own_cards, stage_cards
from fairhand.flow.submit_work import submit_work
from fairhand.kernel.limits import BEAT_MS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.packs import Pack, PackJudgement
from fairhand.people.commands import ensure_people, grant_role
from fairhand.projects.models import Project
from fairhand.tasks.models import Task
from fairhand.work.commands import record_beat

GAP = timedelta(seconds=1)
# A replay that was killed lets go within this time; one that lives holds its project for longer.
OTHER_REPLAY_S_MAX = 5
_HOLD = "SELECT pg_advisory_lock(hashtext('replay_pack'), hashtext(%s))"
_LET_GO = "SELECT pg_advisory_unlock(hashtext('replay_pack'), hashtext(%s))"
# A set-aside slot waits this long; a replay takes it at once, or after a crash when it goes on.
ASIDE = timedelta(days=30)
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Stage:
    """What the replay needs to know of where it plays."""

    project: Project
    cards: list[StageCard]
    task_ids: dict[str, UUID]
    people: dict[str, UUID]
    # Request keys of what was handed in, and of what was claimed and broken off.
    done: set[str]
    begun: set[str]
    # Where each expert stands on the timeline.
    clock: dict[str, datetime] = field(default_factory=dict)


class ReplayStopped(Exception):
    """A judgement could not be played as recorded; the message names it and says why."""


def replay_pack(*, pack: Pack, project: Project, now: datetime, progress: Progress, experts: int | None = None) -> int:
    """Play the judgements of the first `experts` experts of the file (None: all), then the reviews.

    Returns how many judgements were played by this call. Raises ReplayStopped, also when another process plays it.
    """
    with connection.cursor() as cursor:
        # A crash may lose the last moments, which the replay then plays again: no need to wait for the disk each time.
        cursor.execute("SET synchronous_commit = off")
    with _alone(project):
        return _replay(pack, project, now, progress, experts)


@contextmanager
def _alone(project: Project) -> Iterator[None]:
    """Keeps other processes from playing the project; a killed one's hold ends with its connection, in a moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{OTHER_REPLAY_S_MAX}s"])
        try:
            cursor.execute(_HOLD, [str(project.id)])
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            why = f"Another process is playing {project.slug}. Wait until it ends, then run the same command again."
            raise ReplayStopped(why) from None
        finally:
            cursor.execute("RESET lock_timeout")
    try:
        yield
    finally:
        if connection.is_usable():  # else the hold went with the connection
            with connection.cursor() as cursor:
                cursor.execute(_LET_GO, [str(project.id)])


def _replay(pack: Pack, project: Project, now: datetime, progress: Progress, experts: int | None) -> int:
    chosen = pack.experts if experts is None else pack.experts[:experts]
    names = set(chosen)
    t0 = _start(pack, project, now)
    stage = _stage(pack, project, list(chosen), t0)
    total = sum(1 for judgement in pack.judgements() if judgement.expert in names)
    played = seen = 0
    for judgement in pack.judgements():
        if judgement.expert not in names:
            continue
        seen += 1
        played += _play(stage, judgement)
        progress("judgements", seen, total)
    _reviews(pack, stage, t0, progress)
    return played


def _start(pack: Pack, project: Project, now: datetime) -> datetime:
    """The replay's first moment, the same whenever it goes on: its last one lies before `now`."""
    started = latest_of_project(project.id, "replay:started")
    if started is not None:
        return datetime.fromisoformat(started.facts["t0"])
    spans: dict[str, timedelta] = {}
    for judgement in pack.judgements():
        step = timedelta(seconds=judgement.seconds or 0) + GAP
        spans[judgement.expert] = spans.get(judgement.expert, timedelta()) + step
    reviews = GAP * (pack.counts.played + 1)
    t0 = now - max(spans.values(), default=GAP) - reviews - timedelta(minutes=2)
    facts = {"t0": t0.isoformat(), "pack": pack.spec.slug, "hash": pack.content_hash}
    fact = Fact("replay:started", "project", project.id, project.org_id, project.id, facts)
    record(actor=Actor("replay"), now=now, happened=[fact])
    return t0


def _stage(pack: Pack, project: Project, chosen: list[str], t0: datetime) -> Stage:
    slug, actor = project.slug, Actor("replay")
    recorded = [(f"{_address(name)}@{slug}.recorded.invalid", name) for name in chosen]
    synthetic = [(f"reviewer-{n}@{slug}.synthetic.invalid", name) for n, name in enumerate(_reviewers(pack), start=1)]
    ids = ensure_people(people=recorded, kind="recorded", actor=actor, now=t0)
    ids |= ensure_people(people=synthetic, kind="synthetic", actor=actor, now=t0)
    people = {name: ids[email.lower()] for email, name in recorded + synthetic}
    ensure_seats(project=project, person_ids=list(people.values()), actor=actor, now=t0)
    for _, name in synthetic:
        grant_role(
            person_id=people[name], org_id=project.org_id, role="reviewer", actor=actor, now=t0, project_id=project.id
        )
    tasks = Task.objects.filter(batch__project=project, batch__kind="real").values_list("key", "id")
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [project.id])
        found = cursor.fetchall()
    cards = stage_cards(project.id)
    done = {key for key, state in found if state == "submitted"}
    begun = {key for key, state in found if state != "submitted"}
    return Stage(project, cards, dict(tasks), people, done, begun, dict.fromkeys(people, t0))


def _address(name: str) -> str:
    """E-mails know no capitals, names do: `Bob` and `bob` are two people, and are paid apart."""
    lower = name.lower()
    return name if name == lower else f"{lower}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


_DONE = "SELECT request_key, state FROM claim WHERE project_id = %s AND request_key LIKE 'replay:%%'"


def _reviewers(pack: Pack) -> list[str]:
    return list(pack.spec.history.reviewers) if pack.spec.history else []


def _play(stage: Stage, judgement: PackJudgement) -> bool:
    """Claim, work and submit one judgement; False if it was played before."""
    key = f"replay:{judgement.number}"
    at = stage.clock[judgement.expert]
    ended = at + timedelta(seconds=judgement.seconds or 0)
    stage.clock[judgement.expert] = ended + GAP
    if key in stage.done:
        return False
    person_id = stage.people[judgement.expert]
    actor = Actor("replay", person_id)
    claim = by_request(person_id, key) if key in stage.begun else None
    claim = claim or _claim(stage, judgement, key, actor, at)
    if judgement.seconds is not None:
        _work(claim.id, person_id, judgement.seconds, at)
    done = submit_work(claim_id=claim.id, person_id=person_id, answer=dict(judgement.answer), actor=actor, now=ended)
    if isinstance(done, Refused):
        raise ReplayStopped(f"judgements.csv line {judgement.line}: {done.why} {dict(done.facts)}")
    return True


def _claim(stage: Stage, judgement: PackJudgement, key: str, actor: Actor, at: datetime) -> Claim:
    attempts = [card for card in stage.cards if card.kind == "attempt"]
    person_id = stage.people[judgement.expert]
    task_id = stage.task_ids[judgement.task_key]
    aside = set_aside(
        task_id=task_id, stage_id=attempts[0].stage_id, person_id=person_id, until=at + ASIDE, actor=actor, now=at
    )
    if aside is None:
        why = f"task {judgement.task_key} has no slot left to play it in"
        raise ReplayStopped(f"judgements.csv line {judgement.line}: {why}")
    claim = claim_next(
        person_id=person_id, project_id=stage.project.id, kind="attempt",
        terms_seen=[card.card.terms_hash for card in own_cards(attempts, person_id, at)], request_key=key, actor=actor,
        now=at,
    )  # fmt: skip
    if isinstance(claim, Refused):
        raise ReplayStopped(f"judgements.csv line {judgement.line}: {claim.why}")
    if claim.task_id != task_id:
        raise ReplayStopped(f"judgements.csv line {judgement.line}: the queue gave another task than the one set aside")
    return claim


def _work(claim_id: UUID, person_id: UUID, seconds: int, at: datetime) -> None:
    """Report the recorded seconds as a page would: in beats, each at its own moment."""
    left, seq = seconds * 1000, 0
    while left > 0:
        beat = min(left, BEAT_MS_MAX)
        at += timedelta(milliseconds=beat)
        record_beat(claim_id=claim_id, person_id=person_id, device="replay", seq=seq, active_ms=beat, now=at)
        left, seq = left - beat, seq + 1


def _reviews(pack: Pack, stage: Stage, t0: datetime, progress: Progress) -> None:
    reviews = [card for card in stage.cards if card.kind == "review"]
    reviewers = [stage.people[name] for name in _reviewers(pack)]
    if not reviews or not reviewers:
        return
    history = pack.spec.history
    play_reviews(
        project=stage.project, card=reviews[0], reviewers=reviewers,
        first_at=max(stage.clock.values(), default=t0) + GAP,
        left_open=history.reviews_left_open if history else 0, progress=progress,
    )  # fmt: skip
