// A formula that is wider than its place scrolls by itself, and can then be reached by keyboard under a name. One that stands
// on lines of its own scrolls without this script; one in the middle of words becomes a box only where it has to, since a box
// no longer stands on their line.

const observed = new ResizeObserver((entries) => {
  // After this turn: what is changed here changes the size of what is watched.
  requestAnimationFrame(() => entries.forEach((entry) => fit(entry.target)));
});

/** Formulas in `root`, which may be one: now, and whenever their place becomes wider or narrower. */
export function fitFormulas(root: ParentNode): void {
  const places = new Set<Element>();
  if (root instanceof Element && root.matches(".formula")) places.add(placeOf(root));
  for (const box of root.querySelectorAll(".formula")) places.add(placeOf(box));
  for (const place of places) observed.observe(place);
}

function placeOf(box: Element): Element {
  return box.closest(".prose") ?? box.parentElement ?? box;
}

function fit(place: Element): void {
  const boxes = [...place.querySelectorAll<HTMLElement>(".formula")];
  const wide = boxes.map(isWide); // all are looked at before any is changed
  boxes.forEach((box, at) => {
    if (box.classList.contains("wide") === wide[at]) return;
    box.classList.toggle("wide", wide[at]);
    if (wide[at]) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", document.body.dataset.formula ?? "");
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  });
}

function isWide(box: HTMLElement): boolean {
  const math = box.firstElementChild;
  if (!math || math.getAttribute("display") === "block" || box.classList.contains("wide")) return box.scrollWidth > box.clientWidth + 1;
  let around = box.parentElement;
  while (around && getComputedStyle(around).display === "inline") around = around.parentElement;
  return around !== null && math.getBoundingClientRect().width > around.clientWidth + 1;
}
