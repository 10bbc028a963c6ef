"""start_project: a draft project from a ready-made template, with its guideline, rubric, examples, stages and pay."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.files.commands import take_in
from fairhand.files.rules import value_of
from fairhand.kernel.ids import is_slug
from fairhand.kernel.limits import CLAIM_S_MAX_MAX, LABEL_CHARS_MAX, LEASE_S_MAX, PACK_EXPERTS_MAX
from fairhand.kernel.money import EXPONENTS
from fairhand.kernel.refusals import Refused
from fairhand.people.commands import client_slug, ensure_org
from fairhand.people.models import Org
from fairhand.projects.commands import NewProject, NewStage, make_project
from fairhand.projects.models import Project
from fairhand.projects.rules import Wrong, guideline_problems
from fairhand.tasks.attached import exchanged
from fairhand.tasks.commands import NewTask, make_batch
from fairhand.tasks.library import Ready
from fairhand.tasks.wording import control_problem, wording_problem
from fairhand_pay import Terms, TermsError, terms_from_preset

HOURLY, PER_TASK = "hourly", "task"
_REVIEW_LEASE_S, _LEASE_S_MIN, _AFTER_PAID_S = 1800, 1800, 3600
_IDLE_S, _REWORK_S, _ROUNDS_MAX, _DEADLINE_H = 120, 2 * 86_400, 2, 7 * 24
_SUMMARY_CHARS_MAX = 2000
# What the engine calls a parameter, and what the form calls it.
_FIELDS = {
    "rate": "amount",
    "price": "amount",
    "full_rate_s": "full_min",
    "after_rate": "after",
    "paid_s_max": "full_min",
}
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('start_project'), hashtext(%s))"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for. Amounts are decimal text of the currency, for an hour (`hourly`) or for each task.

    `client`: the name of a new client where `org_id` is None. `full_min`, `after`: the full-rate limit in minutes, and
    the rate after it. `reviewed_pct`: the share that is reviewed; 0: nothing is, and there is no review stage.
    `key`: two calls with the same one make one project.
    """

    name: Mapping[str, str]
    summary: Mapping[str, str]
    org_id: UUID | None
    client: str
    languages: tuple[str, ...]
    currency: str
    experts: int | None
    how: str
    amount: str
    full_min: int | None
    after: str
    reviewed_pct: int | None
    review_amount: str
    key: str


def start_project(*, ready: Ready, wish: Wish, actor: Actor, now: datetime) -> Project | Refused:
    """Make a draft project. Its tasks are imported, its budget funded and its batch launched elsewhere.

    Refusals: bad_input, whose facts["problems"] are Wrong, by field of the wish; no_store, example_refused: its
    examples show files, and they can't be taken in.
    """
    problems = _problems(wish) + _guideline_problems(ready)
    stages = _stages(ready, wish, problems)
    if problems:
        return Refused("bad_input", "The project can't be started like this.", {"problems": problems})
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [wish.key])
        made = Project.objects.filter(source__form=wish.key).first() or _make(ready, wish, stages, actor, now)
        if isinstance(made, Refused):
            transaction.set_rollback(True)
        return made


def _make(ready: Ready, wish: Wish, stages: tuple[NewStage, ...], actor: Actor, now: datetime) -> Project | Refused:
    org_id = wish.org_id
    if org_id is None:
        client = wish.client.strip()
        org_id = ensure_org(slug=client_slug(client), name=client, kind="client", actor=actor, now=now).id
    project = make_project(
        org_id=org_id,
        new=NewProject(
            slug=_slug(wish.name["en"], ready.slug), name=wish.name, summary=wish.summary, currency=wish.currency,
            languages=wish.languages, experts_wanted=wish.experts or 1, reviewers_wanted=0,
            source={"template": ready.slug, "form": wish.key, "attribution": ready.attribution},
            guideline=ready.guideline, rubric=ready.rubric, template=ready.template, stages=stages,
        ),
        actor=actor, now=now,
    )  # fmt: skip
    files: dict[str, Mapping[str, Any]] = {}
    for name, source in ready.files.items():
        row = take_in(project=project, source=source, actor=actor, now=now)
        if isinstance(row, Refused):
            return row
        files[name] = value_of(row)
    examples = (
        NewTask(each.key, exchanged(each.payload, files), 0, exchanged(each.answer, files), each.reason)
        for each in ready.examples
    )
    if ready.examples:
        make_batch(project=project, kind="practice", tasks=examples, actor=actor, now=now)
    return project


def _guideline_problems(ready: Ready) -> list[Wrong]:
    """Of a template of one's own the guideline is typed too."""
    found = [
        replace(each, field=each.field.replace("text.", "guideline."))
        for each in guideline_problems(({}, {}), ready.guideline, ready.rubric, "The first.")
    ]
    for code, text in ready.guideline.items():
        if (why := control_problem(text)) is not None:
            found.append(Wrong(f"guideline.{code}", "bad_character", why))
    return found


def _problems(wish: Wish) -> list[Wrong]:
    """What is wrong with everything but pay."""
    found = []
    for field, texts, most in (("name", wish.name, LABEL_CHARS_MAX), ("summary", wish.summary, _SUMMARY_CHARS_MAX)):
        if not texts.get("en", "").strip():
            found.append(Wrong(f"{field}.en", "required", "the English text is needed"))
        for code, text in texts.items():
            if text.strip() and len(text) > most:
                found.append(Wrong(f"{field}.{code}", "too_long", f"has more than {most} characters"))
            elif text.strip() and (why := wording_problem(text)) is not None:
                found.append(Wrong(f"{field}.{code}", "bad_character", why))
    if wish.org_id is None:
        found += _client_problems(wish.client)
    elif not Org.objects.filter(id=wish.org_id, kind="client").exists():
        found.append(Wrong("org", "not_an_option", "there is no such client"))
    if wish.how not in (HOURLY, PER_TASK):
        found.append(Wrong("how", "not_an_option", "it is paid by the hour or for each task"))
    if not wish.languages:
        found.append(Wrong("languages", "required", "name a language that the work is done in"))
    if wish.currency not in EXPONENTS:
        found.append(Wrong("currency", "not_an_option", "that is no known currency"))
    if wish.experts is None or not 1 <= wish.experts <= PACK_EXPERTS_MAX:
        found.append(Wrong("experts", "not_in_range", f"a whole number from 1 to {PACK_EXPERTS_MAX}"))
    if wish.reviewed_pct is None or not 0 <= wish.reviewed_pct <= 100:
        found.append(Wrong("reviewed_pct", "not_in_range", "a whole number from 0 to 100"))
    return found


def _client_problems(name: str) -> list[Wrong]:
    if not name.strip():
        return [Wrong("client", "required", "choose a client, or name a new one")]
    if len(name) > LABEL_CHARS_MAX:
        return [Wrong("client", "too_long", f"has more than {LABEL_CHARS_MAX} characters")]
    why = wording_problem(name)
    return [Wrong("client", "bad_character", why)] if why else []


def _stages(ready: Ready, wish: Wish, problems: list[Wrong]) -> tuple[NewStage, ...]:
    """An attempt, and a review of the share that is asked for; what is wrong with their pay joins `problems`."""
    if wish.how == HOURLY:
        full_s = wish.full_min * 60 if wish.full_min else None
        preset: dict[str, Any] = {
            "preset": "hourly",
            "rate": wish.amount,
            "full_rate_s": full_s,
            "after_rate": wish.after,
        }
    else:
        preset = {"preset": "per_unit", "unit": "task", "price": wish.amount}
    attempt = _terms(preset, wish.currency, _FIELDS, problems)
    lease_s = min(LEASE_S_MAX, max(_LEASE_S_MIN, ready.minutes * 120))
    made = []
    if attempt is not None:
        longest = min(CLAIM_S_MAX_MAX, max(4 * lease_s, (attempt.paid_s_max or 0) + _AFTER_PAID_S))
        if attempt.paid_s_max is not None and attempt.paid_s_max >= longest:
            problems.append(Wrong("full_min", "lease_too_long", "a task can't be held as long as this is paid"))
        made.append(_stage("attempt", "none", attempt, preset, lease_s, longest, {}))
    if wish.reviewed_pct:
        paid = {"preset": "per_unit", "unit": "review", "price": wish.review_amount}
        review = _terms(paid, wish.currency, {"price": "review_amount"}, problems)
        drawn = {"share": f"{wish.reviewed_pct // 100}.{wish.reviewed_pct % 100:02d}", "first": 3, "seed": wish.key}
        if review is not None:
            policy = {"name": "sample", "version": 1, "terms": drawn}
            made.append(_stage("review", "one", review, paid, _REVIEW_LEASE_S, 4 * _REVIEW_LEASE_S, policy))
    return tuple(made)


def _terms(preset: Mapping[str, Any], currency: str, fields: Mapping[str, str], problems: list[Wrong]) -> Terms | None:
    if currency not in EXPONENTS:
        return None
    params = {key: value for key, value in preset.items() if key != "preset"}
    try:
        return terms_from_preset(str(preset["preset"]), params, currency)
    except TermsError as error:
        problems.append(
            Wrong(fields.get(error.path.split(".")[0], next(iter(fields.values()))), "pay_terms", error.why)
        )
        return None


def _stage(
    kind: str, subject: str, terms: Terms, preset: Mapping[str, Any], lease_s: int, claim_s_max: int,
    policy: Mapping[str, Any],
) -> NewStage:  # fmt: skip
    return NewStage(
        name=kind, kind=kind, subject=subject, terms=terms.to_json(), preset=preset, lease_s=lease_s,
        claim_s_max=claim_s_max, idle_s=_IDLE_S, rework_s=_REWORK_S, rounds_max=_ROUNDS_MAX if kind == "attempt" else 1,
        review_deadline_h=_DEADLINE_H, review_policy=policy, estimate={},
    )  # fmt: skip


def _slug(name: str, otherwise: str) -> str:
    """What stands in the project's addresses: its English name, or the template's where that gives none."""
    made = re.sub(r"[^a-z0-9]+", "-", name.lower())[:48].strip("-")
    return made if is_slug(made) else otherwise
