"""Every house rule with what it takes for good and for bad, and the house itself."""

from pathlib import Path

import pytest

from tools.tidy import EXCEPTIONS, FILE_LINES_MAX, FUNCTION_LINES_MAX, RULES, File, Found, judge, plugins, read, tidy

ROOT = Path(__file__).parents[2]


def rules_broken(path: str, text: str) -> list[str]:
    return sorted({hit.rule for hit in judge(File(path, text))})


def body(lines: int) -> str:
    return "def f() -> None:\n" + "    x = 1\n" * lines


def command(text: str) -> tuple[str, str, str]:
    """Text that breaks a rule in a query, and none in a command."""
    return "write", "src/fairhand/tasks/queries.py", text


BAD: list[tuple[str, str, str]] = [
    ("file-length", "src/fairhand/work/rules.py", "x = 1\n" * (FILE_LINES_MAX + 1)),
    ("file-length", "ui/src/work.ts", "let x;\n" * (FILE_LINES_MAX + 1)),
    ("file-length", "src/fairhand/work/sql/0001.sql", "--\n" * (FILE_LINES_MAX + 1)),
    ("function-length", "src/fairhand/work/rules.py", body(FUNCTION_LINES_MAX)),
    ("function-length", "tests/rules/test_x.py", "async " + body(FUNCTION_LINES_MAX)),
    ("local-import", "src/fairhand/work/rules.py", "def f():\n    from fairhand.tasks import fields\n"),
    ("local-import", "src/fairhand/work/rules.py", "def f():\n    import fairhand_pay.terms\n"),
    ("local-import", "src/fairhand/work/rules.py", "def f():\n    from . import queries\n"),
    ("local-import", "src/fairhand/work/rules.py", "def f():\n    if x:\n        import_module('fairhand.work')\n"),
    ("local-import", "src/fairhand/work/apps.py", "class C:\n    def go(self):\n        import fairhand.work.jobs\n"),
    ("local-import", "src/fairhand/work/rules.py", "def ready():\n    import fairhand.work.jobs\n"),
    ("clock", "src/fairhand/work/commands.py", "from datetime import datetime\nx = datetime.now(UTC)\n"),
    ("clock", "src/fairhand/work/commands.py", "import datetime\nx = datetime.datetime.utcnow()\n"),
    ("clock", "src/fairhand/work/models.py", "at = DateTimeField(default=timezone.now)\n"),
    ("clock", "src/fairhand/work/commands.py", "from fairhand.kernel.clock import utc_now as look\n"),
    ("clock", "src/fairhand/work/commands.py", "from time import time\n"),
    ("clock", "src/fairhand/work/commands.py", "import time\nx = time.time()\n"),
    ("clock", "src/fairhand/work/commands.py", "x = date.today()\n"),
    ("clock", "src/fairhand/work/queries.py", "from django.db.models.functions import Now\n"),
    ("clock", "src/fairhand/work/queries.py", 'Q = "SELECT 1 WHERE at < now()"\n'),
    ("clock", "src/fairhand/work/sql/0001.sql", "UPDATE x SET at = clock_timestamp();\n"),
    ("clock", "src/fairhand/kernel/clock.py", "def utc_now():\n    return 1\n"),
    ("float", "src/fairhand_pay/terms.py", "x = 0.5\n"),
    ("float", "src/fairhand_pay/terms.py", "x = float('1')\n"),
    ("float", "src/fairhand/kernel/money.py", "x: float = y\n"),
    ("float", "src/fairhand/ledger/commands.py", "x = 1e3\n"),
    ("float", "src/fairhand/pay/queries.py", "x = [1, -2.5]\n"),
    command("Task.objects.create(key=1)\n"),
    command("Task.objects.filter(a=1).update(state='open')\n"),
    command("Task.objects.filter(a=1).delete()\n"),
    command("task.save()\n"),
    command("task.save(update_fields=['a'])\n"),
    command("Task.objects.bulk_create(rows)\n"),
    command("Task.objects.get_or_create(key=1)\n"),
    command("await Task.objects.acreate(key=1)\n"),
    command("Q = '''\nINSERT INTO task (id) VALUES (%s)\n'''\n"),
    command("Q = 'WITH x AS (SELECT 1) UPDATE task t SET a = 1'\n"),
    command("Q = f'DELETE FROM {table}'\n"),
    command("cursor.execute('TRUNCATE task')\n"),
    ("write", "src/fairhand/web/views.py", "request.user.save()\n"),
    ("write", "src/fairhand/packs/reader.py", "Task.objects.create(key=1)\n"),
    ("state-move", "src/fairhand/work/commands.py", "claim.state = 'live'\n"),
    ("state-move", "src/fairhand/flow/submit_work.py", "a = claim.slot.state = 'live'\n"),
    ("state-move", "src/fairhand/flow/submit_work.py", "claim.state += 'live'\n"),
    ("catch-all", "src/fairhand/cli/up.py", "try:\n    x\nexcept Exception:\n    pass\n"),
    ("catch-all", "src/fairhand/cli/up.py", "try:\n    x\nexcept:\n    pass\n"),
    ("catch-all", "src/fairhand/cli/up.py", "try:\n    x\nexcept (ValueError, BaseException) as e:\n    pass\n"),
    ("catch-all", "src/fairhand/cli/up.py", "try:\n    x\nexcept Exception:  # noqa: BLE001\n    pass\n"),
    ("catch-all", "src/fairhand/cli/up.py", "try:\n    x\nexcept Exception:  # oops\n    pass\n"),
    ("catch-all", "src/fairhand/cli/up.py", "with contextlib.suppress(Exception):\n    x\n"),
    ("request-spread", "src/fairhand/web/views.py", "Task.objects.filter(**request.GET.dict())\n"),
    ("request-spread", "src/fairhand/web/views.py", "make(**{k: v for k, v in self.request.POST.items()})\n"),
    ("request-spread", "src/fairhand/api/tasks.py", "make(**json.loads(request.body))\n"),
    ("vague-name", "src/fairhand/work/utils.py", ""),
    ("vague-name", "src/fairhand/core/rules.py", ""),
    ("vague-name", "ui/src/helpers/x.ts", ""),
    ("vague-name", "ui/src/common.ts", ""),
    ("lock-address", "requirements/run.lock", "--index-url https://registry.example/simple\n"),
    ("lock-address", "ui/package-lock.json", '"resolved": "http://registry.example/x.tgz"\n'),
    ("outgoing", "src/fairhand/flow/tell.py", "import urllib.request\n"),
    ("outgoing", "src/fairhand/flow/tell.py", "import urllib\nurllib.request.urlopen(address)\n"),
    ("outgoing", "src/fairhand/flow/tell.py", "from urllib import request\n"),
    ("outgoing", "src/fairhand/flow/tell.py", "from http.client import HTTPSConnection\n"),
    ("outgoing", "src/fairhand/inference/stream.py", "def f():\n    import requests as r\n"),
    ("outgoing", "src/fairhand/web/files.py", "from requests.adapters import HTTPAdapter\n"),
    ("outgoing", "src/fairhand/cli/model.py", "httpx = import_module('httpx')\n"),
    ("outgoing", "src/fairhand_pay/rates.py", "import socket\n"),
    ("outside", "Makefile", "data:\n\tcp ../" + "shared/data .\n"),
    ("syntax", "src/fairhand/work/rules.py", "def f(:\n"),
]

GOOD: list[tuple[str, str]] = [
    ("src/fairhand/outgoing/fetch.py", "import http.client\nimport socket\nfrom requests.certs import where\n"),
    ("src/fairhand/web/files.py", "from urllib.parse import quote\nfrom http import HTTPStatus\n"),
    ("src/fairhand/web/manager/x.py", "from fairhand.insight.requests import open_requests\nfrom . import requests\n"),
    ("src/fairhand/web/manager/x.py", "x = request.socket, self.ssl\n"),
    ("tests/model_server.py", "import socket\n"),
    ("src/fairhand/work/rules.py", "x = 1\n" * FILE_LINES_MAX),
    ("docs/reference/pay.md", "A line.\n" * 2 * FILE_LINES_MAX),
    ("src/fairhand/work/rules.py", body(FUNCTION_LINES_MAX - 1)),
    ("src/fairhand/work/rules.py", "from fairhand.tasks import fields\n\ndef f():\n    import json\n"),
    ("src/fairhand/work/apps.py", "class C:\n    def ready(self):\n        import fairhand.work.jobs\n"),
    ("tests/stories/test_x.py", "def test_x():\n    from fairhand.flow import jobs\n"),
    ("src/fairhand/web/views.py", "from fairhand.kernel.clock import utc_now\nx = utc_now()\n"),
    ("src/fairhand/flow/jobs.py", "from fairhand.kernel.clock import utc_now\nx = utc_now()\n"),
    ("src/fairhand/cli/up.py", "import time\nx = time.time()\n"),
    ("src/fairhand/work/commands.py", "import time\nx = time.monotonic()\ny = facts.now\nz = now()\n"),
    ("src/fairhand/work/commands.py", '"""What happens now()."""\n'),
    ("src/fairhand/work/sql/0001.sql", "SELECT 1; -- not now()\nSELECT p_now();\n"),
    ("src/fairhand/work/rules.py", "SHARE = 0.5\n"),
    ("src/fairhand_pay/terms.py", '"""Half is 0.5, float is not used."""\nx = 10**15\n'),
    ("src/fairhand/tasks/commands.py", "Task.objects.create(key=1)\nQ = 'INSERT INTO task (id) VALUES (%s)'\n"),
    ("src/fairhand/flow/submit_work.py", "Q = 'UPDATE slot SET a = 1'\n"),
    ("src/fairhand/tasks/migrations/0002_x.py", "Q = 'DELETE FROM task'\n"),
    ("src/fairhand/tasks/sql/0001_x.sql", "CREATE FUNCTION f() AS $$ UPDATE task SET a = 1 $$;\n"),
    ("src/fairhand/tasks/queries.py", "facts.update({'a': 1})\ndigest.update(raw)\nseen.update(a, b=1)\n"),
    (
        "src/fairhand/tasks/queries.py",
        '"""Update task set, insert into nothing."""\nQ = "SELECT 1 FOR UPDATE OF slot"\n',
    ),
    ("src/fairhand/web/views.py", "cache.delete('key')\nresponse.delete_cookie('x')\n"),
    ("tests/races/test_x.py", "Task.objects.create(key=1)\n"),
    ("src/fairhand/work/commands.py", "if claim.state == 'live':\n    state = claim.state\nrow = Row(state='live')\n"),
    ("src/fairhand/cli/supervisor.py", "self.state = 'up'\n"),
    (
        "src/fairhand/cli/up.py",
        "try:\n    x\nexcept Exception:  # whatever it was, the database is stopped\n    raise\n",
    ),
    ("src/fairhand/cli/up.py", "try:\n    x\nexcept (ValueError, OSError):\n    pass\n"),
    ("src/fairhand/cli/up.py", "with contextlib.suppress(FileNotFoundError):\n    x\n"),
    ("src/fairhand/web/views.py", "render(request, **context)\nmake(name=request.POST['name'])\n"),
    ("src/fairhand/work/commonplace.py", ""),
    ("requirements/run.lock", "django==5.2 \\\n    --hash=sha256:00\n"),
    ("ui/package.json", '"homepage": "https://example.org"\n'),
    ("README.md", "The commons are shared; ../share is not a place.\n"),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD, ids=lambda value: str(value)[:40])
def test_bad_is_found(rule: str, path: str, text: str) -> None:
    assert rules_broken(path, text) == [rule]


@pytest.mark.parametrize(("path", "text"), GOOD, ids=lambda value: str(value)[:40])
def test_good_is_let_be(path: str, text: str) -> None:
    assert rules_broken(path, text) == []


def test_every_rule_has_a_bad_case_and_a_reason() -> None:
    assert {rule for rule, _, _ in BAD} == {*RULES, "syntax"}
    for check in RULES.values():
        assert check.__doc__


@pytest.mark.parametrize(("path", "line"), [("src/fairhand/work/rules.py", 3), ("src/fairhand/work/sql/1.sql", 3)])
def test_a_hit_names_its_line(path: str, line: int) -> None:
    text = "\n\nSELECT now()" if path.endswith("sql") else "\n\nx = datetime.now(UTC)\n"
    (hit,) = judge(File(path, text))
    assert str(hit).startswith(f"{path}:{line}: clock: ")


PART = 'class Bonus:\n    name = "BONUS"\n    version = 1\nPART = Bonus()\n'
PLACE = "src/fairhand_pay/primitives/bonus.py"


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        ({PLACE: PART}, ["no test", "no page"]),
        ({PLACE: PART, "tests/rules/test_bonus.py": 'plan("BONUS")'}, ["no page"]),
        ({PLACE: PART, "docs/reference/pay.md": "`BONUS` adds."}, ["no test"]),
        ({PLACE: PART, "tests/rules/test_bonus.py": 'x("BONUS")', "docs/reference/pay.md": "`BONUS` adds."}, []),
        ({PLACE: PART, "tests/rules/test_bonus.py": "BONUS", "docs/reference/pay.md": "BONUS"}, ["no test", "no page"]),
        ({PLACE: "PART = Bonus(name='BONUS')\n", "docs/x.md": "`BONUS`"}, ["no test"]),
        ({PLACE: "class B:\n    name: str = 'BONUS'\n", "docs/x.md": "`BONUS`"}, ["no test"]),
        ({PLACE: "PART = 1\n", "docs/x.md": "`bonus`"}, ["no test"]),
        ({"src/fairhand_pay/primitives/_part.py": PART}, []),
        ({"src/fairhand_pay/primitives/__init__.py": PART}, []),
        ({"src/fairhand/tasks/fields/audio/part.py": "PART = 1\n"}, ["no test", "no page"]),
        ({"src/fairhand/tasks/fields/audio/checks.py": "PART = 1\n"}, []),
    ],
)
def test_a_plug_in_has_a_test_and_a_line_of_docs(files: dict[str, str], missing: list[str]) -> None:
    found = plugins(File(path, text) for path, text in files.items())
    assert [hit.why[:7] for hit in found] == missing


def test_an_exception_is_used_or_is_an_error() -> None:
    late = File("src/fairhand/work/commands.py", "x = date.today()\n")
    assert [hit.rule for hit in tidy([late], {})] == ["clock"]
    assert tidy([late], {("clock", late.path): "because"}) == []
    (unused,) = tidy([], {("clock", late.path): "because"})
    assert unused == Found("tools/tidy.py", 1, "exception", "")
    assert late.path in unused.why
    assert [hit.rule for hit in tidy([late], {("float", late.path): "because"})] == ["clock", "exception"]


def test_only_our_own_files_are_read(tmp_path: Path) -> None:
    for name in ("src/a.py", "node_modules/b.py", ".git/c.py", "src/__pycache__/d.py", "src/static/e.css", "f.bin"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "outside.py").symlink_to("/etc/hostname")
    assert [file.path for file in read(tmp_path)] == ["src/a.py"]


def test_the_house_is_tidy() -> None:
    found = tidy(read(ROOT), EXCEPTIONS)
    assert not found, "\n".join(map(str, found))
    assert all(len(reason) > 5 for reason in EXCEPTIONS.values())
