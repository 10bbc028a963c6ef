"""A small project with everybody in it who opens pages: experts, a reviewer, a manager, a client; and strangers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fairhand.audit.actor import COMMAND
from fairhand.kernel.clock import utc_now
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from tests.building import HOURLY, Small, small_project


@dataclass(slots=True)
class Cast:
    """`small` is the project; the strangers belong to this installation, not to this project."""

    small: Small
    expert: UUID
    colleague: UUID
    reviewer: UUID
    manager: UUID
    client: UUID
    other_client: UUID
    stranger: UUID

    @property
    def slug(self) -> str:
        """The project's place in addresses."""
        return self.small.project.slug


def cast(**more: Any) -> Cast:
    """Make it, as of this moment: pages read the clock."""
    now = utc_now()
    small = small_project(**{"tasks": 4, "want": 2, "pay": HOURLY, "now": now} | more)
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=now)
    other = ensure_org(slug="other", name="Other", kind="client", actor=COMMAND, now=now)
    names = ("manager", "client", "other_client", "stranger")
    people = [(f"{name}@staff.example", name.replace("_", " ").title()) for name in names]
    by_email = ensure_people(people=people, kind="person", actor=COMMAND, now=now)
    found = {name: by_email[f"{name}@staff.example"] for name in names}
    for name, org_id, role in (
        ("manager", operator.id, "manager"),
        ("client", small.project.org_id, "client_viewer"),
        ("other_client", other.id, "client_manager"),
    ):
        grant_role(person_id=found[name], org_id=org_id, role=role, actor=COMMAND, now=now)
    return Cast(small, small.experts[0], small.experts[1], small.reviewers[0], **found)
