"""What is held is released once, and a plan comes into force once, whoever comes to it at the same moment."""

from functools import partial

from fairhand.audit.actor import COMMAND, JOB
from fairhand.flow.change_plan import Planned, apply_plan_changes, change_plan
from fairhand.flow.decide_due import release_holds
from fairhand.ledger.accounts import payable, pending
from fairhand.projects.models import PlanChange, Stage
from fairhand_pay import terms_from_preset
from tests.building import RETURN, check_books, small_project
from tests.counts import count
from tests.races.together import together

HELD = ("turns", {"price": "12.00", "hold_share": "65%", "release_days": 5})


def test_a_hold_is_released_once_by_its_date_or_by_the_decision(db) -> None:
    rounds = count(3, 300)
    small = small_project(pay=HELD, tasks=10 * rounds, rework_s=5 * 86_400)
    author = small.experts[0]
    for number in range(1, rounds + 1):
        claim = small.claim(author)
        small.beat(claim, 60)
        small.submit(claim)
        small.review(RETURN)
        small.wait(6 * 86_400)  # both the held part and the rework are due
        done = together([partial(release_holds, actor=JOB, now=small.now)] * 2 + [small.decide_due] * 2)
        assert not any(isinstance(each, BaseException) for each in done), done
        assert (small.money(payable(author)), small.money(pending(author))) == (1200 * number, 0)
    check_books()


def test_an_announced_plan_comes_into_force_once(db) -> None:
    small = small_project(tasks=3, reviewed=False)
    stage = Stage.objects.get(project=small.project)
    for number in range(count(3, 200)):
        rate = f"{35 - number * 0.1:.2f}"
        terms = terms_from_preset("hourly", {"rate": rate, "paid_s_max": 3600}, "USD")
        made = change_plan(stage_id=stage.id, terms=terms, preset={}, note="Less.", actor=COMMAND, now=small.now)
        assert isinstance(made, Planned)
        small.now = made.holds_from
        done = together([partial(apply_plan_changes, actor=JOB, now=small.now)] * 3)
        assert sorted(done) == [0, 0, 1]
        stage.refresh_from_db()
        assert stage.pay_plan.version == made.version
    assert not PlanChange.objects.filter(applied_at=None).exists()
    check_books()
