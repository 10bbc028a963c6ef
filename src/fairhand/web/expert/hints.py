"""What a draft gives to think about while it is written: the hints of its questions, in the reader's language."""

from uuid import UUID

from django.http import JsonResponse

from fairhand.people.access import OWN_ROWS
from fairhand.tasks.queries import bound_to
from fairhand.tasks.questions import QUESTIONS
from fairhand.web import words
from fairhand.web.entry import Signed, opens
from fairhand.web.expert.claims import own_claim
from fairhand.web.shown import drafted

_PREFIX = "answer."


@opens(OWN_ROWS, "POST")
def hints(request: Signed, claim_id: UUID) -> JsonResponse:
    """{question: [{"place", "text", "quote"}]} of what the form says; questions without hints are left out.

    Nothing is kept. A question that the form does not bring along gets none.
    """
    facts = own_claim(request, claim_id)
    template = bound_to(facts.template, facts.task_id)
    found = {}
    for terms in template["questions"]:
        kind = QUESTIONS.get(terms["type"], terms.get("version", 1))
        if (look := getattr(kind, "hints", None)) is None:
            continue
        value = drafted(terms, request.POST, _PREFIX)
        found[terms["name"]] = [
            {"place": hint.place, "text": words.word("hint", hint.code), "quote": hint.quote}
            for hint in look(value, terms)
        ]
    return JsonResponse({"hints": found})
