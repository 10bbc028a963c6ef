"""Words of cases about pay lines, and of comparing earnings; `fairhand.web.words` holds them together with the rest."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "case": {
        "open": (_in("case", "waits for an answer"), "wait"),
        "answered": (_in("case", "answered"), ""),
        "appealed": (_in("case", "appeal waits"), "wait"),
        "decided": (_in("case", "appeal decided"), ""),
    },
    "case_answer": {
        "uphold": (_in("case", "The line stands"), ""),
        "correct": (_in("case", "Corrected"), "ok"),
    },
}

# Joins what can happen to a project.
HAPPENED: dict[str, tuple[Promise, str]] = {
    "case:opened": (_("Somebody contests a pay line"), "wait"),
    "case:answered": (_("Case about a pay line answered"), ""),
    "case:appealed": (_("Answer about a pay line appealed"), "wait"),
    "case:decided": (_("Appeal about a pay line decided"), ""),
}

REFUSALS: dict[str, Promise] = {
    "no_line": _("You have no such pay line."),
    "line_of_case": _("A case made this line. If you don't agree with it, appeal in that case."),
    "line_contested": _("You contested this line before; its case is in the list."),
    "too_many_cases": _("Many of your cases wait for an answer. You can open more after some have one."),
    "entry_not_refused": _("This entry was not refused. What it paid is contested at its pay line."),
    "refused_it": _("You decided on it yourself. Somebody else answers this case."),
    "no_minutes": _("A whole number of minutes: more than was granted so far, and no more than was entered."),
    "paid_time_again": _("This version was entered again since, and that entry stands."),
    "no_case": _("There is no such case."),
    "case_not_waiting": _("Somebody answered this case before you. Look at what they said."),
    "own_case": _("Nobody answers a case of their own."),
    "same_person": _("You gave the first answer. Somebody else decides the appeal."),
    "not_operator": _("The operator's staff decide appeals."),
    "no_answer": _("Choose an answer: the line stands, or something is added."),
    "amount_over": _("That is more than this piece of work may still get: cases add up to its offer's ceiling."),
    "no_payer": _("Choose who pays it. The operator's own money is spent by its staff alone."),
    "case_pool_short": _("The batch's pool can't carry it. Let the operator's staff answer this case."),
    "no_appeal": _("An answer is appealed once, after it was given."),
}

# What is wrong with a table of earnings elsewhere.
PROBLEMS: dict[str, Promise] = {
    "compare_no_file": _("Choose a file."),
    "compare_too_large": _("The file is larger than a table of earnings can be."),
    "compare_columns": _("The first line names the columns: platform, date, hours, amount, currency, and no others."),
    "compare_empty": _("The file holds no row below its columns."),
    "compare_platforms": _("The file names more platforms than can be compared at once."),
    "compare_platform": _("The name of the platform is missing or too long."),
    "compare_day": _("The date is a day such as 2026-11-02, or a week such as 2026-W45."),
    "compare_hours": _("The hours are a number above zero such as 6.5 or 6:30, and no more than a month has."),
    "compare_currency": _("The currency is one of three letters that Fairhand knows, such as USD."),
    "compare_amount": _("The amount could not be read. Write it such as 1,250.00."),
}
