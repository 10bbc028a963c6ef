"""What every page's frame needs: who reads, what they may open, and in which language and light."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from fairhand.people.access import Viewer

THEMES = ("light", "dark")
THEME_COOKIE = "fairhand_theme"
MANAGES = frozenset({"operator_admin", "manager", "reviewer_lead", "finance", "auditor"})
IS_CLIENT = frozenset({"client_manager", "client_viewer"})


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


def roles_of(viewer: Viewer) -> frozenset[str]:
    """Every role somebody holds anywhere."""
    return frozenset(grant.role for grant in viewer.grants)


def nav(viewer: Viewer) -> list[tuple[str, str, str]]:
    """(section, address, label) of what somebody's roles open; experts are those who hold no staff role."""
    roles = roles_of(viewer)
    found: list[tuple[str, str, str]] = []
    if not roles & (MANAGES | IS_CLIENT):
        found.append(("home", reverse("home"), _("Home")))
        if "reviewer" in roles:
            found.append(("reviews", reverse("reviews"), _("Reviews")))
        found += [("work", reverse("my-work"), _("My work")), ("earnings", reverse("earnings"), _("Earnings"))]
    if roles & MANAGES:
        found.append(("manage", reverse("manage"), _("Projects")))
    if roles & IS_CLIENT:
        found.append(("client", reverse("client"), _("Your projects")))
    return found
