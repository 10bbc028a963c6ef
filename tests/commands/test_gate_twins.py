"""The two twins of a verdict agree: `gate_verdict` in the database and `gates.rules.verdict` in Python."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, event, example, given, seed, settings
from hypothesis import strategies as st

from fairhand.audit.actor import COMMAND
from fairhand.gates.commands import ensure_gate
from fairhand.gates.models import Consent, Gate, Qualification, Skill
from fairhand.gates.queries import facts_of, rule_of, verdicts
from fairhand.gates.rules import canonical_rule, problems_of_rule, verdict
from fairhand.gates.rules import count as conditions
from fairhand.gates.states import CONSENT_TOPICS
from fairhand.kernel.ids import new_id
from fairhand.people.commands import ensure_people
from fairhand.people.models import Person, Profile
from tests.counts import count

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Few of each, so that rules and facts meet often.
SLUGS = ("law", "code")
ZONES = ("Africa/Cairo", "Africa/Tunis", "Europe/Paris", "UTC", "America/Argentina/Salta")
LANGUAGES, COUNTRIES = ("ar", "en", "fil"), ("EG", "FR", "US")
MOMENTS = st.integers(-3, 3).map(lambda n: NOW + timedelta(seconds=n))
KINDS = st.sampled_from(("skill", "tier"))


def _some(of: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(of), min_size=1, max_size=4)


def _skill(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(kind), kind: st.sampled_from(SLUGS), "level": st.integers(1, 3)})


PLAIN = st.one_of(
    KINDS.flatmap(_skill),
    KINDS.flatmap(_skill),
    st.fixed_dictionaries({"kind": st.just("language"), "any": _some(LANGUAGES)}),
    st.fixed_dictionaries({"kind": st.sampled_from(("country", "not_country")), "any": _some(COUNTRIES)}),
    st.fixed_dictionaries({"kind": st.just("zone"), "any": _some((*ZONES, "Africa/", "America/Argentina/", "Eur"))}),
    st.fixed_dictionaries({"kind": st.just("consent"), "topic": st.sampled_from(CONSENT_TOPICS[:3])}),
)
GROUP = st.fixed_dictionaries({"kind": st.just("any"), "of": st.lists(PLAIN, min_size=1, max_size=5)})
RULES = st.lists(st.one_of(PLAIN, PLAIN, GROUP), max_size=50).map(lambda found: {"version": 1, "all": found})
HELD = st.tuples(
    KINDS, st.sampled_from(SLUGS), st.integers(1, 3), MOMENTS, st.none() | st.integers(1, 5), st.booleans()
)
FACTS = st.fixed_dictionaries({
    "held": st.lists(HELD, max_size=6),
    "profile": st.none()
    | st.tuples(st.lists(st.sampled_from(LANGUAGES), unique=True), st.sampled_from(("", *COUNTRIES))),
    "tz": st.sampled_from(ZONES),
    "consents": st.lists(st.tuples(st.sampled_from(CONSENT_TOPICS[:3]), st.booleans()), max_size=4,
                         unique_by=lambda each: each[0]),
})  # fmt: skip
LONG = {"version": 1, "all": [{"kind": "skill", "skill": "law", "level": 1}] * 50}
NOTHING: dict[str, Any] = {"held": [], "profile": None, "tz": "UTC", "consents": []}


def _person(number: int, facts: dict[str, Any], skills: dict[tuple[str, str], Skill]) -> Person:
    (person_id,) = ensure_people(
        people=[(f"p{number}@people.example", "P")], kind="person", actor=COMMAND, now=NOW
    ).values()  # fmt: skip
    Person.objects.filter(id=person_id).update(tz=facts["tz"])
    Qualification.objects.bulk_create([
        Qualification(
            id=new_id(NOW), person_id=person_id, skill=skills[kind, slug], level=level, valid_from=begin,
            valid_until=begin + timedelta(seconds=lasts) if lasts else None, granted_at=NOW,
            revoked_at=NOW if gone else None, revoke_reason="gone" if gone else "",
        )
        for kind, slug, level, begin, lasts, gone in facts["held"]
    ])  # fmt: skip
    if facts["profile"] is not None:
        languages, country = facts["profile"]
        Profile.objects.create(
            person_id=person_id, language_codes=languages, country_code=country, changed_at=NOW
        )  # fmt: skip
    Consent.objects.bulk_create([
        Consent(id=new_id(NOW), person_id=person_id, topic=topic, given_at=NOW, withdrawn_at=NOW if gone else None)
        for topic, gone in facts["consents"]
    ])  # fmt: skip
    return Person.objects.get(id=person_id)


def test_both_twins_say_the_same_of_random_rules_facts_and_moments(
    rollback_db: object, claim: Callable[[str, int], None], seed_of_run: int
) -> None:
    # A skill and a tier may have one short name in a rule; in the catalogue each has its own.
    skills = {
        (kind, slug): Skill.objects.create(
            id=new_id(NOW), slug=slug if kind == "skill" else f"{slug}-tier", kind=kind, name={"en": slug},
            level_max=3, made_at=NOW,
        )
        for kind in ("skill", "tier") for slug in SLUGS
    }  # fmt: skip
    compared, numbers = 0, itertools.count()

    @seed(seed_of_run)
    @settings(
        max_examples=count(120, 5_000), database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )  # fmt: skip
    @given(RULES, FACTS)
    @example(LONG, NOTHING)
    def compare(rule: dict[str, Any], facts: dict[str, Any]) -> None:
        nonlocal compared
        rule = _named(rule)
        assert not [each for each in problems_of_rule(rule) if each.code != "rule_long"]
        person = _person(next(numbers), facts, skills)
        known = facts_of([person.id])[person.id]
        # Every boundary, a microsecond to either side of it, and between.
        marks = {NOW, *(at for held in known.held for at in (held.valid_from, held.valid_until) if at)}
        moments = sorted({at + timedelta(microseconds=step) for at in marks for step in (-1, 0, 1)})
        for at in moments:
            said = verdict(rule, known, at)
            assert verdicts([person.id], rule, at)[person.id] == said, (rule, known, at)
            event(f"passes: {said.passes}")
            # Before `until` nothing changes: the verdict a claim keeps is right for as long as it is kept.
            for later in moments:
                if at < later and (said.until is None or later < said.until):
                    assert verdict(rule, known, later).failing == said.failing, (rule, known, at, later)
            compared += 1

    compare()
    assert compared > count(300, 15_000)
    claim("the database's and Python's verdict of a gate agree, exactly at boundaries too", compared)


def _named(rule: dict[str, Any]) -> dict[str, Any]:
    """Tiers under their own short names."""

    def named(asked: dict[str, Any]) -> dict[str, Any]:
        if asked["kind"] == "any":
            return {"kind": "any", "of": [named(each) for each in asked["of"]]}
        return {**asked, "tier": f"{asked['tier']}-tier"} if asked["kind"] == "tier" else asked

    return {"version": 1, "all": [named(each) for each in rule["all"]]}


@pytest.fixture
def seed_of_run(seed: int) -> int:
    """Under another name, for the decorator of that name."""
    return seed


def test_a_rule_is_stored_once_by_what_it_says(rollback_db: object) -> None:
    Skill.objects.create(id=new_id(NOW), slug="law", kind="skill", name={"en": "Law"}, level_max=2, made_at=NOW)
    rule = {"version": 1, "all": [{"any": ["FR", "EG", "EG"], "kind": "country"}]}
    same = {"all": [{"kind": "country", "any": ["EG", "FR"]}], "version": 1}
    made = ensure_gate(rule=rule, now=NOW)
    again = ensure_gate(rule=same, now=NOW)
    assert isinstance(made, Gate)
    assert isinstance(again, Gate)
    assert made.id == again.id
    assert rule_of(made.id) == same
    asked = {"version": 1, "all": [{"kind": "skill", "skill": "law", "level": 3}]}
    assert getattr(ensure_gate(rule=asked, now=NOW), "code", "") == "no_skill", "a level that it doesn't have"


@given(RULES)
@settings(max_examples=count(30, 500))
def test_the_stored_form_is_one_and_means_the_same(rule: dict[str, Any]) -> None:
    once = canonical_rule(rule)
    assert canonical_rule(once) == once
    assert conditions(once) == conditions(rule)
    assert (conditions(rule) > 50) == any(each.code == "rule_long" for each in problems_of_rule(rule))


@pytest.mark.parametrize(
    ("rule", "code", "place"),
    [
        (None, "rule_shape", ""),
        ({"version": 1, "all": {}}, "rule_shape", ""),
        ({"version": 2, "all": []}, "rule_version", "version"),
        ({"version": True, "all": []}, "rule_version", "version"),
        ({"version": 1, "all": [3]}, "unknown_kind", "all.0"),
        ({"version": 1, "all": [{"kind": ["skill"]}]}, "unknown_kind", "all.0"),
        ({"version": 1, "all": [{"kind": "skill", "skill": "law", "level": True}]}, "bad_level", "all.0"),
        ({"version": 1, "all": [{"kind": "skill", "skill": "Law", "level": 1}]}, "bad_slug", "all.0"),
        ({"version": 1, "all": [{"kind": "skill", "skill": "law", "level": 1, "x": 1}]}, "condition_shape", "all.0"),
        ({"version": 1, "all": [{"kind": "country", "any": []}]}, "bad_codes", "all.0"),
        ({"version": 1, "all": [{"kind": "country", "any": ["Egypt"]}]}, "bad_codes", "all.0"),
        ({"version": 1, "all": [{"kind": "consent", "topic": ["hate"]}]}, "bad_topic", "all.0"),
        ({"version": 1, "all": [{"kind": "any", "of": []}]}, "bad_group", "all.0"),
        ({"version": 1, "all": [{"kind": "any", "of": [{"kind": "any", "of": []}]}]}, "unknown_kind", "all.0.of.0"),
        ({"version": 1, "all": LONG["all"] + LONG["all"][:1]}, "rule_long", "all"),
    ],
)
def test_every_mistake_in_a_rule_has_its_place(rule: Any, code: str, place: str) -> None:
    (found,) = problems_of_rule(rule)
    assert (found.code, found.place) == (code, place)
