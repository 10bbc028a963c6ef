// Keyboard shortcuts. Each is shown beside its action; the element that carries `data-key` is what the key does.

export function listenForKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      press(event, event.shiftKey ? "ctrl+shift+enter" : "ctrl+enter");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    press(event, letter(event));
  });
}

/** The key by its place where a layout writes no Latin letters (an Arabic keyboard's N is still N). */
function letter(event: KeyboardEvent): string {
  if (event.code === "Slash" && !event.shiftKey) return "/";
  const placed = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code)?.[1];
  return /^[a-z0-9]$/i.test(event.key) ? event.key.toLowerCase() : (placed ?? event.key).toLowerCase();
}

function press(event: KeyboardEvent, key: string): void {
  const target = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (!target || target.matches(":disabled")) return;
  event.preventDefault();
  if (target instanceof HTMLInputElement) target.focus();
  target.click();
}

function writes(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !["radio", "checkbox", "submit", "button"].includes(target.type))
  );
}
