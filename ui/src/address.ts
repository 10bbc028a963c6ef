// A page that came as the answer to a form bears its own address: a reload asks for it, and sends nothing again.

export function bearAddress(element: HTMLElement): void {
  history.replaceState(null, "", element.dataset.address);
}
