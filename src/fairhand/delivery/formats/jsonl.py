"""One JSON object a line: a judgement, what it was made on, and where it comes from.

Every answer names the version of the template that it answers: the expert's in `provenance`, a reviewer's own version
of it (`fixed_answer`) in its review, the final answer of an adjudication beside it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fairhand.delivery.formats._format import Record, Templates


class Jsonl:
    """Every record whole, nothing aggregated."""

    name = "jsonl"
    version = 2
    suffix = "jsonl"
    media_type = "application/jsonl"
    heads = 0

    def lines(self, records: Iterable[Record], settings: Mapping[str, Any], templates: Templates) -> Iterator[bytes]:
        """A line per record. Takes no settings."""
        for record in records:
            row: dict[str, Any] = {
                "task": record.task,
                "payload": record.payload,
                "answer": record.answer,
                "provenance": {
                    "submission": record.submission,
                    "expert": record.expert,
                    "expert_kind": record.expert_kind,
                    "stage": record.stage,
                    "round": record.round,
                    "work_ms": record.work_ms,
                    "submitted_at": record.submitted_at.isoformat(),
                    "decided_by": record.decided_by,
                    "reviews": record.reviews,
                    "guideline_version": record.guideline_version,
                    "template_version": record.template_version,
                    "sha256": record.content_hash,
                },
            }
            if record.models is not None:
                row["provenance"]["models"] = record.models
            if record.adjudication is not None:
                row["adjudication"] = record.adjudication
            yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


PART = Jsonl()
