"""Accounts and invitations as commands: what is kept, what is refused, and two at once."""

import io
import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import connection

from fairhand.audit.actor import COMMAND, Actor
from fairhand.audit.models import Event
from fairhand.cli import org, user
from fairhand.cli.main import COMMANDS, subparser
from fairhand.cli.output import CliError
from fairhand.dispatch.models import Seat
from fairhand.flow.join import join
from fairhand.kernel.limits import INVITATIONS_OPEN_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.accounts import add_person
from fairhand.people.commands import ensure_org, grant_role
from fairhand.people.invitations import NewInvitation, invite, state_of
from fairhand.people.models import Invitation, Member, Org, Person
from fairhand.people.roles import suspend
from fairhand.people.rules import InvitationFacts, may_invite
from fairhand.web.account.counters import TableCache
from tests.building import NOW, small_project

PASSWORD = "seven brown horses at noon"


def operator() -> Org:
    return ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=NOW)


def recruiter() -> Person:
    made = add_person(email="rita@x.example", name="Rita", password=None, actor=COMMAND, now=NOW)
    assert isinstance(made, Person)
    grant_role(person_id=made.id, org_id=operator().id, role="recruiter", actor=COMMAND, now=NOW)
    return made


def test_who_may_be_invited_as_what() -> None:
    def told(**more: object) -> str:
        plain = {"email": "a@x.example", "role": None, "org_kind": "operator", "project_limited": False, "open_n": 0}
        found = may_invite(InvitationFacts(**plain | more))
        return found.code if found else ""

    assert told() == told(role="finance") == told(role="client_viewer", org_kind="client") == ""
    assert told(role="reviewer", org_kind="client", project_limited=True) == told(project_limited=True) == ""
    assert told(role="reviewer", org_kind="client") == "role_needs_project"
    assert told(role="finance", org_kind="client") == told(org_kind="client") == "role_not_there"
    assert told(role="client_manager") == "role_not_there"
    assert told(role="king") == "unknown_role"
    assert told(role="finance", project_limited=True) == "role_not_limited"
    assert told(open_n=INVITATIONS_OPEN_MAX) == "invitation_limit"
    for email in ("", "a", "a@b", "a b@x.example", "a@x.example\nBcc: c@x.example", "<a@x.example>", "a@-x.example"):
        assert told(email=email) == "bad_email", email


@pytest.mark.usefixtures("rollback_db")
def test_an_invited_expert_has_a_seat() -> None:
    small = small_project(tasks=1)
    made = invite(
        email="New@x.example ", org_id=operator().id, project_id=small.project.id, actor=COMMAND, now=NOW
    )  # fmt: skip
    assert isinstance(made, NewInvitation)
    row = Invitation.objects.get()
    assert made.token.encode() not in bytes(row.token_hash)
    assert (row.email, row.role, state_of(row, NOW)) == ("new@x.example", None, "open")
    person = join(invitation_id=row.id, name=" Noor ", password=PASSWORD, locale="ar", now=NOW)
    assert isinstance(person, Person)
    assert (person.name, person.locale, person.password[:15]) == ("Noor", "ar", "argon2$argon2id")
    assert Seat.objects.filter(project=small.project, person=person).count() == 1
    assert EmailAddress.objects.get(user=person).verified
    assert state_of(Invitation.objects.get(), NOW) == "accepted"
    again = join(invitation_id=row.id, name="Eve", password=PASSWORD, locale="", now=NOW)
    assert isinstance(again, Refused)
    assert again.code == "invitation_closed"


@pytest.mark.usefixtures("rollback_db")
def test_what_somebody_promised_is_not_given_after_they_were_sent_away() -> None:
    rita = recruiter()
    made = invite(email="new@x.example", org_id=operator().id, actor=Actor("person", rita.id), now=NOW)
    assert isinstance(made, NewInvitation)
    suspend(person_id=rita.id, code="other", reason="Left.", actor=COMMAND, now=NOW)
    refused = join(invitation_id=made.invitation.id, name="N", password=PASSWORD, locale="", now=NOW)
    assert isinstance(refused, Refused)
    assert not Person.objects.filter(email="new@x.example").exists(), "all of it or nothing"
    late = join(invitation_id=made.invitation.id, name="N", password=None, locale="", now=NOW + timedelta(days=8))
    assert isinstance(late, Refused)


def test_one_invitation_taken_twice_at_once_makes_one_account(db: object) -> None:
    made = invite(email="new@x.example", org_id=operator().id, role="recruiter", actor=COMMAND, now=NOW)
    assert isinstance(made, NewInvitation)

    def take(name: str) -> object:
        try:
            return join(invitation_id=made.invitation.id, name=name, password=None, locale="", now=NOW)
        except Exception as error:  # the loser of the race may find the address taken by the database
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(take, ("a", "b", "c", "d")))
    assert sum(isinstance(each, Person) for each in done) == 1, done
    assert Person.objects.filter(email="new@x.example").count() == Member.objects.count() == 1
    assert Event.objects.filter(verb="invitation:accepted").count() == 1


@pytest.mark.usefixtures("rollback_db")
def test_counters_hold_for_all_processes_and_end() -> None:
    one, other = TableCache("", {}), TableCache("", {})
    assert one.add("k", [1.5], 60)
    assert not other.add("k", [2], 60)
    assert other.get("k") == [1.5]
    one.set("k", {"a": True}, -1)
    assert other.get("k", "none") == "none"
    assert other.add("k", 3, None), "what ended counts as free"
    assert one.delete("k")
    assert not one.delete("k")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, object]]:
    """Runs `fairhand user …` or `org …` with --json and standard input; gives the object it prints."""

    def run(*words: str, typed: str = "") -> dict[str, object]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        known = next(each for each in COMMANDS if each.name == words[0])
        module = {"user": user, "org": org}[words[0]]
        assert module.run(subparser(known).parse_args([*words[1:], "--json"])) == 0
        return json.loads(capsys.readouterr().out.strip().splitlines()[-1])

    return run


@pytest.mark.usefixtures("rollback_db")
def test_the_commands_of_the_operators_machine(command: Callable[..., dict[str, object]]) -> None:
    assert command("org", "add", "acme-data", "--name", "Acme Data")["kind"] == "operator"
    assert command("org", "add", "globex", "--name", "Globex")["kind"] == "client"
    assert len(command("org", "list")["orgs"]) == 2
    with pytest.raises(CliError, match="at least 12 characters"):
        command("user", "add", "ines@x.example", "--name", "Ines", typed="short\n")
    command("user", "add", "Ines@x.example", "--name", "Ines", "--role", "operator_admin", typed=f"{PASSWORD}\n")
    assert Person.objects.get(email="ines@x.example").check_password(PASSWORD)
    assert command("user", "roles", "ines@x.example")["roles"] == ["operator_admin@acme-data"]
    assert command("user", "list")["people"][0]["email"] == "ines@x.example"
    with pytest.raises(CliError, match="last operator admin"):
        command("user", "revoke", "ines@x.example", "--role", "operator_admin", "--reason", "Left")
    command(
        "user", "grant", "ines@x.example", "--role", "client_viewer", "--org", "globex", "--reason", "Looks after it"
    )
    command("user", "revoke", "ines@x.example", "--role", "client_viewer", "--org", "globex", "--reason", "No longer")
    with pytest.raises(CliError, match="does not hold"):
        command("user", "revoke", "ines@x.example", "--role", "client_viewer", "--org", "globex", "--reason", "Twice")
    command("user", "add", "bo@x.example", "--name", "Bo", "--no-password")
    assert command("user", "suspend", "bo@x.example", "--reason", "Asked for it")["state"] == "suspended"
    assert command("user", "reactivate", "bo@x.example", "--reason", "Came back")["state"] == "active"
    command("user", "reset-password", "bo@x.example", typed=f"{PASSWORD}\n")
    bo = Person.objects.get(email="bo@x.example")
    assert bo.check_password(PASSWORD)
    Authenticator.objects.create(user=bo, type="totp", data={"secret": "x"})
    assert command("user", "reset-factors", "bo@x.example", "--reason", "Lost")["removed"] == 1
    link = str(command("user", "invite", "new@x.example", "--role", "recruiter")["link"])
    assert "/sign-up/invited/" in link
    with pytest.raises(CliError, match="no account with the address"):
        command("user", "roles", "nobody@x.example")
    kept = set(Event.objects.values_list("verb", flat=True))
    assert kept >= {
        "person:joined",
        "role:granted",
        "role:revoked",
        "person:suspended",
        "invitation:made",
        "factor:removed",
    }
    assert PASSWORD not in str(list(Event.objects.values_list("facts", flat=True)))
