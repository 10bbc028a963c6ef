"""Attempts to be paid for nothing, to break the line, or to make it say more than it should. Each got through once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from fairhand.audit.actor import COMMAND, JOB
from fairhand.dispatch.models import Claim
from fairhand.flow.demo_people import ensure_demo_people
from fairhand.flow.import_pack import import_pack
from fairhand.flow.open_waiting_reviews import open_waiting_reviews
from fairhand.flow.replay_pack import replay_pack
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, move, pool
from fairhand.ledger.commands import post
from fairhand.packs import read_pack
from fairhand.people.sign_in import make_token
from fairhand.projects.models import Project
from fairhand.work.commands import record_beat
from fairhand.work.models import Submission
from tests.building import ACCEPT, NONE, NOW, RETURN, Small, check_books, small_project
from tests.rules.pack_cases import make_good

pytestmark = pytest.mark.usefixtures("rollback_db")

HOUR = 3600


def lease_of_an_hour(**more: Any) -> Small:
    return small_project(**{"tasks": 6, "policy": NONE, "lease_s": HOUR} | more)


def beats(claim: Claim, small: Small, *active_s: int) -> list[int | None]:
    """Reports that arrive together, at this moment."""
    return [
        record_beat(
            claim_id=claim.id, person_id=claim.person_id, device="page", seq=seq, active_ms=seconds * 1000,
            now=small.now,
        )
        for seq, seconds in enumerate(active_s)
    ]  # fmt: skip


def test_three_claims_without_reports_are_not_paid_the_same_hour_three_times() -> None:
    """A page that sends no reports is paid by our own clock: once, however many claims were held meanwhile."""
    small = lease_of_an_hour()
    claims = [small.claim(small.experts[0]) for _ in range(3)]
    small.wait(HOUR - 1)
    assert [small.submit(one).amount_minor for one in claims] == [HOUR - 1, 0, 0]
    check_books()


def test_a_claim_without_reports_is_not_paid_the_time_that_another_reported() -> None:
    small = lease_of_an_hour()
    silent, loud = small.claim(small.experts[0]), small.claim(small.experts[0])
    small.wait(600)
    assert beats(loud, small, 600) == [600_000]
    small.wait(100)
    assert small.submit(silent).amount_minor == 100, "600 seconds of it went to the other claim"
    assert beats(loud, small, 0, 600)[1] == 0, "and the last 100 went to this one"
    assert small.submit(loud).amount_minor == 600


def test_time_after_a_claim_expired_is_not_paid_without_reports() -> None:
    """Reports on an expired claim count nothing, so sending none must not count more."""
    small = small_project(tasks=1, policy=NONE, lease_s=600)
    claim = small.claim(small.experts[0])
    small.wait(3 * 86_400)
    small.expire()
    assert small.submit(claim).amount_minor == 600
    check_books()


def test_late_answers_are_not_a_living() -> None:
    """Many claims left to expire one after another, and all handed in at the end: each second is still paid once."""
    small = small_project(tasks=9, policy=NONE, lease_s=600)
    claims = []
    for _ in range(3):
        claims += [small.claim(small.experts[0]) for _ in range(3)]
        small.wait(600)
        small.expire()
    assert sum(small.submit(one).amount_minor for one in claims) <= 1800
    check_books()


def test_reports_that_waited_while_the_net_was_away_all_count() -> None:
    """A page whose reports could not be sent sends them together; each counts, and together no more than passed."""
    small = lease_of_an_hour()
    claim = small.claim(small.experts[0])
    small.wait(60)
    assert beats(claim, small, 15, 15, 15, 15, 15) == [15_000] * 4 + [0]
    assert small.submit(claim).amount_minor == 60


def test_two_pages_at_work_in_turns_are_both_counted() -> None:
    """Half a minute here, half a minute there, each page reporting at its own moment."""
    small = lease_of_an_hour()
    first, second = small.claim(small.experts[0]), small.claim(small.experts[0])
    small.wait(60)
    assert beats(first, small, 30) == [30_000]
    assert beats(second, small, 30) == [30_000]
    assert beats(second, small, 0, 30) == [0, 0], "the minute is used up"


@pytest.mark.parametrize("text", ["a\x00b", "half \ud800 a pair"])
def test_a_verdict_that_cannot_be_stored_is_sent_back_not_broken(text: str) -> None:
    small = small_project(tasks=1)
    small.work(small.experts[0])
    review = small.claim(small.reviewers[0], "review")
    for key in ("note", "clause"):
        done = small.hand_in(review, RETURN | {key: text})
        assert isinstance(done, Refused)
        assert [problem[0] for problem in done.facts["problems"]] == [key]
    assert not small.submit(review, ACCEPT).surplus


@pytest.mark.parametrize(
    "scores",
    [{"a\x00": 1}, {"a": 10**400}, {"a": -(2**70)}, {str(n): n for n in range(10_000)}, {"x" * 100_000: 1}, {1: 1}],
)
def test_absurd_scores_are_sent_back(scores: Mapping[Any, int]) -> None:
    small = small_project(tasks=1)
    small.work(small.experts[0])
    review = small.claim(small.reviewers[0], "review")
    done = small.hand_in(review, ACCEPT | {"scores": scores})
    assert isinstance(done, Refused)
    assert {problem[0] for problem in done.facts["problems"]} == {"scores"}


@pytest.mark.parametrize("key", ["a\x00b", "\ud800", "x" * 100_000])
def test_a_request_key_that_cannot_be_stored_is_refused(key: str) -> None:
    small = small_project(tasks=1)
    taken = small.take(small.experts[0], key=key)
    assert isinstance(taken, Refused)
    assert taken.code == "bad_request_key"


def drained(small: Small) -> Callable[[], None]:
    """Empties the batch's pool; calling the result fills it again."""
    amount, names = small.money(pool(small.batch_id)), (pool(small.batch_id), budget(small.project.id))
    key = f"drain {small.now}"
    post(key=key, kind="test", currency="USD", legs=move(*names, amount), now=NOW)

    def fill() -> None:
        post(key=f"un{key}", kind="test", currency="USD", legs=move(*names[::-1], amount), now=NOW)

    return fill


def test_work_is_not_let_through_unreviewed_because_the_pool_was_empty_for_a_moment() -> None:
    """Else late answers that empty the pool would buy everybody's work a way past the reviewers."""
    small = small_project(tasks=1)
    fill = drained(small)
    small.work(small.experts[0])
    assert small.slot("review").state == "planned"
    assert open_waiting_reviews(actor=JOB, now=small.now) == 0
    assert small.verbs().count("slot:waits_for_pool") == 1, "said once"
    fill()
    assert [open_waiting_reviews(actor=JOB, now=small.now) for _ in range(2)] == [1, 0]
    review = small.slot("review")
    assert (review.state, review.round, review.reserve_minor) == ("open", 1, 8)
    check_books()

    small.review(RETURN)
    fill = drained(small)
    small.work(small.experts[0])
    assert small.slot("review").state == "submitted"
    assert open_waiting_reviews(actor=JOB, now=small.now) == 0
    fill()
    assert [open_waiting_reviews(actor=JOB, now=small.now) for _ in range(2)] == [1, 0]
    review = small.slot("review")
    assert (review.state, review.round, review.for_person_id) == ("open", 2, small.reviewers[0])
    small.review(ACCEPT)
    assert (small.slot().state, small.slot("review").state) == ("settled", "settled")
    check_books()


def test_a_review_that_waits_for_money_does_not_open_after_the_decision() -> None:
    small = small_project(tasks=1)
    fill = drained(small)
    small.work(small.experts[0])
    small.wait(8 * 86_400)
    assert small.decide_due() == 1
    fill()
    assert open_waiting_reviews(actor=JOB, now=small.now) == 0
    assert small.slot("review").state == "cancelled"
    check_books()


def test_two_experts_whose_names_differ_in_capitals_are_two_people(tmp_path: Path) -> None:
    folder = make_good(tmp_path / "pack")
    rows = ["who,item,won,why,secs,gold", "bob,t1,0,,12,0", "Bob,t1,1,,30,0", "STRASSE,t2,0,,7,0", "straße,t2,0,,7,0"]
    (folder / "judgements.csv").write_text("\n".join(rows) + "\n")
    project = (folder / "project.toml").read_text()
    (folder / "project.toml").write_text(project.replace("experts_wanted = 3", "experts_wanted = 4"))
    pack = read_pack(folder)
    made = import_pack(pack=pack, actor=COMMAND, now=NOW)
    assert isinstance(made, Project)
    assert replay_pack(pack=pack, project=made, now=NOW, progress=lambda *_: None) == 4
    attempts = Submission.objects.filter(slot__stage__kind="attempt")
    assert set(attempts.values_list("person__name", flat=True)) == {"bob", "Bob", "STRASSE", "straße"}
    check_books()


def test_the_people_of_a_demo_are_nobody_once_the_demo_is_off(settings_of_demo: Callable[[bool], None]) -> None:
    """A manager of the demo would else be a manager of whatever the installation was used for afterwards."""
    settings_of_demo(True)
    manager = ensure_demo_people(now=NOW)["manager"]
    client = Client(headers={"host": "localhost"})
    link = f"/in/{make_token(manager)}/"
    assert client.get(link).status_code == 302
    assert client.get("/manage/").status_code == 200
    settings_of_demo(False)
    assert client.get("/manage/")["Location"] == "/sign-in/?next=/manage/", "nor does the visit go on"
    assert Client(headers={"host": "localhost"}).get(link).status_code == 403
    beat = client.post(f"/api/v1/claims/{manager}/beats", {}, content_type="application/json")
    assert beat.status_code == 401


@pytest.fixture
def settings_of_demo(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Switches the installation's demo on and off."""
    return lambda on: monkeypatch.setattr(settings, "DEMO", on)
