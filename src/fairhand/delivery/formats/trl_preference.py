"""Preference rows as TRL reads them (`prompt`, `chosen`, `rejected`): one per task whose experts preferred one side.

Source: huggingface/trl, docs/source/dataset_formats.md (explicit prompt, standard format). Ties and strength have no
column there: a task without a majority is left out, and the votes stand in columns of their own.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from fairhand.delivery.formats._format import Record, Templates

_NEEDED = ("prompt", "left", "right", "question", "left_value", "right_value")


class TrlPreference:
    """settings["preference"] names the payload's fields and the question whose answers choose between them."""

    name = "trl_preference"
    version = 1
    suffix = "preference.jsonl"
    media_type = "application/jsonl"
    heads = 0

    def lines(self, records: Iterable[Record], settings: Mapping[str, Any], templates: Templates) -> Iterator[bytes]:
        """A line per task with more votes for one side than for the other."""
        choice = settings.get("preference") or {}
        if missing := [key for key in _NEEDED if key not in choice]:
            raise ValueError(f"preference rows need the delivery setting preference.{missing[0]}")
        for task, group in groupby(records, key=lambda record: record.task):
            found = list(group)
            votes = Counter(record.answer.get(choice["question"]) for record in found)
            left, right = votes[choice["left_value"]], votes[choice["right_value"]]
            if left == right:
                continue
            payload = found[0].payload
            texts = (payload[choice["left"]], payload[choice["right"]])
            chosen, rejected = texts if left > right else texts[::-1]
            row = {
                "prompt": payload[choice["prompt"]], "chosen": chosen, "rejected": rejected, "task": task,
                "votes_chosen": max(left, right), "votes_rejected": min(left, right),
                "votes_other": sum(votes.values()) - left - right,
            }  # fmt: skip
            yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


PART = TrlPreference()
