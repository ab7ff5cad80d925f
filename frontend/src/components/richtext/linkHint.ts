/** Names what tells that a link opens in a new tab: once on the page, and not in the text of the link, which is copied. */
export const LINK_HINT_ID = "opens-in-new-tab";
