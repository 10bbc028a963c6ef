"""A reviewer's addresses."""

from django.urls import path

from fairhand.web.reviewer import reviews

urlpatterns = [
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/figures/", reviews.figures, name="review-figures"),
    path("reviews/<slug:slug>/take/", reviews.take, name="take-review"),
    path("reviews/<slug:slug>/take-audit/", reviews.take_audit, name="take-audit"),
    path("reviews/<slug:slug>/take-adjudication/", reviews.take_adjudication, name="take-adjudication"),
]
