"""The tables of states and the real schema say the same, and the schema refuses rows that no state allows."""

import ast
import re
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from fairhand.cases.states import CASE_STATES, RAISED_DONE, RAISED_KINDS, RAISED_MOVES, RAISED_STATES
from fairhand.dispatch import commands as dispatch
from fairhand.dispatch import states as dispatch_states
from fairhand.dispatch.models import Claim
from fairhand.estimates import states as estimate_states
from fairhand.files import states as file_states
from fairhand.gates import states as gate_states
from fairhand.inference import states as model_states
from fairhand.missions import states as mission_states
from fairhand.notices.kinds import WISHES
from fairhand.notices.models import MAIL_STATES
from fairhand.people import states as people_states
from fairhand.projects import states as project_states
from fairhand.review.rules import REVIEW_KINDS, VERDICTS
from fairhand.tasks.models import BATCH_KINDS, BATCH_STATES, TASK_STATES
from fairhand.work import states as work_states
from tests.building import ACCEPT, Small, small_project

SOURCE = Path(__file__).parents[2] / "src" / "fairhand"
# constraint -> the words it must allow, no more and no fewer
ALLOWED = {
    "slot_state": dispatch_states.SLOT_STATES,
    "attachment_state": file_states.FILE_STATES,
    "model_endpoint_state": model_states.ENDPOINT_STATES,
    "generation_state": model_states.GENERATION_STATES,
    "claim_state": dispatch_states.CLAIM_STATES,
    "seat_state": dispatch_states.SEAT_STATES,
    "extension_closed": dispatch_states.EXTENSION_CLOSED,
    "queue_lane": dispatch_states.LANES,
    "skill_kind": gate_states.SKILL_KINDS,
    "consent_topic": gate_states.CONSENT_TOPICS,
    "exclusion_reason_code": gate_states.EXCLUSION_REASONS,
    "submission_state": work_states.SUBMISSION_STATES,
    "submission_decided_by": work_states.DECIDERS,
    "project_state": project_states.PROJECT_STATES,
    "stage_kind": project_states.STAGE_KINDS,
    "stage_subject": project_states.STAGE_SUBJECTS,
    "batch_kind": BATCH_KINDS,
    "review_kind": REVIEW_KINDS,
    "batch_state": BATCH_STATES,
    "task_state": TASK_STATES,
    "person_kind": people_states.PERSON_KINDS,
    "person_state": people_states.PERSON_STATES,
    "member_role": people_states.ROLES,
    "review_verdict": VERDICTS,
    "invitation_role": people_states.ROLES,
    "notice_choice_mail": WISHES,
    "mail_state": MAIL_STATES,
    "pay_case_state": CASE_STATES,
    "raised_state": RAISED_STATES,
    "raised_kind": RAISED_KINDS,
    "raised_done": RAISED_DONE,
    "work_interval_kind": work_states.INTERVALS,
    "paid_kind_known": work_states.PAID_KINDS,
    "estimate_review_state": estimate_states.REVIEW_STATES,
    "estimate_review_trigger": estimate_states.TRIGGERS,
    "stage_estimate_source": estimate_states.SOURCES,
    "mission_state": mission_states.MISSION_STATES,
    "mission_kind": mission_states.MISSION_KINDS,
    "mission_work": mission_states.MISSION_WORK,
    "mission_scope": mission_states.SCOPES,
    "referral_state": mission_states.REFERRAL_STATES,
    "surge_state": project_states.SURGE_STATES,
}
MOVES = {
    "slot": (dispatch_states.SLOT_STATES, dispatch_states.SLOT_MOVES, {"planned", "open"}),
    "claim": (dispatch_states.CLAIM_STATES, dispatch_states.CLAIM_MOVES, {"live"}),
    "submission": (work_states.SUBMISSION_STATES, work_states.SUBMISSION_MOVES, {"pending"}),
    "project": (project_states.PROJECT_STATES, project_states.PROJECT_MOVES, {"draft"}),
    "referral": (mission_states.REFERRAL_STATES, mission_states.REFERRAL_MOVES, {"named"}),
    "surge": (project_states.SURGE_STATES, project_states.SURGE_MOVES, {"planned"}),
    "raised": (RAISED_STATES, RAISED_MOVES, {"open"}),
    "mission": (mission_states.MISSION_STATES, mission_states.MISSION_MOVES, {"open"}),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_a_check_allows_exactly_the_words_of_its_table(rollback_db, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        ((definition,),) = cursor.fetchall()
    assert sorted(re.findall(r"'([a-z_]+)'::text", definition)) == sorted(ALLOWED[name])


def test_every_check_of_a_word_is_compared_here(rollback_db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 "
            "AND pg_get_constraintdef(oid) ~ 'ANY \\(.*::text' "
            "AND conrelid::regclass::text !~ '^(auth_|django_|procrastinate_)'"
        )
        found = {row[0] for row in cursor.fetchall()}
    rules = {"slot_reserve_only_when_open", "org_kind", "gold_use", "estimate_review_decided"} | {
        f"pay_case_{part}" for part in ("due", "answer", "appeal", "decision")
    }
    assert found - rules == set(ALLOWED)


@pytest.mark.parametrize("what", MOVES)
def test_every_state_can_be_come_to_by_moves(what: str) -> None:
    states, moves, first = MOVES[what]
    assert {state for move in moves for state in move} <= set(states)
    reached = set(first)
    while more := {to for source, to in moves if source in reached} - reached:
        reached |= more
    assert reached == set(states)
    assert all(source != to for source, to in moves)


def test_what_is_over_stays_over() -> None:
    for what, ends in {
        "slot": {"settled", "cancelled"},
        "claim": {"submitted", "skipped"},
        "submission": {"accepted"},
    }.items():
        states, moves, _ = MOVES[what]
        assert set(states) - {source for source, _ in moves} == ends
    assert set(dispatch_states.SLOT_RESERVED) < set(dispatch_states.SLOT_STATES)
    assert set(dispatch_states.SLOT_STATES) > dispatch_states.CLAIM_TAKES_WORK - {"live", "expired", "released"}
    assert {
        source for source, to in dispatch_states.CLAIM_MOVES if to == "submitted"
    } == dispatch_states.CLAIM_TAKES_WORK


def test_every_move_that_the_code_writes_down_is_legal() -> None:
    legal = dispatch_states.SLOT_MOVES | dispatch_states.CLAIM_MOVES | work_states.SUBMISSION_MOVES
    states = {state for what in ("slot", "claim", "submission") for state in MOVES[what][0]}
    found = []
    for package in ("flow", "dispatch", "work", "review", "pay"):
        for file in (SOURCE / package).glob("*.py"):
            if file.name == "states.py":
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Tuple) and len(node.elts) == 2:
                    pair = tuple(getattr(one, "value", None) for one in node.elts)
                    if set(pair) <= states:
                        found.append(pair)
    assert len(found) >= 8
    assert [pair for pair in found if pair not in legal] == []


# What is wrong -> (SQL on rows of a small project in work, the constraint that refuses it)
REFUSED = {
    "a slot in no known state": ("UPDATE slot SET state = 'lost'", "slot_state"),
    "a claimed slot without its claim": (
        "UPDATE slot SET current_claim_id = NULL WHERE state = 'claimed'", "slot_claimed_has_claim",
    ),
    "an open slot with a claim": (
        "UPDATE slot SET current_claim_id = id WHERE state = 'open'", "slot_claimed_has_claim",
    ),
    "a settled slot with money": (
        "UPDATE slot SET state = 'settled' WHERE state = 'open'", "slot_reserve_only_when_open",
    ),
    "a cancelled slot with money": (
        "UPDATE slot SET state = 'cancelled' WHERE state = 'open'", "slot_reserve_only_when_open",
    ),
    "a planned slot with money": (
        "UPDATE slot SET state = 'planned' WHERE state = 'open'", "slot_reserve_only_when_open",
    ),
    "a reserve below zero": ("UPDATE slot SET reserve_minor = -1 WHERE state = 'open'", "slot_reserve_positive"),
    "a slot kept for nobody": ("UPDATE slot SET for_until = '2030-01-01'", "slot_set_aside"),
    "a slot kept without end": ("UPDATE slot SET for_person_id = (SELECT id FROM person LIMIT 1)", "slot_set_aside"),
    "a slot of another client": ("UPDATE slot SET org_id = gen_random_uuid()", "slot_task_org"),
    "a claim in no known state": ("UPDATE claim SET state = 'lost', ended_at = claimed_at", "claim_state"),
    "a live claim that ended": ("UPDATE claim SET ended_at = claimed_at WHERE state = 'live'", "claim_ended_at"),
    "an ended claim without its moment": (
        "UPDATE claim SET state = 'expired' WHERE state = 'live'", "claim_ended_at",
    ),
    "an expiry past the hard end": (
        "UPDATE claim SET expires_at = hard_until + interval '1 second'", "claim_expiry_within_hard_end",
    ),
    "work time below zero": ("UPDATE claim SET work_ms = -1", "claim_work_ms"),
    "a claim of another client": ("UPDATE claim SET org_id = gen_random_uuid()", "claim_slot_org"),
    "a claim of somebody who never met the task": (
        "UPDATE claim SET person_id = (SELECT id FROM person WHERE email LIKE 'reviewer0%') WHERE state = 'live'",
        "claim_hand",
    ),
    "two live claims of one slot": (
        """INSERT INTO claim (id, org_id, project_id, task_id, slot_id, root_slot_id, round, person_id, offer_id,
             subject_ids, request_key, state, claimed_at, expires_at, hard_until)
           SELECT gen_random_uuid(), org_id, project_id, task_id, slot_id, root_slot_id, round, person_id, offer_id,
             subject_ids, 'second', state, claimed_at, expires_at, hard_until FROM claim WHERE state = 'live'""",
        "claim_live",
    ),
    "one request, two claims": (
        """INSERT INTO claim (id, org_id, project_id, task_id, slot_id, root_slot_id, round, person_id, offer_id,
             subject_ids, request_key, state, claimed_at, expires_at, hard_until, ended_at)
           SELECT gen_random_uuid(), org_id, project_id, task_id, slot_id, root_slot_id, round, person_id, offer_id,
             subject_ids, request_key, 'skipped', claimed_at, expires_at, hard_until, claimed_at
             FROM claim WHERE state = 'live'""",
        "claim_request",
    ),
    "a pending submission with a decision": (
        "UPDATE submission SET decided_by = 'staff', decided_at = submitted_at WHERE state = 'pending'",
        "submission_decided_at",
    ),
    "an accepted submission without its moment": (
        "UPDATE submission SET decided_at = NULL WHERE state = 'accepted'", "submission_decided_at",
    ),
    "a returned submission that nobody decided": (
        "UPDATE submission SET state = 'returned' WHERE state = 'pending'", "submission_decided_at",
    ),
    "a decision by nobody we know": (
        "UPDATE submission SET state = 'accepted', decided_by = 'dice', decided_at = submitted_at",
        "submission_decided_by",
    ),
    "a second counted submission of a round": (
        """INSERT INTO submission (id, org_id, project_id, task_id, slot_id, claim_id, person_id, round, surplus,
             answer, content_hash, submitted_at, decide_by, state, entry_ids)
           SELECT gen_random_uuid(), s.org_id, s.project_id, s.task_id, s.slot_id, c.id, s.person_id, s.round, false,
             s.answer, s.content_hash, s.submitted_at, s.decide_by, 'pending', '{}'
             FROM submission s, claim c WHERE s.state = 'pending' AND c.state = 'live'""",
        "submission_one",
    ),
    "a second submission of a claim": (
        """INSERT INTO submission (id, org_id, project_id, task_id, slot_id, claim_id, person_id, round, surplus,
             answer, content_hash, submitted_at, decide_by, state, entry_ids)
           SELECT gen_random_uuid(), org_id, project_id, task_id, slot_id, claim_id, person_id, round, true, answer,
             content_hash, submitted_at, decide_by, 'pending', '{}' FROM submission WHERE state = 'pending'""",
        "submission_claim_id",
    ),
    "open claims below none": ("UPDATE person_load SET open_n = -1", "person_load_open_n"),
    "more attempts wanted than allowed": ("UPDATE task SET want = cap + 1", "task_cap"),
    "a launched batch without its moment": ("UPDATE batch SET launched_at = NULL", "batch_launched_at"),
    "a draft batch that was launched": ("UPDATE batch SET state = 'draft'", "batch_launched_at"),
    "an attempt that has a subject": ("UPDATE stage SET subject = 'one'", "stage_attempt_has_no_subject"),
    "a lease longer than its claim": ("UPDATE stage SET lease_s = claim_s_max + 1", "stage_lease_within_claim"),
    "a seat twice": (
        """INSERT INTO seat (id, org_id, project_id, person_id, alias, state, day_n, total_n, handed_in_n, joined_at)
           SELECT gen_random_uuid(), org_id, project_id, person_id, 'E-OTHER', state, 0, 0, 0, joined_at FROM seat""",
        "seat_once",
    ),
    "pay without its entry": (
        """INSERT INTO pay_line (id, org_id, project_id, person_id, line_key, primitive, version, inputs, exact,
             amount_minor, currency, sentence_key, sentence_args, made_at)
           SELECT gen_random_uuid(), org_id, project_id, person_id, 'forged', primitive, version, inputs, exact,
             5, currency, sentence_key, sentence_args, made_at FROM pay_line LIMIT 1""",
        "pay_line_has_entry",
    ),
    "pay on an entry that is not there": (
        """INSERT INTO pay_line (id, org_id, project_id, person_id, line_key, primitive, version, inputs, exact,
             amount_minor, currency, sentence_key, sentence_args, made_at, entry_id)
           SELECT gen_random_uuid(), org_id, project_id, person_id, 'forged', primitive, version, inputs, exact,
             5, currency, sentence_key, sentence_args, made_at, 987654321 FROM pay_line LIMIT 1""",
        "pay_line_entry",
    ),
    "a review of itself": (
        """INSERT INTO review (submission_id, org_id, subject_id, verdict, scores, note)
           SELECT id, org_id, id, 'accept', '{}', '' FROM submission WHERE state = 'pending'""",
        "review_not_of_itself",
    ),
    "a return that says nothing": (
        """INSERT INTO review (submission_id, org_id, subject_id, verdict, scores, note)
           SELECT s.id, s.org_id, o.id, 'return', '{}', '' FROM submission s, submission o
            WHERE s.state = 'pending' AND o.id <> s.id LIMIT 1""",
        "review_return_says_why",
    ),
    "fixes without fixes": (
        """INSERT INTO review (submission_id, org_id, subject_id, verdict, scores, note)
           SELECT s.id, s.org_id, o.id, 'accept_with_fixes', '{}', '' FROM submission s, submission o
            WHERE s.state = 'pending' AND o.id <> s.id LIMIT 1""",
        "review_fixes_are_there",
    ),
}  # fmt: skip


@pytest.fixture
def at_work(rollback_db) -> Small:
    """One accepted, one pending, one claimed, one open."""
    small = small_project(tasks=4)
    small.work(small.experts[0])
    small.review(ACCEPT)
    small.work(small.experts[0])
    small.claim(small.experts[1])
    return small


def test_rows_that_no_state_allows_are_refused(at_work: Small) -> None:
    for what, (sql, constraint) in REFUSED.items():
        with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            pytest.fail(f"the database took {what}")
        assert constraint in str(refused.value), (what, str(refused.value))


def test_a_move_from_a_state_that_is_not_there_does_nothing(at_work: Small) -> None:
    slots = {slot.state: slot for slot in at_work.slots()}
    for state, slot in slots.items():
        for source, to in dispatch_states.SLOT_MOVES:
            if source != state:
                assert not dispatch.move_slot(slot_id=slot.id, move=(source, to), reserve_minor=0)
    live = Claim.objects.get(state="live")
    for claim in Claim.objects.all():
        for source, to in dispatch_states.CLAIM_MOVES:
            if source != claim.state:
                ended = dispatch.end_claim(
                    claim_id=claim.id, move=(source, to), reason="x", now=at_work.now, slot_move=None
                )
                assert not ended
    live.refresh_from_db()
    assert live.state == "live"
    assert {slot.id: slot.state for slot in at_work.slots()} == {slot.id: state for state, slot in slots.items()}


def test_a_claim_does_not_end_without_its_slot(at_work: Small) -> None:
    live = Claim.objects.get(state="live")
    with pytest.raises(Exception, match="slot of claim"), transaction.atomic():
        dispatch.end_claim(
            claim_id=live.id, move=("live", "submitted"), reason="x", now=at_work.now, slot_move=("open", "submitted")
        )
