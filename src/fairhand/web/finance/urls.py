"""Addresses of whoever keeps the books."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
