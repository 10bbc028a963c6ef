"""Who may: small predicates over what somebody holds. Default deny: no grant, no sight."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# A manager of the operator runs a client's project; a client's own people only see theirs.
_MANAGES = frozenset({"operator_admin", "manager"})
_SEES_BOARD = _MANAGES | {"reviewer_lead", "finance", "auditor"}
_SEES_AS_CLIENT = frozenset({"client_manager", "client_viewer"})


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

    def roles_for(self, org_id: UUID, project_id: UUID | None) -> frozenset[str]:
        """Roles that reach one project of one client: the operator's staff reach every client's."""
        return frozenset(
            grant.role
            for grant in self.grants
            if (grant.org_kind == "operator" or grant.org_id == org_id)
            and (grant.project_id is None or grant.project_id == project_id)
        )


def may_manage(viewer: Viewer, org_id: UUID, project_id: UUID) -> bool:
    """Run a project: launch, set aside, release a delivery."""
    return bool(viewer.roles_for(org_id, project_id) & _MANAGES)


def may_see_board(viewer: Viewer, org_id: UUID, project_id: UUID) -> bool:
    """See a project's progress, spend and people under their pseudonyms."""
    return bool(viewer.roles_for(org_id, project_id) & _SEES_BOARD)


def may_see_as_client(viewer: Viewer, org_id: UUID, project_id: UUID) -> bool:
    """See what the client sees of its own project, and download its deliveries."""
    return bool(viewer.roles_for(org_id, project_id) & (_SEES_AS_CLIENT | _MANAGES))


def may_review(viewer: Viewer, org_id: UUID, project_id: UUID) -> bool:
    """Take review slots of a project."""
    return "reviewer" in viewer.roles_for(org_id, project_id)
