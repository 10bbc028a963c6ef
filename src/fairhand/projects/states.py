"""States of a project, the moves between them, and the kinds of stage."""

PROJECT_STATES = ("draft", "open", "paused", "closed")
PROJECT_MOVES = {
    ("draft", "open"),
    ("open", "paused"),
    ("paused", "open"),
    ("open", "closed"),
    ("paused", "closed"),
    ("draft", "closed"),
}
# An open project gives out new slots; the others only what is set aside for somebody, and reviews.
PROJECT_DISPATCHES = frozenset({"open"})

STAGE_KINDS = ("attempt", "review", "audit", "adjudicate")
STAGE_SUBJECTS = ("none", "one", "all")

# A window in which a stage pays more (a surge): it opens at its time, and is over at its end or when somebody ends it.
SURGE_STATES = ("planned", "open", "over")
SURGE_MOVES = {("planned", "open"), ("open", "over"), ("planned", "over")}
