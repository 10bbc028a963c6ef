"""Verbs about gates and the facts they read. A decision about a person is a named person's, with a reason."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.gates.models import Consent, Exclusion, Gate, Qualification, Skill
from fairhand.gates.rules import canonical_rule, problems_of_rule, rule_hash, skills_in
from fairhand.gates.states import CONSENT_TOPICS, EXCLUSION_REASONS, SKILL_KINDS
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import NAME_CHARS_MAX, PARAGRAPH_CHARS_MAX, QUALIFICATIONS_PER_PERSON_MAX, SKILLS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.models import Person
from fairhand.people.queries import known_zones
from fairhand.people.rules import reason_given

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
NO_SKILL = Refused("no_skill", "The catalogue has no such skill or tier, or it is retired.")
_NO_EXCLUSION = Refused("no_exclusion", "There is no such decision in force.")


@transaction.atomic
def ensure_gate(*, rule: Mapping[str, Any], now: datetime) -> Gate | Refused:
    """The gate of a rule, stored once by content. Refusal: bad_rule (facts["problems"]: rules.Problem), no_skill."""
    if problems := problems_of_rule(rule, known_zones()):
        return Refused("bad_rule", "; ".join(f"{p.place}: {p.why}" for p in problems), {"problems": problems})
    known = {(kind, slug): most for kind, slug, most in Skill.objects.values_list("kind", "slug", "level_max")}
    for kind, slug, level in skills_in(rule):
        if level > known.get((kind, slug), 0):
            return Refused("no_skill", f"The catalogue has no {kind} {slug} of level {level}.", {"slug": slug})

    made = Gate(id=new_id(now), rule_hash=rule_hash(rule), rule=canonical_rule(rule), made_at=now)
    Gate.objects.bulk_create([made], ignore_conflicts=True)
    return Gate.objects.get(rule_hash=made.rule_hash)


@transaction.atomic
def make_skill(
    *, kind: str, slug: str, name: Mapping[str, str], about: Mapping[str, str], level_max: int, actor: Actor,
    now: datetime,
) -> Skill | Refused:  # fmt: skip
    """Put a skill or a tier into the catalogue. Refusals: skill_slug, skill_name, skill_about, bad_level, skill_full,
    skill_taken."""
    if not _SLUG.fullmatch(slug) or kind not in SKILL_KINDS:
        return Refused("skill_slug", "A short name has up to 60 small letters, digits and hyphens.")
    if refused := _bad_words(kind, name, about):
        return refused
    if not 1 <= level_max <= 9:
        return Refused("bad_level", "A skill has 1 to 9 levels.")
    if Skill.objects.count() >= SKILLS_MAX:
        return Refused("skill_full", f"The catalogue holds {SKILLS_MAX} entries at most.")

    try:
        with transaction.atomic():
            made = Skill.objects.create(
                id=new_id(now), slug=slug, kind=kind, name=dict(name), about=dict(about), level_max=level_max,
                made_at=now,
            )  # fmt: skip
    except IntegrityError:
        return Refused("skill_taken", "Another skill or tier has this short name.")

    facts = {"slug": slug, "kind": kind, "level_max": level_max}
    record(actor=actor, now=now, happened=[Fact("skill:made", "skill", made.id, facts=facts)])
    return made


def _bad_words(kind: str, name: Mapping[str, str], about: Mapping[str, str]) -> Refused | None:
    if not name.get("en", "").strip() or any(len(text) > NAME_CHARS_MAX for text in name.values()):
        return Refused("skill_name", f"A name in English is needed, of at most {NAME_CHARS_MAX} characters.")
    if any(len(text) > PARAGRAPH_CHARS_MAX for text in about.values()) or (kind == "tier" and not about.get("en")):
        return Refused("skill_about", "A tier needs published rules in English, of at most "
                       f"{PARAGRAPH_CHARS_MAX} characters.")  # fmt: skip
    return None


@transaction.atomic
def describe_skill(
    *, skill_id: UUID, name: Mapping[str, str], about: Mapping[str, str], reason: str, actor: Actor, now: datetime
) -> Refused | None:
    """Other words for a skill, or other published rules of a tier; the event keeps those before.

    Refusals: no_skill, skill_name, skill_about, reason_…
    """
    row = Skill.objects.select_for_update(no_key=True).filter(id=skill_id).first()
    if row is None:
        return NO_SKILL
    if refused := _bad_words(row.kind, name, about) or reason_given(reason):
        return refused

    after = {"name": dict(name), "about": dict(about)}
    before = {"name": row.name, "about": row.about}
    if after == before:
        return None
    Skill.objects.filter(id=skill_id).update(**after)

    facts = {"slug": row.slug, "before": before, "reason": reason.strip()}
    record(actor=actor, now=now, happened=[Fact("skill:described", "skill", skill_id, facts=facts)])
    return None


@transaction.atomic
def retire_skill(*, skill_id: UUID, reason: str, actor: Actor, now: datetime) -> Refused | None:
    """Grant it no more. Whoever holds it keeps it, and gates that ask for it go on. Refusals: no_skill, reason_…"""
    if refused := reason_given(reason):
        return refused
    if not Skill.objects.filter(id=skill_id, retired_at=None).update(retired_at=now):
        return NO_SKILL
    facts = {"slug": Skill.objects.values_list("slug", flat=True).get(id=skill_id), "reason": reason.strip()}
    record(actor=actor, now=now, happened=[Fact("skill:retired", "skill", skill_id, facts=facts)])
    return None


@transaction.atomic
def grant(
    *, person_id: UUID, skill_id: UUID, level: int, valid_from: datetime, valid_until: datetime | None,
    evidence: str, reason: str, actor: Actor, now: datetime,
) -> Qualification | Refused:  # fmt: skip
    """Grant a skill or tier. Who grants it is named: `actor`, or nobody at the command line and in a replay.

    Refusals: own_qualification, no_grantee, no_skill, bad_level, ends_before, too_many_held, reason_…
    """
    person = Person.objects.filter(id=person_id).first()
    skill = Skill.objects.filter(id=skill_id, retired_at=None).first()
    live = Qualification.objects.filter(Q(valid_until=None) | Q(valid_until__gt=now), person_id=person_id)

    if actor.id == person_id and actor.kind == "person":
        return Refused("own_qualification", "Nobody grants their own qualification.")
    if person is None:
        return Refused("no_grantee", "There is no such person.")
    if skill is None:
        return NO_SKILL
    if not 1 <= level <= skill.level_max:
        return Refused("bad_level", f"This has levels from 1 to {skill.level_max}.")
    if valid_until is not None and (valid_until <= valid_from or valid_until <= now):
        return Refused("ends_before", "The end lies before the beginning, or in the past.")
    if live.filter(revoked_at=None).count() >= QUALIFICATIONS_PER_PERSON_MAX:
        return Refused("too_many_held", f"A person holds {QUALIFICATIONS_PER_PERSON_MAX} qualifications at most.")
    if refused := reason_given(reason) or (reason_given(evidence) if evidence else None):
        return refused

    made = Qualification.objects.create(
        id=new_id(now), person=person, skill=skill, level=level, valid_from=valid_from, valid_until=valid_until,
        evidence=evidence.strip(), reason=reason.strip(), granted_by_id=_named(actor), granted_at=now,
    )  # fmt: skip

    facts = {
        "slug": skill.slug, "name": skill.name, "level": level, "from": valid_from.isoformat(),
        "until": valid_until.isoformat() if valid_until else None, "reason": reason.strip(),
        "qualification": str(made.id),
    }  # fmt: skip
    record(actor=actor, now=now, happened=[Fact("qualification:granted", "person", person_id, facts=facts)])
    return made


def _named(actor: Actor) -> UUID | None:
    return actor.id if actor.kind == "person" else None


@transaction.atomic
def revoke(*, person_id: UUID, qualification_id: UUID, reason: str, actor: Actor, now: datetime) -> Refused | None:
    """Take a qualification back, as of now: the next claim sees it. What is claimed stays.

    Refusals: own_qualification, no_qualification, reason_…
    """
    if actor.id == person_id and actor.kind == "person":
        return Refused("own_qualification", "Nobody revokes their own qualification.")
    if refused := reason_given(reason):
        return refused

    row = Qualification.objects.filter(id=qualification_id, person_id=person_id).select_related("skill").first()
    moved = row and Qualification.objects.filter(id=row.id, revoked_at=None).update(
        revoked_at=now, revoked_by_id=_named(actor), revoke_reason=reason.strip()
    )
    if row is None or not moved:
        return Refused("no_qualification", "There is no such qualification in force.")

    facts = {
        "slug": row.skill.slug, "name": row.skill.name, "level": row.level, "reason": reason.strip(),
        "qualification": str(row.id),
    }  # fmt: skip
    record(actor=actor, now=now, happened=[Fact("qualification:revoked", "person", person_id, facts=facts)])
    return None


@transaction.atomic
def consent(*, person_id: UUID, topic: str, given: bool, actor: Actor, now: datetime) -> bool | Refused:
    """Give or withdraw one's own consent; whether anything changed. Nobody else can. Refusal: unknown_topic."""
    if topic not in CONSENT_TOPICS:
        return Refused("unknown_topic", f"The topic is one of {', '.join(CONSENT_TOPICS)}.")

    open_one = Consent.objects.filter(person_id=person_id, topic=topic, withdrawn_at=None)
    if given:
        made = Consent(id=new_id(now), person_id=person_id, topic=topic, given_at=now)
        Consent.objects.bulk_create([made], ignore_conflicts=True)
        changed = Consent.objects.filter(id=made.id).exists()
    else:
        changed = bool(open_one.update(withdrawn_at=now))
    if not changed:
        return False

    # That it changed is kept, not about what: what somebody can't bear to see stays theirs, and erasable.
    verb = "consent:given" if given else "consent:withdrawn"
    record(actor=actor, now=now, happened=[Fact(verb, "person", person_id)])
    return True


@transaction.atomic
def exclude(
    *, person_id: UUID, org_id: UUID, project_id: UUID | None, made_in: UUID, reason_code: str, reason: str,
    until: datetime | None, made_as: str, actor: Actor, now: datetime,
) -> Exclusion | Refused:  # fmt: skip
    """Give somebody none of a client's work, or of one project's, from the next claim on. They are told, and why.

    `made_in`: the project in which it is decided; `made_as`: the role that decides. Refusals: no_grantee,
    own_exclusion, unknown_reason, until_past, excluded_already, reason_…
    """
    person = Person.objects.select_for_update(no_key=True).filter(id=person_id).first()
    in_force = Exclusion.objects.filter(
        Q(until=None) | Q(until__gt=now), Q(project_id=project_id) | Q(project_id=None), org_id=org_id,
        person_id=person_id, lifted_at=None,
    )  # fmt: skip

    if person is None:
        return Refused("no_grantee", "There is no such person.")
    if actor.id is None or actor.id == person_id:
        return Refused("own_exclusion", "A named person decides this, and nobody about themselves.")
    if reason_code not in EXCLUSION_REASONS:
        return Refused("unknown_reason", f"The reason is one of {', '.join(EXCLUSION_REASONS)}.")
    if until is not None and until <= now:
        return Refused("until_past", "The end lies in the past.")
    if in_force.exists():
        return Refused("excluded_already", "A decision like this is in force.")
    if refused := reason_given(reason):
        return refused

    made = Exclusion.objects.create(
        id=new_id(now), org_id=org_id, project_id=project_id, made_in=made_in, person=person, reason_code=reason_code,
        reason=reason.strip(), made_by_id=actor.id, made_as=made_as, made_at=now, until=until,
    )  # fmt: skip

    facts = {
        "person_id": str(person_id), "code": reason_code, "reason": made.reason,
        "until": until.isoformat() if until else None, "whole_client": project_id is None,
    }  # fmt: skip
    record(actor=actor, now=now, happened=[Fact("exclusion:made", "exclusion", made.id, org_id, made_in, facts)])
    return made


@transaction.atomic
def contest(*, exclusion_id: UUID, person_id: UUID, words: str, actor: Actor, now: datetime) -> Refused | None:
    """Say against a decision about oneself, once. Refusals: no_exclusion, contested_already, reason_…"""
    if refused := reason_given(words):
        return refused
    row = Exclusion.objects.filter(id=exclusion_id, person_id=person_id).first()
    if row is None or row.lifted_at is not None or (row.until is not None and row.until <= now):
        return _NO_EXCLUSION
    moved = Exclusion.objects.filter(id=row.id, contested_at=None, lifted_at=None).update(
        contest=words.strip(), contested_at=now
    )
    if not moved:
        return Refused("contested_already", "It was contested already.")

    facts = {"made_by": str(row.made_by_id)}
    fact = Fact("exclusion:contested", "exclusion", row.id, row.org_id, row.made_in, facts)
    record(actor=actor, now=now, happened=[fact])
    return None


@transaction.atomic
def uphold(*, exclusion_id: UUID, made_in: UUID, reason: str, actor: Actor, now: datetime) -> Refused | None:
    """Answer a contest: the decision stands, and why, as somebody else than who made it and whom it is about. Once; it
    can still be lifted. Refusals: no_exclusion, not_contested, own_exclusion, same_decider, reason_…"""
    row = _to_decide(exclusion_id, made_in, reason, actor, now)
    if isinstance(row, Refused):
        return row
    moved = Exclusion.objects.filter(id=row.id, lifted_at=None, upheld_at=None, contested_at__isnull=False).update(
        upheld_at=now, upheld_by_id=actor.id, uphold_reason=reason.strip()
    )
    if not moved:
        return Refused("not_contested", "No contest waits for an answer.")

    facts = {"person_id": str(row.person_id), "reason": reason.strip()}
    record(actor=actor, now=now, happened=[Fact("exclusion:upheld", "exclusion", row.id, row.org_id, made_in, facts)])
    return None


@transaction.atomic
def lift(*, exclusion_id: UUID, made_in: UUID, reason: str, actor: Actor, now: datetime) -> Refused | None:
    """End a decision, as somebody else than who made it and whom it is about.

    Refusals: no_exclusion, own_exclusion, same_decider, reason_…
    """
    row = _to_decide(exclusion_id, made_in, reason, actor, now)
    if isinstance(row, Refused):
        return row
    moved = Exclusion.objects.filter(id=row.id, lifted_at=None).update(
        lifted_at=now, lifted_by_id=actor.id, lift_reason=reason.strip()
    )
    if not moved:
        return _NO_EXCLUSION

    facts = {"person_id": str(row.person_id), "reason": reason.strip()}
    record(actor=actor, now=now, happened=[Fact("exclusion:lifted", "exclusion", row.id, row.org_id, made_in, facts)])
    return None


def _to_decide(exclusion_id: UUID, made_in: UUID, reason: str, actor: Actor, now: datetime) -> Exclusion | Refused:
    """A decision in force on which this actor may decide anew: neither who made it nor whom it is about."""
    row = Exclusion.objects.filter(id=exclusion_id, made_in=made_in).first()
    if row is None or row.lifted_at is not None or (row.until is not None and row.until <= now):
        return _NO_EXCLUSION
    if actor.id is None or actor.id == row.person_id:
        return Refused("own_exclusion", "Nobody decides anew about themselves.")
    if actor.id == row.made_by_id:
        return Refused("same_decider", "Whoever made the decision doesn't decide on it again.")
    return reason_given(reason) or row
