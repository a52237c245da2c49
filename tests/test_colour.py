"""A city's colours: what can be read is told by the published arithmetic of WCAG 2, written out here by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.charts import theme
from lib.colour import contrast, readable, turned
from lib.errors import SettingsError
from lib.settings import ROOT, Look, read_settings

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
REAL = (ROOT / "config.toml").read_text(encoding="utf-8")


def wcag(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@given(COLOURS, COLOURS)
def test_contrast_is_that_of_wcag(one, other):
    assert contrast(one, other) == pytest.approx(wcag(one, other), abs=0.01) == contrast(other, one)


@given(COLOURS, COLOURS)
def test_beside_the_model_itself_a_colour_stays_as_it_is(colour, model):
    assert turned(colour, model=model, own=model.upper()) == colour


@given(COLOURS)
def test_a_grey_city_has_grey_colours(own):
    grey = own[:3] + own[1:3] + own[1:3]
    found = turned("#8567b8", model=theme.MODEL_FRAME, own=grey)
    parts = [int(found[place : place + 2], 16) for place in (1, 3, 5)]
    assert max(parts) - min(parts) <= 2


@pytest.mark.slow
@given(COLOURS, st.sampled_from([3.0, 4.0]))
def test_a_colour_can_always_be_made_to_stand_out_from_a_light_and_a_dark_ground(colour, at_least):
    found = readable(colour, theme.LIGHT_GROUND, "#14101a", at_least=at_least)
    assert min(wcag(found, theme.LIGHT_GROUND), wcag(found, "#14101a")) >= at_least - 0.01


def test_what_stands_out_already_stays_and_what_never_can_is_said():
    assert readable("#8567b8", "#ffffff", "#14101a", at_least=3) == "#8567b8"
    with pytest.raises(ValueError, match="no lightness"):
        readable("#808080", "#ffffff", "#000000", at_least=10)


@pytest.mark.parametrize(
    ("frame", "accent", "said"),
    [("#c8b6ff", "#fabe21", r"look\.frame: white text on #c8b6ff has a contrast of 1\.8:1 and needs 4\.5:1; choose a darker colour"),
     ("#2f1c3d", "#7a1f1f", r"look\.accent: dark text on #7a1f1f has a contrast of 1\.\d:1"),
     ("#6b5b00", "#b0a020", r"look\.accent: on the frame #6b5b00, the accent #b0a020 has a contrast of 2\.\d:1"),
     ("purple", "#fabe21", r"look\.frame: "), ("#2f1c3d", "#fb2", r"look\.accent: ")],
)  # fmt: skip
def test_a_pair_that_cannot_be_read_is_refused_with_its_ratio(tmp_path, frame, accent, said):
    path = tmp_path / "config.toml"
    path.write_text(REAL.replace('"#2f1c3d"', f'"{frame}"').replace('"#fabe21"', f'"{accent}"'), encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        read_settings(path)


@pytest.mark.parametrize("key", ["logo", "favicon"])
def test_a_picture_that_is_not_there_is_named(tmp_path, key):
    path = tmp_path / "config.toml"
    path.write_text(REAL.replace(f'{key} = ""', f'{key} = "static/mark.png"'), encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"look\.{key}: there is no file 'static/mark\.png' beside it"):
        read_settings(path)
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "mark.png").write_bytes(b"")
    assert getattr(read_settings(path).look, key) == "static/mark.png"


@given(COLOURS, COLOURS)
def test_whatever_pair_is_taken_text_and_marks_can_be_read(frame, accent):
    try:
        look = Look(frame=frame, accent=accent, logo="", favicon="")
    except ValueError:
        return
    found = theme.streamlit_theme(look)
    light, dark = found["theme.light"], found["theme.dark"]
    assert wcag(light["linkColor"], "#ffffff") >= 4.49 and wcag(dark["linkColor"], dark["backgroundColor"]) >= 4.49
    assert wcag(found["theme.light.sidebar"]["linkColor"], frame) >= 4.49
    line = theme.like_frame("#8567b8", theme.LIGHT_GROUND, dark["backgroundColor"], at_least=3, look=look)
    assert min(wcag(line, "#ffffff"), wcag(line, dark["backgroundColor"])) >= 2.99
