"""Kinds of bad pack: each is refused with its file, its line and a reason, and never with another exception."""

import os
import socket
import tracemalloc
from pathlib import Path

import pytest

from fairhand.packs import PackRefused, read_pack
from tests.rules.pack_cases import PROJECT, Change, add, drop, line_with, make_good, put, row, swap, task

P, T, G, J = "project.toml", "tasks.jsonl", "gold.jsonl", "judgements.csv"
HISTORY = PROJECT[PROJECT.index("[history]") : PROJECT.index("[delivery]")]
Case = tuple[str, Change, str, int | None, str]


def toml(name: str, old: str, new: str, why: str, at: str = "") -> Case:
    """A case of project.toml: `old` becomes `new`; the fault is named where that stands, or where `at` does."""
    return (name, swap(P, old, new), P, line_with(PROJECT.replace(old, new, 1), at or new), why)


def _link(name: str, target: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(target)

    return change


def _outside(folder: Path) -> None:
    (folder.parent / "secret.jsonl").write_text((folder / T).read_text())
    _link(T, "../secret.jsonl")(folder)


def _folder_instead(folder: Path) -> None:
    (folder / T).unlink()
    (folder / T).mkdir()


def _pipe(folder: Path) -> None:
    (folder / J).unlink()
    os.mkfifo(folder / J)


def _socket(folder: Path) -> None:
    (folder / J).unlink()
    # The path of a socket is short on every system, so it is bound from inside.
    here = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(J)
    finally:
        os.chdir(here)


def _hole(folder: Path) -> None:
    with (folder / T).open("wb") as file:
        file.truncate(2 * 1024**3)


def _many_files(folder: Path) -> None:
    for number in range(101):
        (folder / f".{number}").touch()


FILES: list[Case] = [
    ("no project", drop(P), P, None, "missing"),
    ("no guideline", drop("guideline.md"), "guideline.md", None, "missing"),
    ("no tasks", drop(T), T, None, "missing"),
    ("no attribution", drop("ATTRIBUTION.md"), "ATTRIBUTION.md", None, "missing"),
    ("history without judgements", drop(J), J, None, "missing"),
    ("misspelt file", put("judgments.csv", "x"), "'judgments.csv'", None, "not a file of a pack"),
    ("guideline of no language", put("guideline.english.md", "x"), "'guideline.english.md'", None, "not a file"),
    ("hundreds of files", _many_files, "good", None, "more than 100 files"),
    ("empty project", put(P, ""), P, None, "empty"),
    ("empty guideline", put("guideline.md", "  \n"), "guideline.md", None, "empty"),
    ("empty tasks", put(T, ""), T, None, "empty"),
    ("empty gold", put(G, ""), G, None, "empty"),
    ("empty judgements", put(J, ""), J, None, "no judgements"),
    ("header alone", put(J, "who,item,won,why,secs\n"), J, None, "no judgements"),
    ("link out of the folder", _outside, T, None, "leaves the pack's folder"),
    ("link to a device", _link(T, "/dev/zero"), T, None, "leaves the pack's folder"),
    ("link to nothing", _link(T, "nowhere"), T, None, "link to nothing"),
    ("circle of links", _link(T, T), T, None, "cannot be read"),
    ("folder as a file", _folder_instead, T, None, "is a folder"),
    ("named pipe", _pipe, J, None, "named pipe"),
    ("socket", _socket, J, None, "socket"),
    ("two gigabytes of nothing", _hole, T, None, "bytes; at most"),
    ("guideline of a megabyte", put("guideline.md", "x" * 2**20), "guideline.md", None, "bytes; at most"),
    ("Latin-1 tasks", put(T, b'{"key": "t1", "payload": {"prompt": "caf\xe9"}}\n'), T, 1, "0xe9 at offset 40"),
    ("Latin-1 judgements", lambda f: _append_bytes(f / J, b"w1,t1,0,caf\xe9,1,0\n"), J, 8, "UTF-8"),
    ("Latin-1 guideline", put("guideline.md", b"ok\ncaf\xe9\n"), "guideline.md", 2, "UTF-8"),
    ("UTF-16 project", put(P, PROJECT.encode("utf-16")), P, 1, "UTF-8"),
    ("byte order mark", lambda f: _prepend(f / J, b"\xef\xbb\xbf"), J, 1, "byte order mark"),
    ("NUL in a guideline", put("guideline.md", "a\nb\0"), "guideline.md", 2, "U+0000"),
]  # fmt: skip


def _append_bytes(path: Path, data: bytes) -> None:
    path.write_bytes(path.read_bytes() + data)


def _prepend(path: Path, data: bytes) -> None:
    path.write_bytes(data + path.read_bytes())


PROJECTS: list[Case] = [
    ("broken TOML", add(P, "[broken\n"), P, PROJECT.count("\n") + 1, "not TOML"),
    ("TOML of a hundred thousand brackets", add(P, "deep = " + "[" * 100_000), P, None, "nested too deeply"),
    ("TOML key of a hundred thousand parts", add(P, "a" + ".a" * 100_000 + " = 1"), P, PROJECT.count("\n") + 1, "dots"),
    ("TOML number of five thousand digits", add(P, "x = " + "9" * 5000), P, None, "not TOML"),
    toml("a unit that nothing counts", 'unit = "review"', 'unit = "word"', "isn't counted at a stage of kind review"),
    toml("a key twice", 'slug = "pairs"', 'slug = "pairs"\nslug = "again"', "not TOML", 'slug = "again"'),
    toml("unknown key", 'client = "A client"', 'client = "A client"\nclint = 1', "not a key", "clint"),
    toml("pack of another version", "pack = 1", "pack = 2", "must be 1"),
    toml("slug that leaves the folder", '"pairs"', '"../../etc"', "a-z"),
    toml("slug with a direction override", '"pairs"', '"pa\u202eirs"', "a-z"),
    toml("name with a direction override", 'en = "Pairs"', 'en = "Pa\u202eirs"', "U+202E"),
    toml("name with an isolate", 'en = "Pairs"', 'en = "Pa\u2066irs"', "U+2066"),
    toml("label with an invisible space", 'label = "Better?"', 'label = "Bet\u200bter?"', "U+200B"),
    toml("name without English", 'en = "Pairs", ', "", "English", "name ="),
    toml("control character in a text", '"Which answer is better?"', '"a\\u0000b"', "U+0000"),
    toml("text as a number", '"A client"', "7", "must be text"),
    toml("number as a text", "experts_wanted = 3", 'experts_wanted = "3"', "whole number"),
    toml("unknown currency", '"USD"', '"XYZ"', "currency"),
    toml("too many digits for the currency", '"100.00"', '"100.001"', "more digits"),
    toml("budget of an absurd size", '"100.00"', '"9999999999999999.00"', "largest amount"),
    toml("budget as a float", '"100.00"', "100.0", "must be text"),
    toml("budget with an exponent", '"100.00"', '"1e999"', "plain decimal"),
    toml("budget below the ceiling", '"100.00"', '"20.60"', "need $20.87"),
    toml(
        "unpaid preparation of half an hour",
        "[licence]",
        "[preparation]\nminutes = 30\n\n[licence]",
        "let the operator",
        "minutes = 30",
    ),
    toml(
        "something waived that needs no waiver",
        "[licence]",
        '[preparation]\nminutes = 15\nwaived = "Since."\n\n[licence]',
        "nothing to waive",
        "waived =",
    ),
    toml("a language twice", '["en"]', '["en", "en"]', "twice"),
    toml("infinite experts", "experts_wanted = 3", "experts_wanted = inf", "whole number"),
    toml("too many experts", "experts_wanted = 3", f"experts_wanted = {10**30}", "at most"),
    toml("fewer seats than experts", "experts_wanted = 3", "experts_wanted = 2", "names 3 experts"),
    toml("link with a script", '"https://creativecommons.org/licenses/by/4.0/"', '"javascript:alert(1)"', "form"),
    toml("no licence", '[licence]\nname = "CC BY 4.0"\n', "[licence]\n", "missing"),
    toml("unknown field type", 'name = "prompt", type = "text"', 'name = "prompt", type = "hologram"', "'text'"),
    toml("unknown question type", 'type = "choice"', 'type = "guess"', "'choice'"),
    toml(
        "two fields of one name",
        'name = "answer_2", type',
        'name = "answer_1", type',
        "earlier field",
        'label = "B", blank',
    ),
    toml("field name with a space", 'name = "prompt"', 'name = "the prompt"', "form"),
    toml("layout of an unknown field", 'right = "answer_2" }\nfields', 'right = "answer_9" }\nfields', "not a field"),
    toml("two options of one value", 'value = "right"', 'value = "left"', "two options", "[[template.questions]]"),
    toml("one option only", '  { value = "right", label = "B", key = "2" },\n', "", "at least 2", "options ="),
    toml(
        "an adjudication about one submission",
        'kind = "review"',
        'kind = "adjudicate"',
        'write "all"',
        'subject = "one"',
    ),
    toml("stage of an unknown kind", 'kind = "review"', 'kind = "guess"', "'review', 'audit' or 'adjudicate'"),
    toml("two attempt stages", 'kind = "review"', 'kind =  "attempt"', "and no other, is of kind attempt"),
    toml("no wanted attempts", "want = 2\n", "", "missing", "[[stages]]"),
    toml("lease above the claim", "lease_s = 600", "lease_s = 6000", "longer than claim_s_max", "[[stages]]"),
    toml("paid time above the claim", "paid_s_max = 900", "paid_s_max = 1300", "below claim_s_max"),
    toml("unknown pay preset", '"hourly"', '"yearly"', "not a pay preset"),
    toml(
        "pay that no project pays by yet",
        '{ preset = "hourly", rate = "15.00", paid_s_max = 900 }',
        '{ preset = "hourly", rate = "15.00", paid_s_max = 900, rates = { "project=a" = "16.00" } }',
        "by project",
    ),
    toml("negative rate", '"15.00"', '"-15.00"', "-15.00"),
    toml("rate as a float", '"15.00"', "15.0", "string"),
    toml("unknown review policy", 'name = "sample"', 'name = "hunch"', "not a review policy"),
    toml("review of more than everything", '"0.5"', '"1.5"', "between 0 and 1"),
    toml("no reviewer", '["reviewer-1"]', "[]", "at least one reviewer"),
    toml("reviewer who is an expert", '"reviewer-1"', '"w1"', "nobody reviews"),
    toml("reviewer as a formula", '"reviewer-1"', '"=cmd()"', "formula"),
    toml("answers without a required question", 'winner = "won", ', "", "required", "answers ="),
    toml("answer column of no question", 'comment = "why"', 'mood = "why"', "not a question"),
    toml("value that is no option", '1 = "right"', '1 = "middle"', "not an option"),
    toml("times missing where time is paid", 'seconds = "secs"\n', "", "not invented", "[history.columns]"),
    toml("preference without its format", ', "trl_preference"', "", "need each other", "[delivery]"),
    toml("preference of an unknown field", 'prompt = "prompt",', 'prompt = "question",', "not a field"),
    toml(
        "unknown delivery rule", "[delivery]\n", '[delivery]\nrule = "everything"\n', "accepted", 'rule = "everything"'
    ),
]

TASKS: list[Case] = [
    ("broken JSON", add(T, '{"key": "t9", \n'), T, 3, "not JSON"),
    ("a list for an object", add(T, "[1]\n"), T, 3, "object"),
    ("empty line", add(T, "\n"), T, 3, "empty line"),
    ("JSON key twice", task(extra=', "want": 1, "want": 2'), T, 3, "twice"),
    ("unknown JSON key", task(extra=', "wants": 2'), T, 3, "not a key"),
    ("ten thousand brackets", add(T, '{"key": ' + "[" * 10_000 + "\n"), T, 3, "nested too deeply"),
    ("ten thousand nested objects", add(T, '{"a":' * 10_000 + "1" + "}" * 10_000 + "\n"), T, 3, "nested too deeply"),
    ("task key twice", task(key="t1"), T, 3, "line 1 already"),
    ("task without a key", add(T, '{"payload": {}}\n'), T, 3, "missing"),
    ("task key as a number", add(T, '{"key": 7, "payload": {}}\n'), T, 3, "must be text"),
    ("task key with an override", task(key="t\u202e9"), T, 3, "U+202E"),
    ("task key with an escaped override", task(key="t\\u202e9"), T, 3, "U+202E"),
    ("task key with a hidden mark", task(key="t1\u200f"), T, 3, "direction mark"),
    ("task key as a formula", task(key="=1+1"), T, 3, "formula"),
    ("task key of another composition", task(key="cafe\u0301"), T, 3, "NFC"),
    ("task key of a thousand letters", task(key="k" * 1000), T, 3, "longer than"),
    ("no payload", add(T, '{"key": "t9"}\n'), T, 3, "table of names"),
    ("field missing", add(T, '{"key": "t9", "payload": {"prompt": "p", "answer_1": "a"}}\n'), T, 3, "missing"),
    ("field that must not be blank", task(prompt=" "), T, 3, "blank"),
    ("field unknown", swap(T, '"answer_2": ""', '"answer_2": "", "x": ""'), T, 1, "not part of the template"),
    ("field as a list", add(T, '{"key": "t9", "payload": {"prompt": ["p"], "answer_1": "", "answer_2": ""}}\n'), T, 3,
     "a list"),
    ("escaped NUL", task(prompt="a\\u0000"), T, 3, "U+0000"),
    ("escaped half of a pair", task(prompt="a\\ud800"), T, 3, "U+D800"),
    ("raw control character", task(prompt="a\x07"), T, 3, "U+0007"),
    ("payload above a megabyte", task(prompt="x" * (2**20 + 1)), T, 3, "larger than"),
    ("line above two megabytes", task(prompt="x" * 2**21), T, 3, "bytes long"),
    ("want as a float", task(extra=', "want": 2.0'), T, 3, "whole numbers"),
    ("want without end", task(extra=', "want": 1e999'), T, 3, "whole numbers"),
    ("want not a number", task(extra=', "want": NaN'), T, 3, "NaN"),
    ("want of five thousand digits", task(extra=', "want": ' + "9" * 5000), T, 3, "absurdly large"),
    ("want zero", task(extra=', "want": 0'), T, 3, "from 1 to 1000"),
    ("want true", task(extra=', "want": true'), T, 3, "whole number"),
    ("want of a million", task(extra=', "want": 1000000'), T, 3, "from 1 to 1000"),
    ("gold answer that is no option", swap(G, '"left"', '"middle"'), G, 1, "not one of the options"),
    ("gold without an answer", swap(G, '"answer": {"winner": "left"}, ', ""), G, 1, "table of names"),
    ("gold that is a task", swap(G, '"g1"', '"t1"'), G, 1, "of a task"),
    ("gold for evaluation", swap(G, '"reason"', '"use": "evaluation", "reason"'), G, 1, "not available yet"),
    ("gold with a reason in no language", swap(G, '"A is right."', '{"english": "yes"}'), G, 1, "language"),
]  # fmt: skip

JUDGEMENTS: list[Case] = [
    ("missing column", swap(J, ",secs,", ",time,"), J, 1, "missing"),
    ("column twice", swap(J, ",gold", ",secs"), J, 1, "two columns"),
    ("too few cells", row("w1,t1"), J, 8, "2 cells"),
    ("too many cells", row("w2,t2,0,,1,0,0"), J, 8, "7 cells"),
    ("empty row", row(""), J, 8, "empty line"),
    ("unknown task", row("w2,t9,0,,1,0"), J, 8, "not a task"),
    ("more experts than seats", row("w4,t2,0,,1,0"), P, 9, "names 4 experts"),
    ("expert missing", row(",t2,0,,1,0"), J, 8, "empty"),
    ("expert as a formula", row("=HYPERLINK(),t2,0,,1,0"), J, 8, "formula"),
    ("expert as a formula with an at", row("@SUM,t2,0,,1,0"), J, 8, "formula"),
    ("task as a formula", row("w2,+t2,0,,1,0"), J, 8, "formula"),
    ("expert with an override", row("w\u202e2,t2,0,,1,0"), J, 8, "U+202E"),
    ("expert with a space", row("w2 ,t2,0,,1,0"), J, 8, "space around"),
    ("answer that has no value", row("w2,t2,7,,1,0"), J, 8, "history.values"),
    ("answer missing", row("w2,t2,,,1,0"), J, 8, "missing"),
    ("answer too long", row("w2,t2,0," + "x" * 21 + ",1,0"), J, 8, "20 are allowed"),
    ("seconds missing", row("w2,t2,0,,,0"), J, 8, "paid by time"),
    ("seconds negative", row("w2,t2,0,,-5,0"), J, 8, "not a whole number"),
    ("seconds without end", row("w2,t2,0,,1e999,0"), J, 8, "not a whole number"),
    ("seconds not a number", row("w2,t2,0,,NaN,0"), J, 8, "not a whole number"),
    ("seconds with a point", row("w2,t2,0,,1.5,0"), J, 8, "not a whole number"),
    ("seconds in Arabic digits", row("w2,t2,0,,\u0661,0"), J, 8, "not a whole number"),
    ("seconds of thirty digits", row("w2,t2,0,," + "9" * 30 + ",0"), J, 8, "not a whole number"),
    ("seconds above the paid time", row("w2,t2,0,,901,0"), J, 8, "paid_s_max"),
    ("more judgements than wanted", row("w3,t1,0,,1,0"), J, 8, "wants 2 attempts"),
    ("quote left open", row('w2,t2,0,"oh,1,0'), J, 8, "not CSV"),
    ("quote left open over a megabyte", row('w2,t2,0,"oh\n' + 'x","\n' * 100_000), J, 8, "quote left open"),
    ("quote left open over a field", row('w2,t2,0,"oh\n' + "x,y\n" * 50_000), J, 8, "field limit"),
    ("old Mac line ends", put(J, "who,item,won,why,secs\rw1,t1,0,,1\r"), J, 1, "not CSV"),
    ("NUL", row("w2,t\x002,0,,1,0"), J, 8, "U+0000"),
    ("judgements that nobody explains", swap(P, HISTORY, ""), J, None, "no [history]"),
]  # fmt: skip
CASES = FILES + PROJECTS + TASKS + JUDGEMENTS


def test_the_good_pack_is_good(tmp_path: Path) -> None:
    assert read_pack(make_good(tmp_path / "good")).counts.judgements == 5


def test_there_are_more_than_forty_kinds() -> None:
    assert len({name for name, *_ in CASES}) == len(CASES) > 100


@pytest.mark.parametrize(
    ("change", "file", "line", "why"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_bad_pack_is_refused(tmp_path: Path, change: Change, file: str, line: int | None, why: str) -> None:
    folder = make_good(tmp_path / "good")
    change(folder)
    with pytest.raises(PackRefused) as refused:
        read_pack(folder)
    found = [error for error in refused.value.errors if (error.file, error.line) == (file, line)]
    assert any(why in str(error) for error in found), str(refused.value)
    for error in refused.value.errors:
        assert str(error).isprintable()
        assert len(str(error)) < 400, "a message quotes too much of what it refuses"


def test_a_line_of_200_megabytes_is_refused_without_being_held(tmp_path: Path) -> None:
    folder = make_good(tmp_path / "good")
    with (folder / T).open("ab") as file:
        file.write(b'{"key": "t9", "payload": {"prompt": "')
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b'"}}\n{"key": "t10"}\n')
    tracemalloc.start()
    try:
        with pytest.raises(PackRefused) as refused:
            read_pack(folder)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (refused.value.errors[0].file, refused.value.errors[0].line) == (T, 3)
    assert "200000041 bytes long" in refused.value.errors[0].why
    assert refused.value.errors[1].line == 4, "reading went on behind the long line"
    assert peak < 16_000_000, f"{peak} bytes were held at once"


def test_faults_are_counted_beyond_the_hundredth(tmp_path: Path) -> None:
    folder = make_good(tmp_path / "good")
    add(T, "no\n" * 250)(folder)
    with pytest.raises(PackRefused) as refused:
        read_pack(folder)
    assert len(refused.value.errors) == 100
    assert refused.value.more == 150
    assert str(refused.value).endswith("… and 150 more")


def test_reading_ends_when_nothing_is_right(tmp_path: Path) -> None:
    folder = make_good(tmp_path / "good")
    add(T, "\n" * 3_000_000)(folder)
    with pytest.raises(PackRefused) as refused:
        read_pack(folder)
    assert (len(refused.value.errors), refused.value.more) == (100, 9_900)


def test_faults_of_several_files_are_told_at_once(tmp_path: Path) -> None:
    folder = make_good(tmp_path / "good")
    for change in (task(key="=1"), swap(G, '"left"', '"up"'), row("w2,t2,0,,-1,0"), put("guideline.ar.md", "")):
        change(folder)
    with pytest.raises(PackRefused) as refused:
        read_pack(folder)
    assert {error.file for error in refused.value.errors} == {T, G, J, "guideline.ar.md"}


def test_a_broken_task_does_not_make_its_judgements_unknown(tmp_path: Path) -> None:
    folder = make_good(tmp_path / "good")
    swap(T, '{"key": "t2"', '{"key": "t2",,')(folder)
    with pytest.raises(PackRefused) as refused:
        read_pack(folder)
    assert [error.file for error in refused.value.errors] == [T]


@pytest.mark.parametrize("path", ["/nowhere/at/all", "x" * 5000, "a\0b", "/etc/hostname"])
def test_a_pack_that_is_no_folder_is_refused(path: str) -> None:
    with pytest.raises(PackRefused, match="not a folder"):
        read_pack(path)
