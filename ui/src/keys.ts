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

const KEPT = "fairhand:keys";
type Moved = Record<string, string>;

/** The keys that somebody put in the place of others, in this browser: action's own key -> key. */
export function readMoved(): Moved {
  try {
    return (JSON.parse(localStorage.getItem(KEPT) ?? "{}") ?? {}) as Moved;
  } catch {
    return {};
  }
}

export function writeMoved(keys: Moved): void {
  const kept = Object.fromEntries(Object.entries(keys).filter(([own, key]) => own !== key));
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // without a place to keep it, the key stays as it was
  }
}

/** The key that does what `own` did. */
export function moved(own: string): string {
  return readMoved()[own] ?? own;
}

/** The key by its place where a layout writes no Latin letters (an Arabic keyboard's N is still N). */
export function letter(event: KeyboardEvent): string {
  if (event.key === "?" || event.key === "؟") return "?";
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  const placed = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code)?.[1];
  return /^[a-z0-9]$/i.test(event.key) ? event.key.toLowerCase() : (placed ?? event.key).toLowerCase();
}

function press(event: KeyboardEvent, key: string): void {
  if (document.querySelector("dialog[open]")) return;
  const keys = readMoved();
  const owns = Object.keys(keys).filter((own) => keys[own] === key);
  if (!(key in keys)) owns.push(key);
  const marked = owns.flatMap((own) => [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(own)}"]`)]);
  const target = marked.find((element) => !element.closest("[hidden]"));
  if (!target || target.matches(":disabled")) return;
  event.preventDefault();
  if (target instanceof HTMLInputElement) target.focus();
  const before = document.activeElement;
  target.click();
  intoSheet(target, before);
}

let cameFrom: Element | null = null;

/** A key that opens a sheet below its action goes into it; the same key closes it, and comes back. */
function intoSheet(target: HTMLElement, before: Element | null): void {
  const details = target.matches("summary") ? target.closest("details") : null;
  const sheet = details?.querySelector<HTMLElement>(":scope > .sheet");
  if (!details || !sheet) return;
  if (details.open) {
    cameFrom = before;
    sheet.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea, button, a")?.focus();
  } else if (cameFrom instanceof HTMLElement && cameFrom.isConnected) {
    cameFrom.focus();
    cameFrom = null;
  }
}

export function writes(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !["radio", "checkbox", "submit", "button"].includes(target.type))
  );
}
