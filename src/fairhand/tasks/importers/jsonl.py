"""One JSON object a line: {"key", "payload": {field: value}, "want"?, "cap"?, "field"?, "uncertainty"?}.

The first three as in a pack's tasks.jsonl.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fairhand.tasks.importers._importer import Fault, Row
from fairhand.tasks.jsonline import JsonRefused, parse_object
from fairhand.tasks.wording import shown

_KEYS = ("key", "payload", "want", "cap", "field", "uncertainty")
_UNKNOWN_LISTED_MAX = 5


class Jsonl:
    """Strict: no key twice, whole numbers only, nothing unknown. Blank lines are passed over."""

    name = "jsonl"
    version = 1
    suffixes = (".jsonl", ".ndjson")

    def rows(self, lines: Iterable[tuple[int, str]], fields: Sequence[Mapping[str, Any]]) -> Iterator[Row | Fault]:
        """Codes: those of JsonRefused, unknown."""
        for number, text in lines:
            if not text.strip():
                continue
            try:
                value = parse_object(text)
            except JsonRefused as refused:
                yield Fault(number, "", refused.why.code, str(refused), dict(refused.why.facts))
                continue
            strange = [key for key in value if key not in _KEYS]
            for key in strange[:_UNKNOWN_LISTED_MAX]:
                why = f"is not a key that is known here; there are {', '.join(_KEYS)}"
                yield Fault(number, shown(key), "unknown", why)
            if not strange:
                yield Row(number, *(value.get(key) for key in _KEYS))


PART = Jsonl()
