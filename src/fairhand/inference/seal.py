"""Keys of endpoints at rest: encrypted with what the installation's secret gives, as second factors are."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def seal(key: str) -> str:
    """A key as it is stored; nothing for nothing."""
    return _vault().encrypt(key.encode()).decode() if key else ""


def opened(sealed: str) -> str | None:
    """The key; None where the installation's secret is another one than it was sealed with."""
    if not sealed:
        return ""
    try:
        return _vault().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _vault() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"fairhand model endpoint {key}".encode()).digest()))
        for key in keys
    ])  # fmt: skip
