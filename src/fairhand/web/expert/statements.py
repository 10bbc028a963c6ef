"""One's own statements of months and of chosen days."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from fairhand.flow.convert import show_amounts_in
from fairhand.people.access import OWN_ROWS
from fairhand.people.queries import person_by_id
from fairhand.web import period_statements, words
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.period_statements import Whose


@opens(OWN_ROWS)
def index(request: Signed) -> HttpResponse:
    """The months, and a form for other days."""
    return period_statements.index(request, _whose(request))


@opens(OWN_ROWS)
def period(request: Signed, period: str) -> HttpResponse:
    """One statement."""
    return period_statements.page(request, _whose(request), period)


@opens(OWN_ROWS)
def file(request: Signed, period: str, kind: str) -> HttpResponseBase:
    """The same as PDF, table or JSON."""
    return period_statements.file(_whose(request), period, kind)


@opens(OWN_ROWS, "POST")
def shown_in(request: Signed) -> HttpResponse:
    """In which currency to show, besides, what is owed. Nothing is converted."""
    currency = request.POST.get("currency", "").replace("\x00", "").strip()[:3]
    refused = show_amounts_in(person_id=request.viewer.person_id, currency=currency)
    if refused is not None:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    else:
        messages.success(request, _("Saved. Nothing was converted: it is only shown."))
    return redirect("earnings")


def _whose(request: Signed) -> Whose:
    person = found_or_404(person_by_id(request.viewer.person_id))

    def of(period: str) -> str:
        return reverse("period-statement", args=[period]) if period else reverse("period-statements")

    return Whose(person.id, person.name, of, reverse("earnings"), _("Your earnings"), "earnings", own=True)
