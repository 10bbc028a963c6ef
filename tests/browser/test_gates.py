"""Who may, through the pages: a gate is put together and met by a grant; an exclusion is told, contested and lifted."""

import pytest
from playwright.sync_api import expect

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.models import Claim
from fairhand.gates.commands import make_skill
from fairhand.gates.models import Exclusion, Qualification, Skill
from fairhand.gates.queries import rule_of
from fairhand.kernel.clock import utc_now
from fairhand.notices.models import Notice
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from fairhand.projects.models import Stage
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.reading import read_events

pytestmark = pytest.mark.usefixtures("db")


def test_a_gate_is_put_together_and_opens_for_whom_somebody_qualifies(visitors: Visitors) -> None:
    who, now = cast(reviewed=False), utc_now()
    made = make_skill(kind="skill", slug="law", name={"en": "Law"}, about={}, level_max=3, actor=COMMAND, now=now)
    assert isinstance(made, Skill)
    (recruiter,) = ensure_people(
        people=[("rec@staff.example", "Rec")], kind="person", actor=COMMAND, now=now
    ).values()  # fmt: skip
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=now)
    grant_role(person_id=recruiter, org_id=operator.id, role="recruiter", actor=COMMAND, now=now)
    visitors.allowed.append("422")

    _puts_a_gate_together(visitors, who)
    expert = visitors.page(who.expert)
    expert.goto(f"{visitors.site}/")
    expect(expert.get_by_role("main")).to_contain_text("Law")
    expect(expert.get_by_role("button", name="Take")).to_have_count(0)

    staff = visitors.page(recruiter)
    staff.goto(f"{visitors.site}/operation/people/{who.expert}/")
    staff.get_by_role("link", name="See and decide").click()
    staff.get_by_label("Skill or tier").select_option(str(made.id))
    staff.get_by_label("Level").fill("2")
    staff.get_by_role("button", name="Grant it").click()  # the browser asks for the reason by itself
    staff.get_by_label("Reason").fill("Passed the test.")
    staff.get_by_role("button", name="Grant it").click()
    expect(staff.get_by_role("row", name="Law")).to_contain_text("in force")
    assert Qualification.objects.get().granted_by_id == recruiter

    expert.reload()
    expert.get_by_role("button", name="Take").first.click()
    expect(expert.locator("#answer")).to_be_visible()
    assert Claim.objects.get(person_id=who.expert).state == "live"

    row = staff.get_by_role("row", name="Law")
    row.get_by_text("Revoke", exact=True).click()
    row.get_by_label("Reason").fill("The test was not theirs.")
    row.get_by_role("button", name="Revoke it").click()
    expect(staff.get_by_role("row", name="Law")).to_contain_text("revoked")
    expert.goto(f"{visitors.site}/account/qualifications/")
    expect(expert.get_by_role("main")).to_contain_text("The test was not theirs.")
    assert Claim.objects.get(person_id=who.expert).state == "live", "what is claimed stays"
    read_events(utc_now())
    told = Notice.objects.filter(person_id=who.expert).values_list("kind", flat=True)
    assert {"qualification_granted", "qualification_revoked"} <= set(told)


def _puts_a_gate_together(visitors: Visitors, who: Cast) -> None:
    """Law of level 2 or above, for the stage of judgements."""
    page = visitors.page(who.manager)
    page.goto(f"{visitors.site}/manage/{who.slug}/settings/")
    page.get_by_role("link", name="Change who may").first.click()
    page.get_by_text("A skill or a tier", exact=True).click()
    page.get_by_label("Skill or tier").select_option("skill:law")
    page.get_by_label("Level at least").fill("4")
    page.get_by_role("button", name="Add it").first.click()
    expect(page.locator("#errors")).to_contain_text("no such level")
    page.get_by_label("Level at least").fill("2")
    page.get_by_role("button", name="Add it").first.click()
    expect(page.get_by_text("0 of 3")).to_be_visible()
    alias = who.small.project.seat_set.get(person_id=who.expert).alias
    expect(page.get_by_role("row", name="level 2 or above")).to_contain_text(alias)
    assert Stage.objects.get(project=who.small.project, ordinal=1).gate_id is None, "a draft stores nothing"
    page.get_by_label("Reason").fill("Lawyers alone judge these.")
    page.get_by_role("button", name="Save the conditions").click()
    expect(page.locator(".said")).to_contain_text("from the next task on")
    rule = rule_of(Stage.objects.get(project=who.small.project, ordinal=1).gate_id)
    assert rule["all"] == [{"kind": "skill", "skill": "law", "level": 2}]


def test_a_client_excludes_the_person_contests_and_somebody_else_lifts(visitors: Visitors) -> None:
    who, now = cast(reviewed=False), utc_now()
    alias = who.small.project.seat_set.get(person_id=who.expert).alias
    org_id = who.small.project.org_id
    grant_role(person_id=who.client, org_id=org_id, role="client_manager", actor=COMMAND, now=now)
    visitors.allowed.append("422")

    client = visitors.page(who.client)
    client.goto(f"{visitors.site}/client/{who.slug}/exclusions/")
    client.get_by_label("Pseudonym").fill("E-NOBODY")
    client.get_by_label("Why").select_option("conflict_of_interest")
    client.get_by_label("Reason, as the person reads it").fill("Works for <b>our</b> rival.")
    client.get_by_role("button", name="Exclude from work").click()
    expect(client.locator("#errors")).to_contain_text("Nobody has a seat")
    client.get_by_label("Pseudonym").fill(alias)
    client.get_by_role("button", name="Exclude from work").click()
    expect(client.get_by_role("row", name=alias)).to_contain_text("in force")
    expect(client.get_by_role("row", name=alias).get_by_text("Lift it", exact=True)).to_have_count(0)
    assert "expert0" not in client.content()
    read_events(utc_now())
    told = Notice.objects.get(person_id=who.expert, kind="exclusion_made")
    assert told.facts["reason"] == "Works for <b>our</b> rival."

    expert = visitors.page(who.expert)
    expert.goto(f"{visitors.site}{told.path}")
    main = expert.get_by_role("main")
    expect(main).to_contain_text("Works for <b>our</b> rival.")
    expect(main).to_contain_text("Client manager")
    assert "Client" not in main.inner_text().replace("Client manager", ""), "the role that decided, and not the name"
    expert.get_by_text("Contest it", exact=True).click()
    expert.get_by_label("What you say").fill("I left them a year ago.")
    expert.get_by_role("button", name="Send").click()
    expect(main).to_contain_text("contested")

    read_events(utc_now())
    path = Notice.objects.get(person_id=who.manager, kind="exclusion_contested").path
    assert not Notice.objects.filter(person_id=who.client, kind="exclusion_contested").exists(), "not who decided"
    manager = visitors.page(who.manager)
    manager.goto(f"{visitors.site}{path}")
    row = manager.get_by_role("row", name=alias)
    expect(row).to_contain_text("I left them a year ago.")
    row.get_by_text("It stands", exact=True).click()
    row.get_by_label("Why it stands").fill("The rival says otherwise.")
    row.get_by_role("button", name="Send the answer").click()
    expect(manager.get_by_role("row", name=alias)).to_contain_text("contested; it stands")
    read_events(utc_now())
    answer = Notice.objects.get(person_id=who.expert, kind="exclusion_upheld")
    expert.goto(f"{visitors.site}{answer.path}")
    expect(main).to_contain_text("The rival says otherwise.")
    expect(expert.get_by_text("Contest it", exact=True)).to_have_count(0)
    assert "manager@" not in expert.content()
    row.get_by_text("Lift it", exact=True).click()
    row.get_by_label("Reason", exact=True).fill("A year is enough.")
    row.get_by_role("button", name="Lift the decision").click()
    expect(manager.get_by_role("row", name=alias)).to_contain_text("lifted")
    assert Exclusion.objects.get().lifted_by_id == who.manager
    who.small.now = utc_now()
    who.small.claim(who.expert)
