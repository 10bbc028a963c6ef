"""What a task shows and what is answered: the same for everybody who is measured."""

ANSWER = {"winner": "left", "why": "It answers what was asked, and says where it is not sure."}
_SENTENCE = "one answer says what it knows and where it came from while another guesses and hides that it does"
_WORDS = _SENTENCE.split()


def text(number: int, words: int) -> str:
    """A text of so many words, another one for every number."""
    return " ".join(_WORDS[(number * 7 + at * (number % 5 + 1)) % len(_WORDS)] for at in range(words)).capitalize()


def payload(number: int) -> dict[str, str]:
    """About 1.1 kB: a prompt and two answers to it."""
    return {
        "prompt": f"Task {number}: {text(number, 30)}", "left": text(number + 1, 85), "right": text(number + 2, 85),
    }  # fmt: skip
