"""What is counted and known of a text in some language: its words, and the side that the language begins on. Pure."""

import re
import unicodedata

# Between words stands space; where a script puts none (Chinese, Japanese), each of its characters is a word.
# ui/src/parts/language.ts counts the same way: space is spelled out, since the two languages' own classes differ.
_SPACE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_ALONE = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(f"[{_ALONE}]|[^{_SPACE}{_ALONE}]+")
_RIGHT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"})
_RIGHT_LANGUAGES = frozenset(
    "ar arc arz apc acm acq ajp aeb ary ckb dv fa he ks nqo pnb prs ps sd syr ug ur yi".split()  # noqa: SIM905
)
# A language tag as BCP 47 has it: language, script, region, variants.
TAG = r"^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3})){0,3}$"


def words_in(text: str) -> int:
    """How many words a text has: what stands between space and holds a letter or a digit, so that no dash counts."""
    return sum(any(unicodedata.category(char)[0] in "LN" for char in token) for token in _TOKEN.findall(text))


def direction_of(language: str | None) -> str:
    """`rtl` or `ltr`; `auto` where no language is named."""
    if language is None:
        return "auto"
    first, *rest = language.lower().split("-")
    script = rest[0] if rest and len(rest[0]) == 4 and rest[0].isalpha() else ""
    right = script in _RIGHT_SCRIPTS if script else first in _RIGHT_LANGUAGES
    return "rtl" if right else "ltr"
