"""`fairhand simulate PACK`: how a project would go with a crowd one describes, by the product's own commands.

It works on an empty database of its own that is thrown away at the end; the installation's is not touched.
"""

import argparse
from random import Random
from statistics import fmean
from time import monotonic
from typing import Any

from fairhand.audit.actor import COMMAND
from fairhand.cli.output import CliError, emit
from fairhand.cli.playing import bar, checked_pack
from fairhand.cli.simulate_options import checked
from fairhand.cli.simulation_chart import chart
from fairhand.flow.import_pack import import_pack
from fairhand.flow.simulate_pack import Simulated, simulate, truths_of
from fairhand.flow.simulated import Worker, gini, quantile, workers_of
from fairhand.insight.books import project_counts, run_checks, three_sums
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.packs import Pack
from fairhand.pay.commands import close_statements


def run(args: argparse.Namespace) -> int:
    """Simulate and report; exit code 1 if the books are wrong afterwards."""
    crowd = checked(args)
    pack = checked_pack(args.pack)
    began, now = monotonic(), utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
    project = import_pack(pack=pack, actor=COMMAND, now=now, tasks=args.tasks)
    if isinstance(project, Refused):
        raise CliError(f"the pack {pack.spec.slug!r} could not be launched. {project.why}")
    names = [each["name"] for each in pack.template["questions"] if each["type"] == "choice"]
    found = simulate(
        project=project, workers=workers_of(crowd, Random(args.seed)),  # noqa: S311  # a simulation guards nothing
        truths=truths_of(pack.judgements(), names), template=pack.template, seed=args.seed, now=now,
        days_max=args.days, progress=bar(),
    )  # fmt: skip
    close_statements(until=found.ended, actor=COMMAND, now=found.ended)
    result = _result(pack, found, project.id, project.currency, monotonic() - began)
    if args.chart:
        args.chart.write_text(chart(found), encoding="utf-8")
        result["chart"] = str(args.chart)
    emit(args, result, "\n".join(f"{name}: {value}" for name, value in result.items()))
    return 0 if result["books_right"] else 1


def _result(pack: Pack, found: Simulated, project_id: Any, currency: str, seconds: float) -> dict[str, Any]:
    """The figures: hours are simulated ones, money is in minor units."""
    experts = [worker for worker in found.workers if worker.group.role == "expert"]
    counts = project_counts(project_id)
    hourly = [each.earned_minor * 3600 / each.worked_s for each in experts if each.worked_s]
    present_s = sum(worker.present_s for worker in experts)
    return {
        "pack": pack.spec.slug,
        "finished": found.finished,
        "days": round((found.ended - found.began).total_seconds() / 86_400, 2),
        "settled": found.settled,
        "wanted": found.wanted,
        "submissions": counts["attempt_submissions"],
        "reviews": counts["review_submissions"],
        "experts": len(experts),
        "idle_experts": sum(1 for each in experts if each.present_s and not each.done),
        "left": sum(1 for each in experts if each.left),
        "waiting_h": round(sum(each.waited_s for each in experts) / 3600, 1),
        "waiting_share": round(sum(each.waited_s for each in experts) / present_s, 3) if present_s else None,
        "work_h": round(sum(each.worked_s for each in experts) / 3600, 1),
        "tasks_per_expert": round(fmean([each.done for each in experts]), 1) if experts else 0,
        # 0: everybody's share of work fits the hours they were there; towards 1: a few had it all.
        "share_gini": round(gini(_shares(experts)), 3),
        "hourly_minor": {
            name: _rounded(quantile(hourly, at)) for name, at in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))
        },
        "skipped": sum(each.skipped for each in found.workers),
        "walked_away": sum(each.dropped for each in found.workers),
        "expired": found.expired,
        "cost_minor": sum(sums.lines_minor for sums in three_sums()),
        "currency": currency,
        "books_right": not run_checks() and all(sums.equal for sums in three_sums()),
        "seconds": round(seconds, 1),
        "groups": _groups(found),
    }


def _shares(experts: list[Worker]) -> list[float]:
    return [each.worked_s / each.present_s for each in experts if each.present_s]


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)


def _groups(found: Simulated) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = {}
    for worker in found.workers:
        row = told.setdefault(
            worker.group.name, {"n": 0, "done": 0, "work_h": 0.0, "waiting_h": 0.0, "earned_minor": 0, "refused": {}}
        )
        row["n"] += 1
        row["done"] += worker.done
        row["work_h"] = round(row["work_h"] + worker.worked_s / 3600, 2)
        row["waiting_h"] = round(row["waiting_h"] + worker.waited_s / 3600, 2)
        row["earned_minor"] += worker.earned_minor
        for code, n in worker.refused.items():
            row["refused"][code] = row["refused"].get(code, 0) + n
    return told
