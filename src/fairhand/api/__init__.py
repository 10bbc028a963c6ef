"""The native API (django-ninja): what the pages' islands and other programs call."""
