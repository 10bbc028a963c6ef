"""What every page's frame needs: who reads, what they may open, and in which language and light."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext_noop
from django.utils.translation import gettext as _

from fairhand.people.access import (
    INVITE,
    MANAGE_CLIENT_PEOPLE,
    SEE_AS_CLIENT,
    SEE_BOARD,
    SEE_BOOKS,
    SEE_PEOPLE,
    Right,
    Viewer,
    may_enter,
)
from fairhand.people.states import STAFF_ROLES

THEMES = ("light", "dark")
THEME_COOKIE = "fairhand_theme"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    theme = request.COOKIES.get(THEME_COOKIE, "")
    # A request for a host that is not ours is refused before its language is known.
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    return {
        "demo": settings.DEMO,
        "rtl": get_language_bidi(),
        "theme": theme if theme in THEMES else "",
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != language],
        "nav": nav(viewer) if viewer is not None else [],
        "reader": request.user if viewer is not None else None,
    }


def nav(viewer: Viewer) -> list[tuple[str, str, str]]:
    """(section, address, label) of what somebody's rights open; experts are those who hold no staff role."""
    found: list[tuple[str, str, str]] = []
    if is_expert(viewer):
        found += [("home", reverse("home"), _("Home")), ("projects", reverse("projects"), _("Projects"))]
    if "reviewer" in viewer.roles:
        found.append(("reviews", reverse("reviews"), _("Reviews")))
    if is_expert(viewer):
        found += [("work", reverse("my-work"), _("My work")), ("earnings", reverse("earnings"), _("Earnings"))]
    return found + [
        (name, reverse(address), _(label)) for name, address, label, right in _STAFF if _opens(viewer, right)
    ]


def is_expert(viewer: Viewer) -> bool:
    """Whether somebody works here themselves: they hold no role of staff or of a client."""
    return not viewer.roles & frozenset(STAFF_ROLES)


# A page of staff in the main navigation, in order: section, name of its address, label, what opens it.
_STAFF = (
    ("manage", "manage", gettext_noop("Projects"), SEE_BOARD),
    ("client", "client", gettext_noop("Your projects"), SEE_AS_CLIENT),
    ("client-people", "client-people-home", gettext_noop("Your people"), MANAGE_CLIENT_PEOPLE),
    ("invitations", "invitations", gettext_noop("Invitations"), INVITE),
    ("money", "finance", gettext_noop("Money"), SEE_BOOKS),
    ("operation", "operation", gettext_noop("Operation"), SEE_PEOPLE),
)


def _opens(viewer: Viewer, right: Right) -> bool:
    # The operator's managers may see what a client sees, from the project; they need no second list of projects.
    return may_enter(viewer, right) and not (right is SEE_AS_CLIENT and may_enter(viewer, SEE_BOARD))
