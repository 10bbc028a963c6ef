"""Asking and reporting on the page of a task, and the one page on which a project's staff answer."""

import json

import pytest
from playwright.sync_api import expect

from fairhand.audit.actor import Actor
from fairhand.cases.models import Raised
from fairhand.dispatch.models import Claim
from fairhand.flow.extend_claim import Asked, ask_extension
from fairhand.flow.raise_matter import raise_matter
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.clock import utc_now
from fairhand.notices.models import Notice
from fairhand.projects.models import Stage
from tests.browser.axe import violations
from tests.browser.by_keys import press
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.reading import read_events
from tests.signed import client_of


@pytest.fixture
def who(rollback_db) -> Cast:
    return cast(tasks=4, want=2)


def held(who: Cast) -> Claim:
    who.small.now = utc_now()
    return who.small.claim(who.expert)


def raised(claim: Claim, kind: str, words: str) -> Raised:
    made = raise_matter(
        claim_id=claim.id, person_id=claim.person_id, kind=kind, words=words, place="",
        actor=Actor("person", claim.person_id), now=utc_now(),
    )  # fmt: skip
    assert isinstance(made, Raised), made
    return made


def test_a_question_is_asked_answered_and_read(who: Cast) -> None:
    client, manager, claim = client_of(who.expert), client_of(who.manager), held(who)
    wrong = client.post(f"/work/{claim.id}/raise/", {"kind": "", "words": " "})
    assert wrong.status_code == 422
    assert "Say it in words." in wrong.content.decode()
    form = {"kind": "question", "place": "Prompt", "words": "Is <b>the</b> first meant?"}
    assert client.post(f"/work/{claim.id}/raise/", form).status_code == 302
    row = Raised.objects.get()
    here = client.get(f"/work/{claim.id}/").content.decode()
    assert "Is &lt;b&gt;the&lt;/b&gt; first meant?" in here
    assert f"/api/v1/claims/{claim.id}/raised" in here
    listed = manager.get(f"/manage/{who.slug}/raised/").content.decode()
    assert "Is &lt;b&gt;the&lt;/b&gt; first meant?" in listed
    assert "Questions (1)" in listed
    assert "1 thing that an expert raised waits" in manager.get("/manage/").content.decode()
    address = f"/manage/{who.slug}/raised/{row.id}/"
    bad = manager.post(address, {"answer": " ", "done": "put_back", "seen": "1"})
    assert bad.status_code == 422
    assert "Choose what was done." in bad.content.decode()
    manager.post(address, {"answer": "The <i>first</i>.", "done": "guideline", "version": "1", "seen": "1"})
    page = client.get("/my-work/raised/").content.decode()
    assert "The &lt;i&gt;first&lt;/i&gt;." in page
    assert f"/projects/{who.slug}/guideline/1/" in page
    assert "The &lt;i&gt;first&lt;/i&gt;." in client.get(f"/work/{claim.id}/").content.decode()
    assert "Questions (1)" not in manager.get(f"/manage/{who.slug}/raised/").content.decode()
    (told,) = client.get(f"/api/v1/claims/{claim.id}/raised").json()
    assert (told["state"], told["answer"], told["version"]) == ("answered", "The <i>first</i>.", 1)


def test_a_program_asks_as_a_page_does(who: Cast) -> None:
    client, claim = client_of(who.expert), held(who)
    address = f"/api/v1/claims/{claim.id}/raised"

    def send(**body: str) -> tuple[int, dict[str, object]]:
        sent = client.post(address, json.dumps(body), content_type="application/json")
        return sent.status_code, sent.json()

    status, made = send(kind="mistake", words=" A word is missing. ", place="the prompt")
    assert (status, made["words"], made["state"]) == (201, "A word is missing.", "open")
    assert send(kind="mistake", words="A word is missing.", place="the prompt")[1]["id"] == made["id"], "taken once"
    assert send(kind="joke", words="x")[0] == 422
    assert send(kind="question", words=" ")[1]["code"] == "bad_input"
    assert [each["id"] for each in client.get(address).json()] == [made["id"]]


def test_nobody_else_reads_or_writes_it(who: Cast) -> None:
    claim = held(who)
    row = raised(claim, "question", "A secret of the project")
    for person in (who.colleague, who.stranger):
        stranger = client_of(person)
        assert stranger.get(f"/api/v1/claims/{claim.id}/raised").status_code == 404
        assert stranger.post(f"/work/{claim.id}/raise/", {"kind": "question", "words": "x"}).status_code == 404
        body = json.dumps({"kind": "question", "words": "x"})
        sent = stranger.post(f"/api/v1/claims/{claim.id}/raised", body, content_type="application/json")
        assert sent.status_code == 404
        stranger.post(f"/my-work/raised/{row.id}/back/")
        assert "A secret" not in stranger.get("/my-work/raised/").content.decode()
    for person in (who.client, who.other_client, who.expert):
        assert client_of(person).get(f"/manage/{who.slug}/raised/").status_code == 404
        assert client_of(person).post(f"/manage/{who.slug}/raised/{row.id}/").status_code == 404
    row.refresh_from_db()
    assert row.state == "open"
    client_of(who.expert).post(f"/my-work/raised/{row.id}/back/")
    row.refresh_from_db()
    assert row.state == "closed"
    assert "A secret" not in client_of(who.expert).get(f"/work/{claim.id}/").content.decode(), "it was taken back"


def test_staff_see_everything_that_experts_say_on_one_page(who: Cast) -> None:
    Stage.objects.filter(project=who.small.project).update(extension_s_max=3600)
    who.small.hashes = [card.card.terms_hash for card in stage_cards(who.small.project.id)]
    manager, address = client_of(who.manager), f"/manage/{who.slug}/raised/"
    assert "No question waits" in manager.get(address).content.decode()
    skipped = held(who)
    client_of(who.expert).post(f"/work/{skipped.id}/skip/", {"reason": "unclear"})
    first, second = held(who), who.small.claim(who.colleague)
    raised(first, "question", "What is a stanza?")
    raised(second, "mistake", "A word is missing.")
    asked = ask_extension(
        claim_id=first.id, person_id=who.expert, asked_s=600, reason="It is long.", actor=Actor("person", who.expert),
        now=utc_now(),
    )  # fmt: skip
    shown = manager.get(address).content.decode()
    for said in ("What is a stanza?", "A word is missing.", "The task or the guideline is unclear"):
        assert said in shown, said
    assert "Ada" not in shown, "under a pseudonym"
    only = manager.get(f"{address}?kind=mistake").content.decode()
    assert "A word is missing." in only
    assert "What is a stanza?" not in only
    assert "is unclear" not in only
    assert "What is a stanza?" not in manager.get(f"{address}?state=answered").content.decode()
    assert isinstance(asked, Asked), asked
    assert "It is long." in shown
    row = f"/manage/{who.slug}/requests/{asked.extension_id}/"
    back = manager.post(row, {"do": "refuse", "reason": "The task is short.", "from": "raised"})
    assert back["Location"] == address
    assert "It is long." not in manager.get(address).content.decode()


def test_everybody_concerned_is_told(db) -> None:
    who = cast(tasks=2)
    claim = held(who)
    for n in range(3):
        raised(claim, "question", f"Question {n}")
    row = raised(claim, "illegal", "A private address.")
    read_events(utc_now())
    told = Notice.objects.filter(person_id=who.manager, kind__startswith="raised").values_list("kind", "facts__n")
    assert sorted(told) == [("raised_urgent", None), ("raised_waits", 3)], "the usual ones in one notice"
    assert not Notice.objects.filter(person_id__in=(who.client, who.colleague), kind__startswith="raised").exists()
    form = {"answer": "It is public.", "done": "put_back", "seen": "1"}
    client_of(who.manager).post(f"/manage/{who.slug}/raised/{row.id}/", form)
    read_events(utc_now())
    notice = Notice.objects.get(person_id=who.expert, kind="raised_answered")
    assert notice.path == f"/my-work/raised/#raised-{row.id}"
    assert f'id="raised-{row.id}"' in client_of(who.expert).get("/my-work/raised/").content.decode()


def test_reported_content_may_be_given_back_from_the_page(who: Cast) -> None:
    client, claim = client_of(who.expert), held(who)
    assert 'value="distressing"' in client.get(f"/work/{claim.id}/").content.decode(), "the kind can be chosen"
    client.post(f"/work/{claim.id}/raise/", {"kind": "distressing", "words": "A killing."})
    offered = client.get(f"/work/{claim.id}/").content.decode()
    assert '<input type="hidden" name="reason" value="distressing">' in offered
    client.post(f"/work/{claim.id}/skip/", {"reason": "distressing"})
    claim.refresh_from_db()
    assert (claim.state, claim.end_reason) == ("skipped", "distressing")
    owed = client_of(who.manager).get(f"/manage/{who.slug}/requests/").content.decode()
    assert "Its content is distressing" in owed


@pytest.mark.parametrize("language", ["en", "ar"])
def test_by_keys_alone_and_the_answer_arrives_by_itself(visitors: Visitors, language: str) -> None:
    who = cast(tasks=2, want=1)
    page = visitors.page(who.expert, language=language)
    page.clock.install()
    page.reload()
    page.keyboard.press("n")
    page.wait_for_url("**/work/**")
    press(page, "[name='answer.winner']", "Space")
    page.keyboard.press("a")
    expect(page.locator("[name=kind]").first).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("[name='answer.winner']").first).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.press("Space")
    press(page, "#f-raise-words")
    page.keyboard.type("Which of the two?")
    assert violations(page) == []
    press(page, ".sheet form button", "Enter")
    row = page.locator("[data-raised-id]")
    expect(row).to_contain_text("Which of the two?")
    expect(page.locator("[name='answer.winner']").first).to_be_checked()
    made = Raised.objects.get()
    form = {"answer": "The second one.", "done": "said", "seen": "1"}
    client_of(who.manager).post(f"/manage/{who.slug}/raised/{made.id}/", form)
    page.clock.run_for(21_000)
    expect(row).to_contain_text("The second one.")
    expect(page.locator(".raised-here [role=status]")).to_contain_text("The second one.")
    assert page.locator("[data-waits]").count() == 0
    manager = visitors.page(who.manager, language=language)
    manager.goto(f"{visitors.site}/manage/{who.slug}/raised/?state=all")
    expect(manager.locator(f"#raised-{made.id}")).to_contain_text("The second one.")
    assert violations(manager) == []


def test_a_task_that_was_taken_out_is_put_back_on_the_page(who: Cast) -> None:
    manager, claim = client_of(who.manager), held(who)
    row = raised(claim, "mistake", "Its picture is missing.")
    address = f"/manage/{who.slug}/raised/"
    manager.post(f"{address}{row.id}/", {"answer": "So it is.", "done": "taken_out", "seen": "1"})
    listed = manager.get(f"{address}?state=answered").content.decode()
    assert "Put the task back to work" in listed
    for person in (who.client, who.other_client, who.expert, who.colleague):
        assert client_of(person).post(f"{address}{row.id}/back/", {"reason": "Mine."}).status_code == 404
    assert manager.get(f"{address}{row.id}/back/").status_code == 405
    bad = manager.post(f"{address}{row.id}/back/", {"reason": " "})
    assert bad.status_code == 422
    assert f'id="f-reason-{row.id}"' in bad.content.decode(), "the form is there with its mistake"
    assert manager.post(f"{address}{row.id}/back/", {"reason": "The <b>picture</b> is there."}).status_code == 302
    listed = manager.get(f"{address}?state=answered").content.decode()
    assert "The &lt;b&gt;picture&lt;/b&gt; is there." in listed
    assert "Put the task back to work" not in listed
    again = manager.post(f"{address}{row.id}/back/", {"reason": "Once more."}, follow=True)
    assert "somebody put it back" in again.content.decode()
