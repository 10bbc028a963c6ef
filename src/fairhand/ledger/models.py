"""The ledger's tables, for reading. The application role may only select; `ledger_post` is the one way to write.

Functions, triggers and seals are in the first migration. Only this package imports these models.
"""

from django.db import models
from django.db.models import Q


class Account(models.Model):
    """Where money sits; a positive balance is money on it. The client's `outside` is negative by what came in."""

    id = models.BigAutoField(primary_key=True)
    owner_kind = models.TextField()
    owner_id = models.UUIDField(null=True)
    purpose = models.TextField()
    currency = models.CharField(max_length=3)
    shard = models.SmallIntegerField(default=0)
    min_net = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_account"
        constraints = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "purpose", "currency", "shard"],
                nulls_distinct=False,
                name="ledger_account_once",
            ),
            models.UniqueConstraint(fields=["id", "currency"], name="ledger_account_currency"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="ledger_account_iso"),
            models.CheckConstraint(condition=Q(shard__gte=0), name="ledger_account_shard"),
        ]


class Entry(models.Model):
    """One balanced movement. `idem_key` makes it happen once; `resolves` lets an accrual be resolved once."""

    id = models.BigAutoField(primary_key=True)
    idem_key = models.TextField(unique=True)
    req_hash = models.BinaryField()
    kind = models.TextField()
    resolves = models.OneToOneField("self", models.DO_NOTHING, null=True, related_name="resolved_by")
    reverses = models.OneToOneField("self", models.DO_NOTHING, null=True, related_name="reversed_by")
    effective_at = models.DateTimeField()
    created_at = models.DateTimeField()
    meta = models.JSONField(default=dict)

    class Meta:
        db_table = "ledger_entry"
        constraints = [
            models.CheckConstraint(condition=Q(idem_key__regex=r"^.{1,255}$"), name="ledger_entry_key_length"),
        ]


class Leg(models.Model):
    """One account's part of an entry, in signed minor units, with the account's balance right after it."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, models.DO_NOTHING)
    account = models.ForeignKey(Account, models.DO_NOTHING, db_index=False, db_constraint=False)  # 0001_ledger.sql
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    seq = models.BigIntegerField()
    net_after = models.BigIntegerField()

    class Meta:
        db_table = "ledger_leg"
        constraints = [
            models.UniqueConstraint(fields=["account", "seq"], name="ledger_leg_account_seq"),
            models.CheckConstraint(
                condition=~Q(amount=0) & Q(amount__gte=-(10**15)) & Q(amount__lte=10**15), name="ledger_leg_amount"
            ),
        ]


class Balance(models.Model):
    """The running balance of an account; its row lock puts the account's legs in order."""

    account = models.OneToOneField(Account, models.DO_NOTHING, primary_key=True)
    net = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_balance"


class Day(models.Model):
    """A link of the chain over the books: the entries after the link before it, up to number `until_id`.

    `day` (UTC) is the last day any of them was recorded on; `head` is computed from `previous` and each of them.
    """

    day = models.DateField(primary_key=True)
    until_id = models.BigIntegerField()
    entries = models.BigIntegerField()
    legs = models.BigIntegerField()
    previous = models.BinaryField()
    head = models.BinaryField()
    closed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_day"
        constraints = [models.UniqueConstraint(fields=["until_id"], name="ledger_day_until")]


class FxRate(models.Model):
    """So many `quote` for one `base` on a day, as somebody of the operator's entered it. Append-only: of a day's rates
    the one entered last holds."""

    id = models.BigAutoField(primary_key=True)
    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    rate = models.TextField()
    of_day = models.DateField()
    source = models.TextField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "fx_rate"
        indexes = [models.Index(fields=["base", "quote", "-of_day", "-id"], name="fx_rate_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(base__regex="^[A-Z]{3}$") & Q(quote__regex="^[A-Z]{3}$"), name="fx_rate_iso"
            ),
            models.CheckConstraint(condition=~Q(base=models.F("quote")), name="fx_rate_two"),
            models.CheckConstraint(condition=Q(rate__regex=r"^[0-9]{1,9}(\.[0-9]{1,12})?$"), name="fx_rate_plain"),
        ]


class ShownCurrency(models.Model):
    """In which currency somebody wants to see, besides, what they are owed; "" for none. Nothing is converted by it."""

    person_id = models.UUIDField(primary_key=True)
    currency = models.CharField(max_length=3)

    class Meta:
        db_table = "shown_currency"
        constraints = [models.CheckConstraint(condition=Q(currency__regex="^([A-Z]{3})?$"), name="shown_currency_iso")]
