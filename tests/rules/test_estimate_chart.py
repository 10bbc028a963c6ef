"""The drawing of how long work took."""

from fairhand.web.estimate_chart import curve, drawn

POINTS = [(60.0, True), (120.0, True), (300.0, False), (240.0, True)]
STEPS = [(60.0, 0.75), (120.0, 0.5), (240.0, 0.25)]


def test_it_falls_as_work_gets_done_and_is_mirrored() -> None:
    made = curve(POINTS, STEPS, [("typical", 100), ("limit", 300)], rtl=False)
    mirrored = curve(POINTS, STEPS, [("typical", 100), ("limit", 300)], rtl=True)
    assert made is not None
    assert mirrored is not None
    # From all of it (the upper line, 64) down to a quarter; the axis goes to six minutes in steps of two.
    assert made.path.startswith("M0.0 64.0H166.7V98.0")
    assert "V166.0" in made.path
    assert [(tick.x, tick.anchor) for tick in made.ticks][-1] == ("100.00%", "end")
    assert [tick.text for tick in made.ticks][:2] == ["\u20660:00\u2069", "\u20662:00\u2069"]
    assert [(mark.kind, mark.anchor, mark.y) for mark in made.marks] == [
        ("typical", "start", 14), ("limit", "end", 32),
    ]  # fmt: skip
    assert [(each.x, each.y) for each in made.opens] == [("83.33%", "166.0")]
    assert mirrored.opens[0].x == "16.67%"
    assert mirrored.marks[0].x == "72.22%"
    assert made.rows == ((10, 60), (20, 60), (30, 120), (40, 120), (50, 120), (60, 240), (70, 240))


def test_nothing_is_drawn_of_nothing() -> None:
    assert curve([], [], [("limit", 60)], rtl=False) is None
    assert drawn(3_725) == "\u20661:02:05\u2069"
