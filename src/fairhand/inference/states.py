"""The states of an endpoint, and of what a model is asked for. Pure."""

from collections.abc import Mapping

ENDPOINT_STATES = ("active", "retired")
ENDPOINT_MOVES: Mapping[str, tuple[str, ...]] = {"active": ("retired",), "retired": ()}

GENERATION_STATES = ("asked", "running", "done", "stopped", "failed")
GENERATION_MOVES: Mapping[str, tuple[str, ...]] = {
    "asked": ("running", "stopped", "failed"),
    "running": ("done", "stopped", "failed"),
    "done": (),
    "stopped": (),
    "failed": (),
}
UNDER_WAY = ("asked", "running")
# What an answer may hold: a model said it, though not always to its end.
SAID = ("done", "stopped")
