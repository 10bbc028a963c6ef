"""`fairhand user …`: accounts, roles and invitations from the operator's machine. Secrets are asked for."""

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from fairhand.audit.actor import COMMAND
from fairhand.cli.output import CliError, emit, say
from fairhand.flow.invite_people import invite_people
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.accounts import add_person, end_visits, has_second_factor, remove_factors, set_password
from fairhand.people.models import Member, Org, Person
from fairhand.people.queries import by_email, grants_of, operator, org_by_slug, people_page
from fairhand.people.roles import give_role, reactivate, suspend, take_role
from fairhand.people.rules import SUSPENSION_REASONS
from fairhand.people.states import ROLES
from fairhand.projects.models import Project

_WHERE = "the organisation's short name (default: the operator)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One subcommand for each verb."""
    parser.description = "Accounts, roles and invitations. A password is asked for, or read from standard input."
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    adding = _verb(verbs, "add", "make an account; its address counts as proved", _add)
    adding.add_argument("--name", required=True)
    adding.add_argument("--no-password", action="store_true", help="they sign in at their organisation, or by a link")
    _role(adding, required=False)
    listing = _verb(verbs, "list", "accounts with roles, 200 at a time", _list, who=False)
    listing.add_argument("--after", default="", metavar="EMAIL", help="go on behind this address")
    _verb(verbs, "roles", "what somebody holds", _roles)
    granting = _verb(verbs, "grant", "give a role", _grant)
    revoking = _verb(verbs, "revoke", "take a role", _revoke)
    for each in (granting, revoking):
        _role(each, required=True)
        each.add_argument("--reason", required=True, help="kept with the decision")
    suspending = _verb(verbs, "suspend", "shut an account; what it earned stays owed", _suspend)
    suspending.add_argument("--code", choices=SUSPENSION_REASONS, default="other")
    suspending.add_argument("--reason", required=True, help="shown to the person")
    opening = _verb(verbs, "reactivate", "open a suspended account again", _reactivate)
    opening.add_argument("--reason", required=True)
    _verb(verbs, "reset-password", "set a new password and end every visit", _reset_password)
    losing = _verb(verbs, "reset-factors", "take lost second factors off an account", _reset_factors)
    losing.add_argument("--reason", required=True)
    inviting = _verb(verbs, "invite", "print an invitation's link, for you to hand on", _invite)
    inviting.add_argument("--reason", default="", help="why somebody is needed beyond what the expected work feeds")
    _role(inviting, required=False)


def run(args: argparse.Namespace) -> int:
    """Do what the verb says. Refusals are sentences and exit code 2."""
    result, said = args.does(args)
    emit(args, result, said)
    return 0


def _verb(verbs: Any, name: str, told: str, does: Callable[..., Any], *, who: bool = True) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = verbs.add_parser(name, help=told, description=told)
    made.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
    made.set_defaults(does=does)
    if who:
        made.add_argument("email")
    return made


def _role(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--role", choices=ROLES, required=required)
    parser.add_argument("--org", metavar="SLUG", help=_WHERE)
    parser.add_argument("--project", metavar="SLUG", help="only this project of it")


def _add(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    now, (org, project) = utc_now(), _place(args)
    password = None if args.no_password else _password(Person(email=args.email.lower(), name=args.name))
    person = _done(add_person(email=args.email, name=args.name, password=password, actor=COMMAND, now=now))
    if args.role:
        given = give_role(
            person_id=person.id, org_id=org.id, role=args.role, project_id=project.id if project else None,
            reason="Added at the command line.", actor=COMMAND, now=now,
        )  # fmt: skip
        _done(given)
    return {"id": person.id, "email": person.email, "role": args.role}, f"{person.email} has an account."


def _list(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    rows = people_page(args.after.lower(), 200)
    found = [_told(person) for person in rows]
    lines = [f"{each['email']:<40} {each['state']:<10} {', '.join(each['roles']) or 'expert'}" for each in found]
    return {"people": found}, "\n".join(lines) or "Nobody has an account yet."


def _roles(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    told = _told(_person(args.email))
    factor = "has a second factor" if told["second_factor"] else "has no second factor"
    return told, f"{told['email']} ({told['state']}, {factor}): {', '.join(told['roles']) or 'no role'}"


def _grant(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    person, (org, project) = _person(args.email), _place(args)
    given = give_role(
        person_id=person.id, org_id=org.id, role=args.role, project_id=project.id if project else None,
        reason=args.reason, actor=COMMAND, now=utc_now(),
    )  # fmt: skip
    _done(given)
    return {"email": person.email, "role": args.role, "org": org.slug}, f"{person.email} is {args.role} at {org.slug}."


def _revoke(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    person, (org, project) = _person(args.email), _place(args)
    held = next(
        (
            each
            for each in grants_of(person.id, utc_now())
            if (each.role, each.org_id, each.project_id) == (args.role, org.id, project.id if project else None)
        ),
        None,
    )
    if held is None:
        raise CliError(f"{person.email} does not hold {args.role} at {org.slug}. `fairhand user roles` tells what is.")
    _done(take_role(person_id=person.id, member_id=held.id, reason=args.reason, actor=COMMAND, now=utc_now()))
    return {"email": person.email, "revoked": args.role}, f"{person.email} is no longer {args.role} at {org.slug}."


def _suspend(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    person = _person(args.email)
    _done(suspend(person_id=person.id, code=args.code, reason=args.reason, actor=COMMAND, now=utc_now()))
    end_visits(person.id)
    return {"email": person.email, "state": "suspended"}, f"{person.email} is suspended, and reads why at sign-in."


def _reactivate(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    person = _person(args.email)
    _done(reactivate(person_id=person.id, reason=args.reason, actor=COMMAND, now=utc_now()))
    return {"email": person.email, "state": "active"}, f"{person.email} may sign in again."


def _reset_password(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    person = _person(args.email)
    set_password(person=person, password=_password(person), actor=COMMAND, now=utc_now())
    return {"email": person.email}, f"The password of {person.email} is set; every visit is ended."


def _reset_factors(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    person = _person(args.email)
    gone = remove_factors(person_id=person.id, reason=args.reason, actor=COMMAND, now=utc_now())
    return {"email": person.email, "removed": gone}, f"{gone} factors are taken off {person.email}."


def _invite(args: argparse.Namespace) -> tuple[dict[str, Any], str]:
    org, project = _place(args)
    done = _done(
        invite_people(
            emails=[args.email], org_id=org.id, role=args.role, project_id=project.id if project else None,
            reason=args.reason, actor=COMMAND, now=utc_now(),
        )
    )  # fmt: skip
    made = _done(next((refused for _email, refused in done.refused), None) or done.made[0])
    link = f"{settings.PUBLIC_URL}/sign-up/invited/{made.token}/"
    say("Hand this link to its owner alone: it makes an account once, for a week.")
    return {"email": made.invitation.email, "link": link, "expires_at": made.invitation.expires_at}, link


def _person(email: str) -> Person:
    found = by_email(email)
    if found is None:
        raise CliError(
            f"There is no account with the address {email[:100]}. `fairhand user list` tells which there are."
        )
    return found


def _place(args: argparse.Namespace) -> tuple[Org, Project | None]:
    project = Project.objects.select_related("org").filter(slug=args.project).first() if args.project else None
    if args.project and project is None:
        raise CliError(f"There is no project {args.project[:100]}.")
    if args.org:
        org = org_by_slug(args.org)
    else:
        org = project.org if project is not None and args.role == "reviewer" else operator()
    if org is None:
        raise CliError("There is no such organisation. Make it with `fairhand org add`; the first one is the operator.")
    return org, project


def _told(person: Person) -> dict[str, Any]:
    held: list[Member] = grants_of(person.id, utc_now())
    roles = [f"{each.role}@{each.org.slug}" + (" (one project)" if each.project_id else "") for each in held]
    return {
        "id": person.id, "email": person.email, "name": person.name, "state": person.state, "roles": roles,
        "second_factor": has_second_factor(person.id),
    }  # fmt: skip


def _password(person: Person) -> str:
    """Typed twice at a terminal, or the first line of standard input."""
    if sys.stdin.isatty():
        typed = getpass.getpass("New password: ")
        if getpass.getpass("Once more: ") != typed:
            raise CliError("The two passwords are not the same. Nothing was changed.")
    else:
        typed = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(typed, person)
    except ValidationError as error:
        raise CliError(" ".join(error.messages)) from None
    return typed


def _done(answer: Any) -> Any:
    if isinstance(answer, Refused):
        raise CliError(answer.why)
    return answer
