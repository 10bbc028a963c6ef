"""The files of `deploy/` name what is there, and the documented nginx in front of the product works."""

import http.client
import re
import shlex
import ssl
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fairhand.cli.main import COMMANDS
from fairhand.cli.up import free_port
from tests.commands_of import wait_until
from tests.house.test_cli_up import up

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SETTING = re.compile(r"FAIRHAND_[A-Z_]*[A-Z]")
NAME = "work.example.org"


def test_every_path_that_the_container_copies_is_there_and_is_let_in() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    copied = [part for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.M) for part in line.split()[:-1]]
    let_in = {line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line.startswith("!")}
    assert {"src", "requirements/run.lock"} <= set(copied)
    for path in copied:
        assert (ROOT / path).exists(), path
        assert path in let_in, f"{path} is kept out by .containerignore"


def test_the_container_runs_without_rights_and_holds_no_secret() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert text.rindex("\nUSER 10001:10001") < text.rindex("\nCMD"), "not as root"
    assert "HEALTHCHECK" in text
    given = dict(re.findall(r"(FAIRHAND_[A-Z_]+)=(\S+)", text))
    assert not [name for name in given if re.search("KEY|TOKEN|URL|PASSWORD", name)]
    assert given["FAIRHAND_DEMO"] == "0"
    assert not re.search(r"curl|wget|ADD http|latest", text), "nothing is fetched but what the lock file hashes"


def test_the_commands_and_settings_of_the_files_are_the_product_s() -> None:
    told = (ROOT / "docs" / "reference" / "settings.md").read_text()
    known = {command.name for command in COMMANDS}
    for file in [*UNITS, DEPLOY / "Containerfile"]:
        text = file.read_text()
        for name in SETTING.findall(text):
            assert f"`{name}`" in told, f"{file.name}: {name}"
        for command in re.findall(r"(?<=bin/fairhand )[a-z]+", text):
            assert command in known, f"{file.name}: fairhand {command}"
    assert "fairhand.web.wsgi:application" in (DEPLOY / "systemd" / "fairhand-web.service").read_text()


def test_the_units_give_up_what_they_do_not_need() -> None:
    assert {unit.name for unit in UNITS} >= {"fairhand-web.service", "fairhand-worker.service"}
    for unit in UNITS:
        if unit.suffix != ".service":
            continue
        text = unit.read_text()
        for line in (
            "User=fairhand",
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "CapabilityBoundingSet=",
            "UMask=0077",
        ):
            assert f"\n{line}\n" in text, f"{unit.name}: {line}"
        owner = "owner.env" in text
        assert owner is (unit.name in ("fairhand-migrate.service", "fairhand-backup.service")), unit.name
        for program in re.findall(r"^ExecStart=(.*)$", text, re.M):
            assert shlex.split(program)[0].startswith(("/opt/fairhand/.venv/bin/", "/bin/sh")), unit.name


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "privkey.pem").write_bytes(pem)
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))


def configured(folder: Path, product: int, http_port: int, https_port: int) -> Path:
    """The documented file with its ports and places changed, inside the least that nginx wants around it."""
    text = (DEPLOY / "nginx.conf").read_text()
    changes = {
        "127.0.0.1:8470": f"127.0.0.1:{product}", "listen 80;": f"listen 127.0.0.1:{http_port};",
        "listen 443 ssl;": f"listen 127.0.0.1:{https_port} ssl;", "/etc/ssl/fairhand": str(folder),
        "/var/log/nginx/fairhand.log": f"{folder}/access.log",
    }  # fmt: skip
    for old, new in changes.items():
        assert text.count(old) >= 1, old
        text = text.replace(old, new)
    (folder / "fairhand.conf").write_text(text)
    temporary = "".join(
        f"{part}_temp_path {folder}/{part};\n" for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log off;\n{temporary} include {folder}/fairhand.conf; }}\n"
    )
    return main


def ask(port: int, path: str, tls: ssl.SSLContext | None, **headers: str) -> tuple[int, dict[str, str], str]:
    where = (
        http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=tls)
        if tls
        else http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    )
    try:
        where.request("GET", path, headers={"Host": NAME} | {k.replace("_", "-"): v for k, v in headers.items()})
        answer = where.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
    finally:
        where.close()


def test_the_documented_nginx_in_front_of_the_product(home: Path, folder: Path, needs: Callable[[str], Path]) -> None:
    nginx = needs("nginx")
    certificate(folder)
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    settings = {
        "FAIRHAND_HTTPS": "1", "FAIRHAND_PROXIES": "1", "FAIRHAND_HOSTS": f"{NAME},127.0.0.1",
        "FAIRHAND_ORIGINS": f"https://{NAME}", "FAIRHAND_METRICS_TOKEN": "a-token-for-this-test",
    }  # fmt: skip
    with up(home, **settings) as running:
        product = int(str(running.page["address"]).rstrip("/").rpartition(":")[2])
        plain, tls = free_port(0), free_port(0)
        main = configured(folder, product, plain, tls)
        tried = subprocess.run(
            [nginx, "-t", "-e", f"{folder}/error.log", "-c", main], capture_output=True, text=True, check=False
        )
        assert tried.returncode == 0, tried.stderr
        with subprocess.Popen([nginx, "-e", f"{folder}/error.log", "-c", main]) as process:
            try:
                wait_until(lambda: (folder / "nginx.pid").exists(), "nginx runs", 10)
                time.sleep(0.2)
                status, headers, _ = ask(plain, "/my-work/?a=1", None)
                assert (status, headers["location"]) == (301, f"https://{NAME}/my-work/?a=1")
                status, headers, _ = ask(tls, "/sign-in/", trusting, X_Request_ID="from-a-client-1")
                assert status == 200
                assert headers["x-request-id"] == "from-a-client-1"
                assert headers["strict-transport-security"].startswith("max-age=31536000")
                assert "secure" in headers["set-cookie"].lower()
                assert ask(tls, "/sign-in/", trusting, X_Request_ID="bad id")[1]["x-request-id"] != "bad id"
                assert ask(tls, "/metrics", trusting)[0] == 404
                assert ask(tls, "/readyz", trusting)[0] == 200
                assert ask(product, "/my-work/", None)[1]["location"].startswith(f"https://{NAME}/"), (
                    "never by plain http"
                )
                inside = ask(product, "/metrics", None, Authorization="Bearer a-token-for-this-test", Host="127.0.0.1")
                assert inside[0] == 200
                assert "fairhand_http_requests_total" in inside[2]
                assert ask(product, "/metrics", None)[0] == 404
            finally:
                process.terminate()
        assert "from-a-client-1" in (folder / "access.log").read_text()
        assert "?a=1" not in (folder / "access.log").read_text()
