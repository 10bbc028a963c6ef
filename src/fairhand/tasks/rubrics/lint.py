"""What a good criterion avoids: hints while a rubric is written, in English and Arabic. Pure.

They are read off the words, not understood: a hint can be wrong, and refuses nothing unless a template insists on it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from fairhand.tasks.rubrics.tree import Node, walk

CODES = ("atomic", "alone", "vague", "overlap", "no_negative")
_ALIKE = 0.75  # share of words that two criteria have in common
_WORDS_LEAST = 3
_QUOTE_CHARS_MAX = 60


@dataclass(frozen=True, slots=True)
class Hint:
    """`place`: the node's number in the order of the page, from 0; None: the rubric as a whole. `quote`: its words."""

    place: int | None
    code: str
    why: str
    quote: str = ""


_VERBS = (
    "advise|acknowledge|address|analyse|analyze|answer|apply|ask|assess|avoid|calculate|cite|clarify|compare|compute|"
    "conclude|consider|correct|define|demonstrate|describe|discuss|encourage|ensure|estimate|evaluate|explain|express|"
    "give|handle|highlight|identify|implement|include|indicate|instruct|interpret|justify|list|mention|name|note|offer|"
    "outline|point|prove|provide|quote|recognise|recognize|recommend|refer|refuse|reject|report|request|respond|return|"
    "say|specify|state|suggest|summarise|summarize|support|tell|translate|use|warn|write"
)
_SPEAKS = rf"(?:does not |do not |doesn't |also |then |clearly |correctly )*(?:{_VERBS})(?:e?s)?"
_ARABIC_VERBS = (
    "ذكر|شرح|وضح|نصح|وصي|ستشهد|حدد|قدم|تضمن|صف|عرض|حذر|قترح|قارن|عدد|بين|شير|طلب|رفض|تجنب|سأل|جيب|ثبت|حسب|ستخدم|عرف"
)
_TWO = re.compile(
    rf"(?:,? and|;| as well as|,? but) (?P<en>{_SPEAKS})\b(?= \w)"
    rf"|[^\W\d_]{{3}}[.!?؟] +(?-i:(?=[A-Z\u0621-\u064a]))(?P<next>\S+)"
    rf"|(?:^|[\s،])(?P<ar>و(?:لا |أن )?[تي](?:{_ARABIC_VERBS})\w*)"
    r"|(?P<also>وكذلك|بالإضافة إلى ذلك|in addition,)",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"\b(?:(?:as |see |mentioned |listed |stated |described |the )?above\b(?! (?:all|average|\d))|aforementioned"
    r"|(?:the )?(?:previous|preceding|last|first|second|other|next) criteri(?:on|a)|criterion \d+"
    r"|as mentioned|as before|same as before|ibid|the former|the latter|(?:these|those) (?:points|items|criteria))"
    r"|أعلاه|آنف\w*|سابقة? الذكر|المعيار (?:السابق|الأول|التالي|الآخر)|كما سبق|مما سبق|المذكورة? سابق\w*",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"^(?:it|this|that|they|these|those|he|she)\b|^(?:هذا|هذه|ذلك|هو|هي) ", re.IGNORECASE)
_VAGUE = re.compile(
    r"\b(?:good|bad|nice|great|excellent|poor|appropriate(?:ly)?|adequate(?:ly)?|reasonabl[ey]|sufficient(?:ly)?"
    r"|proper(?:ly)?|suitabl[ey]|well[- ](?:written|structured|organi[sz]ed|explained)|high[- ]quality|helpful(?:ly)?"
    r"|thorough(?:ly)?|comprehensive(?:ly)?|insightful|engaging|interesting|satisfactory|decent|effective(?:ly)?"
    r"|and so on|etc)\b"
    r"|(?<!\w)(?:ال|بال|ب)?(?:جيد|ممتاز|مناسب|ملائم|كافي|معقول|وافي|لائق|مفيد|شامل|فعال)(?:ة|ا|اً|ًا|ين|ون)?(?!\w)"  # noqa: RUF001
    r"|(?<!\w)(?:كافٍ|وافٍ|بشكل (?:جيد|مناسب|كافٍ|عام)|وما إلى ذلك|إلخ)(?!\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(_WORD.findall(
    "a an the of to in on at is are be for with that or and it its as by from if not does do response answer model "
    "في من على إلى عن أن لا ما أو الإجابة الرد"
))  # fmt: skip
_MARKS = re.compile("[\u064b-\u0652\u0640]")


def lint(nodes: Sequence[Node]) -> list[Hint]:
    """Hints by place. Codes: those of CODES; groups are headings, and get none of their own."""
    every = list(walk(nodes))
    found = [hint for place, (_, node) in enumerate(every) if not node.children for hint in _own(place, node.text)]
    criteria = [(place, above, node) for place, (above, node) in enumerate(every) if not node.children]
    found += _alike([(place, node.text) for place, _, node in criteria])
    found.sort(key=lambda hint: (hint.place, CODES.index(hint.code)))
    if criteria and all(node.weight >= 0 for _, _, node in criteria):
        why = "has no criterion of negative weight: what should cost points if an answer does it?"
        found.append(Hint(None, "no_negative", why))
    return found


def _own(place: int, text: str) -> list[Hint]:
    found = []
    if two := _TWO.search(text):
        quote = next(each for each in two.groups() if each is not None)
        found.append(Hint(place, "atomic", "seems to ask for two things: split it", quote[:_QUOTE_CHARS_MAX]))
    if leans := _LEANS.search(text) or _PRONOUN.search(text):
        why = "points to something outside itself: whoever scores may see it alone"
        found.append(Hint(place, "alone", why, leans[0].strip()[:_QUOTE_CHARS_MAX]))
    if vague := _VAGUE.search(text):
        why = "has a word that two people read in two ways: say what would be seen"
        found.append(Hint(place, "vague", why, vague[0].strip()[:_QUOTE_CHARS_MAX]))
    return found


def _alike(criteria: Sequence[tuple[int, str]]) -> list[Hint]:
    """A hint on the later of two that say nearly the same; one each.

    Two that share so much share one of the rarest words of each, as many as may differ and one more: only such pairs
    are compared, so that a file of thousands is looked through at once.
    """
    words = [_words(text) for _, text in criteria]
    often = Counter(word for mine in words for word in mine)
    having: dict[str, list[int]] = {}
    found = []
    for at, mine in enumerate(words):
        if len(mine) < _WORDS_LEAST:
            continue
        rarest = sorted(mine, key=lambda word: (often[word], word))[: len(mine) - ceil(_ALIKE * len(mine)) + 1]
        near = sorted({earlier for word in rarest for earlier in having.get(word, ())})
        alike = next((n for n in near if len(mine & words[n]) >= _ALIKE * len(mine | words[n])), None)
        if alike is not None:
            why = "says nearly what an earlier one says: a thing would count twice"
            found.append(Hint(criteria[at][0], "overlap", why, criteria[alike][1][:_QUOTE_CHARS_MAX]))
        for word in rarest:
            having.setdefault(word, []).append(at)
    return found


def _words(text: str) -> frozenset[str]:
    folded = _MARKS.sub("", text).casefold()
    return frozenset(_WORD.findall(folded)) - _SMALL
