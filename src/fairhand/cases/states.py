"""States of a case, its answers, and how long an answer may take. Pure."""

from datetime import timedelta

OPEN, ANSWERED, APPEALED, DECIDED = "open", "answered", "appealed", "decided"
CASE_STATES = (OPEN, ANSWERED, APPEALED, DECIDED)
# A case that waits for a human, and where their answer moves it.
ANSWER_MOVES = {OPEN: ANSWERED, APPEALED: DECIDED}
# What an answer says: the line stands as it is, or something is added to it.
UPHOLD, CORRECT = "uphold", "correct"
ANSWERS = (UPHOLD, CORRECT)
# Who pays what an answer adds: the operator, or the batch's pool, which is the client's money.
GOODWILL, POOL = "goodwill", "pool"
PAYERS = (GOODWILL, POOL)
ANSWER_WITHIN = timedelta(days=14)
