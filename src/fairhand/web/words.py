"""The words of states, verdicts, reasons and refusals, as pages say them; the glossary decides which."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

from fairhand.kernel.refusals import Refused
from fairhand.web import (
    words_of_answers,
    words_of_cases,
    words_of_estimates,
    words_of_faults,
    words_of_files,
    words_of_gates,
    words_of_judging,
    words_of_keys,
    words_of_missions,
    words_of_models,
    words_of_money,
    words_of_operation,
    words_of_order,
    words_of_plans,
    words_of_raised,
    words_of_rubrics,
    words_of_templates,
    words_of_terms,
    words_of_time,
    words_of_work,
)

# kind -> code -> (word, tone of its tag)
_WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "submission": {
        "pending": (_in("submission", "pending"), "wait"),
        "accepted": (_in("submission", "accepted"), "ok"),
        "returned": (_in("submission", "returned for rework"), "wait"),
    },
    "claim": {
        "live": (_in("claim", "in work"), "wait"),
        "submitted": (_in("claim", "handed in"), "ok"),
        "skipped": (_in("claim", "given back"), ""),
        "expired": (_in("claim", "expired"), "wait"),
    },
    "project": {
        "draft": (_in("project", "draft"), ""),
        "open": (_in("project", "open"), "ok"),
        "paused": (_in("project", "paused"), "wait"),
        "closed": (_in("project", "closed"), ""),
    },
    "batch": {
        "draft": (_in("batch", "draft"), "wait"),
        "launched": (_in("batch", "launched"), "ok"),
        "closed": (_in("batch", "closed"), ""),
    },
    "batch_kind": {
        "real": (_in("batch", "real work"), ""),
        "practice": (_in("batch", "practice"), ""),
    },
    "task": {
        "open": (_in("task", "open"), "wait"),
        "settled": (_in("task", "settled"), "ok"),
        "withdrawn": (_in("task", "withdrawn"), ""),
    },
    "lane_of_board": {
        "calibration": (_in("queue", "calibration"), ""),
        "rework": (_in("queue", "rework"), ""),
        "gold": (_in("queue", "checked against a known answer"), ""),
    },
    "slot": {
        "planned": (_in("slot", "planned"), ""),
        "open": (_in("slot", "open"), ""),
        "claimed": (_in("slot", "in work"), "wait"),
        "submitted": (_in("slot", "handed in"), "wait"),
        "settled": (_in("slot", "settled"), "ok"),
        "cancelled": (_in("slot", "cancelled"), ""),
    },
    "seat": {
        "active": (_in("seat", "active"), "ok"),
        "paused": (_in("seat", "paused"), "wait"),
        "left": (_in("seat", "left"), ""),
    },
    "slots_at": {
        "waiting": (_("waiting for an expert"), ""),
        "in_work": (_("in work"), ""),
        "undecided": (_("handed in, not decided"), ""),
        "review_waiting": (_("waiting for a reviewer"), ""),
        "review_in_work": (_("in review"), ""),
        "review_unpaid": (_("review waits for money"), ""),
    },
    "task_mark": {
        "returned": (_("returned at least once"), ""),
        "differs": (_("answers differ"), ""),
    },
    "stage_number": {
        "lease_s": (_("Claim held for (seconds)"), ""),
        "claim_s_max": (_("Claim ends at the latest after (seconds)"), ""),
        "idle_s": (_("Clock stands still after (seconds untouched)"), ""),
        "rework_s": (_("Time for rework (seconds)"), ""),
        "rounds_max": (_("Rounds at most"), ""),
        "review_deadline_h": (_("Decided within (hours)"), ""),
        "review_policy": (_("What is reviewed"), ""),
    },
    "stage_length": {
        "lease_s": (_("Claim held for"), ""),
        "claim_s_max": (_("Claim ends at the latest after"), ""),
        "idle_s": (_("Clock stands still after"), ""),
        "rework_s": (_("Time for rework"), ""),
        "rounds_max": (_("Rounds at most"), ""),
        "review_deadline_h": (_("Decided within"), ""),
    },
    "happened": {
        "batch:imported": (_("Imported with its batch"), ""),
        "batch:launched": (_("Batch launched: its slots opened, their money reserved"), "ok"),
        "batch:cut_short": (_("Project closed: what nobody had taken was cancelled"), "wait"),
        "batch:topped_up": (_("Money moved from the budget into the batch's pool"), ""),
        "batch:closed": (_("Batch done: what its pool held went back to the budget"), ""),
        "claim:made": (_("Taken"), ""),
        "claim:skipped": (_("Given back"), "wait"),
        "claim:expired": (_("Claim expired"), "wait"),
        "submission:made": (_("Handed in"), ""),
        "submission:reviewed": (_("Verdict of a reviewer"), ""),
        "submission:accepted": (_("Accepted, pay became payable"), "ok"),
        "slot:opened": (_("Opened for somebody, with its money reserved"), ""),
        "slot:waits_for_pool": (_("Waits: the batch's pool is short"), "bad"),
        "slot:cancelled": (_("Cancelled: nobody needs it any more"), ""),
        "slot:set_aside": (_("Kept for one person"), ""),
        "slot:given_back": (_("Not taken in time, open to everybody again"), ""),
        "delivery:released": (_("Delivered to the client"), "ok"),
        "guideline:published": (_("New version of the guideline"), ""),
        "project:made": (_("Project made"), ""),
        "project:opened": (_("Project opened"), "ok"),
        "project:paused": (_("Project paused"), "wait"),
        "project:closed": (_("Project closed"), "wait"),
        "project:changed": (_("Name, summary or contact changed"), ""),
        "stage:changed": (_("Stage changed"), ""),
        "project:end_announced": (_("Announced when the project ends"), "wait"),
        "project:extended": (_("Project goes on longer"), "ok"),
        "project:end_passed": (_("The announced end has passed"), "bad"),
        "project:hours_promised": (_("Hours promised to each changed"), ""),
        "project:overseated": (_("More people invited than the expected work feeds"), "wait"),
        "seat:taken": (_("Joined the project"), ""),
        "seat:capped": (_("Limits changed"), "wait"),
        "budget:funded": (_("Budget funded"), ""),
        "rate:entered": (_("Rate of a currency entered"), ""),
        "payable:converted": (_("Owed money converted into another currency"), ""),
        "budget:mostly_used": (_("Most of the budget is paid"), "wait"),
        "budget:falls_short": (_("The budget will not last to the end"), "bad"),
        "budget:returned": (_("Budget returned to the client"), ""),
    },
    "doer": {
        "person": (_("the project's staff"), ""),
        "job": (_("by itself, when the time came"), ""),
        "command": (_("at the command line"), ""),
        "replay": (_("played from the pack"), ""),
    },
    "decided_by": {
        "review": (_("Decided by a reviewer."), ""),
        "plan": (_("Accepted at once: the plan asks no review of this one."), ""),
        "clock": (_("Nobody decided in time, so it was accepted in your favour."), ""),
        "staff": (_("Decided by the project's staff."), ""),
    },
    "verdict": {
        "accept": (_("Accept"), "ok"),
        "accept_with_fixes": (_("Accept with fixes"), "ok"),
        "return": (_("Return for rework"), "wait"),
    },
    "skip": {
        "too_long": (_("It takes longer than the terms say"), ""),
        "not_my_field": (_("Not my field"), ""),
        "unclear": (_("The task or the guideline is unclear"), ""),
        "technical": (_("Something does not work"), ""),
        "other": (_("Another reason"), ""),
    },
    "unit": {
        "judgement": (_("per judgement"), ""),
        "review": (_("per review"), ""),
        "task": (_("per task"), ""),
        "turn": (_("per turn"), ""),
        "item": (_("per item"), ""),
        "word": (_("per word"), ""),
    },
    "stage": {
        "attempt": (_("judgement"), ""),
        "review": (_("review"), ""),
    },
    "verdict_part": {
        "verdict": (_("Your verdict"), ""),
        "note": (_("Note to the author"), ""),
        "clause": (_("Part of the guideline"), ""),
        "fixed_answer": (_("The answer as you would have it"), ""),
        "scores": (_("How good the work is as a whole"), ""),
    },
    "event": {
        "claim:made": (_("You took the task"), ""),
        "submission:made": (_("You handed it in"), ""),
        "submission:reviewed": (_("A reviewer gave a verdict"), ""),
        "submission:accepted": (_("It was accepted"), ""),
    },
    "role": {
        "operator_admin": (_("Operator admin"), ""),
        "manager": (_("Manager"), ""),
        "reviewer_lead": (_("Reviewer lead"), ""),
        "recruiter": (_("Recruiter"), ""),
        "finance": (_("Finance"), ""),
        "auditor": (_("Auditor"), ""),
        "client_manager": (_("Client manager"), ""),
        "client_viewer": (_("Client viewer"), ""),
        "expert": (_("Expert"), ""),
        "reviewer": (_("Reviewer"), ""),
    },
    "invitation": {
        "open": (_in("invitation", "open"), "wait"),
        "accepted": (_in("invitation", "accepted"), "ok"),
        "withdrawn": (_in("invitation", "withdrawn"), ""),
        "expired": (_in("invitation", "expired"), ""),
    },
    "person": {
        "recorded": (_("recorded"), ""),
        "synthetic": (_("synthetic"), "wait"),
    },
    "format": {
        "jsonl": (_("Every judgement, one JSON object a line"), ""),
        "csv": (_("A table: a row for each answer"), ""),
        "trl_preference": (_("Preference rows: prompt, chosen, rejected"), ""),
    },
}
_WORDS["happened"] |= (
    words_of_gates.HAPPENED
    | words_of_cases.HAPPENED
    | words_of_raised.HAPPENED
    | words_of_estimates.HAPPENED
    | words_of_missions.HAPPENED
    | words_of_plans.HAPPENED
)
for _part in (
    words_of_cases, words_of_estimates, words_of_files, words_of_gates, words_of_judging, words_of_keys,
    words_of_missions, words_of_models, words_of_money, words_of_operation, words_of_order, words_of_plans,
    words_of_raised, words_of_rubrics, words_of_templates, words_of_terms, words_of_time, words_of_work,
):  # fmt: skip
    for _kind, _more in _part.WORDS.items():
        _WORDS[_kind] = _WORDS.get(_kind, {}) | dict(_more)

# Refusal code -> sentence: what happened and what to do.
_REFUSALS: Mapping[str, Promise] = (
    {
        "cap_open": _("You hold as many tasks as one person may at a time. Hand one in or skip it first."),
        "terms_changed": _("The terms changed since you saw them. Read the new card and take the task again."),
        "no_seat": _("You have no seat in this project. Ask its manager for one."),
        "cap_seat": _("You have reached your number of tasks in this project for today. Come back tomorrow."),
        "cap_hours": _(
            "As many hours as the project's plan pays in a week are paid or under way. What you hold goes on and is "
            "paid whole; the page says below when the next task is offered."
        ),
        "no_work": _("No task is open to you in this project just now. Look again later."),
        "no_claim": _("You hold no such claim."),
        "claim_ended": _("This claim has ended, so there is nothing to hand in. Take the next task."),
        "already_submitted": _("This claim was handed in already; its submission stands."),
        "surplus_limit": _(
            "This claim expired, its slot went to a colleague, and as many late answers as a week takes were taken "
            "from you. Take the next task; nothing you handed in is lost."
        ),
        "answer_problems": _("The answer is not complete yet."),
        "bad_request_key": _("The form was changed on its way. Reload the page and take the task again."),
        "no_reason": _("Choose a reason for skipping the task."),
        "rounds_over": _("This work can't be returned: the project allows no further round. Decide it as it is."),
        "pool_short": _(
            "The batch's pool can't pay for another round. Accept the work, or ask the manager to fund the pool."
        ),
        "profile_problems": _("The profile was not saved: something in it needs mending."),
        "invitation_closed": _(
            "This invitation can't be used: it was used, withdrawn, or is too old. Ask for a new one."
        ),
        "email_taken": _("Somebody has an account under this address."),
        "bad_email": _("That is not an e-mail address."),
        "invitation_limit": _("Too many of your invitations are open. Withdraw some, or wait until they are used."),
        "invitation_again": _(
            "You have sent enough invitations, or enough to this address, for today. Go on tomorrow."
        ),
        "role_needs_project": _("Reviewers are invited to one project. Choose it."),
        "nothing_accepted": _("No work of this project is accepted yet, so there is nothing to deliver."),
        # What staff does with a project.
        "project_rests": _(
            "The project gives out no new tasks just now. What you hold, or were asked to rework, stays yours."
        ),
        "not_draft": _("This batch was launched already, or is for practice. Its page shows how it stands."),
        "no_attempt_stage": _(
            "The project has no stage on which experts work, so nothing can be imported or launched."
        ),
        "no_amount": _("There is no amount to move. Nothing was changed."),
        "long_reference": _("The reference is longer than allowed. Shorten it."),
        "budget_closed": _("The project is closed: nothing more can be paid from its budget, so none was put in."),
        "project_not_closed": _(
            "The project may still need its budget. Close it first; then what is left can go back."
        ),
        "budget_changed": _("The budget changed since you looked. See what it holds now, and send the form again."),
        "key_used": _("This form was sent before with another amount. Nothing was moved this time; open it anew."),
        "budget_short": _("The budget can't carry this launch. Ask finance to fund the project; nothing was changed."),
        "top_up_short": _("The budget holds less than that. Ask finance to fund the project; nothing was moved."),
        "project_closed": _("The project is closed: nothing is imported or launched in it any more."),
        "work_too_little": _(
            "The work that is expected does not suffice for so many people. Invite fewer, or say why they are needed."
        ),
        "project_not_movable": _("The project can't go to that state from the one it is in. Reload the page."),
        "guideline_moved": _(
            "Somebody published a newer version while you wrote. Your text is below; compare it with theirs and "
            "publish again."
        ),
        "bad_input": _("Something in the form is not right yet; it is said at its field."),
        "no_stage": _("The project has no such stage. Reload the page."),
        "no_seat_here": _("Nobody has a seat under that pseudonym in this project."),
        "unknown_format": _("Only files that end in .jsonl, .ndjson or .csv are read. Save yours as one of them."),
        "bad_want": _("A task wants at least one attempt and at most a thousand. Correct the number."),
        "file_too_large": _(
            "The file is larger than one import takes. Split it, and import the parts one after another."
        ),
        "file_empty": _("The file is empty. Choose the one with the tasks."),
        "no_file": _("Choose a file first."),
        "upload_gone": _("This file is not kept any more. Send it again; nothing of it was imported."),
        "upload_faults": _("Some rows have faults. Mend the file and send it again, or import the right rows alone."),
        "nothing_right": _("No row of the file can be imported. Mend it and send it again."),
    }
    | words_of_order.REFUSALS
    | words_of_work.REFUSALS
    | words_of_time.REFUSALS
    | words_of_operation.REFUSALS
    | words_of_gates.REFUSALS
    | words_of_cases.REFUSALS
    | words_of_raised.REFUSALS
    | words_of_estimates.REFUSALS
    | words_of_missions.REFUSALS
    | words_of_plans.REFUSALS
    | words_of_money.REFUSALS
    | words_of_judging.REFUSALS
    | words_of_files.REFUSALS
    | words_of_templates.REFUSALS
    | words_of_models.REFUSALS
)

# What is wrong with one part of an answer.
_PROBLEMS: Mapping[str, Promise] = (
    words_of_answers.PROBLEMS
    | words_of_order.PROBLEMS
    | words_of_cases.PROBLEMS
    | words_of_raised.PROBLEMS
    | words_of_missions.PROBLEMS
    | words_of_plans.PROBLEMS
    | words_of_work.PROBLEMS
    | words_of_time.PROBLEMS
    | words_of_judging.PROBLEMS
    | words_of_files.PROBLEMS
    | words_of_models.PROBLEMS
    | words_of_rubrics.PROBLEMS
    | words_of_templates.PROBLEMS
)


def word(kind: str, code: str) -> str:
    """The word, or the code itself where we have none."""
    found = _WORDS.get(kind, {}).get(code)
    return str(found[0]) if found else code


def tone(kind: str, code: str) -> str:
    """ok, wait, bad or nothing."""
    found = _WORDS.get(kind, {}).get(code)
    return found[1] if found else ""


def codes(kind: str) -> list[str]:
    """The codes we have words for."""
    return list(_WORDS[kind])


def refusal(refused: Refused) -> str:
    """A refusal in the reader's language."""
    found = _REFUSALS.get(refused.code)
    return str(found) if found else gettext("That was not done: %(why)s") % {"why": refused.why}


def problem(code: str, why: str) -> str:
    """What is wrong with a part of an answer, in the reader's language."""
    found = _PROBLEMS.get(code)
    return str(found) if found else why


def problem_of_task(code: str, why: str) -> str:
    """What is wrong with a task of a file, or with one that a template doesn't fit."""
    found = words_of_faults.OF_TASKS.get(code)
    return str(found) if found else problem(code, why)
