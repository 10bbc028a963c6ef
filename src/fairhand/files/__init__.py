"""Files beside texts: what people upload, checked and cleaned, and where it is kept."""
