// A choice from a tree: arrows move and open, Space chooses, letters jump, a box finds. The form's own radio buttons or
// check boxes stay behind it and are what is sent.

interface Item {
  label: string;
  folded: string;
  input: HTMLInputElement | null;
  kids: Item[];
  parent: Item | null;
  open: boolean;
  element: HTMLLIElement | null;
}

const JUMP_MS = 700;

export function startTree(root: HTMLElement): void {
  const plain = root.querySelector<HTMLElement>("[data-part=plain]");
  const live = root.querySelector<HTMLElement>("[data-part=live]");
  const list = root.querySelector<HTMLElement>("[data-part=list]");
  if (!plain || !live || !list) return;
  new Tree(root, plain, list).start();
  plain.hidden = true;
  live.hidden = false;
}

class Tree {
  private readonly tops: Item[];
  private readonly all: Item[] = [];
  private readonly many: boolean;
  private readonly ul = document.createElement("ul");
  private seen: Set<Item> | null = null; // what a search leaves
  private at: Item | null = null;
  private typed = "";
  private timer = 0;

  constructor(
    private readonly root: HTMLElement,
    plain: HTMLElement,
    list: HTMLElement,
  ) {
    this.many = root.dataset.many !== undefined;
    this.tops = this.read(plain, null);
    this.ul.setAttribute("role", "tree");
    this.ul.setAttribute("aria-label", list.dataset.label ?? "");
    if (this.many) this.ul.setAttribute("aria-multiselectable", "true");
    list.append(this.ul);
  }

  start(): void {
    this.ul.addEventListener("keydown", (event) => this.key(event));
    this.ul.addEventListener("click", (event) => this.click(event));
    this.find()?.addEventListener("input", () => this.search());
    this.find()?.addEventListener("keydown", (event) => this.findKey(event));
    this.root.closest("form")?.addEventListener("draft-restored", () => this.draw());
    this.draw();
  }

  private part(name: string): HTMLElement | null {
    return this.root.querySelector(`[data-part=${name}]`);
  }

  private find(): HTMLInputElement | null {
    return this.root.querySelector<HTMLInputElement>("[data-part=find]");
  }

  private read(from: Element, parent: Item | null): Item[] {
    const found: Item[] = [];
    for (const child of from.children) {
      const branch = child instanceof HTMLDetailsElement;
      if (!branch && !(child instanceof HTMLLabelElement && child.dataset.whole === undefined)) continue;
      const label = (child.querySelector(branch ? "summary" : "span")?.textContent ?? "").trim();
      const item: Item = { label, folded: fold(label), input: null, kids: [], parent, open: false, element: null };
      this.all.push(item);
      const inner = branch ? child.querySelector(":scope > div") : null;
      if (inner) {
        item.open = child instanceof HTMLDetailsElement && child.open;
        item.input = inner.querySelector<HTMLInputElement>(":scope > [data-whole] input");
        item.kids = this.read(inner, item);
      } else {
        item.input = child.querySelector("input");
      }
      found.push(item);
    }
    return found;
  }

  /** The whole tree anew: only what is open is made. */
  private draw(): void {
    for (const item of this.all) item.element = null;
    const tops = this.shown(this.tops);
    this.ul.replaceChildren(...tops.map((item) => this.make(item)));
    this.ul.hidden = tops.length === 0;
    const nothing = this.part("nothing");
    if (nothing) nothing.hidden = tops.length > 0;
    if (!this.at?.element) this.at = this.first(this.tops) ?? tops[0] ?? null;
    this.at?.element?.setAttribute("tabindex", "0");
    this.drawChosen();
  }

  private first(items: Item[]): Item | null {
    for (const item of items) {
      if (item.element && item.input?.checked) return item;
      const inner = this.first(item.kids);
      if (inner) return inner;
    }
    return null;
  }

  private shown(items: Item[]): Item[] {
    const seen = this.seen;
    return seen ? items.filter((item) => seen.has(item)) : items;
  }

  private isOpen(item: Item): boolean {
    return this.seen && item.kids.some((kid) => this.seen?.has(kid)) ? true : item.open;
  }

  private make(item: Item): HTMLLIElement {
    const li = document.createElement("li");
    item.element = li;
    li.setAttribute("role", "treeitem");
    li.setAttribute("aria-label", item.label);
    li.tabIndex = -1;
    const row = document.createElement("span");
    row.className = "tree-row";
    row.dir = "auto";
    row.textContent = item.label;
    li.append(row);
    if (item.input) li.setAttribute("aria-selected", String(item.input.checked));
    if (item.kids.length > 0) {
      const open = this.isOpen(item);
      li.setAttribute("aria-expanded", String(open));
      if (open) {
        const group = document.createElement("ul");
        group.setAttribute("role", "group");
        const kids = this.shown(item.kids);
        group.append(...(kids.length > 0 ? kids : item.kids).map((kid) => this.make(kid)));
        li.append(group);
      }
    }
    return li;
  }

  private drawChosen(): void {
    const out = this.part("chosen");
    if (!out) return;
    const items = this.all.filter((item) => item.input?.checked);
    out.hidden = items.length === 0;
    out.replaceChildren(
      ...items.map((item) => {
        const li = document.createElement("li");
        const name = document.createElement("bdi");
        name.textContent = way(item);
        const drop = document.createElement("button");
        drop.type = "button";
        drop.className = "btn bare small";
        drop.textContent = out.dataset.remove ?? "";
        drop.setAttribute("aria-label", `${out.dataset.remove ?? ""}: ${item.label}`);
        drop.addEventListener("click", () => {
          this.mark(item, false);
          this.at?.element?.focus();
        });
        li.append(name, drop);
        return li;
      }),
    );
  }

  private mark(item: Item, on: boolean): void {
    if (!item.input) return;
    item.input.checked = on;
    item.input.dispatchEvent(new Event("change", { bubbles: true }));
    const focused = this.ul.contains(document.activeElement);
    this.draw();
    if (focused) this.at?.element?.focus();
  }

  private choose(item: Item): void {
    if (item.input) this.mark(item, this.many ? !item.input.checked : true);
    else this.toggle(item, !this.isOpen(item));
  }

  private toggle(item: Item, open: boolean): void {
    if (item.kids.length === 0) return;
    if (!open && this.at && this.at !== item && within(this.at, item)) this.at = item;
    item.open = open;
    this.draw();
    this.at?.element?.focus();
  }

  private go(item: Item | null | undefined): void {
    if (!item?.element) return;
    this.at?.element?.setAttribute("tabindex", "-1");
    this.at = item;
    item.element.tabIndex = 0;
    item.element.focus();
    item.element.firstElementChild?.scrollIntoView({ block: "nearest" });
  }

  private drawn(): Item[] {
    const found: Item[] = [];
    const walk = (items: Item[]): void => {
      for (const item of items) {
        if (!item.element) continue;
        found.push(item);
        walk(item.kids);
      }
    };
    walk(this.tops);
    return found;
  }

  private click(event: MouseEvent): void {
    const li = event.target instanceof Element ? event.target.closest("li") : null;
    const item = this.drawn().find((each) => each.element === li);
    if (!item) return;
    this.go(item);
    const row = item.element?.firstElementChild?.getBoundingClientRect();
    const rtl = getComputedStyle(this.ul).direction === "rtl";
    const twisty = row ? (rtl ? row.right - event.clientX : event.clientX - row.left) < 28 : false;
    if (item.kids.length > 0 && (twisty || !item.input)) this.toggle(item, !this.isOpen(item));
    else this.choose(item);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.at) return;
    const items = this.drawn();
    const place = items.indexOf(this.at);
    const rtl = getComputedStyle(this.ul).direction === "rtl";
    const key = rtl ? ({ ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[event.key] ?? event.key) : event.key;
    if (key === "ArrowDown") this.go(items[place + 1]);
    else if (key === "ArrowUp") this.go(items[place - 1]);
    else if (key === "Home") this.go(items[0]);
    else if (key === "End") this.go(items[items.length - 1]);
    else if (key === "ArrowRight") this.inward(this.at);
    else if (key === "ArrowLeft") this.outward(this.at);
    else if (key === " " || key === "Enter") this.choose(this.at);
    else if ([...event.key].length === 1) this.jump(event.key, items, place);
    else return;
    event.preventDefault();
  }

  private inward(item: Item): void {
    if (item.kids.length === 0) return;
    if (this.isOpen(item)) this.go(item.kids.find((kid) => kid.element));
    else this.toggle(item, true);
  }

  private outward(item: Item): void {
    if (item.kids.length > 0 && item.open) this.toggle(item, false);
    else this.go(item.parent);
  }

  private jump(letter: string, items: Item[], place: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => (this.typed = ""), JUMP_MS);
    this.typed += fold(letter);
    const from = this.typed.length === 1 ? place + 1 : place;
    const begins = (item: Item): boolean => [item.folded, bare(item.folded)].some((name) => name.startsWith(this.typed));
    this.go([...items.slice(from), ...items.slice(0, from)].find(begins));
  }

  private findKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault(); // Enter in a field would hand the form in
      this.go(this.drawn().find((item) => item.folded.includes(fold(this.find()?.value ?? ""))));
    } else if (event.key === "Escape" && this.find()?.value) {
      event.preventDefault();
      const find = this.find();
      if (find) find.value = "";
      this.search();
    }
  }

  private search(): void {
    const words = fold(this.find()?.value ?? "");
    const hits = words ? this.all.filter((item) => item.folded.includes(words)) : [];
    this.seen = words ? new Set(hits) : null;
    for (const hit of hits) for (let up = hit.parent; up; up = up.parent) this.seen?.add(up);
    this.at = null;
    this.draw();
    const out = this.part("found");
    if (out) out.textContent = !words ? "" : hits.length > 0 ? `${out.dataset.some ?? ""} ${hits.length}` : (out.dataset.none ?? "");
  }
}

function way(item: Item): string {
  return item.parent ? `${way(item.parent)} › ${item.label}` : item.label;
}

function within(item: Item, branch: Item): boolean {
  for (let up = item.parent; up; up = up.parent) if (up === branch) return true;
  return false;
}

/** Without the Arabic article, which nearly every name of a kind begins with. */
function bare(name: string): string {
  return name.replace(/^ال/, "");
}

/** Without case, accents and vowel signs. */
function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
