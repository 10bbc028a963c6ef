// Items of one question, gone through by keys: J and K walk, digits and N mark, E goes to the words, Esc comes back.
// Each item is `data-item`; a radio button's key is its `data-mark`.

import { pressed, writes } from "../keys";

export interface Walk {
  at: () => HTMLElement | null;
  go: (by: number) => void;
}

export function startWalk(box: HTMLElement): Walk {
  const items = (): HTMLElement[] => [...box.querySelectorAll<HTMLElement>("[data-item]")].filter((item) => !item.hidden && !item.inert);
  let last: HTMLElement | null = null;
  const at = (): HTMLElement | null => document.activeElement?.closest<HTMLElement>("[data-item]") ?? last;

  const come = (item: HTMLElement | undefined): void => {
    if (!item) return;
    last = item;
    const marks = [...item.querySelectorAll<HTMLInputElement>("input[type=radio]")];
    const blank = [...item.querySelectorAll<HTMLTextAreaElement>("[data-part=text]")].find((text) => !text.value);
    const target = blank ?? marks.find((mark) => mark.checked) ?? marks[0];
    target?.focus();
    item.scrollIntoView({ block: "nearest" });
  };
  const go = (by: number): void => {
    const all = items();
    const here = last && box.contains(document.activeElement) ? all.indexOf(last) : -1;
    if (here < 0) come(all.find((item) => !item.querySelector(":checked")) ?? all[0]);
    else come(all[Math.min(Math.max(here + by, 0), all.length - 1)]);
  };

  box.addEventListener("focusin", (event) => {
    last = (event.target as HTMLElement).closest<HTMLElement>("[data-item]") ?? last;
  });
  box.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const item = (event.target as HTMLElement).closest<HTMLElement>("[data-item]");
    if (!item) return;
    if (writes(event.target)) {
      if (event.key === "Escape") {
        event.preventDefault();
        (item.querySelector<HTMLElement>("input[type=radio]:checked") ?? item.querySelector<HTMLElement>("input[type=radio]"))?.focus();
      }
      return;
    }
    const key = pressed(event);
    const mark = item.querySelector<HTMLInputElement>(`[data-mark="${CSS.escape(key)}"]`);
    if (mark) {
      mark.focus();
      mark.click();
    } else if (key === "j" || key === "k") {
      go(key === "j" ? 1 : -1);
    } else if (key === "e") {
      const words = item.querySelector<HTMLTextAreaElement>("[data-part=evidence]");
      if (!words) return;
      words.closest("details")?.setAttribute("open", "");
      words.focus();
    } else {
      return;
    }
    event.preventDefault();
  });

  const bar = box.querySelector<HTMLElement>("[data-part=keys]");
  if (bar) bar.hidden = false;
  for (const button of box.querySelectorAll<HTMLButtonElement>("button[data-go]")) {
    // The press must not take the focus, or the place in the list would be lost with it.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => go(Number(button.dataset.go)));
  }
  return { at, go };
}

/** A button that puts what is selected on the page, as a quote, where `into` says. */
export function quoteSelection(box: HTMLElement, into: () => HTMLTextAreaElement | null): void {
  const button = box.querySelector<HTMLButtonElement>("button[data-part=quote]");
  if (!button) return;
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const said = window.getSelection()?.toString().trim() ?? "";
    const field = into();
    if (!field) return;
    field.closest("details")?.setAttribute("open", "");
    if (said) {
      field.value = field.value ? `${field.value}\n“${said}”` : `“${said}”`;
      changed(field);
    }
    field.focus();
  });
}

/** What a person's typing would have told the page. */
export function changed(field: HTMLElement): void {
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
