"""What is owed in one currency, owed in another: the rate's own rounding, once, told, and seen by every check."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.audit.models import Event
from fairhand.flow.convert import Converted, convert_payable, converted_news, enter_rate
from fairhand.flow.nightly_books import nightly_books
from fairhand.insight.books import run_checks, three_sums
from fairhand.insight.entries import EntryFilter, entries
from fairhand.insight.statements_of_period import period_statement
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.ledger.models import Day
from fairhand.ledger.queries import balances_of_person, latest_rates, span_of
from fairhand.ledger.rates import converted_minor
from fairhand.notices.words import said
from fairhand.people.commands import ensure_org
from tests.browser.test_finance import officer, text
from tests.building import ACCEPT, NOW, Small, small_project
from tests.databases import TestDatabase
from tests.signed import client_of


@pytest.mark.parametrize(
    ("minor", "base", "quote", "rate", "given"),
    [
        (4529, "USD", "EUR", "0.9213", 4173), (4529, "USD", "JPY", "151.5", 6861), (6861, "JPY", "USD", "0.0066", 4528),
        (100, "USD", "KWD", "0.3075", 308), (1, "USD", "EUR", "0.5", 1), (1, "USD", "EUR", "0.4999", 0),
        (10**15, "USD", "EUR", "1", 10**15),
    ],
)  # fmt: skip
def test_amounts_are_rounded_half_up_to_the_other_currencys_unit(
    minor: int, base: str, quote: str, rate: str, given: int
) -> None:
    assert converted_minor(minor, base, quote, rate) == given


def finance_officer(role: str = "finance") -> UUID:
    ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=NOW)
    return officer(role)


def owed(seconds: int = 600) -> Small:
    small = small_project()
    small.work(small.experts[0], seconds)
    small.review(ACCEPT)
    return small


def rate(who: UUID, number: str = "0.9213", quote: str = "EUR", day: int = 0) -> int:
    made = enter_rate(
        base="USD", quote=quote, rate=number, of_day=NOW.date() + timedelta(days=day), source="Central bank",
        actor=Actor("person", who), now=NOW,
    )  # fmt: skip
    assert isinstance(made, int), made
    return made


@pytest.mark.usefixtures("rollback_db")
def test_rates_need_two_currencies_a_number_a_day_and_a_source() -> None:
    who = finance_officer()
    good = {"base": "USD", "quote": "EUR", "rate": "0.9213", "of_day": NOW.date(), "source": "Central bank"}
    for change, code in (
        ({"quote": "USD"}, "rate_currencies"), ({"base": "XXX"}, "rate_currencies"), ({"rate": "1,2"}, "rate_number"),
        ({"rate": "0"}, "rate_number"), ({"rate": "-1"}, "rate_number"), ({"source": " "}, "rate_source"),
        ({"of_day": NOW.date() + timedelta(days=3)}, "rate_day"),
    ):  # fmt: skip
        done = enter_rate(**{**good, **change}, actor=Actor("person", who), now=NOW)
        assert isinstance(done, Refused)
        assert done.code == code
    first, second, _ = rate(who), rate(who, "0.93"), rate(who, "0.5", day=-3)
    assert [each.rate_id for each in latest_rates()] == [second], (first, second)


def test_a_conversion_moves_what_is_owed_once_and_every_check_sees_it(db: TestDatabase) -> None:
    small = owed()
    expert, staff = small.experts[0], finance_officer()
    number, actor = rate(staff), Actor("person", staff)

    def convert(minor: int, key: str = "form-number-one-1") -> Converted | Refused:
        return convert_payable(
            person_id=expert, amount_minor=minor, rate_id=number, key=key, actor=actor, now=small.now
        )  # fmt: skip

    short, nothing = convert(601), convert(0)
    assert isinstance(short, Refused)
    assert isinstance(nothing, Refused)
    assert (short.code, nothing.code) == ("convert_short", "no_amount")
    done = convert(599)
    assert isinstance(done, Converted)
    assert (done.taken, done.given, done.again) == (("USD", 599), ("EUR", 552), False)
    again = convert(599)
    assert isinstance(again, Converted)
    assert (again.entry_id, again.again) == (done.entry_id, True)
    other = convert(1)
    assert isinstance(other, Refused)
    assert other.code == "key_used"
    assert [(each.currency, each.payable_minor) for each in balances_of_person(expert)] == [("EUR", 552), ("USD", 1)]
    assert run_checks() == {}
    assert all(each.equal for each in three_sums())

    event = Event.objects.filter(verb="payable:converted").values("id", "verb", "at", "subject_id", "facts").get()
    (told,) = converted_news([event])
    assert told.person_id == expert
    assert "$5.99 that you were owed are €5.52 from now on, at 0.9213" in said(told.kind, told.facts, "en")[1]

    nightly_books(actor=JOB, now=utc_now() + timedelta(days=1))
    day = Day.objects.latest("day").day
    found = period_statement(expert, span_of(day, day))
    unlined = {each.currency: [row.by.total_minor for row in each.unlined] for each in found.currencies}
    assert unlined == {"EUR": [552], "USD": [-599]}
    assert all(each.adds_up for each in found.currencies)
    page = text(client_of(expert), f"/earnings/statements/{day}_{day}/")
    assert "0.9213" in page
    assert "Central bank" in page

    # A conversion at another rounding than the rate's is what the night tells.
    with psycopg.connect(db.owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER append_only")
        owner.execute("UPDATE ledger_entry SET meta = meta || '{\"rate\": \"0.93\"}' WHERE kind = 'convert'")
    assert list(run_checks()) == ["wrong_conversions"]


@pytest.mark.usefixtures("rollback_db")
def test_finance_enters_a_rate_and_converts_on_pages() -> None:
    small = owed()
    expert, finance = small.experts[0], client_of(finance_officer())
    assert "No rate yet" in text(finance, "/finance/currencies/")
    sent = {"base": "USD", "quote": "EUR", "rate": "0.9213", "of_day": "2026-03-02", "source": "Central bank"}
    assert finance.post("/finance/currencies/entered/", sent | {"rate": "much"}).status_code == 422
    assert finance.post("/finance/currencies/entered/", sent).status_code == 302
    assert "Central bank" in text(finance, "/finance/currencies/")
    base = f"/finance/people/{expert}/"
    form = text(finance, f"{base}convert/")
    number = latest_rates()[0].rate_id
    assert f'value="{number}"' in form
    asked = {"rate": str(number), "amount": "4.00", "key": "a-key-of-one-form"}
    shown = finance.get(f"{base}convert/", asked).content.decode()
    assert "€3.69" in shown
    assert finance.get(f"{base}convert/", asked | {"amount": "40.00"}).status_code == 422
    for _ in range(2):
        assert finance.post(f"{base}converted/", asked).status_code == 302
    assert [(each.currency, each.payable_minor) for each in balances_of_person(expert)] == [("EUR", 369), ("USD", 200)]
    (listed, *_) = entries(EntryFilter(kind="convert"), None, 10)
    assert (listed.currency, listed.moved_minor) == ("USD", 400), "amounts of two currencies are never added up"
    entry = text(finance, f"/finance/entries/{listed.entry_id}/")
    for each in ("$4.00", "−$4.00", "€3.69", "−€3.69"):
        assert each in entry, each
    assert "7.69" not in entry
    assert "$3.69" not in entry
    mine = client_of(expert)
    assert mine.post("/earnings/shown-in/", {"currency": "EUR"}).status_code == 302
    assert "€1.84" in text(mine, "/earnings/"), "$2.00 at 0.9213, shown and not converted"
    assert balances_of_person(expert)[1].payable_minor == 200
    for wrong in ("XXX", "", "eu"):
        assert mine.post("/earnings/shown-in/", {"currency": wrong}).status_code == 302
    assert "€1.84" not in text(mine, "/earnings/")
    auditor = client_of(finance_officer("auditor"))
    assert "Enter a rate" not in text(auditor, "/finance/currencies/")
    text(auditor, f"{base}convert/", 404)


@pytest.mark.usefixtures("rollback_db")
def test_nobody_converts_their_own_or_at_a_rate_that_another_took_the_place_of() -> None:
    small = owed()
    expert, staff = small.experts[0], finance_officer()

    def convert(rate_id: int, key: str, actor: UUID = staff) -> Converted | str:
        made = convert_payable(
            person_id=expert, amount_minor=100, rate_id=rate_id, key=key, actor=Actor("person", actor), now=small.now
        )  # fmt: skip
        return made.code if isinstance(made, Refused) else made

    old = rate(staff, "2.0")
    assert convert(old, "a-form", actor=expert) == "convert_own"
    first = convert(old, "a-form")
    rate(staff, "1.0")
    again = convert(old, "a-form")
    assert isinstance(first, Converted)
    assert isinstance(again, Converted)
    assert (again.again, again.entry_id, again.given) == (True, first.entry_id, ("EUR", 200))
    assert convert(old, "another-form") == "no_rate"
    assert convert(latest_rates()[0].rate_id, "a-form") == "key_used"
    assert Event.objects.filter(verb="payable:converted").count() == 1


@pytest.mark.usefixtures("rollback_db")
def test_absurd_figures_are_refused_and_arabic_ones_are_read() -> None:
    small = owed()
    finance = client_of(finance_officer())
    sent = {"base": "USD", "quote": "EUR", "of_day": "2026-03-02", "source": "Central bank"}
    for number in ("0000000001.5", "0.0000000000001", "1e3", "\u00b2", "0.000"):
        assert finance.post("/finance/currencies/entered/", sent | {"rate": number}).status_code == 422, number
    assert finance.post("/finance/currencies/entered/", sent | {"rate": "٩٩٩٩٩٩٩٩٩٫٥"}).status_code == 302
    (entered,) = latest_rates()
    assert entered.rate == "999999999.5"
    form = {"rate": str(entered.rate_id), "amount": "9999999999999.99", "key": "a-key-of-one-form"}
    assert finance.post(f"/finance/people/{small.experts[0]}/converted/", form).status_code == 302
    assert balances_of_person(small.experts[0])[0].payable_minor == 600
