"""Set-asides: for a cohort, for one person, and the first tasks promised to whoever joins; and how they come back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.dispatch import cohorts
from fairhand.dispatch.commands import give_back
from fairhand.dispatch.models import Cohort, Seat
from fairhand.dispatch.queries import seat_by_alias
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.each_alone import each_alone
from fairhand.flow.gold import cancel_stale_gold
from fairhand.kernel.limits import (
    COHORT_MEMBERS_MAX,
    COHORTS_MAX,
    LABEL_CHARS_MAX,
    PROMISED_MAX,
    PROMISES_KEPT_PER_JOB_MAX,
    SET_ASIDE_DAYS_MAX,
    SET_ASIDE_SLOTS_MAX,
    SLOTS_GIVEN_BACK_PER_JOB_MAX,
)
from fairhand.kernel.refusals import Refused
from fairhand.projects.commands import change_promise
from fairhand.projects.models import Project
from fairhand.projects.rules import Wrong
from fairhand.tasks.models import Batch
from fairhand.tasks.wording import wording_problem


@transaction.atomic
def make_cohort(
    *, project_id: UUID, name: str, aliases: Sequence[str], actor: Actor, now: datetime
) -> UUID | Refused:  # fmt: skip
    """A cohort of people of a project, by their pseudonyms. Refusal: bad_input (facts["problems"]: Wrong)."""
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    said = name.strip()
    problems = _name_problems(project_id, said)
    people, unknown = _people(project_id, aliases)
    problems += unknown
    if not problems and not people:
        problems.append(Wrong("aliases", "required", "name at least one person of the project"))
    if problems:
        return Refused("bad_input", "The cohort can't be made like this.", {"problems": problems})
    return cohorts.make_cohort(project=project, name=said, person_ids=people, actor=actor, now=now)


def _name_problems(project_id: UUID, name: str) -> list[Wrong]:
    mine = Cohort.objects.filter(project_id=project_id)
    if not name:
        return [Wrong("name", "required", "a cohort has a name")]
    if len(name) > LABEL_CHARS_MAX:
        return [Wrong("name", "too_long", f"has more than {LABEL_CHARS_MAX} characters")]
    if (why := wording_problem(name)) is not None:
        return [Wrong("name", "bad_character", why)]
    if mine.filter(name=name).exists():
        return [Wrong("name", "cohort_known", "is the name of another cohort of this project")]
    if mine.count() >= COHORTS_MAX:
        return [Wrong("name", "too_many", f"is the cohort after the {COHORTS_MAX}th")]
    return []


def _people(project_id: UUID, aliases: Sequence[str]) -> tuple[list[UUID], list[Wrong]]:
    wanted = list(dict.fromkeys(aliases))
    if len(wanted) > COHORT_MEMBERS_MAX:
        return [], [Wrong("aliases", "too_many", f"has more than {COHORT_MEMBERS_MAX} people")]
    sound = [alias for alias in wanted if "\0" not in alias]
    found = dict(Seat.objects.filter(project_id=project_id, alias__in=sound).values_list("alias", "person_id"))
    unknown = [alias for alias in wanted if alias not in found]
    if unknown:
        why = f"nobody has a seat here under {', '.join(unknown[:5])}"
        return [], [Wrong("aliases", "nobody_so_named", why)]
    return [found[alias] for alias in wanted], []


@transaction.atomic
def change_cohort(
    *, project_id: UUID, cohort_id: UUID, add: Sequence[str], remove: Sequence[str], actor: Actor, now: datetime
) -> tuple[int, int] | Refused:
    """Who came and who went, by pseudonym, from the next claim on. Refusals: no_cohort, bad_input."""
    cohort = Cohort.objects.filter(project_id=project_id, id=cohort_id).first()
    if cohort is None:
        return Refused("no_cohort", "The project has no such cohort.")
    came, unknown = _people(project_id, add)
    went, strange = _people(project_id, remove)
    if problems := unknown + strange:
        return Refused("bad_input", "The cohort can't be changed like this.", {"problems": problems})
    return cohorts.change_members(cohort=cohort, add=came, remove=went, actor=actor, now=now)


@transaction.atomic
def set_aside_for_cohort(
    *, project_id: UUID, cohort_id: UUID, batch_number: int | None, slots: int | None, days: int | None, reason: str,
    actor: Actor, now: datetime,
) -> int | Refused:  # fmt: skip
    """Keep up to so many open slots for a cohort, for so many days; how many are kept by this call.

    Refusals: no_cohort, bad_input (facts["problems"]: Wrong).
    """
    cohort = Cohort.objects.filter(project_id=project_id, id=cohort_id).first()
    if cohort is None:
        return Refused("no_cohort", "The project has no such cohort.")
    problems = _span_problems(slots, days) + reason_problems(reason)
    named = batch_number is not None
    batch = Batch.objects.filter(project_id=project_id, ordinal=batch_number).first() if named else None
    if named and batch is None:
        problems.append(Wrong("batch", "no_batch", "the project has no batch of that number"))
    if problems or slots is None or days is None:
        return Refused("bad_input", "Nothing can be set aside like this.", {"problems": problems})
    return cohorts.set_aside_for_cohort(
        cohort=cohort, batch_id=batch.id if batch else None, slots=slots, until=now + timedelta(days=days),
        reason=reason.strip(), actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def set_aside_for_person(
    *, project_id: UUID, alias: str, slots: int | None, days: int | None, reason: str, actor: Actor, now: datetime
) -> int | Refused:
    """Keep up to so many open slots for one person. Refusals: no_seat_here, bad_input."""
    seat = seat_by_alias(project_id, alias)
    if seat is None:
        return Refused("no_seat_here", "Nobody has a seat under that pseudonym in this project.")
    problems = _span_problems(slots, days) + reason_problems(reason)
    if problems or slots is None or days is None:
        return Refused("bad_input", "Nothing can be set aside like this.", {"problems": problems})
    until = now + timedelta(days=days)
    return cohorts.keep_for_person(
        project_id=project_id, person_id=seat.person_id, slots=slots, until=until, actor=actor, now=now
    )


def _span_problems(slots: int | None, days: int | None) -> list[Wrong]:
    problems = []
    if slots is None or not 1 <= slots <= SET_ASIDE_SLOTS_MAX:
        problems.append(Wrong("slots", "not_in_range", f"slots is a whole number from 1 to {SET_ASIDE_SLOTS_MAX}"))
    if days is None or not 1 <= days <= SET_ASIDE_DAYS_MAX:
        problems.append(Wrong("days", "not_in_range", f"days is a whole number from 1 to {SET_ASIDE_DAYS_MAX}"))
    return problems


@transaction.atomic
def promise_first_tasks(
    *, project_id: UUID, slots: int | None, days: int | None, reason: str, actor: Actor, now: datetime
) -> bool | Refused:
    """How many first tasks are kept for whoever joins from now on, and how long; True if that is news.

    Refusal: bad_input (facts["problems"]: Wrong).
    """
    problems = reason_problems(reason)
    if slots is None or not 0 <= slots <= PROMISED_MAX:
        problems.append(Wrong("promised", "not_in_range", f"is a whole number from 0 to {PROMISED_MAX}"))
    if days is None or not 1 <= days <= SET_ASIDE_DAYS_MAX:
        problems.append(Wrong("promised_days", "not_in_range", f"is a whole number from 1 to {SET_ASIDE_DAYS_MAX}"))
    if problems or slots is None or days is None:
        return Refused("bad_input", "First tasks can't be promised like this.", {"problems": problems})
    return change_promise(
        project_id=project_id, slots=slots, days=days, reason=reason.strip(), actor=actor, now=now
    )  # fmt: skip


def keep_promises(*, actor: Actor, now: datetime) -> int:
    """Set first tasks aside where they were promised and some are open, seat by seat; how many slots are kept now."""
    cohorts.drop_promises(now=now)
    kept = 0
    with each_alone() as alone:
        for promise in cohorts.open_promises(now, PROMISES_KEPT_PER_JOB_MAX):
            with alone(), transaction.atomic():
                slots = cohorts.promised_now(seat_id=promise.seat_id, now=now)
                found = cohorts.keep_for_person(
                    project_id=promise.project_id, person_id=promise.person_id, slots=slots,
                    until=promise.until, actor=actor, now=now,
                )  # fmt: skip
                if found:
                    cohorts.note_kept(seat_id=promise.seat_id, slots=found)
                kept += found
    return kept


def end_set_asides(*, actor: Actor, now: datetime) -> int:
    """What was kept for somebody and not taken in time is open to everybody again; gold is cancelled. How many."""
    limit = SLOTS_GIVEN_BACK_PER_JOB_MAX
    ended = give_back(actor=actor, now=now, limit=limit)
    ended += cancel_stale_gold(actor=actor, now=now)
    return ended + cohorts.return_from_cohorts(actor=actor, now=now, limit=limit)
