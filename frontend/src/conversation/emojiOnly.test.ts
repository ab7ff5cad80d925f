import { expect, it } from "vitest";
import { isEmojiOnly } from "./emojiOnly";

it.each(["👍", "👍🏽 🇩🇪\n👨‍👩‍👧", "❤️"])("takes %s for emoji alone", (content) => expect(isEmojiOnly(content)).toBe(true));

it.each(["", " ", "1", "#", "ok 👍", "👍👍👍👍", "\u200d", "❤", ":smile:"])("takes %j for a text", (content) =>
  expect(isEmojiOnly(content)).toBe(false),
);
