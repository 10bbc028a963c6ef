"""Models in tests: endpoints at the server of tests/model_server.py, and conversations held as the page holds them."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.queries import ClaimFacts, claim_facts
from fairhand.files.commands import send_whole
from fairhand.files.models import Attachment
from fairhand.flow.answer_files import begin_answer_file
from fairhand.flow.ask_model import Wanted, ask_model
from fairhand.flow.model_money import set_model_limit
from fairhand.flow.model_streams import Streams
from fairhand.inference.commands import add_endpoint
from fairhand.inference.models import Generation, ModelEndpoint
from fairhand.inference.rules import NewEndpoint
from fairhand.inference.states import UNDER_WAY
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from tests.attachments import look_at_all
from tests.browser.people import Cast, cast
from tests.building import Small
from tests.model_server import ModelServer

WAIT_S = 30


def endpoint(name: str, url: str, model: str | None = None, **more: Any) -> ModelEndpoint:
    """An endpoint of the operator's; beside us, so allowed to be at a private address. It costs something."""
    new = NewEndpoint(**{
        "name": name, "base_url": url, "model": model or name, "key": "sk-secret-of-a-test", "currency": "USD",
        "price_in": "2", "price_out": "8", "context_tokens": 8_000, "kinds": ("image", "audio", "pdf"),
        "private_ok": True, "silence_s": 2, "total_s": 20, **more,
    })  # fmt: skip
    made = add_endpoint(new=new, actor=COMMAND, now=utc_now())
    assert isinstance(made, ModelEndpoint), made
    return made


def panel(*models: str, **more: Any) -> dict[str, Any]:
    """A template that asks for a conversation with these models."""
    question = {
        "name": "talk", "type": "panel", "version": 1, "label": {"en": "The conversation"}, "required": True,
        "models": list(models), "answer_tokens": 100, **more,
    }  # fmt: skip
    field = {"name": "prompt", "type": "text", "version": 1, "label": {"en": "Topic"}}
    return {"version": 1, "fields": [field], "questions": [question]}


def tried(*models: str, **more: Any) -> dict[str, Any]:
    """A template that asks for a prompt which is tried on these models."""
    question = {
        "name": "talk", "type": "prompt", "version": 1, "label": {"en": "The prompt"}, "required": True,
        "models": list(models), "answer_tokens": 100, "tried": "required", "judged": "required", **more,
    }  # fmt: skip
    return {**panel(), "questions": [question]}


def asker(
    server: ModelServer, make: Callable[..., dict[str, Any]], *models: str, **more: Any
) -> tuple[Cast, Any]:  # fmt: skip
    """Somebody who holds a claim on a task of such a template (`panel` or `tried`), and may ask these models."""
    for model in models:
        endpoint(model, server.url)
    who = cast(template=make(*models, **more))
    fund_models(who.small)
    return who, who.small.claim(who.expert)


def sent(claim: Any, name: str, content: bytes) -> Attachment:
    """A file that was sent for the answer of a claim, and looked at."""
    row = begin_answer_file(facts=facts_of(claim), question="talk", name=name, size=len(content), now=utc_now())
    assert isinstance(row, Attachment), row
    send_whole(row=row, pieces=[content])
    look_at_all()
    row.refresh_from_db()
    return row


def code_of(found: Any) -> str:
    """The code of a refusal."""
    assert isinstance(found, Refused), found
    return found.code


def fund_models(small: Small, minor: int = 1_000) -> None:
    """A limit for models, out of the budget."""
    done = set_model_limit(project_id=small.project.id, limit_minor=minor, actor=COMMAND, now=utc_now())
    assert not isinstance(done, Refused), done


def facts_of(claim: Any) -> ClaimFacts:
    """A claim as it stands."""
    found = claim_facts(claim.id)
    assert found is not None
    return found


def turn(text: str, **more: Any) -> dict[str, Any]:
    """A turn as it is written."""
    return {"text": text, "files": [], **more}


def ask(claim: Any, turns: Sequence[Mapping[str, Any]], places: Sequence[int] = (0,)) -> list[Generation] | Refused:
    """What the page asks, as the claim's holder."""
    return ask_model(facts=facts_of(claim), wanted=Wanted("talk", turns, places), now=utc_now())


def asked(claim: Any, turns: Sequence[Mapping[str, Any]], places: Sequence[int] = (0,)) -> list[Generation]:
    """The same, which must be taken."""
    made = ask(claim, turns, places)
    assert not isinstance(made, Refused), made
    return made


@contextmanager
def streaming() -> Iterator[Streams]:
    """A worker's threads; what they left under way is ended."""
    streams = Streams(utc_now)
    try:
        yield streams
    finally:
        streams.close()


def ended(streams: Streams, rows: Sequence[Generation]) -> list[Generation]:
    """What the job does for each, and the rows once they are over."""
    for row in rows:
        streams.take(row.id)
    return over(rows)


def over(rows: Sequence[Generation]) -> list[Generation]:
    """The rows once they are over."""
    return [until(row.id, lambda found: found.state not in UNDER_WAY) for row in rows]


def until(generation_id: UUID, holds: Any) -> Generation:
    """The row as soon as something holds of it."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        found = Generation.objects.get(id=generation_id)
        if holds(found):
            return found
        time.sleep(0.02)
    raise AssertionError(f"it never came to that: {found.state} {found.problem} {found.text!r}")


def jobs() -> int:
    """How many answers wait for a worker in its queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'ask_model' AND status = 'todo'")
        return int(cursor.fetchone()[0])


def kept(row: Generation) -> dict[str, str]:
    """An answer as the page keeps it."""
    return {"slot": "ab"[row.place], "id": str(row.id), "text": row.text}


@contextmanager
def working() -> Iterator[Streams]:
    """A worker beside the test: whatever is asked is taken on as its job would, until the end."""
    over_now, seen = threading.Event(), set()

    def work(streams: Streams) -> None:
        while not over_now.wait(0.02):
            for each in Generation.objects.filter(state="asked").values_list("id", flat=True):
                if each not in seen:
                    seen.add(each)
                    streams.take(each)
        connection.close()

    with streaming() as streams:
        thread = threading.Thread(target=work, args=(streams,))
        thread.start()
        try:
            yield streams
        finally:
            over_now.set()
            thread.join()
