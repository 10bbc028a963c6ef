"""Missions at the same moment: a seat is taken once, a window is paid once, and money agrees with it."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

from fairhand.audit.actor import JOB
from fairhand.flow.close_period import close_periods
from fairhand.flow.open_mission import shut_mission
from fairhand.ledger.accounts import mission_reserve
from fairhand.missions.models import Mission, MissionPeriod, MissionSeat, Referral
from fairhand.pay.models import PayLine
from tests.building import ACCEPT, PER_JUDGEMENT, Small, check_books, small_project
from tests.commands.test_missions import join, opened
from tests.commands.test_referrals import look, name, seated
from tests.commands.test_referrals import opened as referral
from tests.counts import count
from tests.races.together import together

MONDAY = datetime(2026, 3, 3, tzinfo=UTC)


def close(now: datetime) -> int:
    return close_periods(actor=JOB, now=now)


def paid(mission: Mission) -> int:
    mission.refresh_from_db()
    made = PayLine.objects.filter(line_key__startswith=f"mission:{mission.id}:")
    assert sum(line.amount_minor for line in made) == mission.paid_minor
    return mission.paid_minor


def daily(small: Small, key: str, seats: int = 1) -> Mission:
    """One day, one task, 5.00."""
    return opened(small, key, scope="day", last=date(2026, 3, 2), tiers=((1, "5.00"), (2, "8.00")), seats=seats)


def test_the_last_seat_is_taken_once_and_a_mission_that_closes_keeps_who_is_in(db, claim) -> None:
    rounds = count(3, 200)
    small = small_project(tasks=1, experts=4)
    for number in range(rounds):
        mission = daily(small, f"seats {number}", seats=2)
        jobs = [partial(join, small, mission, person) for person in small.experts]
        if number % 2:  # and it is closed to newcomers meanwhile
            jobs.append(partial(shut_mission, project_id=small.project.id, mission_id=mission.id, actor=JOB,
                                now=small.now))  # fmt: skip
        found = together(jobs)
        seated = MissionSeat.objects.filter(mission=mission).count()
        assert sum(isinstance(one, MissionSeat) for one in found) == seated
        assert seated <= 2
        assert number % 2 or seated == 2
        assert small.money(mission_reserve(mission.id)) == 800 * (seated if number % 2 else 2)
        if not number % 2:
            shut_mission(project_id=small.project.id, mission_id=mission.id, actor=JOB, now=small.now)
        close(MONDAY + timedelta(hours=2))
        mission.refresh_from_db()
        assert mission.state == "settled"
    check_books()
    claim("the last seat of a mission is taken once", rounds)


def test_the_last_place_of_a_referral_is_kept_once_and_paid_once(db, claim) -> None:
    rounds = count(3, 200)
    for number in range(rounds):
        if number % 15 == 0:  # a project has so many missions at a time
            small = small_project(slug=f"places-{number}", tasks=30, pay=PER_JUDGEMENT, reviewed=False, experts=3)
        mission = referral(small, f"places {number}", seats=1, tiers=((1, "50.00"),))
        emails = [f"{number}@new.example", f"{number}+b@new.example", f"other{number}@new.example"]
        found = together([partial(name, small, mission, *pair) for pair in zip(small.experts, emails, strict=True)])
        (kept,) = (one for one in found if isinstance(one, Referral))
        small.wait(1)
        friend = seated(small, kept.email)
        assert look(small) == 0
        small.submit(small.claim(friend))
        assert sum(together([partial(look, small)] * 4)) == 1
        mission.refresh_from_db()
        assert (mission.paid_minor, mission.people_n) == (5000, 1)
    check_books()
    claim("the last place of a referral is kept once and paid once", rounds)


def test_a_window_closed_many_times_at_once_is_paid_once(db, claim) -> None:
    rounds = count(3, 200)
    small = small_project(tasks=1, pay=PER_JUDGEMENT, reviewed=False)
    small.submit(small.claim(small.experts[0]))
    for number in range(rounds):
        mission = daily(small, f"twice {number}")
        join(small, mission, small.experts[0])
        assert sum(together([partial(close, MONDAY)] * 4)) == 1
        assert paid(mission) == 500
        together([partial(close, MONDAY + timedelta(hours=2))] * 4)
        assert paid(mission) == 500
        assert mission.state == "settled"
    check_books()
    claim("a mission's window that several close at once is paid once", rounds)


def test_closing_against_a_late_acceptance(db, claim) -> None:
    rounds = count(4, 200)
    small = small_project(tasks=2 * rounds, pay=PER_JUDGEMENT, experts=rounds)
    late = MONDAY + timedelta(hours=3)
    first = small.now
    for number, expert in enumerate(small.experts):
        small.now = first
        mission = daily(small, f"late {number}")
        join(small, mission, expert)
        small.submit(small.claim(expert))
        small.submit(small.claim(expert))
        small.review(ACCEPT)
        waiting = small.claim(small.reviewers[0], "review")
        small.now = late
        if number % 2:  # it was looked at before
            close(late - timedelta(hours=1))
            assert paid(mission) == 500
        together([partial(small.submit, waiting, ACCEPT), partial(close, late), partial(close, late)])
        close(late + timedelta(seconds=1))
        assert paid(mission) == 800
        assert MissionPeriod.objects.get(mission=mission).settled_at is not None
        assert mission.state == "settled"
    check_books()
    claim("work accepted as its window closes is paid once and never lost", rounds)
