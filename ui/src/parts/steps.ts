// Labels on the steps of a solution or a trace: going through them by keys, the first mistake, and where each stands.

import { startWalk } from "./walk";

export function startSteps(box: HTMLFieldSetElement): void {
  startWalk(box);
  const items = [...box.querySelectorAll<HTMLElement>("[data-item]")];
  const shown = document.querySelector<HTMLElement>(`[data-solution="${CSS.escape(box.dataset.of ?? "")}"]`);
  const stops = "stops" in box.dataset;

  const update = (): void => {
    let [labelled, first] = [0, ""];
    for (const item of items) {
      const mark = item.querySelector<HTMLInputElement>("input[type=radio]:checked")?.value;
      const after = stops && first !== "";
      item.classList.toggle("after", after);
      item.inert = after;
      const isFirst = first === "" && mark === "-1";
      const tag = item.querySelector<HTMLElement>("[data-part=is-first]");
      if (tag) tag.hidden = !isFirst;
      if (isFirst) first = item.dataset.number ?? "";
      if (mark === undefined || after) continue;
      labelled += 1;
      item.classList.remove("missing");
      item.querySelector(".tag.wait")?.remove();
    }
    write(box, "labelled", String(labelled));
    write(box, "first", first || "–");
  };
  const restored = (): void => {
    for (const words of box.querySelectorAll<HTMLTextAreaElement>("[data-part=evidence]")) {
      if (words.value) words.closest("details")?.setAttribute("open", "");
    }
    update();
  };
  box.addEventListener("change", update);
  box.addEventListener("focusin", (event) => {
    const number = (event.target as HTMLElement).closest<HTMLElement>("[data-item]")?.dataset.number;
    if (number && shown) mark(shown, number);
  });
  box.form?.addEventListener("draft-restored", restored);
  restored();
}

/** The step that is being labelled is seen beside its label, and open where it folds. */
function mark(shown: HTMLElement, number: string): void {
  const step = shown.querySelector<HTMLElement>(`[data-step="${CSS.escape(number)}"]`);
  for (const other of shown.querySelectorAll(".at")) if (other !== step) other.classList.remove("at");
  if (!step) return;
  step.classList.add("at");
  step.querySelector("details")?.setAttribute("open", "");
  step.scrollIntoView({ block: "nearest" });
}

function write(box: HTMLElement, part: string, text: string): void {
  const out = box.querySelector(`[data-part=${part}]`);
  if (out) out.textContent = text;
}
