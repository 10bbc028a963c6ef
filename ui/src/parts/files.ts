// Files that are sent in parts, each a choice of the form once it is kept (upload.ts). Without this script the form sends
// them whole.

import { drop, holdBack, settled, type Sink, sized, type Told, upload } from "./upload";

interface Row extends Sink {
  item: HTMLElement;
  chosen: HTMLInputElement;
  bar: HTMLProgressElement;
  words: HTMLElement;
  stop: HTMLButtonElement;
}

export function startFiles(root: HTMLElement): void {
  const begin = root.dataset.files;
  const input = root.querySelector<HTMLInputElement>("input[type=file]");
  const template = root.querySelector<HTMLTemplateElement>("template[data-part=row]");
  const list = root.querySelector<HTMLElement>("[data-part=list]");
  if (!begin || !input || !template || !list) return;
  root.querySelector("[data-part=plain]")?.setAttribute("hidden", "");

  const take = (files: Iterable<File>): void => {
    for (const file of files) {
      for (const old of list.querySelectorAll<HTMLElement>("[data-state=uploading]")) {
        if (old.querySelector("bdi")?.textContent === file.name) old.remove(); // this is the one that is gone on with
      }
      const row = added(root, list, template, file);
      void upload(root, begin, file, row).then((told) => kept(root, told, row), (error: unknown) => gone(row, error));
    }
  };
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = "";
  });
  input.addEventListener("input", (event) => event.stopPropagation()); // choosing is no answer yet
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files ?? []);
  });
  holdBack(root, () => list.querySelector<HTMLElement>(".file-row:has(progress:not([hidden]))"));
  for (const waiting of list.querySelectorAll<HTMLElement>("[data-state=checking]")) {
    const row = added(root, list, template, null);
    name(row, waiting.querySelector("bdi")?.textContent ?? "");
    waiting.replaceWith(row.item);
    void settled(root, waiting.dataset.send ?? "", row).then((told) => kept(root, told, row), (error: unknown) => gone(row, error));
  }
}

function added(root: HTMLElement, list: HTMLElement, template: HTMLTemplateElement, file: File | null): Row {
  const part = template.content.cloneNode(true) as DocumentFragment;
  const find = <T extends HTMLElement>(name: string): T => part.querySelector<T>(`[data-part=${name}]`) as T;
  const row: Row = {
    item: part.querySelector<HTMLElement>(".file-row") as HTMLElement,
    chosen: find<HTMLInputElement>("chosen"),
    bar: find<HTMLProgressElement>("progress"),
    words: find("said"),
    stop: find<HTMLButtonElement>("stop"),
    broken: new AbortController(),
    progress: (percent) => (percent === null ? row.bar.removeAttribute("value") : (row.bar.value = percent)),
    say: (text) => (row.words.textContent = text),
    said: () => row.words.textContent ?? "",
    begun: (told) => row.stop.addEventListener("click", () => void drop(root, told.send)),
  };
  list.append(part);
  if (file) {
    name(row, file.name);
    const size = row.item.querySelector<HTMLElement>("[data-part=size]");
    if (size) size.textContent = sized(file.size, root);
  }
  row.stop.addEventListener("click", () => {
    row.broken.abort();
    row.item.remove();
    root.dispatchEvent(new Event("change", { bubbles: true })); // the draft lets it go too
    root.querySelector<HTMLElement>("input[type=file]")?.focus();
  });
  return row;
}

function name(row: Row, text: string): void {
  const shown = row.item.querySelector<HTMLElement>("[data-part=name]");
  if (shown) shown.textContent = text;
}

function kept(root: HTMLElement, told: Told, row: Row): void {
  row.bar.hidden = true;
  row.say("");
  const open = row.item.querySelector<HTMLAnchorElement>("[data-part=open]");
  if (open) {
    open.href = told.open;
    open.hidden = false;
  }
  row.stop.textContent = root.dataset.remove ?? "";
  if (root.dataset.field) {
    row.chosen.name = root.dataset.field;
    row.chosen.value = told.value;
    row.chosen.disabled = false;
  } else {
    row.chosen.hidden = true;
    row.stop.hidden = true;
  }
  row.chosen.dispatchEvent(new Event("change", { bubbles: true }));
  const said = root.querySelector<HTMLElement>("[data-part=told]");
  if (said) said.textContent = `${told.name}: ${root.dataset.done ?? ""}`;
}

function gone(row: Row, error: unknown): void {
  if (row.broken.signal.aborted) return;
  row.bar.hidden = true;
  row.chosen.hidden = true;
  row.say(error instanceof Error ? error.message : "");
  row.words.classList.add("error");
  row.words.setAttribute("role", "alert");
}
