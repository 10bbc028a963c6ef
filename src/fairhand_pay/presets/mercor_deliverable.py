"""mercor-deliverable: a price for each deliverable, with no hourly guarantee."""

from typing import Annotated

from pydantic import Field

from fairhand_pay.presets._part import Amount, Composed, unit_of
from fairhand_pay.primitives._part import Params


class MercorDeliverableParams(Params):
    """`deliverables_max`: the most that one claim hands in."""

    price: Amount = "150.00"
    deliverables_max: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1


class MercorDeliverable:
    """{price: "150.00", deliverables_max: 3}"""

    name = "mercor-deliverable"
    version = 1
    params = MercorDeliverableParams
    copies = "a contract by deliverable: a price for each that is complete, nothing by the hour"
    source = "Mercor, talent.docs.mercor.com/policies/contracts, read 2026-11-22"
    ours = "each accepted deliverable is paid by itself; there it takes all assigned ones to be approved"

    def compose(self, asked: MercorDeliverableParams) -> Composed:
        """One UNIT of items."""
        terms = {"paid_s_max": None, "primitives": [unit_of("item", asked.deliverables_max, (None, asked.price))]}
        return Composed(terms, {"primitives.0.bands.0.price": "price", "": "price"})


PART = MercorDeliverable()
