"""States of a mission, its kinds, and whose work counts. Pure."""

from datetime import timedelta

OPEN, SHUT, SETTLED = "open", "shut", "settled"
# Open: it takes people in. Shut: it goes on for those who are in. Settled: everything is paid, the rest went back.
MISSION_STATES = (OPEN, SHUT, SETTLED)
MISSION_MOVES = {(OPEN, SHUT), (SHUT, SETTLED)}
# A goal pays for so much work; a guarantee brings what was earned up to an amount.
# A referral pays whoever brought somebody, once that person did so much.
GOAL, GUARANTEE, REFERRAL = "goal", "guarantee", "referral"
MISSION_KINDS = (GOAL, GUARANTEE, REFERRAL)
# Whose submissions count: those of stages where tasks are worked on, or of all that judge work.
MISSION_WORK = ("attempt", "review")
SCOPES = ("day", "week", "window")
MEASURES = ("tasks", "good_tasks", "hours")
# A period is over for good only so long after its end: what was handed in at its last moment has been written by then.
SETTLE_AFTER = timedelta(hours=1)

# One person who was named: waits for their seat; works; paid for; or it came to nothing. The first two hold a place.
NAMED, JOINED, PAID, OVER = "named", "joined", "paid", "over"
REFERRAL_STATES = (NAMED, JOINED, PAID, OVER)
REFERRAL_MOVES = {(NAMED, JOINED), (NAMED, OVER), (JOINED, PAID), (JOINED, OVER)}
LIVE = (NAMED, JOINED)
