"""The states of a file. Pure."""

from collections.abc import Mapping

FILE_STATES = ("uploading", "checking", "clean", "refused", "dropped")
# From -> to. `refused` and `dropped` are ends; so is `clean`, except that whoever sent a file for an answer that is not
# handed in yet may take it out again.
FILE_MOVES: Mapping[str, tuple[str, ...]] = {
    "uploading": ("checking", "refused", "dropped"),
    "checking": ("clean", "refused", "dropped"),
    "clean": ("dropped",),
    "refused": (),
    "dropped": (),
}
