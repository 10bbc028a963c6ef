"""close_periods: a mission's windows that are over are counted and paid, what is accepted later is paid later, and
what can't be needed any more goes back to the budget.

Work counts by when it was handed in, once it is accepted: a late review costs nobody a bonus.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.cases.queries import lines_added_to
from fairhand.flow.each_alone import each_alone
from fairhand.kernel.limits import PERIODS_PER_JOB_MAX
from fairhand.ledger.accounts import budget, mission_reserve, move, payable
from fairhand.ledger.commands import post
from fairhand.missions.commands import locked, locked_period, note_period, note_released, settle, shut, tell
from fairhand.missions.models import Mission, MissionPeriod
from fairhand.missions.queries import counted, due_periods, over_missions, seat_of, windows_of
from fairhand.missions.referral_queries import live_n
from fairhand.missions.rules import Done, Window
from fairhand.missions.states import GOAL, GUARANTEE, OPEN, SETTLE_AFTER, SETTLED, SHUT
from fairhand.pay.commands import add_mission_lines
from fairhand.pay.models import PayLine
from fairhand.pay.queries import lines_of_window
from fairhand.projects.models import Project
from fairhand_pay import AdjustParams, Earned, Line, PeriodFacts, Terms, adjust, counts, total, window_lines

_CAUSES = {GOAL: AdjustParams(cause="goal"), GUARANTEE: AdjustParams(cause="guarantee")}
# What work of a window pays, decided or not: a guarantee adds to it only what is missing then.
_LINES = """
SELECT l.line_key, l.amount_minor, l.hash, l.primitive, l.inputs ->> 'kind'
  FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN pay_line l ON l.submission_id = s.id
 WHERE s.person_id = %s AND s.submitted_at >= %s AND s.submitted_at < %s AND s.project_id = %s
   AND (g.kind = 'attempt') = %s
 ORDER BY l.made_at, l.line_key
"""
# The most that windows not settled can still pay to those who are in.
_OWED = """
SELECT coalesce(sum(m.window_minor - p.paid_minor), 0)::bigint
  FROM mission_period p JOIN mission m ON m.id = p.mission_id WHERE p.mission_id = %s AND p.settled_at IS NULL
"""


def close_periods(*, actor: Actor, now: datetime) -> int:
    """Count and pay what is due, a window of a person at a time; then settle missions; how many windows paid."""
    paid, touched = 0, set()
    with each_alone() as alone:
        for mission_id, person_id, number in due_periods(now, PERIODS_PER_JOB_MAX):
            with alone():
                paid += close_period(mission_id=mission_id, person_id=person_id, number=number, actor=actor, now=now)
                touched.add(mission_id)
    with each_alone() as alone:
        for mission_id in {*touched, *over_missions(now)}:
            with alone(), transaction.atomic():
                _go_on(mission_id, actor, now)
    return paid


@transaction.atomic
def close_period(*, mission_id: UUID, person_id: UUID, number: int, actor: Actor, now: datetime) -> bool:
    """Count one window of one person and pay what it comes to beyond what it paid; whether it paid anything.

    Two at once wait for each other at the mission's row; the second finds nothing left to pay. The window is settled
    once nothing of it is undecided, and so long after its end that everything handed in before it is written.
    """
    mission = locked(mission_id)
    period = locked_period(mission_id, person_id, number)
    if period is None or period.until_at > now:
        return False
    window = Window(period.number, period.from_at, period.until_at)
    found = counted([(mission, person_id, window)])[mission_id, person_id, number]
    currency = Project.objects.values_list("currency", flat=True).get(id=mission.project_id)

    lines = _lines(mission, period, found.done)
    paid_minor = total(lines)
    settled = found.undecided == 0 and now >= period.until_at + SETTLE_AFTER

    if lines:
        _pay(mission, period, lines, currency, now)
    note_period(
        period=period, done=found.done, wrote=bool(lines), paid_minor=paid_minor, settled=settled, now=now
    )  # fmt: skip
    if paid_minor or period.closed_at is None:
        facts = {
            "person_id": str(person_id), "window": number, "tasks": found.done.tasks,
            "good_tasks": found.done.good_tasks, "ms": found.done.ms,
            "undecided": found.undecided, "amount_minor": paid_minor, "currency": currency,
            "late": period.closed_at is not None,
        }  # fmt: skip
        tell("mission:counted", mission, facts, actor, now)
    return paid_minor > 0


def _lines(mission: Mission, period: MissionPeriod, done: Done) -> Sequence[Line]:
    """The lines that are to be added now; none where nothing was done and nothing is paid."""
    seat = seat_of(mission.id, period.person_id)
    if seat is None:
        raise LookupError(f"window {period.id} belongs to nobody in mission {mission.id}")
    terms = Terms.parse(seat.terms)
    earned = _earned(mission, period) if mission.kind == GUARANTEE else ()
    facts = PeriodFacts(mission.scope, {"tasks": done.tasks, "good_tasks": done.good_tasks, "ms": done.ms}, earned)
    fresh = window_lines(facts, terms)
    rows = lines_of_window(_key(period))
    if rows:
        # What a case added for the window stands for what is found to be due now: nothing is paid twice.
        rows += lines_added_to([row.id for row in rows])
        return adjust([_computed(row) for row in rows], fresh, _CAUSES[mission.kind])
    return fresh if total(fresh) or done.tasks or done.ms else ()


def _earned(mission: Mission, period: MissionPeriod) -> tuple[Earned, ...]:
    values = [period.person_id, period.from_at, period.until_at, mission.project_id, mission.work == "attempt"]
    with connection.cursor() as cursor:
        cursor.execute(_LINES, values)
        rows = cursor.fetchall()
    return tuple(Earned(key, minor, hash_, _counts(primitive, kind)) for key, minor, hash_, primitive, kind in rows)


def _counts(primitive: str, kind: str | None) -> bool:
    inputs: dict[str, int | str] = {"kind": kind} if kind else {}
    return counts(Line(primitive, 1, 0, inputs, "0", 0, "", "", {}))


def _computed(row: PayLine) -> Line:
    return Line(
        row.primitive, row.version, int(row.line_key.rsplit(":", 1)[1]), row.inputs, row.exact, row.amount_minor,
        row.currency, row.sentence_key, row.sentence_args, tuple(row.parents), row.hash,
    )  # fmt: skip


def _key(period: MissionPeriod) -> str:
    return f"{period.mission_id}:{period.person_id}:{period.number}"


def _pay(mission: Mission, period: MissionPeriod, lines: Sequence[Line], currency: str, now: datetime) -> None:
    key = f"{_key(period)}:{period.steps + 1}"
    meta: Mapping[str, Any] = {"mission": str(mission.id), "window": period.number}
    legs = move(mission_reserve(mission.id), payable(period.person_id), total(lines))
    entry_id = post(key=f"mission:pay:{key}", kind="mission_pay", currency=currency, legs=legs, now=now, meta=meta)
    add_mission_lines(
        key=key, org_id=mission.org_id, project_id=mission.project_id, person_id=period.person_id, lines=lines,
        entry_id=entry_id, now=now,
    )  # fmt: skip


def _go_on(mission_id: UUID, actor: Actor, now: datetime) -> None:
    """After its end a mission takes nobody in; with its last window it is settled; what isn't needed goes back."""
    mission = locked(mission_id)
    if mission.state == SETTLED:
        return
    if mission.state == OPEN and mission.until_at <= now:
        shut(mission=mission, actor=actor, now=now)
        mission = locked(mission_id)
    release_rest(mission_id=mission_id, now=now)
    waits = MissionPeriod.objects.filter(mission_id=mission_id, settled_at=None).exists() or live_n(mission_id)
    if mission.state == SHUT and mission.until_at <= now and not waits:
        currency = Project.objects.values_list("currency", flat=True).get(id=mission.project_id)
        settle(mission=mission, currency=currency, actor=actor, now=now)


def release_rest(*, mission_id: UUID, now: datetime) -> int:
    """Give back what neither those who are in nor those who may still join can get; how much, in minor units.

    Under the mission's lock, which every payment from its reserve takes as well.
    """
    mission = locked(mission_id)
    with connection.cursor() as cursor:
        cursor.execute(_OWED, [mission_id])
        needed = cursor.fetchone()[0] + live_n(mission_id) * mission.window_minor
    if mission.state == OPEN:
        ahead = sum(1 for window in windows_of(mission) if window.until_at > now)
        needed += (mission.seats - mission.people_n) * ahead * mission.window_minor
    rest = int(mission.reserve_minor - needed)
    if rest < 0:
        raise RuntimeError(f"mission {mission_id} needs {-rest} more than stands behind it")
    if rest == 0:
        return 0
    currency = Project.objects.values_list("currency", flat=True).get(id=mission.project_id)
    # The reserve only ever falls, so what it was tells one release from the next.
    key = f"mission:release:{mission_id}:{mission.reserve_minor}"
    legs = move(mission_reserve(mission_id), budget(mission.project_id), rest)
    post(key=key, kind="mission_release", currency=currency, legs=legs, now=now, meta={"mission": str(mission_id)})
    note_released(mission=mission, amount_minor=rest)
    return rest
