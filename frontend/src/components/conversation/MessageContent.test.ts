import { expect, it } from "vitest";
import { mountPage } from "@/testing/page";
import { LINK_HINT_ID } from "./linkHint";
import MessageContent from "./MessageContent.vue";

const shown = (content: string) => mountPage(MessageContent, { props: { content } });

it("shows markup as the text it is", () => {
  const content = '<img src=x onerror="alert(1)"> &amp; <script>1</script>';
  const page = shown(content);
  expect(page.text()).toBe(content);
  expect(page.find("img, script").exists()).toBe(false);
});

it("opens links apart from the chat, without telling where they come from", () => {
  const link = shown("see https://example.com").get("a");
  expect(link.attributes()).toMatchObject({
    href: "https://example.com",
    target: "_blank",
    rel: "noopener noreferrer nofollow",
  });
});

it("shows code verbatim", () => {
  const page = shown("`a  b`\n```\nx < y\n```");
  expect(page.findAll("code").map((code) => code.element.textContent)).toEqual(["a  b", "x < y"]);
});

it("leaves what tells of the new tab out of the link's text, which is copied", () => {
  const link = shown("see https://example.com").get("a");
  expect(link.text()).toBe("https://example.com");
  expect(link.attributes("aria-describedby")).toBe(LINK_HINT_ID);
});

it.each(["\u200b\u200b", "\u2800", "\u3164"])("says that a message of nothing but %j is blank", (content) => {
  expect(shown(content).text()).toBe("Blank message");
});
