"""Gates in claims: facts count from the second they hold, to the second they end, and a kept verdict is never stale."""

import importlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps

from fairhand.audit.actor import COMMAND, Actor
from fairhand.dispatch.models import Claim, PersonLoad, Queue
from fairhand.flow.change_gate import change_gate
from fairhand.flow.exclude_seat import exclude_seat, lift_exclusion, uphold_exclusion
from fairhand.gates.commands import consent, contest, grant, make_skill, revoke
from fairhand.gates.models import Exclusion, Qualification, Skill
from fairhand.gates.queries import exclusion_state
from fairhand.kernel.refusals import Refused
from fairhand.people.commands import ensure_people
from fairhand.people.models import Person, Profile
from fairhand.projects.models import Stage
from tests.building import NOW, Small, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
LAW = {"version": 1, "all": [{"kind": "skill", "skill": "law", "level": 2}]}
SECOND = timedelta(seconds=1)


def _recruiter() -> Actor:
    (found,) = ensure_people(people=[("r@staff.example", "R")], kind="person", actor=COMMAND, now=NOW).values()
    return Actor("person", found)


def _law() -> Skill:
    made = make_skill(
        kind="skill", slug="law", name={"en": "Law"}, about={}, level_max=3, actor=COMMAND, now=NOW - SECOND
    )
    assert isinstance(made, Skill)
    return made


def _gated(rule: dict[str, Any] = LAW, **more: Any) -> Small:
    small = small_project(tasks=6, reviewed=False, **more)
    stage = Stage.objects.get(project=small.project, kind="attempt")
    done = change_gate(
        project_id=small.project.id, number=stage.ordinal, rule=rule, seen=None, reason="Lawyers' work.",
        actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert done is True, done
    return small


def _grant(person_id: UUID, skill: Skill, begin: datetime, end: datetime | None, level: int = 2) -> Qualification:
    made = grant(
        person_id=person_id, skill_id=skill.id, level=level, valid_from=begin, valid_until=end, evidence="",
        reason="Seen.", actor=_recruiter(), now=NOW,
    )  # fmt: skip
    assert isinstance(made, Qualification), made
    return made


def _outcome(small: Small, person_id: UUID) -> str:
    """`claimed` (and given back), or why not."""
    found = small.take(person_id)
    if isinstance(found, Refused):
        return found.code
    assert small.skip(found) is None
    return "claimed"


def test_a_grant_counts_from_its_first_second_to_its_last_although_verdicts_are_kept() -> None:
    skill, small = _law(), _gated()
    expert = small.experts[0]
    assert _outcome(small, expert) == "gate"
    assert _outcome(small, expert) == "gate", "the verdict is kept now"
    _grant(expert, skill, NOW + 100 * SECOND, NOW + 200 * SECOND)
    assert _outcome(small, expert) == "gate", "not begun"
    small.wait(99)
    assert _outcome(small, expert) == "gate", "a second before"
    small.wait(1)
    assert _outcome(small, expert) == "claimed", "at the second it begins"
    small.wait(99)
    assert _outcome(small, expert) == "claimed", "a second before its end"
    small.wait(1)
    assert _outcome(small, expert) == "gate", "at the second it ends"


def test_what_is_revoked_opens_nothing_more_and_what_is_claimed_stays() -> None:
    skill, small = _law(), _gated()
    expert = small.experts[0]
    _grant(expert, skill, NOW - SECOND, None, level=1)
    assert _outcome(small, expert) == "gate", "a level too low"
    held = _grant(expert, skill, NOW - SECOND, None, level=3)
    claim = small.claim(expert)
    version = PersonLoad.objects.get(person_id=expert).facts_version
    refused = revoke(person_id=expert, qualification_id=held.id, reason="Expired licence.", actor=_recruiter(), now=NOW)
    assert refused is None
    assert PersonLoad.objects.get(person_id=expert).facts_version == version + 1
    assert _outcome(small, expert) == "gate"
    assert Claim.objects.get(id=claim.id).state == "live"
    small.submit(claim)


def test_every_kind_of_fact_moves_the_version_of_its_person_alone() -> None:
    skill, small = _law(), small_project(reviewed=False)
    one, other = small.experts
    before = dict(PersonLoad.objects.values_list("person_id", "facts_version"))

    def moved() -> int:
        now = dict(PersonLoad.objects.values_list("person_id", "facts_version"))
        assert now[other] == before[other]
        step = now[one] - before[one]
        before.update(now)
        return step

    _grant(one, skill, NOW, None)
    assert moved() == 1
    assert consent(person_id=one, topic="hate", given=True, actor=Actor("person", one), now=NOW) is True
    assert moved() == 1
    assert consent(person_id=one, topic="hate", given=False, actor=Actor("person", one), now=NOW) is True
    assert moved() == 1
    Profile.objects.create(person_id=one, country_code="EG", changed_at=NOW)
    assert moved() == 1
    Person.objects.filter(id=one).update(tz="Africa/Cairo")
    assert moved() == 1
    Person.objects.filter(id=one).update(name="Else")
    assert moved() == 0, "a name is no fact"


def test_facts_that_people_tell_themselves_count_at_the_next_claim() -> None:
    rule = {
        "version": 1,
        "all": [
            {"kind": "not_country", "any": ["FR"]},
            {"kind": "any", "of": [{"kind": "language", "any": ["ar"]}, {"kind": "zone", "any": ["Africa/"]}]},
            {"kind": "consent", "topic": "violence"},
        ],
    }
    small = _gated(rule)
    expert = small.experts[0]
    profile = Profile.objects.create(person_id=expert, language_codes=["ar"], changed_at=NOW)
    actor = Actor("person", expert)
    consent(person_id=expert, topic="violence", given=True, actor=actor, now=NOW)
    assert _outcome(small, expert) == "gate", "a country that is not known fails a list of others"
    profile.country_code = "EG"
    profile.save()
    assert _outcome(small, expert) == "claimed"
    consent(person_id=expert, topic="violence", given=False, actor=actor, now=NOW)
    assert _outcome(small, expert) == "gate", "withdrawn a moment ago"


def test_a_stage_and_all_its_queues_change_together_and_a_new_queue_takes_the_gate_in_force() -> None:
    _law()
    small = _gated()
    stage = Stage.objects.get(project=small.project, kind="attempt")
    stale = Stage.objects.get(id=stage.id)
    assert set(Queue.objects.filter(stage=stage).values_list("gate_id", flat=True)) == {stage.gate_id}
    moved = change_gate(
        project_id=small.project.id, number=1, rule=LAW, seen=None, reason="x", actor=COMMAND, now=NOW
    )  # fmt: skip
    assert isinstance(moved, Refused)
    assert moved.code == "gate_moved"
    opened = change_gate(
        project_id=small.project.id, number=1, rule={"version": 1, "all": []}, seen=stage.gate_id, reason="All.",
        actor=COMMAND, now=NOW,
    )  # fmt: skip
    assert opened is True
    made = Queue.objects.create(
        org_id=stale.org_id, project_id=stale.project_id, stage=stale, gate_id=stale.gate_id, tier=3
    )
    made.refresh_from_db()
    assert made.gate_id is None, "whoever made it had read the stage before the change"
    assert _outcome(small, small.experts[0]) == "claimed"
    assert small.verbs().count("gate:changed") == 2


def test_an_exclusion_is_told_contested_and_lifted_by_somebody_else() -> None:
    small = small_project(tasks=3, reviewed=False)
    expert = small.experts[0]
    alias = small.project.seat_set.get(person_id=expert).alias
    first, second = _recruiter(), Actor("person", small.experts[1])
    common: dict[str, Any] = {"whole_client": True, "reason_code": "conduct", "until": None, "made_as": "manager"}

    def decide(**more: Any) -> Any:
        return exclude_seat(project=small.project, alias=alias, **{**common, "reason": "Rude.", **more}, now=NOW)

    assert decide(actor=Actor("person", expert)).code == "own_exclusion"
    assert decide(actor=first, reason=" ").code == "reason_missing"
    made = decide(actor=first)
    assert isinstance(made, Exclusion), made
    assert decide(actor=first).code == "excluded_already"
    assert _outcome(small, expert) == "excluded"
    assert _outcome(small, small.experts[1]) == "claimed"
    say = {"exclusion_id": made.id, "person_id": expert, "actor": Actor("person", expert), "now": NOW}
    assert contest(words="I was not.", **say) is None
    assert getattr(contest(words="Again.", **say), "code", "") == "contested_already"
    lifting: dict[str, Any] = {"project_id": small.project.id, "exclusion_id": made.id, "reason": "Heard.", "now": NOW}
    assert getattr(uphold_exclusion(whole_client=True, actor=first, **lifting), "code", "") == "same_decider"
    assert getattr(uphold_exclusion(whole_client=False, actor=second, **lifting), "code", "") == "no_exclusion"
    mute = {**lifting, "reason": " "}
    assert getattr(uphold_exclusion(whole_client=True, actor=second, **mute), "code", "") == "reason_missing"
    assert uphold_exclusion(whole_client=True, actor=second, **lifting) is None
    assert getattr(uphold_exclusion(whole_client=True, actor=second, **lifting), "code", "") == "not_contested"
    made.refresh_from_db()
    assert (exclusion_state(made, NOW), made.upheld_by_id, made.uphold_reason) == ("upheld", second.id, "Heard.")
    assert _outcome(small, expert) == "excluded", "an answer gives no work"
    assert getattr(lift_exclusion(whole_client=True, actor=first, **lifting), "code", "") == "same_decider"
    assert getattr(lift_exclusion(whole_client=False, actor=second, **lifting), "code", "") == "no_exclusion"
    assert lift_exclusion(whole_client=True, actor=second, **lifting) is None
    assert _outcome(small, expert) == "claimed"
    silent = decide(actor=first)
    again = {**lifting, "exclusion_id": silent.id}
    assert getattr(uphold_exclusion(whole_client=True, actor=second, **again), "code", "") == "not_contested"
    assert lift_exclusion(whole_client=True, actor=second, **again) is None
    ended = decide(actor=first, until=NOW + 60 * SECOND, whole_client=False)
    assert isinstance(ended, Exclusion), ended
    assert _outcome(small, expert) == "excluded"
    small.wait(60)
    assert _outcome(small, expert) == "claimed", "at the second of its end"


def test_nobody_grants_to_themselves_and_a_machine_names_nobody() -> None:
    skill, small = _law(), small_project(tasks=1, reviewed=False)
    expert = small.experts[0]
    wanted: dict[str, Any] = {
        "person_id": expert, "skill_id": skill.id, "level": 1, "valid_from": NOW, "valid_until": None, "evidence": "",
        "now": NOW,
    }  # fmt: skip
    assert getattr(grant(**wanted, reason="Me.", actor=Actor("person", expert)), "code", "") == "own_qualification"
    assert getattr(grant(**wanted, reason="", actor=_recruiter()), "code", "") == "reason_missing"
    assert getattr(grant(**{**wanted, "level": 4}, reason="x", actor=_recruiter()), "code", "") == "bad_level"
    made = grant(**wanted, reason="Seen.", actor=COMMAND)
    assert isinstance(made, Qualification)
    assert made.granted_by_id is None


def test_words_of_old_profiles_become_codes_and_other_words_stay() -> None:
    one, other = small_project(tasks=1, reviewed=False).experts
    Profile.objects.create(
        person_id=one, languages=["العربية", "french", "Klingonish"], country=" jordan ", changed_at=NOW
    )
    Profile.objects.create(person_id=other, languages=[], country="The moon", changed_at=NOW)
    migrate = importlib.import_module("fairhand.people.migrations.0005_codes_of_profiles").forwards
    for _ in range(2):  # a second run finds nothing more to do
        migrate(apps, None)
        found = Profile.objects.get(person_id=one)
        assert (found.language_codes, found.languages) == (["ar", "fr"], ["Klingonish"])
        assert (found.country_code, found.country) == ("JO", "")
        assert Profile.objects.get(person_id=other).country == "The moon"
