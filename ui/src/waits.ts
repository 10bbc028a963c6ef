// What a slow or broken connection looks like: a word after two seconds of waiting, and a word when the line is gone.

const SLOW_MS = 2000;

/** `data-part="waiting"` of the frame is shown when a form that was sent has had no answer for two seconds. */
export function sayWaiting(word: HTMLElement): void {
  let timer = 0;
  document.addEventListener("submit", (event) => {
    // A script may still stop the form after us.
    setTimeout(() => {
      if (event.defaultPrevented || (event.target instanceof HTMLFormElement && event.target.target)) return;
      timer = window.setTimeout(() => (word.hidden = false), SLOW_MS);
    });
  });
  window.addEventListener("pageshow", () => {
    clearTimeout(timer);
    word.hidden = true;
  });
}

/** `data-part="offline"` of the frame is shown while the browser has no connection. */
export function sayOffline(word: HTMLElement): void {
  const update = (): void => {
    word.hidden = navigator.onLine;
  };
  window.addEventListener("online", update);
  window.addEventListener("offline", update);
  update();
}
