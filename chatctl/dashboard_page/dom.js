// The few things that every part of the page does with the document.

/** @param {string} name @param {string} [text] */
export function element(name, text) {
  const made = document.createElement(name)
  if (text !== undefined) made.textContent = text
  return made
}

/** @param {ParentNode} within @param {string} selector
 * @returns {HTMLElement} */
export function find(within, selector) {
  const found = within.querySelector(selector)
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no ${selector}`)
  return found
}
