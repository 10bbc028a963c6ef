"""Words of accounts, entries and pay; `fairhand.web.words` holds them together with the rest."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "money": {
        "pending": (_in("money", "pending"), "wait"),
        "accepted": (_in("money", "payable"), "ok"),
        "returned": (_in("money", "pending"), "wait"),
    },
    "cost": {
        "attempt": (_("judgements"), ""),
        "review": (_("reviews"), ""),
    },
    "pay_input": {
        "active_ms": (_("Measured work time, ms"), ""),
        "from_ms": (_("Counted from, ms"), ""),
        "ms": (_("Counted on this line, ms"), ""),
        "over_ms": (_("Beyond what is paid, ms"), ""),
        "paid_ms_max": (_("Paid at most, ms"), ""),
        "rate": (_("Rate per hour"), ""),
        "segment": (_("Step of the rate"), ""),
        "unit": (_("Unit"), ""),
        "units": (_("Units handed in"), ""),
        "units_max": (_("Units paid at most"), ""),
        "from": (_("Counted from unit"), ""),
        "count": (_("Units on this line"), ""),
        "price": (_("Price of a unit"), ""),
        "band": (_("Step of the price"), ""),
        "over": (_("Units beyond what is paid"), ""),
        "cause": (_("Cause"), ""),
        "old_minor": (_("Before, in minor units"), ""),
        "new_minor": (_("Afterwards, in minor units"), ""),
        "from_version": (_("From version"), ""),
        "to_version": (_("To version"), ""),
    },
    "owner": {
        "client": (_in("owner", "client"), ""),
        "project": (_in("owner", "project"), ""),
        "batch": (_in("owner", "batch"), ""),
        "person": (_in("owner", "person"), ""),
        "operator": (_in("owner", "operator"), ""),
    },
    "purpose": {
        "outside": (_in("account", "paid in by the client"), ""),
        "budget": (_in("account", "budget"), ""),
        "pool": (_in("account", "pool"), ""),
        "reserved": (_in("account", "reserved"), ""),
        "pending": (_in("account", "pending"), "wait"),
        "payable": (_in("account", "payable"), "ok"),
        "transit": (_in("account", "in transit"), "ok"),
        "goodwill": (_in("account", "goodwill"), "wait"),
    },
    "entry": {
        "fund": (_in("entry", "budget funded"), "ok"),
        "return": (_in("entry", "budget returned"), ""),
        "launch": (_in("entry", "batch launched"), ""),
        "reserve": (_in("entry", "reserved"), ""),
        "release": (_in("entry", "reserve given back"), ""),
        "top_up": (_in("entry", "pool topped up"), ""),
        "pool_back": (_in("entry", "pool given back"), ""),
        "submit": (_in("entry", "work handed in"), ""),
        "accept": (_in("entry", "work accepted"), "ok"),
        "correct": (_in("entry", "corrected in a case"), "ok"),
    },
}
