"""The operations board in a real browser: a stuck task is taken back, an end announced, hours promised, a batch ranked;
and an invitation beyond what the work feeds asks for a reason."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from fairhand.audit.actor import COMMAND
from fairhand.audit.models import Event
from fairhand.dispatch.models import Claim
from fairhand.kernel.clock import utc_now
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from fairhand.people.models import Invitation
from fairhand.projects.models import Project, Stage
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.signed import give_factor

pytestmark = pytest.mark.usefixtures("db")


def test_a_manager_runs_a_project_from_its_board_and_a_recruiter_is_held_to_its_work(visitors: Visitors) -> None:
    who = cast(tasks=40, want=1)
    stuck, fine = who.small.claim(who.expert), who.small.claim(who.colleague)
    Claim.objects.filter(id=stuck.id).update(claimed_at=utc_now() - timedelta(minutes=8))
    Stage.objects.filter(project=who.small.project, kind="attempt").update(estimate={"p50_s": 3600, "p80_s": 3600})
    visitors.allowed.append("422")
    page = visitors.page(who.manager)
    page.goto(f"{visitors.site}/manage/{who.slug}/operations/")
    table = page.get_by_role("table", name="Tasks in work")
    expect(table.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Only what looks stuck").click()
    expect(table.locator("tbody tr")).to_have_count(1)
    expect(table).to_contain_text("silent")
    assert "@" not in page.locator("main").inner_text(), "nobody's address, only pseudonyms"
    table.locator("summary").click()
    table.get_by_label("Reason").fill("Nobody has seen them for a while.")
    page.get_by_role("button", name="Take the task back").click()
    expect(page.locator(".said")).to_contain_text("taken back")
    assert list(Claim.objects.order_by("claimed_at").values_list("state", flat=True)) == ["released", "live"]
    assert Claim.objects.get(state="live").id == fine.id

    page.get_by_text("Announce an end").click()
    page.get_by_label("Last day").fill(f"{utc_now() + timedelta(days=3):%Y-%m-%d}")
    page.locator("#f-reason-end").fill("The client's budget ends.")
    page.get_by_role("button", name="Tell everybody").click()
    expect(page.locator("#errors")).to_contain_text("a week ahead")
    page.get_by_label("Last day").fill(f"{utc_now() + timedelta(days=9):%Y-%m-%d}")
    page.get_by_role("button", name="Tell everybody").click()
    expect(page.locator(".said")).to_contain_text("Everybody with a seat is told.")
    assert Project.objects.get(slug=who.slug).ends_at is not None

    page.get_by_text("Promise hours").click()
    page.get_by_label("Hours a week for each").fill("5")
    page.locator("#f-reason-promise").fill("As the contract says.")
    page.get_by_role("button", name="Keep the promise").click()
    expect(page.get_by_text("enough for 3")).to_be_visible()  # 39 hours, two weeks of five each

    recruiter = ensure_people(
        people=[("recruiter@staff.example", "Recruiter")], kind="person", actor=COMMAND, now=utc_now()
    )["recruiter@staff.example"]
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=utc_now())
    grant_role(person_id=recruiter, org_id=operator.id, role="recruiter", actor=COMMAND, now=utc_now())
    page = visitors.page(recruiter)
    page.goto(f"{visitors.site}/people/invitations/")
    page.get_by_label("E-mail addresses, one a line").fill("a@new.example\nb@new.example")
    page.get_by_label("With a seat in").select_option(who.slug)
    page.get_by_role("button", name="Send the invitations").click()
    expect(page.get_by_text("That is 2 people too many.")).to_be_visible()
    assert not Invitation.objects.exists()
    page.get_by_label("Why they are needed all the same").fill("Two leave next week.")
    page.get_by_role("button", name="Send the invitations").click()
    expect(page.locator(".said")).to_contain_text("2 invitations")
    assert Event.objects.get(verb="project:overseated").facts["more"] == 2


def test_the_board_of_all_projects_leads_to_each(visitors: Visitors) -> None:
    who = cast(tasks=3, want=1)
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=utc_now())
    grant_role(person_id=who.manager, org_id=operator.id, role="operator_admin", actor=COMMAND, now=utc_now())
    for kind in ("totp", "recovery_codes"):
        give_factor(who.manager, kind)
    page = visitors.page(who.manager)
    page.goto(f"{visitors.site}/operation/work/")
    page.get_by_role("row", name="Small").get_by_role("link").click()
    page.get_by_label("Batch").select_option(label="Batch 1")
    page.get_by_label("Turn", exact=True).select_option("2")
    page.locator("#f-reason-rank").fill("The client waits for it.")
    page.get_by_role("button", name="Give it this turn").click()
    expect(page.locator(".said")).to_contain_text("3 slots have another turn now.")
