// Keyboard shortcuts. Each is shown beside its action; the element that carries `data-key` is what the key does.

export function listenForKeys(): void {
  drawKeys();
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

/** Where keys stand on a page: actions, marks of the rows that are gone through, labels, and what parts tell of theirs. */
export const KEYED = "[data-key], [data-mark], [data-letter], [data-combo]";
export const MOVABLE = /^[a-z0-9]$/;

/** The keys of an element as they were before anybody moved them. */
export function ownKeys(element: HTMLElement): string[] {
  const { key, mark, letter: sign, combo } = element.dataset;
  return (key ?? mark ?? sign ?? combo ?? "").split(" ").filter((each) => each !== "");
}

export interface OnPage {
  keys: Map<string, string>; // own key -> key, of what can be moved
  gave: Map<string, string>; // own key -> the key that was wanted in its place, and does something else on this page
}

/** The keys of this page. A moved key gives way where something else of the page has its new key: its own one stays. */
export function onPage(): OnPage {
  const wanted = readMoved();
  const keys = new Map<string, string>();
  const gave = new Map<string, string>();
  if (Object.keys(wanted).length === 0) return { keys, gave };
  for (const element of document.querySelectorAll<HTMLElement>(KEYED)) {
    for (const own of ownKeys(element)) if (MOVABLE.test(own)) keys.set(own, wanted[own] ?? own);
  }
  for (let again = true; again; ) {
    again = false;
    for (const [own, key] of keys) {
      if (own === key || ![...keys].some(([other, its]) => other !== own && its === key)) continue;
      gave.set(own, key);
      keys.set(own, own);
      again = true;
    }
  }
  return { keys, gave };
}

/** The key that does here what `own` did. */
export function moved(own: string): string {
  return onPage().keys.get(own) ?? own;
}

/** What was pressed, as the key that did it before anybody moved keys; "" for one that was moved away. */
export function pressed(event: KeyboardEvent): string {
  return before(letter(event));
}

function before(key: string): string {
  const { keys } = onPage();
  for (const [own, its] of keys) if (its === key) return own;
  return keys.has(key) ? "" : key;
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
  const own = before(key);
  if (!own) return;
  const marked = [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(own)}"]`)];
  const found = marked.filter((element) => !element.closest("[hidden]") && !element.matches(":disabled"));
  const target = meant(found);
  if (found.length === 0) return;
  event.preventDefault();
  if (!target) return found[0]?.focus(); // every scale has its answer: the next press changes this one
  if (target instanceof HTMLInputElement) target.focus();
  const focused = document.activeElement;
  target.click();
  intoSheet(target, focused);
  if (isRadio(target)) comeToNext(target);
}

function isRadio(element: Element): element is HTMLInputElement {
  return element instanceof HTMLInputElement && element.type === "radio";
}

function groupOf(radio: HTMLInputElement): HTMLInputElement[] {
  const all = radio.form?.elements.namedItem(radio.name);
  return all instanceof RadioNodeList ? ([...all] as HTMLInputElement[]) : [radio];
}

/** Scales share their digits: they are of the row somebody is at, else of the first one without an answer. */
function meant(found: HTMLElement[]): HTMLElement | undefined {
  if (found.length < 2 || !found.every(isRadio)) return found[0];
  const at = found.find((each) => groupOf(each).some((radio) => radio === document.activeElement));
  return at ?? found.find((each) => !groupOf(each).some((radio) => radio.checked));
}

/** The rows of a rating are gone through by digits alone: a row that got its mark leads to the next one without. */
function comeToNext(radio: HTMLInputElement): void {
  const rows = [...(radio.closest(".rating")?.querySelectorAll<HTMLElement>("[role=radiogroup]") ?? [])];
  const here = rows.findIndex((row) => row.contains(radio));
  const open = [...rows.slice(here + 1), ...rows.slice(0, here)].find((row) => !row.querySelector(":checked"));
  open?.querySelector<HTMLInputElement>("input")?.focus();
}

/** The keys beside the actions are those that work. */
export function drawKeys(): void {
  const { keys } = onPage();
  if (keys.size === 0 && !drawn) return; // nothing was moved
  drawn = true;
  for (const element of document.querySelectorAll<HTMLElement>("[data-key], [data-mark], [data-letter]")) {
    const own = ownKeys(element)[0] ?? "";
    if (!MOVABLE.test(own)) continue;
    const key = keys.get(own) ?? own;
    const label = element.id ? document.querySelector(`label[for="${CSS.escape(element.id)}"]`) : null;
    let hint = element.querySelector("kbd") ?? label?.querySelector("kbd");
    if (!hint && label && key !== own) {
      hint = document.createElement("kbd"); // the number of a scale is its key as long as nobody moves that
      hint.setAttribute("aria-hidden", "true");
      label.prepend(hint, " ");
    }
    if (hint) hint.textContent = key.toUpperCase();
    if (element.hasAttribute("aria-keyshortcuts")) element.setAttribute("aria-keyshortcuts", key);
  }
  for (const hint of document.querySelectorAll<HTMLElement>("kbd[data-shows]")) {
    const own = hint.dataset.shows ?? "";
    hint.textContent = (keys.get(own) ?? own).toUpperCase();
  }
}

let drawn = false;
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
