"""Files that hold no table but are given the name of one, told by how they begin."""

from pathlib import Path

from nncore.errors import LoadError

_BEGINNINGS = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF87a", "a picture"),
    (b"GIF89a", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"\x89HDF", "an HDF5 file"),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
    (b"PAR1\x15", "a Parquet file"),
    (b"SQLite format 3\0", "a database"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (b"BZh91AY&SY", "a file compressed with bzip2"),
    (b"\xfd7zXZ", "a file compressed with xz"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!\x1a", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "a text document with formats"),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg")
_SPREADSHEET_PARTS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"mimetype")


def refuse(path: Path, head: bytes) -> None:
    """Raise LoadError if a file that begins with ``head`` is known to hold no table."""
    what = next((what for beginning, what in _BEGINNINGS if head.startswith(beginning)), "")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_MARKUP):
        what = "a web page or another document with markup"
    # the name of the first file in a zip archive stands 30 bytes after its beginning
    if head.startswith(b"PK\3\4") and head[30:].startswith(_SPREADSHEET_PARTS):
        what = "a spreadsheet or another Office document"
    if what:
        hint = "Save the table as CSV, in the program that it comes from."
        raise LoadError(path, f"is {what}, not a table in text", hint)
