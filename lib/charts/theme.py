"""The only place with colours and symbols. Pairs are (on light, on dark); `MID` colours stand on both.

What follows from the city's own two colours was chosen beside Baltimore's purple and gold, stands here so, and is turned to the
city's when this module is loaded. What has a meaning (statuses, classes of a map, outcomes) is the same for every city.
"""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from lib.colour import READABLE, readable, turned
from lib.cycle import Colour
from lib.errors import SettingsError
from lib.model import Movement, Status
from lib.settings import Look as CityLook
from lib.settings import read_settings

MODEL_FRAME, MODEL_ACCENT = "#2f1c3d", "#fabe21"
LIGHT_GROUND, INK = "#ffffff", "#161616"


def city_look() -> CityLook:
    """The city's two colours; the model's where its settings cannot be read, which the pages then say."""
    try:
        return read_settings().look
    except SettingsError:
        return CityLook(frame=MODEL_FRAME, accent=MODEL_ACCENT, logo="", favicon="")


LOOK = city_look()


def like_frame(colour: str, *grounds: str, at_least: float = READABLE, look: CityLook = LOOK) -> str:
    """A colour of the frame's family in the city's; with `grounds`, one that stands out from them."""
    return readable(turned(colour, model=MODEL_FRAME, own=look.frame), *grounds, at_least=at_least)


def like_accent(colour: str, *grounds: str, at_least: float = READABLE, look: CityLook = LOOK) -> str:
    """The same of the accent's family."""
    return readable(turned(colour, model=MODEL_ACCENT, own=look.accent), *grounds, at_least=at_least)


FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", sans-serif'

# Contrast of at least 3:1 on white and on the dark ground: lines and marks that do not know the reader's theme.
DARK_GROUND = like_frame("#14101a")
GROUNDS = (LIGHT_GROUND, DARK_GROUND)
MID_LINE = like_frame("#8567b8", *GROUNDS, at_least=3)
MID_MUTED = "#84808c"
MID_TARGET = like_accent("#b7860f", *GROUNDS, at_least=3)
MID_TEXT = "#77727f"
MID_GOOD = "#3f86cc"
MID_CONCERN = "#b8660f"
MID_GRID = "rgba(132, 128, 140, 0.25)"
MID_BAND = f"rgba({int(MID_LINE[1:3], 16)}, {int(MID_LINE[3:5], 16)}, {int(MID_LINE[5:], 16)}, 0.16)"
CLEAR = "rgba(0, 0, 0, 0)"

BENCHMARK_LINES = ("#2f8f9f", "#9a6b3f", "#5c7fb8", "#a0567e", "#5d8a52", "#7d7d3c", "#6d6ab0", "#8a5a5a", "#4e8a83")


@dataclass(frozen=True)
class Look:
    """How a status is shown: never by colour alone. `icon` is a Material Symbols name, shipped with Streamlit."""

    icon: str
    tone: str  # "good", "concern", "serious", "neutral": a class in the style sheet


# Blue, orange and grey: told apart by readers with any form of colour blindness (methods: 2.3).
TONES = {
    "good": ("#005eb8", "#7db8f0"),
    "concern": ("#a85400", "#f5a13c"),
    "serious": ("#8f3a00", "#ff8c42"),
    "neutral": ("#526270", "#b3bcc4"),
}

STATUS_LOOKS: dict[Status, Look] = {
    Status.MET: Look("check_circle", "good"),
    Status.ON_TRACK: Look("trending_up", "good"),
    Status.MAINTAIN: Look("drag_handle", "good"),
    Status.BEHIND: Look("schedule", "concern"),
    Status.FAR_BEHIND: Look("hourglass_bottom", "serious"),
    Status.GETTING_WORSE: Look("warning", "serious"),
    Status.SLIPPED: Look("south_east", "serious"),
    Status.MISSED: Look("cancel", "serious"),
    Status.NO_DETECTABLE_CHANGE: Look("horizontal_rule", "neutral"),
    Status.TOO_EARLY: Look("hourglass_top", "neutral"),
    Status.NO_TARGET: Look("flag", "neutral"),
    Status.NOT_ENOUGH_DATA: Look("more_horiz", "neutral"),
    Status.STALE: Look("update_disabled", "neutral"),
    Status.NOT_COLLECTED: Look("block", "neutral"),
}

MOVEMENT_LOOKS: dict[Movement, Look] = {
    Movement.BETTER: Look("thumb_up", "good"),
    Movement.WORSE: Look("thumb_down", "serious"),
    Movement.RISING: Look("north_east", "neutral"),
    Movement.FALLING: Look("south_east", "neutral"),
    Movement.NONE_DETECTED: Look("waves", "neutral"),
    Movement.CANNOT_TELL: Look("question_mark", "neutral"),
}

# The City's four colours of a follow-up, as icon and word; what they are called in the page is the City's word.
FOLLOW_UP_LOOKS: dict[Colour, Look] = {
    Colour.RED: Look("error", "serious"),
    Colour.YELLOW: Look("pending", "concern"),
    Colour.WHITE: Look("radio_button_unchecked", "neutral"),
    Colour.GREEN: Look("task_alt", "good"),
}

# The same four on the page of follow-ups: the City's own colours, as the ground of the icon and the sign on it (contrast tested).
FOLLOW_UP_SWATCHES: dict[Colour, tuple[str, str]] = {
    Colour.RED: ("#b3261e", "#ffffff"),
    Colour.YELLOW: ("#fabe21", "#161616"),
    Colour.WHITE: ("#ffffff", "#161616"),
    Colour.GREEN: ("#1e7b3a", "#ffffff"),
}

# Papers and slides stand on white. As text each has a contrast of at least 4.5:1 on white and on the soft ground (tested), but for the
# mark, which carries dark text only.
PAPER_GROUND = "#ffffff"
PAPER_SOFT = like_frame("#f1eef5")
PAPER_TEXT = "#161616"
PAPER_MUTED = "#526270"
PAPER_BRAND = LOOK.frame
PAPER_LINE = like_frame("#c9c3d1")
PAPER_MARK = LOOK.accent
PAPER_TARGET = like_accent("#8a6608", PAPER_GROUND, PAPER_SOFT)  # the target's words; its line is MID_TARGET

# One colour an outcome, for its mark only; text and status never take it.
OUTCOME_COLOURS = {
    "outcome-1": "#5c7fb8",
    "outcome-2": "#a0567e",
    "outcome-3": "#9a6b3f",
    "outcome-4": "#b7860f",
    "outcome-5": "#6d6ab0",
    "outcome-6": "#5d8a52",
    "outcome-7": "#2f8f9f",
}


# Maps. Five classes from light to dark; each pair of neighbors can be told apart with any colour vision, and in grey (tested).
WORSE_DARKER = ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#7f2f04")  # after ColorBrewer's YlOrBr
MORE_DARKER = ("#fdea45", "#bcaf6f", "#7c7b78", "#414d6b", "#00224e")  # after cividis: more, without a judgement
# From much better to much worse around a true middle; told apart in grey because no two are equally light.
BETTER_TO_WORSE = ("#7a68bd", "#c9c3e3", "#f7f7f7", "#e08214", "#7f3b08")

# Money: one family from dark to light; white text has a contrast of at least 5:1 on each (tested). Neighbors are told apart by the
# line between them and by their words.
MONEY_SHADES = tuple(like_frame(one, LIGHT_GROUND, at_least=5) for one in ("#33214a", "#7660a3", "#4c366e", "#684f92", "#3f2b5c", "#5a4280"))
MONEY_NOWHERE = "#5f5a66"  # what is under no outcome
MONEY_TEXT = "#ffffff"

MAP_EMPTY = "#ffffff"
MAP_BORDER = "#5a5560"
MAP_SELECTED = LOOK.accent
MAP_SELECTED_CASING = LOOK.frame

# The pages, as variables of the style sheet. `brand` is the frame as text and outline, `accent` marks one thing.
PAGE = {
    **TONES,
    "muted": ("#526270", like_frame("#b9b3c2")),
    "line": (like_frame("#d9d4df"), like_frame("#4a4056")),
    "soft": (like_frame("#f5f3f7"), like_frame("#221b2b")),
    "page": GROUNDS,
    "brand": (LOOK.frame, like_frame("#cbb9ea", DARK_GROUND)),
    "accent": (LOOK.accent, LOOK.accent),
    "on-accent": (INK, INK),
    "on-button": (LIGHT_GROUND, like_frame("#190e21")),
    "made-up": ("#fff4d0", "#4a3a08"),
    "on-made-up": (INK, "#fff4d0"),
    "alarm": ("#b3261e", "#b3261e"),
    "map-border": (MAP_BORDER, MAP_BORDER),
    "map-empty": (MAP_EMPTY, MAP_EMPTY),
}


def style_variables() -> str:
    """The colours of the pages for lib/ui/style.css, each as it is on light and on dark."""
    return "".join(f"--{name}: light-dark({light}, {dark}); " for name, (light, dark) in PAGE.items())


def streamlit_theme(look: CityLook = LOOK) -> dict[str, dict[str, str]]:
    """What follows from the city's colours in .streamlit/config.toml: the keys of each table of the theme."""

    def frame(colour: str, *grounds: str, at_least: float = READABLE) -> str:
        return like_frame(colour, *grounds, at_least=at_least, look=look)

    dark = frame("#14101a")
    line = frame("#5f4d86", LIGHT_GROUND)
    return {
        "theme.light": {"primaryColor": line, "secondaryBackgroundColor": frame("#f5f3f7"), "linkColor": line, "borderColor": frame("#d9d4df")},
        "theme.light.sidebar": {"backgroundColor": look.frame, "secondaryBackgroundColor": frame("#45305a", LIGHT_GROUND), "linkColor": look.accent,
                                "primaryColor": look.accent, "borderColor": frame("#6d5a80")},
        "theme.dark": {"primaryColor": frame("#b9a5dc", dark), "backgroundColor": dark, "secondaryBackgroundColor": frame("#221b2b"),
                       "textColor": frame("#f3f0f6"), "linkColor": frame("#c9b8e8", dark), "borderColor": frame("#4a4056")},
        "theme.dark.sidebar": {"backgroundColor": frame("#1d1226"), "secondaryBackgroundColor": frame("#322342"), "textColor": frame("#f3f0f6"),
                               "linkColor": look.accent, "primaryColor": look.accent, "borderColor": frame("#5a4a6c")},
    }  # fmt: skip


def rgb(colour: str) -> list[int]:
    """#ffffd4 as [255, 255, 212]."""
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def outcome_colour(name: str) -> str:
    """The mark's colour; grey for a name that the theme does not know."""
    return OUTCOME_COLOURS.get(name, MID_MUTED)


def maintain_look(held: bool | None) -> Look:
    """A value to be maintained is good while it is held and serious when it is not."""
    return STATUS_LOOKS[Status.MAINTAIN] if held is not False else Look("drag_handle", "serious")


def look_of(status: Status, held: bool | None = None) -> Look:
    """How a status looks. `held` is of a value to be maintained only."""
    return maintain_look(held) if status is Status.MAINTAIN else STATUS_LOOKS[status]


def template(*, text_size: int = 14) -> go.layout.Template:
    """An explicit template: Streamlit's own has placeholder colours that turn black in an exported figure."""
    axis = dict(showgrid=False, zeroline=False, linecolor=MID_MUTED, tickcolor=MID_MUTED, ticks="outside", automargin=True)
    return go.layout.Template(
        layout=dict(
            font=dict(family=FONT, size=text_size, color=MID_TEXT),
            paper_bgcolor=CLEAR,
            plot_bgcolor=CLEAR,
            colorway=[MID_LINE, *BENCHMARK_LINES],
            xaxis=axis,
            yaxis=axis | dict(showgrid=True, gridcolor=MID_GRID, ticks="", showline=False, separatethousands=True, exponentformat="none"),
            hoverlabel=dict(font=dict(family=FONT, size=text_size)),
            margin=dict(l=8, r=8, t=8, b=8),
            showlegend=False,
        )
    )
