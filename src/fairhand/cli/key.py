"""`fairhand key`: API keys at the command line. A key's text is printed once, on standard output alone."""

import argparse
from datetime import timedelta
from typing import Any

from fairhand.audit.actor import COMMAND
from fairhand.cli.output import CliError, emit
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import API_KEY_DAYS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people import keys
from fairhand.people.models import ApiKey, Person
from fairhand.people.queries import by_email
from fairhand.people.rules import SCOPES

DAYS_DEFAULT = 90


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "API keys of people. A key acts as its person, within its scopes; its text is printed once."
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    add = verbs.add_parser("add", help="make a key and print it")
    add.add_argument("email", help="the person it acts as")
    add.add_argument("name", help="by which you know it again")
    add.add_argument("--scope", action="append", required=True, choices=SCOPES, help="what it may do; several times")
    add.add_argument(
        "--days", type=int, default=DAYS_DEFAULT, help=f"how long it lives, 1 to {API_KEY_DAYS_MAX} ({DAYS_DEFAULT})"
    )
    listed = verbs.add_parser("list", help="a person's keys, newest first")
    listed.add_argument("email")
    rotate = verbs.add_parser("rotate", help="make a key in place of one, which opens for another day")
    rotate.add_argument("key", help="its id, or the letters after fh_ that `list` prints")
    revoke = verbs.add_parser("revoke", help="a key opens nothing from now on")
    revoke.add_argument("key", help="its id, or the letters after fh_ that `list` prints")
    for each in (add, listed, rotate, revoke):
        each.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print the result as one JSON object"
        )


def run(args: argparse.Namespace) -> int:
    return {"add": _add, "list": _list, "rotate": _rotate, "revoke": _revoke}[args.verb](args)


def _add(args: argparse.Namespace) -> int:
    now = utc_now()
    days = min(max(args.days, 0), API_KEY_DAYS_MAX + 1)
    made = keys.make_key(
        person_id=_person(args.email).id, name=args.name, scopes=args.scope, expires_at=now + timedelta(days=days),
        actor=COMMAND, now=now,
    )  # fmt: skip
    return _made(args, made)


def _list(args: argparse.Namespace) -> int:
    found = [_told(key) for key in keys.keys_of(_person(args.email).id)]
    lines = [
        f"{key['prefix']}  {key['name']}  {', '.join(key['scopes'])}  until {key['expires_at']}"
        + (f", revoked {key['revoked_at']}" if key["revoked_at"] else "")
        + (", replaced" if key["rotated_to"] else "")
        for key in found
    ]
    emit(args, {"keys": found}, "\n".join(lines) or "This person has no key.")
    return 0


def _rotate(args: argparse.Namespace) -> int:
    key = _key(args.key)
    return _made(args, keys.rotate_key(person_id=key.person_id, key_id=key.id, actor=COMMAND, now=utc_now()))


def _revoke(args: argparse.Namespace) -> int:
    key = _key(args.key)
    refused = keys.revoke_key(person_id=key.person_id, key_id=key.id, actor=COMMAND, now=utc_now())
    if refused:
        raise CliError(refused.why)
    emit(args, {"revoked": str(key.id)}, f"The key {key.prefix} opens nothing any more.")
    return 0


def _made(args: argparse.Namespace, made: keys.NewKey | Refused) -> int:
    if isinstance(made, Refused):
        raise CliError(made.why)
    emit(args, _told(made.key) | {"key": made.text}, f"{made.text}\nCopy it now: it is not shown again.")
    return 0


def _person(email: str) -> Person:
    found = by_email(email)
    if found is None:
        raise CliError(f"There is no account under {email[:100]}.")
    return found


def _key(short: str) -> ApiKey:
    key_id = keys.key_id_of(short)
    if key_id is None:
        raise CliError("There is no such key. `fairhand key list EMAIL` lists somebody's.")
    return keys.key_by_id(key_id)


def _told(key: ApiKey) -> dict[str, Any]:
    moments = {name: getattr(key, name) for name in ("made_at", "expires_at", "last_used_at", "revoked_at")}
    shown = {name: at.isoformat() if at else None for name, at in moments.items()}
    rotated = str(key.rotated_to_id) if key.rotated_to_id else None
    return {
        "id": str(key.id),
        "prefix": key.prefix,
        "name": key.name,
        "scopes": key.scopes,
        "rotated_to": rotated,
    } | shown
