"""What a format sees, and what it is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Record:
    """One delivered submission with its provenance. Experts and reviewers appear under their pseudonyms only."""

    submission: str
    task: str
    payload: Mapping[str, Any]
    answer: Mapping[str, Any]
    expert: str
    expert_kind: str
    stage: str
    round: int
    work_ms: int | None
    submitted_at: datetime
    decided_by: str
    content_hash: str
    guideline_version: int
    template_version: int
    reviews: list[Mapping[str, Any]]
    # The final answer of a task whose attempts differ; the attempts are delivered as they were.
    adjudication: Mapping[str, Any] | None = None
    # Of a conversation with models: which one said each answer, and how it was asked, by the answer's id.
    models: Mapping[str, Any] | None = None


# Reads the templates that the records answer, by their version: a table names its columns before its first row.
Templates = Callable[[], Mapping[int, Mapping[str, Any]]]


class Format(Protocol):
    """A format: its file name, its media type, and how records become lines.

    `heads`: how many of the first lines are a heading, and no row.
    """

    name: str
    version: int
    suffix: str
    media_type: str
    heads: int

    def lines(self, records: Iterable[Record], settings: Mapping[str, Any], templates: Templates) -> Iterator[bytes]:
        """Lines of the file, each with its line end. `settings`: the project's delivery settings.

        Records come grouped by task. Raises ValueError when the settings lack what the format needs.
        """
        ...
