"""`fairhand replay PACK`: the pack's project, with its recorded history played through the real commands."""

import argparse
from time import monotonic
from typing import Any

from fairhand.audit.actor import COMMAND
from fairhand.cli.output import CliError, emit, say
from fairhand.cli.playing import bar, checked_pack, project_of
from fairhand.delivery.models import Delivery
from fairhand.delivery.queries import deliveries_of
from fairhand.flow.release_delivery import release_delivery
from fairhand.flow.replay_pack import Progress, ReplayStopped, replay_pack
from fairhand.insight.books import CHECKS, project_counts, run_checks, three_sums
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.packs import Pack
from fairhand.pay.commands import close_statements
from fairhand.projects.models import Project
from fairhand.work.models import Submission


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One pack, and how much of it."""
    parser.add_argument("pack", help="a folder, or the name of a pack that ships (llmfao, weather, rte)")
    parser.add_argument("--experts", type=int, metavar="N", help="play only the first N experts of the file")


def run(args: argparse.Namespace) -> int:
    """Play, close the statements, deliver, report; exit code 1 if the books are wrong afterwards."""
    if args.experts is not None and args.experts < 1:
        raise CliError(f"--experts {args.experts}: give a whole number from 1 on")
    say(f"Checking {args.pack} ...")
    result = play(checked_pack(args.pack), args.experts, bar())
    wrong = [name for name in CHECKS if result.get(name)]
    emit(args, result, "\n".join(f"{name}: {value}" for name, value in result.items()))
    return 1 if wrong or not result["sums_equal"] else 0


def play(pack: Pack, experts: int | None, progress: Progress) -> dict[str, Any]:
    """Import if needed, play what is missing, and count what is there then. Raises CliError."""
    began, now = monotonic(), utc_now()
    project = project_of(pack, now)
    try:
        played = replay_pack(pack=pack, project=project, now=now, progress=progress, experts=experts)
    except ReplayStopped as stopped:
        raise CliError(f"the replay stopped. {stopped} What was played is kept.") from None
    now = utc_now()
    close_statements(until=now, actor=COMMAND, now=now)
    delivery = _delivered(project)
    seconds = max(monotonic() - began, 0.001)
    counts = project_counts(project.id)
    return {
        "pack": pack.spec.slug,
        "project": project.slug,
        **counts,
        **_books(),
        "delivered_rows": delivery.rows_n if delivery else 0,
        "delivered_rule": delivery.rule["en"] if delivery else "",
        "delivered_files": delivery.files if delivery else {},
        "not_played": len(pack.double_judgements),
        "not_played_lines": [double.line for double in pack.double_judgements],
        "played_now": played,
        "seconds": round(seconds, 1),
        "submissions_per_second": round(played / seconds, 1),
    }


def _delivered(project: Project) -> Delivery | None:
    """A new delivery if anything was accepted since the last one."""
    deliveries = deliveries_of(project.id)
    accepted = Submission.objects.filter(
        project_id=project.id, state="accepted", surplus=False, slot__stage__kind="attempt", excluded_at=None
    ).count()
    if deliveries and deliveries[0].rows_n == accepted:
        return deliveries[0]
    made = release_delivery(project=project, actor=COMMAND, now=utc_now())
    return None if isinstance(made, Refused) else made


def _books() -> dict[str, Any]:
    sums, found = three_sums(), run_checks()
    totals: dict[str, Any] = {
        "lines_minor": sum(s.lines_minor for s in sums),
        "legs_minor": sum(s.legs_minor for s in sums),
        "statements_minor": sum(s.statements_minor for s in sums),
        "sums_equal": all(s.equal for s in sums),
        "by_currency": {s.currency: s.lines_minor for s in sums},
    }
    return {name: len(found.get(name, [])) for name in CHECKS if name != "doubles"} | totals
