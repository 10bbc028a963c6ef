"""Starting a project from a ready-made template: which there are, what one shows and asks, and the form."""

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_info, gettext_noop
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.start_project import HOURLY, PER_TASK, Wish, start_project
from fairhand.kernel.clock import utc_now
from fairhand.kernel.money import EXPONENTS
from fairhand.kernel.refusals import Refused
from fairhand.people.access import START
from fairhand.people.queries import clients
from fairhand.projects.rules import Wrong
from fairhand.tasks.library import Ready, ready, ready_names
from fairhand.tasks.template import bound
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.manager.frame import listed, whole
from fairhand.web.manager.plan_form import code_of
from fairhand.web.shown import asked, blocks_of
from fairhand.web.typed import amount_typed, typed_in

_LABELS = {
    "name.en": gettext_noop("Name, in English"), "name.ar": gettext_noop("Name, in Arabic"),
    "summary.en": gettext_noop("In a sentence, in English"), "summary.ar": gettext_noop("In a sentence, in Arabic"),
    "org": gettext_noop("Client"), "client": gettext_noop("Name of the new client"),
    "languages": gettext_noop("Languages of the work"), "currency": gettext_noop("Currency"),
    "experts": gettext_noop("Experts wanted"), "how": gettext_noop("Paid"), "amount": gettext_noop("Amount"),
    "full_min": gettext_noop("Full rate for, in minutes"), "after": gettext_noop("Rate after that, an hour"),
    "reviewed_pct": gettext_noop("Reviewed, in percent"), "review_amount": gettext_noop("For each review"),
    "guideline.en": gettext_noop("Guideline, in English"), "guideline.ar": gettext_noop("Guideline, in Arabic"),
}  # fmt: skip
_NAMES = tuple(_LABELS)
_HOWS = ((HOURLY, gettext_noop("by the hour of work")), (PER_TASK, gettext_noop("for each task")))
_NEW = "new"
_KEY_CHARS_MAX = 64


@opens(START)
def choose(request: Signed) -> HttpResponse:
    """The ready-made templates."""
    found = [found_or_404(ready(name)) for name in ready_names()]
    return render(request, "manager/ready.html", {"found": found})


@opens(START, "GET", "POST")
def start(request: Signed, ready_slug: str) -> HttpResponse:
    """One of them as an expert would see it, and the form that starts a project with it."""
    chosen: Ready = found_or_404(ready(ready_slug))
    if request.method == "GET":
        return _page(request, chosen, begun(), ["en"], {}, uuid4().hex, 200)
    typed, languages = typed_of(request)
    made = started(request, chosen, typed, languages)
    return _page(request, chosen, typed, languages, made, typed["key"], 422) if isinstance(made, dict) else made


def typed_of(request: Signed) -> tuple[dict[str, str], list[str]]:
    """What was typed into the form, and the languages that were ticked."""
    typed = typed_in(request, *_NAMES, "key")
    typed["key"] = typed["key"][:_KEY_CHARS_MAX] or uuid4().hex  # a form without one is nobody else's
    return typed, [code for code, _name in settings.LANGUAGES if code in request.POST.getlist("languages")]


def begun() -> dict[str, str]:
    """The form before anything was typed."""
    return {"org": "", "how": HOURLY, "reviewed_pct": "20", "experts": "10", "currency": "USD"}


def started(
    request: Signed, chosen: Ready, typed: dict[str, str], languages: list[str]
) -> HttpResponse | dict[str, str]:
    """The way to the new project, or field -> what is wrong with it."""
    made = start_project(
        ready=chosen, wish=_wish(typed, languages), actor=Actor("person", request.viewer.person_id), now=utc_now()
    )
    if isinstance(made, Refused) and not made.facts.get("problems"):
        messages.warning(request, words.refusal(made), extra_tags="no")
    if isinstance(made, Refused):
        return _said(made)
    messages.success(
        request, _("The project is a draft. Import its tasks here; finance funds it; then launch the batch.")
    )
    return redirect("manage-batches", slug=made.slug)


def _wish(typed: dict[str, str], languages: list[str]) -> Wish:
    def texts(field: str) -> dict[str, str]:
        return {code: text for code in ("en", "ar") if (text := typed[f"{field}.{code}"])}

    return Wish(
        name=texts("name"), summary=texts("summary"), org_id=_org(typed["org"]), client=typed["client"],
        languages=tuple(languages), currency=typed["currency"], experts=whole(typed["experts"]), how=typed["how"],
        amount=amount_typed(typed["amount"]), full_min=whole(typed["full_min"]), after=amount_typed(typed["after"]),
        reviewed_pct=whole(typed["reviewed_pct"]), review_amount=amount_typed(typed["review_amount"]),
        key=typed["key"],
    )  # fmt: skip


def _org(text: str) -> UUID | None:
    """A client's id; None for a new one. What is no id is nobody's."""
    try:
        return None if text in ("", _NEW) else UUID(text)
    except ValueError:
        return UUID(int=0)


def _said(refused: Refused) -> dict[str, str]:
    """Field -> what is wrong with it; what the engine says of pay in the words of the plan's form."""
    wrong: Wrong
    found: dict[str, str] = {}
    for wrong in refused.facts.get("problems", []):
        code = code_of(wrong.why) if wrong.code == "pay_terms" else wrong.code
        found.setdefault(wrong.field, words.problem(code, wrong.why))
    return found


def _page(
    request: Signed, chosen: Ready, typed: dict[str, str], languages: list[str], wrong: dict[str, str], key: str,
    status: int,
) -> HttpResponse:  # fmt: skip
    example = chosen.examples[0]
    context: dict[str, Any] = {
        "ready": chosen, "blocks": blocks_of(chosen.template, example.payload),
        "questions": asked(bound(chosen.template, example.payload), example.answer, "example."),
        "reason": example.reason, **form_context(typed, languages, wrong, key),
    }  # fmt: skip
    return render(request, "manager/start.html", context, status=status)


def form_context(typed: dict[str, str], languages: list[str], wrong: dict[str, str], key: str) -> dict[str, Any]:
    """What manager/start_form.html draws."""
    labels = {name: _(label) for name, label in _LABELS.items()}
    return {
        "key": key, "typed": {name.replace(".", "_"): text for name, text in typed.items()}, "languages": languages,
        "wrong": {name.replace(".", "_"): said for name, said in wrong.items()}, "listed": listed(wrong, labels),
        "orgs": [(_NEW, _("a new client")), *((str(org.id), org.name) for org in clients())],
        "codes": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
        "currencies": [(code, code) for code in sorted(EXPONENTS)], "hows": [(how, _(said)) for how, said in _HOWS],
    }  # fmt: skip
