"""What an endpoint may be, what an answer costs at most and in the end, and in which order models are shown. Pure."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fairhand.kernel.limits import MODEL_ANSWER_S_MAX, MODEL_SILENCE_S_MAX
from fairhand.kernel.money import EXPONENTS, exponent, parse_decimal
from fairhand.kernel.refusals import Refused
from fairhand.outgoing.addresses import target_of

KINDS = ("image", "audio", "pdf")
PICO = 10**12
_MICRO = 10**6
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_PRICE_MICRO_MAX = 10_000 * _MICRO
_CONTEXT_MAX = 10_000_000
_MODEL_CHARS_MAX, _KEY_CHARS_MAX = 200, 1_000
# What a message costs beside its text, whatever template a model has for one.
_TOKENS_AROUND = 16
# A token is at least a byte of text; where nobody counted, about four.
_BYTES_PER_TOKEN = 4
_SEED_BITS = 31


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint as it is written down; prices are decimal text, per million tokens."""

    name: str
    base_url: str
    model: str
    key: str
    currency: str
    price_in: str
    price_out: str
    context_tokens: int | None
    kinds: tuple[str, ...]
    private_ok: bool
    silence_s: int | None
    total_s: int | None


def problems_of(new: NewEndpoint) -> dict[str, str]:
    """What is wrong, field -> code: model_name, model_address, model_word, model_key,
    model_unknown_currency, model_price, model_context, model_unknown_kind, model_time."""
    found = {}
    if not _NAME.fullmatch(new.name):
        found["name"] = "model_name"
    if isinstance(target_of(f"{new.base_url.rstrip('/')}/chat/completions"), Refused) or "?" in new.base_url:
        found["base_url"] = "model_address"
    if not new.model.strip() or len(new.model) > _MODEL_CHARS_MAX or not new.model.isprintable():
        found["model"] = "model_word"
    if len(new.key) > _KEY_CHARS_MAX or not (new.key.isascii() and new.key.isprintable()):
        found["key"] = "model_key"
    if new.currency not in EXPONENTS:
        found["currency"] = "model_unknown_currency"
    for field, text in (("price_in", new.price_in), ("price_out", new.price_out)):
        if micro_of(text) is None:
            found[field] = "model_price"
    if new.context_tokens is None or not 1 <= new.context_tokens <= _CONTEXT_MAX:
        found["context_tokens"] = "model_context"
    if not set(new.kinds) <= set(KINDS):
        found["kinds"] = "model_unknown_kind"
    if new.silence_s is None or not 1 <= new.silence_s <= MODEL_SILENCE_S_MAX:
        found["silence_s"] = "model_time"
    if new.total_s is None or not 1 <= new.total_s <= MODEL_ANSWER_S_MAX:
        found["total_s"] = "model_time"
    return found


def micro_of(price: str) -> int | None:
    """A price in millionths of the unit; None for text that is no price, or has more than six decimals."""
    try:
        micro = parse_decimal(price) * _MICRO
    except ValueError:
        return None
    return int(micro) if micro == int(micro) and micro <= _PRICE_MICRO_MAX else None


def cost_pico(in_micro: int, out_micro: int, tokens_in: int, tokens_out: int) -> int:
    """What so many tokens cost, in 10^-12 of the unit; exact."""
    return in_micro * tokens_in + out_micro * tokens_out


def minor_of(pico: int, currency: str) -> int:
    """Rounded half up to the smallest unit: the one rounding of a project's whole cost."""
    unit: int = PICO // 10 ** exponent(currency)
    return (2 * pico + unit) // (2 * unit)


def pico_of(minor: int, currency: str) -> int:
    """A whole amount in 10^-12 of the unit."""
    unit: int = PICO // 10 ** exponent(currency)
    return minor * unit


def text_bytes(turns: Sequence[Mapping[str, Any]]) -> int:
    """Bytes of the texts of a conversation."""
    return sum(len(turn["text"].encode()) for turn in turns)


def tokens_in_most(turns: Sequence[Mapping[str, Any]], context_tokens: int) -> int:
    """More tokens than a conversation can have: one each byte; what a file takes is bounded by what is read at once."""
    if any(turn.get("files") for turn in turns):
        return context_tokens
    return min(context_tokens, text_bytes(turns) + _TOKENS_AROUND * (len(turns) + 1))


def tokens_guessed(turns: Sequence[Mapping[str, Any]]) -> int:
    """About how many tokens a conversation has, where its server did not say."""
    return -(-text_bytes(turns) // _BYTES_PER_TOKEN) + _TOKENS_AROUND * len(turns)


def tokens_of_text(text: str) -> int:
    """About how many tokens a text is."""
    return -(-len(text.encode()) // _BYTES_PER_TOKEN)


def has_room(limit_minor: int, spent_pico: int, held_pico: int, wanted_pico: int, currency: str) -> bool:
    """Whether so much more fits below a project's limit."""
    return spent_pico + held_pico + wanted_pico <= pico_of(limit_minor, currency)


def due_minor(spent_pico: int, posted_minor: int, currency: str) -> int:
    """What is still to be posted: all that was spent, rounded once, less what was. Never below zero."""
    return max(0, minor_of(spent_pico, currency) - posted_minor)


def shuffled(names: Sequence[str], seed: int) -> list[str]:
    """The order in which models are shown, by its seed."""
    found = list(names)
    random.Random(seed).shuffle(found)  # noqa: S311  # drawn by a secret seed that is kept
    return found


def seed_of(draw: int) -> int:
    """A seed as every server takes one, of a number drawn anywhere."""
    return draw % (1 << _SEED_BITS)
