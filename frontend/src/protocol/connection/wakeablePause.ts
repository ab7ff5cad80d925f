/** A pause that can be ended early, one at a time. */
export function wakeablePause() {
  let wake: () => void = () => undefined;

  function start(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return { start, wake: () => wake() };
}
