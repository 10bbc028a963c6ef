"""Rows of plain SQL. Django leaves jsonb to its own fields, so a cursor gives it as text."""

import json
from collections.abc import Sequence
from typing import Any


def decoded(row: Sequence[Any], *places: int) -> list[Any]:
    """The row with the jsonb columns at `places` read; NULL stays None."""
    return [
        json.loads(value) if place in places and isinstance(value, str) else value for place, value in enumerate(row)
    ]
