"""Sign-in at an organisation's own provider: OpenID Connect, the code flow with PKCE.

The identity token comes straight from the provider's token endpoint over TLS, which stands for its signature (OpenID
Connect Core 1.0, 3.1.3.7, step 6). Everything else that the standard asks is checked here; any of it wrong, and nobody
is signed in.
"""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

_CLOCKS_APART_S = 60
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Rounds(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """One provider's side of the exchange."""

    @property
    def access_token_url(self) -> str:
        """Where the token comes from: over TLS, or from this machine."""
        return trusted(str(self.openid_config["token_endpoint"]))

    @property
    def profile_url(self) -> str:
        """Who it is: from the same side."""
        return trusted(str(self.openid_config["userinfo_endpoint"]))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **more: Any) -> Any:
        """The sign-in that both answers agree on. Raises OAuth2Error."""
        claims = claims_of(
            str(more["response"].get("id_token") or ""), issuer=str(self.openid_config["issuer"]), client=app.client_id,
            now=time.time(),
        )  # fmt: skip
        told = self._fetch_user_info(token.token)
        if told.get("sub") != claims["sub"]:
            raise OAuth2Error("the provider's answers are about two people")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": told, "id_token": claims})


def claims_of(token: str, *, issuer: str, client: str, now: float) -> Mapping[str, Any]:
    """What an identity token says, if it is of this provider, for us, and of now. Raises OAuth2Error."""
    try:
        body = token.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        meant = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        right = (
            claims["iss"] == issuer
            and client in meant
            and (len(meant) == 1 or claims.get("azp") == client)
            and float(claims["exp"]) > now - _CLOCKS_APART_S
            and float(claims["iat"]) < now + _CLOCKS_APART_S
            and bool(claims["sub"])
        )
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise OAuth2Error("the identity token can't be read") from error
    if not right:
        raise OAuth2Error("the identity token is another's, for another, or of another time")
    return claims


def trusted(address: str) -> str:
    """The address, if what it answers can be believed."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise OAuth2Error("the provider must be reached over https")
    return address


def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider, to sign in and for nothing else: its other processes, such as connecting accounts, stay shut."""
    kept = QueryDict(mutable=True)
    if "next" in request.GET:
        kept["next"] = request.GET["next"]
    request.GET = kept  # type: ignore[assignment]
    return _answered(OAuth2LoginView, request, provider_id)


def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from it, with a code that is worth something to us alone."""
    return _answered(OAuth2CallbackView, request, provider_id)


def _answered(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(Rounds(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer
