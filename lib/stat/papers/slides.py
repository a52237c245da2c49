"""The deck as a PowerPoint file, 16:9: charts that can be edited, with their numbers in the workbook inside, and real tables.

Nothing is smaller than 18 points. What may be longer than a slide stands whole in its speaker's notes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from pptx import Presentation
from pptx.chart.axis import _BaseAxis
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.chart.series import LineSeries
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as PresentationType
from pptx.slide import Slide as SlideType
from pptx.text.text import TextFrame, _Paragraph
from pptx.util import Emu, Inches, Pt

from lib import words
from lib.charts import theme
from lib.language import _
from lib.stat.papers import deck as content
from lib.stat.papers.content import EXAMPLE, Occasion
from lib.stat.papers.parts import Bars, Cell, Deck, Heading, Items, Lines, Part, Slide, Table, Text, clean, one_line
from lib.store.export import neutral

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, ROOM = Inches(0.6), Inches(12.13)
BAND = Inches(0.5)  # at the top: city, Stat and day, and that it is made up
TITLE_TOP, TITLE_HEIGHT = Inches(0.62), Inches(1.05)
TOP, BOTTOM = Inches(1.75), Inches(6.3)  # of what stands between the title and the notes
NOTE_HEIGHT = Inches(0.72)
TITLE, BODY, SMALL = 30, 22, 18  # points
MOST_LABELS = 9  # on the time axis
TITLE_ONLY = 5  # in the template
GOLD_WIDTH = Inches(0.12)


def deck(occasion: Occasion) -> bytes:
    return write(content.deck(occasion))


def write(made: Deck) -> bytes:
    """The deck as a .pptx file."""
    presentation = Presentation()
    _to_wide(presentation)
    known = presentation.core_properties
    made_up = f" ({_(EXAMPLE)})" if _(EXAMPLE) in made.marks else ""
    known.title, known.author, known.subject = clean(made.title + made_up)[:250], clean(made.author)[:250], clean(made.about)[:250]
    known.language, known.last_modified_by = words.language_tag(), clean(made.author)[:250]
    for one in made.slides:
        _slide(presentation, one, made)
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def _to_wide(presentation: PresentationType) -> None:
    """The template is 4:3: its size, and with it the places of the master and the layouts, go to 16:9; titles stand left, in the brand's colour."""
    share = WIDTH / presentation.slide_width
    presentation.slide_width, presentation.slide_height = WIDTH, HEIGHT
    for owner in (presentation.slide_master, *presentation.slide_layouts):
        for shape in owner.placeholders:
            if shape._element.spPr.find(qn("a:xfrm")) is not None:
                shape.left, shape.width = Emu(int(shape.left * share)), Emu(int(shape.width * share))
    style = presentation.slide_master._element.find(qn("p:txStyles")).find(qn("p:titleStyle")).find(qn("a:lvl1pPr"))
    style.set("algn", "l")
    style.find(qn("a:defRPr")).set("sz", str(TITLE * 100))


def _slide(presentation: PresentationType, one: Slide, made: Deck) -> None:
    there = presentation.slides.add_slide(presentation.slide_layouts[TITLE_ONLY])
    _band(there, made)
    title = there.shapes.title
    title.left, title.top, title.width, title.height = LEFT, TITLE_TOP, ROOM, TITLE_HEIGHT
    frame = title.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    frame.margin_left = 0
    _say(frame.paragraphs[0], one_line(one.title), size=TITLE if len(one.title) <= 62 else 26, colour=theme.PAPER_BRAND, bold=True)
    texts = [part for part in one.parts if isinstance(part, Text | Items | Heading)]
    if texts:
        _texts(there, texts)
    for part in one.parts:
        if isinstance(part, Table):
            _table(there, part)
        elif isinstance(part, Lines):
            _lines(there, part)
        elif isinstance(part, Bars):
            _bars(there, part)
    _foot(there, one, made)
    there.notes_slide.notes_text_frame.text = clean("\n".join([*_whole(one.parts), one.note, made.stamp, *made.marks]).strip())


def _whole(parts: Sequence[Part]) -> list[str]:
    """What the slide shows as a picture or in short, in words for who speaks or cannot see it."""
    return [part.alt for part in parts if isinstance(part, Lines | Bars)]


# The frame


def _band(there: SlideType, made: Deck) -> None:
    band = there.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, WIDTH, BAND)
    band.name = "Band"
    band.fill.solid()
    band.fill.fore_color.rgb = _rgb(theme.PAPER_BRAND)
    band.line.fill.background()
    band._element.remove(band._element.find(qn("p:style")))  # it would cast a shadow
    frame = band.text_frame
    frame.vertical_anchor, frame.margin_left, frame.word_wrap = MSO_ANCHOR.MIDDLE, LEFT, True
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    _say(paragraph, made.about, size=SMALL, colour=theme.PAPER_GROUND)
    for mark in made.marks:  # gold on purple has 9:1
        _say(paragraph, f"     {mark}", size=SMALL, colour=theme.PAPER_MARK, bold=True)


def _foot(there: SlideType, one: Slide, made: Deck) -> None:
    note = there.shapes.add_textbox(LEFT, BOTTOM + Inches(0.05), ROOM - Inches(0.9), NOTE_HEIGHT)
    note.name = "Note"
    frame = note.text_frame
    frame.word_wrap, frame.margin_left, frame.vertical_anchor = True, 0, MSO_ANCHOR.BOTTOM
    _say(frame.paragraphs[0], one.note or made.stamp + ".", size=SMALL, colour=theme.PAPER_MUTED)
    number = there.shapes.add_textbox(LEFT + ROOM - Inches(0.8), BOTTOM + Inches(0.35), Inches(0.8), Inches(0.4))
    number.name = "Slide number"
    paragraph = number.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    paragraph._p.append(parse_xml(
        f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum"><a:rPr lang="{words.language_tag()}" sz="{SMALL * 100}"/>'
        f"<a:t>{len(there.part.package.presentation_part.presentation.slides)}</a:t></a:fld>"
    ))  # fmt: skip


def _texts(there: SlideType, texts: Sequence[Part]) -> None:
    """Paragraphs and lists in one box; in a smaller type where there is much, never below 18 points."""
    entries = [(line, isinstance(part, Items), part.kind if isinstance(part, Text) else "lead") for part in texts
               for line in (part.entries if isinstance(part, Items) else (part.text,))]  # fmt: skip
    letters = sum(len(text) + 60 for text, *_ in entries)
    size = next((size for size, most in ((28, 330), (24, 560), (BODY, 760), (20, 950)) if letters <= most), SMALL)
    box = there.shapes.add_textbox(LEFT, TOP, ROOM, BOTTOM - TOP)
    box.name = "Text"
    frame = box.text_frame
    frame.word_wrap, frame.margin_left = True, 0
    for number, (text, listed, kind) in enumerate(entries):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(8)
        if listed:
            _bullet(paragraph)
        _say(paragraph, one_line(text), size=size, colour=theme.PAPER_TEXT, bold=kind == "lead" and not listed)


def _bullet(paragraph: _Paragraph) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(Inches(0.3)))
    properties.set("indent", str(-Inches(0.3)))
    properties.append(parse_xml(f'<a:buFont {nsdecls("a")} typeface="Arial"/>'))
    properties.append(parse_xml(f'<a:buChar {nsdecls("a")} char="•"/>'))


def _say(paragraph: _Paragraph, text: str, *, size: float, colour: str, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = clean(text)
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, _rgb(colour)
    run._r.get_or_add_rPr().set("lang", words.language_tag())


def _rgb(colour: str) -> RGBColor:
    return RGBColor(*theme.rgb(colour))


# Tables


def _table(there: SlideType, part: Table) -> None:
    rows = [tuple(Cell(word=text) for text in part.head), *part.rows]
    frame = there.shapes.add_table(len(rows), len(part.head), LEFT, TOP, ROOM, Inches(0.42) * len(rows))
    frame.name = clean(part.caption)
    _described(frame, _("Table: {caption}; {rows}.").format(caption=part.caption, rows=words.count_of(len(part.rows), "row", "rows")))
    built = frame.table
    built._tbl.tblPr.find(qn("a:tableStyleId")).text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid: ours stands below
    built.horz_banding = False
    for column, share in zip(built.columns, part.widths, strict=True):
        column.width = Emu(int(ROOM * share))
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            _cell(built.cell(number, place), cell, is_head=number == 0, right=place in part.numbers)


def _cell(there: object, cell: Cell, *, is_head: bool, right: bool) -> None:
    there.margin_left = there.margin_right = Inches(0.08)
    there.margin_top = there.margin_bottom = Inches(0.05)
    frame: TextFrame = there.text_frame
    frame.word_wrap = True
    paragraph = frame.paragraphs[0]
    if right:
        paragraph.alignment = PP_ALIGN.RIGHT
    if cell.word:
        colour = theme.PAPER_GROUND if is_head else theme.PAPER_TEXT if cell.tone == "neutral" else theme.TONES[cell.tone][0]
        _say(paragraph, cell.word, size=SMALL, colour=colour, bold=True)
    if cell.text:
        _say(paragraph, f": {one_line(cell.text)}" if cell.word else one_line(cell.text), size=SMALL, colour=theme.PAPER_TEXT)
    if not paragraph.runs:  # an empty cell would else be as high as the template's type
        _say(paragraph, "", size=SMALL, colour=theme.PAPER_TEXT)
    if is_head:
        there.fill.solid()
        there.fill.fore_color.rgb = _rgb(theme.PAPER_BRAND)
    properties = there._tc.get_or_add_tcPr()
    line = parse_xml(f'<a:lnB {nsdecls("a")} w="9525"><a:solidFill><a:srgbClr val="{theme.PAPER_LINE[1:]}"/></a:solidFill></a:lnB>')
    properties.insert(0, line)  # before the fill: the order is fixed


def _described(frame: object, text: str) -> None:
    """Alternative text, for who does not see it."""
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(text))


# Charts


def number_format(decimals: int, unit: str) -> str:
    """As the figures are said elsewhere: 12,599; 45.2%; $950."""
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    if words.is_percent(unit):
        return f'{digits}"%"'
    return f'"$"{digits}' if words.is_dollars(unit) else digits


def _plain(text: str) -> str:
    """A name as the workbook inside may hold it: never a formula."""
    return neutral(clean(text)) or " "


def _chart(there: SlideType, kind: XL_CHART_TYPE, data: CategoryChartData, name: str, alt: str) -> Chart:
    frame = there.shapes.add_chart(kind, LEFT, TOP, ROOM, BOTTOM - TOP, data)
    frame.name = clean(name)
    _described(frame, alt)
    chart = frame.chart
    chart.has_title, chart.has_legend = False, False
    chart.font.size, chart.font.color.rgb = Pt(SMALL), _rgb(theme.PAPER_TEXT)
    for axis in (chart.category_axis, chart.value_axis):
        axis.has_major_gridlines = axis.has_minor_gridlines = False
        axis.format.line.color.rgb = _rgb(theme.PAPER_LINE)
        axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    return chart


def _scale(axis: _BaseAxis, part: Lines | Bars, values: Sequence[float]) -> None:
    """From zero, unless a figure is below it; then the note below the picture says so."""
    if all(value >= 0 for value in values):
        axis.minimum_scale = 0
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = number_format(_axis_decimals(values, part.decimals), part.unit), False
    axis.tick_labels.font.size = Pt(SMALL)


def _axis_decimals(values: Sequence[float], decimals: int) -> int:
    """Whole numbers on the scale where that tells its marks apart."""
    most = max(map(abs, values), default=0)
    return 0 if most >= 5 else 1 if most >= 0.5 else max(decimals, 1)


def _lines(there: SlideType, part: Lines) -> None:
    data = CategoryChartData(number_format=number_format(part.decimals, part.unit))
    data.categories = [_plain(period) for period in part.periods]
    data.add_series(_plain(part.name), part.values)
    for aim in part.aims:
        data.add_series(_plain(aim.name), aim.values)
    chart = _chart(there, XL_CHART_TYPE.LINE_MARKERS, data, part.name, part.alt)
    every = [value for values in (part.values, *(aim.values for aim in part.aims)) for value in values if value is not None]
    _scale(chart.value_axis, part, every)
    _few_labels(chart, len(part.periods))
    main, *aims = chart.plots[0].series
    known = [place for place, value in enumerate(part.values) if value is not None]
    below = _last_below(part, known)
    _main_line(main, part, known, below=below)
    for aim, values in zip(aims, (one.values for one in part.aims), strict=True):
        end = max((place for place, value in enumerate(values) if value is not None), default=0)
        beside = part.values[end]
        _aim_line(aim, values, below=not below if beside is None else values[end] is not None and values[end] <= beside)


def _last_below(part: Lines, known: Sequence[int]) -> bool:
    """Whether the last label stands below the line: away from the way to the target, else from where the line came."""
    last = part.values[known[-1]]
    ahead = [value for aim in part.aims for value in aim.values[known[-1] + 1 :] if value is not None]
    return ahead[-1] >= last if ahead else len(known) > 1 and part.values[known[-2]] > last


def _main_line(line: LineSeries, part: Lines, known: Sequence[int], *, below: bool) -> None:
    line.smooth = False
    line.format.line.color.rgb, line.format.line.width = _rgb(theme.MID_LINE), Pt(3.5)
    _marker(line, theme.MID_LINE)
    for place in part.provisional:
        fill = line.points[place].marker.format.fill
        line.points[place].marker.style, line.points[place].marker.size = XL_MARKER_STYLE.CIRCLE, 11
        fill.solid()
        fill.fore_color.rgb = _rgb(theme.PAPER_GROUND)
        line.points[place].marker.format.line.color.rgb = _rgb(theme.MID_LINE)
    for place in sorted({known[0], known[-1]}):
        lower = below if place == known[-1] else part.values[known[0]] < max(part.values[one] for one in known[:3])
        _label(line, place, theme.PAPER_BRAND, below=lower)


def _aim_line(line: LineSeries, values: Sequence[float | None], *, below: bool) -> None:
    line.smooth = False
    line.format.line.color.rgb, line.format.line.width = _rgb(theme.MID_TARGET), Pt(2.25)
    line.format.line.dash_style = MSO_LINE.DASH
    last = max((place for place, value in enumerate(values) if value is not None), default=None)
    line.marker.style = XL_MARKER_STYLE.NONE
    if last is not None:
        point = line.points[last]
        point.marker.style, point.marker.size = XL_MARKER_STYLE.DIAMOND, 13
        point.marker.format.fill.solid()
        point.marker.format.fill.fore_color.rgb = _rgb(theme.MID_TARGET)
        point.marker.format.line.color.rgb = _rgb(theme.MID_TARGET)
        _label(line, last, theme.PAPER_TARGET, below=below, named=True)


def _marker(line: LineSeries, colour: str) -> None:
    line.marker.style, line.marker.size = XL_MARKER_STYLE.CIRCLE, 9
    line.marker.format.fill.solid()
    line.marker.format.fill.fore_color.rgb = _rgb(colour)
    line.marker.format.line.color.rgb = _rgb(colour)


def _label(line: LineSeries, place: int, colour: str, *, below: bool, named: bool = False) -> None:
    """The point's own value, drawn by the chart: who edits the number edits the label. `named` puts the line's name before it."""
    label = line.points[place].data_label
    label.font.size, label.font.bold, label.font.color.rgb = Pt(SMALL), True, _rgb(colour)
    label.position = XL_LABEL_POSITION.BELOW if below else XL_LABEL_POSITION.ABOVE
    if named:
        element = label._dLbl
        element.find(qn("c:showSerName")).set("val", "1")
        separator = parse_xml(f"<c:separator {nsdecls('c')}> </c:separator>")
        element.find(qn("c:showBubbleSize")).addnext(separator)


def _few_labels(chart: Chart, count: int) -> None:
    """At most so many names on the time axis; the others keep their place."""
    step = -(-count // MOST_LABELS)
    if step > 1:
        axis = chart.category_axis._element
        skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{step}"/>')
        axis.find(qn("c:noMultiLvlLbl")).addprevious(skip)
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW


def _bars(there: SlideType, part: Bars) -> None:
    data = CategoryChartData(number_format=number_format(part.decimals, part.unit))
    data.categories = [_plain(area) for area in part.areas]
    data.add_series(_plain(part.name), part.values)
    chart = _chart(there, XL_CHART_TYPE.BAR_CLUSTERED, data, part.name, part.alt)
    _scale(chart.value_axis, part, part.values)
    chart.value_axis.visible = False  # each bar says its own value
    chart.category_axis.reverse_order = True
    chart.category_axis.tick_labels.font.size = Pt(SMALL)
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    plot = chart.plots[0]
    plot.gap_width, plot.vary_by_categories = 35, False
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.font.size, labels.show_value, labels.position = Pt(SMALL), True, XL_LABEL_POSITION.OUTSIDE_END
    fill = plot.series[0].format.fill
    fill.solid()
    fill.fore_color.rgb = _rgb(theme.MID_LINE)
