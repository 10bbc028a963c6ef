// A button that copies the text beside it. Without this script the text can still be chosen and copied by hand.

const SAID_MS = 2000;

/** `data-copy="text"`: shows the button, and says `data-copied` for a moment when it has copied. */
export function copyText(button: HTMLButtonElement): void {
  if (!navigator.clipboard) return; // a page that isn't https may not write the clipboard
  const label = button.textContent ?? "";
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", () => {
    void navigator.clipboard.writeText(button.dataset.copy ?? "").then(() => {
      button.textContent = button.dataset.copied ?? label;
      setTimeout(() => (button.textContent = label), SAID_MS);
    });
  });
}
