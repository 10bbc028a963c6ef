"""The life of somebody's own work, in words: what `<c-timeline>` shows."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from fairhand.insight.own_history import Step
from fairhand.web import words
from fairhand.web.figures import amount, clock, isolated

_BACK = "return"


def timeline(steps: list[Step], currency: str) -> list[dict[str, Any]]:
    """Rows of a timeline, oldest first."""
    return [{"at": step.at} | _TELLS[step.verb](step, currency) for step in steps if step.verb in _TELLS]


def _taken(step: Step, currency: str) -> dict[str, Any]:
    again = step.facts.get("round", 1) > 1
    return {"title": _("You took the rework") if again else _("You took the task")}


def _given_back(step: Step, currency: str) -> dict[str, Any]:
    return {"title": _("You gave it back"), "body": words.word("skip", step.facts.get("reason", ""))}


def _expired(step: Step, currency: str) -> dict[str, Any]:
    return {
        "title": _("Your claim expired"),
        "tone": "wait",
        "body": _("What you hand in late is still taken and paid."),
    }


def _made(step: Step, currency: str) -> dict[str, Any]:
    facts: list[tuple[str, Any]] = []
    if step.facts.get("work_ms") is not None:
        facts.append((_("Measured work time"), clock(step.facts["work_ms"])))
    facts.append((_("Pay"), amount(step.facts.get("amount_minor"), step.facts.get("currency", currency))))
    if step.facts.get("round", 1) > 1:
        facts.append((_("Round"), isolated(step.facts["round"])))
    row: dict[str, Any] = {"title": _("You handed it in"), "facts": facts}
    if step.facts.get("accepted"):
        row |= {"tone": "ok", "body": _("Accepted at once; the pay is payable.")}
    return row


def _reviewed(step: Step, currency: str) -> dict[str, Any]:
    verdict = step.facts.get("verdict", "")
    if not step.facts.get("acted"):
        row: dict[str, Any] = {"title": _("A verdict came after the decision"), "body": _("It changes nothing.")}
    elif verdict == _BACK:
        row = {"title": _("A reviewer returned it for rework"), "tone": "wait"}
    elif verdict == "accept_with_fixes":
        row = {"title": _("A reviewer accepted it with fixes"), "tone": "ok"}
    else:
        row = {"title": _("A reviewer accepted it"), "tone": "ok"}
    if step.review is not None:
        row["who"] = isolated(step.review.alias)
        row["body"] = step.review.note or row.get("body", "")
        if step.review.clause:
            row["facts"] = [(_("Guideline"), step.review.clause)]
    return row


def _accepted(step: Step, currency: str) -> dict[str, Any]:
    return {
        "title": _("It was accepted"), "tone": "ok", "body": words.word("decided_by", step.facts.get("decided_by", "")),
        "facts": [(_("Payable since then"), amount(step.facts.get("paid_minor"), currency))],
    }  # fmt: skip


def _acted(step: Step, currency: str) -> dict[str, Any]:
    said = _("Your verdict decided it") if step.facts.get("acted") else _("It was decided before your verdict")
    return {"title": said, "facts": [(_("Verdict"), words.word("verdict", step.facts.get("verdict", "")))]}


def _delivered(step: Step, currency: str) -> dict[str, Any]:
    return {"title": _("It was delivered to the client"), "facts": [(_("Delivery"), isolated(step.facts["number"]))]}


def _stated(step: Step, currency: str) -> dict[str, Any]:
    said = _("Its pay stands on statement no. %(number)s") % {"number": step.facts["number"]}
    return {"title": said, "href": reverse("statement", args=[step.facts["id"]])}


_TELLS = {
    "claim:made": _taken,
    "claim:skipped": _given_back,
    "claim:expired": _expired,
    "submission:made": _made,
    "submission:reviewed": _reviewed,
    "submission:accepted": _accepted,
    "verdict:acted": _acted,
    "delivery:released": _delivered,
    "statement:closed": _stated,
}
