// A text that is rewritten: what changed, shown word by word while it is written.

import { changes } from "./words";

const QUIET_MS = 1500; // after so long without a key, a screen reader is told

export function startRewrite(root: HTMLElement): void {
  const field = root.querySelector("textarea");
  const out = root.querySelector<HTMLElement>("[data-part=changes]");
  if (!field || !out) return;
  const part = (name: string): HTMLElement | null => root.querySelector(`[data-part=${name}]`);
  const old = root.dataset.old ?? "";
  const stays = root.querySelector<HTMLInputElement>("input[type=checkbox]");

  const draw = (): void => {
    const now = field.value;
    const pieces = changes(old, now);
    const words = (kind: string): number => pieces.reduce((n, each) => n + (each.kind === kind ? each.words : 0), 0);
    const [added, removed] = [words("added"), words("removed")];
    out.replaceChildren(
      ...pieces.map((piece) => {
        if (piece.kind === "same") return document.createTextNode(piece.text);
        const element = document.createElement(piece.kind === "added" ? "ins" : "del");
        element.textContent = piece.text;
        return element;
      }),
    );
    show(part("none"), now === old);
    show(part("spaced"), now !== old && added + removed === 0);
    show(part("some"), added + removed > 0);
    write(part("added"), String(added));
    write(part("removed"), String(removed));
    if (stays?.checked && now !== old) stays.checked = false;
  };

  let waits = 0;
  let timer = 0;
  const soon = (): void => {
    if (!waits) {
      waits = requestAnimationFrame(() => {
        waits = 0;
        draw();
      });
    }
    window.clearTimeout(timer);
    timer = window.setTimeout(() => write(part("said"), part("sum")?.innerText.trim() ?? ""), QUIET_MS);
  };
  field.addEventListener("input", soon);
  field.form?.addEventListener("draft-restored", draw);
  if (field.value !== old) draw();
}

function show(element: HTMLElement | null, shown: boolean): void {
  if (element) element.hidden = !shown;
}

function write(element: HTMLElement | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
