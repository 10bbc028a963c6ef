"""A pack that was found good: what it says, and streams of what it holds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from fairhand.kernel.limits import (
    PACK_CSV_ROW_BYTES_MAX,
    PACK_DATA_FILE_BYTES_MAX,
    PACK_LINE_BYTES_MAX,
)
from fairhand.packs import items, judgements
from fairhand.packs.attached import PackFile
from fairhand.packs.errors import Errors, refusal
from fairhand.packs.files import TextLines
from fairhand.packs.items import PackGold, PackTask
from fairhand.packs.judgements import PackJudgement
from fairhand.packs.project import PackStage, Project
from fairhand.packs.spec import PackSpec

Progress = Callable[[str, int], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PackCounts:
    """`wanted`: attempts over all tasks. `judgements`: rows of the file, of which `doubles` are not `played`."""

    tasks: int
    wanted: int
    gold: int
    judgements: int
    played: int
    doubles: int
    experts: int


@dataclass(frozen=True, slots=True)
class Double:
    """A row by an expert who had judged the task in an earlier row: listed, not played."""

    number: int
    line: int
    expert: str
    task_key: str


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything in it was checked. The streams read the files again and refuse if they changed meanwhile."""

    root: Path
    content_hash: str
    project: Project
    guideline: Mapping[str, str]
    budget_minor: int
    needed_minor: int
    counts: PackCounts
    experts: tuple[str, ...]
    double_judgements: tuple[Double, ...]
    hashes: Mapping[str, str]
    files: Mapping[str, PackFile] = field(default_factory=dict)

    @property
    def spec(self) -> PackSpec:
        """project.toml as it was written."""
        return self.project.spec

    @property
    def template(self) -> Mapping[str, Any]:
        """The template's body, as `tasks.template` reads it."""
        return self.project.template

    @property
    def stages(self) -> tuple[PackStage, ...]:
        """Attempt first, then the stages that judge."""
        return self.project.stages

    @property
    def shown(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each file, by its name."""
        return {name: file.value for name, file in self.files.items()}

    def tasks(self) -> Iterator[PackTask]:
        """The tasks in the order of the file."""
        return self._again(
            items.TASKS,
            lambda lines, errors: items.tasks_in(lines, self.template, self.project.attempt.want, errors, self.shown),
        )

    def gold(self) -> Iterator[PackGold]:
        """The gold tasks in the order of the file; none without one."""
        if items.GOLD not in self.hashes:
            return iter(())
        return self._again(items.GOLD, lambda lines, errors: items.gold_in(lines, self.template, errors, self.shown))

    def judgements(self) -> Iterator[PackJudgement]:
        """The judgements that are played, in the order of the file; none without one."""
        if judgements.FILE not in self.hashes:
            return iter(())
        left_out = frozenset(double.number for double in self.double_judgements)
        stream = self._again(
            judgements.FILE, lambda lines, errors: judgements.judgements_in(lines, self.project, errors)
        )
        return (judgement for judgement in stream if judgement.number not in left_out)

    def _again(self, name: str, read: Callable[[TextLines, Errors], Iterator[T]]) -> Iterator[T]:
        errors = Errors()
        lines = lines_of_data(self.root, name, errors)
        yield from read(lines, errors)
        if errors.count or lines.sha256 != self.hashes[name]:
            raise refusal(name, "changed while it was read; start again")


def lines_of_data(root: Path, name: str, errors: Errors) -> TextLines:
    """The lines of one of the large files, within its limits."""
    line_bytes_max = PACK_CSV_ROW_BYTES_MAX if name == judgements.FILE else PACK_LINE_BYTES_MAX
    return TextLines(root, name, errors, bytes_max=PACK_DATA_FILE_BYTES_MAX, line_bytes_max=line_bytes_max)
