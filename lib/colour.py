"""How a city's own colours are judged, and how others follow from them. Which colours there are stands in charts/theme.py."""

from __future__ import annotations

from coloraide import Color

READABLE = 4.5  # WCAG 2.2, 1.4.3: text on its ground
WHITE, INK = "white", "rgb(22 22 22)"  # the text that stands on a city's colours
STEPS = 100  # of lightness


def contrast(one: str, other: str) -> float:
    """From 1 (the same lightness) to 21 (black on white), after WCAG 2."""
    return Color(one).contrast(other, method="wcag21")


def turned(colour: str, *, model: str, own: str) -> str:
    """What `colour` is to `model`, for `own`: its hue turned by as much, and as vivid in proportion. "#rrggbb" in and out.

    It stays as light as it is (in OKLCH), so what could be read on it still can, nearly; who needs a contrast asks `readable`.
    Where `own` is the model itself, nothing changes.
    """
    if own.lower() == model.lower():
        return colour
    found, of_model, of_own = (Color(one).convert("oklch") for one in (colour, model, own))
    found["hue"] = found.get("hue", nans=False) + of_own.get("hue", nans=False) - of_model.get("hue", nans=False)
    if of_model["chroma"]:
        found["chroma"] *= min(1.0, of_own["chroma"] / of_model["chroma"])
    return _hex(found)


def readable(colour: str, *grounds: str, at_least: float = READABLE) -> str:
    """The colour, as much darker or lighter as it takes to stand out from every ground by that contrast; as it is where it does.

    Raises ValueError where none can: a light and a dark ground leave room for about 4:1 on both.
    """
    for step in range(STEPS + 1):
        for change in (-step / STEPS, step / STEPS):
            found = _lighter(colour, change) if step else colour
            if all(contrast(found, ground) >= at_least for ground in grounds):
                return found
    raise ValueError(f"no lightness of {colour} stands out by {at_least}:1 from {', '.join(grounds)}")


def _lighter(colour: str, change: float) -> str:
    found = Color(colour).convert("oklch")
    found["lightness"] = min(1.0, max(0.0, found["lightness"] + change))
    return _hex(found)


def _hex(colour: Color) -> str:
    return colour.convert("srgb").fit(method="oklch-chroma").to_string(hex=True)
