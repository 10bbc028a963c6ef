"""House rules of what a checkout points to and reaches: other folders, registries, other machines."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tools.tidy_file import File, Hits, dotted, line_of

# What opens a connection to another machine. `urllib.parse` and the like open none. What a library reaches by itself is
# not seen here: the organisation's own sign-in (allauth), the mail server (Django). Both addresses are the operator's.
CLIENTS = frozenset({
    "aioboto3", "aiobotocore", "aiohttp", "asyncssh", "boto3", "botocore", "ftplib", "grpc", "http.client", "httpcore",
    "httpx", "imaplib", "minio", "niquests", "nntplib", "paramiko", "poplib", "pycurl", "requests", "smtplib", "socket",
    "ssl", "telnetlib", "urllib.request", "urllib3", "websocket", "websockets", "xmlrpc.client",
})  # fmt: skip
GUARDED = "src/fairhand/outgoing/"


def outgoing(file: File) -> Hits:
    """Requests to other machines go the one guarded way, which looks at the address, follows nobody and bounds all."""
    if not file.within("src/") or file.within(GUARDED):
        return
    for node in file.nodes:
        for name in _named(node):
            parts = name.split(".")
            if found := CLIENTS & {".".join(parts[: n + 1]) for n in range(len(parts))}:
                yield line_of(node), f"{min(found)} reaches other machines; use `fairhand.outgoing`"
                break


def _named(node: ast.AST) -> Iterator[str]:
    """The modules that a node names: by an import, by a name for an import, or as part of one that is imported."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and dotted(node.func).endswith(("import_module", "__import__")):
        yield from (str(each.value) for each in node.args if isinstance(each, ast.Constant))
    elif isinstance(node, ast.Attribute) and dotted(node).startswith(
        ("urllib.request", "http.client", "xmlrpc.client")
    ):
        yield dotted(node)


def lock_address(file: File) -> Hits:
    """Lock files hold versions and hashes. Addresses would send everybody to one registry, or to a private one."""
    if file.path.endswith(".lock") or PurePosixPath(file.path).name == "package-lock.json":
        for number, line in enumerate(file.text.splitlines(), start=1):
            if re.search(r"https?://", line):
                yield number, "holds an address; make the lock file without it"


def outside(file: File) -> Hits:
    """Whoever has the checkout has everything: nothing points beside it."""
    beside = "../" + "shared"
    for number, line in enumerate(file.text.splitlines(), start=1):
        if beside in line:
            yield number, f"points to {beside}, which a checkout doesn't have"
