"""Verbs that write estimates, their reviews, and what experts say of them."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.models import Claim
from fairhand.estimates.models import EstimateLook, EstimateReview, EstimateRule, OverrunReport, Pilot, StageEstimate
from fairhand.estimates.queries import open_reviews, people_made_good, rule_of
from fairhand.estimates.rules.estimate import LIMIT_OF_TYPICAL, Estimate
from fairhand.estimates.rules.working_time import REVIEW_HOURS, working_hours
from fairhand.estimates.states import BEFORE, DECIDED, LAPSED, OPEN, PILOT, REVIEW_MOVES, TAKE
from fairhand.kernel.ids import new_id
from fairhand.kernel.refusals import Refused
from fairhand.people.queries import known_zones
from fairhand.projects.models import Guideline, Project, Stage

_SETTLED_MS = 2_000  # what ended this moment may not be committed yet
# Of each project with work: claims that ended since its last count, by stage; a count that is a little off looks a
# little early or late. Stages are made known at the first claim that ends.
_COUNT = """
INSERT INTO estimate_look (stage_id, project_id, until, new_n, measured)
SELECT f.stage_id, p.id, f.until, f.n, '{}'
  FROM project p CROSS JOIN LATERAL (
    SELECT x.stage_id, count(*) AS n, max(max(c.ended_at)) OVER () AS until
      FROM (SELECT slot_id, ended_at FROM claim
             WHERE project_id = p.id AND round = 1 AND ended_at IS NOT NULL AND ended_at <= %(until)s
               AND ended_at > coalesce((SELECT max(k.until) FROM estimate_look k WHERE k.project_id = p.id),
                                       '-infinity')
             ORDER BY ended_at DESC, id DESC LIMIT %(most)s) c
      JOIN slot x ON x.id = c.slot_id GROUP BY x.stage_id) f
 WHERE p.state IN ('open', 'paused')
ON CONFLICT (stage_id) DO UPDATE SET until = excluded.until, new_n = estimate_look.new_n + excluded.new_n
"""
_DUE = "SELECT stage_id FROM estimate_look WHERE new_n >= %s ORDER BY stage_id LIMIT %s"
# One look at a stage at a time.
_LOCK_STAGE = "SELECT pg_advisory_xact_lock(hashtext('estimates.stage'), hashtext(%s))"
# Work is paid for its time by a correction, or by a decision on its stage: never both at once.
_LOCK_PAY = "SELECT pg_advisory_xact_lock(hashtext('estimates.pay'), hashtext(%s))"
_SHARE_PAY = _LOCK_PAY.replace("_lock(", "_lock_shared(")


def count_ended(*, every: int, most: int, now: datetime) -> list[UUID]:
    """Count the claims that ended since the last count; stages of which at least `every` wait to be looked at."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('estimates.count'))")
        cursor.execute(_COUNT, {"until": now - timedelta(milliseconds=_SETTLED_MS), "most": most})
        cursor.execute(_DUE, [every, most])
        return [row[0] for row in cursor.fetchall()]


def lock_stage(stage_id: UUID) -> Stage:
    """A stage with its plan and project; nobody else looks at it or decides on it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_STAGE, [str(stage_id)])
    return Stage.objects.select_related("project", "pay_plan").get(id=stage_id)


def lock_pay(stage_id: UUID, *, share: bool = False) -> None:
    """Until the transaction ends no decision pays for the time of work on a stage; unless shared, nor a correction.

    Taken after the stage's lock, and before slots.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHARE_PAY if share else _LOCK_PAY, [str(stage_id)])


def keep_look(*, stage: Stage, measured: Mapping[str, Any], cost: Mapping[str, Any], now: datetime) -> None:
    """Write down what the claims say now, what that would cost, and that they were looked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO estimate_look (stage_id, project_id, until, new_n, measured, cost, looked_at)
               VALUES (%s, %s, %s, 0, %s, %s, %s) ON CONFLICT (stage_id) DO UPDATE
                  SET new_n = 0, measured = excluded.measured, cost = excluded.cost, looked_at = excluded.looked_at""",
            [stage.id, stage.project_id, now, Jsonb(dict(measured)), Jsonb(dict(cost)), now],
        )


def publish(
    *, stage: Stage, new: Estimate, source: str, review: EstimateReview | None, actor: Actor, now: datetime
) -> StageEstimate:  # fmt: skip
    """Put an estimate on the cards of a stage: offers from now on name it, offers that were made stay as they are."""
    guideline = Guideline.objects.filter(project_id=stage.project_id).order_by("-version").first()
    made = StageEstimate.objects.create(
        id=new_id(now), org_id=stage.org_id, project_id=stage.project_id, stage=stage,
        guideline_version=guideline.version if guideline else 0, source=source, p50_s=new.p50_s, p80_s=new.p80_s,
        limit_s=new.limit_s, n=new.n, open_n=round(new.n * new.censored_share), people=new.people,
        pilots=new.pilots if source == PILOT else 0, as_of=new.as_of, review=review, made_by=actor.id, made_at=now,
    )  # fmt: skip
    on_card: dict[str, Any] = {
        "p50_s": made.p50_s, "p80_s": made.p80_s, "n": made.n, "people": made.people, "open_n": made.open_n,
        "limit_s": made.limit_s, "as_of": made.as_of.isoformat(), "source": made.source,
    }  # fmt: skip
    if made.pilots:
        on_card["pilots"] = made.pilots
    Stage.objects.filter(id=stage.id).update(estimate=on_card)
    before = {name: stage.estimate.get(name) for name in ("p50_s", "p80_s", "n")}
    _record("estimate:published", stage, stage.id, actor, now, {"before": before, "after": on_card})
    stage.estimate = on_card
    return made


def start_anew(*, stage: Stage, actor: Actor, now: datetime) -> None:
    """The work of a stage was changed: what its cards say was measured on other work. The figures stay until eight
    claims say more; with none behind them the full rate runs to the paid-time maximum."""
    EstimateLook.objects.filter(stage=stage).update(measured={}, cost={})
    if not stage.estimate.get("n"):
        return
    old = stage.estimate
    p50_s, p80_s = int(old["p50_s"]), int(old["p80_s"])
    limit_s = int(old.get("limit_s") or max(LIMIT_OF_TYPICAL * p50_s, p80_s))
    kept = Estimate(p50_s, p80_s, limit_s, "pilots", "pilots", 0, 0, 0, 0.0, True, now)
    publish(stage=stage, new=kept, source=BEFORE, review=None, actor=actor, now=now)


def withdraw(*, stage: Stage, actor: Actor, now: datetime) -> None:
    """Take the estimate off the cards: with none, the full rate runs to the paid-time maximum."""
    Stage.objects.filter(id=stage.id).update(estimate={})
    _record("estimate:withdrawn", stage, stage.id, actor, now, {"before": dict(stage.estimate)})
    stage.estimate = {}


def open_review(
    *, stage: Stage, trigger: str, evidence: Mapping[str, Any], actor: Actor, now: datetime
) -> EstimateReview | None:  # fmt: skip
    """Open the review of a stage; None if one is open. From now on its offers run at the full rate to the maximum."""
    if EstimateReview.objects.filter(stage=stage, state=OPEN).exists():
        return None
    decide_by = working_hours(now, REVIEW_HOURS, ZoneInfo(rule_of(stage.project_id).zone))
    made = EstimateReview.objects.create(
        id=new_id(now), org_id=stage.org_id, project_id=stage.project_id, stage=stage, trigger=trigger,
        evidence=dict(evidence), opened_at=now, decide_by=decide_by,
    )  # fmt: skip
    facts = {"trigger": trigger, "decide_by": decide_by.isoformat()}
    _record("estimate:questioned", stage, made.id, actor, now, facts)
    return made


def locked_review(review_id: UUID) -> EstimateReview | None:
    """A review, locked until the transaction ends."""
    return EstimateReview.objects.select_for_update(no_key=True).filter(id=review_id).first()


def note_decision(
    *, review: EstimateReview, decision: str, reason: str, made_good: Mapping[str, Any], actor: Actor, now: datetime
) -> None:  # fmt: skip
    """Write down a decision under the review's lock; of a job: that nobody decided, and the new estimate holds."""
    to = DECIDED if actor.id is not None else LAPSED
    if (OPEN, to) not in REVIEW_MOVES or (to == LAPSED and decision != TAKE):
        raise ValueError(f"a review isn't {to} with {decision}")
    moved = EstimateReview.objects.filter(id=review.id, state=OPEN).update(
        state=to, decision=decision, reason=reason, decided_by_id=actor.id, decided_at=now, made_good=dict(made_good)
    )
    if not moved:
        raise RuntimeError(f"review {review.id} moved under its lock")
    facts = {"decision": decision, "reason": reason, "made_good": dict(made_good)}
    _record(f"estimate:{to}", review.stage, review.id, actor, now, facts)


def note_latecomers(*, review: EstimateReview, paid: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Write down, under the review's lock, that work handed in since its decision was looked at, and what was paid for
    it: a summary as of `made_good`, {} where nothing was owed."""
    made_good = dict(review.made_good)
    if paid.get("claims"):
        minor = Counter(made_good.get("minor", {})) + Counter(paid["minor"])
        sums = {name: made_good.get(name, 0) + paid[name] for name in ("claims", "looked_at", "goodwill_minor")}
        people = people_made_good(review.id)
        made_good |= {**sums, "minor": dict(minor), "people": people}
        made_good["first_at"] = made_good.get("first_at") or paid["first_at"]
        _record("estimate:made_good", review.stage, review.id, actor, now, {"made_good": dict(paid)})
    EstimateReview.objects.filter(id=review.id).update(late_until=now, made_good=made_good)


def add_report(*, claim: Claim, stage: Stage, actor: Actor, now: datetime) -> bool:
    """Somebody says of their own claim that it takes longer; True if they hadn't said so before."""
    _, made = OverrunReport.objects.get_or_create(
        claim=claim,
        defaults={
            "org_id": claim.org_id, "project_id": claim.project_id, "stage": stage, "person_id": claim.person_id,
            "work_ms": claim.work_ms, "at": now,
        },
    )  # fmt: skip
    if made:
        _record("estimate:doubted", stage, claim.id, actor, now, {"work_ms": claim.work_ms})
    return made


def note_pilot(*, stage: Stage, work_s: int, who: str, done_on: date, actor: Actor, now: datetime) -> Pilot:
    """Write down how long somebody took for a task of a stage, tried out. Its caller checked who may and when."""
    if actor.id is None:
        raise ValueError("a pilot is noted by somebody")
    made = Pilot.objects.create(
        id=new_id(now), org_id=stage.org_id, project_id=stage.project_id, stage=stage, work_s=work_s, who=who,
        done_on=done_on, noted_by=actor.id, noted_at=now,
    )  # fmt: skip
    said = {"work_s": work_s, "who": who, "done_on": done_on.isoformat()}
    _record("estimate:piloted", stage, made.id, actor, now, said)
    return made


def strike_pilot(*, stage: Stage, pilot_id: UUID, actor: Actor, now: datetime) -> bool:
    """A pilot was written down by mistake and counts no more; True if this call did it."""
    found = Pilot.objects.filter(id=pilot_id, stage=stage, struck_at=None)
    if not found.update(struck_at=now, struck_by=actor.id):
        return False
    _record("estimate:pilot_struck", stage, pilot_id, actor, now, {})
    return True


@transaction.atomic
def set_rule(
    *, project_id: UUID, covers_overrun: bool, pieces: bool, wage_floor_minor: int | None, zone: str, actor: Actor,
    now: datetime,
) -> Refused | None:  # fmt: skip
    """What the client agreed on for overruns, from now on. Refusals: no_zone, no_floor, agreed_in_review (a promise
    isn't taken back while a review is open that it is about)."""
    if zone not in known_zones():
        return Refused("no_zone", f"There is no time zone {zone!r}.")
    if wage_floor_minor is not None and wage_floor_minor <= 0:
        return Refused("no_floor", "A floor is an amount above zero.")
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    before = rule_of(project_id)
    taken_back = (before.pieces and not pieces) or (before.covers_overrun and not covers_overrun)
    if taken_back and open_reviews([project_id]):
        return Refused("agreed_in_review", "An estimate is under review: what was agreed holds for it.")
    values: dict[str, Any] = {
        "covers_overrun": covers_overrun, "pieces": pieces, "wage_floor_minor": wage_floor_minor, "zone": zone,
    }  # fmt: skip
    old = {name: getattr(before, name) for name in values}
    if old == values:
        return None
    EstimateRule.objects.update_or_create(project=project, defaults=values | {"changed_at": now})
    fact = Fact("estimate:agreed", "project", project_id, project.org_id, project_id, {"before": old, "after": values})
    record(actor=actor, now=now, happened=[fact])
    return None


def _record(verb: str, stage: Stage, subject_id: UUID, actor: Actor, now: datetime, facts: Mapping[str, Any]) -> None:
    said = {"stage": stage.name, "stage_id": str(stage.id), **facts}
    record(
        actor=actor, now=now,
        happened=[Fact(verb, "estimate", subject_id, stage.org_id, stage.project_id, said)],
    )  # fmt: skip
