"""Models: the endpoints that templates may name, as the operator writes them down."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fairhand.audit.actor import Actor
from fairhand.inference.commands import add_endpoint, retire_endpoint
from fairhand.inference.models import ModelEndpoint
from fairhand.inference.queries import active, answers_by_endpoint, retired
from fairhand.inference.rules import KINDS, NewEndpoint
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OPERATE, SEE_OPERATION, may_enter
from fairhand.web import words
from fairhand.web.entry import Signed, opens
from fairhand.web.finance.amounts import plain_figures
from fairhand.web.operation.frame import Problem, tabs
from fairhand.web.typed import typed_in

_FIELDS = ("name", "base_url", "model", "currency", "price_in", "price_out", "context_tokens", "silence_s", "total_s")
_LABELS = {
    "name": gettext_noop("Name in templates"), "base_url": gettext_noop("Address"),
    "model": gettext_noop("Model, as the server calls it"), "key": gettext_noop("Key"),
    "currency": gettext_noop("Currency"), "price_in": gettext_noop("Price of a million tokens read"),
    "price_out": gettext_noop("Price of a million tokens written"),
    "context_tokens": gettext_noop("Tokens it reads at once"), "kinds": gettext_noop("Takes beside text"),
    "silence_s": gettext_noop("Seconds of silence"), "total_s": gettext_noop("Seconds in all"),
}  # fmt: skip
_DIGITS_MAX = 9
_FRESH = {
    "currency": "USD", "price_in": "0", "price_out": "0", "context_tokens": "8192", "silence_s": "30", "total_s": "300",
}  # fmt: skip


@opens(SEE_OPERATION)
def models(request: Signed) -> HttpResponse:
    """Those in use, those that were, and the form for another."""
    return _page(request, dict(_FRESH), {}, 200)


@opens(OPERATE, "POST", fresh=True)
def add(request: Signed) -> HttpResponse:
    """One more; of a name that is in use, in its place. Its key is stored sealed and never shown."""
    typed = typed_in(request, *_FIELDS, "key", "private_ok")
    kinds = tuple(each for each in request.POST.getlist("kinds")[: len(KINDS)])
    new = NewEndpoint(
        name=typed["name"], base_url=typed["base_url"], model=typed["model"], key=typed["key"],
        currency=typed["currency"].upper(), price_in=plain_figures(typed["price_in"]),
        price_out=plain_figures(typed["price_out"]), context_tokens=_whole(typed["context_tokens"]), kinds=kinds,
        private_ok=typed["private_ok"] == "yes", silence_s=_whole(typed["silence_s"]), total_s=_whole(typed["total_s"]),
    )  # fmt: skip
    made = add_endpoint(new=new, actor=Actor("person", request.viewer.person_id), now=utc_now())
    if isinstance(made, Refused):
        wrong = {field: words.problem(code, code) for field, code in made.facts.get("problems", {}).items()}
        return _page(request, {**typed, "kinds": kinds}, wrong or {"name": words.refusal(made)}, 422)
    messages.success(request, _("The model is there. Templates may name it from now on."))
    return redirect("models")


@opens(OPERATE, "POST", fresh=True)
def retire(request: Signed) -> HttpResponse:
    """Ask one nothing more; what it said stays."""
    name = typed_in(request, "name")["name"]
    done = retire_endpoint(name=name, actor=Actor("person", request.viewer.person_id), now=utc_now())
    if isinstance(done, Refused):
        messages.warning(request, words.refusal(done), extra_tags="no")
    else:
        messages.success(request, _("The model is retired. Tasks that need it can't ask it any more."))
    return redirect("models")


def _page(request: Signed, typed: dict[str, Any], wrong: dict[str, str], status: int) -> HttpResponse:
    asked = answers_by_endpoint()
    rows = [(row, asked.get(row.id, 0), *_prices(row)) for row in [*active().values(), *retired(ROWS_PER_PAGE_MAX)]]
    context = {
        "tabs": tabs(request.viewer), "rows": rows, "typed": {"kinds": (), **typed}, "wrong": wrong,
        "problems": [Problem(f"f-{name}", _(_LABELS[name]), said) for name, said in wrong.items()],
        "kinds": [(code, words.word("model_kind", code)) for code in KINDS],
        "may_operate": may_enter(request.viewer, OPERATE),
    }  # fmt: skip
    return render(request, "operation/models.html", context, status=status)


def _whole(text: str) -> int | None:
    plain = plain_figures(text)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= _DIGITS_MAX else None


def _prices(row: ModelEndpoint) -> tuple[str, str]:
    return _price(row.in_micro, row.currency), _price(row.out_micro, row.currency)


def _price(micro: int, currency: str) -> str:
    whole_units, rest = divmod(micro, 10**6)
    return f"{whole_units}.{rest:06d}".rstrip("0").rstrip(".") + f" {currency}"
