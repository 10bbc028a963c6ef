"""Notices: what a person is told on their pages and by e-mail, and how e-mail leaves the house."""
