// Files that are sent in parts: each goes on from where it broke off, and is asked about until it is kept or refused.
// Without this script the form sends them whole.

interface Told {
  id: string;
  name: string;
  bytes: number;
  received: number;
  state: string;
  why: string;
  value: string;
  part: number;
  send: string;
  open: string;
}

interface Row {
  item: HTMLElement;
  chosen: HTMLInputElement;
  progress: HTMLProgressElement;
  said: HTMLElement;
  stop: HTMLButtonElement;
  broken: AbortController;
}

const WAIT_MS_MAX = 15_000;

class Refused extends Error {}

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
      void send(root, begin, file, added(root, list, template, file));
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
  // Before the form notes that it is on its way: an answer is not handed in without a file that is still being sent.
  root.closest("form")?.addEventListener(
    "submit",
    (event) => {
      const under = list.querySelector<HTMLElement>(".file-row:has(progress:not([hidden]))");
      if (!under || event.submitter?.hasAttribute("formaction")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      for (const said of [root.querySelector("[data-part=told]"), under.querySelector("[data-part=said]")]) {
        if (said) said.textContent = root.dataset.wait ?? "";
      }
      under.querySelector<HTMLElement>("[data-part=stop]")?.focus();
    },
    true,
  );
  for (const waiting of list.querySelectorAll<HTMLElement>("[data-state=checking]")) {
    const row = added(root, list, template, null);
    name(row, waiting.querySelector("bdi")?.textContent ?? "");
    waiting.replaceWith(row.item);
    void settled(root, waiting.dataset.send ?? "", row).catch((error: unknown) => gone(row, error));
  }
}

function added(root: HTMLElement, list: HTMLElement, template: HTMLTemplateElement, file: File | null): Row {
  const part = template.content.cloneNode(true) as DocumentFragment;
  const find = <T extends HTMLElement>(name: string): T => part.querySelector<T>(`[data-part=${name}]`) as T;
  const row: Row = {
    item: part.querySelector<HTMLElement>(".file-row") as HTMLElement,
    chosen: find<HTMLInputElement>("chosen"),
    progress: find<HTMLProgressElement>("progress"),
    said: find("said"),
    stop: find<HTMLButtonElement>("stop"),
    broken: new AbortController(),
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

function sized(bytes: number, root: HTMLElement): string {
  const unit = bytes >= 1_000_000 ? "megabyte" : "kilobyte";
  const language = root.closest("[lang]")?.getAttribute("lang") ?? "en";
  const value = bytes / (unit === "megabyte" ? 1_000_000 : 1_000);
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1, numberingSystem: "latn" }).format(value);
}

async function send(root: HTMLElement, begin: string, file: File, row: Row): Promise<void> {
  try {
    const body = new URLSearchParams({
      question: root.dataset.question ?? "",
      name: file.name,
      size: String(file.size),
    });
    const told = await stubborn<Told>(root, row, () => ask(root, begin, row, { method: "POST", body }));
    row.stop.addEventListener("click", () => void drop(root, told.send));
    let received = told.received;
    while (received < file.size) {
      const piece = file.slice(received, received + told.part);
      const now = await stubborn<Told>(root, row, async () => {
        try {
          return await ask<Told>(root, `${told.send}?at=${received}`, row, {
            method: "POST",
            body: piece,
            headers: { "Content-Type": "application/octet-stream" },
          });
        } catch (error) {
          // It may have arrived although its answer didn't: how far the file is, only the server knows.
          if (error instanceof Refused) throw error;
          const found = await ask<Told>(root, told.send, row, {});
          if (found.received > received || found.state !== "uploading") return found;
          throw error;
        }
      });
      received = now.received;
      if (now.state !== "uploading") break;
      row.progress.value = (100 * received) / file.size;
    }
    await settled(root, told.send, row);
  } catch (error) {
    gone(row, error);
  }
}

/** Wait until the file was looked at; then it is a choice of the form, or its row says why it isn't. */
async function settled(root: HTMLElement, address: string, row: Row): Promise<void> {
  row.progress.removeAttribute("value");
  row.said.textContent = root.dataset.checking ?? "";
  for (let wait = 150; ; wait = Math.min(wait * 1.5, 2_000)) {
    const told = await stubborn<Told>(root, row, () => ask(root, address, row, {}));
    if (told.state === "refused") throw new Refused(told.why);
    if (told.state === "clean") {
      kept(root, told, row);
      return;
    }
    await sleep(wait);
  }
}

function kept(root: HTMLElement, told: Told, row: Row): void {
  row.progress.hidden = true;
  row.said.textContent = "";
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
  row.progress.hidden = true;
  row.chosen.hidden = true;
  row.said.textContent = error instanceof Error ? error.message : "";
  row.said.classList.add("error");
  row.said.setAttribute("role", "alert");
}

async function drop(root: HTMLElement, address: string): Promise<void> {
  await fetch(`${address}?drop=1`, { method: "POST", headers: { "X-CSRFToken": token(root) } }).catch(() => null);
}

/** Tried until it works or is refused: a connection that breaks costs time and nothing else. */
async function stubborn<T>(root: HTMLElement, row: Row, does: () => Promise<T>): Promise<T> {
  for (let wait = 500; ; wait = Math.min(wait * 2, WAIT_MS_MAX)) {
    try {
      const found = await does();
      if (row.said.textContent === root.dataset.again) row.said.textContent = "";
      return found;
    } catch (error) {
      if (error instanceof Refused || row.broken.signal.aborted) throw error;
      row.said.textContent = root.dataset.again ?? "";
      await sleep(wait);
    }
  }
}

async function ask<T>(root: HTMLElement, address: string, row: Row, how: RequestInit): Promise<T> {
  const headers = { ...how.headers, "X-CSRFToken": token(root), Accept: "application/json" };
  const answer = await fetch(address, { ...how, headers, signal: row.broken.signal });
  const told = (answer.headers.get("Content-Type") ?? "").startsWith("application/json")
    ? ((await answer.json()) as T & { why?: string; received?: number })
    : null;
  if (answer.ok && told) return told;
  if (answer.status === 409 && told?.received !== undefined) return told;
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) throw new Refused(told?.why ?? answer.statusText);
  throw new Error(String(answer.status));
}

const token = (root: HTMLElement): string =>
  (root.closest("form") ?? root).querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";

const sleep = (ms: number): Promise<void> => new Promise((done) => window.setTimeout(done, ms));
