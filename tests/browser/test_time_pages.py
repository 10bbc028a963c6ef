"""Pages of recorded time, without a browser: work away from the page, corrections, and who decides them."""

import json

import pytest

from fairhand.kernel.clock import utc_now
from fairhand.pay.models import PayLine
from fairhand.people.models import Person
from fairhand.work.models import DeclaredTime, TimeCorrection
from tests.browser.people import cast
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")


def test_time_is_told_corrected_decided_and_exported() -> None:
    who = cast(tasks=4, want=1)
    small, client, manager = who.small, client_of(who.expert), client_of(who.manager)
    small.now = utc_now()
    small.wait(-3600)
    claim = small.claim(who.expert)
    for _ in range(20):
        small.beat(claim, 60)

    away = f"/work/{claim.id}/off-page/"
    wrong = client.post(away, {"minutes": "", "note": "", "beats": "[]"})
    assert wrong.status_code == 422
    assert wrong.content.decode().count('aria-invalid="true"') == 2
    parts = [{"kind": "hidden", "ms": 600_000, "ago_ms": 1000}, {"kind": "sorrow", "ms": 5, "ago_ms": 0}]
    beats = json.dumps([{"seq": 900, "device": "tab", "active_ms": 0, "parts": parts}])
    client.post(away, {"minutes": "5", "note": "Read <the paper>.", "beats": beats})
    assert DeclaredTime.objects.get().counted_ms == 300_000
    record = f"/my-work/{claim.id}/time/"
    shown = client.get(record).content.decode()
    assert "Read &lt;the paper&gt;." in shown
    assert "Page not in front" in shown, "the readable part of a report is kept"
    assert "sorrow" not in shown
    assert client_of(who.colleague).get(record).status_code == 404

    client.post(f"/work/{claim.id}/", {"answer.winner": "left"})
    assert client.post(f"{record}correct/", {"minutes": "x", "reason": ""}).status_code == 422
    client.post(f"{record}correct/", {"minutes": "3", "reason": "It was closed."})
    assert PayLine.objects.get(primitive="ADJUST").amount_minor == 180
    client.post(f"{record}correct/", {"minutes": "15", "reason": "A call with a colleague."})
    asked = TimeCorrection.objects.get(granted_ms=None)
    requests = f"/manage/{who.slug}/requests/"
    assert "A call with a colleague." in manager.get(requests).content.decode()
    assert client_of(who.client).get(requests).status_code == 404
    address = f"{requests}time/{asked.id}/"
    bad = manager.post(address, {"do": "grant", "minutes": "16", "reason": ""})
    assert bad.status_code == 422
    assert bad.content.decode().count('aria-invalid="true"') == 2
    assert manager.post(address, {"do": "grant", "minutes": "0", "reason": "No."}).status_code == 422
    manager.post(address, {"do": "grant", "minutes": "10", "reason": "As the call's length was."})
    asked.refresh_from_db()
    assert (asked.granted_ms, asked.paid_minor) == (600_000, 600)
    Person.objects.filter(id=who.expert).update(locale="ar")
    told = client.get(record, headers={"accept-language": "ar"}).content.decode()
    assert "As the call&#x27;s length was." in told
    assert 'dir="rtl"' in told
