"""Question type `validation`: a table looked through cell by cell."""
