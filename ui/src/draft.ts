// The answer so far, kept in this browser until it is handed in, so that a reload or a crash loses nothing.

import { dropBeats } from "./beats";

const KEY = "fairhand:draft:";
const KEPT_MS = 30 * 86_400_000;

interface Draft {
  at: number;
  values: [string, string][];
}

export function keepDraft(form: HTMLFormElement): void {
  const id = form.dataset.draft;
  if (!id) return;
  const key = KEY + id;
  const told = form.querySelector<HTMLElement>('[data-part="kept"]');
  sweep();

  if (form.dataset.draftFresh !== "no") restore(form, read(key));
  let timer = 0;
  const keep = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const values = [...new FormData(form)].filter((pair): pair is [string, string] => typeof pair[1] === "string");
      const kept = values.filter(([name]) => name.startsWith("answer."));
      try {
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: kept } satisfies Draft));
        if (told) told.hidden = false;
      } catch {
        if (told) told.hidden = true; // nothing is claimed that is not so
      }
    }, 300);
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
}

/** A page that says the work was taken names its claim: the draft has served. */
export function dropDraft(id: string): void {
  localStorage.removeItem(KEY + id);
  dropBeats(id);
}

function read(key: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

function restore(form: HTMLFormElement, draft: Draft | null): void {
  if (!draft) return;
  const chosen = new Set(draft.values.map(([name, value]) => `${name}=${value}`));
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && ["radio", "checkbox"].includes(field.type) && field.name.startsWith("answer.")) {
      field.checked = chosen.has(`${field.name}=${field.value}`);
    }
  }
  for (const [name, value] of draft.values) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && ["radio", "checkbox"].includes(field.type)) continue;
    if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
      field.value = value;
    }
  }
  form.dispatchEvent(new Event("draft-restored"));
}

function sweep(): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(KEY) && Date.now() - (read(key)?.at ?? 0) > KEPT_MS) localStorage.removeItem(key);
  }
}
