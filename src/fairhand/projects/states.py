"""States of a project, the moves between them, and the kinds of stage."""

PROJECT_STATES = ("draft", "open", "closed")
PROJECT_MOVES = {("draft", "open"), ("open", "closed"), ("draft", "closed")}
# An open project gives out slots; the others do not.
PROJECT_DISPATCHES = frozenset({"open"})

STAGE_KINDS = ("attempt", "review")
STAGE_SUBJECTS = ("none", "one")
