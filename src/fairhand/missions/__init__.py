"""Missions: extra pay for so much work in a day, week or window, reserved when it opens, on terms that never change."""
