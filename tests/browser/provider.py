"""A small OpenID Connect provider for tests: it signs whoever comes in as the person it was told, and counts nothing.

It speaks the real protocol over HTTP: discovery, the code flow with PKCE, a token signed with a key of its own.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

CLIENT, SECRET = "fairhand", "only for tests"


@dataclass(slots=True)
class Provider:
    """Address, who is signed in there, and the codes given out."""

    address: str
    person: dict[str, Any]
    key: rsa.RSAPrivateKey
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token", "userinfo_endpoint": f"{self.address}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }  # fmt: skip

    def authorize(self, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, posted: dict[str, str]) -> dict[str, Any] | None:
        asked = self.codes.pop(posted["code"], None)
        digest = hashlib.sha256(posted.get("code_verifier", "").encode()).digest()
        proved = _text(digest)
        if asked is None or asked["code_challenge"] != proved or posted["client_secret"] != SECRET:
            return None
        now = int(time.time())
        claims = self.person | {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 60}
        signed = _signed(claims, self.key)
        return {"access_token": "granted", "token_type": "Bearer", "expires_in": 60, "id_token": signed}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(_plain(parts.query)))
                self.end_headers()
                return
            granted = self.headers.get("Authorization") == "Bearer granted"
            pages = {
                "/.well-known/openid-configuration": provider.discovery(),
                "/userinfo": provider.person if granted else None,
            }
            self._answer(pages.get(parts.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(provider.token(_plain(body)))

        def _answer(self, found: dict[str, Any] | None) -> None:
            self.send_response(200 if found is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found or {"error": "invalid_grant"}).encode())

        def log_message(self, *_: object) -> None:
            """Requests are no news in a test."""

    return Handler


def _signed(claims: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
    parts = [_text(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims)]
    return ".".join([*parts, _text(key.sign(".".join(parts).encode(), PKCS1v15(), SHA256()))])


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _plain(query: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(query).items()}


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider on a free port."""
    provider = Provider("", {}, rsa.generate_private_key(public_exponent=65537, key_size=2048))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.daemon_threads = True
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
