"""Files of tasks whose content may be illegal: shown to nobody but staff, the client and whoever is at work on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from fairhand.audit.actor import Actor
from fairhand.cases.models import Raised
from fairhand.dispatch.queries import claim_facts
from fairhand.files.commands import note_uses, put_part
from fairhand.files.models import Attachment
from fairhand.files.rules import value_of
from fairhand.flow.answer_files import begin_answer_file
from fairhand.flow.answer_raised import answer_raised
from fairhand.flow.raise_matter import raise_matter
from fairhand.kernel.clock import utc_now
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.models import Task
from fairhand.tasks.questions import QUESTIONS
from tests import samples
from tests.attachments import look_at_all, sent
from tests.browser.people import Cast, cast
from tests.building import ACCEPT, draft_batch
from tests.parts import stored
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")
TEMPLATE = {
    "version": 1,
    "fields": [{**stored(FIELDS.get("text")), "name": "prompt"}],
    "questions": [stored(QUESTIONS.get("file"))],
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(FILES=str(tmp_path / "files")):
        yield


def seen(who: Cast, file: Attachment) -> set[str]:
    """Who is given the file."""
    people = ("expert", "reviewer", "manager", "client")
    return {
        name for name in people if client_of(getattr(who, name)).get(f"/files/{file.id}/").status_code == 302
    }  # fmt: skip


def test_files_are_shown_to_those_at_work_alone_until_somebody_decided() -> None:
    who = cast(template=TEMPLATE)
    project = who.small.project
    who.small.now = utc_now()
    shown, claim = sent(project, who.manager, "street.jpg", samples.jpeg()), who.small.claim(who.expert)
    note_uses(uses={(str(shown.id), claim.task_id)}, project_id=project.id)
    facts = claim_facts(claim.id)
    assert facts is not None
    content = samples.png()
    mine = begin_answer_file(facts=facts, question="file", name="shot.png", size=len(content), now=utc_now())
    assert isinstance(mine, Attachment), mine
    put_part(file_id=mine.id, person_id=who.expert, place=0, content=content)
    look_at_all()
    mine.refresh_from_db()
    who.small.submit(claim, {"file": [value_of(mine)]})
    review = who.small.claim(who.reviewer, kind="review")
    row = raise_matter(
        claim_id=review.id, person_id=who.reviewer, kind="illegal", words="Whose face is it?", place="",
        actor=Actor("person", who.reviewer), now=utc_now(),
    )  # fmt: skip
    assert isinstance(row, Raised), row
    assert seen(who, shown) == {"manager", "client", "reviewer"}, "who has handed the task in sees it no more"
    who.small.submit(review, ACCEPT)
    assert seen(who, shown) == {"manager", "client"}
    assert seen(who, mine) == {"manager"}, "neither its sender nor the client is given it"
    example = Task.objects.get(batch_id=draft_batch(project, 1, kind="practice"))
    note_uses(uses={(str(shown.id), example.id)}, project_id=project.id)
    assert seen(who, shown) == {"manager", "client"}, "an example that shows it opens it to nobody"
    back = answer_raised(
        project_id=project.id, raised_id=row.id, everybody=False, seen=1, answer="An actor's.", done="put_back",
        version=None, actor=Actor("person", who.manager), now=utc_now(),
    )  # fmt: skip
    assert back == 1
    assert seen(who, shown) == {"manager", "client", "expert", "reviewer"}
    assert seen(who, mine) == {"expert", "manager", "reviewer", "client"}
