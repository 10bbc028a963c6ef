"""count_card_figures: what past work says beside the offer cards, counted anew. No event: it happens to nobody."""

from datetime import datetime

from fairhand.insight.models import CardFigures
from fairhand.insight.offer_card import facts_of, projects_to_count


def count_card_figures(now: datetime) -> int:
    """Count the figures of every running project; how many rows were written. Each project by itself."""
    written = 0
    for project_id, org_id, kinds in projects_to_count(now):
        rows = [
            CardFigures(project_id=project_id, kind=kind, org_id=org_id, as_of=now, facts=facts)
            for kind, facts in facts_of(project_id, kinds).items()
        ]
        CardFigures.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["project_id", "kind"], update_fields=["as_of", "facts"]
        )
        written += len(rows)
    return written
