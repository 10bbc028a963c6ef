"""The pages of money: what they show is in the ledger, and what is moved on them moves once."""

import csv
import io
import re
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.flow.fund_project import fund_project
from fairhand.flow.move_project import move_project
from fairhand.kernel.clock import utc_now
from fairhand.ledger.accounts import budget, outside
from fairhand.ledger.models import Account, Entry, Leg
from fairhand.pay.commands import close_statements
from fairhand.pay.models import Statement
from fairhand.people.commands import ensure_people, grant_role
from fairhand.people.models import Org, Person
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.building import ACCEPT, check_books
from tests.databases import TestDatabase
from tests.signed import client_of, give_factor

HREF = re.compile(r'href="(/finance/[^"#]*)"')


def officer(role: str = "finance") -> UUID:
    """Somebody of the operator's who reads the books, with a second factor."""
    email = f"{role}@staff.example"
    found = ensure_people(people=[(email, f"Named {role}")], kind="person", actor=COMMAND, now=utc_now())[email]
    operator = Org.objects.get(kind="operator")
    grant_role(person_id=found, org_id=operator.id, role=role, actor=COMMAND, now=utc_now())
    give_factor(found)
    return found


@pytest.fixture
def who(rollback_db: object) -> Cast:
    """A project in which something was earned, accepted, and put on a statement."""
    return worked(cast())


def worked(made: Cast) -> Cast:
    made.small.wait(-3600)
    for _ in range(2):
        made.small.work(made.expert, 60)
        made.small.review(ACCEPT)
    made.small.work(made.colleague, 30)
    close_statements(until=made.small.now, actor=JOB, now=made.small.now)
    made.small.work(made.expert, 45)
    return made


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return (b"".join(response) if response.streaming else response.content).decode()


def test_every_link_on_a_page_of_money_leads_somewhere(who: Cast) -> None:
    client = client_of(officer())
    seen: set[str] = set()
    left = ["/finance/", "/finance/?every=leg"]
    while left and len(seen) < 150:
        address = left.pop()
        if address in seen:
            continue
        seen.add(address)
        left += [found.replace("&amp;", "&") for found in HREF.findall(text(client, address))]
    kinds = {re.sub(r"[0-9a-f-]{36}|\d+|\?.*", "*", address) for address in seen}
    assert len(kinds) >= 12, kinds


def test_the_trial_balance_is_zero_and_a_wrong_balance_is_shown_loudly(db: TestDatabase) -> None:
    worked(cast())
    client = client_of(officer())
    for address in ("/finance/", "/finance/?every=leg"):
        page = text(client, address)
        assert 'class="right-sum"' in page
        assert "do not add up" not in page
    account = Account.objects.filter(purpose="payable").earliest("id")
    with psycopg.connect(db.owner_url, autocommit=True) as owner:
        owner.execute("UPDATE ledger_balance SET net = net + 1 WHERE account_id = %s", [account.id])
    for address in ("/finance/", "/finance/?every=leg"):
        page = text(client, address)
        assert "The books in" in page
        assert "account has a balance that its legs do not give" in page
    assert "not that of the last leg" in text(client, f"/finance/accounts/{account.id}/")


def test_only_adding_up_every_leg_sees_a_leg_that_was_altered(db: TestDatabase) -> None:
    worked(cast())
    client = client_of(officer())
    with psycopg.connect(db.owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger_leg DISABLE TRIGGER append_only")
        owner.execute("UPDATE ledger_leg SET amount = amount + 1 WHERE seq = 1 AND account_id = 1")
    assert 'class="wrong-sum"' in text(client, "/finance/?every=leg")


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("owner_kind=person", lambda a: a.owner_kind == "person"),
        ("purpose=reserved", lambda a: a.purpose == "reserved"),
        ("currency=EUR", lambda a: False),
        ("project=small", lambda a: a.owner_kind in ("project", "batch")),
        ("client=acme", lambda a: a.owner_kind in ("client", "project", "batch")),
        ("client=other", lambda a: False),
    ],
)
def test_accounts_are_filtered(who: Cast, query: str, holds) -> None:
    shown = {
        int(n)
        for n in re.findall(r"/finance/accounts/(\d+)/", text(client_of(officer()), f"/finance/accounts/?{query}"))
    }
    assert shown == {account.id for account in Account.objects.all() if holds(account)}


def test_entries_are_found_by_kind_day_reference_and_id(who: Cast) -> None:
    project = who.small.project
    fund_project(
        project=project, amount_minor=900, key="k" * 16, reference="Überweisung 44/26", actor=COMMAND, now=utc_now()
    )
    client = client_of(officer())
    submission = Entry.objects.filter(kind="accept").latest("id").meta["submission"]

    def shown(query: str) -> set[int]:
        return {int(n) for n in re.findall(r"/finance/entries/(\d+)/", text(client, f"/finance/entries/?{query}"))}

    def ids(**of: object) -> set[int]:
        return set(Entry.objects.filter(**of).values_list("id", flat=True))

    assert shown("") == ids()
    assert shown("kind=fund") == ids(kind="fund")
    assert shown("text=44/26") == shown("text=ÜBERWEISUNG") == ids(meta__reference="Überweisung 44/26")
    assert shown(f"text={submission}") == ids(meta__submission=submission)
    assert shown(f"text={project.id}") == ids(kind__in=["fund", "launch"])
    assert shown("until=2001-01-01") == shown("from=2999-01-01") == set()
    assert shown("from=nonsense&until=9999-12-31&before=x_y") == ids()
    assert shown("text=%25") == set()


def test_lists_are_read_page_by_page_without_gap_or_repeat(who: Cast) -> None:
    project = who.small.project
    for n in range(120):  # all of one moment: the number decides
        fund_project(
            project=project, amount_minor=1, key=f"{n:016}", reference="same", actor=COMMAND, now=who.small.now
        )
    client = client_of(officer())
    account = Account.objects.get(purpose="budget")
    for address, row, wanted in (
        ("/finance/entries/?kind=fund", r"/finance/entries/(\d+)/", 121),
        (f"/finance/accounts/{account.id}/", r"/finance/entries/(\d+)/", Leg.objects.filter(account=account).count()),
    ):
        seen: list[str] = []
        following: str | None = address
        while following:
            page = text(client, following)
            seen += re.findall(row, page)
            older = re.search(r'<a class="btn" href="(\?[^"]*before[^"]*)">Older', page)
            following = older and address.partition("?")[0] + older.group(1).replace("&amp;", "&")
        assert len(seen) == len(set(seen)) == wanted


def test_a_statement_shows_all_its_lines_and_so_does_its_file(who: Cast) -> None:
    client = client_of(officer())
    statement = Statement.objects.get(person_id=who.expert)
    page = text(client, f"/finance/statements/{statement.id}/")
    assert len(re.findall(r"/finance/entries/\d+/", page)) == statement.lines_n
    assert Person.objects.get(id=who.expert).name in page  # finance sees names
    rows = list(
        csv.DictReader(io.StringIO(text(client, f"/finance/statements/{statement.id}/file.csv").lstrip("\ufeff")))
    )
    assert sum(round(float(row["Amount"]) * 100) for row in rows) == statement.total_minor
    mine = text(client, f"/finance/people/{who.expert}/")
    assert f"/finance/statements/{statement.id}/" in mine
    assert "On no statement yet" in mine


def test_no_cell_of_the_file_of_entries_is_a_formula(who: Cast) -> None:
    for n, reference in enumerate(("=1+1", "+1", "-cmd", "@SUM(A1)", "\t=1")):
        fund_project(
            project=who.small.project, amount_minor=5, key=f"{n:016}", reference=reference, actor=COMMAND, now=utc_now()
        )  # fmt: skip
    rows = list(
        csv.reader(io.StringIO(text(client_of(officer()), "/finance/entries/file.csv?kind=fund").lstrip("\ufeff")))
    )
    assert len(rows) == 7
    assert [cell for row in rows for cell in row if cell.lstrip()[:1] in ("=", "+", "@", "\t")] == []
    assert {row[7] for row in rows} >= {"'=1+1", "'-cmd"}


def test_people_are_found_by_name_mail_and_id(who: Cast) -> None:
    Person.objects.filter(id=who.expert).update(name="Amélie أحمد")
    client = client_of(officer())
    for asked in ("amelie", "احمد", "expert0@PEOPLE", str(who.expert)):
        assert f"/finance/people/{who.expert}/" in text(client, f"/finance/people/?q={asked}"), asked
    assert f"/finance/people/{who.expert}/" not in text(client, f"/finance/people/?q={who.colleague}")
    text(client, "/finance/people/00000000-0000-0000-0000-000000000000/", 404)


def form_key(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_money_is_shown_before_it_moves_and_moves_once(who: Cast) -> None:
    client = client_of(officer())
    small, at = who.small, f"/finance/budgets/{who.slug}/"
    before = small.money(budget(small.project.id))
    typed = {"amount": "1,250.50", "reference": "Invoice 9", "key": form_key(text(client, at))}
    preview = client.get(f"{at}fund/", typed).content.decode()
    assert "$1,250.50" in preview
    assert small.money(budget(small.project.id)) == before
    assert client.get(f"{at}funded/").status_code == 405
    for _ in range(2):
        assert client.post(f"{at}funded/", typed).status_code == 302
    assert small.money(budget(small.project.id)) == before + 125_050
    assert "That was done before" in text(client, at)
    assert client.post(f"{at}funded/", typed | {"amount": "3"}).status_code == 302
    assert "another amount" in text(client, at)
    assert small.money(budget(small.project.id)) == before + 125_050
    check_books()


def test_a_large_amount_is_typed_twice(who: Cast) -> None:
    client = client_of(officer())
    small, at = who.small, f"/finance/budgets/{who.slug}/"
    before = small.money(budget(small.project.id))
    typed = {"amount": "10000.01", "reference": "Invoice 9", "key": "k" * 16}
    assert 'name="again"' in client.get(f"{at}fund/", typed).content.decode()
    for again in ({}, {"again": "10000"}, {"again": "x"}):
        response = client.post(f"{at}funded/", typed | again)
        assert response.status_code == 422
        assert b"not the amount above" in response.content
    assert small.money(budget(small.project.id)) == before
    assert client.post(f"{at}funded/", typed | {"again": "10,000.01"}).status_code == 302
    assert small.money(budget(small.project.id)) == before + 1_000_001


@pytest.mark.parametrize(
    "wrong",
    [{"amount": ""}, {"amount": "1,25"}, {"amount": "-3"}, {"amount": "0"}, {"amount": "9" * 400}, {"reference": " "},
     {"reference": "x" * 201}, {"key": ""}, {"key": "a b"}],
)  # fmt: skip
def test_a_mistake_comes_back_with_what_was_typed(who: Cast, wrong: dict[str, str]) -> None:
    client = client_of(officer())
    typed = {"amount": "12", "reference": "Invoice <9>", "key": "k" * 16} | wrong
    entries = Entry.objects.count()
    at = f"/finance/budgets/{who.slug}/"
    for response in (client.get(f"{at}fund/", typed), client.post(f"{at}funded/", typed)):
        assert response.status_code == 422
        assert b'id="errors"' in response.content
        if not wrong.get("reference"):
            assert ("reference" in wrong) or b"Invoice &lt;9&gt;" in response.content
    assert Entry.objects.count() == entries


def test_what_is_left_of_a_closed_project_goes_back_once(who: Cast) -> None:
    client = client_of(officer())
    small, project, at = who.small, who.small.project, f"/finance/budgets/{who.slug}/"
    assert "Return it" not in text(client, at)
    move_project(project_id=project.id, to="closed", reason="Done.", actor=Actor("person", who.manager), now=small.now)
    page = text(client, at)
    assert "Fund the budget" not in page
    free, purse = small.money(budget(project.id)), small.money(outside(project.org_id))
    typed = {"key": form_key(page), "amount_minor": str(free)}
    assert client.post(f"{at}returned/", typed | {"amount_minor": str(free - 1)}).status_code == 302
    assert small.money(budget(project.id)) == free
    for _ in range(2):
        client.post(f"{at}returned/", typed)
    client.post(f"{at}returned/", {"key": "", "amount_minor": "-1"})
    assert small.money(budget(project.id)) == 0
    assert small.money(outside(project.org_id)) == purse + free
    check_books()


def test_who_only_reads_the_books_moves_nothing_and_a_proof_is_asked(who: Cast) -> None:
    at = f"/finance/budgets/{who.slug}/"
    typed = {"amount": "12", "reference": "Invoice", "key": "k" * 16}
    entries = Entry.objects.count()
    auditor = client_of(officer("auditor"))
    assert "Fund the budget" not in text(auditor, at)
    assert auditor.get(f"{at}fund/", typed).status_code == 404
    assert auditor.post(f"{at}funded/", typed).status_code == 404
    stale = client_of(officer(), proof=False).post(f"{at}funded/", typed)
    assert (stale.status_code, stale.headers["Location"].startswith("/finance/")) == (302, False)
    assert client_of(who.manager).get("/finance/").status_code == 404
    assert Entry.objects.count() == entries


def test_no_page_of_money_asks_more_when_there_is_more(who: Cast) -> None:
    client = client_of(officer())
    entry, account = Entry.objects.filter(kind="submit").latest("id").id, Account.objects.earliest("id").id
    pages = [
        "/finance/", "/finance/accounts/", f"/finance/accounts/{account}/", "/finance/entries/",
        f"/finance/entries/{entry}/", "/finance/people/", f"/finance/people/{who.expert}/",
        "/finance/budgets/", f"/finance/budgets/{who.slug}/",
        f"/finance/statements/{Statement.objects.get(person_id=who.expert).id}/", "/search/?q=small", "/search/?q=12",
    ]  # fmt: skip

    def queries() -> list[int]:
        found = []
        for address in pages:
            text(client, address)
            with CaptureQueriesContext(connection) as caught:
                text(client, address)
            found.append(len(caught))
        return found

    before = queries()
    for slug in ("second", "third"):
        worked(cast(slug=slug))
    assert queries() == before
    assert max(before) <= 20, before


@pytest.fixture
def live(db: TestDatabase) -> Cast:
    """The same project in a database whose commits are real, for a browser."""
    return worked(cast())


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_officer_funds_a_budget_by_keyboard(live: Cast, visitors: Visitors, language: str) -> None:
    page = visitors.page(officer(), language=language, narrow=language == "ar")
    page.goto(f"{visitors.site}{reverse('finance-budget', args=[live.slug])}")
    page.focus("#f-amount")
    page.keyboard.type("٢٬٥٠٠" if language == "ar" else "2,500")
    page.keyboard.press("Tab")
    page.keyboard.type("فاتورة ٧")
    page.keyboard.press("Enter")
    page.wait_for_url("**/fund/?*")
    assert "$2,500.00" in page.inner_text("main")
    button = page.locator("main form button.primary")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/finance/budgets/{live.slug}/")
    assert "فاتورة ٧" in page.inner_text("main")
    assert Entry.objects.get(meta__reference="فاتورة ٧").kind == "fund"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    check_books()
