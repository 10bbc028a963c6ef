// Counts of open tasks that keep up with the server. Only words and what is seen change, so nothing jumps; a screen
// reader hears of it, when it pauses, where work came or went.

const EVERY_MS = 30_000;

interface Open {
  said: string;
  projects: Record<string, { n: number; text: string }>;
}

/** Inside `root`, `data-open` (a project's name) is written anew, and `data-open-take` is idle (takes room, is
 * not seen or reached) where nothing is open. */
export function keepUp(root: HTMLElement): void {
  const address = root.dataset.live;
  const word = root.querySelector<HTMLElement>("[data-live-said]");
  if (!address) return;
  setInterval(() => {
    if (!document.hidden) void ask(root, address, word);
  }, EVERY_MS);
}

async function ask(root: HTMLElement, address: string, word: HTMLElement | null): Promise<void> {
  let open: Open;
  try {
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    open = (await answer.json()) as Open;
  } catch {
    return; // the frame says that the connection is gone
  }
  let turned = false;
  for (const shown of root.querySelectorAll<HTMLElement>("[data-open]")) {
    const now = open.projects[shown.dataset.open ?? ""];
    if (!now) continue;
    const had = shown.classList.contains("ok");
    turned ||= had !== now.n > 0;
    if (shown.textContent !== now.text) shown.textContent = now.text;
    shown.classList.toggle("ok", now.n > 0);
  }
  for (const form of root.querySelectorAll<HTMLElement>("[data-open-take]")) {
    const now = open.projects[form.dataset.openTake ?? ""];
    if (now) form.classList.toggle("idle", now.n === 0);
  }
  if (turned && word) word.textContent = open.said;
}
