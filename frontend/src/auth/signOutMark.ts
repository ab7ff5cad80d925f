/** A mark that all tabs of the browser share, another one after each sign-out: the browser tells the other tabs when it changes. */

export const SIGN_OUT_MARK = "chat.signedOutAt";

export function signOutMark(): string | null {
  return localStorage.getItem(SIGN_OUT_MARK);
}

export function markSignOut(): void {
  try {
    localStorage.setItem(SIGN_OUT_MARK, String(Date.now()));
  } catch {
    // Full: that it goes is a change, too.
    localStorage.removeItem(SIGN_OUT_MARK);
  }
}
