// The sheet of keys: what every key of this page does, part by part, and other keys in their place, kept in this browser.

import { drawKeys, KEYED, letter, MOVABLE, moved, onPage, ownKeys, readMoved, writeMoved } from "./keys";

interface Row {
  own: string;
  name: string;
  hidden: boolean; // not to be seen just now: a question that is not asked yet
}

interface Group {
  name: string;
  rows: Row[];
}

export function startSheet(dialog: HTMLDialogElement): void {
  const list = dialog.querySelector<HTMLElement>("[data-part=rows]");
  const patterns = [...dialog.querySelectorAll("template")].map((each) => each.content.firstElementChild);
  const said = dialog.querySelector<HTMLElement>("[data-part=said]");
  if (!list || !patterns[1] || !said) return;
  const { press = "", taken = "", moved: now = "", gave = "" } = dialog.dataset;
  let asking: { own: string; button: HTMLButtonElement } | null = null;

  const draw = (): void => {
    asking = null;
    list.replaceChildren(
      ...groups().flatMap((group) => {
        const seen = group.rows.filter((row) => !row.hidden);
        return seen.length > 0 ? [...headed(group.name), ...seen.map(drawn)] : [];
      }),
    );
  };
  const headed = (name: string): Node[] => {
    const head = patterns[0]?.cloneNode(true) as HTMLElement;
    head.querySelector("h3")?.replaceChildren(name);
    return name ? [head] : [];
  };
  const drawn = ({ own, name }: Row): HTMLElement => {
    const row = patterns[1]?.cloneNode(true) as HTMLElement;
    const key = MOVABLE.test(own) ? moved(own) : own;
    row.querySelector("[data-part=name]")?.replaceChildren(name);
    row.querySelector("kbd")?.replaceWith(...key.split(" ").flatMap((each, place) => [...(place ? [" "] : []), hint(each)]));
    const wanted = onPage().gave.get(own);
    const note = row.querySelector<HTMLElement>("[data-part=gave]");
    if (note) {
      note.hidden = wanted === undefined;
      if (wanted !== undefined) note.textContent = `${gave} ${shown(wanted)}`;
    }
    const button = row.querySelector("button");
    if (button) {
      button.hidden = !MOVABLE.test(own);
      button.dataset.own = own;
      button.setAttribute("aria-label", `${button.textContent ?? ""}: ${name}`);
      button.addEventListener("click", () => {
        asking = { own, button };
        said.textContent = press;
      });
    }
    return row;
  };

  dialog.addEventListener("keydown", (event) => {
    if (!asking || event.key === "Tab" || event.key === "Escape") return;
    const wanted = letter(event);
    if (!MOVABLE.test(wanted)) return;
    event.preventDefault();
    event.stopPropagation();
    const { own } = asking;
    const other = groups().flatMap((group) => group.rows).find((row) => row.own !== own && moved(row.own) === wanted);
    if (other) {
      said.textContent = `${taken} ${other.name}`;
      return;
    }
    writeMoved({ ...readMoved(), [own]: wanted });
    draw();
    drawKeys();
    said.textContent = now.replace("{key}", shown(wanted));
    list.querySelector<HTMLElement>(`button[data-own="${CSS.escape(own)}"]`)?.focus();
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
    tell();
    said.textContent = "";
  });
  for (const opener of document.querySelectorAll("[data-opens-keys]")) {
    opener.addEventListener("click", () => {
      draw();
      said.textContent = "";
      dialog.showModal();
    });
  }
  tell();
}

/** Where a key that somebody moved gives way on this page, the button of the sheet says so. */
function tell(): void {
  for (const told of document.querySelectorAll<HTMLElement>("[data-part=keys-gave]")) told.hidden = onPage().gave.size === 0;
}

/** Every key of the page, in its order: under "" what the page itself does, then part by part what is done there. */
function groups(): Group[] {
  const parts = [...document.querySelectorAll<HTMLElement>("[data-keys-of]")].map((list) => ({
    list,
    root: document.getElementById(list.dataset.keysOf ?? "") ?? list.parentElement,
    rows: new Map<string, Row>(),
  }));
  const page = new Map<string, Row>();
  for (const element of document.querySelectorAll<HTMLElement>(KEYED)) {
    if (element.closest("dialog")) continue;
    const part = parts.find(({ list, root }) => list.contains(element) || root?.contains(element));
    const rows = part?.rows ?? page;
    // What a part tells of its keys stands in a hidden list; whether it is asked shows where that list stands.
    const shownAt = element.hasAttribute("data-combo") && part?.list.contains(element) ? part.list.parentElement : element;
    const hidden = !!shownAt?.closest("[hidden]") || element.matches(":disabled");
    const own = element.hasAttribute("data-combo") ? (element.dataset.combo ?? "") : (ownKeys(element)[0] ?? "");
    const before = rows.get(own);
    if (own && (!before || (before.hidden && !hidden))) rows.set(own, { own, name: nameOf(element), hidden });
  }
  return [
    { name: "", rows: [...page.values()] },
    ...parts.map(({ list, rows }) => ({ name: list.dataset.name ?? "", rows: [...rows.values()] })),
  ];
}

function nameOf(element: HTMLElement): string {
  const label = element.id ? document.querySelector(`label[for="${CSS.escape(element.id)}"]`) : null;
  const named = (label ?? element).cloneNode(true) as HTMLElement;
  for (const key of named.querySelectorAll("kbd, [data-part=keys-gave]")) key.remove();
  return element.getAttribute("aria-label") ?? (named.textContent ?? "").trim().replace(/\s+/g, " ");
}

function hint(key: string): HTMLElement {
  const made = document.createElement("kbd");
  made.dir = "ltr";
  made.textContent = shown(key);
  return made;
}

const SIGNS: Record<string, string> = {
  ctrl: "Ctrl", alt: "Alt", shift: "⇧", enter: "⏎", esc: "Esc", up: "↑", down: "↓", arrows: "← ↑ ↓ →", space: "␣",
  delete: "Del", backspace: "⌫", "-": "−",
};

function shown(key: string): string {
  return key.split(/(?<=.)\+(?=.)/).map((each) => SIGNS[each] ?? each.toUpperCase()).join(" ");
}
