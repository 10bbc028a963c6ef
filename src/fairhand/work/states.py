"""States of a submission and the moves between them. Pure."""

SUBMISSION_STATES = ("pending", "accepted", "returned")
SUBMISSION_MOVES = {
    ("pending", "accepted"),
    ("pending", "returned"),  # a next round was asked for
    ("returned", "accepted"),  # the next round was accepted, or not taken in time
}
# `adjudication`: with the final answer of its task. `plan`: the plan asks no review of it. `clock`: undecided in time,
# so decided in the author's favour.
DECIDERS = ("review", "plan", "clock", "staff", "adjudication")

# What a stretch of a claim's time was. `hidden`: the page was not to be seen. `unknown`: the machine slept, or the page
# said nothing. `kept`: nothing was touched, and its person said that they worked.
INTERVALS = ("active", "idle", "hidden", "unknown", "kept")
PAUSED = "paused"

# What a project may pay for outside its tasks. `interrupted`: work on a task that was taken back, or whose guideline
# changed under it; its time is on record, so nobody asks for it.
PAID_KINDS = ("onboarding", "reading", "assessment", "meeting", "interrupted")
READING, INTERRUPTED = "reading", "interrupted"
FLAT, TIMED = "flat", "timed"
