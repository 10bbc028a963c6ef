"""Pages of a claim's life, without a browser: pause, more time, the next task at once, guidelines that change."""

import json
import re

import pytest
from django.test import Client

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Claim, Extension
from fairhand.flow.release_claim import release_claim
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.clock import utc_now
from fairhand.projects.models import Stage
from tests.browser.people import Cast, cast
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")


@pytest.fixture
def who() -> Cast:
    return cast(tasks=6, want=1)


def held(who: Cast) -> Claim:
    who.small.now = utc_now()
    return who.small.claim(who.expert)


def page(client: Client, claim: Claim) -> str:
    return client.get(f"/work/{claim.id}/").content.decode()


def beat(client: Client, claim: Claim, device: str, seq: int) -> dict[str, object]:
    sent = {"device": device, "seq": seq, "active_ms": 1000}
    answer = client.post(f"/api/v1/claims/{claim.id}/beats", json.dumps(sent), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()  # type: ignore[no-any-return]  # JSON


def test_a_paused_task_shows_the_way_on_instead_of_the_task(who: Cast) -> None:
    client, claim = client_of(who.expert), held(who)
    assert f"/work/{claim.id}/pause/" in page(client, claim)
    form = {"device": "page", "beats": json.dumps([{"seq": 1, "active_ms": 0}])}
    client.post(f"/work/{claim.id}/pause/", form)
    paused = page(client, claim)
    assert f"/work/{claim.id}/resume/" in paused
    assert 'id="answer"' not in paused, "nobody works unpaid on a paused task"
    assert beat(client, claim, "page", 2) == {"counted_ms": 0, "work_ms": 0, "paused": True, "elsewhere": False}
    client.post(f"/work/{claim.id}/resume/")
    assert 'id="answer"' in page(client, claim)
    assert beat(client, claim, "tablet", 1)["elsewhere"] is True
    stranger = client_of(who.colleague)
    for verb in ("pause", "resume", "more-time"):
        assert stranger.post(f"/work/{claim.id}/{verb}/").status_code == 404


def test_more_time_is_asked_for_decided_and_said(who: Cast) -> None:
    client, manager, claim = client_of(who.expert), client_of(who.manager), held(who)
    wrong = client.post(f"/work/{claim.id}/more-time/", {"minutes": "x", "reason": ""})
    assert wrong.status_code == 422
    assert wrong.content.decode().count('aria-invalid="true"') == 2
    client.post(f"/work/{claim.id}/more-time/", {"minutes": "45", "reason": "Two sources are books."})
    asked = Extension.objects.get()
    assert (asked.asked_s, asked.granted_s) == (2700, None)
    requests = f"/manage/{who.slug}/requests/"
    shown = manager.get(requests).content.decode()
    assert "Two sources are books." in shown
    address = f"{requests}{asked.id}/"
    bad = manager.post(address, {"do": "grant", "minutes": "46", "reason": ""})
    assert bad.status_code == 422
    assert bad.content.decode().count('aria-invalid="true"') == 2
    assert manager.post(address, {"do": "grant", "minutes": "0", "reason": "No."}).status_code == 422
    manager.post(address, {"do": "grant", "minutes": "30", "reason": "Granted, look them up."})
    asked.refresh_from_db()
    assert asked.granted_s == 1800
    assert "Granted, look them up." in page(client, claim)
    assert "Granted, look them up." in manager.get(requests).content.decode()
    assert client_of(who.client).get(requests).status_code == 404


def test_handing_in_may_lead_to_the_next_task_at_once(who: Cast) -> None:
    client, claim = client_of(who.expert), held(who)
    answer = {"answer.winner": "left", "then": "next"}
    opened = client.post(f"/work/{claim.id}/", answer)
    following = Claim.objects.get(person_id=who.expert, state="live")
    assert (opened.status_code, opened["Content-Location"]) == (200, f"/work/{following.id}/"), "the next page itself"
    shown = opened.content.decode()
    assert f'data-draft-done="{claim.id}"' in shown, "the draft of what was handed in goes"
    assert f'name="next" value="/work/{following.id}/"' in shown, "another language comes back to this page"
    again = client.post(f"/work/{claim.id}/", answer)
    assert again["Content-Location"] == opened["Content-Location"], "a second click is the first one"
    assert Claim.objects.filter(person_id=who.expert).count() == 2
    other = who.small.claim(who.expert)
    client.post(f"/work/{following.id}/", answer)
    assert Claim.objects.filter(person_id=who.expert).count() == 3, "what is held comes before anything new"
    nobodys = client.get(f"/work/{other.id}/?done={other.id}").content.decode()
    assert "data-draft-done" not in nobodys
    assert client.get(f"/work/{other.id}/?done=x").status_code == 200


def test_a_task_taken_back_says_why_and_still_takes_the_answer(who: Cast) -> None:
    client, claim = client_of(who.expert), held(who)
    release_claim(
        claim_id=claim.id, project_id=who.small.project.id, reason="The client <b>waits</b>.",
        actor=Actor("person", who.manager), now=utc_now(),
    )  # fmt: skip
    shown = page(client, claim)
    assert "The client &lt;b&gt;waits&lt;/b&gt;." in shown
    assert 'id="answer"' in shown
    owed = client_of(who.manager).get(f"/manage/{who.slug}/requests/").content.decode()
    assert "The client &lt;b&gt;waits&lt;/b&gt;." in owed
    assert client.post(f"/work/{claim.id}/", {"answer.winner": "left"})["Location"].startswith("/submissions/")


def test_a_change_that_touches_the_task_is_said_on_its_page(who: Cast) -> None:
    client, manager, claim = client_of(who.expert), client_of(who.manager), held(who)
    form = {
        "base": "1",
        "text.en": "# New",
        "note": "Sources are named.",
        "affects": "question:winner",
        "publish": "yes",
    }
    assert manager.post(f"/manage/{who.slug}/guideline/write/", form).status_code == 302
    shown = page(client, claim)
    assert "Sources are named." in shown
    assert f"/projects/{who.slug}/guideline/2/?since=1" in shown
    version = manager.get(f"/manage/{who.slug}/guideline/2/").content.decode()
    assert re.search(r"In hand, on an earlier version.*?>\D*1\b", version, re.DOTALL)
    client.post(f"/work/{claim.id}/skip/", {"reason": "guideline_changed"})
    claim.refresh_from_db()
    assert (claim.state, claim.end_reason) == ("skipped", "guideline_changed")
    again = manager.post(f"/manage/{who.slug}/guideline/2/reopen/", {"limit": "0", "reason": ""})
    assert again.status_code == 422


def test_what_a_stage_allows_is_set_by_its_manager(who: Cast) -> None:
    stage = Stage.objects.get(project=who.small.project, kind="attempt")
    assert (stage.pause_s_max, stage.extension_s_max, stage.extension_s_auto) == (1800, 7200, 0)
    client = client_of(who.manager)
    found = client.get(f"/manage/{who.slug}/settings/").content.decode()
    for name in ("pause_s_max", "extension_s_max", "extension_s_auto"):
        assert f'name="{name}"' in found


def test_whoever_reviews_reads_the_version_that_the_work_was_done_on(who: Cast) -> None:
    claim = held(who)
    who.small.submit(claim)
    form = {"base": "1", "text.en": "# Altogether new", "note": "All of it.", "publish": "yes"}
    assert client_of(who.manager).post(f"/manage/{who.slug}/guideline/write/", form).status_code == 302
    who.small.hashes = [card.card.terms_hash for card in stage_cards(who.small.project.id)]
    review = who.small.claim(who.reviewer, "review")
    shown = page(client_of(who.reviewer), review)
    assert "Guideline v" in shown
    assert "Altogether new" not in shown
