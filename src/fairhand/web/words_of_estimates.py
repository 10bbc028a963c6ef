"""Words of estimates and their reviews; `fairhand.web.words` holds them together with the rest."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "estimate_review": {
        "open": (_in("estimate", "under review"), "wait"),
        "decided": (_in("estimate", "decided"), "ok"),
        "lapsed": (_in("estimate", "nobody decided: the new estimate holds"), "ok"),
    },
    "estimate_decision": {
        "take": (_in("estimate", "the new estimate"), ""),
        "set": (_in("estimate", "another estimate"), ""),
        "keep": (_in("estimate", "the estimate stays"), ""),
    },
    "estimate_trigger": {
        "longer": (_("The work takes longer than its cards say."), ""),
        "harm": (_("Too much of the latest work went past its full-rate limit, or earned too little."), ""),
        "voices": (_("Experts say that it takes longer."), ""),
        "first": (_("There is a first estimate, and the plan's full-rate limit is too short for it."), ""),
    },
    "estimate_source": {
        "prior": (_in("estimate", "stated when the project was made"), ""),
        "pilot": (_in("estimate", "from pilots"), ""),
        "learned": (_in("estimate", "from the work itself"), ""),
        "stated": (_in("estimate", "stated by whoever decided a review"), ""),
        "before": (_in("estimate", "from before the guideline changed the work"), ""),
    },
    "estimate_mark": {
        "typical": (_in("time", "typical, says the card"), ""),
        "limit": (_in("time", "full rate ends"), ""),
        "new": (_in("time", "typical, says the work"), ""),
    },
}

# Joins what can happen to a project.
HAPPENED: dict[str, tuple[Promise, str]] = {
    "estimate:published": (_("Estimate published"), ""),
    "estimate:withdrawn": (_("Estimate withdrawn"), "wait"),
    "estimate:questioned": (_("Estimate under review"), "wait"),
    "estimate:decided": (_("Estimate review decided"), "ok"),
    "estimate:lapsed": (_("Nobody decided an estimate review; the new estimate holds"), "ok"),
    "estimate:doubted": (_("Somebody says that a task takes longer"), "wait"),
    "estimate:made_good": (_("Work that came in after a decision got its difference"), "ok"),
    "estimate:piloted": (_("Pilot written down"), ""),
    "estimate:pilot_struck": (_("Pilot struck"), ""),
    "plan:carried": (_("Announced change of pay kept, with what the new estimate asks for"), ""),
    "estimate:agreed": (_("Agreement on overruns changed"), ""),
}

REFUSALS: dict[str, Promise] = {
    "no_review": _("There is no such review."),
    "review_decided": _("This review is decided; its decision stands below."),
    "no_decision": _("Choose what is decided."),
    "nothing_measured": _("Too few tasks ended for an estimate. Set one, or keep the one there is."),
    "estimate_moved": _("More tasks ended meanwhile and the estimate moved. Look at it again, then decide."),
    "no_typical": _("Give both times, in minutes or minutes and seconds, no longer than a claim is paid."),
    "too_low": _("The typical time can't be shorter than what the cards say, nor than what the work surely shows."),
    "agreed_in_review": _("An estimate is under review: what was agreed holds until it is decided."),
    "too_high": _("The typical time can't be longer than twice what the work, or those who say so, show."),
    "long_too_high": _("The long time can't be longer than five times the typical one."),
    "pilot_late": _("Enough tasks have been done to know how long they take. Launch it without the pilot."),
    "pilots_late": _("The work itself says how long it takes by now, or a review is open. Pilots count before that."),
    "pilots_full": _("A stage has at most fifty pilots."),
    "no_pilot": _("There is no such pilot, or it was struck before."),
    "no_pilot_time": _("Give the time of work, in minutes or minutes and seconds, no longer than a claim is paid."),
    "no_pilot_who": _("Say who did it, in up to 200 characters."),
    "no_pilot_day": _("Give the day it was done, not one in the future."),
    "long_below_typical": _("The long time can't be shorter than the typical one."),
    "said_before": _("You said so of this task before; it is counted once."),
    "no_zone": _("There is no such time zone."),
    "no_floor": _("A floor is an amount above zero, such as 15.00."),
}
