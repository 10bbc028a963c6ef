"""States of an estimate review, what opened it, what was decided, and where an estimate comes from. Pure."""

OPEN, DECIDED, LAPSED = "open", "decided", "lapsed"
REVIEW_STATES = (OPEN, DECIDED, LAPSED)
REVIEW_MOVES = {
    (OPEN, DECIDED),  # a named person decided
    (OPEN, LAPSED),  # nobody did in time: the new estimate holds
}
# It takes longer (statistics); it harms; it is said; the plan's limit is too short for the first estimate there is.
LONGER, HARM, VOICES, FIRST = "longer", "harm", "voices", "first"
TRIGGERS = (LONGER, HARM, VOICES, FIRST)
# The new estimate; another one; the old one stays.
TAKE, SET, KEEP = "take", "set", "keep"
DECISIONS = (TAKE, SET, KEEP)
# Stated when the project was made; read from pilots; read from the work; stated by whoever decided a review; kept from
# before the guideline changed the work.
PRIOR, PILOT, LEARNED, STATED, BEFORE = "prior", "pilot", "learned", "stated", "before"
SOURCES = (PRIOR, PILOT, LEARNED, STATED, BEFORE)
