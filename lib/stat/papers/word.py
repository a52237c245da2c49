"""Papers as Word files: real headings, tables whose head repeats on every page, page numbers, and what the numbers are at the foot."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Inches, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from lib import words
from lib.charts import theme
from lib.language import _
from lib.stat.papers import annual, content
from lib.stat.papers.annual import Year
from lib.stat.papers.content import EXAMPLE, Occasion
from lib.stat.papers.parts import Bars, Cell, Heading, Items, Lines, Paper, Part, Table, Text, clean

FONT = "Calibri"
LETTER = (Inches(8.5), Inches(11))
MARGIN = Inches(0.9)
TABLE_SIZE, WIDE_SIZE = 9.5, 8.5
BODY_SIZE = 10.5


def pre_memo(occasion: Occasion) -> bytes:
    return write(content.pre_memo(occasion))


def agenda(occasion: Occasion) -> bytes:
    return write(content.agenda(occasion))


def follow_up_memo(occasion: Occasion) -> bytes | None:
    """None before the meeting was held."""
    paper = content.follow_up_memo(occasion)
    return write(paper) if paper else None


def annual_report(year: Year) -> bytes:
    return write(annual.annual_report(year))


def write(paper: Paper) -> bytes:
    """The paper as a .docx file."""
    document = Document()
    _styles(document)
    _properties(document, paper)
    _page(document.sections[0], wide=False)
    _header_and_footer(document.sections[0], paper)
    for mark in paper.marks:
        _marked(document.add_paragraph(), mark)
    document.add_paragraph(clean(paper.title), style="Title")
    for part, following in zip(paper.parts, [*paper.parts[1:], None], strict=True):
        if isinstance(part, Table) and part.wide:
            _on_its_side(document, part)
        else:
            WRITERS[type(part)](document, part)
        if isinstance(part, Text) and isinstance(following, Table) and not following.wide:
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    return _saved(document)


def _saved(document: DocumentType) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


# The document


def _properties(document: DocumentType, paper: Paper) -> None:
    known = document.core_properties
    made_up = f" ({_(EXAMPLE)})" if _(EXAMPLE) in paper.marks else ""
    known.title, known.author, known.subject = clean(paper.title + made_up)[:250], clean(paper.author)[:250], clean(paper.about)[:250]
    known.language, known.keywords, known.comments, known.last_modified_by = words.language_tag(), "", "", clean(paper.author)[:250]


def _styles(document: DocumentType) -> None:
    styles = document.styles
    plain = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _font_of(plain)
    plain.find(qn("w:lang")).set(qn("w:val"), words.language_tag())
    _style(styles["Normal"], BODY_SIZE, theme.PAPER_TEXT, after=5)
    _style(styles["Title"], 22, theme.PAPER_BRAND, bold=True, after=4)
    _style(styles["Heading 1"], 14, theme.PAPER_BRAND, bold=True, before=14, after=4)
    _style(styles["Heading 2"], 11.5, theme.PAPER_BRAND, bold=True, before=10, after=2)
    _style(styles["List Bullet"], BODY_SIZE, theme.PAPER_TEXT, after=2)
    _style(styles["Caption"], 9, theme.PAPER_MUTED, before=4, after=2)
    _style(styles["Header"], 9, theme.PAPER_MUTED)
    _style(styles["Footer"], 9, theme.PAPER_MUTED)
    _no_line_below(styles["Title"])


def _style(style: ParagraphStyle, size: float, colour: str, *, bold: bool = False, before: float = 0, after: float = 0) -> None:
    _font_of(style.element.get_or_add_rPr())
    style.font.size, style.font.bold, style.font.italic, style.font.color.rgb = Pt(size), bold, False, _rgb(colour)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = 1.1


def _font_of(properties: OxmlElement) -> None:
    """One typeface for all; the template names others by its theme, which would win."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)


def _no_line_below(style: ParagraphStyle) -> None:
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)


def _page(section: Section, *, wide: bool) -> None:
    width, height = reversed(LETTER) if wide else LETTER
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = MARGIN
    section.top_margin, section.bottom_margin = Inches(1), Inches(0.9)
    section.header_distance = section.footer_distance = Inches(0.45)


def _header_and_footer(section: Section, paper: Paper) -> None:
    head = section.header.paragraphs[0]
    head.add_run(clean(paper.about))
    for mark in paper.marks:
        head.add_run("   ")
        _mark_run(head.add_run(clean(mark)))
    foot = section.footer.paragraphs[0]
    counts = {"{page}": "PAGE", "{pages}": "NUMPAGES"}
    for piece in re.split(r"(\{page\}|\{pages\})", _("Page {page} of {pages}")):
        if piece in counts:
            _field(foot, counts[piece])
        elif piece:
            foot.add_run(piece)
    foot.add_run(f"   {clean(paper.stamp)}")


def _field(paragraph: Paragraph, code: str) -> None:
    """A number that Word works out itself; each of its marks in a run of its own, as Word writes them."""

    def mark(kind: str) -> None:
        one = OxmlElement("w:fldChar")
        one.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(one)

    mark("begin")
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = f" {code} "
    paragraph.add_run()._r.append(text)
    mark("separate")
    paragraph.add_run("1")
    mark("end")


def _mark_run(run: Run) -> None:
    """Dark on gold, as gold carries dark text only."""
    run.bold, run.font.color.rgb = True, _rgb(theme.PAPER_TEXT)
    _shade(run._r.get_or_add_rPr(), theme.PAPER_MARK)


def _marked(paragraph: Paragraph, text: str) -> None:
    run = paragraph.add_run(clean(f" {text} "))
    _mark_run(run)
    run.font.size = Pt(12)


# Parts


def _heading(document: DocumentType, part: Heading) -> None:
    document.add_paragraph(clean(part.text), style=f"Heading {part.level}")


def _text(document: DocumentType, part: Text) -> None:
    paragraph = document.add_paragraph()
    _lines_in(paragraph, part.text)
    for run in paragraph.runs:
        if part.kind == "note":
            run.font.size, run.font.color.rgb = Pt(9), _rgb(theme.PAPER_MUTED)
        elif part.kind:
            run.bold = True
    if part.text.endswith(":"):
        paragraph.paragraph_format.keep_with_next = True


def _items(document: DocumentType, part: Items) -> None:
    for number, entry in enumerate(part.entries, start=1):
        paragraph = document.add_paragraph(style="List Paragraph" if part.numbered else "List Bullet")
        if part.numbered:
            paragraph.paragraph_format.first_line_indent, paragraph.paragraph_format.space_after = Inches(-0.25), Pt(2)
            paragraph.paragraph_format.left_indent = Inches(0.25)
            paragraph.paragraph_format.tab_stops.add_tab_stop(Inches(0.25))
            paragraph.add_run(f"{number}.\t")
        _lines_in(paragraph, entry)


def _lines_in(paragraph: Paragraph, text: str) -> None:
    lines = clean(text).splitlines() or [""]
    for number, line in enumerate(lines):
        run = paragraph.add_run(line)
        if number < len(lines) - 1:
            run.add_break(WD_BREAK.LINE)


def _table(document: DocumentType, part: Table) -> None:
    """A table of fixed widths. Its head stands again on every page that it runs over; no row is torn in two."""
    if part.titled:
        document.add_paragraph(clean(part.caption), style="Caption").paragraph_format.keep_with_next = True
    section = document.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    widths = [int(room * share) for share in part.widths]
    built = document.add_table(rows=1, cols=len(part.head))
    built.autofit = False
    _describe(built, part)
    size = WIDE_SIZE if part.wide else TABLE_SIZE
    for column, width in zip(built.columns, widths, strict=True):
        column.width = width
    _row(built.rows[0], [Cell(word=text) for text in part.head], part, widths, size, is_head=True)
    for row in part.rows:
        _row(built.add_row(), row, part, widths, size)
    after = document.add_paragraph()
    after.paragraph_format.space_after, after.paragraph_format.line_spacing = Pt(0), Pt(6)


def _row(built: object, cells: object, part: Table, widths: list[int], size: float, *, is_head: bool = False) -> None:
    properties = built._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))
    for place, (there, cell) in enumerate(zip(built.cells, cells, strict=True)):
        there.width = widths[place]
        paragraph = there.paragraphs[0]
        paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(1), 1.0
        paragraph.paragraph_format.keep_with_next = is_head or None  # a head never stands alone at the foot of a page
        if place in part.numbers:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _fill(paragraph, cell, size, is_head=is_head)
        if is_head:
            _shade(there._tc.get_or_add_tcPr(), theme.PAPER_SOFT)


def _fill(paragraph: Paragraph, cell: Cell, size: float, *, is_head: bool) -> None:
    if cell.word:
        run = paragraph.add_run(clean(cell.word))
        run.bold = True
        run.font.color.rgb = _rgb(theme.PAPER_BRAND if is_head else theme.TONES[cell.tone][0] if cell.tone != "neutral" else theme.PAPER_TEXT)
    if cell.text:
        if cell.word:
            paragraph.add_run().add_break(WD_BREAK.LINE)
        _lines_in(paragraph, cell.text)
    for run in paragraph.runs:
        run.font.size = Pt(size)


def _describe(built: object, part: Table) -> None:
    """Thin lines between the rows and none beside them, room in the cells, and a title that is read aloud."""
    properties = built._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", theme.PAPER_LINE[1:])):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    for side, room in (("top", 40), ("left", 80), ("bottom", 40), ("right", 80)):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), str(room))
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), clean(part.caption))
    layout, look = properties.find(qn("w:tblLayout")), properties.find(qn("w:tblLook"))
    layout.addprevious(borders)  # the order of these is fixed
    layout.addnext(margins)
    (look if look is not None else margins).addnext(caption)


def _on_its_side(document: DocumentType, part: Table) -> None:
    _page(document.add_section(WD_SECTION.NEW_PAGE), wide=True)
    _table(document, part)
    _page(document.add_section(WD_SECTION.NEW_PAGE), wide=False)


def _shade(properties: OxmlElement, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour[1:])):
        shade.set(qn(f"w:{name}"), value)
    properties.append(shade)


def _rgb(colour: str) -> RGBColor:
    return RGBColor(*theme.rgb(colour))


def _picture(document: DocumentType, part: Lines | Bars) -> None:
    """A picture's content in words: papers have tables, slides have pictures."""
    document.add_paragraph(clean(part.alt))


WRITERS: dict[type[Part], Callable[[DocumentType, Part], None]] = {Heading: _heading, Text: _text, Items: _items, Table: _table, Lines: _picture, Bars: _picture}
