"""What the reader was granted, what is withheld from them and why, and their say against it."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.gates.commands import contest
from fairhand.gates.models import Exclusion, Qualification
from fairhand.gates.queries import (
    catalogue,
    exclusion_state,
    exclusions_about,
    qualification_state,
    qualifications_of,
)
from fairhand.kernel.clock import utc_now
from fairhand.people.access import OWN_ROWS
from fairhand.projects.queries import names_of_projects
from fairhand.web import words
from fairhand.web.account.frame import tabs
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.operation.frame import Problem
from fairhand.web.typed import typed_in


@dataclass(frozen=True, slots=True)
class Granted:
    """A qualification with its state."""

    row: Qualification
    state: str


@dataclass(frozen=True, slots=True)
class Decided:
    """An exclusion as the person whom it is about reads it: the role that decided, never the name."""

    row: Exclusion
    state: str
    project: object

    @property
    def key(self) -> str:
        """What the ids of its form end in."""
        return str(self.row.id)


@opens(OWN_ROWS)
def qualifications(request: Signed) -> HttpResponse:
    """The reader's qualifications and tiers, decisions about them, and the catalogue with its published rules."""
    return _page(request, "", "", "", 200)


@opens(OWN_ROWS, "POST")
def contest_exclusion(request: Signed, exclusion_id: UUID) -> HttpResponse:
    """Say against a decision about oneself."""
    person_id = request.viewer.person_id
    found_or_404(any(row.id == exclusion_id for row in exclusions_about(person_id)) or None)
    typed = typed_in(request, "words")["words"]
    refused = contest(
        exclusion_id=exclusion_id, person_id=person_id, words=typed, actor=Actor("person", person_id), now=utc_now()
    )
    if refused:
        return _page(request, str(exclusion_id), typed, words.refusal(refused), 422)
    messages.success(request, _("Your words stand beside the decision, and people who may lift it are told."))
    return redirect("qualifications")


def _page(request: Signed, key: str, typed: str, wrong: str, status: int) -> HttpResponse:
    now, person_id = utc_now(), request.viewer.person_id
    decided = exclusions_about(person_id)
    projects = names_of_projects([row.made_in for row in decided if row.made_in])
    held = qualifications_of(person_id)
    context = {
        "tabs": tabs(), "held": [Granted(row, qualification_state(row, now)) for row in held],
        "decided": [
            Decided(row, exclusion_state(row, now), projects.get(row.made_in) if row.made_in else None)
            for row in decided
        ],
        "catalogue": catalogue(), "key": key, "typed": typed, "wrong": wrong,
        "problems": [Problem(f"f-words-{key}", _("What you say"), wrong)] if wrong else [],
    }  # fmt: skip
    return render(request, "account/qualifications.html", context, status=status)
