"""Every address there is, from the URL configuration and the API's operations, and who should get in.

The expectation is read from the table of rights and from what people hold, by other code than the product's: a mistake
in one of the two shows.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from fairhand.api.urls import api
from fairhand.people.access import INSTALLATION, ORG, OWN, PROJECT, PUBLIC, SEAT, SEE_AS_CLIENT, SEE_TASKS, Right
from tests.world import OPERATOR, Side, Who, World

PARAM = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")
# What somebody's own page shows rows of: only the first expert of a side holds those that `Side.ids` names.
OWN_ROWS = frozenset({
    "exclusion_id", "claim_id", "submission_id", "statement_id", "key_id", "pk", "end-visit.number",
    "case.case_id", "case-appeal.case_id", "raised-back.raised_id", "contest.line_id", "contest-refused.paid_time_id",
})  # fmt: skip
# Rows that are their maker's alone, whatever others may do in the project.
MAKERS = {"upload_id": "manager"}
# A project's file: the rights that show it beside the expert whose task does; on its way it is its sender's alone.
FILES = {"file": (SEE_TASKS, SEE_AS_CLIENT), "file-content": (SEE_TASKS, SEE_AS_CLIENT)}
FILES_SENT = {"file-part": "manager"}
METHODS = ("GET", "POST")
OUTSIDE = ("nobody", "suspended", "recorded")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address with the methods that it takes."""

    name: str
    route: str
    door: Any
    methods: tuple[str, ...]
    api: bool = False

    @property
    def params(self) -> tuple[str, ...]:
        """Names of what stands in the address."""
        return tuple(PARAM.findall(self.route))

    def address(self, side: Side) -> str:
        """The address of this side's row. Raises KeyError for a parameter that nobody gave a value."""

        def value(found: re.Match[str]) -> str:
            return str(side.ids[name] if (name := f"{self.name}.{found[1]}") in side.ids else side.ids[found[1]])

        return "/" + PARAM.sub(value, self.route)


def endpoints() -> list[Endpoint]:
    """All of them, in the order of the configuration."""
    return [*_pages(get_resolver().url_patterns), *_operations()]


def pages() -> list[Endpoint]:
    """Those that are no calls of the API."""
    return list(_pages(get_resolver().url_patterns))


def _pages(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[Endpoint]:
    for pattern in patterns:
        route = before + _plain(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            door = getattr(pattern.callback, "door", None)
            yield Endpoint(pattern.name or route, route, door, door.methods if door else ())
        elif pattern.namespace != api.urls_namespace:
            yield from _pages(pattern.url_patterns, route)


def _plain(route: str) -> str:
    """A route written as a regular expression, as one with names alone."""
    return re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route).lstrip("^").removesuffix("$")


def _operations() -> Iterator[Endpoint]:
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                door = getattr(operation.view_func, "door", None)
                route = f"api/v1/{prefix.strip('/')}{path}".replace("//", "/")
                name = f"api:{operation.view_func.__name__}"
                yield Endpoint(name, route, door, tuple(operation.methods), api=True)


def framework_addresses() -> list[str]:
    """Addresses below the API that are no operation of it: the router's own."""
    (resolver,) = (
        each for each in get_resolver().url_patterns
        if isinstance(each, URLResolver) and each.namespace == api.urls_namespace
    )  # fmt: skip
    operations = {re.sub(r"[{<](?:\w+:)?(\w+)[>}]", r"<\1>", each.route) for each in _operations()}
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", f"api/v1/{each.pattern}") for each in resolver.url_patterns}
    return sorted(routes - operations)


def should_enter(who: Who, endpoint: Endpoint, side: Side) -> bool:
    """Whether somebody is to get in, at the address of this side's rows."""
    right: Right = endpoint.door.right
    if right.reach == PUBLIC:
        return True
    if who.name in OUTSIDE:
        return False
    if endpoint.name in FILES_SENT:
        return who.name == FILES_SENT[endpoint.name]
    if endpoint.name in FILES:
        shown = any(reaches(who, endpoint, side, each) for each in FILES[endpoint.name])
        return shown or who.name == f"expert_{side.name}"
    if right.reach == OWN:
        named = {*endpoint.params, *(f"{endpoint.name}.{each}" for each in endpoint.params)}
        return not OWN_ROWS & named or who.name == f"expert_{side.name}"
    if right.reach == SEAT:
        return side.name in who.seats
    makers = {maker for param, maker in MAKERS.items() if param in endpoint.params}
    return makers <= {who.name} and reaches(who, endpoint, side)


def reaches(who: Who, endpoint: Endpoint, side: Side, asked: Right | None = None) -> bool:
    """Whether a role that somebody holds gives the right (the door's, if no other is asked), and reaches this side."""
    right: Right = asked or endpoint.door.right
    return any(
        role in right.roles and _reaches(right, org, project, endpoint, side) for role, org, project in who.holds
    )


def _reaches(right: Right, org: str, project: str | None, endpoint: Endpoint, side: Side) -> bool:
    if right.reach == INSTALLATION:
        return org == OPERATOR and project is None
    if right.reach == ORG:
        return project is None and ("org" not in endpoint.params or org == side.name)
    assert right.reach == PROJECT
    return not endpoint.params or (org in (OPERATOR, side.name) and project in (None, side.name))


# In this order the first few who may open a page open it; between them they see most of what a page can show.
READERS = (
    "expert_a", "reviewer_a", "operator_admin", "client_manager_a", "finance", "auditor", "manager", "recruiter",
    "stranger",
)  # fmt: skip
OPEN_TO_ALL = "anyone"


def readers(world: World, per_page: int = 1) -> Iterator[tuple[Endpoint, str]]:
    """Every page and call that a GET opens for somebody signed in, with those of READERS who are to open it."""
    for endpoint in endpoints():
        if endpoint.door is None or "GET" not in endpoint.methods or endpoint.door.right.name == OPEN_TO_ALL:
            continue
        found = [name for name in READERS if should_enter(world.people[name], endpoint, world.sides["a"])]
        assert found, f"nobody of {READERS} may open {endpoint.name}"
        yield from ((endpoint, name) for name in found[:per_page])
