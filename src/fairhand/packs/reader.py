"""Reading a pack: everything is checked before anything is used."""

import os
import re
from array import array
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from fairhand.kernel.limits import PACK_DOUBLES_MAX, PACK_EXPERTS_MAX, PACK_FILES_MAX
from fairhand.kernel.money import format_minor
from fairhand.packs import items, judgements
from fairhand.packs.attached import FOLDER, PackFile, read_files
from fairhand.packs.errors import Errors, PackRefused, refusal
from fairhand.packs.files import TextLines, read_text
from fairhand.packs.pack import Double, Pack, PackCounts, Progress, lines_of_data
from fairhand.packs.project import FILE as PROJECT
from fairhand.packs.project import Project, read_project
from fairhand.projects.launch_money import launch_money
from fairhand.review.policies import POLICIES
from fairhand.tasks.wording import shown
from fairhand_pay import ceiling

GUIDELINE, ATTRIBUTION, LICENCE = "guideline.md", "ATTRIBUTION.md", "LICENSE"
_NEEDED = (PROJECT, GUIDELINE, items.TASKS, ATTRIBUTION)
_OPTIONAL = (items.GOLD, judgements.FILE, LICENCE, "README.md", FOLDER)
_TRANSLATED = re.compile(r"guideline\.([a-z]{2})\.md")
_PROGRESS_EVERY = 1000


class _Reading:
    """One reading: what was found so far, and every fault."""

    def __init__(self, root: Path, progress: Progress | None) -> None:
        self.root = root
        self.progress = progress
        self.errors = Errors()
        self.hashes: dict[str, str] = {}
        self.parts: list[str] = []
        self.tasks: dict[str, int] = {}  # key -> place
        self.wants = array("I")
        self.task_lines = array("I")
        self.gold = 0
        self.experts: dict[str, int] = {}
        self.doubles: list[Double] = []
        self.rows = 0
        self.files: dict[str, PackFile] = {}

    def text(self, name: str) -> str:
        """A small file."""
        text, digest, size = read_text(self.root, name, self.errors)
        self.hashed(name, digest, size)
        return text

    def hashed(self, name: str, digest: str, size: int) -> None:
        """Take a file into the pack's hash."""
        self.hashes[name] = digest
        self.parts.append(f"{name}\n{size}\n{digest}\n")

    def shown(self) -> dict[str, Mapping[str, Any]]:
        """What is known of each file, by its name."""
        return {name: file.value for name, file in self.files.items()}

    def lines(self, name: str) -> TextLines:
        """A large file."""
        return lines_of_data(self.root, name, self.errors)

    def tell(self, name: str, done: int) -> None:
        """Say how far it is, now and then."""
        if self.progress is not None and done % _PROGRESS_EVERY == 0:
            self.progress(name, done)


def read_pack(path: Path | str, progress: Progress | None = None) -> Pack:
    """A checked pack. Raises PackRefused with every fault, located; never another error for what a pack holds.

    `progress(file, lines)` is called now and then.
    """
    reading = _Reading(Path(path), progress)
    errors = reading.errors
    names = _names(reading)
    errors.refuse_if_any()
    project, digest, size = read_project(reading.root, errors)
    reading.hashed(PROJECT, digest, size)
    guideline = {"en": reading.text(GUIDELINE)}
    for name in names:
        if translated := _TRANSLATED.fullmatch(name):
            guideline[translated[1]] = reading.text(name)
    for name in (ATTRIBUTION, LICENCE):
        if name in names:
            reading.text(name)
    if project is not None:
        _contents(reading, project, names)
    errors.refuse_if_any()
    if project is None:
        raise RuntimeError("a project without faults was not read")
    wanted = sum(reading.wants)
    needed = _needed_minor(project, wanted)
    if needed > project.budget_minor:
        _short_budget(project, wanted, needed, errors)
    errors.refuse_if_any()
    counts = PackCounts(
        tasks=len(reading.tasks), wanted=wanted, gold=reading.gold, judgements=reading.rows,
        played=reading.rows - len(reading.doubles), doubles=len(reading.doubles), experts=len(reading.experts),
    )  # fmt: skip
    return Pack(
        root=reading.root, content_hash=sha256("".join(reading.parts).encode()).hexdigest(), project=project,
        guideline=guideline, budget_minor=project.budget_minor, needed_minor=needed, counts=counts,
        experts=tuple(reading.experts), double_judgements=tuple(reading.doubles), hashes=reading.hashes,
        files=reading.files,
    )  # fmt: skip


def _names(reading: _Reading) -> list[str]:
    """The files of the folder, in order; unknown ones are faults, since a misspelt one would be left out silently."""
    names = []
    try:
        with os.scandir(reading.root) as found:
            for entry in found:
                names.append(entry.name)
                if len(names) > PACK_FILES_MAX:
                    raise refusal(reading.root.name, f"holds more than {PACK_FILES_MAX} files; is it a pack?")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise refusal(shown(str(reading.root)), f"is not a folder that can be read: {why}") from None
    for name in _NEEDED:
        if name not in names:
            reading.errors.add(name, None, None, "is missing from the pack's folder")
    for name in sorted(names):
        if not name.startswith(".") and name not in (*_NEEDED, *_OPTIONAL) and not _TRANSLATED.fullmatch(name):
            known = ", ".join((*_NEEDED, *_OPTIONAL, "guideline.<language>.md"))
            reading.errors.add(shown(name), None, None, f"is not a file of a pack; there are {known}")
    return sorted(names)


def _contents(reading: _Reading, project: Project, names: list[str]) -> None:
    """The large files, one after the other; a file that cannot be read does not hide the faults of the next."""
    if FOLDER in names:
        reading.files = read_files(reading.root, reading.errors, reading.hashed)
    before = reading.errors.count
    _guarded(reading, project, _read_tasks)
    all_known = reading.errors.count == before
    if items.GOLD in names:
        _guarded(reading, project, _read_gold)
    history = project.spec.history
    if history is None and judgements.FILE in names:
        why = "is there, but project.toml has no [history] that says how to read it"
        reading.errors.add(judgements.FILE, None, None, why)
    elif history is not None and judgements.FILE not in names:
        reading.errors.add(judgements.FILE, None, None, "is missing, but project.toml has a [history]")
    elif history is not None:
        # Where a line of tasks.jsonl is broken, every judgement of it would seem to be of an unknown task.
        _guarded(reading, project, _read_known_judgements if all_known else _read_judgements)


def _guarded(reading: _Reading, project: Project, step: Callable[[_Reading, Project], None]) -> None:
    try:
        step(reading, project)
    except PackRefused as refused:
        reading.errors.take(refused)


def _read_tasks(reading: _Reading, project: Project) -> None:
    lines = reading.lines(items.TASKS)
    before = reading.errors.count
    for task in items.tasks_in(lines, project.template, project.attempt.want, reading.errors, reading.shown()):
        first = reading.tasks.setdefault(task.key, len(reading.wants))
        if first < len(reading.wants):
            why = f"{shown(task.key)} is the key of line {reading.task_lines[first]} already"
            reading.errors.add(items.TASKS, task.line, "key", why)
            continue
        reading.wants.append(task.want)
        reading.task_lines.append(task.line)
        reading.tell(items.TASKS, task.line)
    if not reading.tasks and reading.errors.count == before:
        reading.errors.add(items.TASKS, None, None, "is empty; a project has at least one task")
    reading.hashed(items.TASKS, lines.sha256, lines.size)


def _read_gold(reading: _Reading, project: Project) -> None:
    lines = reading.lines(items.GOLD)
    seen: set[str] = set()
    for gold in items.gold_in(lines, project.template, reading.errors, reading.shown()):
        if gold.key in seen or gold.key in reading.tasks:
            why = f"{shown(gold.key)} is the key of an earlier gold task, or of a task"
            reading.errors.add(items.GOLD, gold.line, "key", why)
        seen.add(gold.key)
    reading.gold = len(seen)
    if lines.size == 0:
        reading.errors.add(items.GOLD, None, None, "is empty; leave the file out if there is no gold")
    reading.hashed(items.GOLD, lines.sha256, lines.size)


def _read_known_judgements(reading: _Reading, project: Project) -> None:
    _read_judgements(reading, project, all_known=True)


def _read_judgements(reading: _Reading, project: Project, all_known: bool = False) -> None:
    lines = reading.lines(judgements.FILE)
    errors = reading.errors
    before = errors.count
    seen: set[int] = set()
    judged = array("I", bytes(4 * len(reading.wants)))
    for row in judgements.judgements_in(lines, project, errors):
        reading.rows += 1
        reading.tell(judgements.FILE, row.line)
        expert = reading.experts.setdefault(row.expert, len(reading.experts))
        if expert == PACK_EXPERTS_MAX and len(reading.experts) == PACK_EXPERTS_MAX + 1:
            errors.add(judgements.FILE, row.line, None, f"names more than {PACK_EXPERTS_MAX} experts")
        place = reading.tasks.get(row.task_key)
        if place is None:
            if all_known:
                errors.add(judgements.FILE, row.line, "task", f"{shown(row.task_key)} is not a task of {items.TASKS}")
            continue
        pair = expert << 32 | place
        if pair in seen:
            _double(reading, Double(row.number, row.line, row.expert, row.task_key))
            continue
        seen.add(pair)
        judged[place] += 1
        if judged[place] > reading.wants[place]:
            why = f"{shown(row.task_key)} wants {reading.wants[place]} attempts; this judgement is one more"
            errors.add(judgements.FILE, row.line, "task", why)
    if not reading.rows and errors.count == before:
        errors.add(judgements.FILE, None, None, "has no judgements")
    _people(reading, project)
    reading.hashed(judgements.FILE, lines.sha256, lines.size)


def _double(reading: _Reading, double: Double) -> None:
    if len(reading.doubles) < PACK_DOUBLES_MAX:
        reading.doubles.append(double)
    elif len(reading.doubles) == PACK_DOUBLES_MAX:
        why = f"has more than {PACK_DOUBLES_MAX} rows by an expert who had judged the task before"
        raise refusal(judgements.FILE, why, double.line)


def _people(reading: _Reading, project: Project) -> None:
    spec = project.spec
    if len(reading.experts) > spec.experts_wanted:
        why = f"is {spec.experts_wanted}, but {judgements.FILE} names {len(reading.experts)} experts"
        project.add(reading.errors, ["experts_wanted"], why)
    for place, reviewer in enumerate(spec.history.reviewers if spec.history else []):
        if reviewer in reading.experts:
            why = f"{shown(reviewer)} is an expert of {judgements.FILE} too; nobody reviews their own work"
            project.add(reading.errors, ["history", "reviewers", place], why)


def _needed_minor(project: Project, wanted: int) -> int:
    """What a launch sets aside: every attempt at its ceiling, a margin, and the reviews that are expected."""
    expected = review_ceiling = 0
    if (review := project.review) is not None:
        policy = POLICIES.get(review.review_policy["name"], review.review_policy["version"])
        if policy is not None:
            expected = policy.expected(wanted, project.spec.experts_wanted, review.review_policy["terms"])
        review_ceiling = ceiling(review.terms)
    audits = 0
    for stage in project.stages:
        policy = POLICIES.get(stage.review_policy.get("name", ""), stage.review_policy.get("version", 1))
        if stage.kind == "audit" and policy is not None:
            expected_n = policy.expected(wanted, project.spec.experts_wanted, stage.review_policy["terms"])
            audits += expected_n * ceiling(stage.terms)
    return launch_money(wanted, ceiling(project.attempt.terms), expected, review_ceiling, audits).total_minor


def _short_budget(project: Project, wanted: int, needed: int, errors: Errors) -> None:
    currency = project.spec.currency
    short, have = format_minor(needed, currency), format_minor(project.budget_minor, currency)
    why = f"is {have}, but {wanted} attempts at their ceiling, with a tenth more and the reviews expected, need {short}"
    project.add(errors, ["budget"], why)
