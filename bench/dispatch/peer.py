"""Label Studio, as its own people would run it: from PyPI in an environment of its own, under uwsgi, on PostgreSQL.

It gets the same database server as the product, tasks of the same size, as many annotators as there are clients, and
the two calls that its labelling page makes. Installed once into build/bench (about 1 GB); later runs find it there.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from bench.dispatch.servers import Running, free_port, serving
from bench.dispatch.texts import ANSWER as OURS
from bench.dispatch.texts import payload

VERSION = "1.23.2"
PACKAGES = (f"label-studio=={VERSION}", "uwsgi", "psycopg2-binary")
HOME = Path(__file__).resolve().parents[2] / "build" / "bench" / "label-studio"
PROCESSES = 2 * (os.cpu_count() or 1)  # two a core, as its own deployment has it
CONFIG = """<View><Text name="prompt" value="$prompt"/><Text name="left" value="$left"/>
<Text name="right" value="$right"/>
<Choices name="winner" toName="prompt"><Choice value="left"/><Choice value="right"/></Choices>
<TextArea name="why" toName="prompt"/></View>"""
ANSWER = [
    {"from_name": "winner", "to_name": "prompt", "type": "choices", "value": {"choices": ["left"]}},
    {
        "from_name": "why", "to_name": "prompt", "type": "textarea",
        "value": {"text": [OURS["why"]]},
    },
]  # fmt: skip

# Run by its own manage.py: people with tokens, a project, its annotators.
_SETUP = """
import json, os
from django.contrib.auth import get_user_model
from rest_framework.authtoken.models import Token
from organizations.models import Organization
from projects.models import Project
User = get_user_model()
users = [User.objects.create_user(email=f"a{n}@bench.example", username=f"a{n}", password="only-for-measuring-1")
         for n in range(int(os.environ["BENCH_PEOPLE"]))]
org = Organization.create_organization(created_by=users[0], title="Bench")
for user in users:
    if user is not users[0]:
        org.add_user(user)
    user.active_organization = org
    user.save()
org.jwt.legacy_api_tokens_enabled = True
org.jwt.save()
project = Project.objects.create(title="Bench", label_config=os.environ["BENCH_CONFIG"], organization=org,
                                 created_by=users[0], maximum_annotations=1)
print(json.dumps({"project": project.id, "tokens": [Token.objects.get_or_create(user=user)[0].key for user in users]}))
"""


def ensure_installed() -> None:
    """Its environment, made at the first use. Raises CalledProcessError if it can't be."""
    done = HOME / f"installed-{VERSION}"
    if done.exists():
        return
    print(f"Installing Label Studio {VERSION} into {HOME} (once, some minutes).", file=sys.stderr, flush=True)
    HOME.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
    subprocess.run([str(HOME / "bin" / "pip"), "install", "-q", *PACKAGES], check=True, stdout=sys.stderr)
    done.write_text("")


def _folder() -> Path:
    return next((HOME / "lib").glob("python3*/site-packages/label_studio"))


@contextmanager
def label_studio(database_url: str, folder: Path, tasks: int, people: int) -> Iterator[tuple[Running, dict[str, Any]]]:
    """It runs, with a project of so many tasks; its process and the job of a driver."""
    environment = _environment(database_url, folder) | {"BENCH_PEOPLE": str(people), "BENCH_CONFIG": CONFIG}
    python, where = str(HOME / "bin" / "python"), _folder()
    log = (folder / "label-studio.log").open("ab")
    try:
        manage = [python, "manage.py"]
        subprocess.run(
            [*manage, "migrate", "--no-color"], cwd=where, env=environment, check=True, stdout=log, stderr=log
        )
        made = subprocess.run(
            [*manage, "shell", "-c", _SETUP], cwd=where, env=environment, check=True,
            stdout=subprocess.PIPE, stderr=log,
            text=True,
        )  # fmt: skip
        found = json.loads(made.stdout.strip().splitlines()[-1])
        port = free_port()
        command = [
            str(HOME / "bin" / "uwsgi"), "--http-socket", f"127.0.0.1:{port}", "--module", "core.wsgi:application",
            "--chdir", str(where), "--processes", str(PROCESSES), "--threads", "1", "--master", "--vacuum",
            "--die-on-term", "--buffer-size", "65536", "--disable-logging", "--listen", "100", "--lazy-apps",
        ]  # fmt: skip
        with serving(command, environment, port, "/health", folder / "label-studio.log", wait_s=180) as running:
            _import(port, found, tasks)
            job = {"pair": "label_studio", "port": port, "keys": found["tokens"], "project": found["project"]}
            yield running, job | {"answer": ANSWER, "keep": False}
    finally:
        log.close()


def _environment(database_url: str, folder: Path) -> dict[str, str]:
    parts = urlsplit(database_url)
    host = parse_qs(parts.query)["host"][0]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FAIRHAND_", "DJANGO_", "PG"))}
    kept.pop("PYTHONPATH", None)
    return kept | {
        "DJANGO_SETTINGS_MODULE": "core.settings.label_studio", "DJANGO_DB": "default", "POSTGRE_NAME": parts.path[1:],
        "POSTGRE_USER": unquote(parts.username or ""), "POSTGRE_PASSWORD": unquote(parts.password or ""),
        "POSTGRE_HOST": host, "POSTGRE_PORT": "5432", "LABEL_STUDIO_BASE_DATA_DIR": str(folder / "label-studio-data"),
        "SECRET_KEY": "only-for-measuring", "COLLECT_ANALYTICS": "False", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": "",
        "LATEST_VERSION_CHECK": "0", "DEBUG": "False", "LOG_LEVEL": "ERROR",
    }  # fmt: skip


def _import(port: int, found: dict[str, Any], tasks: int) -> None:
    for start in range(0, tasks, 5_000):
        rows = [{"data": payload(number)} for number in range(start, min(tasks, start + 5_000))]
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/projects/{found['project']}/import", json.dumps(rows).encode(),
            {"Content-Type": "application/json", "Authorization": f"Token {found['tokens'][0]}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=300) as answer:
            assert answer.status == 201, answer.read()
    time.sleep(1)
