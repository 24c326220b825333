"""Small charts as SVG, drawn on this side: pictures where people would rather look than read."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

Number = int | float | Decimal
ROW, LABEL, WIDTH = 26, 120, 640


def bars(rows: Sequence[tuple[str, Number, Number]], title: str) -> Markup:
    """Horizontal bars: name, value, and the part of it that is late, in a warning colour."""
    most = max((float(value) for _, value, _ in rows), default=0) or 1
    room = WIDTH - LABEL - 60
    drawn = [_bar(index, *row, room / most) for index, row in enumerate(rows)]
    height = ROW * max(len(rows), 1) + 6
    return _drawing(title, height, drawn)


def _drawing(title: str, height: int, parts: list[Markup]) -> Markup:
    frame = Markup(
        '<svg class="chart" role="img" aria-label="{title}" viewBox="0 0 {width} {height}">'
        "{parts}</svg>"
    )
    return frame.format(title=title, width=WIDTH, height=height, parts=Markup("").join(parts))


def _bar(index: int, name: str, value: Number, late: Number, scale: float) -> Markup:
    top = index * ROW + 4
    whole, part = float(value) * scale, float(late) * scale
    drawn = Markup(
        '<text x="{label}" y="{base}" class="name">{name}</text>'
        '<rect x="{left}" y="{top}" width="{whole}" height="{high}" class="bar"/>'
        '<rect x="{left}" y="{top}" width="{part}" height="{high}" class="late"/>'
        '<text x="{end}" y="{base}" class="value">{value}</text>'
    )
    return drawn.format(
        label=LABEL - 8,
        left=LABEL,
        top=top,
        base=top + 14,
        high=ROW - 8,
        name=name,
        whole=round(whole, 1),
        part=round(part, 1),
        end=round(LABEL + whole + 6, 1),
        value=value,
    )


def columns(points: Sequence[tuple[str, Number]], title: str) -> Markup:
    """Vertical columns over months."""
    most = max((float(value) for _, value in points), default=0) or 1
    step = WIDTH / max(len(points), 1)
    drawn = [
        _column(index * step, step, name, value, float(value) / most * 150)
        for index, (name, value) in enumerate(points)
    ]
    return _drawing(title, 200, drawn)


def _column(left: float, step: float, name: str, value: Number, height: float) -> Markup:
    drawn = Markup(
        '<rect x="{left}" y="{top}" width="{width}" height="{height}" class="bar">'
        "<title>{name} {value}</title></rect>"
        '<text x="{middle}" y="188" class="tick">{name}</text>'
    )
    return drawn.format(
        left=round(left + step * 0.2, 1),
        top=round(170 - height, 1),
        width=round(step * 0.6, 1),
        height=round(height, 1),
        middle=round(left + step * 0.5, 1),
        name=name,
        value=value,
    )
