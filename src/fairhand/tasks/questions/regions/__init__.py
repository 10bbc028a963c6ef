"""Question type `regions`: marks on a picture."""
