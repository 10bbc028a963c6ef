"""Uploads stop at a limit before a byte of them is kept."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from fairhand.kernel.limits import UPLOAD_BYTES_MAX

_AROUND_BYTES_MAX = 64 * 1024  # fields and boundaries beside the file


class Bounded(FileUploadHandler):
    """First in the chain: a request that says it is larger than an import may be keeps no file.

    The other fields are read, so that the forgery check and the page's own answer still happen; the view finds
    `request.upload_too_large`.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.too_large = False

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Judge by the length that the server enforces."""
        self.too_large = content_length > UPLOAD_BYTES_MAX + _AROUND_BYTES_MAX
        if self.too_large and self.request is not None:
            self.request.upload_too_large = True  # type: ignore[attr-defined]  # read by the view

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Pass a file that is too large by."""
        super().new_file(*args, **kwargs)
        if self.too_large:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """On to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps it."""
