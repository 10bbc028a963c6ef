// A rubric's running total, and going through its criteria by keys.

import { quoteSelection, startWalk } from "./walk";

export function startRubric(box: HTMLElement): void {
  const walk = startWalk(box);
  const items = [...box.querySelectorAll<HTMLElement>("[data-item]")];
  const first = items[0];
  quoteSelection(box, () => (walk.at() ?? first)?.querySelector("[data-part=evidence]") ?? null);

  const say = (part: string, text: string): void => {
    const out = box.querySelector(`[data-part=${part}]`);
    if (out) out.textContent = text;
  };
  const update = (): void => {
    let [scored, points, most] = [0, 0, 0];
    for (const item of items) {
      const [weight, top] = [Number(item.dataset.weight), Number(item.dataset.top)];
      const mark = item.querySelector<HTMLInputElement>("input[type=radio]:checked")?.value;
      if (mark !== undefined) {
        scored += 1;
        item.classList.remove("missing");
        item.querySelector(".tag.wait")?.remove();
      }
      if (mark === "na") continue;
      most += Math.max(weight, 0);
      points += (weight * Number(mark ?? 0)) / top;
    }
    say("scored", String(scored));
    say("points", String(Math.round(points * 100) / 100));
    say("most", String(most));
    say("percent", most ? String(Math.round(Math.min(Math.max((100 * points) / most, 0), 100))) : "–");
  };
  const restored = (): void => {
    for (const words of box.querySelectorAll<HTMLTextAreaElement>("[data-part=evidence]")) {
      if (words.value) words.closest("details")?.setAttribute("open", "");
    }
    update();
  };
  box.addEventListener("change", update);
  box.closest("form")?.addEventListener("draft-restored", restored);
  restored();
}
