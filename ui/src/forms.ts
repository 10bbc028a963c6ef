// Small manners of forms: hand in once, count characters, show what a verdict needs, choose where a choice is made.

/** A second click while the first is on its way does nothing. */
export function submitOnce(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent; // the page came back from the browser's memory
  });
}

/** Parts with `data-when="name=value value"` are shown while one of the values is chosen, in a part that is shown itself. */
export function showWhen(form: HTMLFormElement): void {
  const parts = [...form.querySelectorAll<HTMLElement>("[data-when]")];
  if (parts.length === 0) return;
  const update = (): void => {
    for (const part of parts) {
      const [name = "", wanted = ""] = (part.dataset.when ?? "").split("=");
      const chosen = [...form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]:checked`)];
      part.hidden = !chosen.some((field) => !field.closest("[data-when][hidden]") && wanted.split(" ").includes(field.value));
    }
  };
  form.addEventListener("change", update);
  form.addEventListener("draft-restored", update);
  update();
}

/** `data-counts="id"`: how many characters that field holds of how many it may. */
export function countCharacters(out: HTMLElement): void {
  const field = document.getElementById(out.dataset.counts ?? "");
  if (!(field instanceof HTMLTextAreaElement)) return;
  const update = (): void => {
    out.textContent = `${[...field.value].length} / ${field.dataset.max ?? ""}`;
  };
  field.addEventListener("input", update);
  field.form?.addEventListener("draft-restored", update);
  update();
}

/** A text box of the questions grows with what is typed; browsers that know how do it by the style sheet alone. */
export function growWithText(form: HTMLFormElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  const grow = (box: EventTarget | null): void => {
    if (!(box instanceof HTMLTextAreaElement) || !box.closest(".asked")) return;
    box.style.blockSize = "auto";
    if (box.scrollHeight > 0) box.style.blockSize = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  };
  const all = (): void => form.querySelectorAll("textarea").forEach(grow);
  form.addEventListener("input", (event) => grow(event.target));
  form.addEventListener("draft-restored", all);
  all();
}
