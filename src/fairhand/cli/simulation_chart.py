"""The course of a simulation as an SVG picture: what was settled day by day, and the hours that people waited."""

from fairhand.flow.simulate_pack import Simulated

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 720, 320, 56, 64, 44, 40
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#4a5362}.name{font-weight:600;fill:#1c2430}"
    ".grid{stroke:#e2dccf}"
    ".done{fill:none;stroke:#0d5760;stroke-width:2.5}"
    ".wait{fill:none;stroke:#d98e12;stroke-width:2;stroke-dasharray:5 4}"
)


def chart(found: Simulated) -> str:
    """A picture that stands alone; its title says in words what it shows."""
    days = max(found.series[-1][0], 0.01)
    waited = max(found.series[-1][2], 0.01)
    wanted = max(found.wanted, 1)

    def x(day: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * day / days

    def y(share: float) -> float:
        return TOP + (HEIGHT - TOP - FOOT) * (1 - share)

    done = " ".join(f"{x(day):.1f},{y(n / wanted):.1f}" for day, n, _ in found.series)
    wait = " ".join(f"{x(day):.1f},{y(hours / waited):.1f}" for day, _, hours in found.series)
    steps = [0, 0.25, 0.5, 0.75, 1]
    grid = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(each):.1f}" y2="{y(each):.1f}"/>'
        f'<text x="{LEFT - 8}" y="{y(each) + 4:.1f}" text-anchor="end">{round(each * wanted):,}</text>'
        f'<text x="{WIDTH - RIGHT + 8}" y="{y(each) + 4:.1f}">{each * waited:,.1f} h</text>'
        for each in steps
    )
    foot = "".join(
        f'<text x="{x(each * days):.1f}" y="{HEIGHT - 16}" text-anchor="middle">{each * days:.1f}</text>'
        for each in steps
    )
    title = f"{found.settled:,} of {found.wanted:,} settled after {days:.1f} days; {waited:,.1f} hours waited"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        f"<title>{title}</title><style>{_STYLE}</style>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fffefb"/>{grid}{foot}'
        f'<polyline class="done" points="{done}"/><polyline class="wait" points="{wait}"/>'
        f'<text class="name" x="{LEFT}" y="24">Settled (line)</text>'
        f'<text class="name" x="{WIDTH - RIGHT}" y="24" text-anchor="end">Hours waited by all (dashes)</text>'
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 2}" text-anchor="middle">days</text></svg>\n'
    )
