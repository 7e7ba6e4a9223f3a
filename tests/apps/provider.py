"""A real OpenID Connect provider to sign in with: django-allauth's own, in a process and a database of its own.

`python -m tests.apps.provider PORT FOLDER CALLBACK`: people `hanako` and `stranger` with PASSWORD, one client that may
come back to CALLBACK. No package beyond those of kansa is needed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "kansa", "a secret of the test"
PASSWORD = "correct horse battery"
PEOPLE = ("hanako", "stranger")


def private_key() -> str:
    """A new key to sign tokens with."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


def configure(folder: Path) -> None:
    """The settings of the provider."""
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="only of this test",
        DEBUG=True,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.apps.provider_urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "provider.sqlite3")}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            *("django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"),
            *("django.contrib.messages", "allauth", "allauth.account", "allauth.idp.oidc"),
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ACCOUNT_LOGIN_METHODS={"username"},
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_SIGNUP_FIELDS=["username*", "password1*"],
        IDP_OIDC_PRIVATE_KEY=private_key(),
        USE_TZ=True,
    )
    django.setup()


class Silent(WSGIRequestHandler):
    """Answers without a line for each request."""

    def log_message(self, *_arguments: object) -> None:
        """Says nothing."""


def main() -> None:
    """Fills the database and serves until it is ended."""
    port, folder, callback = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    configure(folder)
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    for name in PEOPLE:
        User.objects.create_user(name, password=PASSWORD)
    client = Client(id=CLIENT_ID, name="kansa", secret=make_password(CLIENT_SECRET), skip_consent=True)
    client.set_scopes(["openid", "profile", "email"])
    client.set_redirect_uris([callback])
    client.save()
    make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Silent).serve_forever()


if __name__ == "__main__":
    main()
