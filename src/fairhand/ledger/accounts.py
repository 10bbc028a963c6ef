"""Names of accounts, and what a movement looks like before it is posted. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AccountName:
    """An account by its meaning; its row is opened at the first posting."""

    owner_kind: str
    owner_id: UUID | None
    purpose: str
    shard: int = 0


@dataclass(frozen=True, slots=True)
class Leg:
    """`amount_minor` onto (positive) or off (negative) an account."""

    account: AccountName
    amount_minor: int


def outside(client_org_id: UUID) -> AccountName:
    """The client's purse: negative by everything it has paid in."""
    return AccountName("client", client_org_id, "outside")


def budget(project_id: UUID) -> AccountName:
    """Money of a project that no batch has reserved."""
    return AccountName("project", project_id, "budget")


def models(project_id: UUID) -> AccountName:
    """Money of a project that is set apart for what models cost."""
    return AccountName("project", project_id, "models")


def models_paid() -> AccountName:
    """What projects paid for models; whoever answers them is paid by the operator."""
    return AccountName("operator", None, "models")


def pool(batch_id: UUID, shard: int = 0) -> AccountName:
    """Money of a batch for slots not open yet: reviews, gold, extra attempts, rework."""
    return AccountName("batch", batch_id, "pool", shard)


def reserved(batch_id: UUID, shard: int) -> AccountName:
    """Money behind a batch's open, claimed and submitted slots."""
    return AccountName("batch", batch_id, "reserved", shard)


def mission_reserve(mission_id: UUID) -> AccountName:
    """Money behind a mission: what it may still come to."""
    return AccountName("mission", mission_id, "reserved")


def goodwill() -> AccountName:
    """The operator's account that pays for work handed in when reserve and pool can't; no lower limit."""
    return AccountName("operator", None, "goodwill")


def fx() -> AccountName:
    """What conversions took in of a currency, less what they gave out of it; in each currency one."""
    return AccountName("operator", None, "fx")


def pending(person_id: UUID) -> AccountName:
    """Handed in and not yet decided."""
    return AccountName("person", person_id, "pending")


def payable(person_id: UUID) -> AccountName:
    """Earned, and owed to the expert."""
    return AccountName("person", person_id, "payable")


def transit(person_id: UUID) -> AccountName:
    """On its way to the expert: left payable, and not confirmed yet."""
    return AccountName("person", person_id, "transit")


def move(source: AccountName, target: AccountName, amount_minor: int) -> tuple[Leg, Leg]:
    """Two legs that carry `amount_minor` (not negative) from one account to another."""
    if amount_minor < 0:
        raise ValueError(f"a movement of {amount_minor} would run backwards; swap source and target")
    return Leg(source, -amount_minor), Leg(target, amount_minor)


def account_rows(accounts: Iterable[AccountName]) -> list[list[Any]]:
    """Accounts as the ledger's functions read them: [owner_kind, owner_id | None, purpose, shard]."""
    return [[a.owner_kind, str(a.owner_id) if a.owner_id else None, a.purpose, a.shard] for a in accounts]


def leg_rows(legs: Sequence[Leg]) -> list[list[Any]]:
    """Legs likewise: those of their account, then the amount."""
    return [[*row, leg.amount_minor] for row, leg in zip(account_rows(leg.account for leg in legs), legs, strict=True)]
