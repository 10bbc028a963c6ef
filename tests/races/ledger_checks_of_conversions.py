"""What is owed in one currency, owed in another: four legs through the operator's account, once, and never too much."""

import uuid

from tests.races.ledger_book import AT, PURSE, Account, Book, check, new, stopped

_CONVERT = "SELECT ledger_convert(%s, %s, %s, %s, %s, %s, %s, %s)"
_FX: Account = ("operator", None, "fx", 0)


def _payable(book: Book, minor: int) -> Account:
    mine = new("person", "payable")
    book.post((PURSE, -minor), (mine, minor))
    return mine


def _convert(
    book: Book, mine: Account, taken: int, given: int, *, key: str | None = None, way: tuple[str, str] = ("USD", "EUR"),
    meta: str = '{"rate": "0.9213"}',
) -> int:  # fmt: skip
    values = [key or uuid.uuid4().hex, mine[1], way[0], taken, way[1], given, AT, meta]
    found = book.app.execute(_CONVERT, values).fetchone()
    assert found is not None
    return int(found[0])


@check
def converts_through_the_operator(book: Book) -> None:
    """Four legs: off the person's account and onto another of theirs; the operator's two hold the other sides."""
    mine = _payable(book, 5000)
    before = [book.net(_FX), book.net(_FX, "EUR")]
    entry = _convert(book, mine, 4529, 4173)
    assert (book.net(mine), book.net(mine, "EUR")) == (471, 4173)
    assert [book.net(_FX), book.net(_FX, "EUR")] == [before[0] + 4529, before[1] - 4173]
    row = book.owner.execute(
        "SELECT kind, effective_at = %s::timestamptz, meta ->> 'rate', resolves_id FROM ledger_entry WHERE id = %s",
        [AT, entry],
    ).fetchone()
    assert row == ("convert", True, "0.9213", None), row
    legs = book.owner.execute(
        "SELECT a.owner_kind, a.purpose, l.currency, l.amount FROM ledger_leg l JOIN ledger_account a "
        "ON a.id = l.account_id WHERE l.entry_id = %s ORDER BY 1, 3", [entry],
    ).fetchall()  # fmt: skip
    assert legs == [
        ("operator", "fx", "EUR", -4173), ("operator", "fx", "USD", 4529), ("person", "payable", "EUR", 4173),
        ("person", "payable", "USD", -4529),
    ], legs  # fmt: skip


@check
def converts_once_by_key(book: Book) -> None:
    """The same request under its key is the same entry; another person, amount, currency or rate is refused."""
    mine, key = _payable(book, 5000), f"once {uuid.uuid4()}"
    first = _convert(book, mine, 100, 92, key=key)
    assert _convert(book, mine, 100, 92, key=key) == first
    assert (book.net(mine), book.net(mine, "EUR")) == (4900, 92)
    yours = _payable(book, 5000)
    for other in (
        lambda: _convert(book, mine, 101, 92, key=key), lambda: _convert(book, mine, 100, 93, key=key),
        lambda: _convert(book, yours, 100, 92, key=key), lambda: _convert(book, mine, 100, 92, key=key, meta="{}"),
        lambda: _convert(book, mine, 100, 92, key=key, way=("USD", "GBP")),
        lambda: _convert(book, mine, 100, 92, key=key, way=("GBP", "EUR")),
    ):  # fmt: skip
        with stopped("23L07"):
            other()
    assert (book.net(mine), book.net(yours)) == (4900, 5000)
    assert _convert(book, mine, 1, 1, key=f"again {key}") > first


@check
def converts_no_more_than_is_owed(book: Book) -> None:
    """Nothing, less than nothing, one currency into itself, and more than is owed are refused."""
    mine = _payable(book, 100)
    for taken, given, way in ((0, 1, ("USD", "EUR")), (1, 0, ("USD", "EUR")), (-1, 1, ("USD", "EUR")),
                              (1, -1, ("USD", "EUR")), (1, 1, ("USD", "USD"))):  # fmt: skip
        with stopped("23L09"):
            _convert(book, mine, taken, given, way=way)
    with stopped("23L04"):
        _convert(book, mine, 101, 93)
    _convert(book, mine, 99, 1)
    _convert(book, mine, 1, 1)
    assert (book.net(mine), book.net(mine, "EUR")) == (0, 2)


@check
def converts_in_the_order_of_ids(book: Book) -> None:
    """Legs are written by account id, as every entry's are: no two transactions wait for each other."""
    _convert(book, _payable(book, 1), 1, 1)  # opens the operator's accounts, if nothing has yet
    entry = _convert(book, _payable(book, 100), 100, 92)
    ids = [row[0] for row in book.owner.execute(
        "SELECT account_id FROM ledger_leg WHERE entry_id = %s ORDER BY id", [entry]
    ).fetchall()]  # fmt: skip
    assert ids == sorted(ids)
