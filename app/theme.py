"""The only colours, fonts and pens of the program.

One colour language everywhere: blue is positive, orange is negative, neutral is zero.
Classes have their own palette of ten, distinct from the signs. Nothing is drawn
half-transparent (it would cost thirty times as much): ``blend`` mixes beforehand.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette, QPen

from resources import resource_path

Lut = NDArray[np.uint32]  # (256,) colours as 0xffRRGGBB

FONT_FAMILY = "Inter"
BASE_PX, SMALL_PX = 13, 11
MAGNITUDE_STOPS = ("#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725")


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours; every value is "#rrggbb"."""

    window: str
    panel: str
    field: str
    border: str
    text: str
    muted: str
    grid: str
    accent: str
    on_accent: str
    hover: str
    positive: str
    negative: str
    zero: str
    train: str
    test: str
    good: str
    bad: str
    classes: tuple[str, ...]
    layers: tuple[str, str, str]  # stops from the first to the last layer


LIGHT = Theme(
    window="#eef1f5",
    panel="#ffffff",
    field="#f7f8fa",
    border="#d8dee7",
    text="#18212f",
    muted="#5a677a",
    grid="#e7ebf1",
    accent="#0b7a75",
    on_accent="#ffffff",
    hover="#e3eaf0",
    positive="#1d70c9",
    negative="#e0700a",
    zero="#dfe4eb",
    train="#0b7a75",
    test="#b0338f",
    good="#14804a",
    bad="#c02b2b",
    classes=(
        "#8a5bd1",
        "#219a5e",
        "#d63f73",
        "#a88a00",
        "#4c5a6c",
        "#7c4a28",
        "#0e94a0",
        "#d678b4",
        "#76902a",
        "#9c1f38",
    ),
    layers=("#46327e", "#277f8e", "#5aa02c"),
)
DARK = Theme(
    window="#12161d",
    panel="#1a2029",
    field="#232b37",
    border="#303a48",
    text="#e8edf4",
    muted="#98a5b8",
    grid="#28313e",
    accent="#2fb5a8",
    on_accent="#08201e",
    hover="#2a3442",
    positive="#5ba7f5",
    negative="#f5953d",
    zero="#333d4b",
    train="#2fc4b5",
    test="#e478c8",
    good="#46c585",
    bad="#ff7b72",
    classes=(
        "#b18cf0",
        "#4cc98a",
        "#f27aa2",
        "#d8bb3a",
        "#a7b4c6",
        "#c98f66",
        "#3fc6d3",
        "#f0a6d6",
        "#aec95a",
        "#e0627a",
    ),
    layers=("#9d8df2", "#3db4c6", "#c3dc4f"),
)


def theme(dark: bool) -> Theme:
    return DARK if dark else LIGHT


def rgb(colour: str) -> NDArray[np.float64]:
    """(3,) red, green, blue, 0 … 255."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)


def blend(colour: str, background: str, share: float) -> str:
    """``colour`` laid over ``background`` with opacity ``share``, as one opaque colour."""
    mixed = rgb(colour) * share + rgb(background) * (1 - share)
    return "#{:02x}{:02x}{:02x}".format(*np.rint(mixed).astype(int))


@cache
def lut(*stops: str) -> Lut:
    """A table of 256 colours through evenly spaced ``stops``."""
    places = np.linspace(0, 255, len(stops))
    channels = np.array([rgb(stop) for stop in stops]).T
    red, green, blue = (
        np.rint(np.interp(np.arange(256), places, channel)).astype(np.uint32)
        for channel in channels
    )
    table: Lut = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    table.flags.writeable = False
    return table


def sign_lut(t: Theme) -> Lut:
    """From negative over zero to positive."""
    return lut(t.negative, t.zero, t.positive)


def magnitude_lut() -> Lut:
    """Perceptually uniform, for amounts without a sign (viridis)."""
    return lut(*MAGNITUDE_STOPS)


def layer_colour(t: Theme, l: int, depth: int) -> str:
    """Colour of layer l = 1 … L in curves: from the first to the last along one scale."""
    table = lut(*t.layers)
    place = 0 if depth == 1 else round(255 * (l - 1) / (depth - 1))
    return f"#{int(table[place]) & 0xFFFFFF:06x}"


def pen(colour: str, width: float = 1.0) -> QPen:
    """A pen whose width is in pixels whatever the zoom."""
    result = QPen(QColor(colour), width)
    result.setCosmetic(True)
    return result


def round_pen(colour: str, width: float) -> QPen:
    """A pen that makes a disc of ``width`` pixels of a line of no length."""
    result = pen(colour, width)
    result.setCapStyle(Qt.PenCapStyle.RoundCap)
    return result


def load_fonts() -> None:
    """Make the bundled fonts known; needs a QGuiApplication."""
    for name in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
        QFontDatabase.addApplicationFont(str(resource_path("fonts", name)))


def font(px: int = BASE_PX, bold: bool = False) -> QFont:
    """The program's font, with figures of equal width so that numbers don't jitter."""
    result = QFont(FONT_FAMILY)
    result.setPixelSize(px)
    result.setFeature(QFont.Tag("tnum"), 1)
    if bold:
        result.setWeight(QFont.Weight.DemiBold)
    return result


def palette(t: Theme) -> QPalette:
    result = QPalette()
    role = QPalette.ColorRole
    for names, colour in (
        ((role.Window,), t.window),
        ((role.Base, role.ToolTipBase), t.panel),
        ((role.AlternateBase, role.Button), t.field),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), t.text),
        ((role.PlaceholderText,), t.muted),
        ((role.Highlight, role.Accent), t.accent),
        ((role.HighlightedText,), t.on_accent),
        ((role.Light, role.Midlight), t.hover),
        ((role.Mid, role.Dark, role.Shadow), t.border),
        ((role.Link,), t.accent),
    ):
        for name in names:
            result.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        faint = QColor(blend(t.muted, t.panel, 0.55))
        result.setColor(QPalette.ColorGroup.Disabled, name, faint)
    return result


def stylesheet(t: Theme) -> str:
    """What Fusion and the palette leave open: panels as cards, quiet controls."""
    chevron = resource_path("icons", f"chevron-{'dark' if t is DARK else 'light'}.svg").as_posix()
    check = resource_path("icons", f"check-{'dark' if t is DARK else 'light'}.svg").as_posix()
    faint = blend(t.muted, t.panel, 0.55)
    return f"""
    QMainWindow, QMainWindow::separator {{ background: {t.window}; }}
    QMainWindow::separator {{ width: 6px; height: 6px; }}
    QMainWindow::separator:hover {{ background: {t.border}; }}
    #settings {{ background: {t.panel}; }}
    QMenuBar {{ background: {t.window}; color: {t.text}; padding: 2px 6px; }}
    QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {t.hover}; }}
    QMenu {{ background: {t.panel}; border: 1px solid {t.border}; padding: 4px; }}
    QMenu::item {{ padding: 5px 24px 5px 22px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {t.hover}; color: {t.text}; }}
    QMenu::item:disabled {{ color: {faint}; }}
    QMenu::separator {{ height: 1px; background: {t.border}; margin: 4px 8px; }}
    QToolTip {{ background: {t.panel}; color: {t.text}; border: 1px solid {t.border};
        padding: 4px 6px; }}
    QToolBar {{ background: {t.window}; border: none; spacing: 6px; padding: 2px 8px 6px 8px; }}
    QStatusBar {{ background: {t.window}; color: {t.muted}; }}
    QStatusBar::item {{ border: none; }}
    #cardTitle {{ background: {t.panel}; border: 1px solid {t.border}; border-bottom: none;
        border-top-left-radius: 8px; border-top-right-radius: 8px; }}
    #cardBody {{ background: {t.panel}; border: 1px solid {t.border}; border-top: none;
        border-bottom-left-radius: 8px; border-bottom-right-radius: 8px; }}
    #title {{ font-weight: 600; color: {t.text}; }}
    #muted {{ color: {t.muted}; font-size: {SMALL_PX}px; }}
    #value {{ font-weight: 600; font-size: 17px; }}
    #readout {{ background: {t.panel}; color: {t.text}; border: 1px solid {t.border};
        border-radius: 6px; padding: 4px 8px; font-size: {SMALL_PX + 1}px; }}
    QPushButton, QToolButton {{ background: {t.field}; color: {t.text};
        border: 1px solid {t.border}; border-radius: 6px; padding: 4px 10px; }}
    QToolButton {{ padding: 3px 5px; }}
    #switch {{ background: transparent; border: none; color: {t.muted}; padding: 4px 8px;
        font-weight: 600; }}
    #switch:hover {{ background: {t.hover}; }}
    #switch:checked {{ background: transparent; color: {t.text}; border: none;
        border-bottom: 2px solid {t.accent}; border-radius: 0px; }}
    QPushButton:hover, QToolButton:hover {{ background: {t.hover}; }}
    QPushButton:focus, QToolButton:focus {{ border-color: {t.accent}; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {faint}; }}
    QPushButton:checked, QToolButton:checked {{ background: {blend(t.accent, t.panel, 0.18)};
        border-color: {t.accent}; }}
    #primary {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent};
        font-weight: 600; }}
    #primary:hover {{ background: {blend(t.accent, t.text, 0.85)}; }}
    #primary:focus {{ border-color: {t.text}; }}
    #primary:disabled {{ background: {t.field}; color: {faint}; border-color: {t.border}; }}
    QComboBox, QSpinBox, QDoubleSpinBox, QLineEdit {{ background: {t.field}; color: {t.text};
        border: 1px solid {t.border}; border-radius: 6px; padding: 3px 6px; min-height: 18px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QComboBox:hover, QSpinBox:hover, QDoubleSpinBox:hover, QLineEdit:hover {{
        border-color: {t.muted}; }}
    QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QLineEdit:focus {{
        border-color: {t.accent}; }}
    QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QLineEdit:disabled {{
        color: {faint}; }}
    QComboBox::drop-down {{ border: none; width: 18px; }}
    QComboBox::down-arrow {{ image: url("{chevron}"); width: 9px; height: 6px; }}
    QComboBox QAbstractItemView {{ background: {t.panel}; border: 1px solid {t.border};
        padding: 3px; outline: none; selection-background-color: {t.hover};
        selection-color: {t.text}; }}
    QSpinBox, QDoubleSpinBox {{ padding-left: 8px; }}
    QSpinBox::up-button, QSpinBox::down-button,
    QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{ width: 0px; border: none; }}
    QCheckBox {{ spacing: 6px; }}
    QCheckBox::indicator {{ width: 13px; height: 13px; border: 1px solid {t.muted};
        border-radius: 3px; background: {t.field}; }}
    QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
        image: url("{check}"); }}
    QCheckBox::indicator:focus {{ border-color: {t.accent}; }}
    QDockWidget {{ color: {t.text}; }}
    QTabBar::tab {{ background: transparent; color: {t.muted}; padding: 4px 12px;
        border-radius: 6px; }}
    QTabBar::tab:selected {{ background: {t.panel}; color: {t.text}; }}
    """
