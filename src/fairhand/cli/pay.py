"""`fairhand pay …`: what a plan pays and why, and an expert's own export computed again. No database is asked."""

import argparse
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from fairhand.cli.output import CliError, emit
from fairhand_pay import (
    PERIODS,
    Earned,
    Facts,
    FactsError,
    Line,
    PeriodFacts,
    Terms,
    TermsError,
    ceiling,
    describe,
    effective,
    held,
    lines,
    preset_names,
    recomputed,
    sentence,
    sentence_of,
    terms_from_preset,
    total,
    units_of,
    window_lines,
)
from fairhand_pay.currency import format_minor, parse_decimal, parse_minor
from fairhand_pay.presets import PRESETS

_EXPORT_BYTES_MAX = 2**30
_CURVE_ROWS = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`explain` and `recompute`."""
    parser.description = "What a pay plan pays and why; and an expert's own export, computed again. Needs no database."
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    explaining = verbs.add_parser("explain", help="compute the pay of one claim, line by line")
    _explain_arguments(explaining)
    again = verbs.add_parser("recompute", help="compute an expert's export again; exit code 0 only at 0.00")
    again.add_argument("file", type=Path, help="the file of Account, Everything about me")
    for each in (explaining, again):
        each.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        each.add_argument("--language", default="en", choices=("en", "ar"), help="of the sentences (en)")


def _explain_arguments(parser: argparse.ArgumentParser) -> None:
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--preset", help=f"one of {', '.join(preset_names())}")
    given.add_argument("--terms", type=Path, help="a JSON file of terms, as an offer holds them under `pay`")
    parser.add_argument("--set", nargs="+", action="extend", default=[], metavar="KEY=VALUE", help="of the preset")
    parser.add_argument("--currency", default="USD", help="of the preset's amounts (USD)")
    parser.add_argument("--minutes", default="0", help="work time, such as 75 or 14.5")
    parser.add_argument("--units", nargs="+", action="extend", default=[], metavar="UNIT=N", help="such as turn=7")
    parser.add_argument("--median", help="the typical minutes of this kind of task, where the plan looks at them")
    parser.add_argument("--score", help="the reviewers' score, such as 4.6")
    parser.add_argument("--flag", nargs="+", action="extend", default=[], help="what held then, such as surge")
    parser.add_argument("--who", nargs="+", action="extend", default=[], metavar="KEY=VALUE",
                        help="for a rate card: role, stage, tier, zone, language, field, project, date")  # fmt: skip
    for period in PERIODS:
        parser.add_argument(f"--{period}", nargs="+", action="extend", default=[], metavar="KEY=VALUE",
                            help=f"close a {period}: tasks, good_tasks, hours, and earned before it")  # fmt: skip
    parser.add_argument("--curve", action="store_true", help="a table of pay by minutes instead")


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    try:
        return _recompute(args) if args.verb == "recompute" else _explain(args)
    except (TermsError, FactsError) as error:
        raise CliError(f"This can't be computed: {error}.") from None


def _explain(args: argparse.Namespace) -> int:
    terms = _terms(args)
    if args.curve:
        return _curve(args, terms)
    minutes = _number("--minutes", args.minutes)
    found = lines(_facts(args, terms, minutes), terms)
    closing = [line for period in PERIODS for line in _period(args, terms, period)]
    whole = [*found, *closing]
    wage = effective(total(found), int(minutes * 60_000))
    most = ceiling(terms)
    told = [_told(line, args.language) for line in whole]
    result = {
        "total_minor": total(whole), "currency": terms.currency, "lines": told,
        "ceiling_minor": most, "held_minor": held(found), "effective_minor_per_hour": wage.per_hour_minor,
    }  # fmt: skip
    emit(args, result, "\n".join(_said(args, terms, found, closing, wage.per_hour_minor)))
    return 0


def _said(
    args: argparse.Namespace, terms: Terms, found: Sequence[Line], closing: Sequence[Line], wage_minor: int | None
) -> list[str]:
    """The terms, the lines, and what they come to."""

    def money(minor: int) -> str:
        return format_minor(minor, terms.currency)

    said = [*(sentence_of(each.key, each.args, args.language) for each in describe(terms)), ""]
    said += [f"{money(line.amount_minor):>12}  {sentence(line, args.language)}" for line in found]
    if closing:
        said += ["", "When the period closes:"]
        said += [f"{money(line.amount_minor):>12}  {sentence(line, args.language)}" for line in closing]
    said += ["", f"{money(total([*found, *closing])):>12}  total"]
    if held(found):
        said.append(f"{money(held(found)):>12}  of it stays pending until review")
    if wage_minor is not None:
        said.append(f"{money(wage_minor):>12}  an hour, for the work time of this task")
    return [*said, f"{money(ceiling(terms)):>12}  is the most that one task on these terms can pay"]


def _told(line: Line, language: str) -> dict[str, Any]:
    return {
        "primitive": line.primitive, "version": line.version, "index": line.index, "inputs": line.inputs,
        "exact": line.exact, "amount_minor": line.amount_minor, "currency": line.currency,
        "sentence": sentence(line, language), "parents": list(line.parents), "hash": line.hash,
    }  # fmt: skip


def _curve(args: argparse.Namespace, terms: Terms) -> int:
    """Pay at regular minutes, up to where nothing more is paid."""
    longest_s = terms.paid_s_max or int(_number("--minutes", args.minutes) * 60) or 7200
    step_s = max(60, -(-longest_s // _CURVE_ROWS // 60) * 60)
    points = []
    for seconds in range(step_s, longest_s + step_s, step_s):
        pay = total(lines(_facts(args, terms, Decimal(seconds) / 60), terms))
        wage = effective(pay, seconds * 1000).per_hour_minor
        points.append({"minutes": seconds // 60, "total_minor": pay, "effective_minor_per_hour": wage})
    rows = [
        f"{each['minutes']:>8}  {format_minor(each['total_minor'] or 0, terms.currency):>12}  "
        f"{format_minor(each['effective_minor_per_hour'] or 0, terms.currency):>12}"
        for each in points
    ]
    head = f"{'minutes':>8}  {'pay':>12}  {'an hour':>12}"
    result = {"currency": terms.currency, "points": points, "ceiling_minor": ceiling(terms)}
    emit(args, result, "\n".join([head, *rows]))
    return 0


def _terms(args: argparse.Namespace) -> Terms:
    if args.terms is not None:
        if args.set:
            raise CliError("--set belongs to a preset; terms from a file are whole.")
        return Terms.parse(_json(args.terms))
    params = _pairs("--set", args.set)
    part = next((part for (name, _), part in sorted(PRESETS.items()) if name == args.preset), None)
    fields = {} if part is None else part.params.model_json_schema()["properties"]
    typed = {name: _typed(value, fields.get(name, {})) for name, value in params.items()}
    return terms_from_preset(args.preset, typed, args.currency)


def _typed(value: str, field: Mapping[str, Any]) -> object:
    """A value as the preset's parameter is written: whole number, object, else text (amounts are text)."""
    kinds = {field.get("type"), *(each.get("type") for each in field.get("anyOf", ()))}
    if kinds & {"object", "array"}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return int(value) if "integer" in kinds and value.isascii() and value.isdigit() else value


def _facts(args: argparse.Namespace, terms: Terms, minutes: Decimal) -> Facts:
    """What was said on the command line. A unit of which nothing was said is one."""
    worked_ms = int(minutes * 60_000)
    units = dict.fromkeys(units_of(terms), 1)
    units |= {name: _whole("--units", number) for name, number in _pairs("--units", args.units).items()}
    median = None if args.median is None else int(_number("--median", args.median) * 60_000)
    return Facts(
        worked_ms, units, wall_ms=worked_ms, timesheet_ms=worked_ms, median_ms=median, score=args.score,
        flags=frozenset(args.flag), dims=_pairs("--who", args.who),
    )  # fmt: skip


def _period(args: argparse.Namespace, terms: Terms, period: str) -> tuple[Line, ...]:
    """The lines of a period that was told of; none of one that wasn't."""
    told = _pairs(f"--{period}", getattr(args, period))
    if not told:
        return ()
    if strange := set(told) - {"tasks", "good_tasks", "hours", "earned"}:
        raise CliError(f"--{period} knows tasks, good_tasks, hours and earned; not {sorted(strange)[0][:40]!r}.")
    if not terms.of_scope(period):
        raise CliError(f"This plan promises nothing for a {period}.")
    done = {name: _whole(f"--{period}", told.get(name, "0")) for name in ("tasks", "good_tasks")}
    done["ms"] = int(_number(f"--{period}", told.get("hours", "0")) * 3_600_000)
    try:
        earned_minor = parse_minor(told.get("earned", "0"), terms.currency)
    except ValueError as error:
        raise CliError(f"--{period}: {error}.") from None
    return window_lines(PeriodFacts(period, done, (Earned("before", earned_minor, ""),)), terms)


def _recompute(args: argparse.Namespace) -> int:
    compared = recomputed(_json(args.file))
    found = [
        {"submission": each.submission, "line": each.line, "why": each.why,
         "difference_minor": each.difference_minor, "currency": each.currency}
        for each in compared.differences
    ]  # fmt: skip
    sums = {
        currency: {"recorded_minor": compared.recorded_minor.get(currency, 0),
                   "recomputed_minor": compared.recomputed_minor.get(currency, 0)}
        for currency in sorted({*compared.recorded_minor, *compared.recomputed_minor})
    }  # fmt: skip
    result = {"submissions": compared.submissions_n, "lines": compared.lines_n, "totals": sums, "differences": found}
    said = [f"{compared.lines_n} lines of {compared.submissions_n} submissions were computed again."]
    for currency, both in sums.items():
        recorded, again = both["recorded_minor"], both["recomputed_minor"]
        shown = [
            format_minor(each, currency) if currency else str(each) for each in (recorded, again, recorded - again)
        ]
        said.append(f"recorded {shown[0]}, recomputed {shown[1]}, difference {shown[2]}")
    said += [f"{each.submission} {each.line}: {each.why}" for each in compared.differences]
    emit(args, result, "\n".join(said))
    return 0 if compared.clean else 1


def _json(path: Path) -> object:
    try:
        if path.stat().st_size > _EXPORT_BYTES_MAX:
            raise CliError(f"{path} is larger than {_EXPORT_BYTES_MAX} bytes; that is no file of ours.")
        return json.loads(path.read_bytes())
    except OSError as error:
        raise CliError(f"{path} can't be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise CliError(f"{path} is not JSON; give the file as it was downloaded.") from None


def _pairs(option: str, words: Sequence[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    for name, equals, _ in pairs:
        if not name or not equals:
            raise CliError(f"{option} takes KEY=VALUE, not {name[:40]!r}.")
    return {name: value for name, _, value in pairs}


def _number(option: str, text: str) -> Decimal:
    try:
        return parse_decimal(text)
    except ValueError as error:
        raise CliError(f"{option}: {error}.") from None


def _whole(option: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise CliError(f"{option} takes a whole number, not {text[:40]!r}.")
    return int(text)
