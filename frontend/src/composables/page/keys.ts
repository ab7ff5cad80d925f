/**
 * Whether a key is the input method's, which composes a word: its Enter picks a candidate, its Escape drops the word.
 *
 * Safari ends the composition before it tells of the key, which by then has only the code 229 to show for it:
 * https://bugs.webkit.org/show_bug.cgi?id=165004
 */
export function isComposing({ isComposing: composes, keyCode }: KeyboardEvent): boolean {
  return composes || keyCode === 229;
}

/** What the keys do in a field that keeps the focus while one chooses from a list below it. */
export function optionKeys(move: (by: 1 | -1) => void, enter: () => void): (event: KeyboardEvent) => void {
  const actions = new Map([
    ["ArrowDown", () => move(1)],
    ["ArrowUp", () => move(-1)],
    ["Enter", enter],
  ]);
  return (event) => {
    const action = actions.get(event.key);
    if (!action || isComposing(event)) return;
    event.preventDefault();
    action();
  };
}
