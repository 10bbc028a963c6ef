// The turns of a conversation: one field more than is asked for only when somebody wants one. Without script all stand there.

export function addTurns(field: HTMLFieldSetElement): void {
  const turns = [...field.querySelectorAll<HTMLElement>("[data-turn]")];
  const more = field.querySelector<HTMLButtonElement>("[data-add-turn]");
  const text = (turn: HTMLElement): string => turn.querySelector("textarea")?.value ?? "";
  let open = turns.filter((turn) => "asked" in turn.dataset).length;
  const show = (): void => {
    open = turns.reduce((most, turn, place) => (text(turn) === "" ? most : Math.max(most, place + 1)), open);
    turns.forEach((turn, place) => (turn.hidden = place >= open));
    if (more) more.hidden = open >= turns.length;
  };
  more?.addEventListener("click", () => {
    const next = turns[open];
    open += 1;
    show();
    next?.querySelector("textarea")?.focus();
  });
  field.form?.addEventListener("draft-restored", show);
  show();
}
