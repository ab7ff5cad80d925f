/** Links that are not what they look like. Nothing is forbidden: where one leads is said beside it. */

/** Format characters hide, or turn the text around them: `exe.gpj` for `jpg.exe`. */
const HIDDEN = /\p{Cf}/u;
const DOMAINS = /(?:[\p{L}\p{M}\p{N}-]+\.)+\p{L}{2,}/gu;
const MAIL = /[^\s@<>]+@[^\s@<>]+\.\p{L}{2,}/u;

/**
 * Where a link leads, if its text lets one think of somewhere else: it names another address, hides something, or the
 * host is written in letters that look like others (IDN). `href` is a web or mail address.
 *
 * @returns the host or mail address in plain ASCII; null where the text is honest
 */
export function realTarget(href: string, text: string): string | null {
  const url = new URL(href);
  const isMail = url.protocol === "mailto:";
  const target = isMail ? decoded(url.pathname) : url.host;
  const hides = HIDDEN.test(text) || HIDDEN.test(decoded(href)) || url.username !== "";
  if (hides || target.includes("xn--")) return target;
  const claimed = isMail ? MAIL.exec(text)?.[0] : misnamed(text, url.hostname);
  return claimed !== undefined && claimed.toLowerCase() !== target.toLowerCase() ? target : null;
}

/** A domain in `text` that is not the host. */
function misnamed(text: string, hostname: string): string | undefined {
  // What stands behind the host names no other: `example.com/readme.md`.
  const named = text.replace(/^(\w+:\/\/)?([^/?#\s]+)(?:[/?#]\S*)?$/u, "$2").match(DOMAINS) ?? [];
  return named.find((domain) => withoutWww(domain.toLowerCase()) !== withoutWww(hostname));
}

function withoutWww(host: string): string {
  return host.replace(/^www\./, "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
