"""Balances and movements, read."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from fairhand.ledger.accounts import AccountName
from fairhand.ledger.models import Balance, Leg


@dataclass(frozen=True, slots=True)
class PersonBalance:
    """What a person has waiting and owed, in one currency, minor units."""

    currency: str
    pending_minor: int
    payable_minor: int


def balance_minor(account: AccountName, currency: str) -> int:
    """Balance of one account over all its shards; 0 if it was never used."""
    found = Balance.objects.filter(
        account__owner_kind=account.owner_kind,
        account__owner_id=account.owner_id,
        account__purpose=account.purpose,
        account__currency=currency,
    ).aggregate(net=Sum("net"))
    return int(found["net"] or 0)


def balances_of_person(person_id: UUID) -> list[PersonBalance]:
    """One row per currency a person has money in."""
    rows = (
        Balance.objects.filter(account__owner_kind="person", account__owner_id=person_id)
        .values_list("account__currency", "account__purpose")
        .annotate(net=Sum("net"))
    )
    found: dict[str, dict[str, int]] = {}
    for currency, purpose, net in rows:
        found.setdefault(currency, {})[purpose] = int(net)
    return [PersonBalance(c, by.get("pending", 0), by.get("payable", 0)) for c, by in sorted(found.items())]


def entry_of_key(idem_key: str, account: AccountName) -> tuple[int, int] | None:
    """(entry, what it put onto or off the account in minor units) of the entry posted under a key; None if none was."""
    found = Leg.objects.filter(
        entry__idem_key=idem_key, account__owner_kind=account.owner_kind, account__owner_id=account.owner_id,
        account__purpose=account.purpose,
    )  # fmt: skip
    return found.values_list("entry_id", "amount").first()
