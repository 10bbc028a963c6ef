"""Models that are asked on a page of work, to talk or to try a prompt: what its script sends, reads and stops."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse

from fairhand.cases.raised_queries import kept_out_as
from fairhand.dispatch.queries import ClaimFacts
from fairhand.flow.ask_model import Wanted, ask_model, stop_model
from fairhand.inference.queries import Tail, tail_of, used
from fairhand.inference.states import SAID, UNDER_WAY
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import MODEL_ASKED_PER_CLAIM_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS
from fairhand.tasks.questions._models import SLOTS
from fairhand.web import words
from fairhand.web.entry import Signed, opens
from fairhand.web.expert.claims import own_claim
from fairhand.web.files import refused
from fairhand.web.prose import Room, tree

# A page asks again after so long: soon while nothing stands there, so that the first word is seen as it comes.
_FIRST_MS, _MORE_MS = 150, 350
_WHOLE = -1  # of an answer that the page has to its end
_SEEN_CHARS_MAX = 60 * MODEL_ASKED_PER_CLAIM_MAX


@opens(OWN_ROWS, "GET", "POST")
def answers(request: Signed, claim_id: UUID) -> HttpResponse:
    """What the models of a question said so far, from where the page has it; a POST asks them for more."""
    facts = own_claim(request, claim_id)
    if request.method == "GET":
        if facts.state != "live" and kept_out_as(claim_id):
            raise Http404  # models repeat what they are asked about
        question = request.GET.get("question", "").replace("\x00", "")
        return _told(facts, question, _seen(request.GET.get("seen", "")))
    wanted = _wanted(request)
    if isinstance(wanted, Refused):
        return refused(wanted)
    made = ask_model(facts=facts, wanted=wanted, now=utc_now())
    if isinstance(made, Refused):
        return JsonResponse({"code": made.code, "why": _why(made)}, status=422)
    rows = [{"id": str(row.id), "turn": row.turn, "slot": SLOTS[row.place]} for row in made]
    return JsonResponse({"asked": rows, "again_ms": _FIRST_MS})


@opens(OWN_ROWS, "POST")
def stop(request: Signed, claim_id: UUID) -> HttpResponse:
    """Stop answers of one's own claim that are under way; those of others, and what is over, are let be."""
    facts = own_claim(request, claim_id)
    ids = [_uuid(each) for each in request.POST.getlist("answer")[: len(SLOTS)]]
    stopped = sum(stop_model(generation_id=each, person_id=facts.person_id, now=utc_now()) for each in ids if each)
    return JsonResponse({"stopped": stopped})


def _why(refused: Refused) -> str:
    """Of a prompt that can't be tried yet, what would be said of it if it were handed in."""
    if refused.code == "bad_prompt":
        return words.problem(str(refused.facts["code"]), refused.why)
    return words.refusal(refused)


def _told(facts: ClaimFacts, question: str, seen: dict[UUID, int]) -> HttpResponse:
    whole = [key for key, at in seen.items() if at == _WHOLE]
    room = Room()
    found = tail_of(facts.slot_id, facts.person_id, question, MODEL_ASKED_PER_CLAIM_MAX, whole)
    rows = [_answer(row, seen, room) for row in found]
    first = any(row["under_way"] and not row["length"] for row in rows)
    so_far = used(facts.claim_id, question)
    return JsonResponse({
        "answers": rows, "asked": so_far.asked, "tokens": so_far.tokens,
        "again_ms": _FIRST_MS if first or room.steps <= 0 else _MORE_MS,
    })  # fmt: skip


def _answer(row: Tail, seen: dict[UUID, int], room: Room) -> dict[str, Any]:
    """An answer; one that is whole and finds no room is told as under way: the page asks again, and it is drawn."""
    said, at = row.state in SAID, seen.get(row.id)
    later = said and room.steps <= 0
    return {
        "id": str(row.id), "turn": row.turn, "slot": SLOTS[row.place], "state": row.state,
        "under_way": later or row.state in UNDER_WAY, "at": at or 0, "text": row.text[at or 0 :],
        "length": len(row.text),
        "why": words.word("model_problem", row.problem) if row.problem else "", "cut": row.finish_reason == "length",
        "tree": tree(row.text, room) if said and not later else None,
        # Of one that the page does not know, because the answer to its asking was lost: to what it was said.
        "to": [[turn["role"], turn["text"], [file["sha256"] for file in turn["files"]]] for turn in row.turns]
              if at is None else None,
    }  # fmt: skip


def _wanted(request: Signed) -> Wanted | Refused:
    try:
        turns = json.loads(request.POST.get("turns", "").replace("\x00", ""))
        places = [int(each) for each in request.POST.get("places", "").split(",")]
    except (ValueError, RecursionError):
        return Refused("bad_conversation", "The conversation could not be read.")
    if not isinstance(turns, list):
        return Refused("bad_conversation", "The conversation is no list.")
    return Wanted(request.POST.get("question", "").replace("\x00", ""), turns, places)


def _seen(text: str) -> dict[UUID, int]:
    """`id:12,id:-1`: how many characters of which answer the page has."""
    found = {}
    for each in text[:_SEEN_CHARS_MAX].split(","):
        name, _, n = each.partition(":")
        known = _uuid(name)
        if known and n.lstrip("-").isdecimal() and n.isascii() and len(n) < 9:
            found[known] = max(_WHOLE, int(n))
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
