"""Statements of a month: what they say is what the ledger and the lines say, the same to the last byte, on any form."""

import csv
import io
import json
import re
from argparse import Namespace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db.models import Sum
from django.test import Client

from fairhand.audit.actor import JOB
from fairhand.cli import statements
from fairhand.cli.output import CliError
from fairhand.flow.nightly_books import nightly_books
from fairhand.insight.statements_of_period import all_documents, document, period_statement
from fairhand.kernel.clock import utc_now
from fairhand.ledger.models import Balance, Day
from fairhand.ledger.queries import Span, span_of
from fairhand.pay.models import PayLine
from tests.browser.people import Cast, cast
from tests.browser.test_finance import officer, worked
from tests.databases import TestDatabase
from tests.signed import client_of


def closed(db: TestDatabase) -> tuple[Cast, Span]:
    made = worked(cast())
    nightly_books(actor=JOB, now=utc_now() + timedelta(days=1))
    day = Day.objects.latest("day").day
    return made, span_of(day.replace(day=1), day)


def content(client: Client, address: str, status: int = 200) -> bytes:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return b"".join(response) if response.streaming else response.content


def test_a_statement_is_opening_lines_and_closing_and_the_same_bytes_each_time(db: TestDatabase) -> None:
    made, span = closed(db)
    assert span.final
    found = period_statement(made.expert, span)
    (each,) = found.currencies
    lines = PayLine.objects.filter(person_id=made.expert, amount_minor__gt=0)
    assert each.adds_up
    assert each.opening.total_minor == 0
    assert each.closing.total_minor == each.earned_minor == lines.aggregate(n=Sum("amount_minor"))["n"] == 165
    by_account = Balance.objects.filter(account__owner_id=made.expert).values_list("account__purpose", "net")
    assert dict(by_account) == {"pending": each.closing.pending_minor, "payable": each.closing.payable_minor}
    assert [row.kind for row in each.moved] == ["submit", "accept"]
    told = document(made.expert, span)

    # Work of a later day changes nothing of it; the next day's statement begins where this one ended.
    made.small.work(made.expert, 30)
    assert document(made.expert, span_of(span.first, span.last)) == told
    with psycopg.connect(db.owner_url, autocommit=True) as owner:  # the clock of the database runs with ours
        owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER append_only")
        owner.execute(
            "UPDATE ledger_entry SET created_at = created_at + interval '1 day' WHERE id > %s", [span.until_id]
        )
        owner.execute("ALTER TABLE ledger_entry ENABLE TRIGGER append_only")
    nightly_books(actor=JOB, now=utc_now() + timedelta(days=2))
    after = span.last + timedelta(days=1)
    (new,) = period_statement(made.expert, span_of(after, after)).currencies
    assert new.adds_up
    assert (new.opening, new.earned_minor) == (each.closing, 30)
    assert document(made.expert, span_of(span.first, span.last)) == told
    everybody = dict(all_documents(span))
    assert everybody[made.expert] == told
    assert len(everybody) >= 3


def test_a_file_of_everybodys_statements_is_held_against_the_books(db: TestDatabase, tmp_path: Path) -> None:
    _, span = closed(db)
    file = tmp_path / "all.jsonl"
    word = f"{span.first}_{span.last}"
    assert statements.run(Namespace(verb="write", period=word, to=str(file), json=False)) == 0
    checked = Namespace(verb="check", file=str(file), json=False)
    assert statements.run(checked) == 0
    told = file.read_bytes()
    assert told.count(b"\n") >= 3
    file.write_bytes(told.replace(b'"earned_minor":165', b'"earned_minor":166'))
    assert statements.run(checked) == 1
    file.write_bytes(b"no statement\n")
    with pytest.raises(CliError):
        statements.run(checked)
    for wrong in ("soon", "2019-01"):
        with pytest.raises(CliError):
            statements.run(Namespace(verb="write", period=wrong, to=str(tmp_path / "x"), json=False))


def test_lines_that_the_legs_do_not_bear_out_are_told(db: TestDatabase) -> None:
    made, span = closed(db)
    line = PayLine.objects.filter(person_id=made.expert).earliest("made_at")
    with psycopg.connect(db.owner_url, autocommit=True) as owner:
        owner.execute("UPDATE pay_line SET amount_minor = amount_minor + 1 WHERE id = %s", [line.id])
    (each,) = period_statement(made.expert, span).currencies
    assert not each.adds_up
    page = content(client_of(made.expert), f"/earnings/statements/{span.first}_{span.last}/").decode()
    assert "does not add up" in page


def test_the_expert_and_finance_take_it_as_page_table_json_and_paper(db: TestDatabase) -> None:
    made, span = closed(db)
    word = f"{span.first}_{span.last}"
    mine, books = client_of(made.expert), client_of(officer())
    for client, base in ((mine, "/earnings/statements/"), (books, f"/finance/people/{made.expert}/statements/")):
        client.cookies["fairhand_language"] = "ar"
        index = content(client, base).decode()
        month = re.search(rf'href="({re.escape(base)}\d{{4}}-\d\d/)"', index)
        assert month, "the month is listed"
        page = content(client, month[1]).decode()
        assert "$1.65" in page
        assert Day.objects.latest("day").head.hex() in page
        told = json.loads(content(client, f"{base}{word}/statement.json"))
        assert told["person"] == str(made.expert)
        assert told["currencies"][0]["closing"]["pending_minor"] == 45
        table = list(csv.reader(io.StringIO(content(client, f"{base}{word}/statement.csv").decode("utf-8-sig"))))
        amounts = [row[5] for row in table[1:]]
        assert (amounts[0], amounts[-1]) == ("0.00", "1.65")
        assert sum(int(each.replace(".", "")) for each in amounts[:-1]) == 165
        paper = content(client, f"{base}{word}/statement.pdf")
        assert paper.startswith(b"%PDF-")
        assert paper == content(client, f"{base}{word}/statement.pdf"), "drawn again it is the same"


def test_days_that_make_no_statement(rollback_db: object) -> None:
    made = worked(cast())
    client = client_of(made.expert)
    base = "/earnings/statements/"
    assert "No month yet" in content(client, base).decode()
    for word in ("2026-13", "2026-11-09_2026-11-03", "2024-01-01_2026-01-01", "0000-01", "soon"):
        content(client, f"{base}{word}/", 404)
    assert "Nothing moved" in content(client, f"{base}2019-01/").decode()
    wrong = content(client, f"{base}?first=2026-11-09&last=2026-11-03", 422).decode()
    assert 'href="#f-last"' in wrong
    assert "A day is needed" in content(client, f"{base}?first=soon&last=2026-11-03", 422).decode()
    sent = client.get(f"{base}?first=2026-11-01&last=2026-11-30")
    assert (sent.status_code, sent["Location"]) == (302, f"{base}2026-11/")
    content(client, f"{base}2026-11/statement.exe", 404)
    content(client, f"/finance/people/{UUID(int=1)}/statements/", 404)
