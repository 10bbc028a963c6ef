"""The tabs over the pages of an account. A page is in the list as soon as it has an address."""

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_TABS = (
    ("profile", gettext_noop("Profile")),
    ("qualifications", gettext_noop("Qualifications")),
    ("work-preferences", gettext_noop("Work")),
    ("security", gettext_noop("Security")),
    ("notifications", gettext_noop("Notifications")),
    ("keys", gettext_noop("API keys")),
    ("account", gettext_noop("Language and light")),
)


def tabs() -> list[tuple[str, str, str]]:
    """(name of the address, address, label), as `<c-tabs>` takes them."""
    found = []
    for name, label in _TABS:
        try:
            found.append((name, reverse(name), _(label)))
        except NoReverseMatch:
            continue
    return found
