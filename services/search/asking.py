"""What is asked for: words that a message has to have, and beginnings of words."""

from dataclasses import dataclass

from services.search.words import WORD_LIMIT_CHARACTERS, pairs_of, runs_of, words_of


@dataclass(frozen=True, slots=True)
class Question:
    """A message answers it if it has every word, and for each beginning a word that begins so."""

    words: frozenset[str]
    beginnings: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.words and not self.beginnings

    def is_answered_by(self, text: str) -> bool:
        """Tell whether a message of that text answers it."""
        words = words_of(text)
        return self.words.issubset(words) and all(
            any(word.startswith(beginning) for word in words) for beginning in self.beginnings
        )


def question_of(query: str) -> Question:
    """Read a query as its author means it while typing: a word at its very end is still the beginning of one.

    So is a single character of a script without spaces, which is half a pair.
    """
    words: set[str] = set()
    beginnings: set[str] = set()
    runs = list(runs_of(query))
    for place, (kind, run) in enumerate(runs, start=1):
        if kind == "spaced":
            is_unfinished = place == len(runs) and len(run) < WORD_LIMIT_CHARACTERS
            (beginnings if is_unfinished else words).add(run[:WORD_LIMIT_CHARACTERS])
        elif kind == "unspaced" and len(run) == 1:
            beginnings.add(run)
        elif kind == "unspaced":
            words.update(pairs_of(run))
        elif kind == "symbol":
            words.update(run)
    beginnings = {each for each in beginnings if not any(word.startswith(each) for word in words)}
    return Question(frozenset(words), frozenset(beginnings))
