"""What templates call: functions of `figures`, `words`, `prose` and `assets`, each under a short name."""

from typing import Any

from django import template
from django.http import HttpRequest

from fairhand.web import assets, figures, paydays, prose, words

register = template.Library()

register.filter("amount", figures.amount)
register.filter("percent", figures.percent)
register.filter("per_hour", figures.per_hour)
register.filter("per_hour_drawn", figures.per_hour_drawn)
register.filter("amount_drawn", figures.amount_drawn)
register.filter("grouped", figures.grouped)
register.filter("short", figures.short)
register.filter("clock", figures.clock)
register.filter("number", figures.number)
register.filter("counted", figures.counted)
register.filter("open_said", figures.open_said)
register.filter("size", figures.size)
register.filter("spell", figures.spell)
register.filter("ltr", figures.isolated)
register.filter("text", figures.text_of)
register.filter("prose", prose.render)
register.filter("paid_out", paydays.paid_out)
register.filter("reaches_payday", paydays.reaches_payday)
register.simple_tag(paydays.payday_within, name="payday")
register.simple_tag(figures.sentence, name="sentence")
register.simple_tag(figures.spell_pair, name="spell_pair")
register.simple_tag(assets.address, name="asset")


@register.filter
def moment(at: Any) -> str:
    """Day and time."""
    return figures.moment(at)


@register.filter
def day(at: Any) -> str:
    """The day alone."""
    return figures.moment(at, day_only=True)


@register.filter
def word(code: str, kind: str) -> str:
    """The word for a state, verdict, reason or role: `{{ s.state|word:"submission" }}`."""
    return words.word(kind, code)


@register.filter
def tone(code: str, kind: str) -> str:
    """The colour class of a state's tag: ok, wait, bad or none."""
    return words.tone(kind, code)


@register.filter
def item(table: Any, key: Any) -> Any:
    """`{{ answer|item:question.name }}`; None where there is none."""
    return table.get(key) if hasattr(table, "get") else None


@register.simple_tag(takes_context=True)
def here(context: Any) -> str:
    """The address of this page, for a form that comes back to it; one that answers a form may bear another."""
    request: HttpRequest | None = context.get("request")
    return (getattr(request, "shown_at", "") or request.get_full_path()) if request is not None else "/"
