"""Small charts as SVG, drawn on this side: pictures where people would rather look than read."""

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from markupsafe import Markup

Number = int | float | Decimal
ROW, LABEL, WIDTH = 26, 120, 640


def bars(rows: Sequence[tuple[str, Number, Number]], title: str) -> Markup:
    """Horizontal bars: name, value, and the part of it that is late, in a warning colour."""
    most = max((float(value) for _, value, _ in rows), default=0) or 1
    room = WIDTH - LABEL - 60
    drawn = [_bar(index, *row, room / most) for index, row in enumerate(rows)]
    height = ROW * max(len(rows), 1) + 6
    return Markup(
        f'<svg class="chart" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {WIDTH} {height}">{"".join(drawn)}</svg>'
    )


def _bar(index: int, name: str, value: Number, late: Number, scale: float) -> str:
    top = index * ROW + 4
    whole, part = float(value) * scale, float(late) * scale
    return (
        f'<text x="{LABEL - 8}" y="{top + 14}" class="name">{escape(name)}</text>'
        f'<rect x="{LABEL}" y="{top}" width="{whole:.1f}" height="{ROW - 8}" class="bar"/>'
        f'<rect x="{LABEL}" y="{top}" width="{part:.1f}" height="{ROW - 8}" class="late"/>'
        f'<text x="{LABEL + whole + 6:.1f}" y="{top + 14}" class="value">{value}</text>'
    )


def columns(points: Sequence[tuple[str, Number]], title: str) -> Markup:
    """Vertical columns over months."""
    most = max((float(value) for _, value in points), default=0) or 1
    step = WIDTH / max(len(points), 1)
    drawn = []
    for index, (name, value) in enumerate(points):
        height = float(value) / most * 150
        left = index * step + step * 0.2
        drawn.append(
            f'<rect x="{left:.1f}" y="{170 - height:.1f}" width="{step * 0.6:.1f}" '
            f'height="{height:.1f}" class="bar"><title>{escape(name)} {value}</title></rect>'
            f'<text x="{left + step * 0.3:.1f}" y="188" class="tick">{escape(name)}</text>'
        )
    return Markup(
        f'<svg class="chart" role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} 200">'
        f"{''.join(drawn)}</svg>"
    )
