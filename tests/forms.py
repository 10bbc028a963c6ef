"""A form as a browser would send it."""

from html.parser import HTMLParser


class Sent(HTMLParser):
    """Feed it the HTML of a form's fields; `values` is what is sent: (name, value) in order."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[tuple[str, str]] = []
        self._open = ""  # the text area or list that is open, and
        self._text = ""  # what stands in it, or is chosen

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "input" and name and (found.get("type") not in ("radio", "checkbox") or "checked" in found):
            self.values.append((name, value))
        elif tag in ("textarea", "select"):
            self._open, self._text = name, ""
        elif tag == "option" and "selected" in found:
            self._text = value

    def handle_data(self, data: str) -> None:
        if self._open and self.cdata_elem is None and self.lasttag == "textarea":
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select") and self._open:
            # A line end right after the tag of a text area is not part of its text.
            text = self._text.removeprefix("\n") if tag == "textarea" else self._text
            self.values.append((self._open, text))
            self._open = ""
