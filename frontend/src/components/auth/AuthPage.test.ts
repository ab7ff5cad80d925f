import { flushPromises, type VueWrapper } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AuthenticationFailed } from "@/auth/authentication";
import { useAccountStore } from "@/stores/account";
import { button, fakeCognito, field, ME, mountPage } from "@/testing/page";
import AuthPage from "./AuthPage.vue";

async function submit(page: VueWrapper) {
  await page.get("form").trigger("submit");
  await flushPromises();
}

async function fill(page: VueWrapper, values: Record<string, string>) {
  for (const [label, value] of Object.entries(values)) await field(page, label).setValue(value);
}

it("signs in by user name and password", async () => {
  const authentication = fakeCognito();
  const page = mountPage(AuthPage, { authentication });
  await fill(page, { "E-mail or user name": " alice ", Password: "secret" });
  await submit(page);
  expect(authentication.signIn).toHaveBeenCalledWith("alice", "secret");
  expect(useAccountStore().user).toEqual(ME);
});

it("tells in the user's language why a sign-in failed, and can repeat it", async () => {
  const authentication = fakeCognito();
  authentication.signIn.mockRejectedValueOnce(new AuthenticationFailed("wrongCredentials"));
  const page = mountPage(AuthPage, { authentication, locale: "de" });
  await fill(page, { "E-Mail oder Benutzername": "alice", Passwort: "wrong" });
  await submit(page);
  expect(page.get("[role=alert]").text()).toBe("Name oder Passwort ist falsch.");
  await submit(page);
  expect(useAccountStore().user).toEqual(ME);
});

it("says what a new password needs before one is refused, and nothing of it where there is one already", async () => {
  const page = mountPage(AuthPage);
  expect(page.text()).not.toContain("At least 10 characters");
  await button(page, "Create account").trigger("click");
  expect(page.text()).toContain("At least 10 characters, with upper and lower case and digits.");
});

it("goes from sign-up over the confirmation into the chat, without asking for the password again", async () => {
  const authentication = fakeCognito();
  const page = mountPage(AuthPage, { authentication });
  await button(page, "Create account").trigger("click");
  await fill(page, { "User name": "dora", "E-mail": "d@example.com", "Display name (optional)": "Dora", Password: "secret" });
  await submit(page);
  expect(authentication.signUp).toHaveBeenCalledWith({
    login: "dora",
    email: "d@example.com",
    displayName: "Dora",
    password: "secret",
  });
  await button(page, "Send a new code").trigger("click");
  expect(authentication.resendCode).toHaveBeenCalledWith("dora");
  await fill(page, { "Confirmation code": "123456" });
  await submit(page);
  expect(authentication.confirmSignUp).toHaveBeenCalledWith("dora", "123456");
  expect(authentication.signIn).toHaveBeenCalledWith("dora", "secret");
  expect(useAccountStore().user).toEqual(ME);
});

it("sends a new code to someone who signs in before having confirmed", async () => {
  const authentication = fakeCognito();
  authentication.signIn.mockResolvedValueOnce({ kind: "confirmSignUp" });
  const page = mountPage(AuthPage, { authentication });
  await fill(page, { "E-mail or user name": "dora", Password: "secret" });
  await submit(page);
  expect(authentication.resendCode).toHaveBeenCalledWith("dora");
  expect(page.text()).toContain("Confirm your account");
});

it("resets a forgotten password by a code", async () => {
  const authentication = fakeCognito();
  const page = mountPage(AuthPage, { authentication });
  await button(page, "Forgot your password?").trigger("click");
  await fill(page, { "E-mail or user name": "alice" });
  await submit(page);
  await fill(page, { "Confirmation code": "123456", "New password": "better" });
  await submit(page);
  expect(authentication.confirmPasswordReset).toHaveBeenCalledWith("alice", "123456", "better");
  expect(page.text()).toContain("Your password has been changed");
});

it("lets an account made by an administrator choose its password", async () => {
  const authentication = fakeCognito();
  authentication.signIn.mockResolvedValueOnce({ kind: "newPassword" });
  const page = mountPage(AuthPage, { authentication });
  await fill(page, { "E-mail or user name": "erin", Password: "given" });
  await submit(page);
  await fill(page, { "New password": "mine" });
  await submit(page);
  expect(authentication.setNewPassword).toHaveBeenCalledWith("mine");
  expect(useAccountStore().user).toEqual(ME);
});

it("says that the session has ended when it ended by itself", async () => {
  const page = mountPage(AuthPage);
  useAccountStore().sessionExpired();
  await flushPromises();
  expect(page.get("[role=status]").text()).toBe("Your session has ended. Please sign in again.");
});

it.each([
  ["nothing", {}, ["Enter your user name or e-mail address.", "Enter a password."], "E-mail or user name"],
  ["no password", { "E-mail or user name": "alice" }, ["Enter a password."], "Password"],
])("says of each field what is wrong when %s is given, and goes to the first", async (_, values, errors, first) => {
  const authentication = fakeCognito();
  const page = mountPage(AuthPage, { authentication });
  await fill(page, values);
  await submit(page);
  expect(authentication.signIn).not.toHaveBeenCalled();
  const wrong = page.findAll("[aria-invalid=true]");
  expect(wrong.map((input) => page.get(`[id="${input.attributes("aria-describedby")}"]`).text())).toEqual(errors);
  expect(document.activeElement).toBe(field(page, first).element);
});

it("asks for an address that can be one before it sends a code there", async () => {
  const authentication = fakeCognito();
  const page = mountPage(AuthPage, { authentication });
  await button(page, "Create account").trigger("click");
  await fill(page, { "User name": "dora", "E-mail": "not-an-email", Password: "secret" });
  await submit(page);
  expect(authentication.signUp).not.toHaveBeenCalled();
  expect(page.text()).toContain("This is not an e-mail address.");
  expect(document.activeElement).toBe(field(page, "E-mail").element);
});

describe("the focus", () => {
  beforeEach(() => {
    vi.spyOn(window, "matchMedia").mockImplementation(
      (media) => Object.assign(new EventTarget(), { media, matches: media === "(hover: hover)" }) as MediaQueryList,
    );
  });
  const focused = () => document.activeElement;

  it("is in the first field of each step", async () => {
    const page = mountPage(AuthPage);
    expect(focused()).toBe(field(page, "E-mail or user name").element);
    await button(page, "Forgot your password?").trigger("click");
    expect(focused()).toBe(field(page, "E-mail or user name").element);
    await fill(page, { "E-mail or user name": "alice" });
    await submit(page);
    expect(focused()).toBe(field(page, "Confirmation code").element);
    await button(page, "Back to sign-in").trigger("click");
    expect(focused()).toBe(field(page, "E-mail or user name").element);
    await button(page, "Create account").trigger("click");
    expect(focused()).toBe(field(page, "User name").element);
  });

  it("goes to the field in which to mend a failure", async () => {
    const authentication = fakeCognito();
    authentication.signIn.mockRejectedValueOnce(new AuthenticationFailed("wrongCredentials"));
    const page = mountPage(AuthPage, { authentication });
    await fill(page, { "E-mail or user name": "alice", Password: "wrong" });
    await submit(page);
    expect(focused()).toBe(field(page, "Password").element);
    authentication.signIn.mockResolvedValueOnce({ kind: "confirmSignUp" });
    await submit(page);
    authentication.confirmSignUp.mockRejectedValueOnce(new AuthenticationFailed("wrongCode"));
    await fill(page, { "Confirmation code": "1" });
    await submit(page);
    expect(focused()).toBe(field(page, "Confirmation code").element);
    expect(field(page, "Confirmation code").attributes("aria-invalid")).toBe("true");
  });

  it("stays on the button while it works and where nothing in the form can mend it", async () => {
    const authentication = fakeCognito();
    const page = mountPage(AuthPage, { authentication });
    await fill(page, { "E-mail or user name": "alice", Password: "secret" });
    authentication.signIn.mockRejectedValueOnce(new AuthenticationFailed("unreachable"));
    const submitButton = page.get<HTMLButtonElement>("button[type=submit]");
    submitButton.element.focus();
    const submitted = submit(page);
    expect(submitButton.element.disabled).toBe(false);
    await submitted;
    expect(focused()).toBe(submitButton.element);
  });
});
