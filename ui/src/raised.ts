// Answers to what was asked about a task show on its page as they arrive, and a screen reader hears of them.

const EVERY_MS = 20_000;

interface Raised {
  id: string;
  state: string;
  answer: string;
}

/** Inside `root`, a `[data-waits]` row shows its answer once there is one; nothing is asked when none waits. */
export function awaitAnswers(root: HTMLElement): void {
  const address = root.dataset.raised;
  if (!address) return;
  const timer = setInterval(() => {
    if (!root.querySelector("[data-waits]")) clearInterval(timer);
    else if (!document.hidden) void ask(root, address);
  }, EVERY_MS);
}

async function ask(root: HTMLElement, address: string): Promise<void> {
  let rows: Raised[];
  try {
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    rows = (await answer.json()) as Raised[];
  } catch {
    return; // the frame says that the connection is gone
  }
  const said = root.querySelector<HTMLElement>("[data-part=said]");
  for (const row of rows) {
    const shown = root.querySelector<HTMLElement>(`[data-raised-id="${CSS.escape(row.id)}"]`);
    if (row.state !== "answered" || !shown || !("waits" in shown.dataset)) continue;
    delete shown.dataset.waits;
    shown.querySelector("[data-part=state]")?.replaceChildren(root.dataset.answered ?? "");
    shown.querySelector("[data-part=answer-words]")?.replaceChildren(row.answer);
    shown.querySelector("[data-part=answer]")?.removeAttribute("hidden");
    if (said) said.textContent = `${root.dataset.arrived ?? ""} ${row.answer}`;
  }
}
