"""Words of pay plans; `fairhand.web.words` holds them together with the rest."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "preset": {
        "hourly": (_("By the hour"), ""),
        "per_unit": (_("A price for each unit"), ""),
        "outlier": (_("By the hour, less after a limit (as on Outlier)"), ""),
        "outlier-estimate": (_("By the hour, less after the estimate, nothing after a limit"), ""),
        "mercor-deliverable": (_("A price for each deliverable (as on Mercor)"), ""),
        "mindrift": (_("Base units of 30 seconds at a rate (as on Mindrift)"), ""),
        "mindrift-set": (_("A reward for the task (as on Mindrift)"), ""),
        "turns": (_("A price that grows with the turns, part of it held until review"), ""),
    },
    "plan_change": {
        "waits": (_in("plan", "announced"), "wait"),
        "now": (_in("plan", "in force"), "ok"),
        "withdrawn": (_in("plan", "withdrawn"), ""),
        "before": (_in("plan", "earlier"), ""),
    },
    "plan_unit": {
        "judgement": (_("Judgements"), ""),
        "review": (_("Reviews"), ""),
        "task": (_("Tasks"), ""),
        "turn": (_("Turns: paragraphs of the answers in free text"), ""),
        "item": (_("Items: questions that are answered"), ""),
        "word": (_("Words of the answers in free text"), ""),
    },
    "plan_param": {
        "rate": (_("Rate per hour"), ""),
        "full_rate_s": (_("Full rate for so many seconds"), ""),
        "after_rate": (_("Rate per hour afterwards"), ""),
        "paid_s_max": (_("Longest paid time, in seconds"), ""),
        "full_rate_limit_min": (_("Full rate for so many minutes"), ""),
        "reduced_rate": (_("Rate per hour afterwards"), ""),
        "paid_max_min": (_("Longest paid time, in minutes"), ""),
        "estimate_min": (_("Full rate up to the estimate, in minutes"), ""),
        "unit": (_("What is counted"), ""),
        "price": (_("Price"), ""),
        "units_max": (_("Paid up to so many units"), ""),
        "deliverables_max": (_("Paid up to so many deliverables"), ""),
        "base_units": (_("Base units of the task (120 are an hour)"), ""),
        "card": (_("Number of the rate card"), ""),
        "reward": (_("Reward for the task"), ""),
        "sets_max": (_("Paid up to so many sets"), ""),
        "included": (_("Turns in the price"), ""),
        "extra_price": (_("Price of each further turn"), ""),
        "turns_max": (_("Turns paid at most"), ""),
        "factors": (_("Multiplied from so many turns on"), ""),
        "hold_share": (_("Share held until review"), ""),
        "release_days": (_("Released after so many days at the latest"), ""),
    },
    "plan_help": {
        "factors": (_("Such as 3=1.2, 5=1.3; factors are 1 to 3 and only rise. Empty: none."), ""),
        "hold_share": (_("Such as 65%. Work that nobody reviews is not held. Empty: nothing is held."), ""),
        "release_days": (_("1 to 14 days, reviewed or not."), ""),
    },
}  # fmt: skip

# Joins what can happen to a project.
HAPPENED: dict[str, tuple[Promise, str]] = {
    "plan:changed": (_("Pay changed, from now on"), ""),
    "plan:announced": (_("Lower pay announced"), "wait"),
    "plan:applied": (_("Announced pay holds from now on"), ""),
    "plan:withdrawn": (_("Announced pay withdrawn"), ""),
    "plan:notice_changed": (_("Days of notice changed"), ""),
    "submission:hold_released": (_("What was held of the pay is released by its date"), "ok"),
}

REFUSALS: dict[str, Promise] = {
    "plan_same": _("Nothing was changed: the stage pays like this already."),
    "plan_short": _("Open tasks need more money than budget and pools hold. Have the project funded first."),
}

PROBLEMS: dict[str, Promise] = {
    "plan_amount": _("An amount is needed here, such as 40.00."),
    "plan_number": _("A whole number from 1 on is needed here."),
    "plan_factors": _("Write it as 3=1.2, 5=1.3: turns from which the price is multiplied, and by how much (1 to 3)."),
    "plan_missing": _("This is needed."),
    "plan_beyond_claim": _("The longest paid time lies beyond a claim's end. Shorten it, or let claims last longer."),
    "plan_other_currency": _("The project pays in another currency."),
    "plan_later_rate": _("A rate from a later day on is a version of its own, saved with its notice."),
}
