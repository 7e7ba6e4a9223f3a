"""What does the web server call? One WSGI application; there is no ASGI one (it costs 3-6 times the CPU here)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kansa.config.settings")
application = get_wsgi_application()
