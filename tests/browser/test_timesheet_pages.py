"""Pages of timesheets, without a browser: a plan with a weekly cap, the week that fills it, a question, its answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fairhand.audit.models import Event
from fairhand.dispatch.models import Claim, Seat
from fairhand.flow.stage_cards import stage_cards
from fairhand.flow.timesheet_news import READERS
from fairhand.kernel import clock
from fairhand.notices.words import said
from fairhand.people.models import Person
from fairhand.projects.models import Stage
from fairhand.work.models import Timesheet
from tests.browser.people import Cast, cast
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")

WEEK = "2026-03-02"


class _Clock(datetime):
    """Stands in for `datetime` in the module of the product's one clock."""

    at = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return cls.at


@pytest.fixture
def capped(monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A project whose attempts pay by the timesheet from now on, one hour a week: a Monday morning."""
    monkeypatch.setattr(clock, "datetime", _Clock)
    monkeypatch.setattr(_Clock, "at", datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    who = cast(tasks=4, want=1, reviewed=False, claim_s_max=10_000, lease_s=5_000, now=_Clock.at)
    manager, small = client_of(who.manager), who.small
    address = f"/manage/{who.slug}/pay/stage/1/"
    plan = {"preset": "mercor", "p.rate": "45.00", "p.weekly_cap_h": "١", "p.paid_max_h": "2", "note": "By the hour."}
    bad = manager.post(address, plan | {"p.zone": "Mars/Olympus"})
    assert bad.status_code == 422
    assert "There is no time zone of that name" in bad.content.decode()
    saved = manager.post(address, plan)
    assert saved.status_code == 302, saved.content.decode()[:3000]
    assert Stage.objects.get(project=small.project, ordinal=1).pay_plan.terms["primitives"][1]["hours_s"] == 3600
    small.hashes = [stage.card.terms_hash for stage in stage_cards(small.project.id)]
    claim = small.claim(who.expert)
    for _ in range(7):
        small.beat(claim, 600)
    assert small.submit(claim).amount_minor == 5250
    _Clock.at = small.now
    return who


def test_a_full_week_is_refused_explained_and_shown_to_both_sides(capped: Cast) -> None:
    who, manager, expert = capped, client_of(capped.manager), client_of(capped.expert)
    card = expert.get(f"/projects/{who.slug}/").content.decode()
    assert "no further task is offered until Monday" in card
    refused = expert.post(f"/projects/{who.slug}/take/", {"request_key": "k", "terms": who.small.hashes}, follow=True)
    assert "are paid or under way" in refused.content.decode()
    assert not Claim.objects.filter(person_id=who.expert, state="live").exists()
    why = expert.get("/next/").content.decode()
    assert "70 min" in why
    assert "60 min" in why
    assert "9 Mar" in why

    alias = Seat.objects.get(project=who.small.project, person_id=who.expert).alias
    (told, *_) = READERS["timesheet:beyond_cap"](list(Event.objects.filter(verb="timesheet:beyond_cap").values()))
    assert (told.person_id, told.facts["over"], told.facts["alias"]) == (who.manager, "0:10", alias)
    assert "0:10" in said(told.kind, told.facts, "ar")[1]
    mine = expert.get("/earnings/timesheets/").content.decode()
    assert "1:10" in mine
    assert "Above the cap, and paid" in mine
    assert "$52.50" in mine
    sheet = f"/manage/{who.slug}/timesheets/"
    theirs = manager.get(sheet).content.decode()
    assert alias in theirs
    assert Person.objects.get(id=who.expert).name not in theirs
    assert client_of(who.other_client).get(sheet).status_code == 404
    assert client_of(who.stranger).get(sheet).status_code == 404
    table = b"".join(manager.get(f"{sheet}week.csv").streaming_content).decode()
    assert f"{alias},{WEEK},{WEEK},1,1.1667,0.0000,0.0000,1.1667,0.0000,0.0000,52.50,USD" in table
    own = b"".join(expert.get("/earnings/timesheets/week.csv").streaming_content).decode()
    assert f"{who.slug},{WEEK},{WEEK},1,1.1667," in own


def test_a_week_is_asked_about_answered_and_accepted(capped: Cast) -> None:
    who, manager, expert = capped, client_of(capped.manager), client_of(capped.expert)
    alias = Seat.objects.get(project=who.small.project, person_id=who.expert).alias
    sheet = f"/manage/{who.slug}/timesheets/"
    about = {"week": WEEK, "alias": alias}
    manager.post(f"{sheet}accept/", about)
    assert not Timesheet.objects.exclude(accepted_at=None).exists(), "the week is running"
    _Clock.at += timedelta(days=7)
    assert manager.post(f"{sheet}ask/", about | {"reason": ""}).status_code == 422
    manager.post(f"{sheet}ask/", about | {"reason": "Which <papers>?"})
    (asked,) = READERS["timesheet:questioned"](list(Event.objects.filter(verb="timesheet:questioned").values()))
    assert (asked.person_id, asked.path) == (who.expert, f"/earnings/timesheets/?week={WEEK}")
    assert "Which <papers>?" in said(asked.kind, asked.facts, "ar")[1]
    assert "Which &lt;papers&gt;?" in expert.get(asked.path).content.decode()
    answer = {"week": WEEK, "project": who.slug}
    client_of(who.colleague).post("/earnings/timesheets/answer/", answer | {"reason": "Mine."})
    assert Timesheet.objects.exclude(answer="").count() == 0
    assert expert.post("/earnings/timesheets/answer/", answer | {"reason": " "}).status_code == 422
    expert.post("/earnings/timesheets/answer/", answer | {"reason": "Two of them."})
    expert.post("/earnings/timesheets/confirm/", answer)
    (back,) = READERS["timesheet:answered"](list(Event.objects.filter(verb="timesheet:answered").values()))
    assert back.person_id == who.manager
    assert "Two of them." in manager.get(f"{sheet}?week={WEEK}").content.decode()
    manager.post(f"{sheet}accept/", about)
    row = Timesheet.objects.get(person_id=who.expert)
    assert (row.accepted_by, row.confirmed_at is None) == (who.manager, False)

    Person.objects.filter(id=who.expert).update(locale="ar")
    arabic = expert.get(f"/earnings/timesheets/?week={WEEK}").content.decode()
    assert 'dir="rtl"' in arabic
    assert "Which &lt;papers&gt;?" in arabic
    for nonsense in ("9999-12-31", "x", "0001-01-01", "2026-03-04"):
        assert expert.get(f"/earnings/timesheets/?week={nonsense}").status_code == 200
