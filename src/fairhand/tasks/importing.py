"""From a file's bytes to tasks: every row is checked against the template, and what is wrong is said by line. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from fairhand.kernel.limits import (
    ATTEMPTS_PER_TASK_MAX,
    UPLOAD_FAULTS_COUNTED_MAX,
    UPLOAD_FAULTS_MAX,
    UPLOAD_ROWS_MAX,
    UPLOAD_ROWS_SHOWN_MAX,
    UPLOAD_SHOWN_BYTES_MAX,
)
from fairhand.tasks.importers._importer import Fault, Importer, Lines, Row
from fairhand.tasks.template import check_payload
from fairhand.tasks.wording import key_problem, shown


@dataclass(frozen=True, slots=True)
class Imported:
    """A row without a fault."""

    line: int
    key: str
    payload: Mapping[str, Any]
    want: int


@dataclass(slots=True)
class Report:
    """What a file holds. `attempts`: over all right rows. `faults`: the first ones, `faults_n` of them were found.

    `first`: the first right rows, as far as a page can show them.
    """

    rows: int = 0
    right: int = 0
    attempts: int = 0
    faults_n: int = 0
    faults: list[Fault] = field(default_factory=list)
    first: list[Imported] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As an upload's row keeps it."""
        return asdict(self)


def read_tasks(
    form: Importer, pieces: Iterable[bytes], template: Mapping[str, Any], want: int
) -> Iterator[Imported | Fault]:
    """The rows of a file in order, each as a task or as its faults; reading ends after UPLOAD_FAULTS_COUNTED_MAX.

    `want`: attempts of a row that doesn't say. Codes beside the importer's and the template's: key_missing, key_bad,
    key_twice, want_bad, too_many_rows, too_many_lines, line_too_long, not_utf8, bad_character.
    """
    lines = Lines(pieces)
    seen: dict[str, int] = {}
    rows = faults = 0
    for found in form.rows(lines, template["fields"]):
        checked: list[Imported | Fault] = list(lines.take())
        if isinstance(found, Fault):
            checked.append(found)
        else:
            rows += 1
            if rows > UPLOAD_ROWS_MAX:
                yield Fault(
                    found.line, "", "too_many_rows", f"is the row after the {UPLOAD_ROWS_MAX}th; split the file"
                )
                return
            checked += _checked(found, template, want, seen)
        yield from checked
        faults += sum(isinstance(each, Fault) for each in checked)
        if faults >= UPLOAD_FAULTS_COUNTED_MAX:
            return
    yield from lines.take()


def report_of(found: Iterable[Imported | Fault]) -> Report:
    """Counts, the first faults and the first right rows."""
    report = Report()
    faulty: set[int] = set()
    for each in found:
        if isinstance(each, Fault):
            report.faults_n += 1
            faulty.add(each.line)
            if len(report.faults) < UPLOAD_FAULTS_MAX:
                report.faults.append(each)
            continue
        report.right += 1
        report.attempts += each.want
        if len(report.first) < UPLOAD_ROWS_SHOWN_MAX and len(str(each.payload)) <= UPLOAD_SHOWN_BYTES_MAX:
            report.first.append(each)
    report.rows = report.right + len(faulty)
    return report


def _checked(row: Row, template: Mapping[str, Any], want: int, seen: dict[str, int]) -> list[Imported | Fault]:
    faults = [
        Fault(row.line, problem.field, problem.code, problem.why) for problem in check_payload(template, row.payload)
    ]
    key = row.key if isinstance(row.key, str) else ""
    if not key:
        faults.insert(0, Fault(row.line, "key", "key_missing", "is missing, or is not text"))
    elif (problem := key_problem(key)) is not None:
        faults.insert(0, Fault(row.line, "key", "key_bad", f"{shown(key)} {problem}"))
    elif key in seen:
        faults.insert(0, Fault(row.line, "key", "key_twice", f"{shown(key)} stands on line {seen[key]} already"))
    else:
        seen[key] = row.line
    wanted = want if row.want is None else row.want
    if type(wanted) is not int or not 1 <= wanted <= ATTEMPTS_PER_TASK_MAX:
        why = f"must be a whole number from 1 to {ATTEMPTS_PER_TASK_MAX}; it is {shown(wanted)}"
        faults.append(Fault(row.line, "want", "want_bad", why))
    if faults or type(wanted) is not int or not isinstance(row.payload, Mapping):
        return list(faults)
    return [Imported(row.line, key, row.payload, wanted)]
