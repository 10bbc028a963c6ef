"""Row ids: UUID version 7 (RFC 9562), made on our side so that a command knows its ids before it writes."""

import os
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from uuid import UUID

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
# Crockford's alphabet without letters that are read as digits: pseudonyms are read aloud on the phone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(at: datetime) -> UUID:
    """A version 7 UUID whose leading 48 bits are `at` in milliseconds; the other 74 bits are random.

    The id tells its age, so ids of tasks, slots and people are not shown to experts.
    """
    milliseconds = int(at.timestamp() * 1000)
    rand = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76
    value |= ((rand >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= rand & (2**62 - 1)
    return UUID(int=value)


def ids_in_order(at: datetime) -> Iterator[UUID]:
    """Version 7 UUIDs of one moment, each above the one before it (RFC 9562, 6.2, method 1): rows keep the order in
    which they were made. A counter of 32 bits that begins in its lower half, and 42 random bits."""
    base = (int(at.timestamp() * 1000) & (2**48 - 1)) << 80 | 0x7 << 76 | 0b10 << 62
    for counter in count(int.from_bytes(os.urandom(4), "big") >> 1):
        rand = int.from_bytes(os.urandom(6), "big") & (2**42 - 1)
        yield UUID(int=base | (counter >> 20 & 0xFFF) << 64 | (counter & (2**20 - 1)) << 42 | rand)


def is_slug(text: str) -> bool:
    """Whether `text` may stand in an address: 1 to 64 of a-z, 0-9 and inner hyphens."""
    return _SLUG.fullmatch(text) is not None


def new_alias(prefix: str) -> str:
    """A pseudonym such as `E-7K2QF`: 25 random bits, so people of one project seldom collide (callers retry)."""
    rand = int.from_bytes(os.urandom(4), "big")
    return f"{prefix}-" + "".join(_ALPHABET[(rand >> shift) & 31] for shift in (20, 15, 10, 5, 0))
