"""Texts that try to be more than texts, in a real browser: nothing of them runs, loads or leads elsewhere."""

from pathlib import Path
from uuid import UUID

import pytest

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.commands import ensure_seats
from fairhand.flow.import_pack import import_pack
from fairhand.flow.release_delivery import release_delivery
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.clock import utc_now
from fairhand.packs import read_pack
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from fairhand.projects.models import Project
from fairhand.tasks.models import Batch
from tests.browser.conftest import Visitors
from tests.building import ACCEPT, Small
from tests.rules.pack_cases import make_good

EVIL = "</textarea></script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>{{ 7 }}{% now %}'\\\"&lt;"
GUIDELINE = """# <script>window.pwned=1</script>

[one](javascript:window.pwned=1) [two](data:text/html,<script>window.pwned=1</script>) <a href="javascript:1">x</a>
![picture](https://elsewhere.example/x.png) [three](//elsewhere.example "\\" onmouseover=window.pwned=1 x=")

| left | middle |
|:-|:-:|
| a | b |

```"><script>window.pwned=1</script>
</pre><img src=x onerror=window.pwned=1>
```
"""
ANSWER = {"winner": "left", "comment": EVIL}


@pytest.fixture
def hostile(db: object, tmp_path: Path) -> Small:
    """A project whose every text is an attempt, with an answer and a verdict of the same kind."""
    folder = make_good(tmp_path / "pack")
    project, tasks = (folder / "project.toml").read_text(), (folder / "tasks.jsonl").read_text()
    text = "'''" + EVIL.replace("'", "´") + "'''"
    for name in ("Which answer is better?", "Prompt", "A", "B", "Better?", "Why?", "A client", "Pairs"):
        project = project.replace(f'"{name}"', text)
    project = project.replace("chars_max = 20", "chars_max = 2000").replace('share = "0.5"', 'share = "1"')
    (folder / "project.toml").write_text(project)
    (folder / "tasks.jsonl").write_text(tasks.replace("Say hi", EVIL.replace("\\", "\\\\").replace('"', '\\"')))
    (folder / "guideline.md").write_text(GUIDELINE)
    now = utc_now()
    made = import_pack(pack=read_pack(folder), actor=COMMAND, now=now)
    assert isinstance(made, Project), made
    emails = [(f"{name}@people.example", EVIL) for name in ("one", "two", "reviewer", "manager", "client")]
    ids = list(ensure_people(people=emails, kind="person", actor=COMMAND, now=now).items())
    one, two, reviewer, manager, client = (dict(ids)[email] for email, _ in emails)
    ensure_seats(project=made, person_ids=[one, two, reviewer], actor=COMMAND, now=now)
    operator = ensure_org(slug="operator", name=EVIL, kind="operator", actor=COMMAND, now=now)
    for person_id, org_id, role in (
        (reviewer, made.org_id, "reviewer"), (manager, operator.id, "manager"), (client, made.org_id, "client_viewer"),
    ):  # fmt: skip
        grant_role(person_id=person_id, org_id=org_id, role=role, actor=COMMAND, now=now)
    hashes = [card.card.terms_hash for card in stage_cards(made.id)]
    batch_id = Batch.objects.get(project=made, kind="real").id
    return Small(made, batch_id, [one, two], [reviewer, manager, client], now, hashes)


def test_no_text_of_a_pack_or_a_person_runs_or_loads_anything(hostile: Small, visitors: Visitors) -> None:
    one, (reviewer, manager, client) = hostile.experts[0], hostile.reviewers
    done = hostile.submit(hostile.claim(one), ANSWER)
    verdict = hostile.claim(reviewer, "review")
    returned = {"verdict": "return", "note": EVIL, "clause": EVIL}
    pages: dict[UUID, list[str]] = {
        one: ["/", "/account/", "/my-work/", "/earnings/", f"/submissions/{done.submission_id}/"],
        reviewer: ["/reviews/", f"/work/{verdict.id}/"],
    }
    asked = _look(visitors, pages)
    hostile.submit(verdict, returned)
    rework = hostile.claim(one)
    asked |= _look(visitors, {one: [f"/work/{rework.id}/", f"/submissions/{done.submission_id}/", "/projects/pairs/"]})
    hostile.submit(rework, ANSWER)
    again = hostile.submit(hostile.claim(reviewer, "review"), ACCEPT | {"note": EVIL})
    release_delivery(project=hostile.project, actor=COMMAND, now=utc_now())
    staff = ["/manage/", "/manage/pairs/", "/manage/pairs/people/", "/client/pairs/"]
    asked |= _look(visitors, {
        reviewer: [f"/submissions/{again.submission_id}/"], manager: staff, client: ["/client/", "/client/pairs/"],
    })  # fmt: skip
    assert {address for address in asked if not address.startswith((visitors.site, "data:", "blob:"))} == set()


def _look(visitors: Visitors, pages: dict[UUID, list[str]]) -> set[str]:
    """Opens pages, opens everything on them that opens, and gives every address that the browser asked for."""
    asked: set[str] = set()
    for person_id, addresses in pages.items():
        page = visitors.page(person_id)
        page.on("request", lambda request: asked.add(request.url))
        page.on("dialog", lambda dialog: asked.add(f"dialog: {dialog.message}"))
        for address in addresses:
            response = page.goto(visitors.site + address)
            assert response is not None
            assert response.status == 200, address
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            page.wait_for_timeout(100)
            assert page.evaluate("window.pwned") is None, address
            # An image or a frame of a text would stand here, as would a link that is a script.
            assert page.locator("img[src=x], iframe, object, embed, [onerror], [onmouseover]").count() == 0, address
            scripts = "a[href^='javascript'], a[href^='data'], script:not([src]):not([type='application/json'])"
            assert page.locator(scripts).count() == 0, address
            assert "window.pwned=1" in page.inner_text("body"), f"{address} shows nothing of it, so it proves nothing"
    return asked
