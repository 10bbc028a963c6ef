"""What every page of a client's project shows: its name and its parts, as far as the reader may open them."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from fairhand.people.access import EXCLUDE, MANAGE_CLIENT_PEOPLE, SEE_AS_CLIENT, SEE_SPEND, may_in_project, orgs_with
from fairhand.projects.models import Project
from fairhand.web.entry import Signed


def frame(request: Signed, project: Project, tab: str) -> dict[str, Any]:
    """Context of a page of `project`; `tab` is the one that is open."""
    parts = (
        ("project", "client-project", _("Overview"), SEE_AS_CLIENT),
        ("deliveries", "client-deliveries", _("Deliveries"), SEE_AS_CLIENT),
        ("samples", "client-samples", _("Samples"), SEE_AS_CLIENT),
        ("spend", "client-spend", _("Spend"), SEE_SPEND),
        ("exclusions", "client-exclusions", _("Excluded from work"), EXCLUDE),
    )
    tabs = [
        (key, reverse(address, args=[project.slug]), label)
        for key, address, label, right in parts
        if may_in_project(request.viewer, right, project.org_id, project.id)
    ]
    people = _people(project) if project.org_id in orgs_with(request.viewer, MANAGE_CLIENT_PEOPLE) else ""
    return {"project": project, "tabs": tabs, "tab": tab, "people": people}


def _people(project: Project) -> str:
    """Where a client's manager invites colleagues, if this installation has the page."""
    try:
        return reverse("client-people", kwargs={"org": project.org.slug})
    except NoReverseMatch:
        return ""
