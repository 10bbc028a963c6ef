"""Languages and countries as codes (ISO 639, ISO 3166) and by name, from Unicode's tables that Babel carries. Pure."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.localedata import exists

# In Unicode's table and yet no country of ISO 3166: groups, the unknown, and places that are only reserved.
_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
_NO_LANGUAGES = frozenset({"und", "mul", "zxx", "mis"})
# In these languages people write names of languages and countries by hand: they are tried in this order.
_WRITTEN_IN = (
    "en", "ar", "fr", "es", "de", "pt", "it", "nl", "tr", "fa", "ur", "he", "ru", "uk", "pl", "cs", "sk", "ro", "hu",
    "el", "bg", "sr", "hr", "sv", "da", "nb", "fi", "hi", "bn", "ta", "te", "mr", "gu", "pa", "id", "ms", "vi", "th",
    "zh", "ja", "ko", "sw", "am", "ha", "yo", "so", "ku",
)  # fmt: skip
_SHORT = {"uk": "GB", "u.k.": "GB", "usa": "US", "u.s.a.": "US", "u.s.": "US", "uae": "AE", "ksa": "SA"}


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@lru_cache
def language_codes() -> frozenset[str]:
    """Every language somebody can choose: those of two letters, and those of three that Unicode has texts in."""
    known = (code for code in Locale.parse("en").languages if code.isascii() and code.isalpha() and code.islower())
    return frozenset(code for code in known if code not in _NO_LANGUAGES and (len(code) == 2 or exists(code)))


@lru_cache
def country_codes() -> frozenset[str]:
    """Every country somebody can choose."""
    known = (code for code in Locale.parse("en").territories if len(code) == 2 and code.isalpha())
    return frozenset(code for code in known if code not in _NO_COUNTRIES)


@lru_cache(maxsize=4096)
def language_name(code: str, reader: str) -> str:
    """What a language is called in the reader's; its code where it has no name."""
    return str(_locale(reader).languages.get(code) or Locale.parse("en").languages.get(code) or code)


@lru_cache(maxsize=4096)
def country_name(code: str, reader: str) -> str:
    """What a country is called in the reader's language; its code where it has no name."""
    return str(_locale(reader).territories.get(code) or Locale.parse("en").territories.get(code) or code)


@lru_cache(maxsize=16)
def languages(reader: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of all, by name as the reader writes it."""
    return _by_name(((code, language_name(code, reader)) for code in language_codes()), reader)


@lru_cache(maxsize=16)
def countries(reader: str) -> tuple[tuple[str, str], ...]:
    """The same for countries."""
    return _by_name(((code, country_name(code, reader)) for code in country_codes()), reader)


def _by_name(rows: Iterator[tuple[str, str]], reader: str) -> tuple[tuple[str, str], ...]:
    """Names that are left in English stand behind those in another script."""
    latin = reader.startswith("en")
    return tuple(sorted(rows, key=lambda row: (row[1].isascii() and not latin, row[1].casefold(), row[0])))


def language_code(text: str) -> str:
    """The code of a language written by hand, by its name in a wide-spread language or by its code; "" if unknown."""
    found = _plain(text)
    return found if found in language_codes() else _by_written()[0].get(found, "")


def country_code(text: str) -> str:
    """The same for a country."""
    code = text.strip().upper()
    return code if code in country_codes() else _by_written()[1].get(_plain(text), "")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@lru_cache(maxsize=1)
def _by_written() -> tuple[dict[str, str], dict[str, str]]:
    """Name in any of the languages -> code, for languages and for countries. An earlier language wins."""
    tongues: dict[str, str] = {}
    lands: dict[str, str] = dict(_SHORT)
    for reader in _WRITTEN_IN:
        for codes, name, found in _TABLES:
            into = tongues if found == "languages" else lands
            for code in sorted(codes()):
                into.setdefault(_plain(name(code, reader)), code)
    return tongues, lands


_TABLES: tuple[tuple[Callable[[], frozenset[str]], Callable[[str, str], str], str], ...] = (
    (language_codes, language_name, "languages"),
    (country_codes, country_name, "countries"),
)
