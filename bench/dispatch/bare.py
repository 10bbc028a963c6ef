"""The bare endpoint: Django and django-ninja over two statements, and nothing else.

No sign-in, no gate, no terms, no time, no event, no ledger, no middleware. It has the product's web server,
connection pool and database server, and its rows are as large as the product's tasks. What is left is what a claim and
a submission must cost in this house; the product is held against it.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest
from django.urls import path
from psycopg.types.json import Jsonb

from fairhand.settings import database

settings.configure(
    SECRET_KEY="only-for-measuring", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], USE_TZ=True,
    INSTALLED_APPS=[], DEBUG=False,
    DATABASES={
        "default": database(
            os.environ["BENCH_DATABASE_URL"], variable="BENCH_DATABASE_URL",
            pool_max=int(os.environ["FAIRHAND_DATABASE_POOL_MAX"]),
        )
    },
)  # fmt: skip
django.setup()

from ninja import NinjaAPI, Schema  # noqa: E402  # it reads Django's settings

CLAIM = """
UPDATE bare_task SET state = 1, holder = %s, claimed_at = now()
 WHERE id = (SELECT id FROM bare_task WHERE state = 0 ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, payload::text
"""

api = NinjaAPI(docs_url=None, openapi_url=None)


class ClaimIn(Schema):
    """Who asks."""

    person: str


class ClaimOut(Schema):
    """A task."""

    id: int
    payload: str


class AnswerIn(Schema):
    """Who answers what."""

    person: str
    answer: dict[str, str]


@api.post("/claim", response={200: ClaimOut, 409: None})
def claim(request: HttpRequest, wanted: ClaimIn):  # type: ignore[no-untyped-def]
    """The next task."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [wanted.person])
        row = cursor.fetchone()
    return (200, {"id": row[0], "payload": row[1]}) if row else (409, None)


@api.post("/tasks/{int:task_id}/submission")
def submit(request: HttpRequest, task_id: int, given: AnswerIn):  # type: ignore[no-untyped-def]
    """Its answer: the row, and the task's state."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare_answer (task_id, holder, answer) VALUES (%s, %s, %s)",
            [task_id, given.person, Jsonb(given.answer)],
        )
        cursor.execute("UPDATE bare_task SET state = 2 WHERE id = %s", [task_id])
    return {"ok": True}


urlpatterns = [path("api/", api.urls)]
application = get_wsgi_application()
