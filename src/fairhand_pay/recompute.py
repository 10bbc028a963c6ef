"""An expert's own export, computed again: every line from its recorded inputs and the frozen terms of its claim."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fairhand_pay.currency import EXPONENTS
from fairhand_pay.engine import lines, window_lines
from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Earned, Facts, Happened, PeriodFacts
from fairhand_pay.line import Line
from fairhand_pay.primitives import PRIMITIVES
from fairhand_pay.terms import Terms

_SAME = ("primitive", "version", "inputs", "exact", "amount_minor", "currency")
# Lines added to a claim later, for a difference: no terms promise them, they are computed from their own two amounts.
_ADDED = "ADJUST"
# Sections whose rows bring their own terms: each pays lines of its own.
_OUTSIDE = ("work_outside_tasks", "referrals")
_CLOCKS = ("active_ms", "wall_ms", "timesheet_ms", "median_ms")


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that came out otherwise. `submission` and `line` are ids of the export; `why` says what is different.

    `difference_minor` is recorded minus recomputed, None where nothing could be computed.
    """

    submission: str
    line: str
    why: str
    difference_minor: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The whole comparison. It is clean only if every line was computed again and nothing differs."""

    submissions_n: int
    lines_n: int
    recorded_minor: Mapping[str, int]
    recomputed_minor: Mapping[str, int]
    differences: tuple[Difference, ...] = field(default_factory=tuple)

    @property
    def clean(self) -> bool:
        """0.00 on every line."""
        return not self.differences


def recomputed(export: object) -> Compared:
    """Compare an export (sections `claims`, `submissions`, `pay_lines`) with what the engine makes of it.

    Raises FactsError for something that is no export; a line that can't be computed is a difference, never left out.
    """
    if not isinstance(export, Mapping):
        raise FactsError("export", "this is not an export: it holds no object with sections")
    claims, submissions, recorded = (_rows(export, name) for name in ("claims", "submissions", "pay_lines"))
    terms_of = {_text(row, "id"): row.get("terms") for row in claims}
    claim_of = {_text(row, "id"): row for row in submissions}
    mission_terms = {_text(row, "id"): row.get("terms") for row in _rows({"missions": []} | dict(export), "missions")}
    outside = {_text(row, "id"): row.get("terms") for name in _OUTSIDE if name in export
               for row in _rows(export, name)}  # fmt: skip
    by_submission: dict[str, list[Mapping[str, Any]]] = {}
    by_entry: dict[str, list[Mapping[str, Any]]] = {}
    by_window: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    found: list[Difference] = []
    again: dict[str, int] = {}
    for row in recorded:
        if row.get("primitive") == _ADDED:
            minor = _difference_of(row)
            again[_currency(row)] = again.get(_currency(row), 0) + minor
            found += _added_differences(row, minor)
        elif row.get("mission"):
            by_window.setdefault((_text(row, "mission"), _text(row, "window")), []).append(row)
        elif entry := row.get("paid_time") or row.get("referral"):
            by_entry.setdefault(str(entry), []).append(row)
        else:
            by_submission.setdefault(str(row.get("submission") or ""), []).append(row)
    for submission, rows in by_submission.items():
        try:
            fresh = _again(submission, rows, claim_of, terms_of)
        except (FactsError, TermsError) as error:
            found += [Difference(submission, str(row.get("id", "")), str(error), None, _currency(row)) for row in rows]
            continue
        for line in fresh:
            again[line.currency] = again.get(line.currency, 0) + line.amount_minor
        found += _differences(submission, rows, fresh)
        found += _clock_differences(submission, fresh, claim_of[submission])
    beside = [(rows, partial(_window_again, mission, rows, mission_terms)) for (mission, _), rows in by_window.items()]
    beside += [(rows, partial(_entry_again, rows, outside.get(entry))) for entry, rows in by_entry.items()]
    for rows, compute in beside:
        try:
            fresh = compute()
        except (FactsError, TermsError) as error:
            found += [Difference("", str(row.get("id", "")), str(error), None, _currency(row)) for row in rows]
            continue
        for line in fresh:
            again[line.currency] = again.get(line.currency, 0) + line.amount_minor
        found += _differences("", rows, fresh)
    sums: dict[str, int] = {}
    for row in recorded:
        sums[_currency(row)] = sums.get(_currency(row), 0) + _whole(row, "amount_minor")
    missing = [key for key in claim_of if key not in by_submission]
    found += [Difference(key, "", "it was handed in and has no pay lines at all", None, "") for key in missing]
    return Compared(len(by_submission), len(recorded), sums, again, tuple(found))


def recalled(inputs: Sequence[Mapping[str, Any]]) -> Facts:
    """The facts of a claim from the inputs of its lines: each input is called what the fact is called."""
    clocks: dict[str, int] = {}
    units: dict[str, int] = {}
    dims: dict[str, str] = {}
    flags, events, paid, score = set(), [], set(), None
    for each in inputs:
        clocks |= {name: each[name] for name in _CLOCKS if name in each}
        if "units" in each:
            units[str(each["unit"])] = each["units"]
        dims |= {name.removeprefix("dim_"): str(value) for name, value in each.items() if name.startswith("dim_")}
        score = each.get("score", score)
        if each.get("flag"):
            flags.add(str(each["flag"]))
        if "event" in each:
            events.append(Happened(str(each["kind"]), str(each["event"]), each.get("base_minor")))
            if "again" in each and not any(event.key == each["event"] for event in events[:-1]):
                paid.add(str(each["event"]))
    return Facts(
        **{"active_ms": None, **clocks}, units=units, score=score, flags=frozenset(flags), dims=dims,
        events=tuple(events), paid_keys=frozenset(paid),
    )  # fmt: skip


def _again(
    submission: str,
    rows: Sequence[Mapping[str, Any]],
    claim_of: Mapping[str, Mapping[str, Any]],
    terms_of: Mapping[str, Any],
) -> tuple[Line, ...]:
    if submission not in claim_of:
        raise FactsError("submission", "the export does not hold the submission that this line is about")
    claim = str(claim_of[submission].get("claim"))
    terms = terms_of.get(claim)
    if not isinstance(terms, Mapping) or "pay" not in terms:
        raise FactsError("terms", f"the export does not hold the terms of claim {claim}")
    inputs = [row["inputs"] for row in rows if isinstance(row.get("inputs"), Mapping)]
    return lines(recalled(inputs), Terms.parse(terms["pay"]))


def _window_again(mission: str, rows: Sequence[Mapping[str, Any]], terms_of: Mapping[str, Any]) -> tuple[Line, ...]:
    """The lines of a mission's window, from what its lines say was done and earned in it."""
    if terms_of.get(mission) is None:
        raise FactsError("mission", "the export does not hold the terms of the mission that this line is about")
    inputs: dict[str, Any] = {}
    for row in rows:
        inputs |= row["inputs"] if isinstance(row.get("inputs"), Mapping) else {}
    done = {name: inputs.get(name, 0) for name in ("tasks", "good_tasks", "ms")}
    earned = Earned("earned", inputs["earned_minor"], "") if inputs.get("earned_minor") else None
    period = PeriodFacts(str(inputs.get("scope")), done, (earned,) if earned else ())
    return window_lines(period, Terms.parse(terms_of[mission]))


def _entry_again(rows: Sequence[Mapping[str, Any]], terms: Any) -> tuple[Line, ...]:
    """The lines of work outside tasks, or of a referral, by its terms as they stood."""
    if terms is None:
        raise FactsError("terms", "the export does not hold the terms of what this line is about")
    inputs = [row["inputs"] for row in rows if isinstance(row.get("inputs"), Mapping)]
    return lines(recalled(inputs), Terms.parse(terms))


def _differences(submission: str, rows: Sequence[Mapping[str, Any]], fresh: Sequence[Line]) -> Iterator[Difference]:
    """Lines are matched in the order of the primitives; each recorded one stands for one computed one."""
    left = list(fresh)
    for row in rows:
        same = next((line for line in left if all(row.get(name) == getattr(line, name) for name in _SAME)), None)
        near = same or next((line for line in left if _kind(row) == (line.primitive, line.version)), None)
        if near is not None:
            left.remove(near)
        if same is None:
            yield _told(submission, row, near)
    for line in left:
        yield Difference(submission, "", f"{line.primitive} line {line.index} is computed and was not recorded",
                         -line.amount_minor, line.currency)  # fmt: skip


def _told(submission: str, row: Mapping[str, Any], near: Line | None) -> Difference:
    amount = _whole(row, "amount_minor")
    if near is None:
        known = _kind(row) in PRIMITIVES
        why = "it is recorded and the terms of its claim pay no such line" if known else "its rule is not known here"
        return Difference(submission, str(row.get("id", "")), why, amount if known else None, _currency(row))
    parts = [name for name in _SAME if row.get(name) != getattr(near, name)]
    why = "; ".join(f"{name}: recorded {str(row.get(name))[:80]}, computed {str(getattr(near, name))[:80]}"
                    for name in parts)  # fmt: skip
    return Difference(submission, str(row.get("id", "")), why, amount - near.amount_minor, _currency(row))


def _difference_of(row: Mapping[str, Any]) -> int:
    inputs = row.get("inputs")
    old, new = (inputs.get(name) if isinstance(inputs, Mapping) else None for name in ("old_minor", "new_minor"))
    if type(old) is not int or type(new) is not int:
        raise FactsError("pay_lines.inputs", "an ADJUST line says no old and new amount")
    return new - old


def _added_differences(row: Mapping[str, Any], minor: int) -> Iterator[Difference]:
    amount = _whole(row, "amount_minor")
    if amount != minor or row.get("exact") != str(minor):
        why = f"its amounts differ by {minor}; recorded {row.get('exact')}, paid {amount}"
        yield Difference(_text(row, "submission"), _text(row, "id"), why, amount - minor, _currency(row))


def _clock_differences(submission: str, fresh: Sequence[Line], row: Mapping[str, Any]) -> Iterator[Difference]:
    """The work time that the lines were computed from is the one that the submission records, where it records any."""
    recorded_ms = row.get("work_ms")
    for line in fresh:
        paid_ms = line.inputs.get("active_ms", line.inputs.get("timesheet_ms"))
        if recorded_ms is not None and paid_ms is not None and paid_ms != recorded_ms:
            why = f"it was computed from {paid_ms} ms of work time; the submission records {recorded_ms} ms"
            yield Difference(submission, line.key, why, None, line.currency)


def _rows(export: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = export.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise FactsError(name, "this is not an export: it has no such list")
    return rows


def _kind(row: Mapping[str, Any]) -> tuple[Any, Any]:
    return row.get("primitive"), row.get("version")


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name, ""))


def _currency(row: Mapping[str, Any]) -> str:
    currency = row.get("currency")
    return currency if currency in EXPONENTS else ""


def _whole(row: Mapping[str, Any], name: str) -> int:
    value = row.get(name)
    if type(value) is not int:
        raise FactsError(f"pay_lines.{name}", "a line of the export has no whole number there")
    return value
