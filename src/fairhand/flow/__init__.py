"""The business, one verb a file: what crosses packages happens here, in one transaction each."""
