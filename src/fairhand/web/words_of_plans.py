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
        "mercor": (_("By the timesheet, with a weekly cap of hours (as on Mercor)"), ""),
        "mercor-deliverable": (_("A price for each deliverable (as on Mercor)"), ""),
        "mindrift": (_("Base units of 30 seconds at a rate (as on Mindrift)"), ""),
        "mindrift-set": (_("A reward for the task (as on Mindrift)"), ""),
        "fairhand": (_("By the hour, the full rate to the end (what we recommend)"), ""),
        "prolific": (_("A reward, topped up to a wage by the typical time (as on Prolific)"), ""),
        "remotasks": (_("A price for the task, with missions by day and week (as on Remotasks)"), ""),
        "turns": (_("A price that grows with the turns, part of it held until review"), ""),
    },
    "plan_change": {
        "waits": (_in("plan", "announced"), "wait"),
        "now": (_in("plan", "in force"), "ok"),
        "withdrawn": (_in("plan", "withdrawn"), ""),
        "before": (_in("plan", "earlier"), ""),
    },
    "surge": {
        "planned": (_in("surge", "planned"), "wait"),
        "open": (_in("surge", "open"), "ok"),
    },
    "surge_end": {
        "time": (_in("surge", "ran its time"), ""),
        "staff": (_in("surge", "ended by staff"), ""),
        "short": (_in("surge", "no money, so it did not open"), "bad"),
        "closed": (_in("surge", "the project closed"), ""),
    },
    "plan_unit": {
        "judgement": (_("Judgements"), ""),
        "review": (_("Reviews"), ""),
        "task": (_("Tasks"), ""),
        "turn": (_("Turns: paragraphs of the answers in free text"), ""),
        "item": (_("Items: questions that are answered"), ""),
        "word": (_("Words of the answers in free text"), ""),
    },
    "rate_dim": {
        "tier": (_in("rate", "tier"), ""),
        "field": (_in("rate", "field"), ""),
        "language": (_in("rate", "language"), ""),
        "zone": (_in("rate", "country"), ""),
        "stage": (_in("rate", "stage"), ""),
        "role": (_in("rate", "role"), ""),
    },
    "plan_param": {
        "rate": (_("Rate per hour"), ""),
        "rates": (_("Other rates, for what people hold"), ""),
        "full_rate_s": (_("Full rate for so many seconds"), ""),
        "after_rate": (_("Rate per hour afterwards"), ""),
        "paid_s_max": (_("Longest paid time, in seconds"), ""),
        "weekly_cap_h": (_("No further task from so many hours a week on"), ""),
        "paid_max_h": (_("Longest paid time of a task, in hours"), ""),
        "zone": (_("Time zone of the week"), ""),
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
        "typical_min": (_("Typical time, in minutes"), ""),
        "week_guarantee": (_("Guarantee by week: pays up to"), ""),
        "week_guarantee_from_hours": (_("Guarantee by week: from so many hours"), ""),
        "mission_tasks": (_("Mission: so many tasks"), ""),
        "mission_amount": (_("Mission: pays"), ""),
        "quality_from": (_("More for a good score: from this score of 1 to 5 on"), ""),
        "quality_factor": (_("More for a good score: multiplied by"), ""),
        "day_tasks": (_("Mission by day: so many tasks"), ""),
        "day_bonus": (_("Mission by day: pays"), ""),
        "week_hours": (_("Mission by week: so many hours"), ""),
        "week_bonus": (_("Mission by week: pays"), ""),
        "floor_rate": (_("At least so much an hour, by the typical time"), ""),
        "median_max_min": (_("Typical time looked at up to so many minutes"), ""),
        "release_days": (_("Released after so many days at the latest"), ""),
    },
    "plan_help": {
        "rates": (
            _(
                "One a line, such as: tier=chemist:3, zone=DE = 45.00. tier and field: a tier or skill that was "
                "granted, from this level on; language and zone: language and country of the profile, as codes, "
                "DE+AT for several countries. The line with most conditions holds; of equals the higher rate. Empty: "
                "one rate for everybody."
            ),
            "",
        ),
        "factors": (_("Such as 3=1.2, 5=1.3; factors are 1 to 3 and only rise. Empty: none."), ""),
        "hold_share": (_("Such as 65%. Work that nobody reviews is not held. Empty: nothing is held."), ""),
        "median_max_min": (
            _("So long a typical time is reserved for each open task; what is not needed is released."), ""
        ),
        "mission_amount": (_("Opened as a mission beside the plan. Empty: none."), ""),
        "week_guarantee": (_("Opened as a mission beside the plan. Empty: none."), ""),
        "release_days": (_("1 to 14 days, reviewed or not."), ""),
        "quality_factor": (
            _(
                "1: nothing more. 1.10: 10% more for work that a reviewer scores so high, and for work that nobody "
                "scores; never less. It is reserved for each open task, paid on the decision, else released."
            ),
            "",
        ),
        "weekly_cap_h": (_("Work that was taken before goes on, and is paid whole."), ""),
        "paid_max_h": (_("So many hours at the rate are reserved for each open task."), ""),
        "zone": (_("Such as Europe/Berlin. Empty: each person's own."), ""),
    },
}  # fmt: skip

# Joins what can happen to a project.
HAPPENED: dict[str, tuple[Promise, str]] = {
    "plan:changed": (_("Pay changed, from now on"), ""),
    "plan:announced": (_("Lower pay announced"), "wait"),
    "plan:applied": (_("Announced pay holds from now on"), ""),
    "plan:withdrawn": (_("Announced pay withdrawn"), ""),
    "plan:notice_changed": (_("Days of notice changed"), ""),
    "stage:typical_settled": (_("The typical time was settled; what was short of the guarantee is paid"), "ok"),
    "surge:planned": (_("Window of high demand planned"), ""),
    "surge:opened": (_("Window of high demand opened: tasks pay more"), "ok"),
    "surge:ended": (_("Window of high demand ended"), ""),
    "submission:hold_released": (_("What was held of the pay is released by its date"), "ok"),
}

REFUSALS: dict[str, Promise] = {
    "plan_zone": _("There is no time zone of that name. Write one such as Europe/Berlin, or leave it empty."),
    "surge_live": _("This stage has a window already. End it first."),
    "surge_over": _("The tasks that wait need more than that. Set more apart, or multiply by less."),
    "surge_short": _("Budget and pools can't carry it for every task that waits. Have the project funded first."),
    "plan_same": _("Nothing was changed: the stage pays like this already."),
    "plan_short": _("Open tasks need more money than budget and pools hold. Have the project funded first."),
}

PROBLEMS: dict[str, Promise] = {
    "plan_amount": _("An amount is needed here, such as 40.00."),
    "plan_number": _("A whole number from 1 on is needed here."),
    "plan_factors": _("Write it as 3=1.2, 5=1.3: turns from which the price is multiplied, and by how much (1 to 3)."),
    "plan_rates": _(
        "Write one line for each rate, such as tier=chemist:3, zone=DE = 45.00, and no two for the same people. Known "
        "are tier and field (short name of a tier or skill, with a level), language (ar) and zone (DE+AT)."
    ),
    "plan_unknown_skill": _("A line names a tier or skill that isn't in the catalogue."),
    "plan_pays_nothing": _("By this a task could earn nothing, or more than an account can hold."),
    "plan_share": _("A share is needed here, above 0% and up to 100%, such as 65%."),
    "plan_not_beyond": _("The longest paid time must lie beyond the full-rate limit."),
    "plan_names_limit": _("A rate that holds afterwards needs the limit after which it does."),
    "plan_says_after": _("Say what is paid after the full-rate limit: the card shows it before a task is taken."),
    "plan_says_longest": _("Say the longest paid time of one task."),
    "plan_not_below": _("This must lie below the next limit: the longest paid time, or the limit after the estimate."),
    "plan_no_turn": _("More turns must be paid at most than are in the price."),
    "surge_factor": _("A number above 1 and up to 3 is needed here, such as 1.25."),
    "surge_from": _("It may begin within 60 days from now."),
    "surge_until": _("It must end after it began, within 14 days."),
    "surge_reserve": _("An amount above zero is needed here."),
    "plan_factor": _("A factor is 1 to 3: accepted work never loses by a score."),
    "plan_range": _("This number is too small or too large here."),
    "plan_missing": _("This is needed."),
    "plan_beyond_claim": _("The longest paid time lies beyond a claim's end. Shorten it, or let claims last longer."),
    "claim_below_paid": _(
        "The plan of this stage pays for longer than that, and a claim doesn't end before. Change the plan first: less "
        "pay needs its notice."
    ),
    "plan_zone": _("There is no time zone of that name. Write one such as Europe/Berlin, or leave it empty."),
    "plan_other_currency": _("The project pays in another currency."),
    "plan_later_rate": _("A rate from a later day on is a version of its own, saved with its notice."),
}
