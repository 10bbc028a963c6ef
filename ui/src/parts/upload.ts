// One file on its way to an answer, in parts: it goes on from where it broke off, and is asked about until it is kept or
// refused. Words and addresses stand on the element that it is sent for (`root`).

export interface Told {
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

/** Where it is shown how far a file is. `begun`: the server knows of it. */
export interface Sink {
  broken: AbortController;
  progress: (percent: number | null) => void;
  say: (text: string) => void;
  said: () => string;
  begun: (told: Told) => void;
}

const WAIT_MS_MAX = 15_000;

export class Refused extends Error {}

/** Send a file; what the server keeps, once it was looked at. Throws Refused with its words. */
export async function upload(root: HTMLElement, begin: string, file: File, sink: Sink): Promise<Told> {
  const body = new URLSearchParams({ question: root.dataset.question ?? "", name: file.name, size: String(file.size) });
  const told = await stubborn<Told>(root, sink, () => ask(root, begin, sink, { method: "POST", body }));
  sink.begun(told);
  let received = told.received;
  while (received < file.size) {
    const piece = file.slice(received, received + told.part);
    const now = await stubborn<Told>(root, sink, async () => {
      try {
        return await ask<Told>(root, `${told.send}?at=${received}`, sink, {
          method: "POST",
          body: piece,
          headers: { "Content-Type": "application/octet-stream" },
        });
      } catch (error) {
        // It may have arrived although its answer didn't: how far the file is, only the server knows.
        if (error instanceof Refused) throw error;
        const found = await ask<Told>(root, told.send, sink, {});
        if (found.received > received || found.state !== "uploading") return found;
        throw error;
      }
    });
    received = now.received;
    if (now.state !== "uploading") break;
    sink.progress((100 * received) / file.size);
  }
  return settled(root, told.send, sink);
}

/** Wait until a file was looked at. */
export async function settled(root: HTMLElement, address: string, sink: Sink): Promise<Told> {
  sink.progress(null);
  sink.say(root.dataset.checking ?? "");
  for (let wait = 150; ; wait = Math.min(wait * 1.5, 2_000)) {
    const told = await stubborn<Told>(root, sink, () => ask(root, address, sink, {}));
    if (told.state === "refused") throw new Refused(told.why);
    if (told.state === "clean") return told;
    await sleep(wait);
  }
}

export async function drop(root: HTMLElement, address: string): Promise<void> {
  await fetch(`${address}?drop=1`, { method: "POST", headers: { "X-CSRFToken": token(root) } }).catch(() => null);
}

/** Before the form notes that it is on its way: an answer is not handed in without a file that is still being sent. */
export function holdBack(root: HTMLElement, under: () => HTMLElement | null): void {
  root.closest("form")?.addEventListener(
    "submit",
    (event) => {
      const row = under();
      if (!row || event.submitter?.hasAttribute("formaction")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      for (const said of [root.querySelector("[data-part=told]"), row.querySelector("[data-part=said]")]) {
        if (said) said.textContent = root.dataset.wait ?? "";
      }
      row.querySelector<HTMLElement>("button")?.focus();
    },
    true,
  );
}

export function sized(bytes: number, root: HTMLElement): string {
  const unit = bytes >= 1_000_000 ? "megabyte" : "kilobyte";
  const language = root.closest("[lang]")?.getAttribute("lang") ?? "en";
  const value = bytes / (unit === "megabyte" ? 1_000_000 : 1_000);
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1, numberingSystem: "latn" }).format(value);
}

/** Tried until it works or is refused: a connection that breaks costs time and nothing else. */
async function stubborn<T>(root: HTMLElement, sink: Sink, does: () => Promise<T>): Promise<T> {
  for (let wait = 500; ; wait = Math.min(wait * 2, WAIT_MS_MAX)) {
    try {
      const found = await does();
      if (sink.said() === root.dataset.again) sink.say("");
      return found;
    } catch (error) {
      if (error instanceof Refused || sink.broken.signal.aborted) throw error;
      sink.say(root.dataset.again ?? "");
      await sleep(wait);
    }
  }
}

async function ask<T>(root: HTMLElement, address: string, sink: Sink, how: RequestInit): Promise<T> {
  const headers = { ...how.headers, "X-CSRFToken": token(root), Accept: "application/json" };
  const answer = await fetch(address, { ...how, headers, signal: sink.broken.signal });
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
