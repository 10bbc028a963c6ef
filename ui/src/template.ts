// The editor of templates: what stands beside the form keeps up with it, an answer is tried and all tasks are looked
// through without leaving the page. The page itself is asked again, and only the parts marked `data-swap` are taken from
// the answer: the form stays as it is, so nothing that was typed is lost. Nothing is parsed from text here, which
// Trusted Types would refuse.

const AFTER_MS = 600;
const BESIDE = ["errors", "preview", "check", "text"];

type Bring = (root: ParentNode) => void;

/** `root` holds the form and the parts beside it; `bring` starts the scripts of what was put in. */
export function editTemplate(root: HTMLElement, bring: Bring): void {
  const form = root.querySelector<HTMLFormElement>("form[data-template-form]");
  const said = root.querySelector<HTMLElement>("[data-template-said]");
  if (!form) return;
  const asking = new Asking();
  let timer = 0;
  const show = (shown: Document, parts: readonly string[]): void => {
    swap(root, shown, parts, bring);
    const text = shown.querySelector<HTMLTextAreaElement>("form[data-template-form] textarea[name=template]");
    const mine = form.querySelector<HTMLTextAreaElement>("[data-as-text] textarea[name=template]");
    if (text && mine && document.activeElement !== mine) mine.value = text.value;
  };
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    timer = 0;
    const shown = await asking.ask(form, "look");
    if (!shown) return;
    show(shown, BESIDE);
    if (said) said.textContent = said.dataset.done ?? "";
  };
  form.addEventListener("input", (event) => {
    const typed = event.target;
    if (typed instanceof Element && typed.closest("[data-as-text], .add-part, [name=note], [name=changes_work]")) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => void look(), AFTER_MS);
  });
  root.addEventListener("submit", (event) => {
    const sent = event.target;
    if (!(sent instanceof HTMLFormElement) || sent === form) return;
    if (sent.matches("[data-template-try], [data-template-check]")) {
      event.preventDefault();
      clearTimeout(timer);
      void (sent.matches("[data-template-try]") ? tried(sent) : checked(sent));
    } else if (timer) {
      // What was typed last is not in this form yet: it goes once it is.
      event.preventDefault();
      void look().then(() => {
        delete sent.dataset.sent;
        sent.requestSubmit();
      });
    }
  });
  const tried = async (sent: HTMLFormElement): Promise<void> => {
    const shown = await asking.ask(form, "try", sent);
    if (!shown) return;
    show(shown, BESIDE);
    root.querySelector<HTMLElement>("[data-swap=preview] :is(.error, .said)")?.scrollIntoView({ block: "nearest" });
  };
  /** One stretch after another until nothing is left, as if somebody pressed the button again and again. */
  const checked = async (first: HTMLFormElement): Promise<void> => {
    for (let sent: HTMLFormElement | null = first; sent && root.isConnected; ) {
      const shown: Document | null = await asking.ask(form, "check", sent);
      if (!shown) return;
      show(shown, BESIDE);
      sent = root.querySelector<HTMLFormElement>("form[data-template-check]:has([data-goes-on])");
    }
  };
}

function swap(root: HTMLElement, shown: Document, parts: readonly string[], bring: Bring): void {
  for (const part of parts) {
    const old = root.querySelector(`[data-swap=${part}]`);
    const fresh = shown.querySelector(`[data-swap=${part}]`);
    if (!old || !fresh) continue;
    const name = old.contains(document.activeElement) ? document.activeElement?.getAttribute("value") : null;
    const put = document.importNode(fresh, true);
    old.replaceWith(put);
    bring(put);
    if (name) put.querySelector<HTMLElement>(`button[value="${CSS.escape(name)}"]`)?.focus();
  }
}

/** The latest question alone is answered. */
class Asking {
  private last: XMLHttpRequest | null = null;

  /** What `form` holds, and of another form beside it what it alone has. */
  ask(form: HTMLFormElement, verb: string, beside?: HTMLFormElement): Promise<Document | null> {
    this.last?.abort();
    const request = (this.last = new XMLHttpRequest());
    const body = new FormData(form);
    const mine = new Set(body.keys());
    for (const [name, value] of beside ? new FormData(beside) : []) if (!mine.has(name)) body.append(name, value);
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
