"""A simulated crowd works through a project by the product's own commands, and the books are right."""

import json
from random import Random

import pytest
from django.db import transaction

from fairhand.audit.actor import COMMAND
from fairhand.cli.simulation_chart import chart
from fairhand.flow.fund_project import Moved, top_up
from fairhand.flow.simulate_pack import Simulated, simulate
from fairhand.flow.simulated import Crowd, Group, workers_of
from tests.building import EVERY, LEFT, PER_JUDGEMENT, TEMPLATE, check_books, small_project, stage
from tests.commands_of import fairhand, new_folder, refused
from tests.counts import count

MORNING = Group(name="day", n=6, accuracy=1.0, drops=0.1, skips=0.2)
REVIEWERS = Group(name="judge", role="reviewer", n=2)


def played(db, slug: str, groups: tuple[Group, ...], tasks: int = 20, reviewed: bool = True) -> Simulated:
    small = small_project(tasks=tasks, pay=PER_JUDGEMENT, slug=slug, reviewed=reviewed)
    truths = {f"k{n}": LEFT for n in range(tasks)}
    return simulate(
        project=small.project, workers=workers_of(Crowd(group=groups), Random(3)), truths=truths, template=TEMPLATE,
        seed=3, now=small.now, days_max=30, progress=lambda what, done, of: None,
    )  # fmt: skip


def told(found: Simulated) -> list[object]:
    return [
        found.finished, found.settled, found.ended, found.expired,
        [(w.name, w.done, w.skipped, w.dropped, w.waited_s, w.earned_minor) for w in found.workers],
    ]  # fmt: skip


def test_a_crowd_finishes_and_every_walk_away_expires(db) -> None:
    found = played(db, "one", (MORNING, REVIEWERS), count(20, 200))
    assert found.finished
    assert found.settled == found.wanted
    assert found.expired == sum(worker.dropped for worker in found.workers)
    assert sum(worker.skipped for worker in found.workers) > 0
    assert all(worker.present_s >= worker.waited_s for worker in found.workers)
    check_books()
    assert f"{found.settled} of {found.wanted} settled" in chart(found)


def test_a_crowd_adjudicates_and_audits_before_it_is_finished(db) -> None:
    further = [
        stage("adjudicate", PER_JUDGEMENT, subject="all"),
        stage("audit", PER_JUDGEMENT, policy=EVERY, subject="one"),
    ]
    small = small_project(
        tasks=12, want=2, cap=2, pay=PER_JUDGEMENT, slug="further", reviewed=False, more=further,
        redundancy={"name": "agree", "version": 1, "terms": {}},
    )  # fmt: skip
    unsure = Group(name="unsure", n=6, accuracy=0.5)
    judges = Group(name="judges", role="reviewer", n=4)  # nobody meets a task twice: two audits, and the final answer
    paid = top_up(
        project_id=small.project.id, batch_id=small.batch_id, amount_minor=1000, key="further", actor=COMMAND,
        now=small.now,
    )  # fmt: skip
    assert isinstance(paid, Moved)
    found = simulate(
        project=small.project, workers=workers_of(Crowd(group=(unsure, judges)), Random(3)),
        truths={f"k{n}": LEFT for n in range(12)}, template=TEMPLATE, seed=3, now=small.now, days_max=30,
        progress=lambda what, done, of: None,
    )  # fmt: skip
    assert found.finished
    assert found.settled == found.wanted
    judged = {slot.state for slot in small.slots("adjudicate") + small.slots("audit")}
    assert judged == {"settled"}
    assert small.slots("adjudicate")
    check_books()


def test_the_same_seed_tells_the_same_story(db) -> None:
    stories = []
    for _ in range(2):
        with transaction.atomic():
            stories.append(told(played(db, "same", (MORNING, REVIEWERS))))
            transaction.set_rollback(True)
    assert stories[0] == stories[1]


def test_twice_as_many_wait_more_and_finish_no_later(db) -> None:
    few = played(db, "few", (Group(name="few", n=2),), 60, reviewed=False)
    many = played(db, "many", (Group(name="many", n=12),), 60, reviewed=False)
    assert many.ended <= few.ended
    assert sum(w.waited_s for w in many.workers) > sum(w.waited_s for w in few.workers)


def test_nobody_left_to_work_ends_it_unfinished(db) -> None:
    found = played(db, "gone", (Group(name="gone", n=2, leaves=1.0),))
    assert not found.finished
    assert found.settled == 0
    assert all(worker.left for worker in found.workers)


@pytest.mark.parametrize("words", [("--experts", "0"), ("--days", "999"), ("--crowd", "/nowhere.toml")])
def test_what_cannot_be_simulated_is_refused_in_a_sentence(words: tuple[str, str]) -> None:
    with new_folder() as home:
        refused(fairhand(home, "simulate", "weather", *words), words[0].removeprefix("--crowd") or words[1])


def test_the_command_leaves_the_installation_alone() -> None:
    with new_folder() as home:
        ran = fairhand(home, "simulate", "weather", "--tasks", "1", "--experts", "24", "--json")
        assert ran.returncode == 0, ran.stderr
        result = json.loads(ran.stdout.splitlines()[-1])
        assert result["books_right"]
        assert result["wanted"] == 20
        assert list(home.iterdir()) == []
