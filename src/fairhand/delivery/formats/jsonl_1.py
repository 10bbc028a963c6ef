"""Lines as they were before fixed and final answers named their versions: for deliveries sealed so, byte for byte."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from fairhand.delivery.formats._format import Record, Templates
from fairhand.delivery.formats.jsonl import Jsonl

_LATER = frozenset({"template_version", "guideline_version"})


class Jsonl1(Jsonl):
    """Reviews and adjudications without versions."""

    version = 1

    def lines(self, records: Iterable[Record], settings: Mapping[str, Any], templates: Templates) -> Iterator[bytes]:
        """A line per record. Takes no settings."""
        return super().lines((_before(record) for record in records), settings, templates)


def _before(record: Record) -> Record:
    final = record.adjudication
    return replace(
        record,
        reviews=[_without(review) for review in record.reviews],
        adjudication=_without(final) if final is not None else None,
    )


def _without(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in said.items() if name not in _LATER}


PART = Jsonl1()
