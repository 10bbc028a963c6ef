"""Rules of who may: what one may hold, and its verdict on a person's facts at a moment. Pure.

The SQL function `gate_verdict` says the same from the tables, inside a claim; a property test compares the two.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fairhand.gates.states import CONSENT_TOPICS
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.limits import GATE_CODES_MAX, GATE_CONDITIONS_MAX

VERSION = 1
EMPTY: Mapping[str, Any] = {"version": VERSION, "all": []}
LEVEL_MAX = 9

# kind -> (what else it holds, what it asks). docs/reference/gates.md is made from this table.
KINDS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "skill": (("skill", "level"), "a skill at this level or above, granted, begun, not ended and not revoked"),
    "tier": (("tier", "level"), "the same for a tier"),
    "language": (("any",), "one of these languages on the profile (ISO 639 codes)"),
    "country": (("any",), "the profile's country is one of these (ISO 3166 codes of two letters)"),
    "not_country": (("any",), "the profile's country is known and none of these"),
    "zone": (("any",), "the person's time zone is one of these, or begins with one that ends in a slash"),
    "consent": (("topic",), "agreed to see content of this topic, and did not withdraw"),
    "any": (("of",), "one of several conditions, none of them an `any` itself"),
}
# What somebody tells about themselves and nobody needs to see of them one by one.
PERSONAL = frozenset({"country", "not_country", "zone", "consent"})
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_CODES = {
    "language": re.compile(r"[a-z]{2,3}"),
    "country": re.compile(r"[A-Z]{2}"),
    "not_country": re.compile(r"[A-Z]{2}"),
    "zone": re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}"),
}

Condition = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a rule: `place` such as `all.3.of.0`, a stable code, an English sentence."""

    place: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """A qualification that was not revoked; `valid_until` None: for good."""

    kind: str
    slug: str
    level: int
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """All that a rule may read of a person. `country` "": unknown."""

    held: tuple[Held, ...] = ()
    languages: frozenset[str] = frozenset()
    country: str = ""
    tz: str = "UTC"
    consents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`until`: before this moment time alone changes nothing; None: it never does. `failing`: places in `all`."""

    passes: bool
    until: datetime | None
    failing: tuple[int, ...]


def verdict(rule: Mapping[str, Any], facts: PersonFacts, now: datetime) -> Verdict:
    """Whether somebody passes a rule that has no problems."""
    failing, moments = [], []
    for place, asked in enumerate(rule["all"]):
        parts = list(_parts(asked))
        if not any(_holds(part, facts, now) for part in parts):
            failing.append(place)
        moments += [at for part in parts for at in _turns(part, facts, now)]
    return Verdict(not failing, min(moments, default=None), tuple(failing))


def _parts(asked: Condition) -> Iterator[Condition]:
    yield from asked["of"] if asked["kind"] == "any" else (asked,)


def _matching(asked: Condition, facts: PersonFacts) -> Iterator[Held]:
    kind = asked["kind"]
    for held in facts.held:
        if held.kind == kind and held.slug == asked[kind] and held.level >= asked["level"]:
            yield held


def _holds(asked: Condition, facts: PersonFacts, now: datetime) -> bool:
    kind = asked["kind"]
    if kind in ("skill", "tier"):
        return any(
            held.valid_from <= now and (held.valid_until is None or now < held.valid_until)
            for held in _matching(asked, facts)
        )
    if kind == "language":
        return bool(facts.languages & set(asked["any"]))
    if kind == "country":
        return facts.country in asked["any"]
    if kind == "not_country":
        return facts.country != "" and facts.country not in asked["any"]
    if kind == "zone":
        return any(facts.tz == zone or (zone.endswith("/") and facts.tz.startswith(zone)) for zone in asked["any"])
    return asked["topic"] in facts.consents


def _turns(asked: Condition, facts: PersonFacts, now: datetime) -> Iterator[datetime]:
    """Coming moments at which what is held begins or ends to count."""
    if asked["kind"] in ("skill", "tier"):
        for held in _matching(asked, facts):
            yield from (at for at in (held.valid_from, held.valid_until) if at is not None and at > now)


def problems_of_rule(rule: Any, zones: Collection[str] | None = None) -> list[Problem]:
    """Everything that is wrong with a rule, each with its place; empty for a sound one.

    Codes: rule_shape, rule_version, rule_long, condition_shape, unknown_kind, bad_slug, bad_level, bad_codes,
    bad_topic, bad_group; and unknown_zone if `zones`, all there are, is given. Whether a skill exists, a command asks
    the catalogue.
    """
    if not isinstance(rule, Mapping) or set(rule) != {"version", "all"} or not isinstance(rule["all"], list | tuple):
        return [Problem("", "rule_shape", "A rule is an object with `version` and the list `all`, and nothing else.")]
    found = []
    if rule["version"] != VERSION or isinstance(rule["version"], bool):
        found.append(Problem("version", "rule_version", f"The version of a rule is {VERSION}."))
    for place, asked in enumerate(rule["all"]):
        found += _problems(asked, f"all.{place}", grouped=False)
    if not found and count(rule) > GATE_CONDITIONS_MAX:
        found.append(Problem("all", "rule_long", f"A rule has at most {GATE_CONDITIONS_MAX} conditions."))
    if not found and zones is not None:
        for place, asked in enumerate(rule["all"]):
            wrong = [zone for part in _parts(asked) if part["kind"] == "zone" for zone in _unknown(part["any"], zones)]
            if wrong:
                found.append(Problem(f"all.{place}", "unknown_zone", f"There is no time zone {', '.join(wrong)}."))
    return found


def _unknown(asked: Collection[str], zones: Collection[str]) -> list[str]:
    """Names that are no zone, and beginnings with which none begins."""
    return [
        name for name in asked
        if name not in zones and not (name.endswith("/") and any(each.startswith(name) for each in zones))
    ]  # fmt: skip


def _problems(asked: Any, place: str, grouped: bool) -> list[Problem]:
    kind = asked.get("kind") if isinstance(asked, Mapping) else None
    if not isinstance(kind, str) or kind not in KINDS or (kind == "any" and grouped):
        said = "one of " + ", ".join(each for each in KINDS if not (grouped and each == "any"))
        return [Problem(place, "unknown_kind", f"The kind of a condition is {said}.")]
    parts = KINDS[kind][0]
    if set(asked) != {"kind", *parts}:
        return [Problem(place, "condition_shape", f"A condition of kind {kind} holds: {', '.join(('kind', *parts))}.")]
    if kind == "any":
        return _group_problems(asked["of"], place)
    if kind == "consent":
        if asked["topic"] not in CONSENT_TOPICS:
            return [Problem(place, "bad_topic", f"The topic is one of {', '.join(CONSENT_TOPICS)}.")]
        return []
    if kind in _CODES:
        codes = asked["any"]
        sound = isinstance(codes, list | tuple) and 0 < len(codes) <= GATE_CODES_MAX
        if not sound or not all(isinstance(code, str) and _CODES[kind].fullmatch(code) for code in codes):
            return [Problem(place, "bad_codes", f"`any` is a list of 1 to {GATE_CODES_MAX} codes of the kind {kind}.")]
        return []
    found = []
    if not isinstance(asked[kind], str) or not _SLUG.fullmatch(asked[kind]):
        found.append(Problem(place, "bad_slug", "A skill or tier is named by its short name in the catalogue."))
    level = asked["level"]
    if not isinstance(level, int) or isinstance(level, bool) or not 1 <= level <= LEVEL_MAX:
        found.append(Problem(place, "bad_level", f"A level is a whole number from 1 to {LEVEL_MAX}."))
    return found


def _group_problems(of: Any, place: str) -> list[Problem]:
    if not isinstance(of, list | tuple) or not of:
        return [Problem(place, "bad_group", "`of` is a list of at least one condition.")]
    return [problem for n, each in enumerate(of) for problem in _problems(each, f"{place}.of.{n}", grouped=True)]


def count(rule: Mapping[str, Any]) -> int:
    """How many conditions a rule has, those inside an `any` counted one by one."""
    return sum(1 for asked in rule["all"] for _ in _parts(asked))


def canonical_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A sound rule in the one form it is stored in: codes sorted and once each; the order of conditions stays."""
    return {"version": VERSION, "all": [_canonical(asked) for asked in rule["all"]]}


def _canonical(asked: Condition) -> dict[str, Any]:
    made = {name: asked[name] for name in ("kind", *KINDS[asked["kind"]][0])}
    if "any" in made:
        made["any"] = sorted(set(made["any"]))
    if "of" in made:
        made["of"] = [_canonical(each) for each in made["of"]]
    return made


def rule_hash(rule: Mapping[str, Any]) -> str:
    """The name of a rule by its content: 64 hex digits."""
    return content_hash(canonical_rule(rule))


def skills_in(rule: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """(kind, short name, level) of every skill and tier that a rule asks for, in its order."""
    parts = [part for asked in rule["all"] for part in _parts(asked)]
    return [(part["kind"], part[part["kind"]], part["level"]) for part in parts if part["kind"] in ("skill", "tier")]


def is_personal(asked: Condition) -> bool:
    """Whether a condition reads what somebody tells about themselves rather than what was granted to them."""
    return any(part["kind"] in PERSONAL for part in _parts(asked))
