"""With which settings does kansa run? All come from the environment; a rule of a municipality is never one of them.

| environment              | default              | meaning |
|--------------------------|----------------------|---------|
| KANSA_HOME               | `kansa` in own folder | folder of the database, the files and the secret key |
| DATABASE_URL             | SQLite in KANSA_HOME | `postgres://user:password@host:port/name` or `sqlite:///path` |
| KANSA_SQLITE_SYNCHRONOUS | FULL                 | FULL, NORMAL, EXTRA; with NORMAL a power cut may lose commits |
| KANSA_ALLOWED_HOSTS      | loopback names       | host names the server answers to, separated by commas |
| KANSA_SECURE_COOKIES     | 0                    | 1 when the pages are served by https only |
| KANSA_SESSION_HOURS      | 10                   | hours after which a person has to sign in again |
| KANSA_OIDC_ISSUER        | none                 | address of the single sign-on (OpenID Connect: Entra ID, Keycloak) |
| KANSA_OIDC_CLIENT_ID     | none                 | name kansa is registered under there |
| KANSA_OIDC_CLIENT_SECRET | none                 | its secret |
| KANSA_OIDC_NAME          | シングルサインオン   | the words on the button of the sign-in page |
| KANSA_OIDC_LOGIN_CLAIM   | preferred_username   | the claim that holds the login name |
| KANSA_LDAP_URI           | none                 | directory (LDAP, AD) that checks passwords: `ldaps://host` |
| KANSA_LDAP_BIND          | none                 | name to bind as; `{login}` stands for the login name |
| KANSA_LDAP_CA_FILE       | the system's         | certificates that the directory's own is checked against |
| KANSA_LANDING_ADDRESS    | the page's own       | where links of training mails lead, for new drills: `https://host` |
| KANSA_DEMO               | 0                    | 1 lists the demo accounts on the sign-in page; this machine only |
| KANSA_LOG_LEVEL          | WARNING              | DEBUG, INFO, WARNING, ERROR |
| KANSA_DEBUG              | 0                    | 1 shows faults in the browser; for development only |
"""

from __future__ import annotations

import os
from pathlib import Path

from kansa.config.database import database
from kansa.config.home import DATABASE_NAME, home_folder, read_secret_key
from kansa.config.logs import logging_settings
from kansa.config.single_sign_on import providers, sign_on_origins

CONFIG = Path(__file__).resolve().parent  # base templates, static files and the catalogues of other languages
KANSA_HOME = home_folder(os.environ)
DEBUG = os.environ.get("KANSA_DEBUG", "0") == "1"
DEMO = os.environ.get("KANSA_DEMO", "0") == "1"  # accounts with listed passwords: answers this machine only
SECRET_KEY = read_secret_key(KANSA_HOME)
# What a new drill begins with; the address of each drill is part of its plan, and signed.
LANDING_ADDRESS = os.environ.get("KANSA_LANDING_ADDRESS", "").strip().rstrip("/")

_named_hosts = [host.strip() for host in os.environ.get("KANSA_ALLOWED_HOSTS", "").split(",") if host.strip()]
ALLOWED_HOSTS = _named_hosts or ["localhost", "127.0.0.1", "[::1]"]

DATABASES = {
    "default": database(
        os.environ.get("DATABASE_URL", "").strip(),
        KANSA_HOME / DATABASE_NAME,
        os.environ.get("KANSA_SQLITE_SYNCHRONOUS", "FULL"),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Bottom first: an app imports only apps above its line.
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "kansa.apps.jobs",
    "kansa.apps.trail",
    "kansa.apps.people",
    "kansa.apps.mail",
    "kansa.apps.controls",
    "kansa.apps.plan",
    "kansa.apps.assessment",
    "kansa.apps.diagnosis",
    "kansa.apps.drills",
    "kansa.apps.self_inspection",
    "kansa.apps.findings",
    "kansa.apps.education",
    "kansa.apps.audits",
    "kansa.apps.scheduling",
    "kansa.apps.annual_report",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kansa.config.middleware.content_security_policy",
    "kansa.config.middleware.never_stored",
    *(["kansa.config.middleware.loopback_only"] if DEMO else []),  # before anything is served, static files too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kansa.config.middleware.landing_pages",  # after the static files, before anything that opens a session
    "kansa.config.middleware.chosen_language",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kansa.config.acting.acting_person",
]

ROOT_URLCONF = "kansa.config.urls"
WSGI_APPLICATION = "kansa.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [CONFIG / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "kansa.config.navigation.navigation",
            ]
        },
    }
]

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [CONFIG / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

# All file access goes through the storages API. Originals that name persons lie apart, readable by the owner only.
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(KANSA_HOME / "files"), "file_permissions_mode": 0o640},
    },
    "restricted": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(KANSA_HOME / "restricted"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_URL = "/static/"
STATICFILES_DIRS = [CONFIG / "static"]
WHITENOISE_USE_FINDERS = True  # served out of the installed package: no collectstatic on a city's PC
WHITENOISE_AUTOREFRESH = DEBUG

# --- signing in: django-allauth; every page asks for it unless its view says otherwise ---

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    *(["kansa.config.directory.DirectoryBackend"] if os.environ.get("KANSA_LDAP_URI") else []),
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name_ja", "staff_number")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "kansa.config.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; allauth wants a consistent answer
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
# Locked by name, not by address: a whole city hall may stand behind one address.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "5/300s/key"}
MFA_ADAPTER = "kansa.config.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "kansa"
SOCIALACCOUNT_ADAPTER = "kansa.config.sign_in.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = providers(os.environ)
SOCIALACCOUNT_STORE_TOKENS = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kansa_cache"}}
SESSION_COOKIE_AGE = int(os.environ.get("KANSA_SESSION_HOURS", "10")) * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would lose the session on the way back from a single sign-on
CSRF_FAILURE_VIEW = "kansa.config.acting.resend_page"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # larger files go through a temporary file

_secure = os.environ.get("KANSA_SECURE_COOKIES", "0") == "1"
SESSION_COOKIE_SECURE = _secure
CSRF_COOKIE_SECURE = _secure
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    # A browser holds a form to its policy on the way to the single sign-on too.
    "form-action": ["'self'", *sign_on_origins(os.environ)],
    "frame-ancestors": ["'none'"],
}

# Background work: the rows of kansa.apps.jobs; which functions may run stands in kansa.config.jobs.
TASKS = {"default": {"BACKEND": "kansa.apps.jobs.actions.LeaseBackend"}}

LOGGING = logging_settings(os.environ.get("KANSA_LOG_LEVEL", "WARNING"))
