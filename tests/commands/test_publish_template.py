"""publish_template: whom a new version binds, what goes on with the old one, and what keeps it from being published."""

import csv
import json
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from fairhand.audit.actor import COMMAND, Actor
from fairhand.audit.models import Event
from fairhand.delivery.models import Delivery
from fairhand.delivery.queries import file_lines, form_of, records
from fairhand.dispatch.models import Claim
from fairhand.dispatch.queries import claim_facts
from fairhand.flow.change_plan import apply_plan_changes
from fairhand.flow.claim_news import READERS
from fairhand.flow.gold_batches import add_gold
from fairhand.flow.publish_template import publish_template
from fairhand.flow.release_delivery import release_delivery
from fairhand.flow.set_order import set_order
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.offer_terms import changes
from fairhand.insight.template_fit import first_tasks, known_misfits, look, waiting_n
from fairhand.insight.work_page import subjects
from fairhand.kernel.refusals import Refused
from fairhand.projects.commands import set_notice_days
from fairhand.projects.models import Project, Stage, Template
from fairhand.tasks.models import Gold, Task
from tests.building import (
    LEFT,
    PER_JUDGEMENT,
    PER_REVIEW,
    RETURN,
    RIGHT,
    TEMPLATE,
    Small,
    check_books,
    small_project,
    stage,
)
from tests.commands.test_gold import draw, golden
from tests.commands.test_import_batch import manager, refusal, row, send, take
from tests.commands.test_plan_changes import KNOWN, at, change

pytestmark = pytest.mark.usefixtures("rollback_db")
MANAGER = Actor("person", UUID(int=7))
WHY = {"name": "why", "type": "text", "version": 1, "label": {"en": "Why?"}, "required": True}
BOTH = {**LEFT, "why": "It is right."}


def version(**more: Any) -> dict[str, Any]:
    """The template of small projects with something else; by default one more question."""
    made = deepcopy(dict(TEMPLATE))
    made["questions"] = [*made["questions"], WHY]
    return made | more


def publish(
    small: Small, body: Any = None, base: int = 1, *, note: str = "Say why.", changes_work: bool = False
) -> Template | Refused:
    return publish_template(
        project_id=small.project.id, base=base, body=version() if body is None else body, note=note,
        changes_work=changes_work, actor=MANAGER, now=small.now,
    )  # fmt: skip


def published(small: Small, *given: Any, **more: Any) -> Template:
    made = publish(small, *given, **more)
    assert isinstance(made, Template), made
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    return made


def asked(claim: Claim) -> list[str]:
    facts = claim_facts(claim.id)
    assert facts is not None
    return [each["name"] for each in facts.template["questions"]]


def problems(refused: object) -> list[tuple[str, str]]:
    assert isinstance(refused, Refused), refused
    return [(each.field, each.code) for each in refused.facts["problems"]]


def test_work_in_hand_goes_on_with_its_version_and_new_claims_get_the_next() -> None:
    small = small_project(pay=PER_JUDGEMENT)
    before = small.claim(small.experts[0])
    assert published(small).version == 2
    after = small.claim(small.experts[1])
    assert (asked(before), asked(after)) == (["winner"], ["winner", "why"])
    refused = small.hand_in(before, BOTH)
    assert isinstance(refused, Refused), "the question isn't part of the version that was claimed"
    small.submit(before, LEFT)
    refused = small.hand_in(after, LEFT)
    assert isinstance(refused, Refused)
    small.submit(after, BOTH)
    assert Stage.objects.get(project=small.project, kind="attempt").template.version == 2
    check_books()


def test_the_card_says_its_version_and_whoever_saw_the_old_one_is_told() -> None:
    small = small_project(pay=PER_JUDGEMENT)
    (old,) = stage_cards(small.project.id, "attempt")
    assert "template_version" not in old.card.terms, "a first version goes without saying: old hashes hold"
    seen = small.hashes
    published(small)
    (new,) = stage_cards(small.project.id, "attempt")
    assert [(each.what, each.before, each.now) for each in changes(old.card.terms, new.card.terms)] == [
        ("template_version", 1, 2)
    ]
    (review,) = stage_cards(small.project.id, "review")
    assert review.card.terms_hash in seen, "a review is about the version of the work"
    small.hashes = seen
    refused = small.take(small.experts[0])
    assert isinstance(refused, Refused)
    assert refused.code == "terms_changed"


def test_a_review_shows_and_checks_the_version_of_the_work() -> None:
    small = small_project(pay=PER_JUDGEMENT)
    first = small.submit(small.claim(small.experts[0]), LEFT)
    published(small)
    second = small.submit(small.claim(small.experts[1]), BOTH)
    by_subject = {}
    for _ in range(2):
        review = small.claim(small.reviewers[0], "review")
        by_subject[review.subject_ids[0]] = review
        if review.subject_ids[0] == first.submission_id:
            refused = small.hand_in(review, {"verdict": "accept_with_fixes", "fixed_answer": BOTH, "note": "Other."})
            assert isinstance(refused, Refused), "its fixed answer is one to the version of the work"
            small.submit(review, {"verdict": "accept_with_fixes", "fixed_answer": RIGHT, "note": "The other."})
        else:
            small.submit(
                review, {"verdict": "accept_with_fixes", "fixed_answer": RIGHT | {"why": "!"}, "note": "Other."}
            )
    assert asked(by_subject[first.submission_id]) == ["winner"]
    assert asked(by_subject[second.submission_id]) == ["winner", "why"]
    for done, names in ((first, ["winner"]), (second, ["winner", "why"])):
        (shown,) = subjects([done.submission_id])
        assert [each["name"] for each in shown.template["questions"]] == names
    check_books()


def test_rework_goes_on_with_the_version_of_its_first_round_also_where_it_pays_more() -> None:
    small = small_project(pay=at("45.00"), estimate=KNOWN, lease_s=7200, rework_s=10 * 86_400, tasks=6)
    claim = small.claim(small.experts[0])
    small.beat(claim, 240)
    small.submit(claim, LEFT)
    published(small)
    set_notice_days(project_id=small.project.id, days=1, actor=COMMAND, now=small.now)
    change(small, at("60.00"))
    apply_plan_changes(actor=COMMAND, now=small.wait(60))
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    small.review(RETURN)
    again = small.claim(small.experts[0])
    assert again.round == 2
    assert again.offer.terms["pay"] != claim.offer.terms["pay"], "it pays what the stage pays now"
    assert "template_version" not in again.offer.terms
    assert asked(again) == ["winner"]
    small.submit(again, RIGHT)
    assert asked(small.claim(small.experts[0])) == ["winner", "why"]
    check_books()


def test_deliveries_name_the_version_of_each_record() -> None:
    small = small_project(pay=PER_JUDGEMENT, reviewed=False)
    small.submit(small.claim(small.experts[0]), LEFT)
    published(small)
    small.submit(small.claim(small.experts[1]), BOTH)
    done = release_delivery(project=small.project, actor=COMMAND, now=small.now)
    assert isinstance(done, Delivery), done
    assert {len(each.answer): each.template_version for each in records(done.id)} == {len(LEFT): 1, len(BOTH): 2}


def test_tasks_that_do_not_fit_keep_it_from_being_published_and_are_counted_all() -> None:
    small = small_project(tasks=60, pay=PER_JUDGEMENT)
    other = version(fields=[{"name": "text", "type": "text", "version": 1, "label": {"en": "Text"}}])
    refused = publish(small, other)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.facts["n"], len(refused.facts["first"])) == ("tasks_unfit", 60, 50)
    assert refused.facts["first"][0].key in {f"k{n}" for n in range(60)}
    assert Template.objects.filter(project=small.project).count() == 1
    first = first_tasks(small.project.id, other)
    assert (first.n, len(first.fit), len(first.wrong)) == (50, 0, 50)
    found = look(small.project.id, other, None, limit=40)
    rest = look(small.project.id, other, found.following, limit=40)
    assert (found.looked, found.wrong_n, rest.looked, rest.wrong_n, rest.following) == (40, 40, 20, 20, None)
    assert waiting_n(small.project.id) == 60


def test_tasks_that_are_done_bind_nobody_and_one_of_another_project_is_not_looked_at() -> None:
    small = small_project(tasks=1, pay=PER_JUDGEMENT, reviewed=False)
    small_project(tasks=2, pay=PER_JUDGEMENT, slug="other")
    small.submit(small.claim(small.experts[0]), LEFT)
    assert Task.objects.get(project_id=small.project.id).state == "settled"
    other = version(fields=[{"name": "text", "type": "text", "version": 1, "label": {"en": "Text"}}])
    assert waiting_n(small.project.id) == 0
    assert published(small, other).version == 2


def test_gold_whose_answer_does_not_fit_is_listed_retired_and_never_graded_by_it() -> None:
    small = golden(rows=2)
    held = None
    assert draw(small)
    held = small.claim(small.experts[0])
    unfit = known_misfits(small.project.id, version())
    assert [(misfit.field, misfit.code) for _, misfit in unfit.gold] == [("why", "required")] * 2
    published(small)
    assert Gold.objects.filter(retired_at=None).count() == 0
    assert Event.objects.get(verb="template:published").facts["gold_retired"] == 2
    small.submit(held, RIGHT)
    assert "gold:graded" in small.verbs(), "what is in work is graded by the version that it was taken with"
    again = add_gold(
        project_id=small.project.id, draws=2, reason="New.", actor=COMMAND, now=small.now,
        text=json.dumps({"key": "n", "payload": {"prompt": "Known"}, "answer": {**RIGHT, "why": "?"}, "reason": "."}),
    )  # fmt: skip
    assert again == 1
    assert known_misfits(small.project.id, version()).gold == ()
    check_books()


def test_answers_to_different_versions_are_not_alike_where_they_were_asked_something_else() -> None:
    agree = {"name": "agree", "version": 1, "terms": {"question": "", "share": "0.6", "budget": 100}}
    for same, states in ((True, ["settled", "settled", "cancelled"]), (False, ["settled", "settled", "open"])):
        small = small_project(
            tasks=1, want=2, cap=3, pay=PER_JUDGEMENT, reviewed=False, redundancy=agree, experts=3, slug=f"s{same}"
        )
        small.submit(small.claim(small.experts[0]), LEFT)
        longer = version(fields=[{**TEMPLATE["fields"][0], "label": {"en": "Read this"}}])
        published(small, {**longer, "questions": TEMPLATE["questions"]} if same else version())
        small.submit(small.claim(small.experts[1]), LEFT if same else BOTH)
        assert [each.state for each in sorted(small.slots(), key=lambda slot: slot.seq)] == states


def test_an_adjudicator_answers_the_newest_version_of_the_attempts() -> None:
    small = small_project(
        tasks=1, want=2, cap=2, pay=PER_JUDGEMENT, reviewed=False, reviewers=1, slug="adjudged",
        redundancy={"name": "agree", "version": 1, "terms": {"question": "winner", "share": "0.6", "budget": 9}},
        more=[stage("adjudicate", PER_REVIEW, subject="all")],
    )  # fmt: skip
    small.submit(small.claim(small.experts[0]), LEFT)
    published(small)
    small.submit(small.claim(small.experts[1]), RIGHT | {"why": "It is."})
    published(small, version(questions=[TEMPLATE["questions"][0]]), 2, note="No reasons any more.")
    mine = small.claim(small.reviewers[0], "adjudicate")
    assert asked(mine) == ["winner", "why"]
    assert isinstance(small.hand_in(mine, {"answer": RIGHT}), Refused)
    small.submit(mine, {"answer": RIGHT | {"why": "?"}})
    delivery = release_delivery(project=small.project, actor=COMMAND, now=small.now)
    assert isinstance(delivery, Delivery)
    form = form_of(delivery, "jsonl")
    assert form is not None
    sealed = [json.loads(line) for line in file_lines(delivery, form)]
    assert sorted(row["provenance"]["template_version"] for row in sealed) == [1, 2], "each attempt names its own"
    assert {row["adjudication"]["template_version"] for row in sealed} == {2}, "and the final answer its own"
    assert {row["adjudication"]["guideline_version"] for row in sealed} == {mine.offer.terms["guideline_version"]}
    form = form_of(delivery, "csv")
    assert form is not None
    heading, *table = csv.reader(line.decode("utf-8-sig") for line in file_lines(delivery, form))
    at = [heading.index(column) for column in ("winner", "why", "provenance.template_version")]
    assert sorted([row[column] for column in at] for row in table) == [["left", "", "1"], ["right", "It is.", "2"]]


def test_what_is_wrong_is_said_at_its_place() -> None:
    small = small_project(pay=PER_JUDGEMENT)
    assert problems(publish(small, TEMPLATE)) == [("template", "template_same")]
    assert problems(publish(small, note=" ")) == [("note", "required")]
    assert problems(publish(small, note="x" * 2000)) == [("note", "too_long")]
    assert problems(publish(small, note="a\0b")) == [("note", "bad_character")]
    assert problems(publish(small, {"questions": []})) == [("template", "missing"), ("template", "too_short")]
    for strange in (None, [], 7, "x", {"fields": None}):
        assert problems(publish_template(
            project_id=small.project.id, base=1, body=strange, note="It.", changes_work=False, actor=MANAGER,
            now=small.now))  # fmt: skip
    published(small)
    late = publish(small, version(questions=[WHY]), base=1)
    assert isinstance(late, Refused)
    assert late.code == "template_moved"
    assert isinstance(publish(small, version(questions=[TEMPLATE["questions"][0]]), base=9), Refused)
    Project.objects.filter(id=small.project.id).update(state="closed")
    shut = publish(small, version(questions=[WHY]), base=2)
    assert isinstance(shut, Refused)
    assert shut.code == "project_closed"


def test_a_question_that_the_order_of_work_compares_stays_and_so_does_what_pay_counts() -> None:
    agree = {"name": "agree", "version": 1, "terms": {"question": "winner", "share": "0.6", "budget": 9}}
    small = small_project(pay=PER_JUDGEMENT, redundancy=agree)
    assert problems(publish(small, version(questions=[WHY]))) == [("template", "template_compared")]
    body = {"version": 1, "slot": [], "queue": [], "redundancy": None}
    made = set_order(project_id=small.project.id, base=1, body=body, note="Not any more.", anew=False, actor=MANAGER,
                     now=small.now)  # fmt: skip
    assert not isinstance(made, Refused), made
    published(small, version(questions=[WHY]))
    counted = small_project(
        pay=("per_unit", {"unit": "word", "price": "0.01", "units_max": 500}), slug="words",
        template=version(questions=[WHY]),
    )  # fmt: skip
    assert problems(publish(counted, TEMPLATE)) == [("template", "template_unpaid")]


def test_a_change_of_the_work_measures_it_anew_and_everybody_there_is_told() -> None:
    small = small_project(pay=at("45.00"), estimate=KNOWN, lease_s=7200)
    published(small, changes_work=False)
    assert Stage.objects.get(project=small.project, kind="attempt").estimate == KNOWN
    assert published(small, version(questions=[WHY]), 2, note="Only why.", changes_work=True).changes_work
    estimate = Stage.objects.get(project=small.project, kind="attempt").estimate
    assert (estimate["n"], estimate["source"]) == (0, "before")
    events = sorted(Event.objects.filter(verb="template:published"), key=lambda each: each.facts["version"])
    assert [(each.facts["version"], each.facts["changed"]) for each in events] == [
        (2, ["questions.why"]), (3, ["questions.winner"]),
    ]  # fmt: skip
    news = [
        each for event in Event.objects.filter(verb="template:published").values()
        for each in READERS["template:published"]([event])
    ]  # fmt: skip
    assert len(news) == 2 * len([*small.experts, *small.reviewers])
    assert {(each.kind, each.facts["number"]) for each in news} == {("template_changed", 2), ("template_changed", 3)}
    assert {each.person_id for each in news} == {*small.experts, *small.reviewers}
    check_books()


def test_a_file_that_was_read_for_another_version_is_not_imported() -> None:
    small = small_project(pay=PER_JUDGEMENT)
    person = manager()
    upload = send(small.project, person, [row("new")])
    published(small)
    assert refusal(take(small.project, person, upload)) == "upload_older"
    assert not isinstance(take(small.project, person, send(small.project, person, [row("new")])), Refused)
