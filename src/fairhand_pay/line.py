"""A pay line, and the hash that ties it to everything it was computed from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One computed amount. `inputs` and `exact` (a fraction of minor units, `5000/3`) are all it was computed from.

    `index` counts the lines of one computation from 0. `amount_minor` is `exact` rounded half up, once. `parents` are
    keys of the lines it was computed from, in this computation or in the period. `hash` is SHA-256 over all of it and
    over the parents' hashes: whoever changes a line, or one below it, changes every hash above.
    """

    primitive: str
    version: int
    index: int
    inputs: dict[str, int | str]
    exact: str
    amount_minor: int
    currency: str
    sentence_key: str
    sentence_args: dict[str, str]
    parents: tuple[str, ...] = ()
    hash: str = ""

    @property
    def key(self) -> str:
        """`TIME:1`: unique in its computation."""
        return f"{self.primitive}:{self.index}"


def line_hash(line: Line, parent_hashes: Sequence[str]) -> str:
    """The hash that a line must carry, as 64 hex digits. `parent_hashes` stand in the order of its parents."""
    body = {
        "primitive": line.primitive, "version": line.version, "index": line.index, "inputs": line.inputs,
        "exact": line.exact, "amount_minor": line.amount_minor, "currency": line.currency,
        "sentence_key": line.sentence_key, "sentence_args": line.sentence_args, "parents": list(line.parents),
        "parent_hashes": list(parent_hashes),
    }  # fmt: skip
    return hashlib.sha256(_canonical(body)).hexdigest()


def _canonical(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
