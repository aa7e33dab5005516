"""What the program's stylesheet leaves open of tables, lists and bars."""

from PySide6.QtWidgets import QWidget

from app import theme as themes
from app.theme import SMALL_PX, Theme


def theme_of(widget: QWidget) -> Theme:
    """The colours that the program has now, told by its palette."""
    return themes.theme(widget.palette().window().color().lightness() < 128)


def stylesheet(t: Theme) -> str:
    selected = themes.blend(t.accent, t.panel, 0.18)
    return f"""
    #import {{ background: {t.panel}; }}
    QTableView {{ background: {t.panel}; color: {t.text}; border: 1px solid {t.border};
        border-radius: 6px; gridline-color: {t.grid}; outline: none;
        selection-background-color: {selected}; selection-color: {t.text}; }}
    QTableView:focus {{ border-color: {t.accent}; }}
    QTableView::item {{ padding: 0px 6px; }}
    QHeaderView {{ background: {t.field}; border: none; border-radius: 6px; }}
    QHeaderView::section {{ background: {t.field}; color: {t.muted}; border: none;
        border-right: 1px solid {t.grid}; border-bottom: 1px solid {t.border};
        padding: 4px 9px; font-size: {SMALL_PX}px; }}
    QTableCornerButton::section {{ background: {t.field}; border: none;
        border-right: 1px solid {t.grid}; border-bottom: 1px solid {t.border}; }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QScrollBar {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ width: 10px; }}
    QScrollBar:horizontal {{ height: 10px; }}
    QScrollBar::handle {{ background: {t.border}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 24px; }}
    QScrollBar::handle:horizontal {{ min-width: 24px; }}
    QScrollBar::handle:hover {{ background: {t.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0px; height: 0px; }}
    QProgressBar {{ background: {t.field}; border: 1px solid {t.border}; border-radius: 4px;
        max-height: 6px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
    QSplitter::handle {{ background: {t.panel}; }}
    """
