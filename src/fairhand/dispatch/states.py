"""States of slots and claims: the only list of legal moves, and what each state permits. Pure."""

SLOT_STATES = ("planned", "open", "claimed", "submitted", "settled", "cancelled")
SLOT_MOVES = {
    ("planned", "open"),  # the pool could pay for it
    ("open", "claimed"),
    ("open", "submitted"),  # a late submission takes its slot back
    ("claimed", "open"),  # skipped, expired or released
    ("claimed", "submitted"),
    ("claimed", "settled"),  # handed in and accepted at once
    ("submitted", "open"),  # the next round
    ("submitted", "settled"),
    ("open", "settled"),  # rework that was not taken in time: the earlier round is decided as it stands
    ("open", "cancelled"),
    ("planned", "cancelled"),
}
# States in which money stands behind the slot.
SLOT_RESERVED = ("open", "claimed", "submitted")

CLAIM_STATES = ("live", "submitted", "skipped", "expired", "released")
CLAIM_MOVES = {
    ("live", "submitted"),
    ("live", "skipped"),
    ("live", "expired"),
    ("live", "released"),  # staff gave it back, with a reason
    ("expired", "submitted"),  # late work is taken, never refused
    ("released", "submitted"),
}
# States in which a claim accepts a submission.
CLAIM_TAKES_WORK = frozenset({"live", "expired", "released"})
# Of these, late work: it takes its slot back while that is free, else it is a surplus.
CLAIM_LATE = CLAIM_TAKES_WORK - {"live"}

# Why a claim was given back that its expert could not go on with: its time is owed by the platform, as where staff took
# it back. Of a guideline that changed under it; of content that was reported (cases.states).
GUIDELINE_CHANGED, DISTRESSING, ILLEGAL = "guideline_changed", "distressing", "illegal"
OWED_REASONS = (GUIDELINE_CHANGED, DISTRESSING, ILLEGAL)
REPORTED_REASONS = (DISTRESSING, ILLEGAL)

# By what a request for more time was closed that nobody decided; `no`: by nothing.
EXTENSION_CLOSED = ("no", "given_back", "handed_in")

SEAT_STATES = ("active", "paused", "left")
# `held`: given to nobody, until somebody decided about its task.
LANES = ("real", "calibration", "rework", "gold", "held")
HELD = "held"
# Of a queue: nothing open; perhaps nothing open, soon closed; open.
HINTS = HINT_CLOSED, HINT_CLOSING, HINT_OPEN = (0, 1, 2)
