"""What the web server loads. It refuses to load where it would not be safe to serve."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from fairhand.insight.installation import nature, real_people, start_now
from fairhand.insight.safe_start import REAL, dangers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairhand.settings")
application = get_wsgi_application()
if found := dangers(start_now()):
    raise ImproperlyConfigured(" ".join(danger.sentence for danger in found))
if settings.DEMO and (nature() == REAL or real_people()):
    raise ImproperlyConfigured("FAIRHAND_DEMO is 1 and this database holds real work. Unset FAIRHAND_DEMO.")
