// The editor of templates: what stands beside the form keeps up with it, and all tasks are looked through in one go.
// The page itself is asked again, and only the parts marked `data-swap` are taken from the answer: the form stays as it
// is, so nothing that was typed is lost. Nothing is parsed from text here, which Trusted Types would refuse.

const AFTER_MS = 600;

type Bring = (root: ParentNode) => void;

/** `root` holds the form and the parts beside it; `bring` starts the scripts of what was put in. */
export function editTemplate(root: HTMLElement, bring: Bring): void {
  const form = root.querySelector<HTMLFormElement>("form[data-template-form]");
  const said = root.querySelector<HTMLElement>("[data-template-said]");
  if (!form) return;
  const asking = new Asking();
  let timer = 0;
  form.addEventListener("input", (event) => {
    const typed = event.target;
    if (typed instanceof Element && typed.closest("[data-as-text], .add-part, [name=note], [name=changes_work]")) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => void look(), AFTER_MS);
  });
  const look = async (): Promise<void> => {
    const shown = await asking.ask(form, "look");
    if (!shown) return;
    swap(root, shown, ["errors", "preview", "check"], bring);
    const text = shown.querySelector<HTMLTextAreaElement>("form[data-template-form] textarea[name=template]");
    const mine = form.querySelector<HTMLTextAreaElement>("[data-as-text] textarea[name=template]");
    if (text && mine && document.activeElement !== mine) mine.value = text.value;
    if (said) said.textContent = said.dataset.done ?? "";
  };
  root.addEventListener("submit", (event) => {
    const check = event.target;
    if (!(check instanceof HTMLFormElement) || !check.matches("[data-template-check]")) return;
    event.preventDefault();
    void goOn(root, check, bring);
  });
}

/** One stretch after another until nothing is left, as if somebody pressed the button again and again. */
async function goOn(root: HTMLElement, check: HTMLFormElement, bring: Bring): Promise<void> {
  const asking = new Asking();
  for (let form: HTMLFormElement | null = check; form; ) {
    const shown: Document | null = await asking.ask(form, "check");
    if (!shown || !root.isConnected) return;
    swap(root, shown, ["check"], bring);
    form = root.querySelector<HTMLFormElement>("form[data-template-check]:has([data-goes-on])");
  }
}

function swap(root: HTMLElement, shown: Document, parts: readonly string[], bring: Bring): void {
  for (const part of parts) {
    const old = root.querySelector(`[data-swap=${part}]`);
    const fresh = shown.querySelector(`[data-swap=${part}]`);
    if (!old || !fresh) continue;
    const had = old.contains(document.activeElement);
    const put = document.importNode(fresh, true);
    old.replaceWith(put);
    bring(put);
    if (had) put.querySelector<HTMLElement>("button")?.focus();
  }
}

/** The latest question alone is answered. */
class Asking {
  private last: XMLHttpRequest | null = null;

  ask(form: HTMLFormElement, verb: string): Promise<Document | null> {
    this.last?.abort();
    const request = (this.last = new XMLHttpRequest());
    const body = new FormData(form);
    body.set("do", verb);
    return new Promise((done) => {
      request.open("POST", location.href);
      request.responseType = "document"; // parsed as a page, without its scripts
      request.onload = () => done(request.status === 200 || request.status === 422 ? request.responseXML : null);
      request.onerror = request.onabort = () => done(null);
      request.send(body);
    });
  }
}
