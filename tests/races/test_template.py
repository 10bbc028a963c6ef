"""A version of the template published while tasks are taken, handed in and imported: everything names one version, and
nothing that is open fails to fit the one in force."""

from functools import partial
from uuid import UUID

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.models import Claim
from fairhand.dispatch.queries import claim_facts
from fairhand.flow.import_batch import import_batch
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Stage, Template
from fairhand.tasks.models import Task
from fairhand.tasks.template import check_payload
from fairhand.work.models import Submission
from tests.building import LEFT, PER_JUDGEMENT, TEMPLATE, check_books, small_project
from tests.commands.test_import_batch import manager, row, send
from tests.commands.test_publish_template import BOTH, publish, version
from tests.counts import count
from tests.races.test_reviews import later
from tests.races.together import together

FIELD = {"name": "prompt", "type": "text", "version": 1, "label": {"en": "Prompt"}}
BLANK = {**FIELD, "blank": True}


def test_what_is_claimed_at_once_has_one_version_its_offer_and_its_answer_the_same(db, claim) -> None:
    rounds = count(4, 150)
    for number in range(rounds):
        small = small_project(tasks=6, pay=PER_JUDGEMENT, slug=f"tpl-{number}", now=later(number), experts=3)
        first = small.claim(small.experts[0])
        found = together([
            partial(small.take, small.experts[1]), partial(publish, small), partial(small.take, small.experts[2]),
            partial(small.hand_in, first, LEFT),
        ])  # fmt: skip
        assert isinstance(found[1], Template)
        assert not isinstance(found[3], Refused), "what was begun is handed in as it was asked"
        small.hashes += [card.card.terms_hash for card in stage_cards(small.project.id)]
        made = [one for one in (found[0], found[2]) if isinstance(one, Claim)] + [small.claim(small.experts[0])]
        for one in made:
            facts = claim_facts(one.id)
            assert facts is not None
            asked = len(facts.template["questions"])
            assert asked == one.offer.terms.get("template_version", 1)
            small.submit(one, LEFT if asked == 1 else BOTH)
        assert len(claim_facts(made[-1].id).template["questions"]) == 2
        assert Submission.objects.filter(project_id=small.project.id).count() == 1 + len(made)
    check_books()
    claim("a template published while tasks are taken: each claim keeps the version of its offer", rounds)


def test_of_a_version_and_an_import_at_once_the_later_sees_the_earlier(db, claim) -> None:
    """The version takes no blank prompt any more; the file has one."""
    rounds, seen = count(6, 150), {"version": 0, "batch": 0}
    person: UUID = manager()
    for number in range(rounds):
        small = small_project(tasks=1, pay=PER_JUDGEMENT, slug=f"imp-{number}", now=later(number),
                              template={**TEMPLATE, "fields": [BLANK]})  # fmt: skip
        upload = send(small.project, person, [row("blank", " "), row("full")], now=small.now)
        assert not isinstance(upload, Refused)
        made, batch = together([
            partial(publish, small, version(fields=[FIELD])),
            partial(import_batch, project=small.project, upload_id=upload.id, person_id=person, only_right=False,
                    actor=COMMAND, now=small.now),
        ])  # fmt: skip
        codes = [one.code for one in (made, batch) if isinstance(one, Refused)]
        assert codes in (["tasks_unfit"], ["upload_older"]), "one of the two, and never both or none"
        seen["batch" if codes == ["tasks_unfit"] else "version"] += 1
        body = Stage.objects.select_related("template").get(project=small.project, kind="attempt").template.body
        assert [each.key for each in Task.objects.filter(project_id=small.project.id, state="open")
                if check_payload(body, each.payload)] == []  # fmt: skip
    claim("a version against an import: the later one sees the earlier one", rounds)


def test_two_versions_at_once_are_one_version(db, claim) -> None:
    rounds = count(4, 100)
    for number in range(rounds):
        small = small_project(tasks=2, pay=PER_JUDGEMENT, slug=f"two-{number}", now=later(number))
        found = together([partial(publish, small), partial(publish, small), partial(publish, small)])
        assert sum(isinstance(one, Template) for one in found) == 1
        assert {one.code for one in found if isinstance(one, Refused)} == {"template_moved"}
        assert list(Template.objects.filter(project=small.project).order_by("version").values_list("version")) == [
            (1,), (2,),
        ]  # fmt: skip
    claim("versions of a template published at once: one of them", rounds)
