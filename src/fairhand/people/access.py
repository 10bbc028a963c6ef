"""Who may: the table of rights, and predicates over what somebody holds. Default deny: no grant, no sight.

Every page and every call of the API names one `Right` at its door. Nothing else decides who gets in, so the access
matrix of the tests and docs/reference/access.md are generated from this table.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# How far a role reaches. PUBLIC: nobody needs to be signed in. OWN: signed in, own rows only. SEAT: a seat in the
# project. PROJECT: a role that reaches the project's client. ORG: a role in the organisation itself. INSTALLATION: a
# role at the operator, for all of its projects.
PUBLIC, OWN, SEAT, PROJECT, ORG, INSTALLATION = "public", "own", "seat", "project", "org", "installation"


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that somebody may do or see: the roles that give it, and how far they reach."""

    name: str
    reach: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Door:
    """What a page or a call asks of whoever comes: a right, a method, for `fresh` a proof of identity given just now,
    and of an API key the scope (empty: a page, which no key opens)."""

    right: Right
    methods: tuple[str, ...]
    fresh: bool = False
    scope: str = ""


def _right(name: str, reach: str, roles: str = "") -> Right:
    return Right(name, reach, frozenset(roles.split()))


ANYONE = _right("anyone", PUBLIC)
OWN_ROWS = _right("own_rows", OWN)
# What a person keeps doing although a second factor is asked of them and not set up yet: their own account.
OWN_ACCOUNT = _right("own_account", OWN)
WORK = _right("work", SEAT)
REVIEW = _right("review", PROJECT, "reviewer")

# A project at all: its name, state and progress. What more is seen of it, each page asks for itself.
SEE_PROJECT = _right(
    "see_project", PROJECT, "operator_admin manager reviewer_lead finance auditor client_manager client_viewer"
)
SEE_BOARD = _right("see_board", PROJECT, "operator_admin manager reviewer_lead finance auditor")
SEE_TASKS = _right("see_tasks", PROJECT, "operator_admin manager reviewer_lead auditor")
SEE_PROJECT_PEOPLE = _right("see_project_people", PROJECT, "operator_admin manager reviewer_lead recruiter auditor")
MANAGE = _right("manage", PROJECT, "operator_admin manager")
# To make a project of a client; money comes to it from finance alone.
START = _right("start", INSTALLATION, "operator_admin manager")
LAUNCH = _right("launch", PROJECT, "operator_admin manager")

SEE_AS_CLIENT = _right("see_as_client", PROJECT, "client_manager client_viewer operator_admin manager")
SEE_SPEND = _right("see_spend", PROJECT, "client_manager client_viewer operator_admin manager finance auditor")
# To give somebody none of a client's work, with a reason that they read; and to lift what another decided.
EXCLUDE = _right("exclude", PROJECT, "operator_admin manager client_manager")
MANAGE_CLIENT_PEOPLE = _right("manage_client_people", ORG, "client_manager")

SEE_BOOKS = _right("see_books", INSTALLATION, "operator_admin finance auditor")
MOVE_MONEY = _right("move_money", INSTALLATION, "operator_admin finance")
SEE_PEOPLE = _right("see_people", INSTALLATION, "operator_admin recruiter auditor")
INVITE = _right("invite", INSTALLATION, "operator_admin recruiter")
GRANT_ROLES = _right("grant_roles", INSTALLATION, "operator_admin")
GRANT_QUALIFICATIONS = _right("grant_qualifications", INSTALLATION, "operator_admin recruiter")
SEE_OPERATION = _right("see_operation", INSTALLATION, "operator_admin auditor")
OPERATE = _right("operate", INSTALLATION, "operator_admin")

RIGHTS = (
    ANYONE, OWN_ROWS, OWN_ACCOUNT, WORK, REVIEW, SEE_PROJECT, SEE_BOARD, SEE_TASKS, SEE_PROJECT_PEOPLE, MANAGE, START,
    LAUNCH, SEE_AS_CLIENT, SEE_SPEND, EXCLUDE, MANAGE_CLIENT_PEOPLE, SEE_BOOKS, MOVE_MONEY, SEE_PEOPLE, INVITE,
    GRANT_ROLES, GRANT_QUALIFICATIONS, SEE_OPERATION, OPERATE,
)  # fmt: skip

# Whoever holds one of these moves money or roles, and signs in with a second factor.
SECOND_FACTOR_ROLES = frozenset({"operator_admin", "finance"})


@dataclass(frozen=True, slots=True)
class Grant:
    """One role held in one organisation; `project_id` None means all its projects."""

    role: str
    org_id: UUID
    org_kind: str
    project_id: UUID | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person and everything they were granted, as of one moment."""

    person_id: UUID
    grants: tuple[Grant, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """Every role held anywhere."""
        return frozenset(grant.role for grant in self.grants)

    def roles_for(self, org_id: UUID, project_id: UUID | None) -> frozenset[str]:
        """Roles that reach one project of one client: the operator's staff reach every client's."""
        return frozenset(
            grant.role
            for grant in self.grants
            if (grant.org_kind == "operator" or grant.org_id == org_id)
            and (grant.project_id is None or grant.project_id == project_id)
        )


def may_enter(viewer: Viewer, right: Right) -> bool:
    """Whether somebody holds a right anywhere at all: the first check at a door, before any row is read."""
    if right.reach in (PUBLIC, OWN, SEAT):
        return True
    return any(grant.role in right.roles and _far_enough(grant, right.reach) for grant in viewer.grants)


def _far_enough(grant: Grant, reach: str) -> bool:
    if reach == INSTALLATION:
        return grant.org_kind == "operator" and grant.project_id is None
    return reach == PROJECT or grant.project_id is None


def may_in_project(viewer: Viewer, right: Right, org_id: UUID, project_id: UUID) -> bool:
    """Whether a right reaches one project of one client."""
    return right.reach == PROJECT and bool(viewer.roles_for(org_id, project_id) & right.roles)


def manages_for_operator(viewer: Viewer, project_id: UUID) -> bool:
    """Whether somebody manages a project for the operator, and not for its client."""
    return any(
        grant.org_kind == "operator" and grant.role in MANAGE.roles and grant.project_id in (None, project_id)
        for grant in viewer.grants
    )


def orgs_with(viewer: Viewer, right: Right) -> frozenset[UUID]:
    """Organisations in which somebody holds a right that reaches ORG."""
    return frozenset(
        grant.org_id for grant in viewer.grants if grant.role in right.roles and _far_enough(grant, right.reach)
    )


def needs_second_factor(viewer: Viewer) -> bool:
    """Whether what somebody holds asks for a second factor at sign-in."""
    return bool(viewer.roles & SECOND_FACTOR_ROLES)
