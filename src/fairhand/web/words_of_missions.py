"""Words of missions; `fairhand.web.words` holds them together with the rest."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "mission": {
        "open": (_in("mission", "open"), "ok"),
        "shut": (_in("mission", "closed to newcomers"), "wait"),
        "settled": (_in("mission", "over and paid"), ""),
    },
    "mission_kind": {
        "goal": (_("A goal: an amount once so much is done"), ""),
        "guarantee": (_("A guarantee: what was earned is brought up to an amount"), ""),
        "referral": (_("A referral: an amount for each person somebody brings, once they did so much"), ""),
    },
    "referral_step": {
        "named": (_("Named: waits for an invitation, and for their seat"), ""),
        "seated": (_("Has a seat"), ""),
        "begun": (_("Has begun"), ""),
        "half": (_("Half of it is done"), ""),
        "done": (_("All of it is done"), ""),
    },
    "referral": {
        "named": (_in("referral", "waits for a seat"), "wait"),
        "joined": (_in("referral", "works"), ""),
        "paid": (_in("referral", "paid"), "ok"),
        "over": (_in("referral", "came to nothing"), ""),
    },
    "mission_work": {
        "attempt": (_("Tasks that are worked on"), ""),
        "review": (_("Reviews and other judgements of work"), ""),
    },
    "mission_scope": {
        "window": (_("The whole stretch, once"), ""),
        "day": (_("Each day anew"), ""),
        "week": (_("Each week anew"), ""),
    },
    "mission_of": {
        "tasks": (_("Accepted tasks"), ""),
        "good_tasks": (_("Tasks accepted as they were handed in: neither sent back nor changed"), ""),
        "hours": (_("Hours of work time of accepted tasks"), ""),
    },
}

# Joins what can happen to a project.
HAPPENED: dict[str, tuple[Promise, str]] = {
    "mission:opened": (_("Mission opened"), "ok"),
    "mission:joined": (_("Somebody joined a mission"), ""),
    "mission:shut": (_("Mission closed to newcomers"), "wait"),
    "mission:counted": (_("A mission's window counted"), ""),
    "mission:settled": (_("Mission over, all of it paid"), "ok"),
    "referral:named": (_("Somebody was named for a seat"), ""),
    "referral:joined": (_("Somebody who was named took a seat"), ""),
    "referral:paid": (_("A referral was paid"), "ok"),
    "referral:over": (_("A referral came to nothing"), ""),
}

REFUSALS: dict[str, Promise] = {
    "no_mission": _("There is no such mission."),
    "mission_closed": _("This mission takes nobody in any more."),
    "mission_full": _("All seats of this mission are taken."),
    "own_address": _("This address leads to yourself. A referral is for somebody else."),
    "not_asked": _("Ask them first, then tick the box: nobody's address is handed on without their knowing."),
    "referred_again": _("This address was named already. The first who names somebody is their referrer."),
    "referrals_wait": _("As many whom you named wait for a seat as can. Name more once some have one."),
    "mission_short": _("The budget can't carry the most that it can come to. Offer fewer seats, or have it funded."),
    "mission_of_closed": _("The project is closed: nothing is promised in it any more."),
    "too_many_missions": _("As many missions as one project may have are under way. Open this one after one is over."),
}

PROBLEMS: dict[str, Promise] = {
    "mission_good_goal": _("A guarantee asks for tasks or hours. Choose one of these, or make it a goal."),
    "mission_good_work": _("Nobody reviews a review, so all of them would count. Count accepted tasks instead."),
    "mission_past": _("The first day, week or stretch is over already."),
    "mission_zone": _("Choose a time zone from the list."),
    "mission_ends_first": _("The last day lies before the first one."),
    "mission_weeks": _("From the first day to the last there are whole weeks."),
    "mission_long": _("A mission has at most 62 days, or weeks. Open another one for what comes after."),
    "mission_large": _("Together that is more than an account can hold."),
    "mission_amount": _("An amount above zero is needed, such as 25.00."),
    "mission_tier_at": _("Each step asks for more than the one before."),
    "mission_tier_amount": _("Type an amount such as 25.00, not below the one of the step before."),
}
