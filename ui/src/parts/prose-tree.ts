// Draws Markdown that the server has taken apart: a text, or [tag, address, what is in it]. Tags and addresses are looked at
// once more, so that nothing becomes an element here that says more than how words look.

const TAGS = new Set(["p", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "br", "a", "table", "thead", "tbody", "tr", "th", "td", "h2", "h3", "h4", "h5", "h6"]);
const DEPTH_MAX = 60;

export function drawn(tree: unknown, depth = 0): Node[] {
  if (!Array.isArray(tree) || depth > DEPTH_MAX) return [];
  return tree.flatMap((each: unknown): Node[] => {
    if (typeof each === "string") return [document.createTextNode(each)];
    if (!Array.isArray(each)) return [];
    const [tag, address, inside] = each as [unknown, unknown, unknown];
    if (typeof tag !== "string" || !TAGS.has(tag)) return drawn(inside, depth + 1);
    const made = document.createElement(tag);
    if (made instanceof HTMLAnchorElement && typeof address === "string" && /^(https?:|mailto:)/i.test(address)) {
      made.href = address;
      made.target = "_blank";
      made.rel = "noopener noreferrer nofollow";
    }
    if (tag === "pre") made.tabIndex = 0;
    made.append(...drawn(inside, depth + 1));
    return [made];
  });
}
