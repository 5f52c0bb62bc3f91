# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The ratios of a run as a picture: how far each step is from its limit, and from its aim."""

from report import per_second, ratio
from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import HexColor

ROW, BAR, LABELS, PLOT, NUMBERS, MARGIN = 26, 14, 280, 380, 130, 12
REACHED, MISSED, AIM, TEXT = map(HexColor, ("#3d7f6b", "#c0392b", "#1c1c1c", "#333333"))


def write_plot(path, steps):
    """Write an SVG file with one bar for each step.

    :param steps: those of ``record.Record``
    """
    height = ROW * (len(steps) + 1) + 2 * MARGIN
    drawing = Drawing(LABELS + PLOT + NUMBERS, height)
    scale = PLOT / max(max(ratio(step), step["aim"]) for step in steps)
    for number, step in enumerate(steps):
        _draw(drawing, step, height - MARGIN - ROW * (number + 1), scale)
    note = "bar: time of the step / time of its limit; mark: the aim"
    drawing.add(_text(LABELS, MARGIN, note, 9))
    renderSVG.drawToFile(drawing, str(path))


def _draw(drawing, step, y, scale):
    drawing.add(_text(MARGIN, y + 3, f"{step['name']}, {step['count']:,}", 11))
    color = MISSED if ratio(step) > step["aim"] else REACHED
    bar = Rect(LABELS, y, ratio(step) * scale, BAR, fillColor=color, strokeColor=None)
    drawing.add(bar)
    aim = LABELS + step["aim"] * scale
    drawing.add(Line(aim, y - 4, aim, y + BAR + 4, strokeColor=AIM, strokeWidth=2))
    said = f"{ratio(step):.2f} × · {per_second(step):,.0f}/s"
    drawing.add(_text(LABELS + PLOT + 8, y + 3, said, 10))


def _text(x, y, said, size):
    return String(x, y, said, fontName="Helvetica", fontSize=size, fillColor=TEXT)
