"""The demo's invented people: one per role, with a seat or a role in every project of a demo installation."""

from datetime import datetime
from uuid import UUID

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.commands import ensure_seats
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from fairhand.people.models import Person
from fairhand.people.queries import operator
from fairhand.projects.models import Project

# (role as shown, e-mail, name)
DEMO_PEOPLE = (
    ("expert", "expert@demo.invalid", "Amal Haddad"),
    ("second expert", "expert2@demo.invalid", "Jonas Lind"),
    ("reviewer", "reviewer@demo.invalid", "Ruth Okafor"),
    ("manager", "manager@demo.invalid", "Mina Park"),
    ("client", "client@demo.invalid", "Tomás Rey"),
    ("finance", "finance@demo.invalid", "Salma Nasser"),
    ("operator", "operator@demo.invalid", "Ines Costa"),
)
# Roles held at the operator, for every project.
_OPERATOR_ROLES = {"manager": "manager", "finance": "finance", "operator": "operator_admin"}


def ensure_demo_people(*, now: datetime) -> dict[str, UUID]:
    """Make the operator and the demo's people; returns role -> person id."""
    org = ensure_org(slug="operator", name="Fairhand demo", kind="operator", actor=COMMAND, now=now)
    people = [(email, name) for _, email, name in DEMO_PEOPLE]
    ids = ensure_people(people=people, kind="person", actor=COMMAND, now=now, demo=True)
    found = {role: ids[email] for role, email, _ in DEMO_PEOPLE}
    for who, role in _OPERATOR_ROLES.items():
        grant_role(person_id=found[who], org_id=org.id, role=role, actor=COMMAND, now=now)
    return found


def seat_demo_people(*, project: Project, now: datetime) -> None:
    """Give the demo's people their places in a project; nothing happens on an installation without them."""
    ids = dict(Person.objects.filter(demo=True).values_list("email", "id"))
    found = {role: ids[email] for role, email, _ in DEMO_PEOPLE if email in ids}
    if operator() is None or len(found) != len(DEMO_PEOPLE):
        return
    seated = [found["expert"], found["second expert"], found["reviewer"]]
    ensure_seats(project=project, person_ids=seated, actor=COMMAND, now=now)
    grant_role(
        person_id=found["reviewer"], org_id=project.org_id, role="reviewer", actor=COMMAND, now=now,
        project_id=project.id,
    )  # fmt: skip
    grant_role(person_id=found["client"], org_id=project.org_id, role="client_viewer", actor=COMMAND, now=now)
