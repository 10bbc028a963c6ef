// Draws Markdown that the server has taken apart: a text, or [tag, address, what is in it]; of a formula ["math", how it
// stands, its elements, its LaTeX]. Tags, attributes and addresses are looked at once more, so that nothing becomes an
// element here that says more than how words look. Nothing is left out: what is not drawn is a text.

import { fitFormulas } from "../formulas";

const TAGS = new Set(["p", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "br", "a", "table", "thead", "tbody", "tr", "th", "td", "h2", "h3", "h4", "h5", "h6"]);
const DEPTH_MAX = 60;

const MATHML = "http://www.w3.org/1998/Math/MathML";
const ELEMENTS = new Set(
  ("mrow msqrt mroot msub msup msubsup mmultiscripts mprescripts none mi mn mtext mo mspace mpadded mfrac mstyle munder mover " +
    "munderover menclose mtable mtr mtd mlabeledtr mfenced").split(" "),
);
const ATTRIBUTES = new Set(
  ("mathvariant stretchy fence accent accentunder largeop movablelimits separator symmetric form minsize maxsize lspace rspace width height depth " +
    "linebreak voffset linethickness displaystyle bevelled scriptlevel notation columnalign rowalign columnlines rowlines rowspacing columnspacing frame").split(" "),
);
const FORMULA_DEPTH_MAX = 200;

export function drawn(tree: unknown): Node[] {
  const made = nodes(tree, 0);
  if (made.some((node) => node instanceof Element && (node.matches(".formula") || node.querySelector(".formula")))) {
    requestAnimationFrame(() => made.forEach((node) => node instanceof Element && fitFormulas(node)));
  }
  return made;
}

function nodes(tree: unknown, depth: number): Node[] {
  if (!Array.isArray(tree)) return [];
  if (depth > DEPTH_MAX) return [document.createTextNode(words(tree))];
  return tree.flatMap((each: unknown): Node[] => {
    if (typeof each === "string") return [document.createTextNode(each)];
    if (!Array.isArray(each)) return [];
    const [tag, address, inside, source] = each as [unknown, unknown, unknown, unknown];
    if (tag === "math") return [formula(address === "block", inside, String(source))];
    if (typeof tag !== "string" || !TAGS.has(tag)) return nodes(inside, depth + 1);
    const made = document.createElement(tag);
    if (made instanceof HTMLAnchorElement && typeof address === "string" && /^(https?:|mailto:)/i.test(address)) {
      made.href = address;
      made.target = "_blank";
      made.rel = "noopener noreferrer nofollow";
    }
    if (made instanceof HTMLOListElement && typeof address === "string" && /^\d{1,9}$/.test(address)) made.start = Number(address);
    if (tag === "pre") made.tabIndex = 0;
    made.append(...nodes(inside, depth + 1));
    return [made];
  });
}

/** As the server writes one into a page (web/mathematics.py). */
function formula(display: boolean, inside: unknown, source: string): Node {
  const box = document.createElement("span");
  box.className = "formula";
  box.dir = "ltr";
  const math = element("math");
  math.setAttribute("display", display ? "block" : "inline");
  math.setAttribute("dir", "ltr");
  const row = element("mrow");
  row.append(...elements(inside, 0));
  const latex = element("annotation");
  latex.setAttribute("encoding", "application/x-tex");
  latex.textContent = source;
  const both = element("semantics");
  both.append(row, latex);
  math.append(both);
  box.append(math);
  return box;
}

function elements(tree: unknown, depth: number): Node[] {
  if (!Array.isArray(tree)) return [];
  if (depth > FORMULA_DEPTH_MAX) return [document.createTextNode(words(tree))];
  return tree.flatMap((each: unknown): Node[] => {
    if (typeof each === "string") return [document.createTextNode(each)];
    if (!Array.isArray(each)) return [];
    const [name, attributes, inside] = each as [unknown, unknown, unknown];
    const made = element(typeof name === "string" && ELEMENTS.has(name) ? name : "mrow");
    for (const [key, value] of Object.entries(attributes || {})) {
      if (ATTRIBUTES.has(key) && typeof value === "string" && /^[\w .+-]{1,400}$/.test(value)) made.setAttribute(key, value);
    }
    made.append(...elements(inside, depth + 1));
    return [made];
  });
}

function element(name: string): Element {
  return document.createElementNS(MATHML, name);
}

/** The texts of a tree, in their order. */
function words(tree: unknown[]): string {
  const waiting: unknown[] = [...tree].reverse();
  let said = "";
  while (waiting.length > 0) {
    const each = waiting.pop();
    if (typeof each === "string") said += each;
    else if (Array.isArray(each)) {
      if (each[0] === "math") said += String(each[3]);
      else if (Array.isArray(each[2])) waiting.push(...[...(each[2] as unknown[])].reverse());
    }
  }
  return said;
}
