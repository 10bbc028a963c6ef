"""Alters the ledger's SQL, one place at a time: a rule dropped, a comparison turned, an order left out.

`statements()` is the ledger as its migrations make it; `mutants()` is every alteration of it. Each gets a database of
its own, and the checks of tests/races/ledger_checks.py must catch it, or `EXPLAINED` says why it changes nothing.
"""

import io
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from django.core.management import call_command

from fairhand.cli.grants import grant_statements
from fairhand.cli.pgembed import APP, OWNER, Server
from tests.races.ledger_book import Book, faults

TABLES = ["ledger_account", "ledger_balance", "ledger_day", "ledger_entry", "ledger_leg"]
MIGRATIONS = ("0001", "0002", "0003", "0005", "0006", "0007", "0008", "0010")  # 0004: indexes; 0009, fx_rate: none
_PATIENCE = "-c statement_timeout=5s -c lock_timeout=4s"
# (what it finds, what it puts there instead). Each is tried at each place it finds.
TURNS = (
    (r"<>", "="), (r" <= ", " < "), (r" >= ", " > "), (r"(?<= )<(?= )", "<="), (r"(?<= )<(?= )", ">"),
    (r"(?<= )>(?= )", ">="), (r"(?<= )>(?= )", "<"), (r"(?<= )=(?= )", "<>"), (r"(?<= )\+(?= )", "-"),
    (r"IS DISTINCT FROM", "IS NOT DISTINCT FROM"), (r"IS NOT DISTINCT FROM", "="), (r"IS NULL", "IS NOT NULL"),
    (r"IS NOT NULL", "IS NULL"), (r"(?<=[ )])AND(?= )", "OR"), (r"(?<=[ )])OR(?= )", "AND"), (r"\bNOT (?=\()", ""),
    (r"RAISE EXCEPTION", "RAISE NOTICE"), (r"SECURITY DEFINER", ""), (r"SET search_path = public, pg_temp", ""),
    (r"DEFERRABLE INITIALLY DEFERRED", ""), (r"CONSTRAINT (?=TRIGGER)", ""), (r"BEFORE (?=INSERT)", "AFTER "),
    (r"UPDATE OR DELETE", "UPDATE"), (r"UPDATE OR DELETE", "DELETE"), (r"\bsum\(", "max("), (r"count\(\*\)", "0"),
    (r"DISTINCT (?=name)", ""), (r"ORDER BY [a-z_.]+(?: DESC)?", ""), (r" DESC", ""), (r"FOR UPDATE", ""),
    (r"RETURN NEW", "RETURN NULL"), (r"ON CONFLICT \(idem_key\) DO NOTHING", ""), (r"ELSE 0 END", "ELSE NULL END"),
    (r"ELSE 0 END", "ELSE -1 END"), (r"NULLS NOT DISTINCT", ""), (r"INITIALLY DEFERRED;", ";"), (r"UNIQUE ", ""),
    (r"1000000000000000\b", "1000000000000001"), (r"-1000000000000000\b", "-1000000000000001"),
    (r"\{1,255\}", "{0,256}"), (r"\[A-Z\]", "."),
    (r"GROUP BY currency", ""), (r"(?<=[( ])1000000(?=\))", "1000"), (r"octet_length\(head\) = 32", "true"),
    (r"octet_length\(previous\) = 32", "true"), (r"NEW\.seq := v_moved\.seq;", ""), (r"< 2\b", "< 1"),
    (r"NEW\.net_after := v_moved\.net;", ""), (r"NOT NULL(?! PRIMARY)", ""), (r", p_resolves\)::text", ")::text"),
    (r"\(p_kind, p_currency, p_legs", "(p_currency, p_legs"), (r"\(p_kind, p_currency,", "(p_kind,"),
    (r"p_currency, p_legs, p_resolves\)", "p_currency, p_resolves)"), (r"coalesce\(v_last\.until_id, 0\)", "0"),
    (r"\('(?:outside|goodwill)', ", "("), (r"\('outside', 'goodwill'\)", "('outside')"),
    (r"('client', 'outside'), ", ""), (r"greatest\(v_each\.day, v_last\.day \+ 1\)", "v_each.day"),
    (r"'UTC'\)::date", "'Asia/Tokyo')::date"), (r"PERFORM pg_advisory_xact_lock[^;]*;", ""), (r", p_meta\)", ", '{}')"),
    (r"p_kind, p_resolves, p_at", "p_kind, NULL, p_at"), (r"p_resolves, p_at,", "p_resolves, now(),"),
    (r"FROM PUBLIC", "FROM fairhand_app"), (r"e\.meta::text", "'{}'"), (r"e\.kind, e\.resolves_id", "e.resolves_id"),
    (r" := pg_current_xact_id\(\)", ""), (r"DEFAULT pg_current_xact_id\(\)", "DEFAULT '7'"),
)  # fmt: skip

# What a surviving alteration's name holds -> why nothing is wrong with it.
EXPLAINED = {
    'REFERENCES "ledger_': "the reference is checked at once, not at the end: stricter, and nothing needs the end",
    'DROP CONSTRAINT "ledger_leg_account': "a second key holds what a longer one holds already",
    "ledger_post: := pg_current_xact_id() -> nothing": "tells only where a process stands still between two steps",
    "ledger_convert: := pg_current_xact_id() -> nothing": "likewise",
    "ledger_hold: DISTINCT -> nothing": "an account named twice is found twice and locked once",
    "PERFORM pg_advisory_xact_lock": "two closings at once: the second then fails on the day's key instead of waiting",
}
# No rules: they build faster or read faster.
_NO_RULE = ("CREATE TABLE", "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", "CREATE INDEX", "SET CONSTRAINTS")


def explained(name: str) -> bool:
    """Whether a surviving alteration is one of those that change nothing."""
    return any(part in name for part in EXPLAINED)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One alteration: the statement's number, what was done, and the statement afterwards (empty: left out)."""

    at: int
    name: str
    sql: str


def statements() -> list[str]:
    """The SQL of the ledger's migrations, statement by statement. Django must be connected."""
    found: list[str] = []
    for name in MIGRATIONS:
        out = io.StringIO()
        call_command("sqlmigrate", "ledger", name, stdout=out, no_color=True)
        parts = _split(out.getvalue())
        found += [each for each in parts if each not in ("BEGIN;", "COMMIT;") and "fx_rate" not in each]
    return found


def _split(sql: str) -> list[str]:
    """At semicolons, but not within a function's body; comments on lines of their own are left out."""
    parts = re.split(r"(\$\$.*?\$\$)", re.sub(r"^ *--.*\n|(?<= )-- .*$", "", sql, flags=re.M), flags=re.S)
    whole = "".join(part if part.startswith("$$") else part.replace(";", ";\0") for part in parts)
    return [each.strip() for each in whole.split("\0") if each.strip()]


def mutants(ledger: list[str]) -> Iterator[Mutant]:
    """Every alteration of every statement that counts: of a function defined twice, the last."""
    named = [_function(each) for each in ledger]
    for at, sql in enumerate(ledger):
        if named[at] and named[at] in named[at + 1 :]:
            continue
        short = " ".join(sql.split())[:90]
        if not sql.startswith(_NO_RULE) and "fillfactor" not in sql:
            yield Mutant(at, f"left out: {short}", "")
        for what, instead in TURNS:
            for found in re.finditer(what, sql):
                line = " ".join(sql[sql.rfind("\n", 0, found.start()) + 1 : found.end() + 40].split("\n")[0].split())
                where = named[at] or short
                altered = sql[: found.start()] + instead + sql[found.end() :]
                yield Mutant(
                    at, f"{where}: {found.group(0).strip()} -> {instead.strip() or 'nothing'}: {line}", altered
                )


def _function(sql: str) -> str:
    found = re.match(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)", sql)
    return found.group(1) if found else ""


def survives(server: Server, ledger: list[str], mutant: Mutant | None) -> bool | None:
    """Whether no check catches it. None: it can't even be built, so it is no ledger at all."""
    name = f"m_{secrets.token_hex(6)}"
    parts = [mutant.sql if mutant and at == mutant.at else sql for at, sql in enumerate(ledger)]
    with psycopg.connect(server.url(OWNER), autocommit=True) as maker:
        maker.execute(f"CREATE DATABASE {name} STRATEGY WAL_LOG")
        try:
            with (
                psycopg.connect(server.url(OWNER, name), autocommit=True, options=_PATIENCE) as owner,
                psycopg.connect(server.url(APP, name), autocommit=True, options=_PATIENCE) as app,
            ):
                try:
                    owner.execute("\n".join(parts))
                    grants = [
                        sql for sql in grant_statements(APP, TABLES) if "tally" not in sql and "dispatch" not in sql
                    ]
                    owner.execute(";".join(grants))
                except psycopg.Error:
                    return None
                return not faults(Book(app, owner), first_only=True)
        finally:
            maker.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _ours(grant: str) -> bool:
    return "ON FUNCTION" not in grant or "ON FUNCTION ledger_" in grant
