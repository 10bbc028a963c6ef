"""Read models across packages: boards, home pages, and the checks of the books."""
