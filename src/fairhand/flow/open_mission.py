"""open_mission, shut_mission: a project promises extra pay, all of it reserved first; and stops taking people in."""

from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, transaction

from fairhand.audit.actor import Actor
from fairhand.flow.close_period import release_rest
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import MISSIONS_OPEN_MAX, REQUEST_KEY_CHARS_MAX
from fairhand.kernel.money import format_minor
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.ledger.accounts import budget, mission_reserve, move
from fairhand.ledger.commands import post, refusal_of
from fairhand.ledger.queries import balance_minor
from fairhand.missions.commands import add_mission, locked, shut
from fairhand.missions.models import Mission
from fairhand.missions.queries import mission_in, unsettled_n
from fairhand.missions.rules import Cost, NewMission, costed, frozen
from fairhand.missions.states import OPEN
from fairhand.projects.models import Project
from fairhand.projects.rules import Wrong
from fairhand.tasks.wording import wording_problem


def mission_cost(*, project: Project, new: NewMission, zones: frozenset[str], now: datetime) -> Cost | Refused:
    """What a mission would reserve. Refusals: mission_of_closed, too_many_missions, bad_input."""
    if project.state == "closed":
        return Refused("mission_of_closed", "The project is closed: nothing is promised in it any more.")
    if unsettled_n(project.id) >= MISSIONS_OPEN_MAX:
        return Refused("too_many_missions", f"{MISSIONS_OPEN_MAX} missions of the project are under way.")
    if new.name and (why := wording_problem(new.name)) is not None:
        problems = [Wrong("name", "bad_character", why)]
        return Refused("bad_input", "The mission can't be opened like this.", {"problems": problems})
    return costed(new, project.currency, zones, now)


def open_mission(
    *, project_id: UUID, new: NewMission, request_key: str, zones: frozenset[str], actor: Actor, now: datetime
) -> Mission | Refused:
    """Open a mission, once per form: seats times the most that each can get goes from the budget behind it.

    Refusals: those of `mission_cost`, bad_request_key, mission_short (facts: need_minor, have_minor, currency).
    """
    if not 0 < len(request_key) <= REQUEST_KEY_CHARS_MAX:
        return Refused("bad_request_key", "A request key is a short plain text.")
    try:
        with transaction.atomic():
            return _open(project_id, new, request_key, zones, actor, now)
    except RefusedError as refusal:
        return refusal.refused


def _open(
    project_id: UUID, new: NewMission, request_key: str, zones: frozenset[str], actor: Actor, now: datetime
) -> Mission | Refused:
    # The row, so that of one form sent twice the second finds what the first made.
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    if (made := Mission.objects.filter(project_id=project_id, request_key=request_key).first()) is not None:
        return made
    cost = mission_cost(project=project, new=new, zones=zones, now=now)
    if isinstance(cost, Refused):
        return cost

    mission_id = new_id(now)
    legs = move(budget(project_id), mission_reserve(mission_id), cost.reserve_minor)
    try:
        entry_id = post(
            key=f"mission:open:{mission_id}", kind="mission_open", currency=project.currency, legs=legs, now=now,
            meta={"mission": str(mission_id)},
        )  # fmt: skip
    except DatabaseError as error:
        if refusal_of(error) is None:
            raise
        raise RefusedError(_short(project, cost)) from None
    return add_mission(
        mission_id=mission_id, org_id=project.org_id, project_id=project_id, request_key=request_key, new=new,
        cost=cost, terms_hash=content_hash(frozen(new, cost)), currency=project.currency, entry_id=entry_id,
        actor=actor, now=now,
    )  # fmt: skip


def _short(project: Project, cost: Cost) -> Refused:
    said = format_minor(cost.reserve_minor, project.currency)
    facts = {"need_minor": cost.reserve_minor, "currency": project.currency}
    return Refused("mission_short", f"The budget can't carry {said}, the most that the mission can come to.", facts)


def budget_minor(project: Project) -> int:
    """What is free on a project's budget."""
    return balance_minor(budget(project.id), project.currency)


@transaction.atomic
def shut_mission(*, project_id: UUID, mission_id: UUID, actor: Actor, now: datetime) -> Mission | Refused:
    """Take nobody in any more; whoever is in goes on as promised, and what stood behind free seats goes back.

    Refusals: no_mission, mission_closed.
    """
    if mission_in(project_id, mission_id) is None:
        return Refused("no_mission", "The project has no such mission.")
    mission = locked(mission_id)
    if mission.state != OPEN:
        return Refused("mission_closed", "This mission takes nobody in any more.")

    shut(mission=mission, actor=actor, now=now)
    release_rest(mission_id=mission_id, now=now)
    return mission
