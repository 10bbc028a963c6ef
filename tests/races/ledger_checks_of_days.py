"""How days of the books are closed: which entries a link covers, and what its head is computed from."""

import hashlib
import json

from tests.races.ledger_book import AT, PURSE, Book, check, id_of, leg, new, stopped
from tests.races.ledger_book import entry as make_entry

_LINKS = """SELECT until_id, entries, legs, previous, head, closed_at = %s::timestamptz FROM ledger_day
  WHERE until_id > %s ORDER BY until_id"""


@check
def days_are_closed_in_a_chain(book: Book) -> None:
    """Finished days are linked in order; each head is SHA-256 over the one before it and each entry's line."""
    book.owner.execute("DROP TRIGGER IF EXISTS append_only ON ledger_day; DELETE FROM ledger_day")
    book.owner.execute("CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_day "
                       "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()")  # fmt: skip
    start = book.one("SELECT max(id) FROM ledger_entry") or 0
    before = hashlib.sha256(b"before").digest()
    book.owner.execute(
        "INSERT INTO ledger_day VALUES ('2030-01-01', %s, 1, 2, %s, %s, now())", [start, bytes(32), before]
    )
    at = (
        "2030-01-02 00:00+00", "2030-01-02 23:59:59.999999+00", "2030-01-02 12:00+00", "2030-01-04 00:00+00",
        "2030-01-02 01:00+00", "2030-01-04 01:00+00", "2030-01-03 00:00+00", "2030-01-05 00:00+00",
        "2030-01-06 09:00+00",
    )  # fmt: skip
    mine, purse = id_of(book, new()), id_of(book, PURSE)
    made = [book.one("SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id'))") for _ in at]
    for number, moment in reversed(list(zip(made, at, strict=True))):  # in the table they lie the other way round
        with book.owner.transaction():
            make_entry(book, created=moment, number=number, meta=f'{{"reference": "Ü {number}"}}')
            leg(book, number, purse, -5, number=10**9 + 2 * number + 1)
            leg(book, number, mine, 5, number=10**9 + 2 * number)
    for name in ("indexscan", "indexonlyscan", "bitmapscan"):
        book.app.execute(f"SET enable_{name} = off")
    said = [book.app.execute("SELECT ledger_close_day(%s, %s, %s)", [until, day, AT]).fetchone() for until, day in (
        (made[1], "2030-01-02"), (made[5], "2030-01-05"), (made[5], "2030-01-05"), (made[7], "2030-01-05"),
        (made[7], "2031-01-01"), (made[7], "2031-01-01"), (made[8], "2031-01-01"), (made[8] + 9, "2031-01-01"),
    )]  # fmt: skip
    days = [str(row[0]) if row and row[0] else None for row in said]
    assert days == [None, "2030-01-02", "2030-01-04", None, "2030-01-05", None, "2030-01-06", None], days
    for name in ("indexscan", "indexonlyscan", "bitmapscan"):
        book.app.execute(f"RESET enable_{name}")
    rows = book.owner.execute(_LINKS, [AT, start]).fetchall()
    parts = [made[:3], made[3:6], made[6:8], made[8:]]
    assert [(row[0], row[1], row[2], row[5]) for row in rows] == [(p[-1], len(p), 2 * len(p), True) for p in parts]
    for part, row in zip(parts, rows, strict=True):
        assert row[3] == before, "it follows the day before it"
        before = head_of([_line(book, entry) for entry in part], before)
        assert row[4] == before
    for short in ("head", "previous"):
        with stopped("23514", "ledger_day_heads"):
            heads = [b"x" if each == short else bytes(32) for each in ("previous", "head")]
            book.owner.execute("INSERT INTO ledger_day VALUES ('2040-01-01', 9, 0, 0, %s, %s, now())", heads)
    assert book.one("SELECT ledger_entry_text(e) FROM ledger_entry e WHERE id = %s", [_bare(book)]).endswith(", []]")


def _bare(book: Book) -> int:
    """An entry without legs can't be committed; within a transaction it has a line all the same."""
    book.owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER balanced")
    entry = make_entry(book)
    book.owner.execute("ALTER TABLE ledger_entry ENABLE TRIGGER balanced")
    return entry


def _line(book: Book, entry: int) -> str:
    """An entry's line, written here from its rows."""
    row = book.owner.execute(
        "SELECT id, idem_key, kind, resolves_id, reverses_id, (extract(epoch FROM effective_at) * 1000000)::bigint, "
        "(extract(epoch FROM created_at) * 1000000)::bigint, meta::text, encode(req_hash, 'hex') FROM ledger_entry "
        "WHERE id = %s", [entry],
    ).fetchone()  # fmt: skip
    legs = book.owner.execute(
        "SELECT a.id, a.owner_kind, a.owner_id::text, a.purpose, a.shard, l.currency, l.amount, l.seq, l.net_after "
        "FROM ledger_leg l JOIN ledger_account a ON a.id = l.account_id WHERE l.entry_id = %s ORDER BY l.id", [entry],
    ).fetchall()  # fmt: skip
    return json.dumps([*(row or ()), [list(leg) for leg in legs]], ensure_ascii=False)


def head_of(lines: list[str], before: bytes) -> bytes:
    """The head after these lines."""
    for line in lines:
        before = hashlib.sha256(before + line.encode()).digest()
    return before
