"""Words of offer cards and of what changes on them; `fairhand.web.words` holds them together with the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

from fairhand.insight.offer_terms import Change
from fairhand.web.figures import amount, isolated, number, per_hour, spell

WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    # What of a card may change.
    "card_part": {
        "pay": (_("What it pays"), ""),
        "rate_minor": (_("Rate"), ""),
        "price_minor": (_("Price"), ""),
        "full_rate_s": (_("Full rate until"), ""),
        "after_minor": (_("After that"), ""),
        "paid_s_max": (_("Paid work time, at most"), ""),
        "ceiling_minor": (_("The most that one task can pay"), ""),
        "held_percent": (_("Part that waits for a review"), ""),
        "held_days": (_("It waits at most"), ""),
        "review_deadline_s": (_("A review is decided within"), ""),
        "p50_s": (_("Typical time"), ""),
        "p80_s": (_("Long time"), ""),
        "lease_s": (_("Yours after your last work on it"), ""),
        "claim_s_max": (_("Yours in all, at most"), ""),
        "idle_s": (_("The clock stands still after"), ""),
        "pause_s_max": (_("Pauses in all, at most"), ""),
        "extension_s_max": (_("More time, at most"), ""),
        "extension_s_auto": (_("More time granted at once"), ""),
        "rework_s": (_("Rework is kept for you for"), ""),
        "guideline_version": (_("Version of the guideline"), ""),
        "template_version": (_("Version of what tasks show and ask"), ""),
        "pilot": (_("A pilot, to find out how long a task takes"), ""),
        "blind": (_("Author and reviewer don't know each other"), ""),
    },
    "card_change": {
        "raised": (_in("terms", "better for you"), "ok"),
        "lowered": (_in("terms", "worse for you"), "bad"),
        "other": (_in("terms", "changed"), "wait"),
    },
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change in words. `sentences`: where it is about the plan's own sentences, those before and those of now."""

    code: str
    direction: str
    before: Any
    now: Any
    sentences: bool


def change_rows(found: Sequence[Change], currency: str) -> list[ChangeRow]:
    """Changes as a table shows them, in the order given."""
    return [
        ChangeRow(each.what, each.direction, each.before, each.now, True) if each.unit == "sentences" else
        ChangeRow(each.what, each.direction, _value(each.before, each.unit, currency),
                  _value(each.now, each.unit, currency), False)
        for each in found
    ]  # fmt: skip


def _value(value: Any, unit: str, currency: str) -> Any:
    if value is None:
        return gettext("nothing said")
    if unit == "flag":
        return gettext("yes") if value else gettext("no")
    if unit == "amount":
        return amount(value, currency)
    if unit == "per_hour":
        return per_hour(value, currency)
    if unit == "percent":
        return isolated(f"{value} %")
    if unit == "days":
        return ngettext("%(n)s day", "%(n)s days", value) % {"n": value}
    return number(value) if unit == "version" else spell(value)
