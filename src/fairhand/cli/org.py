"""`fairhand org …`: the organisations of an installation. The first one is the operator itself."""

import argparse
from typing import Any

from fairhand.audit.actor import COMMAND
from fairhand.cli.output import CliError, emit
from fairhand.kernel.clock import utc_now
from fairhand.kernel.ids import is_slug
from fairhand.kernel.refusals import Refused
from fairhand.people.commands import ensure_org
from fairhand.people.models import Org
from fairhand.people.queries import operator, orgs
from fairhand.people.roles import add_client


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add` and `list`."""
    parser.description = "Organisations: one operator, and its clients."
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    adding = verbs.add_parser("add", help="make an organisation; the first one is the operator")
    adding.add_argument("slug", help="a short name for addresses: small letters, digits, hyphens")
    adding.add_argument("--name", required=True)
    listing = verbs.add_parser("list", help="all of them")
    for each in (adding, listing):
        each.add_argument("--json", action="store_true", default=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    if args.verb == "list":
        found = [_told(org) for org in orgs(None)]
        lines = "\n".join(f"{each['slug']:<40} {each['kind']:<9} {each['name']}" for each in found)
        emit(args, {"orgs": found}, lines or "There is none yet. Make the operator with `fairhand org add`.")
        return 0
    org = _added(args.slug, args.name)
    emit(args, _told(org), f"{org.slug} is there, as {'the operator' if org.kind == 'operator' else 'a client'}.")
    return 0


def _added(slug: str, name: str) -> Org:
    if operator() is None:
        if not is_slug(slug) or not name.strip():
            raise CliError("Use small letters, digits and inner hyphens for the short name, and give a name.")
        return ensure_org(slug=slug, name=name.strip(), kind="operator", actor=COMMAND, now=utc_now())
    made = add_client(slug=slug, name=name, actor=COMMAND, now=utc_now())
    if isinstance(made, Refused):
        raise CliError(made.why)
    return made


def _told(org: Org) -> dict[str, Any]:
    return {"id": org.id, "slug": org.slug, "name": org.name, "kind": org.kind}
