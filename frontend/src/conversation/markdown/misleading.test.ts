import { expect, it } from "vitest";
import { realTarget } from "./misleading";

it.each([
  ["https://example.com/a.html", "https://example.com/a.html"],
  ["https://example.com/?q=other.example", "https://example.com/?q=other.example"],
  ["https://www.example.com", "example.com"],
  ["https://example.com", "the plan, version 2.1"],
  ["https://EXAMPLE.com", "https://EXAMPLE.com"],
  ["mailto:a@b.example", "a@b.example"],
  ["https://example.com/%", "https://example.com/%"],
])("finds nothing to say of %s shown as %j", (href, text) => expect(realTarget(href, text)).toBeNull());

it.each([
  ["another address in the text", "https://evil.example/x", "https://bank.example", "evil.example"],
  ["another address after the first", "https://a.example", "a.example and b.example", "a.example"],
  ["a subdomain that looks like the domain", "https://bank.example.evil.example", "bank.example", "bank.example.evil.example"],
  ["letters of another alphabet", "https://аррӏе.com", "https://аррӏе.com", "xn--80ak6aa92e.com"],
  ["text that is turned around", "https://a.example/exe.gpj", "\u202ejpg.exe", "a.example"],
  ["what hides in the address", "https://a.example/\u200bx", "the plan", "a.example"],
  ["a name before the host", "https://bank.example@evil.example", "the bank", "evil.example"],
  ["another mail address", "mailto:eve@evil.example", "boss@work.example", "eve@evil.example"],
  ["a port", "https://a.example:8443", "b.example", "a.example:8443"],
])("says where a link leads with %s", (_, href, text, target) => expect(realTarget(href, text)).toBe(target));
