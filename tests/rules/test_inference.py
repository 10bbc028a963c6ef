"""What models cost: never a cent lost or told twice, whatever is asked, ends and is posted in which order."""

from collections.abc import Callable
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.inference.rules import (
    PICO,
    NewEndpoint,
    cost_pico,
    due_minor,
    has_room,
    micro_of,
    minor_of,
    pico_of,
    problems_of,
    seed_of,
    shuffled,
    tokens_in_most,
)
from fairhand.inference.wire import Events, WireError, whole
from fairhand.kernel.money import EXPONENTS, exponent
from tests.counts import count

CURRENCIES = st.sampled_from(sorted(EXPONENTS))
COSTS = st.lists(st.tuples(st.integers(0, 10**15), st.booleans()), max_size=40)


@given(CURRENCIES, COSTS)
@settings(max_examples=count(200, 20_000))
def test_what_is_posted_is_all_that_was_spent_rounded_once(currency: str, costs: list[tuple[int, bool]]) -> None:
    spent, posted = 0, 0
    for pico, posts in costs:
        spent += pico
        if posts:
            due = due_minor(spent, posted, currency)
            posted += due
            assert due_minor(spent, posted, currency) == 0, "done again it posts nothing"
            exact = Fraction(spent * 10 ** exponent(currency), PICO)
            assert abs(Fraction(posted) - exact) <= Fraction(1, 2)
    posted += due_minor(spent, posted, currency)
    assert posted == minor_of(spent, currency)


@given(CURRENCIES, st.integers(0, 10**9), st.lists(st.integers(1, 10**14), max_size=30))
@settings(max_examples=count(200, 20_000))
def test_what_fits_below_a_limit_never_posts_more_than_it(currency: str, limit: int, wanted: list[int]) -> None:
    spent = held = 0
    for pico in wanted:
        if has_room(limit, spent, held, pico, currency):
            held += pico
            assert spent + held <= pico_of(limit, currency)
            if pico % 2:
                held, spent = held - pico, spent + pico // 2
    assert minor_of(spent, currency) <= limit


@given(st.integers(0, 10**10), st.integers(0, 10**10), st.integers(0, 10**7), st.integers(0, 10**7))
@settings(max_examples=count(200, 5_000))
def test_a_price_times_tokens_is_exact(a: int, b: int, tokens_in: int, tokens_out: int) -> None:
    exact = Fraction(a, 10**6) * tokens_in / 10**6 + Fraction(b, 10**6) * tokens_out / 10**6
    assert Fraction(cost_pico(a, b, tokens_in, tokens_out), PICO) == exact


def test_prices_and_endpoints_that_can_be() -> None:
    assert [micro_of(each) for each in ("0", "0.15", "12.5", "0.000001")] == [0, 150_000, 12_500_000, 1]
    assert [micro_of(each) for each in ("0.0000001", "-1", "1e3", "", "10001", "٣")] == [None] * 6
    good = NewEndpoint("one", "https://a.com/v1", "m", "k", "USD", "1", "2", 100, ("image",), False, 10, 20)
    assert problems_of(good) == {}
    bad = NewEndpoint("One!", "ftp://a", " ", "k\n", "XXX", "a", "-", 0, ("video",), False, 0, None)
    assert sorted(problems_of(bad)) == [
        "base_url", "context_tokens", "currency", "key", "kinds", "model", "name", "price_in", "price_out", "silence_s",
        "total_s",
    ]  # fmt: skip


@given(st.text(max_size=300))
@settings(max_examples=count(200, 2_000))
def test_no_text_has_more_tokens_than_are_set_apart(text: str) -> None:
    turns = [{"role": "user", "text": text, "files": []}]
    assert tokens_in_most(turns, 10**6) >= len(text.encode())
    assert tokens_in_most([{**turns[0], "files": [{}]}], 777) == 777


@given(st.integers(0, 2**62), st.lists(st.sampled_from("abcd"), unique=True, min_size=2))
def test_an_order_is_that_of_its_seed(seed: int, names: list[str]) -> None:
    assert sorted(shuffled(names, seed)) == sorted(names)
    assert shuffled(names, seed) == shuffled(names, seed)
    assert 0 <= seed_of(seed) < 2**31


@given(st.lists(st.binary(max_size=80), max_size=20))
@settings(max_examples=count(300, 30_000))
def test_whatever_bytes_come_are_text_or_a_named_fault(pieces: list[bytes]) -> None:
    events = Events()
    raw = [b"data: " * (n % 2) + piece for n, piece in enumerate(pieces)]
    for read in (lambda: "".join(map(events.feed, raw)) + events.close(), lambda: whole(b"".join(pieces))[0]):
        assert _text_or_fault(read) in ("text", "bad_answer", "line_too_long", "answer_too_long", "model_error")


def _text_or_fault(read: Callable[[], str]) -> str:
    try:
        read().encode()
    except WireError as error:
        return error.code
    return "text"


def test_a_stream_may_break_anywhere_between_two_bytes() -> None:
    raw = 'data: {"choices": [{"delta": {"content": "Grüße \u200fسلام"}}]}\r\n\ndata: [DONE]\n'.encode()
    for at in range(len(raw)):
        events = Events()
        assert events.feed(raw[:at]) + events.feed(raw[at:]) + events.close() == "Grüße \u200fسلام"
        assert events.read.ended
