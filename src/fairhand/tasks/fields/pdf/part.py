"""A document in PDF: opened in a page of its own, and shown in place where the browser can."""

from typing import Literal

from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._file import FileValue


class PdfTerms(FieldTerms):
    """`transcript`: whether every document must come with its text."""

    type: Literal["pdf"]
    transcript: bool = False


class PdfField(FileValue):
    """value: a PDF of the project, and beside it "transcript", its text."""

    name = "pdf"
    version = 1
    terms = PdfTerms
    media = ("application/pdf",)
    texts = ("transcript",)


PART = PdfField()
