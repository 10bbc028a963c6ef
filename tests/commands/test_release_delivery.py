"""release_delivery: what leaves is sealed, numbered, pseudonymous, and the same bytes every time."""

import csv
import hashlib
import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from fairhand.audit.actor import COMMAND, Actor
from fairhand.delivery.formats import FORMATS
from fairhand.delivery.models import Delivery, DeliveryItem
from fairhand.delivery.queries import by_number, deliveries_of, file_lines, form_of, formats_of
from fairhand.dispatch.models import Claim, Seat
from fairhand.flow.release_delivery import release_delivery
from fairhand.kernel.refusals import Refused
from fairhand.people.models import Person
from fairhand.review.models import Review
from fairhand.tasks.models import Task
from fairhand.work.models import Submission
from tests.building import ACCEPT, FIXES, LEFT, NONE, RETURN, RIGHT, Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
PREFERENCE = {
    "prompt": "prompt", "left": "prompt", "right": "prompt", "question": "winner", "left_value": "left",
    "right_value": "right",
}  # fmt: skip
BOTH = {"delivery": {"formats": ["jsonl", "trl_preference", "csv"], "preference": PREFERENCE}}


def release(small: Small) -> Delivery:
    made = release_delivery(project=small.project, actor=COMMAND, now=small.now)
    assert isinstance(made, Delivery), made
    return made


def content(delivery: Delivery, name: str = "jsonl") -> bytes:
    form = form_of(delivery, name)
    assert form is not None
    return b"".join(file_lines(delivery, form))


def rows(delivery: Delivery, name: str = "jsonl") -> list[dict]:
    return [json.loads(line) for line in content(delivery, name).splitlines()]


def test_nothing_accepted_is_nothing_to_deliver() -> None:
    small = small_project(tasks=2)
    for _ in range(2):
        assert isinstance(release_delivery(project=small.project, actor=COMMAND, now=small.now), Refused)
        small.work(small.experts[0])
    small.review(RETURN)
    refused = release_delivery(project=small.project, actor=COMMAND, now=small.now)
    assert isinstance(refused, Refused), "the reviewer's own accepted work is no delivery"
    assert refused.code == "nothing_accepted"
    assert not Delivery.objects.exists()


def test_only_accepted_counted_last_rounds_of_real_tasks_leave() -> None:
    small = small_project(tasks=5, experts=3)
    one, two, three = small.experts
    small.work(one)
    small.review(ACCEPT)
    small.work(two)
    small.review(RETURN)
    reworked = small.submission(small.submit(small.claim(two), RIGHT))
    small.review(ACCEPT)
    small.work(three)  # waits for its review
    late = small.claim(one)
    small.wait(601)
    small.expire()
    Seat.objects.filter(person_id=one).update(state="paused")
    while (taken := small.claim(three)).slot_id != late.slot_id:
        small.submit(taken)
    late.refresh_from_db()
    assert small.submit(late).surplus
    delivery = release(small)
    assert (delivery.number, delivery.rows_n, delivery.tasks_n) == (1, 2, 2)
    found = rows(delivery)
    assert sorted(row["provenance"]["round"] for row in found) == [1, 2]
    second = next(row for row in found if row["provenance"]["round"] == 2)
    assert (second["answer"], second["provenance"]["submission"]) == (RIGHT, str(reworked.id))
    assert second["provenance"]["decided_by"] == "review"
    check_books()


def test_the_bytes_are_those_that_were_hashed_again_and_again() -> None:
    small = small_project(tasks=3, source=BOTH)
    for expert in small.experts:
        small.work(expert)
        small.review(FIXES)
    delivery = release(small)
    assert [form.name for form in formats_of(delivery)] == ["jsonl", "csv", "trl_preference"]
    for name, said in delivery.files.items():
        first, second = content(delivery, name), content(delivery, name)
        assert first == second
        form = FORMATS.newest(name)
        assert said == {
            "rows": first.count(b"\n") - form.heads, "bytes": len(first), "sha256": hashlib.sha256(first).hexdigest(),
            "version": form.version,
        }  # fmt: skip
    assert {row["provenance"]["reviews"][0]["template_version"] for row in rows(delivery)} == {1}
    table = list(csv.DictReader(content(delivery, "csv").decode("utf-8-sig").splitlines()))
    assert [(row["task.key"], row["winner"], row["provenance.submission"], row["review.verdict"]) for row in table] == [
        (row["task"], "left", row["provenance"]["submission"], "accept_with_fixes") for row in rows(delivery)
    ]
    assert delivery.files["csv"]["rows"] == delivery.rows_n == len(table) > 1
    with CaptureQueriesContext(connection) as asked:
        content(delivery, "csv")
    assert len(asked) <= 4, "the templates and the records, whatever their number"


def test_a_delivery_keeps_the_version_of_the_format_that_it_was_sealed_in() -> None:
    """As `jsonl` wrote before fixed and final answers named the version they were made by."""
    small = small_project(tasks=1)
    small.work(small.experts[0])
    small.review(FIXES)
    delivery = release(small)
    now = rows(delivery)[0]
    Delivery.objects.filter(id=delivery.id).update(files={"jsonl": {"rows": 1, "bytes": 1, "sha256": ""}})
    delivery.refresh_from_db()
    before = rows(delivery)[0]
    assert [type(form).__module__.rpartition(".")[2] for form in formats_of(delivery)] == ["jsonl_1"]
    assert "template_version" not in before["provenance"]["reviews"][0]
    assert before["provenance"]["template_version"] == 1
    assert now["provenance"]["reviews"][0].pop("template_version") == 1
    assert now == before
    assert list(now["provenance"]["reviews"][0]) == list(before["provenance"]["reviews"][0]), "in the same order"


def test_what_happens_after_the_release_changes_nothing_that_was_released() -> None:
    small = small_project(tasks=2, reviewers=2)
    small.work(small.experts[0])
    small.wait(168 * 3600 - 60)
    review = small.claim(small.reviewers[0], "review")
    small.wait(61)
    small.decide_due()
    delivery = release(small)
    before = content(delivery)
    assert rows(delivery)[0]["provenance"]["reviews"] == []
    released_at = small.now
    small.now = released_at - timedelta(seconds=1)  # a request that began before the release and commits after it
    small.submit(review, ACCEPT)
    assert Review.objects.count() == 1
    assert content(delivery) == before
    small.now = released_at
    small.work(small.experts[1])
    small.review(ACCEPT)
    assert content(delivery) == before
    second = release(small)
    assert (second.number, second.rows_n) == (2, 2)
    assert [len(row["provenance"]["reviews"]) for row in rows(second)] == [1, 1]
    assert [found.number for found in deliveries_of(small.project.id)] == [2, 1]
    assert by_number(small.project.id, 3) is None


def test_nobodys_name_address_or_inner_id_leaves() -> None:
    small = small_project(tasks=2, source=BOTH)
    for expert in small.experts:
        small.work(expert)
        small.review(FIXES)
    delivery = release(small)
    everything = b"".join(content(delivery, name) for name in delivery.files)
    for person in Person.objects.all():
        for secret in (person.email, person.name, str(person.id), person.id.hex):
            assert secret.encode() not in everything
    for task in Task.objects.all():
        assert str(task.id).encode() not in everything
    for row in rows(delivery):
        origin = row["provenance"]
        submission = Submission.objects.get(id=origin["submission"])
        seat = Seat.objects.get(project=small.project, person_id=submission.person_id)
        assert (origin["expert"], origin["expert_kind"]) == (seat.alias, "person")
        assert origin["sha256"] == submission.content_hash
        (review,) = origin["reviews"]
        assert review["reviewer"] == Seat.objects.get(person_id=small.reviewers[0]).alias
        assert (review["verdict"], review["fixed_answer"]) == ("accept_with_fixes", RIGHT)


def test_preference_rows_are_one_a_task_with_a_majority() -> None:
    small = small_project(tasks=2, want=3, experts=4, policy=NONE, source=BOTH)
    votes = {"k0": [LEFT, LEFT, RIGHT], "k1": [RIGHT]}
    keys = dict(Task.objects.values_list("id", "key"))
    for expert in small.experts[:3]:
        for _ in range(2):
            claim = small.claim(expert)
            waiting = votes[keys[claim.task_id]]
            if waiting:
                small.submit(claim, waiting.pop())
    (first, second) = sorted(rows(release(small), "trl_preference"), key=lambda row: row["task"])
    assert (first["task"], first["votes_chosen"], first["votes_rejected"], first["votes_other"]) == ("k0", 2, 1, 0)
    assert (second["task"], second["votes_chosen"], second["votes_rejected"]) == ("k1", 1, 0)
    small.submit(next(c for c in Claim.objects.filter(state="live") if keys[c.task_id] == "k1"), LEFT)
    assert [row["task"] for row in rows(release(small), "trl_preference")] == ["k0"], "a tie has no row"


def test_preference_rows_without_their_setting_are_refused_and_nothing_is_sealed() -> None:
    small = small_project(tasks=1, policy=NONE, source={"delivery": {"formats": ["trl_preference"]}})
    small.work(small.experts[0])
    with pytest.raises(ValueError, match=r"preference\.prompt"), transaction.atomic():
        release(small)
    assert not Delivery.objects.exists()


def test_the_release_says_who_and_what() -> None:
    small = small_project(tasks=1, policy=NONE)
    small.work(small.experts[0])
    who = small.reviewers[0]
    made = release_delivery(project=small.project, actor=Actor("person", who), now=small.now)
    assert isinstance(made, Delivery)
    assert made.released_by == who
    assert set(made.rule) == {"en", "ar"}
    assert small.verbs()[-1] == "delivery:released"


def test_a_sealed_list_takes_no_change() -> None:
    small = small_project(tasks=1, policy=NONE)
    small.work(small.experts[0])
    release(small)
    for write in (
        lambda: DeliveryItem.objects.update(ordinal=5),
        lambda: DeliveryItem.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            write()
