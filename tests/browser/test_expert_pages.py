"""Pages of an expert without a browser: own rows only, as many queries for many rows as for few, files, the profile."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fairhand.audit.actor import COMMAND, JOB
from fairhand.audit.models import Event
from fairhand.flow.release_delivery import release_delivery
from fairhand.kernel.clock import utc_now
from fairhand.ledger.queries import balances_of_person
from fairhand.pay.commands import close_statements
from fairhand.pay.models import PayLine, Statement
from fairhand.people.models import Person, Profile
from fairhand.projects.models import Guideline
from fairhand.tasks.commands import NewTask, make_batch
from fairhand.work.models import Submission
from tests.browser.people import Cast, cast
from tests.building import ACCEPT, LEFT, PER_JUDGEMENT, RETURN, check_books
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def _body(response: object) -> str:
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


_COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"


def _copied(who: Cast, first: Submission, times: int) -> None:
    """As many more submissions like `first`, with their claims, slots and lines: rows for lists, written at once."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table, renewed in _COPIED:
            cursor.execute(_COLUMNS, [table])
            names = [row[0] for row in cursor.fetchall()]
            chosen = ", ".join(renewed.get(name, f"y.{name}") for name in names)
            where = {"slot": "y.id = %(slot)s", "claim": "y.id = %(claim)s", "submission": "y.id = %(id)s"}.get(
                table, "y.submission_id = %(id)s"
            )
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {chosen} FROM {table} y, generate_series(1, %(n)s) n"
                f" WHERE {where}",
                {"id": first.id, "claim": first.claim_id, "slot": first.slot_id, "n": times},
            )


def _made(kind: str) -> str:
    return f"md5('{kind}' || n::text || y.{'id' if kind != 'line' else 'submission_id'}::text)::uuid"


_COPIED = (
    ("slot", {"id": _made("slot"), "seq": "1000 + n", "result_id": "NULL"}),
    ("claim", {"id": _made("claim"), "request_key": "'copy ' || n",
               "slot_id": "md5('slot' || n::text || y.slot_id::text)::uuid"}),
    ("submission", {"id": _made("submission"), "claim_id": "md5('claim' || n::text || y.claim_id::text)::uuid",
                    "slot_id": "md5('slot' || n::text || y.slot_id::text)::uuid",
                    "submitted_at": "y.submitted_at - n * interval '1 minute'"}),
    ("pay_line", {"id": _made("line"), "line_key": "'copy ' || n || y.line_key",
                  "submission_id": "md5('submission' || n::text || y.submission_id::text)::uuid"}),
)  # fmt: skip


def test_lists_ask_as_much_for_1000_rows_as_for_10() -> None:
    who = cast(tasks=20, want=1, pay=PER_JUDGEMENT)
    who.small.wait(-3600)
    for _ in range(10):
        last = who.small.work(who.expert, 3)
        who.small.review(ACCEPT)
    release_delivery(project=who.small.project, actor=COMMAND, now=who.small.now)
    pages = [
        ("expert", "/"), ("expert", "/projects/"), ("expert", f"/projects/{who.slug}/"), ("expert", "/my-work/"),
        ("expert", f"/projects/{who.slug}/mine/"), ("expert", f"/projects/{who.slug}/figures/"),
        ("expert", "/earnings/"), ("expert", f"/submissions/{last.id}/"), ("reviewer", "/reviews/"),
        ("reviewer", "/reviews/figures/"), ("client", "/client/"), ("client", f"/client/{who.slug}/"),
        ("client", f"/client/{who.slug}/samples/"), ("client", f"/client/{who.slug}/spend/"),
        ("client", f"/client/{who.slug}/deliveries/"),
    ]  # fmt: skip
    clients = {name: client_of(getattr(who, name)) for name in ("expert", "reviewer", "client")}
    before = [_queries(clients[name], address) for name, address in pages]
    review = Submission.objects.filter(person_id=who.reviewer).latest("submitted_at")
    for first in (last, review):
        _copied(who, first, 1000)
    assert Submission.objects.filter(person_id=who.expert).count() == 1010
    after = [_queries(clients[name], address) for name, address in pages]
    assert dict(zip(pages, after, strict=True)) == dict(zip(pages, before, strict=True))
    assert max(after) <= 22
    connection.set_rollback(True)  # rows without their ledger entries: none of this may pass the last checks


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        _text(client, address)
    return len(caught)


def test_filters_narrow_the_list_and_stay_while_paging() -> None:
    who = cast(tasks=3, want=1, pay=PER_JUDGEMENT)
    who.small.wait(-600)
    accepted, pending = who.small.work(who.expert, 2), who.small.work(who.expert, 2)
    who.small.review(ACCEPT)
    client = client_of(who.expert)
    accepted.refresh_from_db()
    pending.refresh_from_db()
    if accepted.state != "accepted":
        accepted, pending = pending, accepted
    for query, shown, hidden in (
        ("state=accepted", accepted, pending), ("state=pending", pending, accepted),
        (f"state=pending&kind=attempt&project={who.slug}", pending, accepted),
    ):  # fmt: skip
        text = _text(client, f"/my-work/?{query}")
        assert f"/submissions/{shown.id}/" in text
        assert f"/submissions/{hidden.id}/" not in text
    assert "Nothing fits these filters" in _text(client, "/my-work/?kind=review")
    both = _text(client, "/my-work/?project=somebody-elses&state=no-such&kind=%00")
    assert f"/submissions/{pending.id}/" in both, "a filter that names nothing is no filter"
    older = _text(client, f"/my-work/?state=accepted&before=2020-01-01T00:00:00Z_{accepted.id}")
    assert 'href="?state=accepted"' in older


def test_a_submission_tells_its_whole_life_and_nobody_elses() -> None:
    who = cast(tasks=1, want=1)
    who.small.wait(-7200)
    first = who.small.work(who.expert, 60)
    who.small.review(RETURN)
    text = _text(client_of(who.expert), f"/submissions/{first.id}/")
    assert "This came back to you" in text
    who.small.submit(who.small.claim(who.expert), LEFT)
    who.small.review(ACCEPT)
    release_delivery(project=who.small.project, actor=COMMAND, now=who.small.now)
    close_statements(until=utc_now(), actor=JOB, now=utc_now())
    text = _text(client_of(who.expert), f"/submissions/{first.id}/")
    told = [
        "You took the task", "You handed it in", "A reviewer returned it for rework", "Say which answer is wrong.",
        "2. Wrong answers", "You took the rework", "A reviewer accepted it", "It was delivered to the client",
        "Its pay stands on statement no. 1",
    ]  # fmt: skip
    assert [said for said in told if said not in text] == []
    assert text.count("You handed it in") == 2
    alias = who.small.project.seat_set.get(person_id=who.reviewer).alias
    assert alias in text
    assert "Named reviewer0" not in text
    assert client_of(who.colleague).get(f"/submissions/{first.id}/").status_code == 404
    review = Submission.objects.filter(person_id=who.reviewer).earliest("submitted_at")
    assert "Your verdict decided it" in _text(client_of(who.reviewer), f"/submissions/{review.id}/")


def test_home_tells_what_changed_and_links_to_it() -> None:
    who = cast(tasks=2, want=1, pay=PER_JUDGEMENT)
    client = client_of(who.expert)
    text = _text(client, "/")
    assert "You have a seat in a project" in text
    assert "How it goes" in text, "somebody new is told how it goes"
    who.small.wait(-60)
    made = who.small.work(who.expert, 2)
    who.small.review(ACCEPT)
    project = who.small.project
    Guideline.objects.create(
        id=made.claim_id, org_id=project.org_id, project=project, version=2, created_at=utc_now(),
        texts={"en": "# Guideline\n\nTies are **rare**."},
    )  # fmt: skip
    close_statements(until=utc_now(), actor=JOB, now=utc_now())
    text = _text(client, "/")
    assert f'href="/submissions/{made.id}/"' in text
    assert f'href="/projects/{who.slug}/guideline/2/"' in text
    assert f'href="/earnings/statements/{Statement.objects.get(person_id=who.expert).id}/"' in text
    assert "How it goes" not in text
    other = _text(client_of(who.colleague), "/")
    assert str(made.id) not in other
    assert "Statement no." not in other


def test_a_changed_guideline_is_told_and_shown_as_a_difference() -> None:
    who = cast(tasks=2, want=1)
    client, project = client_of(who.expert), who.small.project
    assert "The guideline changed since" not in _text(client, f"/projects/{who.slug}/")
    work = who.small.work(who.expert, 5)
    Guideline.objects.create(
        id=work.claim_id, org_id=project.org_id, project=project, version=2, created_at=utc_now(),
        texts={"en": "# Guideline\nTies are <b>rare</b>."},
    )  # fmt: skip
    text = _text(client, f"/projects/{who.slug}/")
    assert f'href="/projects/{who.slug}/guideline/2/?since=1"' in text
    text = _text(client, f"/projects/{who.slug}/guideline/2/?since=1")
    assert "What changed since version 1" in text
    assert "Ties are &lt;b&gt;rare&lt;/b&gt;." in text
    assert "nothing to compare it with" in _text(client, f"/projects/{who.slug}/guideline/1/?since=99999999999")
    assert client.get(f"/projects/{who.slug}/guideline/3/").status_code == 404
    assert client_of(who.stranger).get(f"/projects/{who.slug}/guideline/2/").status_code == 404


def test_examples_are_practice_tasks_with_their_reasons_page_by_page() -> None:
    who = cast(tasks=1)
    client = client_of(who.expert)
    assert "This project has no examples" in _text(client, f"/projects/{who.slug}/examples/")
    gold = [
        NewTask(f"p{n:02}", {"prompt": f"Practice {n}."}, 0, {"winner": "right"}, {"en": f"Because of {n}."})
        for n in range(12)
    ]
    make_batch(project=who.small.project, kind="practice", tasks=gold, actor=COMMAND, now=utc_now())
    text = _text(client, f"/projects/{who.slug}/examples/")
    assert ("Practice 9." in text, "Because of 9." in text, "Practice 10." in text) == (True, True, False)
    assert "Prompt 0" not in text, "work that is still given out is no example"
    text = _text(client, f"/projects/{who.slug}/examples/?after=2.p09")
    assert ("Practice 9." in text, "Practice 11." in text) == (False, True)
    for bad in ("x", "99999999999.p", "1.%00", "٣.p"):
        assert client.get(f"/projects/{who.slug}/examples/?after={bad}").status_code == 200


def test_figures_count_only_measured_time() -> None:
    who = cast(tasks=3, want=1)
    who.small.wait(-3600)
    who.small.work(who.expert, 100)
    who.small.work(who.expert, 300)
    text = _text(client_of(who.expert), f"/projects/{who.slug}/figures/")
    assert "6:40" in text, "100 s and 300 s measured"
    assert "3:20" in text, "their median"
    assert "$36.00/h" in text
    assert "No figures yet" in _text(client_of(who.colleague), f"/projects/{who.slug}/figures/")


def test_earnings_open_to_their_inputs_and_leave_as_a_table() -> None:
    who = cast(tasks=2, want=1, pay=PER_JUDGEMENT)
    who.small.wait(-60)
    who.small.work(who.expert, 2)
    who.small.work(who.colleague, 2)
    client = client_of(who.expert)
    text = _text(client, "/earnings/")
    for said in ("Judgements:", "Units handed in", "Rule and its version", "Week by week"):
        assert said in text
    response = client.get("/earnings/lines.csv")
    rows = list(csv.reader(io.StringIO(_body(response).removeprefix("\ufeff"))))
    own = PayLine.objects.filter(person_id=who.expert)
    assert len(rows) == 1 + own.count()
    assert rows[1][5:8] == ["Judgements: 1 × $0.12 = $0.12", "0.12", "USD"]
    assert {row[-1] for row in rows[1:]} == {str(line.id) for line in own}, "own lines, and all of them"
    (balance,) = balances_of_person(who.expert)
    assert f"${balance.pending_minor / 100:.2f}" in text
    check_books()


def test_a_profile_is_kept_checked_and_told_of_without_its_text() -> None:
    who = cast()
    client = client_of(who.expert)
    sent = {"name": "Amal  Haddad", "about": "Ten years of contract law.", "languages": "Arabic، English, Klingonish",
            "language_codes": ["", "fr", "en"], "domains": "law", "country_code": "JO", "tz": "Asia/Amman"}  # fmt: skip
    assert client.post("/account/profile/", sent).status_code == 302
    held = Profile.objects.get(person_id=who.expert)
    assert (held.language_codes, held.languages) == (["fr", "en", "ar"], ["Klingonish"]), "as codes what has one"
    assert (held.domains, held.country_code, held.country) == (["law"], "JO", "")
    assert Person.objects.values_list("name", "tz").get(id=who.expert) == ("Amal Haddad", "Asia/Amman")
    (event,) = Event.objects.filter(verb="profile:changed")
    assert (event.subject_id, event.facts["fields"]) == (
        who.expert, ["name", "tz", "about", "language_codes", "languages", "domains", "country_code"],
    )  # fmt: skip
    client.post("/account/profile/", sent)
    assert Event.objects.filter(verb="profile:changed").count() == 1, "nothing changed the second time"
    mistaken = {"name": " ", "tz": "Nowhere", "about": "Typed <b>text</b>", "language_codes": "xx"}
    wrong = client.post("/account/profile/", sent | mistaken | {"country_code": "ZZ"})
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert 'href="#f-language_codes"' in text
    assert 'href="#f-country_code"' in text
    assert 'href="#f-name"' in text
    assert "Typed &lt;b&gt;text&lt;/b&gt;" in text, "what was typed is still there"
    assert Person.objects.get(id=who.expert).name == "Amal Haddad"
    assert "Ten years" not in _text(client_of(who.colleague), "/account/profile/")


def test_everything_about_me_is_mine_alone() -> None:
    who = cast(tasks=2, want=1)
    who.small.wait(-600)
    made = who.small.work(who.expert, 5)
    who.small.work(who.colleague, 5)
    who.small.review(RETURN)
    body = _body(client_of(who.expert).get("/account/profile/everything.json"))
    found = json.loads(body)
    assert [row["id"] for row in found["submissions"]] == [str(made.id)]
    assert found["person"][0]["email"] == "expert0@people.example"
    assert {row["verb"] for row in found["events_about_me"]} >= {"person:joined", "seat:taken"}
    assert "expert1@" not in body
    assert "reviewer0@" not in body
    assert "password" not in body
