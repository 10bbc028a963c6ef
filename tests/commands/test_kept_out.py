"""A task whose content may be illegal is shown to nobody who worked on it, by no door; staff see it, and decide."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from fairhand.audit.actor import JOB, Actor
from fairhand.cases.models import Raised
from fairhand.cases.raised_queries import kept_out_as
from fairhand.dispatch.models import Claim
from fairhand.flow.answer_raised import answer_raised
from fairhand.flow.end_claims import expire_claims
from fairhand.flow.raise_matter import raise_matter
from fairhand.flow.return_task import return_task
from fairhand.insight.own_export import everything_about
from fairhand.kernel.clock import utc_now
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.questions import QUESTIONS
from fairhand.work.draft_commands import save_draft
from fairhand.work.models import Submission
from tests.browser.people import Cast, cast
from tests.parts import stored
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")
TASK, ANSWER, FIX, NOTE = "zz-of-the-task", "zz-of-the-answer", "zz-of-the-fix", "Too short by half."
TEMPLATE = {
    "version": 1,
    "fields": [{**stored(FIELDS.get("text")), "name": "prompt"}],
    "questions": [{**stored(QUESTIONS.get("text")), "name": "why"}],
}
FIXED = {"verdict": "accept_with_fixes", "note": NOTE, "fixed_answer": {"why": FIX}}


def doors(who: Cast, person_id: UUID, claim: Claim) -> dict[str, str]:
    """Everything that somebody is given of a claim of theirs, by door."""
    client = client_of(person_id)
    work = Submission.objects.filter(claim_id=claim.id).first()
    return {
        "page": client.get(f"/submissions/{work.id}/" if work else f"/work/{claim.id}/", follow=True).content.decode(),
        "api": client.get(f"/api/v1/claims/{claim.id}").content.decode(),
        "file": "".join(everything_about(person_id, utc_now())),
    }  # fmt: skip


def told(who: Cast, person_id: UUID, claim: Claim) -> set[str]:
    """Which of the contents stand anywhere in it."""
    found = doors(who, person_id, claim)
    assert NOTE in found["page"], "the reasons stay"
    assert json.loads(found["api"])["kept_out"] == kept_out_as(claim.id), "the page and the API say the same"
    return {f"{door} {text}" for door, said in found.items() for text in (TASK, ANSWER, FIX) if text in said}


def found_by_client(who: Cast) -> bool:
    """Whether the client's search for the task's words leads to a sample."""
    page = client_of(who.client).get("/search/", {"q": TASK}).content.decode()
    return f'<a href="/client/{who.slug}/samples/"' in page


def test_who_worked_on_it_is_shown_neither_the_task_nor_what_was_answered_until_staff_put_it_back() -> None:
    who = cast(template=TEMPLATE, payload={"prompt": TASK}, tasks=1, want=1)
    small, project = who.small, who.small.project
    small.now = utc_now()
    mine = small.claim(who.expert)
    small.submit(mine, {"why": ANSWER})
    theirs = small.claim(who.reviewer, "review")
    small.submit(theirs, FIXED)
    before = told(who, who.expert, mine), told(who, who.reviewer, theirs)
    assert before[0] >= {f"{door} {text}" for door in ("page", "file") for text in (TASK, ANSWER)}
    assert found_by_client(who)
    assert before[1] >= {f"page {text}" for text in (TASK, ANSWER, FIX)} | {f"api {TASK}", f"api {ANSWER}"}

    row = raise_matter(
        claim_id=theirs.id, person_id=who.reviewer, kind="illegal", words="Whose address is it?", place="",
        actor=Actor("person", who.reviewer), now=utc_now(),
    )  # fmt: skip
    assert isinstance(row, Raised), row
    for state, head in (("held", "This task is held back"), ("taken_out", "This task was taken out")):
        if state == "taken_out":
            assert answer_raised(
                project_id=project.id, raised_id=row.id, everybody=False, seen=1, answer="It is private.",
                done="taken_out", version=None, actor=Actor("person", who.manager), now=utc_now(),
            ) == 1  # fmt: skip
        for person_id, claim in ((who.expert, mine), (who.reviewer, theirs)):
            assert told(who, person_id, claim) == set(), state
            found = doors(who, person_id, claim)
            assert json.loads(found["api"])["kept_out"] == state
            assert head in found["page"]
            assert "Pay" in found["page"]
        staff = client_of(who.manager).get(f"/manage/{who.slug}/tasks/{mine.task_id}/").content.decode()
        assert TASK in staff, "who decides sees it"
        assert ANSWER in staff
        assert not found_by_client(who)

    back = return_task(
        project_id=project.id, task_id=mine.task_id, reason="It is an actor's.", actor=Actor("person", who.manager),
        now=utc_now(),
    )  # fmt: skip
    assert back == 0
    assert (told(who, who.expert, mine), told(who, who.reviewer, theirs)) == before


def test_a_claim_that_ended_without_an_answer_shows_nothing_and_what_is_kept_of_it_can_still_be_handed_in() -> None:
    who = cast(template=TEMPLATE, payload={"prompt": TASK}, tasks=1, want=2, lease_s=600)
    small = who.small
    small.now = utc_now() - timedelta(hours=2)
    late, other = small.claim(who.expert), small.claim(who.colleague)
    assert save_draft(
        claim_id=late.id, person_id=who.expert, fields=[["answer.why", ANSWER + "\nline"]], base=0, device="d",
        now=small.now,
    ) == 1  # fmt: skip
    assert isinstance(
        raise_matter(
            claim_id=other.id, person_id=who.colleague, kind="illegal", words="Whose address is it?", place="",
            actor=Actor("person", who.colleague), now=small.now,
        ), Raised,
    )  # fmt: skip
    assert TASK in doors(who, who.expert, late)["page"], "nobody's task is taken from under their hands"
    assert expire_claims(actor=JOB, now=utc_now()) == 2
    found = doors(who, who.expert, late)
    assert not [door for door, said in found.items() if TASK in said]
    assert "Hand in what is kept" in found["page"]
    assert ANSWER not in found["file"] + found["page"]
    draft = {"base": 7, "device": "another", "fields": []}
    moved = client_of(who.expert).post(f"/api/v1/claims/{late.id}/draft", draft, content_type="application/json")
    assert (moved.status_code, moved.json()["number"], moved.json()["fields_kept"]) == (409, 1, None)
    assert "nothing of an answer is kept" in doors(who, who.colleague, other)["page"]
    Claim.objects.filter(id=other.id).update(state="released", end_reason="Somebody else does it.")
    assert "Somebody else does it." in doors(who, who.colleague, other)["page"]
    client = client_of(who.expert)
    assert client.post(f"/work/{late.id}/", {"beats": "[]", "device": ""}).status_code == 422
    for _ in range(2):  # a second time it leads to what was handed in
        assert client.post(f"/work/{late.id}/", {"kept": "1", "beats": "[]", "device": ""}).status_code == 302
    assert Submission.objects.get(claim_id=late.id).answer == {"why": ANSWER + "\nline"}
