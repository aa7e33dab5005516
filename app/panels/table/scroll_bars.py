"""Scroll bars that are narrow and quiet, as there are two beside each other."""

from app.theme import Theme, blend


def scroll_bars(t: Theme) -> str:
    """Their part of a stylesheet."""
    handle = blend(t.muted, t.panel, 0.35)
    return f"""
    QScrollBar {{ background: {t.panel}; border: none; }}
    QScrollBar:vertical {{ width: 9px; }}
    QScrollBar:horizontal {{ height: 9px; }}
    QScrollBar::handle {{ background: {handle}; border-radius: 3px; margin: 1px; }}
    QScrollBar::handle:vertical {{ min-height: 24px; }}
    QScrollBar::handle:horizontal {{ min-width: 24px; }}
    QScrollBar::handle:hover {{ background: {t.muted}; }}
    QAbstractScrollArea::corner {{ background: {t.panel}; border: none; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0px; height: 0px; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: {t.panel}; }}
    """
