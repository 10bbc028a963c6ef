"""A small good pack, and the ways to spoil it that the tests of packs share."""

from collections.abc import Callable
from pathlib import Path

Change = Callable[[Path], None]

PROJECT = """\
pack = 1
slug = "pairs"
name = { en = "Pairs", ar = "أزواج" }
summary = "Which answer is better?"
client = "A client"
currency = "USD"
budget = "100.00"
languages = ["en"]
experts_wanted = 3
reviewers_wanted = 1

[licence]
name = "CC BY 4.0"
url = "https://creativecommons.org/licenses/by/4.0/"
attribution = "Somebody"

[template]
version = 1
layout = { kind = "pair", left = "answer_1", right = "answer_2" }
fields = [
  { name = "prompt", type = "text", label = "Prompt" },
  { name = "answer_1", type = "text", label = "A", blank = true },
  { name = "answer_2", type = "text", label = "B", blank = true },
]

[[template.questions]]
name = "winner"
type = "choice"
label = "Better?"
options = [
  { value = "left", label = "A", key = "1" },
  { value = "right", label = "B", key = "2" },
]

[[template.questions]]
name = "comment"
type = "text"
label = "Why?"
required = false
chars_max = 20

[[stages]]
name = "attempt"
kind = "attempt"
subject = "none"
want = 2
lease_s = 600
claim_s_max = 1200
pay = { preset = "hourly", rate = "15.00", paid_s_max = 900 }

[[stages]]
name = "review"
kind = "review"
subject = "one"
lease_s = 600
claim_s_max = 1200
pay = { preset = "per_unit", unit = "review", price = "0.08" }
policy = { name = "sample", share = "0.5", seed = "s" }

[history]
reviewers = ["reviewer-1"]

[history.columns]
expert = "who"
task = "item"
seconds = "secs"
answers = { winner = "won", comment = "why" }

[history.values.winner]
0 = "left"
1 = "right"

[delivery]
formats = ["jsonl", "trl_preference"]
preference = { prompt = "prompt", left = "answer_1", right = "answer_2", question = "winner", left_value = "left", right_value = "right" }
"""  # noqa: E501  # an inline table of TOML is one line
TASKS = """\
{"key": "t1", "payload": {"prompt": "Say hi", "answer_1": "hi", "answer_2": ""}}
{"key": "t2", "payload": {"prompt": "قل مرحبًا", "answer_1": "مرحبًا", "answer_2": "   "}, "want": 3}
"""
GOLD = (
    '{"key": "g1", "payload": {"prompt": "p", "answer_1": "a", "answer_2": "b"}, "answer": {"winner": "left"}, '
    '"reason": "A is right."}\n'
)
JUDGEMENTS = """\
who,item,won,why,secs,gold
w1,t1,0,,12,0
w2,t1,1,"Better, and
shorter",30,0
w1,t2,1,,7,1
w1,t2,0,again,9,1
w3,t2,0,,900,1
"""


def make_good(folder: Path) -> Path:
    """Write the good pack into a folder that is made for it."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "project.toml": PROJECT,
        "guideline.md": "# Pairs\n\nChoose.\n",
        "guideline.ar.md": "# أزواج\n\nاختر.\n",
        "tasks.jsonl": TASKS,
        "gold.jsonl": GOLD,
        "judgements.csv": JUDGEMENTS,
        "ATTRIBUTION.md": "By somebody.\n",
        "LICENSE": "Do what you like.\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def line_with(text: str, part: str) -> int:
    """The line on which something stands first, counted from 1."""
    return text[: text.index(part)].count("\n") + 1


def swap(name: str, old: str, new: str) -> Change:
    """Replace the first place where `old` stands; it must be there."""

    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def add(name: str, text: str) -> Change:
    """Add to the end."""

    def change(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8", newline="") as file:
            file.write(text)

    return change


def put(name: str, data: bytes | str) -> Change:
    """Write a file anew."""
    return lambda folder: _put(folder / name, data)


def _put(path: Path, data: bytes | str) -> None:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def drop(name: str) -> Change:
    """Take a file away."""
    return lambda folder: (folder / name).unlink()


def task(key: str = "t9", prompt: str = "p", extra: str = "") -> Change:
    """Add a third task; the parts are written as they stand inside JSON."""
    payload = f'{{"prompt": "{prompt}", "answer_1": "a", "answer_2": "b"}}'
    return add("tasks.jsonl", f'{{"key": "{key}", "payload": {payload}{extra}}}\n')


def row(text: str) -> Change:
    """Add a row to the judgements; it stands on line 8."""
    return add("judgements.csv", text + "\n")
