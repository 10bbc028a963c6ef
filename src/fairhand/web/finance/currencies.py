"""Currencies: rates with their day and source, and what somebody is owed converted from one into another."""

import secrets
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.convert import convert_payable, enter_rate
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.kernel.money import EXPONENTS, format_minor
from fairhand.kernel.refusals import Refused
from fairhand.ledger import queries as ledger
from fairhand.ledger.rates import converted_minor
from fairhand.people.access import MOVE_MONEY, SEE_BOOKS, may_enter
from fairhand.people.models import Person
from fairhand.people.queries import person_by_id
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.finance.amounts import plain_figures, typed_minor
from fairhand.web.finance.budgets import FORM_KEY
from fairhand.web.finance.frame import more, number_before, number_of, page, tabs
from fairhand.web.typed import Wrong, typed_in

_RATE_FIELDS = ("base", "quote", "rate", "of_day", "source")
_FIELD_OF = {"rate_currencies": "quote", "rate_number": "rate", "rate_day": "of_day", "rate_source": "source"}
_CODES = [(code, code) for code in sorted(EXPONENTS)]


@opens(SEE_BOOKS)
def currencies(request: Signed) -> HttpResponse:
    """Rates as they were entered, and the form for the next one."""
    return _currencies(request, {}, [], 200)


@opens(MOVE_MONEY, "POST", fresh=True)
def entered(request: Signed) -> HttpResponse:
    """Write a rate down."""
    typed = typed_in(request, *_RATE_FIELDS)
    try:
        day = date.fromisoformat(typed["of_day"])
    except ValueError:
        wrong = [Wrong("of_day", _labels()["of_day"], _("A day is needed, such as 2026-11-03."))]
        return _currencies(request, typed, wrong, 422)
    actor = Actor("person", request.viewer.person_id)
    done = enter_rate(
        base=typed["base"], quote=typed["quote"], rate=plain_figures(typed["rate"]), of_day=day,
        source=typed["source"], actor=actor, now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        field = _FIELD_OF[done.code]
        return _currencies(request, typed, [Wrong(field, _labels()[field], words.refusal(done))], 422)
    messages.success(request, _("The rate is written down."))
    return redirect("finance-currencies")


def _labels() -> dict[str, str]:
    return {
        "base": _("One unit of"), "quote": _("is so many of"), "rate": _("Rate"), "of_day": _("Rate of the day"),
        "source": _("Source of the rate"),
    }  # fmt: skip


def _currencies(request: Signed, typed: dict[str, str], wrong: list[Wrong], status: int) -> HttpResponse:
    rows, older = page(ledger.rates(number_before(request), ROWS_PER_PAGE_MAX + 1), lambda row: row.rate_id)
    context = {
        "tabs": tabs(), "rows": rows, "codes": _CODES, "labels": _labels(), "wrong": wrong,
        "typed": typed or {"base": "USD", "quote": "EUR", "of_day": f"{utc_now():%Y-%m-%d}"},
        "problems": {each.name: each.problem for each in wrong}, "may_move": may_enter(request.viewer, MOVE_MONEY),
        **more(request, older),
    }  # fmt: skip
    return render(request, "finance/currencies.html", context, status=status)


@opens(MOVE_MONEY)
def convert(request: Signed, person_id: UUID) -> HttpResponse:
    """The form; with rate and amount in the address, what would happen."""
    person = found_or_404(person_by_id(person_id))
    if "rate" not in request.GET:
        return _form(request, person, {}, [], 200)
    typed, rate, minor, wrong = _read(request.GET, person_id)
    if wrong or rate is None or minor is None:
        return _form(request, person, typed, wrong, 422)
    given = converted_minor(minor, rate.base, rate.quote, rate.rate)
    context = {"tabs": tabs(), "person": person, "typed": typed, "rate": rate, "minor": minor, "given_minor": given}
    return render(request, "finance/convert_shown.html", context)


@opens(MOVE_MONEY, "POST", fresh=True)
def converted(request: Signed, person_id: UUID) -> HttpResponse:
    """Convert it, once per form."""
    person = found_or_404(person_by_id(person_id))
    typed, rate, minor, wrong = _read(request.POST, None)
    if wrong or rate is None or minor is None:
        return _form(request, person, typed, wrong, 422)
    done = convert_payable(
        person_id=person_id, amount_minor=minor, rate_id=rate.rate_id, key=typed["key"],
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        messages.warning(request, words.refusal(done), extra_tags="no")
        return redirect("finance-convert", person_id=person_id)
    if done.again:
        messages.success(request, _("That was done before, by entry %(entry)s.") % {"entry": done.entry_id})
    else:
        said = _("%(taken)s are %(given)s from now on: entry %(entry)s.")
        taken, given = (f"\u2068{format_minor(n, currency)}\u2069" for currency, n in (done.taken, done.given))
        messages.success(request, said % {"taken": taken, "given": given, "entry": done.entry_id})
    return redirect("finance-person", person_id=person_id)


def _read(posted: Any, person_id: UUID | None) -> tuple[dict[str, str], ledger.Rate | None, int | None, list[Wrong]]:
    """What was typed, and the rate and amount of it. `person_id`: whose balance is to be enough, at a rate that holds;
    None where the command says so, and a form that was sent twice isn't told that its money is gone."""
    typed = {name: posted.get(name, "").strip().replace("\x00", "") for name in ("rate", "amount", "key")}
    number = number_of(typed["rate"])
    rate = ledger.rate_of(number) if number is not None else None
    if person_id is not None and rate not in ledger.latest_rates():
        rate = None
    wrong = []
    if not FORM_KEY.fullmatch(typed["key"]):
        typed["key"] = secrets.token_urlsafe(16)
        wrong.append(Wrong("amount", _("Amount"), _("The form was changed on its way. Look at it and send it again.")))
    if rate is None:
        wrong.append(Wrong("rate", _("At the rate"), _("Choose a rate.")))
        return typed, None, None, wrong
    minor = typed_minor(typed["amount"], rate.base)
    if not minor or not converted_minor(minor, rate.base, rate.quote, rate.rate):
        wrong.append(Wrong("amount", _("Amount"), _("An amount above zero is needed, on both sides.")))
    elif person_id is not None and minor > (owed := _owed(person_id, rate.base)):
        said = _("Only %(owed)s are owed in this currency.") % {"owed": f"\u2068{format_minor(owed, rate.base)}\u2069"}
        wrong.append(Wrong("amount", _("Amount"), said))
    return typed, rate, minor, wrong


def _owed(person_id: UUID, currency: str) -> int:
    return {each.currency: each.payable_minor for each in ledger.balances_of_person(person_id)}.get(currency, 0)


def _form(request: Signed, person: Person, typed: dict[str, str], wrong: list[Wrong], status: int) -> HttpResponse:
    owed = [each for each in ledger.balances_of_person(person.id) if each.payable_minor > 0]
    mine = {each.currency for each in owed}
    choices = [(row.rate_id, f"\u2066{row.base} → {row.quote}: {row.rate} ({row.of_day}, {row.source})\u2069")
               for row in ledger.latest_rates() if row.base in mine]  # fmt: skip
    context = {
        "tabs": tabs(), "person": person, "owed": owed, "choices": choices, "wrong": wrong,
        "problems": {each.name: each.problem for each in wrong},
        "typed": typed or {"key": secrets.token_urlsafe(16)},
    }  # fmt: skip
    return render(request, "finance/convert.html", context, status=status)
