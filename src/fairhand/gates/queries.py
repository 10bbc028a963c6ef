"""Reads about gates and the facts they read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from psycopg.types.json import Jsonb

from fairhand.gates.models import Consent, Exclusion, Gate, Qualification, Skill
from fairhand.gates.rules import EMPTY, Held, PersonFacts, Verdict, skills_in
from fairhand.kernel.limits import EXCLUSIONS_PER_PERSON_SHOWN_MAX, QUALIFICATIONS_PER_PERSON_MAX, SKILLS_MAX
from fairhand.people.models import Person, Profile


def rule_of(gate_id: UUID | None) -> Mapping[str, Any]:
    """The rule of a gate; the empty one, which everybody passes, for none."""
    found = Gate.objects.filter(id=gate_id).values_list("rule", flat=True).first() if gate_id else None
    return found or EMPTY


def rules_of(gate_ids: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """Gate id -> its rule."""
    return dict(Gate.objects.filter(id__in=gate_ids).values_list("id", "rule"))


def skill_names(*rules: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """Short name -> names by language, of every skill and tier that some rules ask for."""
    slugs = {slug for rule in rules for _, slug, _ in skills_in(rule)}
    return dict(Skill.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}


def kinds_of_skills(slugs: Collection[str]) -> dict[str, str]:
    """Short name -> `skill` or `tier`, of those that the catalogue has."""
    return dict(Skill.objects.filter(slug__in=slugs).values_list("slug", "kind")) if slugs else {}


def facts_of(person_ids: Collection[UUID]) -> dict[UUID, PersonFacts]:
    """All that rules may read of some people, in four queries for any number of them."""
    held: dict[UUID, list[Held]] = {}
    rows = Qualification.objects.filter(person_id__in=person_ids, revoked_at=None).select_related("skill")
    for row in rows:
        made = Held(row.skill.kind, row.skill.slug, row.level, row.valid_from, row.valid_until)
        held.setdefault(row.person_id, []).append(made)
    agreed: dict[UUID, set[str]] = {}
    for person_id, topic in Consent.objects.filter(person_id__in=person_ids, withdrawn_at=None).values_list(
        "person_id", "topic"
    ):
        agreed.setdefault(person_id, set()).add(topic)
    told = {row.person_id: row for row in Profile.objects.filter(person_id__in=person_ids)}
    found = {}
    for person_id, tz in Person.objects.filter(id__in=person_ids).values_list("id", "tz"):
        profile = told.get(person_id)
        found[person_id] = PersonFacts(
            held=tuple(held.get(person_id, ())), tz=tz, consents=frozenset(agreed.get(person_id, ())),
            languages=frozenset(profile.language_codes) if profile else frozenset(),
            country=profile.country_code if profile else "",
        )  # fmt: skip
    return found


_VERDICTS = """
SELECT p.id, v.passes, CASE WHEN v.until < 'infinity' THEN v.until END, v.failing
  FROM unnest(%s::uuid[]) p (id) CROSS JOIN LATERAL gate_verdict(p.id, %s, %s) v
"""


def verdicts(person_ids: Sequence[UUID], rule: Mapping[str, Any], now: datetime) -> dict[UUID, Verdict]:
    """What the database's twin says of a sound rule, which need not be stored: person -> verdict. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_VERDICTS, [list(person_ids), Jsonb(dict(rule)), now])
        return {row[0]: Verdict(row[1], row[2], tuple(row[3])) for row in cursor.fetchall()}


def catalogue(kind: str | None = None, retired: bool = False) -> list[Skill]:
    """Skills and tiers by short name; `retired`: those that are granted no more, too."""
    found = Skill.objects.order_by("kind", "slug")
    found = found.filter(kind=kind) if kind else found
    return list((found if retired else found.filter(retired_at=None))[:SKILLS_MAX])


def skill_by_id(skill_id: UUID) -> Skill | None:
    """One of the catalogue."""
    return Skill.objects.filter(id=skill_id).first()


def qualifications_of(person_id: UUID) -> list[Qualification]:
    """Everything somebody was ever granted, the newest first, with its skill and who granted and revoked it."""
    found = Qualification.objects.filter(person_id=person_id).select_related("skill", "granted_by", "revoked_by")
    return list(found.order_by("-granted_at", "-id")[: 2 * QUALIFICATIONS_PER_PERSON_MAX])


def qualification_state(row: Qualification, now: datetime) -> str:
    """in_force, to_come, over or revoked."""
    if row.revoked_at is not None:
        return "revoked"
    if row.valid_from > now:
        return "to_come"
    return "over" if row.valid_until is not None and row.valid_until <= now else "in_force"


def consents_of(person_id: UUID) -> dict[str, datetime]:
    """Topic -> since when somebody agrees to see it."""
    return dict(Consent.objects.filter(person_id=person_id, withdrawn_at=None).values_list("topic", "given_at"))


def exclusions_about(person_id: UUID) -> list[Exclusion]:
    """Decisions about somebody, the newest first; those over and lifted, too."""
    found = Exclusion.objects.filter(person_id=person_id).select_related("org")
    return list(found.order_by("-made_at", "-id")[:EXCLUSIONS_PER_PERSON_SHOWN_MAX])


def exclusion_state(row: Exclusion, now: datetime) -> str:
    """in_force, contested, upheld (contested, and it stands), over or lifted."""
    if row.lifted_at is not None:
        return "lifted"
    if row.until is not None and row.until <= now:
        return "over"
    if row.upheld_at is not None:
        return "upheld"
    return "contested" if row.contested_at is not None else "in_force"


def exclusions_made_in(
    project_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[Exclusion]:  # fmt: skip
    """Decisions made in a project, the newest first, older than `before` (made_at, id)."""
    found = Exclusion.objects.filter(made_in=project_id)
    if before is not None:
        at, last = before
        found = found.filter(made_at__lte=at).filter(Q(made_at__lt=at) | Q(id__lt=last))
    return list(found.order_by("-made_at", "-id")[:limit])


@dataclass(frozen=True, slots=True)
class Withheld:
    """A decision in force as pages of work say it: `project_id` None for all projects of the client."""

    exclusion_id: UUID
    org_id: UUID
    project_id: UUID | None
    until: datetime | None


def withheld_from(person_id: UUID, now: datetime) -> list[Withheld]:
    """Whose work is withheld from somebody at a moment."""
    found = Exclusion.objects.filter(Q(until=None) | Q(until__gt=now), person_id=person_id, lifted_at=None)
    return [Withheld(row.id, row.org_id, row.project_id, row.until) for row in found.order_by("-made_at")]
