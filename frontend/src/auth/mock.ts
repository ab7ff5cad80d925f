import type { MockAuthentication, User } from "./authentication";

const STORAGE_KEY = "chat.mockUser";

/** The same name is the same user, on every device. */
export function mockAuthentication(storage: Storage): MockAuthentication {
  return {
    kind: "mock",
    async currentUser() {
      const name = storage.getItem(STORAGE_KEY);
      return name === null ? null : mockUser(name);
    },
    async signInAs(name) {
      storage.setItem(STORAGE_KEY, name);
      return mockUser(name);
    },
    async signOut() {
      storage.removeItem(STORAGE_KEY);
    },
    credentials: (user) => ({ kind: "mock", ...user }),
  };
}

function mockUser(name: string): User {
  return { userId: name.toLowerCase(), username: name };
}
