"""The chart of accounts: where money can sit, what may go below zero, and its name in an auditor's books. Pure."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Place:
    """Accounts of one purpose. `root` and `name` are those of the export (docs/reference/books.md)."""

    owner_kind: str
    purpose: str
    below_zero: bool
    root: str
    told: str


# As `ledger_account_of` has them (ledger/sql/0010_models.sql); a test holds the two against each other.
CHART = (
    Place("client", "outside", True, "Assets", "what a client has paid in: negative by all of it"),
    Place("project", "budget", False, "Liabilities", "paid in for a project, and behind no batch yet"),
    Place("project", "models", False, "Liabilities", "set apart of a project's budget for what models cost"),
    Place(
        "batch", "pool", False, "Liabilities", "behind a batch, for reviews, gold, extra attempts and rework to come"
    ),
    Place("batch", "reserved", False, "Liabilities", "behind a batch's open, claimed and handed-in slots, in shards"),
    Place(
        "mission", "reserved", False, "Liabilities", "behind a mission: the most that its people can still get by it"
    ),
    Place("person", "pending", False, "Liabilities", "handed in and not decided"),
    Place("person", "payable", False, "Liabilities", "earned, and owed to the person"),
    Place("person", "transit", False, "Liabilities", "on its way to the person: left payable, and not confirmed yet"),
    Place(
        "operator", "goodwill", True, "Expenses", "what the operator paid where no budget could: negative by all of it"
    ),
    Place("operator", "models", False, "Income", "what projects paid for models, which the operator asks for them"),
    Place("operator", "fx", True, "Equity", "what conversions took in of a currency, less what they gave out of it"),
)
_PLACES = {(place.owner_kind, place.purpose): place for place in CHART}


def exported_name(owner_kind: str, owner_id: UUID | None, purpose: str, shard: int) -> str:
    """`Liabilities:Person:P-…:Payable`: an account's name in the export; a shard is `Reserved-3`.

    No name goes on where another ends: an auditor's tool would count the longer one in with the shorter.
    """
    root = _PLACES[owner_kind, purpose].root
    parts = [root, owner_kind.capitalize()]
    if owner_id is not None:
        parts.append(f"{owner_kind[0].upper()}-{owner_id}")
    parts.append(f"{purpose.capitalize()}-{shard}" if shard else purpose.capitalize())
    return ":".join(parts)
