"""Which single sign-on does the environment name?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PROVIDER_ID = "office"  # part of the address the single sign-on comes back to


def providers(environ: Mapping[str, str]) -> dict[str, Any]:
    """allauth's settings of one OpenID Connect provider; empty when KANSA_OIDC_ISSUER is not set.

    Raises ImproperlyConfigured for an issuer without a client name or secret, or one that is not https (http is taken
    on this machine only, for trials).
    """
    issuer = environ.get("KANSA_OIDC_ISSUER", "").strip()
    if not issuer:
        return {}
    client, secret = environ.get("KANSA_OIDC_CLIENT_ID", ""), environ.get("KANSA_OIDC_CLIENT_SECRET", "")
    if not client or not secret:
        raise ImproperlyConfigured(
            "KANSA_OIDC_ISSUER には KANSA_OIDC_CLIENT_ID と KANSA_OIDC_CLIENT_SECRET が要ります。"
        )
    parts = urlsplit(issuer)
    is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if parts.scheme != "https" and not is_local:
        raise ImproperlyConfigured("KANSA_OIDC_ISSUER は https:// で始めてください。")
    app = {
        "provider_id": PROVIDER_ID,
        "name": environ.get("KANSA_OIDC_NAME", "") or "シングルサインオン",
        "client_id": client,
        "secret": secret,
        "settings": {
            "server_url": issuer,
            "login_claim": environ.get("KANSA_OIDC_LOGIN_CLAIM", "") or "preferred_username",
        },
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def sign_on_origins(environ: Mapping[str, str]) -> list[str]:
    """The origin of the single sign-on, as a policy of the browser names it; empty without one."""
    parts = urlsplit(environ.get("KANSA_OIDC_ISSUER", "").strip())
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
