"""Pages without a browser: headers, languages, and how many questions they ask the database."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fairhand.audit.actor import COMMAND
from fairhand.flow.release_delivery import release_delivery
from fairhand.kernel.limits import SURPLUS_PER_WEEK_MAX
from fairhand.people.models import Person
from tests.browser.people import Cast, cast
from tests.building import ACCEPT, PER_JUDGEMENT
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        response = client.get(address)
        assert response.status_code == 200, address
    return len(caught)


def _more(who: Cast, rounds: int) -> None:
    """More of everything: submissions, reviews, lines, deliveries, people."""
    for _ in range(rounds):
        for person in (who.expert, who.colleague):
            who.small.work(person, 3)
            who.small.review(ACCEPT)
    release_delivery(project=who.small.project, actor=COMMAND, now=who.small.now)


def test_no_page_asks_more_when_there_is_more() -> None:
    who = cast(tasks=40, want=1, pay=PER_JUDGEMENT)
    who.small.wait(-3600)
    pages: list[tuple[str, Callable[[], str]]] = [
        ("expert", lambda: "/"), ("expert", lambda: f"/projects/{who.slug}/"), ("expert", lambda: "/my-work/"),
        ("expert", lambda: "/earnings/"), ("reviewer", lambda: "/reviews/"), ("manager", lambda: "/manage/"),
        ("manager", lambda: f"/manage/{who.slug}/"), ("manager", lambda: f"/manage/{who.slug}/people/"),
        ("client", lambda: "/client/"), ("client", lambda: f"/client/{who.slug}/"),
    ]  # fmt: skip
    _more(who, 2)
    clients = {name: client_of(getattr(who, name)) for name in ("expert", "reviewer", "manager", "client")}
    _queries(clients["expert"], "/")  # the names of time zones are asked for once by each process
    before = [_queries(clients[name], address()) for name, address in pages]
    _more(who, 10)
    after = [_queries(clients[name], address()) for name, address in pages]
    assert after == before
    assert max(after) <= 20


def test_home_asks_no_more_with_more_projects() -> None:
    who = cast()
    client = client_of(who.expert)
    before = _queries(client, "/")
    cast(slug="second")
    cast(slug="third")
    assert _queries(client, "/") == before


def test_lists_are_read_page_by_page_without_gap_or_repeat() -> None:
    who = cast(tasks=120, want=1, pay=PER_JUDGEMENT)
    who.small.wait(-7200)
    made = [str(who.small.work(who.expert, 2).id) for _ in range(120)]
    client = client_of(who.expert)
    for start in ("/my-work/", "/earnings/"):
        seen: list[str] = []
        address: str | None = start
        while address:
            text = client.get(address).content.decode()
            seen += re.findall(r'href="/submissions/([0-9a-f-]{36})/"', text)
            older = re.search(r'href="(\?before=[^"]+)"', text)
            address = start + older[1] if older else None
        assert seen == made[::-1], start


def test_a_broken_cursor_shows_the_newest() -> None:
    client = client_of(cast().expert)
    for cursor in ("x", "2026-01-01", "2026-01-01T00:00:00_x", "2026-01-01T00:00:00Z_x", "%00", "9" * 500):
        assert client.get("/my-work/", {"before": cursor}).status_code == 200


def test_headers_keep_the_page_to_itself() -> None:
    who = cast()
    response = client_of(who.expert).get("/")
    policy = response["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert (response["X-Frame-Options"], response["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert response["Cache-Control"] == "private, no-store"
    board = client_of(who.manager).get(f"/manage/{who.slug}/")
    assert "unsafe" not in board["Content-Security-Policy"]


def test_a_reader_chooses_their_language_and_keeps_it() -> None:
    who = cast()
    client = client_of(who.expert)
    assert client.get("/")["Content-Language"] == "en"
    client.post("/account/language/", {"language": "ar", "next": "/earnings/"})
    page = client.get("/earnings/")
    assert page["Content-Language"] == "ar"
    assert '<html lang="ar" dir="rtl"' in page.content.decode()
    assert Person.objects.get(id=who.expert).locale == "ar"
    assert client_of(who.expert).get("/")["Content-Language"] == "ar", "on another device, by the account"


def test_a_visitor_reads_in_the_browsers_language() -> None:
    client = Client(headers={"host": "localhost", "accept-language": "ar-EG,ar;q=0.9,en;q=0.5"})
    assert client.get("/in/")["Content-Language"] == "ar"
    client = Client(headers={"host": "localhost", "accept-language": "ja"})
    assert client.get("/in/")["Content-Language"] == "en"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_nobody_is_sent_elsewhere_after_choosing(target: str) -> None:
    response = Client(headers={"host": "localhost"}).post("/account/language/", {"language": "ar", "next": target})
    assert response["Location"] == "/"


@pytest.mark.parametrize("zone", ["Asia/Dubai", "Nowhere/Else", "../../etc/passwd", "\x00", "A" * 5000])
def test_a_zone_is_one_we_know_or_is_not_used(zone: str) -> None:
    client = Client(headers={"host": "localhost"})
    client.cookies["fairhand_zone"] = zone
    assert client.get("/sign-in/").status_code == 200


@pytest.mark.parametrize(("language", "words"), [("en", "Not found"), ("ar", "غير موجود")])
def test_a_wrong_address_is_a_page_in_the_readers_language(language: str, words: str) -> None:
    client = Client(headers={"host": "localhost", "accept-language": language})
    response = client.get("/nothing/here/")
    assert (response.status_code, words in response.content.decode()) == (404, True)


def test_what_a_client_wrote_is_text_on_every_page() -> None:
    """A task's texts are somebody else's data: they are shown, never run."""
    who = cast(tasks=1, want=1)
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    small = who.small
    with connection.cursor() as cursor:
        cursor.execute("UPDATE task SET payload = jsonb_build_object('prompt', %s::text)", [evil])
    claim = small.claim(who.expert)
    text = client_of(who.expert).get(f"/work/{claim.id}/").content.decode()
    assert evil not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_broken_form_is_told_what_is_wrong_and_keeps_the_rest() -> None:
    who = cast(tasks=1, want=1)
    claim = who.small.claim(who.expert)
    client = client_of(who.expert)
    response = client.post(f"/work/{claim.id}/", {"answer.winner": "neither", "beats": "{broken", "device": "x"})
    assert response.status_code == 422
    assert "Choose one of the options." in response.content.decode()
    response = client.post(f"/work/{claim.id}/", {"beats": '[{"seq":"x"}]'})
    assert "An answer is needed here." in response.content.decode()


def test_the_card_tells_how_many_late_answers_are_taken() -> None:
    """The limit that `work.rules.how_taken` applies is said before the claim."""
    who = cast()
    page = client_of(who.expert).get(f"/projects/{who.slug}/").content.decode()
    text = re.sub(r"<[^>]+>|[\u2066-\u2069]", "", page)  # figures stand isolated
    assert f"at most {SURPLUS_PER_WEEK_MAX} such answers a week are taken" in text
