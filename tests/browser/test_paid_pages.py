"""Pages of work outside tasks, without a browser: a kind is set, entered, confirmed, read, and seen in Arabic."""

import pytest
from django.test import Client

from fairhand.audit.models import Event
from fairhand.flow.paid_news import READERS, to_read
from fairhand.notices.words import said
from fairhand.people.models import Person
from fairhand.work.models import PaidKind, PaidTime
from tests.browser.people import cast
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")


def test_a_kind_is_set_entered_confirmed_and_told() -> None:
    who = cast(tasks=2, want=1)
    manager, expert, own = client_of(who.manager), client_of(who.expert), f"/projects/{who.slug}/paid/"
    manage = f"/manage/{who.slug}/paid/"
    bad = manager.post(f"{manage}set/", {"kind": "meeting", "how": "flat", "amount": "much", "minutes_max": "x",
                                         "times_max": "0"})  # fmt: skip
    assert bad.status_code == 422
    assert bad.content.decode().count('aria-invalid="true"') == 2
    manager.post(f"{manage}set/", {"kind": "meeting", "how": "timed", "amount": "٣٠٫٠٠", "minutes_max": "90",
                                   "times_max": "3"})  # fmt: skip
    manager.post(f"{manage}set/", {"kind": "reading", "how": "flat", "amount": "4.00", "minutes_max": "20",
                                   "at_once": "yes"})  # fmt: skip
    kind = PaidKind.objects.get(kind="meeting")
    assert str(kind.id) in expert.get(own).content.decode()
    assert "manage" not in expert.get(f"/projects/{who.slug}/").content.decode()
    assert own in expert.get(f"/projects/{who.slug}/").content.decode()

    enter = {"kind": str(kind.id), "key": "first", "minutes": "", "note": ""}
    wrong = expert.post(f"{own}enter/", enter)
    assert wrong.status_code == 422
    assert wrong.content.decode().count('aria-invalid="true"') == 2
    expert.post(f"{own}enter/", enter | {"minutes": "60", "note": "The <first> call."})
    entry = PaidTime.objects.get()
    waits = READERS["paid_time:entered"](list(Event.objects.filter(verb="paid_time:entered").values()))
    assert {news.person_id for news in waits} >= {who.manager}
    assert who.client not in {news.person_id for news in waits}
    shown = manager.get(manage).content.decode()
    assert "The &lt;first&gt; call." in shown
    assert client_of(who.client).get(manage).status_code == 404
    assert client_of(who.client).get(own).status_code == 404
    assert manager.post(f"{manage}{entry.id}/", {"minutes": "61", "reason": ""}).status_code == 422
    manager.post(f"{manage}{entry.id}/", {"minutes": "45", "reason": "It was shorter."})
    entry.refresh_from_db()
    assert (entry.granted_ms, entry.paid_minor) == (2_700_000, 2250)

    publish = {"base": "1", "text.en": "Other words.", "text.ar": "كلمات أخرى.", "note": "Clearer.", "act": "publish"}
    manager.post(f"/manage/{who.slug}/guideline/write/", publish)
    assert 'name="version" value="2"' in expert.get(own).content.decode()
    page = _reads(expert, who.slug)
    expert.post(f"{own}enter/", {"kind": "none", "key": "second", "version": "2", "minutes": "6", "note": ""})
    assert PaidTime.objects.get(version=2).paid_minor == 400
    events = list(Event.objects.order_by("at").values())
    published = to_read([each for each in events if each["verb"] == "guideline:published"])
    assert who.expert in {news.person_id for news in published}
    assert READERS["paid_time:entered"](events) == [], "nothing waits any more"
    (told,) = READERS["paid_time:paid"]([each for each in events if each["verb"] == "paid_time:paid"])
    assert (told.person_id, told.path, told.facts["amount"]) == (who.expert, own, "$22.50"), "what was at once, is seen"
    for news in (told, published[0]):
        title, sentence = said(news.kind, news.facts, "ar")
        assert title
        assert sentence
    assert f"{page}read/" not in expert.get(page).content.decode(), "it was entered"
    _contests(expert, manager, who.slug, enter)
    manager.post(f"{manage}stop/", {"kind": "meeting"})
    assert PaidKind.objects.get(id=kind.id).ended_at is not None
    Person.objects.filter(id=who.expert).update(locale="ar")
    for address in (own, "/earnings/", "/notices/"):
        told = expert.get(address, headers={"accept-language": "ar"}).content.decode()
        assert 'dir="rtl"' in told
    assert "It was shorter." in expert.get(own).content.decode()


def _reads(expert: Client, slug: str) -> str:
    """Begins to read version 2 with the clock; its page."""
    page = f"/projects/{slug}/guideline/2/"
    assert "data-clock" not in expert.get(page).content.decode(), "its terms stand there before it begins"
    expert.post(f"{page}read/")
    assert "data-clock" in expert.get(page).content.decode()
    assert expert.post(f"{page}read/done/").headers["location"] == page, "nothing was counted yet"
    return page


def _contests(expert: Client, manager: Client, slug: str, enter: dict[str, str]) -> None:
    """An entry that is not granted, and its case, which whoever refused it can't answer."""
    own = f"/projects/{slug}/paid/"
    expert.post(f"{own}enter/", enter | {"key": "third", "minutes": "10", "note": "Another call."})
    again = PaidTime.objects.get(note="Another call.")
    contest = f"/earnings/entries/{again.id}/contest/"
    assert expert.get(contest).status_code == 302, "nobody refused it"
    manager.post(f"/manage/{slug}/paid/{again.id}/", {"reason": "Nobody <was> there.", "do": "refuse"})
    assert contest in expert.get(own).content.decode()
    assert "Nobody &lt;was&gt; there." in expert.get(contest).content.decode()
    assert expert.post(contest, {"words": ""}).status_code == 422
    case = expert.post(contest, {"words": "I was."}).headers["location"]
    assert "Another call." in expert.get(case).content.decode()
    cases = manager.get(f"/manage/{slug}/cases/").content.decode()
    assert 'name="minutes"' not in cases, "whoever refused it answers nothing"
