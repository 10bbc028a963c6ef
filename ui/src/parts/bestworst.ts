// The best and the worst of several: gone through by keys; what becomes the one is no longer the other.

import { startWalk } from "./walk";

export function startBestWorst(box: HTMLElement): void {
  startWalk(box);
  box.addEventListener("change", (event) => {
    const mark = event.target;
    if (!(mark instanceof HTMLInputElement) || !mark.dataset.end || !mark.checked) return;
    const other = mark.closest("[data-item]")?.querySelector<HTMLInputElement>(`input:checked:not([data-end="${mark.dataset.end}"])`);
    if (other) other.checked = false;
  });
}
