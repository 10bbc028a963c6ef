"""The API's one root, mounted at /api/v1/. Every operation says at its door who may come in (`fairhand.api.entry`)."""

from django.http import HttpRequest
from ninja import NinjaAPI

from fairhand.api import events, life, outside, own, projects, raised, templates, why, work
from fairhand.api.entry import KeyAuth, PageAuth, opens
from fairhand.api.errors import handle_errors
from fairhand.people.access import ANYONE

api = NinjaAPI(
    title="Fairhand",
    version="1",
    description="Read what you may see. Every list is read page by page; every error is a problem with code and why.",
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,  # docs/reference/openapi.json is the description; it is checked against the code
    auth=[KeyAuth(), PageAuth(csrf=True)],
)
handle_errors(api)


@api.get("/health", auth=None, response={200: dict[str, str]}, tags=["operation"])
@opens(ANYONE)
def health(request: HttpRequest) -> dict[str, str]:
    """Whether this process answers. It says nothing about anybody's data."""
    return {"status": "ok"}


for router in (
    own.router, projects.router, templates.router, work.router, life.router, raised.router, outside.router, why.router,
    events.router,
):  # fmt: skip
    api.add_router("", router)
