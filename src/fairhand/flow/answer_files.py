"""Files of an answer: sent while its claim is held, taken out again, and proven when the answer is handed in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from fairhand.dispatch.queries import ClaimFacts, claim_facts
from fairhand.files.commands import Asked, begin, drop
from fairhand.files.models import Attachment
from fairhand.files.queries import clean_ones, own_locked
from fairhand.files.rules import value_of
from fairhand.kernel.refusals import Refused
from fairhand.tasks.attached import asks_files, files_in, sends
from fairhand.work.queries import answers_on

_OPEN = ("live", "expired", "released")  # late work is still taken, and its files with it


def begin_answer_file(*, facts: ClaimFacts, question: str, name: str, size: int, now: datetime) -> Attachment | Refused:
    """Announce a file for a question of one's own claim. Refusals: answer_closed, no_such_question; those of begin."""
    terms = next((each for each in asks_files(facts.template) if each["name"] == question), None)
    wanted = sends(terms) if terms else None
    if wanted is None or facts.stage_kind != "attempt":
        return Refused("no_such_question", "The task asks for no such file.")
    if facts.state not in _OPEN:
        return Refused("answer_closed", "This claim has ended.")
    asked = Asked(
        facts.claim_id, facts.slot_id, facts.task_id, question, wanted.takes, wanted.bytes_max
    )  # fmt: skip
    return begin(
        project_id=facts.project_id, org_id=facts.org_id, person_id=facts.person_id, name=name, size=size, asked=asked,
        now=now,
    )  # fmt: skip


def drop_answer_file(*, file_id: UUID, person_id: UUID) -> bool:
    """Take a file out of an answer; False where it is none of one's own, or is handed in."""
    with transaction.atomic():
        row = own_locked(file_id, person_id)  # before the question, so that no hand-in comes in between
        if row is None or row.claim_id is None or row.slot_id is None:
            return False
        facts = claim_facts(row.claim_id)
        if facts is None or facts.state not in _OPEN:
            return False
        # Its own claim may have run out, and the slot been taken again and handed in with it.
        handed_in = (file["file"] for answer in answers_on(row.slot_id) for file in files_in(answer))
        return str(row.id) not in handed_in and drop(file_id=file_id, person_id=person_id)


def problems_of_files(facts: ClaimFacts, template: Mapping[str, Any], answer: object) -> list[tuple[str, str, str]]:
    """What is wrong with the files of an answer, as (question, code, sentence); where none is asked for, none is read.

    An attempt takes its author's own files, sent for this slot in this round or one before; what a judge fixes takes
    files that were sent for the task. Codes: file_gone. The caller's transaction keeps the files till its end.
    """
    asked = asks_files(template)
    if not asked or not isinstance(answer, Mapping):
        return []
    given = [(terms["name"], file) for terms in asked for file in files_in(answer.get(terms["name"]))]
    known = clean_ones(file["file"] for _, file in given) if given else {}
    return [
        (name, "file_gone", "holds a file that was not sent for this answer, or is not checked yet")
        for name, file in given
        if not is_theirs(known.get(file["file"]), file, facts)
    ]


def is_theirs(row: Attachment | None, file: Mapping[str, Any], facts: ClaimFacts) -> bool:
    """Whether a file is one that the holder of a claim sent for it; of a judge's, one that was sent for its task."""
    sent = {key: each for key, each in file.items() if key != "alt"}  # what its sender says of it is part of the answer
    if row is None or value_of(row) != sent or row.claim_id is None:
        return False
    if facts.stage_kind == "attempt":
        return row.person_id == facts.person_id and row.slot_id == facts.slot_id
    return row.task_id == facts.task_id
