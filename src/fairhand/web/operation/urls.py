"""Addresses of whoever runs the installation, and of the machines that watch it."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
