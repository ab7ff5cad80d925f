import { describe, expect, it } from "vitest";
import { AUTHENTICATION_FAILURES } from "@/auth/authentication";
import { ERROR_CODES } from "@/protocol/frames";
import de from "./de";
import en from "./en";
import { preferredLocale, regionalVariant } from "./index";

type Texts = { [key: string]: string | Texts };
const flat = (texts: Texts, prefix = ""): [string, string][] =>
  Object.entries(texts).flatMap(([key, text]): [string, string][] =>
    typeof text === "string" ? [[prefix + key, text]] : flat(text, `${prefix}${key}.`),
  );
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

describe("the two languages", () => {
  it("have the same texts with the same placeholders", () => {
    const german = new Map(flat(de));
    expect(flat(en).map(([key, text]) => [key, placeholders(text)])).toEqual(
      [...german].map(([key, text]) => [key, placeholders(text)]),
    );
  });

  it.each([en, de])("say of a conversation of two what they say of a room, with nothing that is not given", (texts) => {
    const ofRooms = new Map(flat(texts));
    for (const [key, text] of flat(texts.direct)) expect(placeholders(ofRooms.get(key) ?? "")).toEqual(expect.arrayContaining(placeholders(text)));
  });

  it("name every error of the server and of the sign-in", () => {
    expect(Object.keys(en.error)).toEqual(expect.arrayContaining([...ERROR_CODES, "NO_REPLY"]));
    expect(Object.keys(en.auth.failure)).toEqual(expect.arrayContaining([...AUTHENTICATION_FAILURES]));
  });
});

it.each([
  [["de-AT", "en"], "de"],
  [["fr", "de"], "de"],
  [["fr"], "en"],
  [[], "en"],
])("prefers of %s the first it knows", (languages, locale) => expect(preferredLocale(languages)).toBe(locale));

it.each([
  ["de", ["en-GB", "de-AT"], "de-AT"],
  ["en", ["de-AT"], "en"],
  ["en", ["en-US@posix", "en-GB"], "en-GB"], // what Chromium names under LANG=C
  ["en", ["en-US@posix"], "en"],
  ["de", [], "de"],
] as const)("writes dates of %s, with the browser's languages %s, as %s", (locale, languages, variant) => {
  expect(regionalVariant(locale, languages)).toBe(variant);
  expect(() => new Intl.DateTimeFormat(variant)).not.toThrow();
});
