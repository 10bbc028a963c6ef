"""Two clients of one operator, each with a project in the middle of its life, and everybody who opens pages.

`build_world()` makes it through the product's own commands. `World.people` says of each person what they hold, and
`Side.ids` what stands in an address of each side: the access matrix reads both.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.audit.models import Event
from fairhand.dispatch.commands import ensure_seats
from fairhand.files.models import Attachment, AttachmentUse
from fairhand.flow.extend_claim import ask_extension
from fairhand.flow.fund_project import fund_project
from fairhand.flow.gold_batches import add_gold
from fairhand.flow.import_batch import read_upload
from fairhand.flow.jobs import give_back_job
from fairhand.flow.launch_batch import launch_batch
from fairhand.flow.raise_matter import raise_matter
from fairhand.flow.release_delivery import release_delivery
from fairhand.flow.set_aside import make_cohort
from fairhand.flow.stage_cards import stage_cards
from fairhand.gates.commands import contest, exclude, grant, make_skill
from fairhand.kernel.clock import utc_now
from fairhand.kernel.ids import new_id
from fairhand.kernel.refusals import Refused
from fairhand.ledger.models import Account, Leg
from fairhand.pay.commands import close_statements
from fairhand.pay.models import PayLine, Statement
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from fairhand.people.models import ApiKey, Invitation, Member, Org, Person
from fairhand.projects.commands import make_project
from fairhand.projects.models import Guideline, Project
from fairhand.review.models import Review
from fairhand.tasks.commands import make_batch
from fairhand.tasks.models import Gold
from fairhand.work.models import Submission
from tests.attachments import CONTENTS, put
from tests.building import Small
from tests.signed import give_factor, give_visit
from tests.world_cases import contested
from tests.world_estimates import questioned
from tests.world_missions import with_mission
from tests.world_texts import Texts, new_project, task_of, typed
from tests.world_time import away, corrected, outside, week_said

OPERATOR = "operator"
# How far a grant of a person reaches: (role, organisation, project or None for all of it).
Held = tuple[str, str, str | None]
# Name -> what they hold. `a` and `b` are the clients and their projects; `a-second` is another project of client a.
GRANTS: dict[str, tuple[Held, ...]] = {
    "operator_admin": (("operator_admin", OPERATOR, None),),
    "manager": (("manager", OPERATOR, None),),
    "reviewer_lead": (("reviewer_lead", OPERATOR, None),),
    "recruiter": (("recruiter", OPERATOR, None),),
    "finance": (("finance", OPERATOR, None),),
    "auditor": (("auditor", OPERATOR, None),),
    "admin_of_project_a": (("operator_admin", OPERATOR, "a"),),
    "manager_of_project_a": (("manager", OPERATOR, "a"),),
    "finance_of_project_a": (("finance", OPERATOR, "a"),),
    "client_manager_a": (("client_manager", "a", None),),
    "client_viewer_a": (("client_viewer", "a", None),),
    "client_manager_b": (("client_manager", "b", None),),
    "client_viewer_b": (("client_viewer", "b", None),),
    "client_manager_of_project_a": (("client_manager", "a", "a"),),
    "client_viewer_of_second_a": (("client_viewer", "a", "a-second"),),
    "admin_at_a": (("operator_admin", "a", None),),
    "manager_at_a": (("manager", "a", None),),
    "manager_at_b": (("manager", "b", None),),
    "finance_at_a": (("finance", "a", None),),
    "recruiter_at_a": (("recruiter", "a", None),),
    "auditor_at_a": (("auditor", "a", None),),
    "viewer_of_both": (("client_viewer", "a", None), ("client_viewer", "b", None)),
    "reviewer_a": (("reviewer", "a", "a"),),
    "reviewer_b": (("reviewer", "b", "b"),),
    "expert_a": (),
    "colleague_a": (),
    "expert_b": (),
    "stranger": (),
}
# Those with a seat, by side. The first owns the rows that `Side.ids` names.
SEATED = {"a": ("expert_a", "colleague_a", "reviewer_a"), "b": ("expert_b", "reviewer_b")}
ANSWER = {"winner": "left", "why": "why"}


@dataclass(slots=True)
class Side:
    """One client: its project at work, and an id of each kind for addresses, by parameter name."""

    name: str
    small: Small
    org: Org
    ids: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody: id (None for nobody), what they hold, and the sides where they have a seat."""

    name: str
    person_id: UUID | None
    holds: tuple[Held, ...] = ()
    seats: frozenset[str] = frozenset()


@dataclass(slots=True)
class World:
    """All of it."""

    sides: dict[str, Side]
    people: dict[str, Who]
    operator: Org

    def id_of(self, name: str) -> UUID:
        """The person of a name."""
        found = self.people[name].person_id
        assert found is not None
        return found


def build_world(texts: Texts | None = None, tasks: int = 9, factors: bool = True) -> World:
    """Everything, as of a few hours ago until now. `factors`: everybody has a second one."""
    say = texts or Texts()
    now = utc_now() - timedelta(hours=6)
    operator = ensure_org(slug=OPERATOR, name=say.say("name of the operator"), kind="operator", actor=COMMAND, now=now)
    names = [*GRANTS, "former", "suspended", "recorded"]
    emails = [(f"{name.replace('_', '.')}@people.example", say.say(f"name of {name}")) for name in names]
    ids = list(ensure_people(people=emails, kind="person", actor=COMMAND, now=now).items())
    people = {name: dict(ids)[email] for name, (email, _) in zip(names, emails, strict=True)}
    Person.objects.filter(id__in=people.values()).update(password=make_password("only for tests"))
    sides = {side: _side(side, people, say, tasks, now) for side in SEATED}
    _grants(people, operator, sides, say, now)
    close_statements(until=utc_now(), actor=JOB, now=utc_now())
    for side in sides.values():
        _released(side, people, operator, say)
        _name_ids(side, people)
    if factors:
        for person_id in people.values():
            for kind in ("totp", "recovery_codes"):
                give_factor(person_id, kind)
    who = {
        name: Who(name, people[name], held, frozenset(s for s, seated in SEATED.items() if name in seated))
        for name, held in GRANTS.items()
    }
    return World(sides, who | _outside(people), operator)


def _outside(people: dict[str, UUID]) -> dict[str, Who]:
    """Whoever is not let in, or holds nothing any more."""
    return {
        "former": Who("former", people["former"]),
        "suspended": Who("suspended", people["suspended"]),
        "recorded": Who("recorded", people["recorded"]),
        "nobody": Who("nobody", None),
    }


def _side(name: str, people: dict[str, UUID], say: Texts, tasks: int, now: datetime) -> Side:
    said = say.say(f"name of client {name}")
    org = ensure_org(slug=f"client-{name}", name=said, kind="client", actor=COMMAND, now=now)
    project = make_project(org_id=org.id, new=new_project(f"project-{name}", say), actor=COMMAND, now=now)
    batches = [
        make_batch(
            project=project, kind=kind, actor=COMMAND, now=now,
            tasks=(task_of(say, n) for n in range(tasks)),
        )[0]
        for kind in ("real", "real")
    ]  # fmt: skip
    fund_project(project=project, amount_minor=100_000_000, key="first", actor=COMMAND, now=now)
    launched = launch_batch(batch_id=batches[0], actor=COMMAND, now=now)
    assert not isinstance(launched, Refused), launched
    project.refresh_from_db()
    seated = [people[who] for who in SEATED[name]]
    ensure_seats(project=project, person_ids=seated, actor=COMMAND, now=now)
    hashes = [card.card.terms_hash for card in stage_cards(project.id)]
    small = Small(project, batches[0], seated[:-1], seated[-1:], now, hashes)
    grant_role(person_id=seated[-1], org_id=org.id, role="reviewer", actor=COMMAND, now=now, project_id=project.id)
    side = Side(name, small, org)
    side.ids |= {"draft_batch_id": batches[1]}
    _work(side, say)
    return side


def _work(side: Side, say: Texts) -> None:
    """Submissions in every state, and claims that ended in every way."""
    small = side.small
    expert, reviewer = small.experts[0], small.reviewers[0]
    answer = {"winner": "left", "why": say.say("answer")}
    note, clause = say.say("note of a reviewer"), say.say("clause")[:200]
    verdicts: tuple[dict[str, Any], ...] = (
        {"verdict": "accept"},
        {"verdict": "accept_with_fixes", "fixed_answer": {"winner": "right", "why": say.say("fix")}, "note": note},
        {"verdict": "return", "note": note, "clause": clause},
    )
    for verdict in verdicts:
        claim = small.claim(expert)
        small.beat(claim, 60)
        small.submit(claim, answer)
        small.review(verdict, reviewer)
        small.wait(60)
    rework = small.claim(expert)
    small.beat(rework, 30)
    small.submit(rework, answer)
    small.review({"verdict": "accept"}, reviewer)
    if len(small.experts) > 1:
        other = small.claim(small.experts[1])
        small.beat(other, 20)
        small.submit(other, answer)
    skipped = small.claim(expert)
    small.skip(skipped)
    expired = small.claim(expert)
    small.wait(3600 * 2 + 60)
    small.expire()
    small.submit(expired, answer)
    for _ in range(2):
        pending = small.claim(expert)
        small.beat(pending, 45)
        away(small, pending, say.say)
        side.ids["submission_id"] = small.submit(pending, answer).submission_id
    side.ids["correction_id"] = corrected(small, pending, say.say)
    side.ids |= outside(small, say.say)
    week_said(small, reviewer, say.say)
    small.now = utc_now() - timedelta(seconds=30)
    held = small.claim(expert)
    side.ids["claim_id"] = held.id
    side.ids["file_id"] = _shown_file(side, held.task_id, say)
    asked = ask_extension(
        claim_id=held.id, person_id=expert, asked_s=600, reason=say.say("reason for more time"),
        actor=Actor("person", expert), now=small.now,
    )  # fmt: skip
    assert not isinstance(asked, Refused), asked
    side.ids["extension_id"] = asked.extension_id
    for words in ("a question", "another question"):
        raised = raise_matter(
            claim_id=held.id, person_id=expert, kind="question", words=say.say(words),
            place=f"At {say.say('a place')}"[:200], actor=Actor("person", expert), now=small.now,
        )  # fmt: skip
        assert not isinstance(raised, Refused), raised
        side.ids["raised_id"] = raised.id
    small.review({"verdict": "return", "note": note, "clause": clause}, reviewer)  # one of the two waits for rework
    side.ids["review_claim_id"] = small.claim(reviewer, "review").id
    _kept(side, say)


def _shown_file(side: Side, task_id: UUID, say: Texts) -> UUID:
    """A picture of the project, which one task shows."""
    project, now = side.small.project, side.small.now
    sender = Person.objects.get(email="manager@people.example").id
    content = CONTENTS["image/png"]
    size, sha256 = len(content), put(project.org_id, content)
    row = Attachment.objects.create(
        id=new_id(now), org_id=project.org_id, project=project, person_id=sender, name=say.say("file name"),
        sent_bytes=size, received=size, state="clean", media_type="image/png", size=size, sha256=sha256,
        facts={"width": 3, "height": 3}, made_at=now, done_at=now,
    )  # fmt: skip
    AttachmentUse.objects.create(attachment=row, task_id=task_id)
    return row.id


def _kept(side: Side, say: Texts) -> None:
    """A cohort with somebody in it, and a task whose answer is known."""
    small, actor = side.small, COMMAND
    alias = small.project.seat_set.get(person_id=small.experts[0]).alias
    cohort_id = make_cohort(
        project_id=small.project.id, name=typed(say.say("name of a cohort"), "C")[:80], aliases=[alias],
        actor=actor, now=small.now,
    )  # fmt: skip
    assert not isinstance(cohort_id, Refused), cohort_id
    key = " ".join(typed(say.say("key of gold"), "C").split())  # one line of what can be seen
    row = {
        "key": f"gold {key}"[:60].strip(), "payload": {"prompt": typed(say.say("prompt"))},
        "answer": {"winner": "left", "why": typed(say.say("known answer"))},
        "reason": typed(say.say("why the answer is so"), "C")[:200],
    }  # fmt: skip
    added = add_gold(
        project_id=small.project.id, text=json.dumps(row), draws=2, reason=say.say("reason for gold"), actor=actor,
        now=small.now,
    )  # fmt: skip
    assert added == 1, added
    gold = Gold.objects.get(task__project_id=small.project.id)
    side.ids |= {"cohort_id": cohort_id, "manage-gold-retire.task_id": gold.task_id}


def _released(side: Side, people: dict[str, UUID], operator: Org, say: Texts) -> None:
    """What comes after work: a delivery, another version of the guideline, an invitation, a key, a job."""
    now, project = utc_now(), side.small.project
    made = release_delivery(project=project, actor=Actor("person", people["manager"]), now=now)
    assert not isinstance(made, Refused), made
    Guideline.objects.create(
        id=new_id(now), org_id=project.org_id, project=project, version=2, created_at=now,
        texts={key: f"# {text}\n\nMore.\n\n{text}\n" for key, text in say.both("guideline").items()},
    )  # fmt: skip
    invitation = Invitation.objects.create(
        id=new_id(now), email=f"invited.{side.name}@people.example", org=side.org, role="client_viewer",
        invited_by_id=people["operator_admin"], made_at=now, expires_at=now + timedelta(days=7),
        token_hash=side.name.encode() * 32,
    )  # fmt: skip
    key = ApiKey.objects.create(
        id=new_id(now), person_id=side.small.experts[0], name=say.say("name of a key"), prefix=f"fh_{side.name}",
        hash=side.name.encode() * 32, scopes=[], made_at=now, expires_at=now + timedelta(days=7),
    )  # fmt: skip
    upload = read_upload(
        project=project, person_id=people["manager"], file=f"{say.say('file name')}.jsonl", want=1, now=now,
        pieces=[b'{"key": "one", "prompt": "A question"}\n'],
    )  # fmt: skip
    assert not isinstance(upload, Refused), upload
    side.ids |= {"upload_id": upload.id, "ready_slug": "pairwise-preference", **_account(side.small.experts[0])}
    side.ids |= _granted(side, people, say) | contested(side.small, people["manager"], say.say)
    side.ids |= with_mission(side.small, say.say)
    side.ids |= questioned(side.small, people["manager"], say.say)
    job_id = give_back_job.configure(queueing_lock=f"of {side.name}").defer(timestamp=0)
    side.ids |= {"invitation_id": invitation.id, "key_id": key.id, "job_id": job_id}


def _granted(side: Side, people: dict[str, UUID], say: Texts) -> dict[str, Any]:
    """A skill, a person who holds it, and a decision about them that is over."""
    now, actor = utc_now() - timedelta(hours=2), Actor("person", people["manager"])
    project, expert = side.small.project, side.small.experts[0]
    names = {language: f"S {name}"[:200] for language, name in say.both("name of a skill").items()}  # never blank
    skill = make_skill(
        kind="skill", slug=f"skill-{side.name}", name=names, about=say.both("what a skill takes"), level_max=3,
        actor=actor, now=now,
    )  # fmt: skip
    assert not isinstance(skill, Refused), skill
    held = grant(
        person_id=expert, skill_id=skill.id, level=2, valid_from=now, valid_until=None, evidence=say.say("evidence"),
        reason=say.say("reason of a grant"), actor=actor, now=now,
    )  # fmt: skip
    decided = exclude(
        person_id=expert, org_id=project.org_id, project_id=project.id, made_in=project.id, reason_code="other",
        reason=say.say("reason of an exclusion"), until=now + timedelta(hours=1), made_as="manager", actor=actor,
        now=now,
    )  # fmt: skip
    assert not isinstance(held, Refused), held
    assert not isinstance(decided, Refused), decided
    refused = contest(
        exclusion_id=decided.id, person_id=expert, words=say.say("words against it"), actor=Actor("person", expert),
        now=now,
    )  # fmt: skip
    assert refused is None, refused
    return {"skill_id": skill.id, "exclusion_id": decided.id}


def _account(person_id: UUID) -> dict[str, Any]:
    """What somebody sees on their own security page: a passkey and a visit elsewhere."""
    passkey = give_factor(person_id, "webauthn")
    return {"pk": passkey, "end-visit.number": give_visit(person_id)}


def _grants(people: dict[str, UUID], operator: Org, sides: dict[str, Side], say: Texts, now: datetime) -> None:
    orgs = {OPERATOR: operator.id} | {name: side.org.id for name, side in sides.items()}
    second = make_project(org_id=orgs["a"], new=new_project("project-a-second", say), actor=COMMAND, now=now)
    projects: dict[str, Project] = {name: side.small.project for name, side in sides.items()} | {"a-second": second}
    for name, held in GRANTS.items():
        for role, org, project in held:
            if role == "reviewer":
                continue  # given with the seat
            grant_role(
                person_id=people[name], org_id=orgs[org], role=role, actor=COMMAND, now=now,
                project_id=projects[project].id if project else None,
            )  # fmt: skip
    for name in ("former", "suspended", "recorded"):
        grant_role(person_id=people[name], org_id=operator.id, role="operator_admin", actor=COMMAND, now=now)
    Member.objects.filter(person_id=people["former"]).update(until=now + timedelta(minutes=1))
    Person.objects.filter(id=people["suspended"]).update(state="suspended")
    Person.objects.filter(id=people["recorded"]).update(kind="recorded")


def _name_ids(side: Side, people: dict[str, UUID]) -> None:
    """What stands in this side's addresses, by the name of the parameter."""
    small, project = side.small, side.small.project
    expert = small.experts[0]
    seat = project.seat_set.get(person_id=expert)
    submission = Submission.objects.get(id=side.ids["submission_id"])
    line = PayLine.objects.filter(project_id=project.id, person_id=expert).earliest("made_at")
    account = Account.objects.get(owner_kind="person", owner_id=expert, purpose="payable", currency=project.currency)
    side.ids |= {
        "slug": project.slug, "project": project.slug, "org": side.org.slug, "org_id": side.org.id,
        "person_id": expert, "seat_id": seat.id, "alias": seat.alias, "task_id": submission.task_id,
        "slot_id": submission.slot_id, "batch_id": side.ids["draft_batch_id"], "statement_id":
        Statement.objects.get(person_id=expert, currency=project.currency).id,
        "account_id": account.id, "entry_id": Leg.objects.filter(account=account).earliest("id").entry_id,
        "line_id": line.id, "event_id": Event.objects.filter(project_id=project.id).earliest("at").id,
        "period": "2026-11", "period-statement-file.kind": "pdf", "finance-period-statement-file.kind": "csv",
        "version": 1, "number": 1, "form": "jsonl", "language": "en",
        "token": "forged", "key": "forged", "uidb36": "0", "provider_id": "none",
        "review_id": Review.objects.filter(subject__project_id=project.id).first().pk,
    }  # fmt: skip
