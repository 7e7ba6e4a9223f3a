"""With which settings does kansa run? All come from the environment; a rule of a municipality is never one of them.

| environment              | default              | meaning |
|--------------------------|----------------------|---------|
| KANSA_HOME               | `kansa` in own folder | folder of the database, the files and the secret key |
| DATABASE_URL             | SQLite in KANSA_HOME | `postgres://user:password@host:port/name` or `sqlite:///path` |
| KANSA_SQLITE_SYNCHRONOUS | FULL                 | FULL, NORMAL, EXTRA; with NORMAL a power cut may lose commits |
| KANSA_ALLOWED_HOSTS      | loopback names       | host names the server answers to, separated by commas |
| KANSA_SECURE_COOKIES     | 0                    | 1 when the pages are served by https only |
| KANSA_LOG_LEVEL          | WARNING              | DEBUG, INFO, WARNING, ERROR |
| KANSA_DEBUG              | 0                    | 1 shows faults in the browser; for development only |
"""

from __future__ import annotations

import os
from pathlib import Path

from kansa.config.database import database
from kansa.config.home import DATABASE_NAME, home_folder, read_secret_key
from kansa.config.logs import logging_settings

CONFIG = Path(__file__).resolve().parent  # base templates, static files and the catalogues of other languages
KANSA_HOME = home_folder(os.environ)
DEBUG = os.environ.get("KANSA_DEBUG", "0") == "1"
SECRET_KEY = read_secret_key(KANSA_HOME)

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
    "django.contrib.staticfiles",
    "django_htmx",
    "kansa.apps.trail",
    "kansa.apps.people",
    "kansa.apps.controls",
    "kansa.apps.plan",
    "kansa.apps.assessment",
    "kansa.apps.drills",
    "kansa.apps.self_inspection",
    "kansa.apps.findings",
    "kansa.apps.annual_report",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kansa.config.middleware.content_security_policy",
    "kansa.config.middleware.never_stored",
    "kansa.config.middleware.loopback_only",  # before anything is served, static files too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kansa.config.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "kansa.config.urls"
WSGI_APPLICATION = "kansa.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [CONFIG / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
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

_secure = os.environ.get("KANSA_SECURE_COOKIES", "0") == "1"
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
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}

LOGGING = logging_settings(os.environ.get("KANSA_LOG_LEVEL", "WARNING"))
