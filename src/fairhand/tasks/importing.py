"""From a file's bytes to tasks: every row is checked against the template, and what is wrong is said by line. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from fairhand.kernel.limits import (
    ATTEMPTS_PER_TASK_MAX,
    FIELD_CHARS_MAX,
    FIELDS_PER_BATCH_MAX,
    UPLOAD_FAULTS_COUNTED_MAX,
    UPLOAD_FAULTS_MAX,
    UPLOAD_ROWS_MAX,
    UPLOAD_ROWS_SHOWN_MAX,
    UPLOAD_SHOWN_BYTES_MAX,
)
from fairhand.tasks.attached import Files, resolve
from fairhand.tasks.importers._importer import Fault, Importer, Lines, Row
from fairhand.tasks.template import check_payload
from fairhand.tasks.wording import key_problem, shown

_SHARE = re.compile(r"([01])(?:\.([0-9]{1,3}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Imported:
    """A row without a fault. `uncertainty_pm`: per mille; None: not said."""

    line: int
    key: str
    payload: Mapping[str, Any]
    want: int
    cap: int = 0
    field: str = ""
    uncertainty_pm: int | None = None


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
    form: Importer, pieces: Iterable[bytes], template: Mapping[str, Any], want: int, files: Files | None = None
) -> Iterator[Imported | Fault]:
    """The rows of a file in order, each as a task or as its faults; reading ends after UPLOAD_FAULTS_COUNTED_MAX.

    `want`: attempts of a row that doesn't say. `files`: those that rows may name. Codes beside the importer's and the
    template's: no_such_file, key_missing, key_bad, key_twice, want_bad, cap_bad,
    field_bad, too_many_fields, uncertainty_bad, too_many_rows,
    too_many_lines, line_too_long, not_utf8, bad_character.
    """
    lines = Lines(pieces)
    seen: dict[str, int] = {}
    named: set[str] = set()
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
            payload, unknown = resolve(template, found.payload, files or {})
            faulty = [Fault(found.line, each.field, each.code, each.why) for each in unknown]
            checked += faulty or _checked(replace(found, payload=payload), template, want, seen, named)
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


def _checked(
    row: Row, template: Mapping[str, Any], want: int, seen: dict[str, int], named: set[str]
) -> list[Imported | Fault]:
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
    cap = wanted if row.cap is None else row.cap
    if type(cap) is not int or (type(wanted) is int and not wanted <= cap <= ATTEMPTS_PER_TASK_MAX):
        why = f"must be a whole number from the attempts wanted up to {ATTEMPTS_PER_TASK_MAX}; it is {shown(cap)}"
        faults.append(Fault(row.line, "cap", "cap_bad", why))
    faults += _field_faults(row, named)
    unsure = None if row.uncertainty is None else _per_mille(row.uncertainty)
    if unsure is None and row.uncertainty is not None:
        why = f'must be text from "0" to "1" with at most three decimals; it is {shown(row.uncertainty)}'
        faults.append(Fault(row.line, "uncertainty", "uncertainty_bad", why))
    if faults or type(wanted) is not int or type(cap) is not int or not isinstance(row.payload, Mapping):
        return list(faults)
    return [Imported(row.line, key, row.payload, wanted, cap, str(row.field or ""), unsure)]


def _field_faults(row: Row, named: set[str]) -> list[Fault]:
    """`named`: the fields of work that the file named so far."""
    if row.field is None:
        return []
    if not isinstance(row.field, str) or not row.field or len(row.field) > FIELD_CHARS_MAX:
        why = f"must be text of at most {FIELD_CHARS_MAX} characters; it is {shown(row.field)}"
        return [Fault(row.line, "field", "field_bad", why)]
    if (problem := key_problem(row.field)) is not None:
        return [Fault(row.line, "field", "field_bad", f"{shown(row.field)} {problem}")]
    named.add(row.field)
    if len(named) > FIELDS_PER_BATCH_MAX:
        why = f"names the field after the {FIELDS_PER_BATCH_MAX}th; each has queues of its own, so name fewer"
        return [Fault(row.line, "field", "too_many_fields", why)]
    return []


def _per_mille(given: object) -> int | None:
    """A share as whole thousandths; None for anything else. JSON may say 0 and 1 as numbers."""
    text = str(given) if isinstance(given, str) or type(given) is int else ""
    found = _SHARE.fullmatch(text)
    return int(found[1] + (found[2] or "").ljust(3, "0")) if found and _at_most_one(found) else None


def _at_most_one(found: re.Match[str]) -> bool:
    return found[1] == "0" or not (found[2] or "").strip("0")
