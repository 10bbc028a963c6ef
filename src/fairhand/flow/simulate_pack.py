"""simulate_pack: a crowd works through a project by the product's own commands, on a clock of its own.

There is no second queue here: whoever is present asks `claim_next`, reports work time, hands in by `submit_work`; the
timed jobs run on the simulated clock. Only people are invented: when they come, how long they take, how often they are
right, when they walk away (`flow.simulated`).
"""

import heapq
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.dispatch.commands import ensure_seats, fold_hints
from fairhand.dispatch.models import Claim
from fairhand.flow.claim_next import claim_next
from fairhand.flow.decide_due import decide_due
from fairhand.flow.end_claims import expire_claims, skip_claim
from fairhand.flow.open_waiting import open_waiting
from fairhand.flow.open_waiting_reviews import open_waiting_reviews
from fairhand.flow.reprioritise import rank_by_deadline
from fairhand.flow.set_aside import end_set_asides, keep_promises
from fairhand.flow.simulated import Worker, next_shift, work_s
from fairhand.flow.stage_cards import StageCard, own_cards, stage_cards
from fairhand.flow.submit_work import Submitted, submit_work
from fairhand.kernel.limits import BEAT_MS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.commands import ensure_people, grant_role
from fairhand.projects.models import Project
from fairhand.work.commands import record_beat

Progress = Callable[[str, int, int], None]
ASK_AGAIN = timedelta(minutes=5)  # who finds nothing looks again after so long
JOBS_EVERY = timedelta(minutes=10)
LOOKS_EVERY = timedelta(hours=1)
STALLED_AFTER = timedelta(days=10)  # longer than any decision waits for a reviewer
_SKIP_AFTER_S = 15
_BEAT_S = 240
# What reviewers look for, in this order, where the project has such a stage.
_JUDGING = ("review", "adjudicate", "audit")

_LEFT = """
SELECT count(*) FILTER (WHERE x.state IN ('open', 'claimed', 'submitted', 'planned')),
       count(*) FILTER (WHERE x.state = 'settled' AND g.kind = 'attempt'),
       count(*) FILTER (WHERE x.state <> 'cancelled' AND g.kind = 'attempt')
  FROM slot x JOIN stage g ON g.id = x.stage_id WHERE x.project_id = %s
"""
_LAST = "SELECT greatest(max(decided_at), max(submitted_at)) FROM submission WHERE project_id = %s"
_TASK_KEY = "SELECT key FROM task WHERE id = %s"
_SUBJECT = "SELECT t.key, s.answer FROM submission s JOIN task t ON t.id = s.task_id WHERE s.id = %s"


@dataclass(slots=True)
class Simulated:
    """What came of it. `finished`: nothing is open, in work or undecided, at any stage.

    `series`: (day from the start, attempts settled by then, people who waited that day, hours).
    """

    finished: bool
    began: datetime
    ended: datetime
    workers: list[Worker]
    settled: int
    wanted: int
    expired: int
    series: list[tuple[float, int, float]] = field(default_factory=list)


@dataclass(slots=True)
class _Run:
    project: Project
    cards: Mapping[str, list[StageCard]]
    truths: Mapping[str, Mapping[str, Any]]
    choices: Mapping[str, list[str]]
    draw: Random
    now: datetime
    events: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    numbers: Any = field(default_factory=count)
    people: dict[str, UUID] = field(default_factory=dict)
    waited_s: float = 0.0
    expired: int = 0
    moved_at: datetime | None = None

    def at(self, when: datetime, what: Callable[[], None]) -> None:
        """Let something happen; what comes at the same moment happens in the order of asking."""
        heapq.heappush(self.events, (when, next(self.numbers), what))


def simulate(
    *, project: Project, workers: list[Worker], truths: Mapping[str, Mapping[str, Any]], template: Mapping[str, Any],
    seed: int, now: datetime, days_max: int, progress: Progress,
) -> Simulated:  # fmt: skip
    """Work until nothing is left at any stage, everybody has left, or `days_max` are over. The project is open already.

    `truths`: task key -> the right answer, where one is known.
    """
    cards = {kind: found for kind in ("attempt", *_JUDGING) if (found := stage_cards(project.id, kind))}
    choices = {q["name"]: [o["value"] for o in q["options"]] for q in template["questions"] if q["type"] == "choice"}
    run = _Run(project, cards, truths, choices, Random(seed), now)  # noqa: S311  # a simulation guards nothing
    _seat(run, workers, now)
    for worker in workers:
        run.at(next_shift(worker.group, now)[0], lambda each=worker: _arrive(run, each))  # type: ignore[misc]
    run.at(now + JOBS_EVERY, lambda: _jobs(run))

    end, series, look = now + timedelta(days=days_max), [(0.0, 0, 0.0)], now
    left, settled, wanted = _left(project.id)
    while run.events and left and not all(worker.left for worker in workers):
        when, _, happens = heapq.heappop(run.events)
        if when > end or when > (run.moved_at or now) + STALLED_AFTER:
            break
        run.now = when
        happens()
        if when >= look:
            left, settled, wanted = _left(project.id)
            series.append(((when - now) / timedelta(days=1), settled, run.waited_s / 3600))
            look = when + LOOKS_EVERY
            progress("settled", settled, wanted)
    left, settled, wanted = _left(project.id)
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [project.id])
        last = cursor.fetchone()[0]
    ended = last if left == 0 and last is not None else run.now
    series.append(((ended - now) / timedelta(days=1), settled, run.waited_s / 3600))
    return Simulated(left == 0, now, ended, workers, settled, wanted, run.expired, series)


def _seat(run: _Run, workers: list[Worker], now: datetime) -> None:
    people = [(f"{worker.name}@simulated.invalid", worker.name) for worker in workers]
    ids = ensure_people(people=people, kind="synthetic", actor=COMMAND, now=now)
    run.people = {worker.name: ids[email] for worker, (email, _) in zip(workers, people, strict=True)}
    ensure_seats(project=run.project, person_ids=list(run.people.values()), actor=COMMAND, now=now)
    for worker in workers:
        if worker.group.role == "reviewer":
            grant_role(
                person_id=run.people[worker.name], org_id=run.project.org_id, role="reviewer", actor=COMMAND, now=now,
                project_id=run.project.id,
            )  # fmt: skip


def _left(project_id: UUID) -> tuple[int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [project_id])
        left, settled, wanted = cursor.fetchone()
    return left, settled, wanted


def _jobs(run: _Run) -> None:
    """What the product's timed jobs do."""
    run.expired += expire_claims(actor=JOB, now=run.now)
    end_set_asides(actor=JOB, now=run.now)
    keep_promises(actor=JOB, now=run.now)
    rank_by_deadline(actor=JOB, now=run.now)
    fold_hints()
    decide_due(actor=JOB, now=run.now)
    open_waiting_reviews(actor=JOB, now=run.now)
    open_waiting(actor=JOB, now=run.now)
    run.at(run.now + JOBS_EVERY, lambda: _jobs(run))


def _arrive(run: _Run, worker: Worker) -> None:
    """The shift begins, unless this is the day on which somebody doesn't come back."""
    if run.draw.random() < worker.group.leaves:
        worker.left = True
        return
    _, until = next_shift(worker.group, run.now)
    worker.present_s += (until - run.now).total_seconds()
    _ask(run, worker, until)


def _ask(run: _Run, worker: Worker, until: datetime) -> None:
    """Ask for the next task; work on it, or wait and ask again. What was begun is finished after the shift's end."""
    if run.now >= until:
        run.at(next_shift(worker.group, until + timedelta(seconds=1))[0], lambda: _arrive(run, worker))
        return
    kind, found = _next(run, worker)
    if not isinstance(found, Claim):
        worker.refused[found.code] = worker.refused.get(found.code, 0) + 1
        wait = min(ASK_AGAIN, until - run.now)
        worker.waited_s += wait.total_seconds()
        run.waited_s += wait.total_seconds()
        run.at(run.now + wait, lambda: _ask(run, worker, until))
        return
    run.moved_at = run.now
    lot = run.draw.random()
    if lot < worker.group.drops:  # the page is closed, and nobody says a word
        worker.dropped += 1
        run.at(until, lambda: _ask(run, worker, until))
    elif lot < worker.group.drops + worker.group.skips:
        run.at(run.now + timedelta(seconds=_SKIP_AFTER_S), lambda: _skip(run, worker, found, until))
    else:
        seconds = work_s(found.offer.terms.get("estimate", {}), worker.speed, run.draw)
        _work(run, worker, (found, kind), seconds, seconds, until)


def _next(run: _Run, worker: Worker) -> tuple[str, Claim | Refused]:
    """Whatever there is to do for them, and of which kind."""
    person_id = run.people[worker.name]
    kind, found = "", Refused("no_work", "The project has no stage at which they work.")
    for kind in _JUDGING if worker.group.role == "reviewer" else ("attempt",):
        if kind not in run.cards:
            continue
        worker.claims += 1
        found = claim_next(
            person_id=person_id, project_id=run.project.id, kind=kind,
            terms_seen=[card.card.terms_hash for card in own_cards(run.cards[kind], person_id, run.now)],
            request_key=f"simulated {worker.claims}", actor=Actor("person", person_id), now=run.now,
        )  # fmt: skip
        if isinstance(found, Claim):
            break
    return kind, found


def _skip(run: _Run, worker: Worker, claim: Claim, until: datetime) -> None:
    worker.skipped += 1
    person_id = run.people[worker.name]
    skip_claim(
        claim_id=claim.id, person_id=person_id, reason="not_my_field", actor=Actor("person", person_id), now=run.now
    )
    _ask(run, worker, until)


def _work(run: _Run, worker: Worker, work: tuple[Claim, str], left_s: float, whole_s: float, until: datetime) -> None:
    """Reports go out as a page sends them, so that the lease goes on; then the answer is handed in."""
    step = min(left_s, _BEAT_S)
    claim, _ = work

    def reported() -> None:
        record_beat(
            claim_id=claim.id, person_id=claim.person_id, device="simulated", seq=round((whole_s - left_s) * 1000),
            active_ms=min(int(step * 1000), BEAT_MS_MAX), now=run.now,
        )  # fmt: skip
        if left_s - step > 0:
            _work(run, worker, work, left_s - step, whole_s, until)
        else:
            _hand_in(run, worker, work, whole_s, until)

    run.at(run.now + timedelta(seconds=step), reported)


def _hand_in(run: _Run, worker: Worker, work: tuple[Claim, str], seconds: float, until: datetime) -> None:
    claim, kind = work
    answer = _verdict(run, worker, claim) if kind in ("review", "audit") else _answer(run, worker, claim)
    if kind == "adjudicate":
        answer = {"answer": answer}
    actor = Actor("person", claim.person_id)
    done = submit_work(claim_id=claim.id, person_id=claim.person_id, answer=answer, actor=actor, now=run.now)
    if not isinstance(done, Submitted) and kind == "review":  # a return that the rules don't allow any more
        done = submit_work(
            claim_id=claim.id, person_id=claim.person_id, answer={"verdict": "accept"}, actor=actor, now=run.now
        )
    if isinstance(done, Submitted):
        worker.done += 1
        worker.worked_s += seconds
        worker.earned_minor += done.amount_minor
    else:
        worker.refused[done.code] = worker.refused.get(done.code, 0) + 1
    _ask(run, worker, until)


def _answer(run: _Run, worker: Worker, claim: Claim) -> dict[str, Any]:
    """Right as often as the worker is; where no right answer is known, the first choice counts as right."""
    with connection.cursor() as cursor:
        cursor.execute(_TASK_KEY, [claim.task_id])
        key = cursor.fetchone()[0]
    truth = run.truths.get(key, {})
    right = run.draw.random() < worker.accuracy
    answer: dict[str, Any] = {}
    for name, values in run.choices.items():
        known = truth.get(name, values[0])
        others = [value for value in values if value != known]
        answer[name] = known if right or not others else run.draw.choice(others)
    for name, value in truth.items():
        answer.setdefault(name, value)
    return answer


def _verdict(run: _Run, worker: Worker, claim: Claim) -> dict[str, Any]:
    """A wrong answer is seen as often as the reviewer is accurate; a right one is accepted."""
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECT, [claim.subject_ids[0]])
        key, raw = cursor.fetchone()
    given, truth = json.loads(raw), run.truths.get(key, {})
    wrong = any(given.get(name) != truth[name] for name in run.choices if name in truth)
    if wrong and run.draw.random() < worker.accuracy:
        return {"verdict": "return", "note": "Simulated: this differs from the known answer.", "clause": "simulated"}
    return {"verdict": "accept"}


def truths_of(judgements: Any, names: list[str]) -> dict[str, dict[str, Any]]:
    """Task key -> for each question of choice what most recorded people said; ties by the first value in order."""
    counted: dict[str, dict[str, Counter[str]]] = {}
    for judgement in judgements:
        for name in names:
            if judgement.answer.get(name) is not None:
                counted.setdefault(judgement.task_key, {}).setdefault(name, Counter())[judgement.answer[name]] += 1
    return {
        key: {name: min(votes, key=lambda value: (-votes[value], value)) for name, votes in found.items()}
        for key, found in counted.items()
    }
