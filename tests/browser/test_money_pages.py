"""An expert's money through the pages: a line is contested, answered by somebody, appealed and decided by another."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from fairhand.audit.actor import COMMAND
from fairhand.cases.models import Case
from fairhand.kernel.clock import utc_now
from fairhand.ledger.accounts import payable
from fairhand.notices.models import Notice
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.building import check_books
from tests.reading import read_events

pytestmark = pytest.mark.usefixtures("db")
HEAD = b"platform,date,hours,amount,currency\n"


def test_a_line_is_contested_corrected_appealed_and_decided_by_another_human(visitors: Visitors) -> None:
    who = cast(reviewed=False)
    now = utc_now()
    (other,) = ensure_people(people=[("o@staff.example", "O")], kind="person", actor=COMMAND, now=now).values()
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=now)
    grant_role(person_id=other, org_id=operator.id, role="manager", actor=COMMAND, now=now)
    who.small.work(who.expert, 100)
    visitors.allowed.append("422")

    expert = visitors.page(who.expert)
    expert.goto(f"{visitors.site}/earnings/")
    expert.locator("details.line summary").first.click()
    expert.get_by_role("link", name="Contest this").click()
    expert.get_by_label("What is wrong with it").fill("Ten <b>minutes</b> are missing.")
    expert.get_by_role("button", name="Open the case").click()
    expect(expert.get_by_role("main")).to_contain_text("waits for an answer")

    manager = visitors.page(who.manager)
    manager.goto(f"{visitors.site}/manage/")
    expect(manager.get_by_role("main")).to_contain_text("1 case waits for an answer")
    manager.goto(f"{visitors.site}/manage/{who.slug}/cases/")
    expect(manager.get_by_role("main")).to_contain_text("Ten <b>minutes</b> are missing.")
    assert "expert0" not in manager.content(), "a pseudonym alone"
    manager.get_by_label("It is corrected: add to it").check()
    manager.get_by_label("Amount to add").fill("400")
    manager.get_by_label("Reason, as the expert reads it").fill("The record shows it.")
    manager.get_by_role("button", name="Answer", exact=True).click()
    expect(manager.locator("#errors")).to_contain_text("more than this piece of work may still get")
    manager.get_by_label("Amount to add").fill("6.00")
    manager.get_by_role("button", name="Answer", exact=True).click()
    expect(manager.locator(".said")).to_contain_text("It is answered")
    assert who.small.money(payable(who.expert)) == 700
    read_events(utc_now())
    told = Notice.objects.get(person_id=who.expert, kind="case_answered")
    assert Notice.objects.filter(kind="line_contested").count() == 2

    arabic = visitors.page(who.expert, language="ar")
    arabic.goto(f"{visitors.site}{told.path}")
    main = arabic.get_by_role("main")
    expect(main).to_contain_text("The record shows it.")
    expect(main).to_contain_text("$6.00")
    arabic.locator("textarea[name=words]").fill("ليس هذا كلّ شيء.")
    arabic.locator("main form button").click()
    manager.reload()
    expect(manager.get_by_role("main")).to_contain_text("You gave the first answer")
    expect(manager.get_by_role("button", name="Answer", exact=True)).to_have_count(0)

    second = visitors.page(other)
    second.goto(f"{visitors.site}/manage/{who.slug}/cases/")
    second.get_by_label("The line stands as it is").check()
    second.get_by_label("Reason, as the expert reads it").fill("All of it is paid.")
    second.get_by_role("button", name="Answer", exact=True).click()
    expect(second.get_by_role("main")).to_contain_text("No pay line is contested")
    arabic.reload()
    expect(arabic.get_by_role("main")).to_contain_text("All of it is paid.")
    assert Case.objects.get().state == "decided"
    check_books()


def test_wages_are_shown_and_compared_with_a_table_that_is_read_line_by_line(visitors: Visitors) -> None:
    who = cast(reviewed=False)
    claim = who.small.claim(who.expert)
    who.small.beat(claim, 600)
    who.small.submit(claim)
    given_back = who.small.claim(who.expert)
    who.small.beat(given_back, 300)
    who.small.skip(given_back)
    visitors.allowed.append("422")
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/earnings/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("$36.00/h")
    expect(main).to_contain_text("$24.00/h")
    page.get_by_role("link", name="Compare with what you earn elsewhere").click()
    page.get_by_label("Table of earnings elsewhere").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": HEAD + b"A,2026-13-01,1,1,USD\n"}
    )
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#errors")).to_contain_text("Line 2")
    days = [utc_now() + timedelta(days=by) for by in (-1, 1)]
    hostile = "".join(f'"<b>Elsewhere</b>",{day:%Y-%m-%d},1,30.00,USD\n' for day in days).encode()
    page.get_by_label("Table of earnings elsewhere").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": HEAD + hostile}
    )
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("row", name="<b>Elsewhere</b>")).to_contain_text("$30.00/h")
    expect(page.get_by_role("row", name="Here 15:00")).to_contain_text("$24.00/h")
