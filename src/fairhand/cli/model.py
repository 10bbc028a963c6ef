"""`fairhand model`: the models that templates may name, at the command line. A key comes by standard input, never as an
argument that other users of the machine could read."""

import argparse
import sys
from typing import Any

from fairhand.audit.actor import COMMAND
from fairhand.cli.output import CliError, emit
from fairhand.inference.commands import add_endpoint, retire_endpoint
from fairhand.inference.models import ModelEndpoint
from fairhand.inference.queries import active
from fairhand.inference.rules import KINDS, NewEndpoint
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Models behind endpoints of OpenAI's kind, which are asked while experts work."
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    add = verbs.add_parser("add", help="write a model down; its key, if it has one, is read from standard input")
    add.add_argument("name", help="by which templates name it")
    add.add_argument("address", help="up to /v1")
    add.add_argument("model", help="as its server calls it")
    add.add_argument("--currency", default="USD", help="of its prices (USD)")
    add.add_argument("--price-in", default="0", help="of a million tokens read (0)")
    add.add_argument("--price-out", default="0", help="of a million tokens written (0)")
    add.add_argument("--context", type=int, default=8192, help="tokens that it reads at once (8192)")
    add.add_argument("--takes", action="append", default=[], choices=KINDS, help="beside text; several times")
    add.add_argument("--private", action="store_true", help="it runs on this machine or in our own network")
    add.add_argument("--silence", type=int, default=30, help="seconds (30)")
    add.add_argument("--total", type=int, default=300, help="seconds (300)")
    listed = verbs.add_parser("list", help="those in use")
    retire = verbs.add_parser("retire", help="ask one nothing more")
    retire.add_argument("name")
    for each in (add, listed, retire):
        each.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print the result as one JSON object"
        )


def run(args: argparse.Namespace) -> int:
    return {"add": _add, "list": _list, "retire": _retire}[args.verb](args)


def _add(args: argparse.Namespace) -> int:
    key = "" if sys.stdin.isatty() else sys.stdin.readline().strip()
    new = NewEndpoint(
        args.name, args.address, args.model, key, args.currency.upper(), args.price_in, args.price_out, args.context,
        tuple(args.takes), args.private, args.silence, args.total,
    )  # fmt: skip
    made = add_endpoint(new=new, actor=COMMAND, now=utc_now())
    if isinstance(made, Refused):
        wrong = ", ".join(f"{field} ({code})" for field, code in made.facts.get("problems", {}).items())
        raise CliError(f"{made.why} {wrong}".strip())
    emit(args, _told(made), f"{made.name} is there. Templates may name it from now on.")
    return 0


def _list(args: argparse.Namespace) -> int:
    found = [_told(each) for each in active().values()]
    lines = [f"{each['name']}  {each['model']}  {each['address']}" for each in found]
    emit(args, {"models": found}, "\n".join(lines) or "No model is in use.")
    return 0


def _retire(args: argparse.Namespace) -> int:
    refused = retire_endpoint(name=args.name, actor=COMMAND, now=utc_now())
    if refused:
        raise CliError(refused.why)
    emit(args, {"retired": args.name}, f"{args.name} is asked nothing more.")
    return 0


def _told(row: ModelEndpoint) -> dict[str, Any]:
    return {"id": str(row.id), "name": row.name, "model": row.model, "address": row.base_url, "takes": row.kinds}
