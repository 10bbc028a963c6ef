"""Submissions and the time behind them."""
