// The sheet of keys: what every key of this page does, and other keys in their place, kept in this browser.

import { letter, moved, readMoved, writeMoved } from "./keys";

const MOVABLE = /^[a-z0-9]$/;

export function startSheet(dialog: HTMLDialogElement): void {
  const rows = dialog.querySelector<HTMLElement>("[data-part=rows]");
  const pattern = dialog.querySelector<HTMLTemplateElement>("template");
  const said = dialog.querySelector<HTMLElement>("[data-part=said]");
  if (!rows || !pattern || !said) return;
  const { press = "", taken = "", moved: now = "" } = dialog.dataset;
  let asking: { key: string; button: HTMLButtonElement } | null = null;

  const draw = (): void => {
    asking = null;
    rows.replaceChildren(
      ...actions().map(([key, name]) => {
        const row = pattern.content.firstElementChild?.cloneNode(true) as HTMLElement;
        row.querySelector("[data-part=name]")?.replaceChildren(name);
        row.querySelector("kbd")?.replaceChildren(shown(moved(key)));
        const button = row.querySelector("button");
        if (button) {
          button.hidden = !MOVABLE.test(key);
          button.setAttribute("aria-label", `${button.textContent ?? ""}: ${name}`);
          button.addEventListener("click", () => {
            asking = { key, button };
            said.textContent = press;
          });
        }
        return row;
      }),
    );
  };

  dialog.addEventListener("keydown", (event) => {
    if (!asking || event.key === "Tab" || event.key === "Escape") return;
    const wanted = letter(event);
    if (!MOVABLE.test(wanted)) return;
    event.preventDefault();
    event.stopPropagation();
    const { key } = asking;
    const other = actions().find(([each]) => each !== key && moved(each) === wanted);
    if (other) {
      said.textContent = `${taken} ${other[1]}`;
      return;
    }
    writeMoved({ ...readMoved(), [key]: wanted });
    draw();
    drawKeys();
    said.textContent = `${now} ${shown(wanted)}`;
    rows.querySelectorAll<HTMLButtonElement>("button")[actions().findIndex(([each]) => each === key)]?.focus();
  });
  dialog.addEventListener("cancel", (event) => {
    if (!asking) return;
    event.preventDefault();
    asking = null;
    said.textContent = "";
  });
  dialog.querySelector("[data-part=as-they-were]")?.addEventListener("click", () => {
    writeMoved({});
    draw();
    drawKeys();
    said.textContent = "";
  });
  for (const opener of document.querySelectorAll("[data-opens-keys]")) {
    opener.addEventListener("click", () => {
      draw();
      said.textContent = "";
      dialog.showModal();
    });
  }
  drawKeys();
}

/** Every key that does something now, with the name of what it does, in the order of the page. */
function actions(): [string, string][] {
  const found = new Map<string, string>();
  for (const element of document.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = element.dataset.key ?? "";
    if (element.closest("[hidden]") || element.matches(":disabled") || found.has(key)) continue;
    found.set(key, nameOf(element));
  }
  return [...found];
}

function nameOf(element: HTMLElement): string {
  const label = element.id ? document.querySelector(`label[for="${CSS.escape(element.id)}"]`) : null;
  const named = (label ?? element).cloneNode(true) as HTMLElement;
  for (const key of named.querySelectorAll("kbd")) key.remove();
  return element.getAttribute("aria-label") ?? (named.textContent ?? "").trim().replace(/\s+/g, " ");
}

/** The keys beside the actions are those that work. */
function drawKeys(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = element.dataset.key ?? "";
    if (!MOVABLE.test(key)) continue;
    const label = element.id ? document.querySelector(`label[for="${CSS.escape(element.id)}"]`) : null;
    const drawn = element.querySelector("kbd") ?? label?.querySelector("kbd");
    if (drawn) drawn.textContent = shown(moved(key));
    if (element.hasAttribute("aria-keyshortcuts")) element.setAttribute("aria-keyshortcuts", moved(key));
  }
}

function shown(key: string): string {
  return key.replace("ctrl+shift+enter", "Ctrl ⇧ ⏎").replace("ctrl+enter", "Ctrl ⏎").replace("alt+enter", "Alt ⏎").toUpperCase().replace(/CTRL/g, "Ctrl").replace(/ALT/g, "Alt");
}
