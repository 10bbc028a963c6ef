"""The words a person's row may hold."""

# `recorded`: a worker of a pack's history. `synthetic`: invented by a pack and marked so wherever shown.
PERSON_KINDS = ("person", "recorded", "synthetic")
PERSON_STATES = ("active", "suspended", "erased")
STAFF_ROLES = (
    "operator_admin",
    "manager",
    "reviewer_lead",
    "recruiter",
    "finance",
    "auditor",
    "client_manager",
    "client_viewer",
)
ROLES = (*STAFF_ROLES, "reviewer")
