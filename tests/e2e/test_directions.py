"""Text of any script, in its own direction."""

import pytest

from tests.e2e.chat_page import Visit

# How far the first letter of each line is from the edge where the line begins, in CSS pixels.
EDGES = """content => {
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  let text = walker.nextNode();
  while (!text.data.includes("\\n")) text = walker.nextNode();
  const at = index => { const range = document.createRange();
    range.setStart(text, index); range.setEnd(text, index + 1); return range.getBoundingClientRect(); };
  const box = text.parentElement.getBoundingClientRect();
  return { latin: at(0).left - box.left, hebrew: box.right - at(text.data.indexOf("\\n") + 1).right };
}"""


def test_each_line_has_the_direction_of_its_text_and_marks_stay_in_their_bubble(
    visit: Visit, room: str
) -> None:
    chat = visit("carol").enter(room)
    chat.page.get_by_test_id("composer").fill("a line in english, a long one\n\u05e9\u05d5\u05e8\u05d4")
    chat.page.keyboard.press("Enter")
    chat.sees("a line in english")
    edges = chat.message("a line in english").get_by_test_id("message-content").evaluate(EDGES)
    assert edges == {"latin": pytest.approx(0, abs=1), "hebrew": pytest.approx(0, abs=1)}

    chat.say("zalgo " + "z" + "\u0300" * 300).sees("zalgo")
    overflow = "element => getComputedStyle(element).overflowY"
    assert chat.message("zalgo").get_by_test_id("message-content").evaluate(overflow) == "clip"
