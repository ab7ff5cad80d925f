import { expect, it } from "vitest";
import { ME, mountPage } from "@/testing/page";
import { LINK_HINT_ID } from "@/components/richtext/linkHint";
import MessageContent from "@/components/richtext/MessageContent";
import { useAccountStore } from "@/stores/account";
import { useProfilesStore } from "@/stores/profiles";

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

it("shows code verbatim, and says in which language", () => {
  const page = shown("`a  b`\n```ts\nx < y\n```");
  expect(page.findAll("code").map((code) => code.element.textContent)).toEqual(["a  b", "x < y"]);
  expect(page.get("[data-testid=language]").text()).toBe("ts");
  expect(page.get("pre").attributes("aria-label")).toBe("Code in ts");
});

it("shows emphasis, quotes and lists as what they are", () => {
  const page = shown("**a *b*** ~~c~~\n> d\n\n3. e\n\n- f");
  expect(page.get("strong").text()).toBe("a b");
  expect(["em", "del", "blockquote", "ol", "ul"].map((tag) => page.get(tag).text())).toEqual(["b", "c", "d", "e", "f"]);
  expect(page.get("ol").attributes("start")).toBe("3");
});

it("adds no space between what is formatted and what is not", () => {
  expect(shown("a**b**c`d`e[f](https://g.example)h").element.textContent).toBe("abcdefh");
});

it("says where a link leads that looks like another", () => {
  const page = shown("[bank.example](https://evil.example)");
  expect(page.get("[data-testid=leads-to]").text()).toBe("(leads to evil.example)");
  expect(page.get("a").text()).toBe("bank.example");
});

it("shows a few emoji large, and any text as a text", () => {
  expect(shown("👍").classes()).toContain("text-emoji");
  expect(shown("ok 👍").classes()).not.toContain("text-emoji");
});

it("leaves what tells of the new tab out of the link's text, which is copied", () => {
  const link = shown("see https://example.com").get("a");
  expect(link.text()).toBe("https://example.com");
  expect(link.attributes("aria-describedby")).toBe(LINK_HINT_ID);
});

it.each(["\u200b\u200b", "\u2800", "\u3164"])("says that a message of nothing but %j is blank", (content) => {
  expect(shown(content).text()).toBe("Blank message");
});

it("lets mentions of the reader stand out, and @here where it counts", async () => {
  const page = shown("@bob @Me.1 @here");
  const texts = (kind: string) => page.findAll(`[data-testid=${kind}]`).map((each) => each.text());
  expect([texts("mention"), texts("own-mention")]).toEqual([["@bob", "@Me.1"], []]);
  useAccountStore().signedIn(ME);
  useProfilesStore().learn({ userId: ME.userId, handle: "me.1", displayName: "Me", status: "" });
  await page.setProps({ here: true });
  expect([texts("mention"), texts("own-mention")]).toEqual([["@bob"], ["@Me.1", "@here"]]);
  expect(page.text()).toBe("@bob @Me.1 @here");
});
