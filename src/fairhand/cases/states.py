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

# What somebody raises about a task of theirs, and how that stands. `closed`: they took it back.
QUESTION, MISTAKE, DISTRESSING, ILLEGAL = "question", "mistake", "distressing", "illegal"
RAISED_KINDS = (QUESTION, MISTAKE, DISTRESSING, ILLEGAL)
RAISED_STATES = RAISED_OPEN, RAISED_ANSWERED, RAISED_CLOSED = ("open", "answered", "closed")
RAISED_MOVES = {(RAISED_OPEN, RAISED_ANSWERED), (RAISED_OPEN, RAISED_CLOSED)}
# Beyond the words of an answer: nothing; the guideline says it now; the task is given out again, or never more.
SAID, GUIDELINE, PUT_BACK, TAKEN_OUT = "said", "guideline", "put_back", "taken_out"
RAISED_DONE = (SAID, GUIDELINE, PUT_BACK, TAKEN_OUT)
# What may be done about each kind. Where content may be illegal somebody decides what becomes of its task.
DONE_OF = {
    QUESTION: (SAID, GUIDELINE),
    MISTAKE: (SAID, GUIDELINE, TAKEN_OUT),
    DISTRESSING: (SAID, TAKEN_OUT),
    ILLEGAL: (PUT_BACK, TAKEN_OUT),
}
# Claims whose holder may raise something: all but those that were given back.
RAISES = frozenset({"live", "submitted", "expired", "released"})
