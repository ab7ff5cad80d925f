import { DOMWrapper, flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { mountPage } from "@/testing/page";
import { PATIENCE } from "@/testing/patience";
import MessageComposer from "./MessageComposer.vue";

// The real one draws itself by its data, from a database that jsdom has not: where its search field is, is what counts here.
vi.mock("emoji-picker-element", () => {
  class Picker extends HTMLElement {
    constructor() {
      super();
      this.attachShadow({ mode: "open" }).append(document.createElement("input"));
    }
  }
  customElements.define("emoji-picker", Picker);
  return { Picker };
});

const picker = () => document.querySelector("emoji-picker");

async function opened() {
  const page = mountPage(MessageComposer, { props: { roomId: "global" } });
  const trigger = page.get<HTMLElement>("[data-testid=emoji]");
  trigger.element.focus();
  await trigger.trigger("click");
  await vi.waitUntil(() => picker()?.shadowRoot?.activeElement, PATIENCE); // the module is loaded on demand
  return page;
}

it("takes the focus into the picker's search, where one types what one looks for", async () => {
  await opened();
  expect(document.activeElement).toBe(picker());
  expect(picker()?.shadowRoot?.activeElement?.tagName).toBe("INPUT");
});

it("gives the focus back to its button by Escape", async () => {
  const page = await opened();
  await new DOMWrapper(picker()).trigger("keydown", { key: "Escape" });
  await flushPromises();
  await vi.waitUntil(() => picker() === null, PATIENCE);
  expect(document.activeElement).toBe(page.get("[data-testid=emoji]").element);
  expect(page.get("textarea").element.value).toBe("");
});

it("writes what was picked, and goes on in the message field", async () => {
  const page = await opened();
  picker()?.dispatchEvent(new CustomEvent("emoji-click", { detail: { unicode: "👍" } }));
  await vi.waitUntil(() => picker() === null, PATIENCE);
  await new Promise((resolve) => setTimeout(resolve, 50)); // what closes gives its focus back a little later
  const textarea = page.get("textarea").element;
  expect(textarea.value).toBe("👍");
  expect(document.activeElement).toBe(textarea);
});
