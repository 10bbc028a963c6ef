// A written answer as its readers will see it. The server takes its Markdown apart, as it does wherever Markdown is read.

import { drawn } from "./prose-tree";

const AGAIN_MS = 600; // so long nothing is typed before it is drawn anew

export function startPreview(box: HTMLElement): void {
  const find = <T extends HTMLElement>(part: string): T | null => box.querySelector<T>(`[data-part=${part}]`);
  const [button, page, said] = [find<HTMLButtonElement>("open"), find("page"), find("said")];
  const text = document.getElementById(box.dataset.preview ?? "");
  const address = box.dataset.previewAt;
  if (!button || !page || !said || !address || !(text instanceof HTMLTextAreaElement)) return;
  let timer = 0;
  let drawnFor: string | null = null;
  let asked = 0;

  const tell = (code: "failed" | "blank" | ""): void => {
    said.textContent = code ? (said.dataset[code] ?? "") : "";
    said.hidden = !code;
  };
  const draw = async (): Promise<void> => {
    const value = text.value;
    if (value === drawnFor) return;
    if (!value.trim()) {
      page.replaceChildren();
      drawnFor = value;
      return tell("blank");
    }
    const turn = (asked += 1);
    const body = new URLSearchParams({ text: value });
    const token = text.form?.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    try {
      const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { tree } = (await answer.json()) as { tree: unknown };
      if (turn !== asked) return; // more was typed meanwhile
      page.replaceChildren(...drawn(tree));
      drawnFor = value;
      tell("");
    } catch {
      if (turn === asked) tell("failed");
    }
  };
  button.addEventListener("click", () => {
    page.hidden = !page.hidden;
    button.setAttribute("aria-expanded", String(!page.hidden));
    if (page.hidden) return tell("");
    void draw();
  });
  const later = (): void => {
    window.clearTimeout(timer);
    if (!page.hidden) timer = window.setTimeout(() => void draw(), AGAIN_MS);
  };
  text.addEventListener("input", later);
  text.form?.addEventListener("draft-restored", later);
  button.hidden = false;
}
