"""States of a mission, its kinds, and whose work counts. Pure."""

from datetime import timedelta

OPEN, SHUT, SETTLED = "open", "shut", "settled"
# Open: it takes people in. Shut: it goes on for those who are in. Settled: everything is paid, the rest went back.
MISSION_STATES = (OPEN, SHUT, SETTLED)
MISSION_MOVES = {(OPEN, SHUT), (SHUT, SETTLED)}
# A goal pays for so much work; a guarantee brings what was earned up to an amount.
GOAL, GUARANTEE = "goal", "guarantee"
MISSION_KINDS = (GOAL, GUARANTEE)
# Whose submissions count: those of stages where tasks are worked on, or of all that judge work.
MISSION_WORK = ("attempt", "review")
SCOPES = ("day", "week", "window")
MEASURES = ("tasks", "good_tasks", "hours")
# A period is over for good only so long after its end: what was handed in at its last moment has been written by then.
SETTLE_AFTER = timedelta(hours=1)
