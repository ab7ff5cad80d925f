/** Addresses in running text: web addresses with their scheme or `www.`, and mail addresses. */
import { LinkifyIt } from "linkify-it";

const SCHEME = "https://";

/**
 * What there is in every address with a scheme, at its start, and in every mail address. To prepare the search for them
 * takes a phone 10 ms and 50 ms: it waits for a text that may have one.
 */
const SCHEMED = /https?:|mailto:|www\./i;
const SCHEMED_AT_START = /^.{0,2}(?:https?:|mailto:|www\.)/is;
const MAIL = /\S@\S/;

const linkify = linkifier(false);
const linkifyMail = linkifier(true);

/** Other schemes may run script, and `main.py` is no link. */
function linkifier(fuzzyEmail: boolean): LinkifyIt {
  return new LinkifyIt({ fuzzyEmail })
    .add("ftp:", null)
    .add("//", null)
    .add("www.", {
      validate: (text, start) => hostAndPath(text.slice(start)),
      normalize: (match) => void (match.url = SCHEME + match.url),
    });
}

export interface BareLink {
  readonly text: string;
  readonly href: string;
  readonly start: number;
  readonly end: number;
}

export function bareLinks(text: string): BareLink[] {
  const found = MAIL.test(text) ? linkifyMail.match(text) : SCHEMED.test(text) ? linkify.match(text) : null;
  const allowed = (found ?? []).filter(({ url }) => isAllowedTarget(url));
  return allowed.map(({ raw, url, index, lastIndex }) => ({ text: raw, href: url, start: index, end: lastIndex }));
}

/** The web address that `text` begins with, to be kept from further formatting: many have `*`, `_` or `~` in them. */
export function bareLinkAtStart(text: string): BareLink | null {
  const match = SCHEMED_AT_START.test(text) ? linkify.matchAtStart(text) : null;
  return match && { text: match.raw, href: match.url, start: 0, end: match.lastIndex };
}

/** How much of what follows `www.` belongs to the address; none of it where the rest names no domain. */
function hostAndPath(text: string): number {
  const match = linkify.matchAtStart(SCHEME + text);
  return match && /^[^/?#]*\./.test(text.slice(0, match.lastIndex - SCHEME.length)) ? match.lastIndex - SCHEME.length : 0;
}

/** Whether a link may lead there: to the web, or to a mail program. The browser's own parser decides what the scheme is. */
export function isAllowedTarget(href: string): boolean {
  return URL.canParse(href) && ["http:", "https:", "mailto:"].includes(new URL(href).protocol);
}
