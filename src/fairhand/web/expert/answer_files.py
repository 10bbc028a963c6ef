"""Files of an answer: what the page's script asks for, and the form that sends them without one."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect

from fairhand.files.commands import send_whole
from fairhand.files.queries import of_answer
from fairhand.flow.answer_files import begin_answer_file
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import FILES_PER_QUESTION_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS
from fairhand.tasks.queries import bound_to
from fairhand.web import words
from fairhand.web.entry import Signed, opens
from fairhand.web.expert.claims import own_claim
from fairhand.web.expert.work import work_page
from fairhand.web.files import refused, told
from fairhand.web.manager.frame import posted, whole
from fairhand.web.shown import read_answer


@opens(OWN_ROWS, "GET", "POST")
def answer_files(request: Signed, claim_id: UUID) -> HttpResponse:
    """What was sent for the answer so far; a POST announces one more file, whose parts then go to its own address."""
    facts = own_claim(request, claim_id)
    if request.method == "GET":
        question = request.GET.get("question", "").replace("\x00", "")
        return JsonResponse({"files": [told(row) for row in of_answer(facts.slot_id, facts.person_id, question)]})
    row = begin_answer_file(
        facts=facts, question=posted(request, "question"), name=posted(request, "name").replace("\x00", ""),
        size=whole(posted(request, "size")) or 0, now=utc_now(),
    )  # fmt: skip
    return refused(row) if isinstance(row, Refused) else JsonResponse(told(row))


@opens(OWN_ROWS, "POST")
def add_files(request: Signed, claim_id: UUID) -> HttpResponse:
    """The same without a script: files come with the form, and the page comes back with them and what was typed."""
    facts, now = own_claim(request, claim_id), utc_now()
    if facts.state == "submitted" or facts.paused_at is not None:  # no page of work, then: what stands instead
        return redirect("work", claim_id=claim_id)
    question = posted(request, "add_to")
    answer = read_answer(bound_to(facts.template, facts.task_id), request.POST)
    sent = request.FILES.getlist(f"sent.{question}")[:FILES_PER_QUESTION_MAX]
    problem = "file_size" if getattr(request, "upload_too_large", False) else "" if sent else "no_file"
    said = str(words.refusal(Refused(problem, problem))) if problem else ""
    for each in sent:
        row = begin_answer_file(facts=facts, question=question, name=str(each.name), size=each.size or 0, now=now)
        done = row if isinstance(row, Refused) else send_whole(row=row, pieces=each.chunks())
        if isinstance(done, Refused):
            said = words.refusal(done)
            break
    problems = [(question, "", said)] if said else []
    return work_page(request, own_claim(request, claim_id), answer, problems, 422 if said else 200)
