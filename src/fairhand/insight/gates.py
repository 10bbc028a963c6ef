"""Rules tried out on a project's people, and decisions that keep somebody from its work: under pseudonyms alone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from fairhand.dispatch.models import Seat
from fairhand.gates.models import Exclusion
from fairhand.gates.queries import exclusion_state, exclusions_made_in
from fairhand.gates.rules import is_personal
from fairhand.kernel.limits import GATE_FAILING_SHOWN_MAX, GATE_PEOPLE_LOOKED_AT_MAX, PERSONAL_COUNTED_MIN

_TRIED = """
SELECT e.alias, v.passes, v.failing
  FROM (SELECT s.person_id, s.alias FROM seat s JOIN person p ON p.id = s.person_id AND p.kind = 'person'
         WHERE s.project_id = %s AND s.state = 'active' ORDER BY s.person_id LIMIT %s) e
 CROSS JOIN LATERAL gate_verdict(e.person_id, %s, %s) v
"""


@dataclass(frozen=True, slots=True)
class TriedOut:
    """How a rule would part a project's people. `failing`: who fails at the same conditions, most people first.

    What somebody tells about themselves (country, zone, consent) is counted and never told of one person: `hidden`
    says how many fail at such conditions alone. `few`: so few are left to such a condition by the others that counts
    would tell what one of them said; then there are none.
    """

    people: int
    more: bool
    passing: int | None
    fails_at: tuple[int | None, ...]
    failing: list["Failing"]
    hidden: int | None
    few: bool


@dataclass(frozen=True, slots=True)
class Failing:
    """People who fail at the same conditions that may be told of one: how many, and the first few pseudonyms."""

    places: tuple[int, ...]
    people: int
    aliases: list[str]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.people - len(self.aliases)


def tells_of_few(rule: Mapping[str, Any], failing: Iterable[tuple[Collection[int], int]]) -> bool:
    """Whether counts of a rule would tell what single people say about themselves: fewer than PERSONAL_COUNTED_MIN meet
    all conditions but such a one. `failing`: places in the rule, and how many people fail at just those; () pass."""
    found = [(set(places), n) for places, n in failing]
    personal = [place for place, asked in enumerate(rule["all"]) if is_personal(asked)]
    left = [sum(n for places, n in found if places <= {place}) for place in personal]
    return bool(found) and any(n < PERSONAL_COUNTED_MIN for n in left)


def try_out(project_id: UUID, rule: Mapping[str, Any], now: datetime) -> TriedOut:
    """What a sound rule, stored or not, would say of a bounded number of people with a seat and an account now."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIED, [project_id, GATE_PEOPLE_LOOKED_AT_MAX + 1, Jsonb(dict(rule)), now])
        rows = cursor.fetchall()
    seen = rows[:GATE_PEOPLE_LOOKED_AT_MAX]
    counts = [0] * len(rule["all"])
    told: dict[tuple[int, ...], list[str]] = {}
    hidden = 0
    open_places = {place for place, asked in enumerate(rule["all"]) if not is_personal(asked)}
    for alias, passes, failing in seen:
        for place in failing:
            counts[place] += 1
        sayable = tuple(place for place in failing if place in open_places)
        if sayable:
            told.setdefault(sayable, []).append(alias)
        elif not passes:
            hidden += 1
    few = tells_of_few(rule, [(failing, 1) for _, _, failing in seen])
    return TriedOut(
        people=len(seen), more=len(rows) > len(seen),
        passing=None if few else sum(1 for row in seen if row[1]),
        fails_at=tuple(None if few and place not in open_places else n for place, n in enumerate(counts)),
        hidden=None if few else hidden, few=few,
        failing=sorted(
            (Failing(places, len(named), sorted(named)[:GATE_FAILING_SHOWN_MAX]) for places, named in told.items()),
            key=lambda each: (-each.people, each.places),
        )[:GATE_FAILING_SHOWN_MAX],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """A decision as a project's staff and its client read it."""

    row: Exclusion
    alias: str
    state: str
    may_lift: bool

    @property
    def key(self) -> str:
        """What the ids of its form end in."""
        return f"lift-{self.row.id}"

    @property
    def may_uphold(self) -> bool:
        """Whether a contest waits that the reader may answer."""
        return self.may_lift and self.state == "contested"

    @property
    def uphold_key(self) -> str:
        """The same for the form that says why it stands."""
        return f"stands-{self.row.id}"


def exclusions(
    project_id: UUID, viewer_id: UUID, whole_client: bool, before: tuple[datetime, UUID] | None, limit: int,
    now: datetime,
) -> list[ExclusionRow]:  # fmt: skip
    """Decisions made in a project, newest first. `whole_client`: the viewer may decide for all of the client's."""
    found = exclusions_made_in(project_id, before, limit)
    seats = Seat.objects.filter(project_id=project_id, person_id__in=[row.person_id for row in found])
    aliases = dict(seats.values_list("person_id", "alias"))
    made = []
    for row in found:
        state = exclusion_state(row, now)
        own = viewer_id in (row.made_by_id, row.person_id)
        may_lift = (
            state in ("in_force", "contested", "upheld") and not own and (row.project_id is not None or whole_client)
        )
        made.append(ExclusionRow(row, aliases.get(row.person_id, "–"), state, may_lift))
    return made
