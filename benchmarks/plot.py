"""The ratios of a run as a picture: how far each step is from its limit, and from its aim."""

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import HexColor

ROW, BAR, LABELS, PLOT, NUMBERS, MARGIN = 26, 14, 190, 420, 130, 12
REACHED, MISSED, AIM, TEXT = map(HexColor, ("#3d7f6b", "#c0392b", "#1c1c1c", "#333333"))


def write_plot(path, results):
    """Write an SVG file with one bar for each result.

    :param results: list of ``harness.Result``
    """
    height = ROW * (len(results) + 1) + 2 * MARGIN
    drawing = Drawing(LABELS + PLOT + NUMBERS, height)
    scale = PLOT / max(max(result.ratio, result.benchmark.aim) for result in results)
    for number, result in enumerate(results):
        _draw(drawing, result, height - MARGIN - ROW * (number + 1), scale)
    note = "bar: time of the step / time of its limit; mark: the aim"
    drawing.add(_text(LABELS, MARGIN, note, 9))
    renderSVG.drawToFile(drawing, str(path))


def _draw(drawing, result, y, scale):
    benchmark = result.benchmark
    drawing.add(_text(MARGIN, y + 3, benchmark.name, 11))
    width = result.ratio * scale
    color = MISSED if result.missed else REACHED
    drawing.add(Rect(LABELS, y, width, BAR, fillColor=color, strokeColor=None))
    aim = LABELS + benchmark.aim * scale
    drawing.add(Line(aim, y - 4, aim, y + BAR + 4, strokeColor=AIM, strokeWidth=2))
    per_second = benchmark.count() / result.seconds
    said = f"{result.ratio:.2f} × · {per_second:,.0f}/s"
    drawing.add(_text(LABELS + PLOT + 8, y + 3, said, 10))


def _text(x, y, said, size):
    return String(x, y, said, fontName="Helvetica", fontSize=size, fillColor=TEXT)
