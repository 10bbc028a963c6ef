"""The rules of estimates. Pure: frozen values in, frozen values out; no clock, no database.

`sample` makes ended claims into observations; `lognormal` and `survival` read a time from them; `estimate` is what a
card says; `looks` and `triggers` notice work that takes longer than promised; `working_time` counts the hours until a
review is decided; `back_pay` says what is owed then.
"""
