"""surge: a window of high demand. Tasks of a stage that are taken while it is open pay so many times as much, because
the card that is frozen with them says so; offers that were made before or after it stay as they are.

What it may come to lies behind every task that waits before anybody is told: else it doesn't open.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.offers import Card
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.each_alone import each_alone
from fairhand.flow.raise_reserves import raise_reserves
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import SURGE_AHEAD_DAYS_MAX, SURGE_DAYS_MAX
from fairhand.kernel.money import format_minor
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.ledger.accounts import AccountName, Leg, pool, reserved
from fairhand.ledger.commands import hold, post
from fairhand.projects.models import Project, Stage, Surge
from fairhand.projects.queries import live_surges, stage_in
from fairhand.projects.rules import Wrong
from fairhand_pay import Terms, ceiling, with_surge

_FACTOR_MAX = 3
_FACTOR_CHARS_MAX = 6
_EVERY_SLOT = 10_000_000
# What waits, and what of it has less behind it than it would need: rework too, whose own offer is raised to it.
_NEED = """
SELECT count(*), coalesce(sum(greatest(0, %(ceiling)s - reserve_minor)), 0)::bigint FROM slot
 WHERE stage_id = %(stage)s AND state = 'open'
"""
_BEYOND = """
SELECT id, batch_id, shard, reserve_minor - %(ceiling)s FROM slot
 WHERE stage_id = %(stage)s AND state = 'open' AND offer_id IS NULL AND reserve_minor > %(ceiling)s
 ORDER BY id FOR UPDATE SKIP LOCKED
"""
_LOWER = "UPDATE slot SET reserve_minor = %s WHERE id = ANY (%s)"


@dataclass(frozen=True, slots=True)
class Asked:
    """A window as it was asked for; None where nothing that can be read was typed. `from_at` None: from now on."""

    factor: str
    from_at: datetime | None
    until_at: datetime | None
    reserve_max_minor: int | None
    reason: str


def needs(stage: Stage, factor: str) -> tuple[int, int]:
    """(tasks of a stage that wait, minor units that a window would set apart behind them)."""
    card = _card(stage)
    pay = Terms.parse(card.terms["pay"])
    values = {"stage": stage.id, "ceiling": ceiling(with_surge(pay, factor))}
    with connection.cursor() as cursor:
        cursor.execute(_NEED, values)
        count, minor = cursor.fetchone()
    return int(count), int(minor)


def open_surge(*, project_id: UUID, number: int, asked: Asked, actor: Actor, now: datetime) -> Surge | Refused:
    """Open a window for a stage, or plan it for later; what it needs is set apart at once in both cases.

    Refusals: no_stage, project_closed, surge_live (the stage has one), surge_short, surge_over (it needs more than it
    may; facts: needs_minor, currency, n), bad_input (facts["problems"]: Wrong).
    """
    try:
        with transaction.atomic():
            return _open(project_id, number, asked, actor, now)
    except RefusedError as refusal:
        return refusal.refused


def _open(project_id: UUID, number: int, asked: Asked, actor: Actor, now: datetime) -> Surge | Refused:
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    stage = stage_in(project_id, number)
    if stage is None:
        return Refused("no_stage", f"The project has no stage {number}.")
    if project.state == "closed":
        return Refused("project_closed", "The project is closed; nobody takes work in it any more.")
    if live_surges([stage.id]):
        return Refused("surge_live", "This stage has a window already; end it first.")
    factor = _factor(asked.factor)
    problems = _problems(asked, factor, now)
    if problems or asked.until_at is None or asked.reserve_max_minor is None or factor is None:
        return Refused("bad_input", "The window can't be opened like this.", {"problems": problems})

    waiting_n, needs_minor = needs(stage, factor)
    if needs_minor > asked.reserve_max_minor:
        raise RefusedError(_over(waiting_n, needs_minor, project.currency))
    from_at = max(asked.from_at or now, now)
    surge = Surge.objects.create(
        id=new_id(now), org_id=project.org_id, project=project, stage=stage, factor=factor, from_at=from_at,
        until_at=asked.until_at, reserve_max_minor=asked.reserve_max_minor, reason=asked.reason.strip(),
        state="planned", made_by=actor.id, made_at=now,
    )  # fmt: skip
    missing = _set_apart(surge, now)
    if missing:
        raise RefusedError(_short(missing, project.currency))
    if from_at <= now:
        _begin(surge, actor, now)
    else:
        record(actor=actor, now=now, happened=[_fact("surge:planned", surge)])
    surge.refresh_from_db()
    return surge


def _problems(asked: Asked, factor: str | None, now: datetime) -> list[Wrong]:
    found = list(reason_problems(asked.reason))
    if factor is None:
        found.append(Wrong("factor", "surge_factor", "a decimal above 1, up to 3"))
    begins = max(asked.from_at or now, now)
    if begins > now + timedelta(days=SURGE_AHEAD_DAYS_MAX):
        found.append(Wrong("from", "surge_from", f"at most {SURGE_AHEAD_DAYS_MAX} days ahead"))
    if asked.until_at is None or not begins < asked.until_at <= begins + timedelta(days=SURGE_DAYS_MAX):
        found.append(Wrong("until", "surge_until", f"after its beginning, and within {SURGE_DAYS_MAX} days of it"))
    if asked.reserve_max_minor is None or asked.reserve_max_minor <= 0:
        found.append(Wrong("reserve", "surge_reserve", "an amount above zero"))
    return found


def _factor(text: str) -> str | None:
    """The factor in its one written form; None for none above 1 and up to 3."""
    try:
        found = Decimal(text) if len(text) <= _FACTOR_CHARS_MAX else None
    except InvalidOperation:
        return None
    if found is None or not found.is_finite() or not 1 < found <= _FACTOR_MAX:
        return None
    return f"{found.normalize():f}"


def _over(waiting_n: int, needs_minor: int, currency: str) -> Refused:
    why = f"The {waiting_n} tasks that wait need {format_minor(needs_minor, currency)} more behind them."
    return Refused("surge_over", why, {"needs_minor": needs_minor, "currency": currency, "n": waiting_n})


def _short(missing_minor: int, currency: str) -> Refused:
    why = f"Budget and pools can't carry it: {format_minor(missing_minor, currency)} are missing."
    return Refused("surge_short", why, {"missing_minor": missing_minor, "currency": currency})


def _card(stage: Stage) -> Card:
    return next(each.card for each in stage_cards(stage.project_id) if each.stage_id == stage.id)


def _set_apart(surge: Surge, now: datetime) -> int:
    """Put what the window needs behind the tasks that wait; what is missing, with nothing moved on the window's row."""
    card = _card(surge.stage)
    most = ceiling(with_surge(Terms.parse(card.terms["pay"]), surge.factor))
    _waiting_n, more = needs(surge.stage, surge.factor)
    raised = raise_reserves(
        project_id=surge.project_id, stage_id=surge.stage_id, ceiling_minor=most, currency=card.currency, now=now,
        waiting_max=_EVERY_SLOT,
    )  # fmt: skip
    apart = surge.reserved_minor + more
    if raised.missing_minor or apart > surge.reserve_max_minor:
        return raised.missing_minor or apart - surge.reserve_max_minor
    Surge.objects.filter(id=surge.id).update(reserved_minor=apart)
    return 0


def _begin(surge: Surge, actor: Actor, now: datetime) -> None:
    moved = Surge.objects.filter(id=surge.id, state="planned").update(state="open", opened_at=now)
    if not moved:
        raise RuntimeError(f"surge {surge.id} moved under the lock of its project")
    record(actor=actor, now=now, happened=[_fact("surge:opened", surge)])


def _fact(verb: str, surge: Surge, **more: Any) -> Fact:
    said: Mapping[str, Any] = {
        "stage": surge.stage.name, "factor": surge.factor, "from_at": surge.from_at.isoformat(),
        "until_at": surge.until_at.isoformat(), "note": surge.reason, "surge": str(surge.id), **more,
    }  # fmt: skip
    return Fact(verb, "stage", surge.stage_id, surge.org_id, surge.project_id, dict(said))


@transaction.atomic
def end_surge(*, project_id: UUID, number: int, note: str, actor: Actor, now: datetime) -> bool | Refused:
    """End a stage's window before its time, or take a planned one back; True if there was one. What was taken in it
    keeps its terms. Refusals: no_stage, bad_input (facts["problems"]: Wrong)."""
    Project.objects.select_for_update(no_key=True).get(id=project_id)
    stage = stage_in(project_id, number)
    if stage is None:
        return Refused("no_stage", f"The project has no stage {number}.")
    if problems := reason_problems(note):
        return Refused("bad_input", "It can't be ended like this.", {"problems": problems})
    surge = live_surges([stage.id]).get(stage.id)
    if surge is None:
        return False
    _end(surge, "staff", actor, now, note.strip())
    return True


def _end(surge: Surge, why: str, actor: Actor, now: datetime, note: str = "") -> None:
    """It is over, and what lies behind tasks that still wait beyond what they need now goes to their batch's pool."""
    live = Surge.objects.filter(id=surge.id).exclude(state="over")
    if not live.update(state="over", ended_at=now, end_reason=why):
        raise RuntimeError(f"surge {surge.id} moved under the lock of its project")
    card = _card(surge.stage)
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND, {"stage": surge.stage_id, "ceiling": card.ceiling_minor})
        rows = cursor.fetchall()
        back = sum(row[3] for row in rows)
        if rows:
            legs: Counter[AccountName] = Counter()
            for _slot_id, batch_id, shard, beyond in rows:
                legs[reserved(batch_id, shard)] -= beyond
                legs[pool(batch_id)] += beyond
            hold(accounts=list(legs), currency=card.currency)
            post(
                key=f"surge:{surge.id}:back", kind="reserve", currency=card.currency, now=now,
                legs=[Leg(account, minor) for account, minor in legs.items()], meta={"surge": str(surge.id)},
            )  # fmt: skip
            cursor.execute(_LOWER, [card.ceiling_minor, [row[0] for row in rows]])
    fact = _fact("surge:ended", surge, why=why, back_minor=back, currency=card.currency, ended_note=note)
    record(actor=actor, now=now, happened=[fact])


def move_surges(*, actor: Actor, now: datetime) -> int:
    """Windows whose time has come open, those whose time is over end, each in its own transaction; how many moved."""
    due = Surge.objects.filter(state="planned", from_at__lte=now) | Surge.objects.filter(
        state="open", until_at__lte=now
    )
    moved = 0
    with each_alone() as alone:
        for surge_id, project_id in list(due.order_by("from_at").values_list("id", "project_id")):
            with alone(), transaction.atomic():
                moved += _move(surge_id, project_id, actor, now)
    return moved


def _move(surge_id: UUID, project_id: UUID, actor: Actor, now: datetime) -> bool:
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    surge = Surge.objects.select_related("stage", "project").get(id=surge_id)
    if surge.state == "over":
        return False
    if surge.until_at <= now:
        _end(surge, "time", actor, now)
    elif project.state == "closed":
        _end(surge, "closed", actor, now)
    elif surge.state == "planned" and _could_not(surge, now):
        _end(surge, "short", actor, now)
    elif surge.state == "planned":
        _begin(surge, actor, now)
    return True


def _could_not(surge: Surge, now: datetime) -> bool:
    """Whether money is missing behind tasks that came since the window was planned; then nothing of it was moved."""
    try:
        with transaction.atomic():
            if missing := _set_apart(surge, now):
                raise RefusedError(_short(missing, surge.project.currency))
    except RefusedError:
        return True
    return False
