"""The page of cards that changed: what was read beside what holds now, and the way to take work on the new terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from fairhand.flow.changed_terms import ChangedCard
from fairhand.insight.offer_card import names_of, own_here
from fairhand.insight.offer_terms import whole_direction
from fairhand.web.cards import TAKES, Beside, CardView
from fairhand.web.entry import Signed
from fairhand.web.words_of_terms import ChangeRow, change_rows

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A card of the page. `whole`: whether pay as a whole was raised or lowered; `known`: what was read is known."""

    name: Any
    address: str
    card: CardView
    changes: Sequence[ChangeRow]
    whole: str
    known: bool
    may_take: bool
    preparation: Mapping[str, Any] | None = None


def changed_page(
    request: Signed,
    changed: Sequence[ChangedCard],
    back: str,
    lead: str,
    status: int = 200,
    may_take: bool = True,
) -> HttpResponse:
    """Cards that were read first; those nobody read before only where there are no others."""
    known = [each for each in changed if each.before is not None] or list(changed)
    found = known[:_SHOWN]
    ids = list({each.project_id for each in found})
    beside = Beside.of(
        {each.project_id: [one.card for one in found if one.project_id == each.project_id] for each in found}
    )
    projects = names_of(ids)
    rows = []
    for each in found:
        name, slug, source = projects[each.project_id]
        kind = each.card.kind
        card = CardView.of(each.card, {}, each.project_id, beside)
        rows.append(ChangedRow(
            name=name, address=reverse(TAKES.get(kind, "take"), args=[slug]),
            card=card.whole(own_here(request.viewer.person_id, each.project_id, kind)),
            changes=change_rows(each.changes, each.card.card.currency), whole=whole_direction(each.changes),
            known=each.before is not None, may_take=may_take, preparation=source.get("preparation"),
        ))  # fmt: skip
    context = {"rows": rows, "back": back, "back_label": _("Back"), "lead": lead}
    return render(request, "expert/terms_changed.html", context, status=status)
