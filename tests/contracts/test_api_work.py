"""Work over the API: terms, claim, answer, skip, review; what is refused, and in which words."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from fairhand.api import entry
from fairhand.api.life import MoreTimeOut, StandingOut
from fairhand.api.work import ClaimOut, SeatTerms, SubmissionMade
from fairhand.audit.actor import COMMAND
from fairhand.dispatch.models import Claim
from fairhand.kernel.clock import utc_now
from fairhand.people.keys import NewKey, make_key
from fairhand.people.rules import SCOPES
from fairhand.projects.models import Stage
from fairhand.work.models import Submission
from tests.browser.people import Cast, cast
from tests.building import ACCEPT, EVERY, LEFT, PER_JUDGEMENT, check_books
from tests.signed import client_of


@pytest.fixture
def people(rollback_db: object) -> Cast:
    entry._calls.clear()
    return cast(pay=PER_JUDGEMENT, policy=EVERY, tasks=3, want=1)


class Caller:
    """A program with somebody's key."""

    def __init__(self, person_id: UUID, *scopes: str) -> None:
        key = make_key(
            person_id=person_id, name="program", scopes=scopes or SCOPES, actor=COMMAND, now=utc_now(),
            expires_at=utc_now() + timedelta(days=1),
        )  # fmt: skip
        assert isinstance(key, NewKey), key
        self.client = Client(headers={"host": "localhost", "Authorization": f"Bearer {key.text}"})

    def get(self, address: str, status: int = 200) -> Any:
        return self._read(self.client.get(f"/api/v1{address}"), status)

    def post(self, address: str, body: Any, status: int = 200) -> Any:
        return self._read(self.client.post(f"/api/v1{address}", body, content_type="application/json"), status)

    def claim(self, slug: str, key: str, status: int = 201, kind: str = "attempt") -> Any:
        hashes = [each["terms_hash"] for each in self.get(f"/projects/{slug}/terms")["stages"]]
        wanted = {"kind": kind, "terms_seen": hashes, "request_key": key}
        return self.post(f"/projects/{slug}/claims", wanted, status)

    def _read(self, response: Any, status: int) -> Any:
        assert response.status_code == status, response.content[:300]
        if status >= 400:
            assert response["Content-Type"] == "application/problem+json"
        assert response["Content-Length"] == str(len(response.content))
        return response.json()


def test_a_task_from_terms_to_pay(people: Cast) -> None:
    caller = Caller(people.expert)
    terms = caller.get(f"/projects/{people.slug}/terms")
    SeatTerms.model_validate(terms)
    assert [each["kind"] for each in terms["stages"]] == ["attempt"]  # no reviewer
    claim = caller.claim(people.slug, "first")
    ClaimOut.model_validate(claim)
    assert set(claim) == set(ClaimOut.model_fields)
    row = Claim.objects.get(id=claim["id"])
    assert str(row.task_id) not in json.dumps(claim)
    assert str(row.slot_id) not in json.dumps(claim)
    assert (claim["payload"], claim["state"]) == (row.slot.task.payload, "live")
    assert caller.claim(people.slug, "first", 200) == claim
    assert caller.get(f"/claims/{claim['id']}") == claim

    made = caller.post(f"/claims/{claim['id']}/submission", {"answer": LEFT}, 201)
    SubmissionMade.model_validate(made)
    assert (made["amount_minor"], made["accepted"]) == (12, False)
    assert caller.post(f"/claims/{claim['id']}/submission", {"answer": {}}, 200) == made
    assert Submission.objects.filter(person_id=people.expert).count() == 1
    assert caller.get(f"/claims/{claim['id']}")["state"] == "submitted"
    check_books()


def test_one_call_hands_in_and_takes_the_next(people: Cast) -> None:
    caller = Caller(people.expert)
    first = caller.claim(people.slug, "first")
    hashes = [each["terms_hash"] for each in caller.get(f"/projects/{people.slug}/terms")["stages"]]

    def hand_in(claim: Any, key: str, status: int = 201, **more: Any) -> Any:
        wanted = {"project": people.slug, "kind": "attempt", "terms_seen": hashes, "request_key": key, **more}
        return caller.post(f"/claims/{claim['id']}/submission", {"answer": LEFT, "next": wanted}, status)

    made = hand_in(first, "second")
    SubmissionMade.model_validate(made)
    assert made["next_problem"] is None
    assert caller.get(f"/claims/{made['next']['id']}") == made["next"]
    assert hand_in(first, "second", 200) == made, "sent again, nothing is done twice"
    assert Claim.objects.filter(person_id=people.expert).count() == 2

    # What was handed in stays handed in when there is no next one: old terms, no such project, no work.
    stale = hand_in(made["next"], "third", terms_seen=["0" * 64])
    SubmissionMade.model_validate(stale)
    assert (stale["next"], stale["next_problem"]["code"]) == (None, "terms_changed")
    assert stale["next_problem"]["cards"][0]["card"]["terms_hash"] == hashes[0]
    assert hand_in(made["next"], "third", 200, project="no-such-project")["next_problem"]["status"] == 404
    assert hand_in(made["next"], "third", 200, kind="review")["next_problem"]["status"] == 404
    third = hand_in(made["next"], "third", 200)["next"]
    assert hand_in(third, "fourth")["next_problem"]["code"] == "no_work"
    assert Submission.objects.filter(person_id=people.expert).count() == 3


def test_a_draft_is_kept_over_the_api_and_holds_answers_alone(people: Cast) -> None:
    caller, other = Caller(people.expert), Caller(people.colleague)
    claim = caller.claim(people.slug, "first")
    draft = {"base": 0, "device": "program", "fields": [["answer.winner", "left"]]}
    assert caller.post(f"/claims/{claim['id']}/draft", draft) == {"number": 1}
    assert other.post(f"/claims/{claim['id']}/draft", draft, 404)["code"] == "no_claim"
    moved = caller.post(f"/claims/{claim['id']}/draft", draft | {"device": "phone", "fields": []}, 409)
    assert (moved["code"], moved["number"], moved["fields_kept"]) == ("draft_moved", 1, [["answer.winner", "left"]])
    for wrong in ([["csrfmiddlewaretoken", "x"]], [["answer.why", "\x00"]]):
        caller.post(f"/claims/{claim['id']}/draft", draft | {"base": 1, "fields": wrong}, 422)


def test_a_review_over_the_api_is_the_reviewers_alone(people: Cast) -> None:
    people.small.work(people.expert)
    Caller(people.colleague).claim(people.slug, "one", 404, kind="review")
    reviewer = Caller(people.reviewer)
    claim = reviewer.claim(people.slug, "one", kind="review")
    (subject,) = claim["subjects"]
    assert (subject["answer"], set(subject)) == (LEFT, {"id", "round", "answer"})
    assert str(people.expert) not in json.dumps(claim)
    reviewer.post(f"/claims/{claim['id']}/submission", {"answer": ACCEPT}, 201)
    assert Submission.objects.get(id=subject["id"]).state == "accepted"
    check_books()


def test_what_is_refused_says_why(people: Cast) -> None:
    caller, address = Caller(people.expert), f"/projects/{people.slug}/claims"
    wanted = {"kind": "attempt", "terms_seen": [], "request_key": "one"}
    assert caller.post(address, wanted, 409)["code"] == "terms_changed"
    assert caller.post(address, wanted | {"request_key": "replay:1"}, 422)["code"] == "bad_request_key"
    assert caller.post(address, wanted | {"request_key": "x" * 201}, 422)["code"] == "unreadable"
    claim = caller.claim(people.slug, "two")
    wrong = caller.post(f"/claims/{claim['id']}/submission", {"answer": {"winner": "nobody"}}, 422)
    assert (wrong["code"], [each["field"] for each in wrong["fields"]]) == ("answer_problems", ["winner"])
    assert caller.post(f"/claims/{claim['id']}/submission", {"answer": "left"}, 422)["code"] == "unreadable"
    assert caller.post(f"/claims/{claim['id']}/skip", {"reason": "no reason"}, 422)["code"] == "no_reason"
    assert caller.post(f"/claims/{claim['id']}/skip", {"reason": "unclear"}) == {"state": "skipped"}
    assert caller.post(f"/claims/{claim['id']}/skip", {"reason": "unclear"}, 409)["code"] == "claim_ended"
    ended = caller.post(f"/claims/{claim['id']}/submission", {"answer": LEFT}, 409)
    assert ended["code"] == "claim_ended"


def test_nobody_else_finds_a_claim_or_a_project(people: Cast) -> None:
    claim = Caller(people.expert).claim(people.slug, "one")
    for who in (people.colleague, people.manager, people.other_client, people.stranger):
        other = Caller(who)
        other.get(f"/claims/{claim['id']}", 404)
        other.post(f"/claims/{claim['id']}/submission", {"answer": LEFT}, 404)
        other.post(f"/claims/{claim['id']}/skip", {"reason": "unclear"}, 404)
    stranger, wanted = Caller(people.stranger), {"kind": "attempt", "terms_seen": [], "request_key": "one"}
    for slug in (people.slug, "nowhere"):
        assert stranger.get(f"/projects/{slug}/terms", 404)["code"] == "not_found"
        assert stranger.post(f"/projects/{slug}/claims", wanted, 404)["code"] == "not_found"
    Caller(people.expert).get(f"/claims/{uuid4()}", 404)


def test_a_key_needs_its_scope_and_a_page_its_token(people: Cast) -> None:
    reader = Caller(people.expert, "work:read")
    wanted = {"kind": "attempt", "terms_seen": [], "request_key": "one"}
    assert reader.post(f"/projects/{people.slug}/claims", wanted, 403)["code"] == "scope_missing"
    assert reader.get(f"/projects/{people.slug}/terms")["project"] == people.slug
    strict = client_of(people.expert, enforce_csrf_checks=True)
    response = strict.post(f"/api/v1/projects/{people.slug}/claims", wanted, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")


def test_a_call_with_a_key_is_answered_like_any_other(people: Cast) -> None:
    """It goes past the middleware of the pages; headers, problems and hosts are the same all the same."""
    key = Caller(people.expert)
    with_key, signed = key.client.get("/api/v1/me"), client_of(people.expert).get("/api/v1/me")
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Content-Type", "Content-Length"):
        assert name in with_key
        assert name in signed
    assert "Set-Cookie" not in with_key
    assert key.get("/nowhere", 404)["code"] == "not_found"
    assert key.client.get("/api/v1/me", headers={"host": "elsewhere.example"}).status_code == 400
    assert key.client.delete("/api/v1/me").json()["code"] == "method"


def test_a_claim_of_any_project_is_paused_resumed_and_gets_more_time(people: Cast) -> None:
    Stage.objects.filter(project=people.small.project).update(
        pause_s_max=600, extension_s_max=3600, extension_s_auto=600
    )
    caller = Caller(people.expert)
    hashes = [each["terms_hash"] for each in caller.get(f"/projects/{people.slug}/terms")["stages"]]
    assert caller.post("/claims", {"terms_seen": [], "request_key": "a"}, 409)["code"] == "terms_changed"
    wanted = {"terms_seen": hashes, "request_key": "b"}
    claim = ClaimOut(**caller.post("/claims", wanted, 201))
    assert caller.post("/claims", wanted)["id"] == str(claim.id)
    assert caller.post(f"/claims/{claim.id}/pause", {})["paused"]
    assert StandingOut(**caller.post(f"/claims/{claim.id}/resume", {})).paused is False
    more = MoreTimeOut(**caller.post(f"/claims/{claim.id}/more-time", {"seconds": 600, "reason": "It is long."}, 201))
    assert (more.granted_s, more.claim.extended_s) == (600, 600)
    assert more.claim.hard_until - claim.hard_until > timedelta(seconds=599)
    asked = caller.post(f"/claims/{claim.id}/more-time", {"seconds": 600, "reason": "Longer still."}, 201)
    assert asked["granted_s"] is None
    refused = caller.post(f"/claims/{claim.id}/more-time", {"seconds": 600, "reason": "And more."}, 409)
    assert refused["code"] == "extension_open"
    for act in ("pause", "resume", "more-time"):
        Caller(people.reviewer).post(f"/claims/{claim.id}/{act}", {"seconds": 60, "reason": "Mine?"}, 404)
    kinds = Caller(people.reviewer).get(f"/projects/{people.slug}/why")["kinds"]
    assert [each["kind"] for each in kinds] == ["attempt", "review", "audit", "adjudicate"]


def test_a_draft_over_the_api_is_ones_own_and_holds_what_can_be_stored(people: Cast) -> None:
    claim = people.small.claim(people.expert)

    def kept(text: str, person_id: UUID) -> tuple[int, str]:
        body = {"base": 0, "device": "desk", "fields": [["answer.comment", text]]}
        address = f"/api/v1/claims/{claim.id}/draft"
        found = client_of(person_id).post(address, json.dumps(body), content_type="application/json")
        return found.status_code, str(found.json().get("code", ""))

    assert kept("clearer", people.expert) == (200, "")
    assert kept("mine now", people.colleague) == (404, "no_claim")
    for odd in ("\x00", "\ud800"):
        assert kept(odd, people.expert) == (422, "bad_character")
