// An agent's trace: one stop of the tab key for all its steps, arrows between them, and steps found by their words.

export function startTrace(box: HTMLElement): void {
  const steps = [...box.querySelectorAll<HTMLElement>("[data-step]")];
  const heads = steps.map((step) => step.querySelector<HTMLElement>("summary"));
  const bar = box.querySelector<HTMLElement>("[data-part=bar]");
  const find = box.querySelector<HTMLInputElement>("[data-part=find]");
  const found = box.querySelector<HTMLElement>("[data-part=found]");
  let at = 0;

  const come = (to: number, focus = true): void => {
    const step = steps[to];
    if (!step) return;
    const before = heads[at];
    if (before) before.tabIndex = -1;
    at = to;
    const head = heads[to];
    if (head) head.tabIndex = 0;
    for (const other of box.querySelectorAll(".at")) other.classList.remove("at");
    step.classList.add("at");
    if (focus) head?.focus({ preventScroll: true });
    step.scrollIntoView({ block: "nearest" });
  };
  const inside = (): boolean => box.querySelector(".trace-steps")?.contains(document.activeElement) ?? false;
  const go = (by: number): void => {
    const started = inside() || steps.some((step) => step.classList.contains("at"));
    const to = started ? Math.min(Math.max(at + by, 0), steps.length - 1) : 0;
    steps[to]?.querySelector("details")?.setAttribute("open", "");
    come(to);
  };

  heads.forEach((head, place) => {
    if (head) head.tabIndex = place === 0 ? 0 : -1;
  });
  box.addEventListener("focusin", (event) => {
    const place = steps.indexOf((event.target as HTMLElement).closest<HTMLElement>("[data-step]") as HTMLElement);
    if (place >= 0 && place !== at) come(place, false);
  });
  box.querySelector(".trace-steps")?.addEventListener("keydown", (event) => {
    const key = event as KeyboardEvent;
    if (!heads.includes(key.target as HTMLElement) || key.ctrlKey || key.metaKey || key.altKey) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: steps.length - 1 }[key.key];
    if (to === undefined) return;
    key.preventDefault();
    come(Math.min(Math.max(to, 0), steps.length - 1));
  });
  for (const button of box.querySelectorAll<HTMLButtonElement>("[data-by]")) {
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => go(Number(button.dataset.by)));
  }
  box.querySelector("[data-part=all]")?.addEventListener("click", () => {
    const all = [...box.querySelectorAll("details")];
    const open = all.some((each) => !each.open);
    for (const each of all) each.open = open;
  });
  if (find && found) startFind(find, found, steps, come);
  if (bar) bar.hidden = false;
}

/** Enter goes to the next step that has the words, Shift and Enter to the one before; it is opened. */
function startFind(
  find: HTMLInputElement,
  found: HTMLElement,
  steps: HTMLElement[],
  come: (to: number, focus: boolean) => void,
): void {
  const texts = steps.map(() => "");
  let [hits, place]: [number[], number] = [[], -1];
  const say = (): void => {
    found.textContent = find.value.trim() ? `${place + 1} / ${hits.length}` : "";
  };
  find.addEventListener("input", () => {
    const wanted = folded(find.value);
    hits = [];
    place = -1;
    if (wanted) {
      steps.forEach((step, nth) => {
        texts[nth] ||= folded(step.textContent ?? "");
        if (texts[nth]?.includes(wanted)) hits.push(nth);
      });
    }
    say();
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // a search hands nothing in
    if (hits.length === 0) return;
    place = (place + (event.shiftKey ? -1 : 1) + hits.length) % hits.length;
    const to = hits[place] ?? 0;
    steps[to]?.querySelector("details")?.setAttribute("open", "");
    come(to, false);
    say();
  });
}

function folded(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, " ");
}
