"""A referral through the pages: opened by a manager, somebody named in Arabic, invited by a recruiter, and paid."""

import pytest
from playwright.sync_api import expect

from fairhand.audit.actor import COMMAND, JOB
from fairhand.flow.close_referrals import close_referrals
from fairhand.flow.join import join
from fairhand.kernel.clock import utc_now
from fairhand.ledger.accounts import mission_reserve
from fairhand.missions.models import Mission, Referral
from fairhand.notices.models import Notice
from fairhand.people.commands import ensure_org, grant_role
from fairhand.people.models import Invitation, Person
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.building import PER_JUDGEMENT, check_books
from tests.reading import read_events

pytestmark = pytest.mark.usefixtures("db")


def test_somebody_is_named_invited_and_paid_for(visitors: Visitors) -> None:
    who = cast(pay=PER_JUDGEMENT, reviewed=False)
    visitors.allowed.append("422")
    small = who.small
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=small.now)
    grant_role(person_id=who.stranger, org_id=operator.id, role="recruiter", actor=COMMAND, now=small.now)
    manager = visitors.page(who.manager)
    manager.goto(f"{visitors.site}/manage/{who.slug}/missions/new/")
    manager.get_by_label("Name").fill("Bring <i>a colleague</i>")
    manager.get_by_label("A referral:").check()
    manager.locator("#f-at1").fill("1")
    manager.locator("#f-amount1").fill("5.00")
    manager.get_by_label("Seats").fill("2")
    manager.get_by_role("button", name="Show what it would promise").click()
    expect(manager.locator("#errors")).to_contain_text("Days that whoever is brought has")
    manager.get_by_label("Days that whoever is brought has").fill("14")
    manager.get_by_role("button", name="Show what it would promise").click()
    expect(manager.get_by_role("main")).to_contain_text("handed in within 14 days of their seat")
    manager.get_by_role("button", name="Open it and reserve the money").click()
    expect(manager.locator(".said")).to_be_visible()
    mission = Mission.objects.get()
    assert small.money(mission_reserve(mission.id)) == 1000

    read_events(utc_now())
    told = Notice.objects.get(person_id=who.expert, kind="referral_opened")
    expert = visitors.page(who.expert, language="ar")
    expert.goto(f"{visitors.site}{told.path}")
    expect(expert.get_by_role("main")).to_contain_text("Bring <i>a colleague</i>")
    expert.locator("[name=email]").fill("friend@new.example")
    expert.locator("form button.primary").click()
    expect(expert.locator("#errors")).to_be_visible()
    assert expert.locator("[name=email]").input_value() == "friend@new.example"
    expert.locator("[name=asked]").check()
    expert.locator("form button.primary").click()
    expect(expert.get_by_role("table")).to_contain_text("friend@new.example")

    recruiter = visitors.page(who.stranger)
    recruiter.goto(f"{visitors.site}/people/invitations/")
    recruiter.get_by_role("button", name="Invite friend@new.example").click()
    expect(recruiter.locator(".said")).to_contain_text("on its way")
    assert not recruiter.get_by_text("Named by experts").count()
    invitation = Invitation.objects.get(email="friend@new.example")
    friend = join(invitation_id=invitation.id, name="Friend", password=None, locale="en", now=utc_now())
    assert isinstance(friend, Person)
    small.now = utc_now()
    small.submit(small.claim(friend.id))
    assert close_referrals(actor=JOB, now=utc_now()) == 1
    read_events(utc_now())
    assert {"referral_joined", "referral_paid"} <= set(
        Notice.objects.filter(person_id=who.expert).values_list("kind", flat=True)
    )
    expert.reload()
    expect(expert.get_by_role("table")).to_contain_text("$5.00")
    expert.goto(f"{visitors.site}/earnings/")
    expect(expert.locator("details.line", has_text="$5.00")).to_have_count(1)
    manager.reload()
    expect(manager.get_by_role("table")).to_contain_text("paid")
    assert "friend@" not in manager.content()
    assert Referral.objects.get().state == "paid"
    check_books()
