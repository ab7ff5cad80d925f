import english from "emoji-picker-element-data/en/cldr/data.json";
import { expect, it } from "vitest";
import { isEmojiOnly } from "./emojiOnly";

it.each(["👍", "👍🏽 🇩🇪\n👨‍👩‍👧", "❤️"])("takes %s for emoji alone", (content) => expect(isEmojiOnly(content)).toBe(true));

it.each(["", " ", "1", "#", "ok 👍", "👍👍👍👍", "\u200d", "❤", ":smile:"])("takes %j for a text", (content) =>
  expect(isEmojiOnly(content)).toBe(false),
);

it("takes every emoji that can be picked for one", () => {
  // The list asks for a picture of some that are pictures anyway.
  const taken = ({ emoji }: { emoji: string }) => isEmojiOnly(emoji) || isEmojiOnly(emoji.replace("\ufe0f", ""));
  expect(english.filter((each) => !taken(each))).toEqual([]);
});
