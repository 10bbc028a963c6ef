"""Bars as SVG for a page of the docs: readable on a light and on a dark ground."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

WIDTH, LEFT, ROW, TOP = 760, 330, 22, 40


def chart(title: str, bars: Sequence[tuple[str, float]]) -> str:
    """A bar per (label, value), the longest as wide as there is room."""
    most = max((value for _, value in bars), default=1.0) or 1.0
    room = WIDTH - LEFT - 80
    rows = []
    for at, (label, value) in enumerate(bars):
        y, width = TOP + at * ROW, max(2.0, value / most * room)
        rows.append(
            f'<text x="{LEFT - 10}" y="{y + 14}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="{LEFT}" y="{y + 3}" width="{width:.1f}" height="{ROW - 8}" rx="2" fill="#2f7d6d"/>'
            f'<text x="{LEFT + width + 6:.1f}" y="{y + 14}">{value:.2f}</text>'
        )
    height = TOP + len(bars) * ROW + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="#7a8087">\n'
        f"<title>{escape(title)}</title>\n"
        f'<text x="{LEFT}" y="22" font-weight="600">{escape(title)}</text>\n' + "\n".join(rows) + "\n</svg>\n"
    )
